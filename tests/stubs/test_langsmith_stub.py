"""What the shipped LangSmith answers to a rule, and what it refuses."""

import json
from pathlib import Path
from uuid import UUID

import pytest
import yaml

CASES = yaml.safe_load(
    (Path(__file__).parent / "cases" / "langsmith_variables.yaml").read_text(encoding="utf-8")
)

VERDICT = {
    "type": "object",
    "properties": {
        "correct": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "why": {"type": "string"},
        "steps": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "none": {"type": "null"},
    },
    "required": ["correct", "score", "why", "steps", "none"],
}


def evaluator(**structured):
    """An evaluator with these members of `structured`."""
    return {"structured": structured}


def items(answer):
    """The items of a 200."""
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def item(ask, **structured):
    """The one item for one evaluator without test data."""
    [only] = items(ask.langsmith(evaluators=[evaluator(**structured)]))
    return only


# --- items ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", [{}, {"evaluators": None}, {"evaluators": []}, {"code_evaluators": []}])
def test_without_evaluators_there_are_no_items(ask, rule):
    """Nothing to run is nothing to tell."""
    assert items(ask.langsmith(**rule)) == []


def test_an_item_has_the_declared_members(ask):
    """The convention of the fake overlay, whole."""
    found = item(ask, schema=VERDICT)
    assert list(found) == ["inputs", "outputs", "feedback", "run_id", "session_name", "error"]
    assert UUID(found["run_id"]).version == 4
    assert (found["session_name"], found["error"], found["inputs"]) == ("evaluators", None, {})


def test_there_is_one_item_for_each_evaluator_in_order(ask):
    """Each item is made by its own evaluator's schema."""
    schemas = [{"type": "object", "properties": {name: {}}, "required": [name]} for name in "cab"]
    found = items(ask.langsmith(evaluators=[evaluator(schema=schema) for schema in schemas]))
    assert [list(one["outputs"]) for one in found] == [["c"], ["a"], ["b"]]


def test_two_equal_evaluators_are_two_runs(ask):
    """Their place in the list tells them apart."""
    first, second = items(ask.langsmith(evaluators=[evaluator(schema=VERDICT)] * 2))
    assert first["run_id"] != second["run_id"]


def test_beyond_a_hundred_evaluators_none_is_run(ask):
    """The items are there, and say why they are empty."""
    found = items(ask.langsmith(evaluators=[evaluator()] * 101))
    assert [one["error"] for one in found[:100]] == [None] * 100
    assert found[100]["outputs"] is None
    assert "at most 100" in found[100]["error"]


# --- determinism ----------------------------------------------------------------------------------------


def test_the_same_request_gets_the_same_bytes(ask):
    """Nothing but the request and the seed is in the reply."""
    first, second = (ask.langsmith(evaluators=[evaluator(schema=VERDICT)]) for _ in range(2))
    assert first == second


