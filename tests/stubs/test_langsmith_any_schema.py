"""Whatever a user sends as schema, mapping and test data gets a 200 that keeps the convention."""

import json
from datetime import timedelta

import jsonschema
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from referencing.exceptions import Unresolvable

bounded = settings(
    max_examples=100,
    deadline=timedelta(seconds=30),
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

TYPES = ("object", "string", "number", "integer", "boolean", "array", "null")
NAMES = st.sampled_from(("a", "b", "score", "$ref", "~/%", ""))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(-1e9, 1e9, width=32) | TEXT
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
WORDS = st.sampled_from(("type", "properties", "$ref", "allOf", "$id", "$schema", "enum", "parameters"))
COUNTS = st.integers(0, 4) | st.sampled_from((10**9, 10**30))
REFERENCES = st.sampled_from(
    (
        "#",
        "#/$defs/a",
        "#/$defs/b",
        "#/$defs/missing",
        "#anchor",
        "https://example.com/schema",
        "file:///x",
        "\0",
    )
)


def schemas():
    """JSON Schemas with the words of 2020-12: contradictory, recursive or broken as it happens."""
    return st.recursive(st.booleans() | st.just({}) | leaves(), branches, max_leaves=6)


def leaves():
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), max_size=3),
            "enum": st.lists(VALUES, max_size=3),
            "const": VALUES,
            "minimum": st.integers(-5, 5),
            "maximum": st.integers(-5, 5),
            "multipleOf": st.sampled_from((0.1, 1, 3, 10**12)),
            "minLength": COUNTS,
            "maxLength": COUNTS,
            "pattern": st.sampled_from(("^a+$", "(a+)+$", "^$", "[", "(?=b)a", "\\d{3}")),
            "format": st.sampled_from(("date-time", "uuid", "uuid4", "email", "ipv4", "regex", "none such")),
            "minItems": COUNTS,
            "maxItems": COUNTS,
            "uniqueItems": st.booleans(),
            "minProperties": COUNTS,
            "maxProperties": COUNTS,
            "required": st.lists(NAMES, max_size=3, unique=True),
            "$ref": REFERENCES,
        },
    )


def branches(inner):
    some = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, inner, max_size=3)
    own = st.fixed_dictionaries(
        {},
        optional={
            "properties": named,
            "$defs": st.dictionaries(st.sampled_from(("a", "b")), inner, max_size=2),
            "patternProperties": st.dictionaries(st.sampled_from(("^a", "e$", "(")), inner, max_size=2),
            "additionalProperties": inner,
            "propertyNames": inner,
            "unevaluatedProperties": inner,
            "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=2),
            "dependentSchemas": named,
            "items": inner,
            "prefixItems": some,
            "contains": inner,
            "allOf": some,
            "anyOf": some,
            "oneOf": some,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    )
    return st.tuples(own, leaves()).map(lambda both: both[0] | both[1])


def objects(strategy):
    return strategy.filter(lambda value: isinstance(value, dict))


def functions(strategy):
    return strategy.map(lambda schema: {"name": "verdict", "description": "", "parameters": schema})


def plain(schema):
    """The schema that the outputs have to satisfy."""
    is_function = schema.keys() == {"name", "description", "parameters"} and isinstance(
        schema["parameters"], dict
    )
    return schema["parameters"] if is_function else schema


def check(ask, schema):
    """Ask twice; hold the item to the convention and its outputs to the schema."""
    structured = {"schema": schema, "variable_mapping": {"x": "input.x"}}
    answer = ask.langsmith(evaluators=[{"structured": structured}])
    assert answer.status == 200, answer.body
    assert ask.langsmith(evaluators=[{"structured": structured}]).body == answer.body
    [item] = json.loads(answer.body)
    if item["error"] is not None:
        assert (item["outputs"], item["feedback"]) == (None, [])
        return
    assert isinstance(item["outputs"], dict)
    assert [entry["key"] for entry in item["feedback"]] == list(item["outputs"])
    assert judge(plain(schema), item["outputs"])


def judge(schema, outputs):
    """By the Python implementation of JSON Schema, which shares nothing with the server's own."""
    try:
        return jsonschema.Draft202012Validator(schema).is_valid(outputs)
    except (RecursionError, Unresolvable):
        return True  # it follows references that mean nothing: back to themselves, or beside an idle `if`


@bounded
@given(objects(schemas()) | functions(schemas()))
@example({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "object"}]}}})
@example({"required": ["a"], "properties": {"a": {"$ref": "#"}}})
@example({"type": "object", "properties": {"": {"const": ""}}, "required": [""]})
def test_any_json_schema_gets_outputs_that_satisfy_it_or_an_error(ask, schema):
    """Contradictions, recursion, huge bounds, remote references and broken words included."""
    check(ask, schema)


