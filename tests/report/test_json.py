"""The JSON report, its published schema, and the way back."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import jsonschema
import pytest

from report import saying
from understudy.contract import Contract
from understudy.errors import UsageError
from understudy.report import model
from understudy.report.json import from_json, schema, to_json
from understudy.report.model import Listed, Report
from understudy.types import JSON, Failure, Finding, Request, Response


def test_the_report_keeps_to_its_schema(everything: Report) -> None:
    """By an independent validator, which finds the schema itself in order too."""
    jsonschema.Draft202012Validator.check_schema(schema())
    listed = (Listed("a", "why", "me", "2026-01-01", "known"),)
    full = replace(everything, baseline=listed, fail_under={"valid": 50.0}, shards=("1/2",))
    jsonschema.Draft202012Validator(schema()).validate(json.loads(to_json(full)))


def test_every_object_of_the_schema_is_closed() -> None:
    """No member is allowed that the schema does not name."""
    for node in objects(schema()):
        if node.get("type") == "object":
            assert "additionalProperties" in node
            assert node["additionalProperties"] is not True


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (model.Count, "count"),
        (model.Status, "status"),
        (model.MediaType, "media_type"),
        (model.Part, "part"),
        (model.Bucket, "bucket"),
        (model.OperationReport, "operation"),
        (model.NotTested, "not_tested"),
        (model.Quote, "quote"),
        (model.Cut, "cut"),
        (model.ApiReport, "api"),
        (model.Listed, "listed"),
        (Finding, "finding"),
        (Request, "request"),
        (Response, "response"),
        (Failure, "failure"),
    ],
)
def test_the_schema_names_the_fields_of_the_model(kind: Any, name: str) -> None:
    """A field that is added to the model is added to the schema."""
    node = schema()["$defs"][name]
    assert node["required"] == list(node["properties"]) == [field.name for field in fields(kind)]


def test_a_report_survives_the_way_there_and_back(everything: Report) -> None:
    """So that merge, compare and render see what the run saw."""
    text = to_json(everything)
    assert from_json(text) == everything
    assert to_json(from_json(text.encode())) == text


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", "\u2028\u00fc".encode(), b"\x00"])
def test_bodies_survive_as_they_were(pets: Contract, body: bytes) -> None:
    """Text or not."""
    report = saying.report(pets, (), [saying.finding(pets, response=saying.answer(body=body))])
    assert from_json(to_json(report)) == report


@pytest.mark.parametrize("value", [10**30, -(2**70), 1.5e300, {"verdict": {}}, "\ud800\udc00"])
def test_odd_values_can_be_stored(pets: Contract, value: JSON) -> None:
    """Whatever a server sends, the report is written and read."""
    report = saying.report(pets, (), [saying.finding(pets, got=value, expected=value)])
    assert from_json(to_json(report)) == report


def test_only_findings_have_a_verdict(everything: Report) -> None:
    """So that whoever looks for verdicts finds findings."""
    nodes = [node for node in objects(json.loads(to_json(everything))) if "verdict" in node]
    assert len(nodes) == len(everything.findings)
    assert all("curl" in node for node in nodes)


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"format": 2}', b"\xff"])
def test_what_is_no_report_is_told_so(text: str | bytes) -> None:
    """In one sentence, and not by a traceback."""
    with pytest.raises(UsageError, match="not a report of Understudy"):
        from_json(text)


def test_an_unknown_member_is_an_error(everything: Report) -> None:
    """A report of another format is not read as if it were of this one."""
    changed = {**json.loads(to_json(everything)), "extra": 1}
    with pytest.raises(UsageError, match="extra"):
        from_json(json.dumps(changed))


def objects(value: JSON) -> Iterator[dict[str, JSON]]:
    if isinstance(value, dict):
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from objects(child)
