"""Our refusals beside FastAPI's own: the same places, types and sentences."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from uuid import UUID

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

import fastapi_twin
import invalid_requests
from invalid_requests import Case
from understudy.contract import load
from understudy.serve.fastapi import words
from understudy.types import JSON, Place, Violation

SPECS = Path(__file__).parents[2] / "specs"
APIS = {"langsmith": invalid_requests.langsmith, "galileo": invalid_requests.galileo}


class Answers(NamedTuple):
    """What both sides say of one request that both refuse."""

    case: Case
    ours: list[dict[str, JSON]]
    theirs: list[dict[str, JSON]]


@cache
def refused_by_both(api: str) -> list[Answers]:
    contract = load(SPECS / api / "openapi.yaml")
    cases = APIS[api](2000)
    found = []
    for case, answer in zip(cases, fastapi_twin.answers(case.request for case in cases), strict=True):
        detail = json.loads(answer.body)["detail"] if answer.status == 422 else None
        match = contract.find(case.request.method, case.request.path)
        assert match is not None
        reading = match.operation.read(case.request, match.path_parameters)
        if reading.violations and isinstance(detail, list):
            ours = words.errors(reading.violations, form=api == "galileo")
            found.append(Answers(case, ours, detail))
    return found


def said(items: list[dict[str, JSON]]) -> list[str]:
    return sorted(f"{'/'.join(map(repr, item['loc']))}: {item['type']}" for item in items)


def disagreements(answers: list[Answers]) -> str:
    """Those that say different things, grouped by what each side says and the other does not."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for case, items, detail in answers:
        ours, theirs = said(items), said(detail)
        if ours != theirs:
            only_ours = [word for word in ours if word not in theirs]
            only_theirs = [word for word in theirs if word not in ours]
            groups[f"ours {only_ours}, FastAPI {only_theirs}"].append(case.fault)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return "\n".join(f"{len(faults)} x {group}, as for: {faults[0][:200]}" for group, faults in ordered)


@pytest.mark.parametrize("api", APIS)
def test_refusals_agree_with_fastapi(api: str) -> None:
    """Where both refuse, the places and types are the same for at least 95 % of the requests."""
    answers = refused_by_both(api)
    same = sum(said(ours) == said(theirs) for _, ours, theirs in answers)
    print(f"{api}: {same} of {len(answers)} agree\n{disagreements(answers)}")
    assert len(answers) > 1800
    assert same / len(answers) >= 0.95


@pytest.mark.parametrize("api", APIS)
def test_sentences_are_fastapis(api: str) -> None:
    """An item of the same place and type has the same sentence and context."""
    different = set()
    for _, ours, theirs in refused_by_both(api):
        spoken = {(*map(repr, item["loc"]), item["type"]): item for item in theirs}
        for item in ours:
            twin = spoken.get((*map(repr, item["loc"]), item["type"]), item)
            if (item["msg"], item.get("ctx")) != (twin["msg"], twin.get("ctx")):
                different.add((item["msg"], twin["msg"]))
    assert not different


@pytest.mark.parametrize("api", APIS)
def test_twin_declares_the_vendored_schemas(api: str) -> None:
    """The twin's components are the vendored ones, but for three things of no consequence for a request."""
    vendored = yaml.safe_load((SPECS / api / "openapi.yaml").read_text())["components"]["schemas"]
    declared = fastapi_twin.app.openapi()["components"]["schemas"]
    # Newer FastAPI declares what it always sent, and writes 3.1's spelling of a file.
    for name in ("input", "ctx"):
        declared["ValidationError"]["properties"].pop(name, None)
    for schema in declared.values():
        file = schema["properties"].get("file", {}) if "properties" in schema else {}
        if file.pop("contentMediaType", None):
            file["format"] = "binary"
    # LangSmith answers with that model elsewhere, which splits it in two; indenting is the vendor's.
    text = json.dumps({name: declared[name.removesuffix("-Input")] for name in vendored})
    text = text.replace("/RunRuleSpendLimitSchema", "/RunRuleSpendLimitSchema-Input")
    assert without_descriptions(json.loads(text)) == without_descriptions(vendored)


