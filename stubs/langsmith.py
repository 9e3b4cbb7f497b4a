"""The stub of LangSmith's rule validation: what each evaluator could have answered.

No model is asked and no prompt is rendered. The shape of an item is this fake's convention, which
specs/langsmith/fake.overlay.yaml declares and describes.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from understudy.stub import Call, Reply, Unsatisfiable, answers

ROOTS = {
    "input": "test_inputs",
    "output": "test_outputs",
    "reference": "test_reference_outputs",
    "attachment": "test_attachments",
}
"""Where the paths of a variable mapping begin, and the member of the request that each means."""

SCORE = {
    "type": "object",
    "properties": {"score": {"type": "number", "minimum": 0, "maximum": 1}},
    "required": ["score"],
}
"""The outputs of an evaluator that brings no schema."""

# Bounds on what one request can make: variables can repeat a large value, and schemas can be slow.
MAX_VARIABLES = 16_000_000
MAX_EVALUATORS = 100

_STEP = re.compile(r"[^.\[\]]+")
_INDEX = re.compile("[0-9]{1,9}")
_SINGLE_BRACES = re.compile(r"\{\{|\{(\w[\w.\[\]-]*+)[^{}]*+\}")
_DOUBLE_BRACES = re.compile(r"\{\{[{#^&/]?\s*+(\w[\w.\[\]-]*+)\s*+\}\}")
_SCHEMA_WORDS = frozenset(("type", "properties", "$ref", "allOf", "anyOf", "oneOf", "enum", "const"))


@answers("POST /api/v1/runs/rules/validate")
def validate_rule(call: Call) -> Reply:
    """One result item for each evaluator, in order."""
    body = call.body
    tests = {root: body.get(member) for root, member in ROOTS.items()}
    items, room = [], MAX_VARIABLES
    for index, evaluator in enumerate(body.get("evaluators") or ()):
        inputs, room = _resolved(_paths(evaluator["structured"]), tests, room)
        items.append(_result(call, evaluator["structured"], inputs, index))
    return Reply(items)


def _result(
    call: Call, structured: Mapping[str, Any], inputs: Mapping[str, Any], index: int
) -> dict[str, Any]:
    outputs, error = _outputs(call, structured.get("schema"), index)
    return {
        "inputs": inputs,
        "outputs": outputs,
        "feedback": [_feedback(key, value) for key, value in (outputs or {}).items()],
        "run_id": call.uuid("run", str(index)),
        "session_name": "evaluators",
        "error": error,
    }


def _feedback(key: str, value: Any) -> dict[str, Any]:
    """Every top-level member of the outputs is a piece of feedback; truth scores 1 and falsehood 0."""
    score = int(value) if isinstance(value, bool) else value if isinstance(value, int | float) else None
    return {"key": key, "score": score, "value": value, "comment": None}


# --- outputs --------------------------------------------------------------------------------------------


def _outputs(
    call: Call, schema: dict[str, Any] | None, index: int
) -> tuple[dict[str, Any] | None, str | None]:
    """The outputs of an evaluator, or why there are none."""
    if index >= MAX_EVALUATORS:
        return None, f"not run: the fake runs at most {MAX_EVALUATORS} evaluators of one request"
    try:
        return _instance(call, _plain(schema), index), None
    except Unsatisfiable as error:
        return None, f"structured.schema has no outputs: {error}"


def _instance(call: Call, schema: dict[str, Any], index: int) -> Any:
    """An object that satisfies the schema. Raises Unsatisfiable."""
    names = ("outputs", str(index))
    value = call.synthesise(schema, *names)
    if isinstance(value, dict):
        return value
    if "object" not in schema.get("type", "object"):
        raise Unsatisfiable("/type", "the outputs of an evaluator are an object")
    return call.synthesise({**schema, "type": "object"}, *names)


def _plain(schema: dict[str, Any] | None) -> dict[str, Any]:
    """The JSON Schema itself: as given, or the `parameters` of `{"name", "description", "parameters"}`."""
    if schema is None:
        return SCORE
    parameters = schema.get("parameters")
    return parameters if isinstance(parameters, dict) and _SCHEMA_WORDS.isdisjoint(schema) else schema


# --- variables ------------------------------------------------------------------------------------------


def _paths(structured: Mapping[str, Any]) -> Mapping[str, str]:
    """The path of each variable: as mapped, or of those that the prompt names their own names."""
    mapping: Mapping[str, str] | None = structured.get("variable_mapping")
    if mapping is not None:
        return mapping
    single = structured.get("template_format") in (None, "f-string")
    pattern = _SINGLE_BRACES if single else _DOUBLE_BRACES
    found = (pattern.findall(template) for _, template in structured.get("prompt") or ())
    return {name: name for names in found for name in names if name}


def _resolved(paths: Mapping[str, str], tests: Mapping[str, Any], room: int) -> tuple[dict[str, Any], int]:
    """The variables, and what is left of the characters that they may take; without any they are null."""
    inputs = {}
    for name, path in paths.items():
        inputs[name] = _at(path, tests) if room > 0 else None
        room -= _length(inputs[name])
    return inputs, room


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else len(json.dumps(value))


def _at(path: str, tests: Mapping[str, Any]) -> Any:
    """The value at a path; null where there is none."""
    first, *rest = _STEP.findall(path) or [""]
    if rest and first in tests:
        return _walk(tests[first], rest)
    member = _walk(tests["input"], [first, *rest])
    return tests.get(first) if member is None and not rest else member


def _walk(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value