@bounded
@given(
    st.dictionaries(
        st.sampled_from((*TYPES, "type", "properties", "$ref", "allOf", "$id", "$schema")) | TEXT, VALUES
    )
)
@example({"$schema": "http://json-schema.org/draft-07/schema#"})
@example({"$schema": "urn:none"})
@example({"$id": "https://example.com/a", "$ref": "b"})
@example({"$id": 5})
def test_any_object_is_a_schema_or_an_error(ask, schema):
    """Nothing that JSON can say there breaks the fake."""
    structured = {"schema": schema}
    assert ask.langsmith(evaluators=[{"structured": structured}]).status == 200


PATHS = st.lists(
    st.sampled_from(("input", "output", "reference", "attachment", "x", "0", "[1]", "", "²", "9" * 5000))
    | TEXT,
    max_size=4,
).map(".".join)


@bounded
@given(
    st.dictionaries(TEXT, PATHS, max_size=4) | st.none(),
    st.lists(st.tuples(TEXT, TEXT | PATHS.map("{{{}}}".format)), max_size=3) | st.none(),
    st.sampled_from((None, "f-string", "mustache", "\0")),
    st.dictionaries(TEXT | st.sampled_from(("x", "input")), VALUES, max_size=3) | st.none(),
)
def test_any_mapping_prompt_and_test_data_resolve(ask, mapping, prompt, template_format, data):
    """Every variable of a mapping is there, whatever its path leads to."""
    structured = {"variable_mapping": mapping, "prompt": prompt, "template_format": template_format}
    members = ("test_inputs", "test_outputs", "test_reference_outputs", "test_attachments")
    answer = ask.langsmith(evaluators=[{"structured": structured}], **dict.fromkeys(members, data))
    assert answer.status == 200, answer.body
    [item] = json.loads(answer.body)
    assert mapping is None or item["inputs"].keys() == mapping.keys()


def nested(depth, wrap, inner):
    for _ in range(depth):
        inner = wrap(inner)
    return inner


@pytest.mark.parametrize(
    "schema",
    [
        nested(110, lambda inner: {"properties": {"a": inner}, "required": ["a"], "type": "object"}, {}),
        nested(110, lambda inner: {"allOf": [inner]}, {"type": "object"}),
        nested(200, lambda inner: {"not": inner}, {"type": "string"}),
        {"type": "object", "properties": {f"p{index}": {"type": "string"} for index in range(2000)}},
        {"allOf": [{"anyOf": [{"required": [f"{i}{j}"]} for j in range(4)]} for i in range(30)]},
        {"type": "object", "properties": {"a": {"enum": ["x" * 1000] * 1000}}, "required": ["a"]},
        {"$defs": {str(i): {"$ref": f"#/$defs/{i + 1}"} for i in range(500)}, "$ref": "#/$defs/0"},
    ],
    ids=["deep", "deep-all-of", "deep-not", "wide", "many-choices", "long-enum", "reference-chain"],
)
def test_huge_schemas_are_answered(ask, schema):
    """As outputs or as an error, and never by more than the item."""
    assert ask.langsmith(evaluators=[{"structured": {"schema": schema}}]).status == 200


def test_deep_and_long_test_data_are_echoed(ask):
    """As deep as a body may be, and as long."""
    data = {"deep": nested(240, lambda inner: [inner], 1), "long": "x" * 1_000_000}
    structured = {"variable_mapping": {"deep": "input.deep", "long": "long", "in": "deep" + ".0" * 240}}
    [item] = json.loads(ask.langsmith(evaluators=[{"structured": structured}], test_inputs=data).body)
    assert item["inputs"] == {"deep": data["deep"], "in": 1, "long": data["long"]}