def without_descriptions(node: JSON) -> JSON:
    if isinstance(node, list):
        return [without_descriptions(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {name: without_descriptions(value) for name, value in node.items() if name != "description"}


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")
    x: int


def violation(
    rule: str, got: JSON, schema: dict[str, JSON], *, path: tuple[str | int, ...] = ("v",), **more: Any
) -> Violation:
    return Violation(rule, "body", path, f"/{rule}", "does not fit", schema.get(rule), got, schema, **more)


def bound(rule: str, limit: JSON, got: JSON) -> Violation:
    return violation(rule, got, {rule: limit})


def in_branches(got: JSON, schemas: list[dict[str, JSON]], *branches: Violation) -> Violation:
    return violation("anyOf", got, {"anyOf": schemas}, branches=tuple((branch,) for branch in branches))


STRING, INTEGER, LIST = (
    {"type": "string"},
    {"type": "integer"},
    {"type": "array", "items": {"type": "string"}},
)
WORDS: dict[str, tuple[Any, JSON, Violation]] = {
    "minimum": (Annotated[int, Field(ge=3)], 1, bound("minimum", 3, 1)),
    "maximum": (Annotated[float, Field(le=3)], 4.5, bound("maximum", 3.0, 4.5)),
    "exclusiveMaximum": (Annotated[int, Field(lt=3)], 3, bound("exclusiveMaximum", 3, 3)),
    "multipleOf": (Annotated[int, Field(multiple_of=2)], 3, bound("multipleOf", 2, 3)),
    "minLength": (Annotated[str, Field(min_length=1)], "", bound("minLength", 1, "")),
    "maxLength": (Annotated[str, Field(max_length=2)], "abc", bound("maxLength", 2, "abc")),
    "pattern": (Annotated[str, Field(pattern="^a$")], "b", bound("pattern", "^a$", "b")),
    "minItems": (Annotated[list[str], Field(min_length=2)], ["a"], bound("minItems", 2, ["a"])),
    "maxItems": (Annotated[list[str], Field(max_length=0)], ["a"], bound("maxItems", 0, ["a"])),
    "minProperties": (
        Annotated[dict[str, int], Field(min_length=2)],
        {"a": 1},
        bound("minProperties", 2, {"a": 1}),
    ),
    "an unknown property": (
        Model,
        {"x": 1, "y": 2},
        violation("additionalProperties", {"x": 1, "y": 2}, {"additionalProperties": False}, path=("v", "y")),
    ),
    "a literal of several": (
        Literal["a", "b", 3],
        "c",
        violation("enum", "c", {"enum": ["a", "b", 3]}),
    ),
    "null wanted": (None, 1, violation("type", 1, {"type": "null"})),
    "a date": (date, [], violation("type", [], {"type": "string", "format": "date"})),
    "a union": (
        str | list[str] | int,
        {"a": 1},
        in_branches(
            {"a": 1},
            [STRING, LIST, INTEGER],
            violation("type", {"a": 1}, STRING),
            violation("type", {"a": 1}, LIST),
            violation("type", {"a": 1}, INTEGER),
        ),
    ),
    "a union, deeper": (
        list[str] | Model,
        {"x": "a"},
        in_branches(
            {"x": "a"},
            [LIST, {"$ref": "#/components/schemas/Model"}],
            violation("type", {"x": "a"}, LIST),
            violation("type", "a", INTEGER, path=("v", "x")),
        ),
    ),
    "a union of formats": (
        UUID | datetime,
        True,
        in_branches(
            True,
            [{**STRING, "format": "uuid"}, {**STRING, "format": "date-time"}],
            violation("type", True, {**STRING, "format": "uuid"}),
            violation("type", True, {**STRING, "format": "date-time"}),
        ),
    ),
    "a union of the bounded": (
        Annotated[str, Field(max_length=1)] | Annotated[int, Field(gt=1)],
        [],
        in_branches(
            [],
            [{**STRING, "maxLength": 1}, {**INTEGER, "exclusiveMinimum": 1}],
            violation("type", [], {**STRING, "maxLength": 1}),
            violation("type", [], {**INTEGER, "exclusiveMinimum": 1}),
        ),
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_words_are_pydantics(name: str) -> None:
    """Keywords that the two vendored requests do not use are told as pydantic tells them."""
    annotation, value, found = WORDS[name]
    with pytest.raises(ValidationError) as refusal:
        TypeAdapter(annotation).validate_python(value)
    spoken = [dict(error) for error in refusal.value.errors(include_url=False)]
    assert words.errors([found]) == [
        {**error, "loc": ["body", "v", *error["loc"]]}  # type: ignore[misc]
        for error in spoken
    ]


@pytest.mark.parametrize("place", ["query", "path", "header", "cookie"])
def test_parameters_are_texts(place: Place) -> None:
    """A parameter is shown as it was sent, a missing one as null."""
    path, pointer = ("n",), "/parameters/0"
    missing = Violation("required", place, path, pointer, "n is missing", True, {}, {})
    small = Violation("minimum", place, path, pointer, "too small", 3, 1, {"type": "integer", "minimum": 3})
    absent, found = words.errors([missing, small])
    assert absent == {"type": "missing", "loc": [place, "n"], "msg": "Field required", "input": None}
    assert (found["loc"], found["input"]) == ([place, "n"], "1")


@pytest.mark.parametrize("rule", ["business", "content", "if", "uniqueItems", "propertyNames"])
def test_what_pydantic_has_no_word_for_is_a_value_error(rule: str) -> None:
    """Any other rule is a value_error that carries the violation's own message."""
    (item,) = words.errors([violation(rule, "x", {})])
    assert (item["type"], item["msg"], item["loc"]) == (
        "value_error",
        "Value error, does not fit",
        ["body", "v"],
    )


@pytest.mark.parametrize("generate", APIS.values(), ids=APIS)
def test_invalid_requests_are_the_same_each_time(generate: Callable[[int], list[Case]]) -> None:
    """A shorter list is the beginning of a longer one, and few requests come twice."""
    cases = generate(2000)
    assert generate(500) == cases[:500]
    assert len({case.request for case in cases}) > 1900
