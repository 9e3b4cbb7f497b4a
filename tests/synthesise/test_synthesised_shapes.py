"""Objects, arrays and the keywords that combine schemas."""

import pytest
from judging import KEY, made

from understudy.synthesise import synthesise
from understudy.types import JSON

TEXT = {"type": "string"}
OBJECT = {"type": "object"}

VALID: dict[str, JSON] = {
    "allOf of objects": {
        "allOf": [{"properties": {"a": TEXT}, "required": ["a"]}, {"properties": {"b": TEXT}}]
    },
    "allOf of bounds": {"type": "integer", "allOf": [{"minimum": 5}, {"maximum": 6}, {"minimum": 6}]},
    "siblings of $ref": {
        "$ref": "#/$defs/a",
        "maxLength": 4,
        "$defs": {"a": {"type": "string", "minLength": 4}},
    },
    "oneOf of integer and number": {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    "oneOf by required": {
        **OBJECT,
        "properties": {"a": TEXT, "b": TEXT},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "oneOf of a subset": {
        "oneOf": [
            {**OBJECT, "properties": {"a": TEXT}, "required": ["a"]},
            {**OBJECT, "properties": {"a": TEXT, "b": TEXT}, "required": ["a"]},
        ]
    },
    "oneOf of bounds": {"type": "integer", "oneOf": [{"minimum": 3}, {"minimum": 10}]},
    "anyOf beside oneOf": {"anyOf": [{"const": 1}, {"const": 2}], "oneOf": [{"const": 2}, {"const": 3}]},
    "not a const": {"type": "boolean", "not": {"const": True}},
    "not an enum": {"type": "integer", "minimum": 1, "maximum": 3, "not": {"enum": [1, 2]}},
    "not required": {**OBJECT, "properties": {"a": TEXT, "b": TEXT}, "not": {"required": ["a"]}},
    "not both": {**OBJECT, "properties": {"a": TEXT, "b": TEXT}, "not": {"required": ["a", "b"]}},
    "not a range": {"type": "integer", "minimum": 0, "not": {"maximum": 1000}},
    "not an object like this": {
        **OBJECT,
        "required": ["a"],
        "not": {"properties": {"a": {"type": "string"}}},
    },
    "not anyOf": {"not": {"anyOf": [{"type": "string"}, {"type": "object"}, {"type": "null"}]}},
    "not a pattern": {
        "type": "string",
        "not": {"pattern": "^[a-z ]+$"},
        "maxLength": 5,
        "pattern": "^[a-zA-Z]+$",
    },
    "if then": {
        **OBJECT,
        "properties": {"kind": {"enum": ["x", "y"]}, "n": {}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "x"}}},
        "then": {"required": ["n"], "properties": {"n": {"const": 1}}},
        "else": {"properties": {"n": {"const": 2}}},
    },
    "if with a dead then": {"type": "integer", "if": {"minimum": 5}, "then": False},
    "if with a dead else": {"type": "integer", "if": {"minimum": 5000}, "else": False},
    "dependentRequired": {**OBJECT, "properties": {"a": TEXT}, "dependentRequired": {"a": ["b"], "b": ["c"]}},
    "dependentRequired that cannot be": {
        **OBJECT,
        "properties": {"a": TEXT, "b": False, "c": TEXT},
        "dependentRequired": {"a": ["b"], "c": ["a"]},
    },
    "dependentSchemas": {**OBJECT, "properties": {"a": TEXT}, "dependentSchemas": {"a": {"required": ["b"]}}},
    "dependentSchemas that cannot be": {
        **OBJECT,
        "properties": {"a": TEXT},
        "dependentSchemas": {"a": False},
    },
    "patternProperties": {
        **OBJECT,
        "patternProperties": {"^x-": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 2,
    },
    "propertyNames": {**OBJECT, "propertyNames": {"pattern": "^[A-Z]{3}$"}, "minProperties": 3},
    "propertyNames enum": {**OBJECT, "propertyNames": {"enum": ["a", "b"]}, "minProperties": 2},
    "maxProperties": {
        **OBJECT,
        "properties": {"a": TEXT, "b": TEXT, "c": TEXT},
        "required": ["c"],
        "maxProperties": 2,
    },
    "prefixItems": {
        "type": "array",
        "prefixItems": [{"type": "integer"}, TEXT],
        "items": False,
        "minItems": 2,
    },
    "contains": {
        "type": "array",
        "items": {"type": "integer"},
        "contains": {"minimum": 500},
        "minContains": 2,
    },
    "maxContains": {"type": "array", "contains": {"type": "string"}, "maxContains": 1, "minItems": 4},
    "contains twice in one slot": {
        "allOf": [{"contains": {"multipleOf": 2}}, {"contains": {"multipleOf": 3}}],
        "type": "array",
        "items": {"type": "integer"},
        "maxItems": 1,
    },
    "uniqueItems of few": {"type": "array", "uniqueItems": True, "items": {"enum": [1, 2, 3]}, "minItems": 3},
    "uniqueItems of booleans": {
        "type": "array",
        "uniqueItems": True,
        "items": {"type": "boolean"},
        "minItems": 2,
    },
    "uniqueItems of objects": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 4,
        "items": {
            **OBJECT,
            "properties": {"a": {"type": "boolean"}, "b": {"type": "boolean"}},
            "required": ["a", "b"],
        },
    },
    "uniqueItems with an example": {
        "type": "array",
        "uniqueItems": True,
        "minItems": 3,
        "items": {**TEXT, "example": "x"},
    },
    "unevaluatedProperties": {
        **OBJECT,
        "allOf": [{"properties": {"a": TEXT}}],
        "properties": {"b": TEXT},
        "unevaluatedProperties": False,
    },
    "unevaluatedProperties as a schema": {
        **OBJECT,
        "unevaluatedProperties": {"type": "integer"},
        "minProperties": 2,
    },
    "unevaluatedItems": {"type": "array", "prefixItems": [TEXT], "unevaluatedItems": False},
    "unevaluatedItems as a schema": {"type": "array", "unevaluatedItems": {"type": "integer"}, "minItems": 2},
    "$anchor": {"$ref": "#here", "$defs": {"a": {"$anchor": "here", "type": "integer"}}},
    "$id": {
        "$id": "https://example.com/root",
        "$ref": "part",
        "$defs": {"a": {"$id": "part", "type": "integer"}},
    },
    "pointer of OpenAPI": {
        "$ref": "#/$defs/~1components~1schemas~1Pet%20A",
        "$defs": {"/components/schemas/Pet A": {"type": "integer"}},
    },
    "a pointer anywhere": {
        "properties": {"a": {"$ref": "#/x-mine/0"}},
        "x-mine": [{"type": "integer"}],
        **OBJECT,
    },
    "true": True,
}