def test_the_order_of_members_does_not_count(ask):
    """Neither of the body, nor of schemas, mappings and test data, echoed or not."""
    body = {
        "display_name": "rule",
        "sampling_rate": 1,
        "test_inputs": {"a": {"x": 1, "y": [{"p": 1, "q": 2}]}, "b": 2},
        "evaluators": [evaluator(schema=VERDICT, variable_mapping={"whole": "a", "half": "b"})],
    }
    backwards = json.loads(json.dumps(body), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    first, second = json.dumps(body), json.dumps(backwards)
    assert first != second
    assert ask.langsmith_text(first.encode()) == ask.langsmith_text(second.encode())


def test_the_reason_against_a_schema_does_not_depend_on_the_order_of_its_members(ask):
    """Of several contradictions the same one is told."""
    members = dict.fromkeys("abcd", False)
    forward = item(ask, schema={"type": "object", "properties": members, "required": ["a", "b"]})
    backward = dict(reversed(members.items()))
    assert forward == item(ask, schema={"required": ["a", "b"], "properties": backward, "type": "object"})


def test_another_request_and_another_seed_give_other_runs(ask, ask_seeded):
    """Ids are derived from both."""
    runs = [
        item(ask, schema=VERDICT)["run_id"],
        item(ask, schema=VERDICT, model={})["run_id"],
        item(ask_seeded, schema=VERDICT)["run_id"],
    ]
    assert len(set(runs)) == 3


# --- outputs and feedback -------------------------------------------------------------------------------


def test_each_top_level_member_of_the_outputs_is_a_piece_of_feedback(ask):
    """Scores are numbers, 1 and 0 stand for true and false; the value is always there."""
    found = item(ask, schema=VERDICT)
    outputs = found["outputs"]
    assert {entry["key"]: entry["value"] for entry in found["feedback"]} == outputs
    assert {entry["key"]: entry["score"] for entry in found["feedback"]} == {
        "correct": int(outputs["correct"]),
        "score": outputs["score"],
        "why": None,
        "steps": None,
        "none": None,
    }
    assert all(list(entry) == ["key", "score", "value", "comment"] for entry in found["feedback"])


@pytest.mark.parametrize(
    "given",
    [
        {"name": "verdict", "description": "How good", "parameters": VERDICT},
        {"name": "verdict", "strict": True, "parameters": VERDICT},
        {"title": "verdict", **VERDICT},
    ],
)
def test_a_schema_comes_plain_or_as_the_parameters_of_a_function(ask, given):
    """Both shapes that LangSmith documents give the same outputs."""
    assert item(ask, schema=given)["outputs"].keys() == VERDICT["properties"].keys()


def test_a_property_called_parameters_is_no_function(ask):
    """Where there are words of JSON Schema beside it, `parameters` is none."""
    schema = {"type": "object", "parameters": {"type": "string"}, "properties": {"a": {}}, "required": ["a"]}
    assert list(item(ask, schema=schema)["outputs"]) == ["a"]


@pytest.mark.parametrize("structured", [{}, {"schema": None}, {"hub_ref": "owner/prompt:latest"}])
def test_an_evaluator_without_a_schema_gives_a_score(ask, structured):
    """A prompt of the hub brings a schema of its own, which the fake cannot know."""
    found = item(ask, **structured)
    assert list(found["outputs"]) == ["score"]
    assert 0 <= found["outputs"]["score"] <= 1


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"title": "Anything"},
        {"type": ["null", "object", "string"]},
        {"properties": {"a": {"type": "integer"}}, "required": ["a"]},
        {"$defs": {"A": {"type": "object", "required": ["a"]}}, "$ref": "#/$defs/A"},
        {"type": "object", "properties": {"next": {"$ref": "#"}}},
        {"anyOf": [{"type": "string"}, {"type": "object", "required": ["b"]}]},
        {"enum": [1, {"a": 1}, "x"]},
    ],
)
def test_outputs_are_an_object_wherever_the_schema_takes_one(ask, schema):
    """Other types that it takes as well are passed over."""
    found = item(ask, schema=schema)
    assert isinstance(found["outputs"], dict), found["error"]
    assert found["error"] is None


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "string"}, "are an object (at /type)"),
        ({"type": ["string", "null"]}, "are an object (at /type)"),
        ({"enum": [1, 2]}, "no outputs"),
        ({"$ref": "#/$defs/S", "$defs": {"S": {"type": "string"}}}, "/$defs/S"),
        ({"type": "object", "properties": {"a": False}, "required": ["a"]}, "forbidden"),
        ({"type": "object", "minProperties": 2, "maxProperties": 1}, "minProperties"),
        ({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}}, "recursion"),
        ({"type": "object", "minProperties": 10**9}, "too large"),
        ({"$ref": "https://example.com/schema.json"}, "remote references are not followed"),
        ({"$ref": "#/$defs/missing"}, "/$defs/missing"),
        ({"type": 5}, "not a schema"),
        ({"properties": []}, "not a schema"),
        ({"name": "f", "parameters": {"type": "string"}}, "are an object (at /type)"),
    ],
)
def test_a_schema_without_outputs_is_an_error_of_its_item_alone(ask, schema, reason):
    """The other evaluators of the request are not touched."""
    broken, sound = items(ask.langsmith(evaluators=[evaluator(schema=schema), evaluator(schema=VERDICT)]))
    assert (broken["outputs"], broken["feedback"]) == (None, [])
    assert broken["error"].startswith("structured.schema has no outputs: ")
    assert reason in broken["error"]
    assert (sound["error"], len(sound["feedback"])) == (None, 5)


# --- variables ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "value"), CASES["paths"].items())
def test_a_mapped_variable_is_the_value_at_its_path(ask, path, value):
    """Roots, bare names, members, indexes; null where there is nothing."""
    structured = {"variable_mapping": {"variable": path}}
    [found] = items(ask.langsmith(evaluators=[evaluator(**structured)], **CASES["tests"]))
    assert found["inputs"] == {"variable": value}


@pytest.mark.parametrize("missing", [{}, dict.fromkeys(CASES["tests"])])
@pytest.mark.parametrize("path", ["question", "input", "output.answer", "attachment"])
def test_without_test_data_every_variable_is_null(ask, path, missing):
    """Test data may be absent or null."""
    structured = {"variable_mapping": {"variable": path}}
    [found] = items(ask.langsmith(evaluators=[evaluator(**structured)], **missing))
    assert found["inputs"] == {"variable": None}


@pytest.mark.parametrize(("template_format", "template", "names"), CASES["prompts"])
def test_without_a_mapping_the_variables_are_those_of_the_prompt(ask, template_format, template, names):
    """Each is resolved by its own name."""
    found = item(ask, template_format=template_format, prompt=[["system", template], ["human", "Go."]])
    assert sorted(found["inputs"]) == sorted(names)


def test_a_variable_of_the_prompt_has_the_value_of_its_field(ask):
    """The names are paths like any other."""
    structured = {"prompt": [["human", "{question} {output.score}"]]}
    [found] = items(ask.langsmith(evaluators=[evaluator(**structured)], **CASES["tests"]))
    assert found["inputs"] == {"question": "What is 6 times 7?", "output.score": 0.5}


def test_a_mapping_counts_even_when_empty(ask):
    """Only an absent one leaves the variables to the prompt."""
    assert item(ask, variable_mapping={}, prompt=[["human", "{question}"]])["inputs"] == {}


def test_variables_cannot_swell_a_reply_without_bound(ask):
    """A large value that is repeated without end is null after a while."""
    mapping = {f"v{index:03}": "text" for index in range(100)}
    evaluators = [evaluator(variable_mapping=mapping)] * 2
    answer = ask.langsmith(evaluators=evaluators, test_inputs={"text": "x" * 1_000_000})
    assert len(answer.body) < 18_000_000
    first, second = (list(one["inputs"].values()) for one in items(answer))
    assert [first.count(None), second.count(None)] == [84, 100]


# --- code evaluators ------------------------------------------------------------------------------------

CODE = {"code": "def perform_eval(run): return {'score': 1}"}


@pytest.mark.parametrize("given", [[CODE], [CODE, {**CODE, "language": "javascript"}]])
def test_code_evaluators_are_refused_with_one_item(ask, given):
    """The rule that the operation's description states, as the declared 422."""
    answer = ask.langsmith(code_evaluators=given, evaluators=[evaluator()])
    assert answer.status == 422
    assert json.loads(answer.body)["detail"] == [
        {
            "type": "value_error",
            "loc": ["body", "code_evaluators"],
            "msg": "Value error, Code evaluators are not allowed.",
            "input": given,
            "ctx": {"error": {}},
        }
    ]


@pytest.mark.parametrize("given", [None, []])
def test_no_code_evaluators_are_fine(ask, given):
    """Clients that fill every member of the model send these."""
    assert ask.langsmith(code_evaluators=given).status == 200


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([{}], [("missing", [0, "code"])]),
        ([CODE, {"code": 5}], [("string_type", [1, "code"])]),
        ([{"code": "x", "language": "cobol"}], [("enum", [0, "language"])]),
        (["x"], [("model_attributes_type", [0])]),
        ({}, [("list_type", [])]),
        ("x", [("list_type", [])]),
    ],
)
def test_malformed_code_evaluators_get_their_ordinary_errors_alone(ask, given, expected):
    """That there are any at all is told only when nothing else is wrong."""
    found = json.loads(ask.langsmith(code_evaluators=given).body)["detail"]
    wanted = [(kind, ["body", "code_evaluators", *path]) for kind, path in expected]
    assert [(error["type"], error["loc"]) for error in found] == wanted


def test_code_evaluators_are_told_only_when_the_rest_is_valid(ask):
    """Any other fault of the body comes first."""
    found = json.loads(ask.langsmith(code_evaluators=[CODE], group_by="x").body)["detail"]
    assert [error["loc"] for error in found] == [["body", "group_by"]]


# --- without overlays -----------------------------------------------------------------------------------


def test_without_overlays_the_reply_keeps_the_bare_document(ask_bare):
    """The stub serves the published document just as well, which knows no rule against code."""
    answer = ask_bare.langsmith(evaluators=[evaluator(schema=VERDICT)], code_evaluators=[CODE])
    assert [one["error"] for one in items(answer)] == [None]