@pytest.mark.parametrize("schema", VALID.values(), ids=VALID)
def test_every_keyword_is_obeyed(schema: JSON) -> None:
    """What comes out is an instance, for ten keys."""
    for number in range(10):
        made(schema, str(number).encode())


def test_optional_properties_are_filled() -> None:
    """A person wants to see the whole thing, in the order of the schema."""
    properties = {
        "z": TEXT,
        "a": {"type": "array", "items": TEXT},
        "m": {**OBJECT, "properties": {"k": TEXT}},
    }
    value = made({**OBJECT, "properties": properties, "required": ["m"]})
    assert list(value) == ["z", "a", "m"]
    assert len(value["a"]) == 2
    assert list(value["m"]) == ["k"]


def test_an_impossible_optional_property_is_left_out() -> None:
    """A contradiction inside an optional property costs that property alone."""
    properties = {"a": TEXT, "b": False, "c": {"type": "integer", "minimum": 5, "maximum": 3}}
    assert list(made({**OBJECT, "properties": properties})) == ["a"]


@pytest.mark.parametrize("schema", [OBJECT, {**OBJECT, "additionalProperties": {"type": "integer"}}])
def test_a_map_has_an_entry(schema: JSON) -> None:
    """A map is not shown empty."""
    assert len(made(schema)) == 1


def test_a_type_is_guessed_from_its_keywords() -> None:
    """Without `type`, `properties` mean an object, `items` an array, bounds a number."""
    assert made({"properties": {"a": {"const": 1}}}) == {"a": 1}
    assert isinstance(made({"items": TEXT}), list)
    assert isinstance(made({"minimum": 3}), int | float)
    assert isinstance(made({"maxLength": 3}), str)


def test_the_first_branch_is_taken() -> None:
    """Documents look as people expect: the first branch that is not null."""
    for keyword in ("anyOf", "oneOf"):
        assert made({keyword: [{"type": "null"}, {"const": "first"}, {"const": "second"}]}) == "first"


def test_a_dead_branch_is_passed_over() -> None:
    """The first branch that can be satisfied."""
    assert made({"anyOf": [False, {"type": "string", "const": 1}, {"const": "third"}]}) == "third"


NODE = {
    **OBJECT,
    "properties": {
        "name": TEXT,
        "child": {"$ref": "#"},
        "children": {"type": "array", "items": {"$ref": "#"}},
        "parent": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        "next": {"oneOf": [{"$ref": "#"}, {"type": "string", "const": "end"}]},
    },
}


def test_recursion_ends_at_the_nearest_stop() -> None:
    """Leave out, empty array, null, the branch that does not recur."""
    value = made(NODE)
    assert list(value) == ["name", "children", "parent", "next"]
    assert (value["children"], value["parent"], value["next"]) == ([], None, "end")


def test_required_recursion_ends() -> None:
    """Where the recursive parts are required, the least deep value is found."""
    leaf = {"const": "leaf"}
    tree = {
        **OBJECT,
        "required": ["l", "r"],
        "properties": {side: {"anyOf": [{"$ref": "#"}, leaf]} for side in "lr"},
    }
    assert made(tree) == {"l": "leaf", "r": "leaf"}
    list_of_one = {"type": "array", "minItems": 1, "items": {"oneOf": [{"$ref": "#"}, leaf]}}
    assert made(list_of_one) == ["leaf"]


def test_many_recursive_kinds_end() -> None:
    """A grammar of thirty kinds of nodes, one of which is a leaf."""
    kinds = [
        {
            **OBJECT,
            "required": ["kind", "l", "r"],
            "properties": {
                "kind": {"const": f"k{i}"},
                "l": {"$ref": "#/$defs/e"},
                "r": {"$ref": "#/$defs/e"},
            },
        }
        for i in range(30)
    ]
    made({"$ref": "#/$defs/e", "$defs": {"e": {"oneOf": [*kinds, {"type": "integer"}]}}})


def test_mutual_recursion_through_references_ends() -> None:
    """Two kinds of things that hold each other, one of them in a list."""
    a = {**OBJECT, "required": ["b"], "properties": {"b": {"$ref": "#/$defs/b"}}}
    b = {
        **OBJECT,
        "required": ["as"],
        "properties": {"as": {"type": "array", "items": {"$ref": "#/$defs/a"}}},
    }
    assert made({"$ref": "#/$defs/a", "$defs": {"a": a, "b": b}}) == {"b": {"as": []}}


def test_a_reference_to_itself_says_nothing() -> None:
    """`$ref` loops in place constrain nothing, and do not hang."""
    made({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}})
    made({"allOf": [{"$ref": "#"}], "type": "integer"})


def test_dynamic_references() -> None:
    """`$dynamicRef` takes the outermost anchor: a list whose items are strings."""
    schema = {
        "$id": "https://example.com/strings",
        "$ref": "list",
        "$defs": {
            "text": {"$dynamicAnchor": "item", "type": "string"},
            "list": {
                "$id": "list",
                "type": "array",
                "minItems": 1,
                "items": {"$dynamicRef": "#item"},
                "$defs": {"any": {"$dynamicAnchor": "item"}},
            },
        },
    }
    assert all(isinstance(item, str) for item in made(schema))


def _pets(mapping: JSON) -> JSON:
    pet = {**OBJECT, "required": ["kind"], "properties": {"kind": TEXT, "name": TEXT}}
    return {
        "oneOf": [{"$ref": "#/$defs/~1schemas~1Cat"}, {"$ref": "#/$defs/~1schemas~1Dog"}],
        "discriminator": {"propertyName": "kind", **mapping},
        "$defs": {"/schemas/Cat": {**pet, "required": ["kind", "claws"]}, "/schemas/Dog": pet},
    }


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({}, "Cat"),
        ({"mapping": {"a-cat": "#/$defs/~1schemas~1Cat", "a-dog": "#/$defs/~1schemas~1Dog"}}, "a-cat"),
        ({"mapping": {"a-dog": "Dog", "a-cat": "Cat"}}, "a-cat"),
        ({"mapping": {"a-dog": "#/schemas/Dog", "a-cat": "#/schemas/Cat"}}, "a-cat"),
    ],
)
def test_a_discriminator_names_the_branch(mapping: JSON, expected: str) -> None:
    """By `mapping`, in each of its spellings, else by the last part of the reference."""
    schema = _pets(mapping)
    schema["anyOf"] = schema.pop("oneOf")
    assert made(schema)["kind"] == expected


def test_a_discriminator_never_makes_invalid() -> None:
    """Where the branch's own constant differs, that one holds."""
    branch = {**OBJECT, "required": ["kind"], "properties": {"kind": {"const": "feline"}}}
    schema = {
        "oneOf": [{"$ref": "#/$defs/Cat"}],
        "discriminator": {"propertyName": "kind"},
        "$defs": {"Cat": branch},
    }
    assert made(schema) == {"kind": "feline"}


@pytest.mark.parametrize(
    "reference",
    [
        "#/$defs/~1components~1schemas~1Pet%20A",
        "https://example.com/root#/$defs/~1components~1schemas~1Pet%20A",
        "root#/$defs/~1components~1schemas~1Pet%20A",
        "#pet",
    ],
)
def test_references_are_followed(reference: str) -> None:
    """JSON pointers with every kind of escape, relative and absolute URIs, anchors."""
    target = {"$anchor": "pet", "const": "found"}
    schema = {
        "$id": "https://example.com/root",
        "$ref": reference,
        "$defs": {"/components/schemas/Pet A": target},
    }
    assert made(schema) == "found"


def test_large_examples_stay_readable() -> None:
    """Where everything would be 1,600 values, the optional depth is cut, and the same for every key."""
    row = {**OBJECT, "properties": {f"c{j}": TEXT for j in range(40)}}
    schema = {**OBJECT, "properties": {f"r{i}": row for i in range(40)}}
    for number in range(3):
        value = made(schema, str(number).encode())
        assert 0 < sum(1 + len(member) for member in value.values()) <= 1_000


def test_a_deep_example_is_cut_at_the_same_depth() -> None:
    """Ten levels of twenty things each."""
    levels = {
        f"n{i}": {**OBJECT, "properties": {f"c{j}": {"$ref": f"#/$defs/n{i + 1}"} for j in range(20)}}
        for i in range(10)
    }
    schema = {"$ref": "#/$defs/n0", "$defs": {**levels, "n10": TEXT}}
    value = made(schema)
    assert 0 < len(str(value)) < 60_000
    assert synthesise(schema, KEY) == value
