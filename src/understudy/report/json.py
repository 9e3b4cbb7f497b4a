"""The report as JSON, and back: the form that is merged, compared and rendered."""

import json
from functools import cache
from importlib.resources import files

import jsonschema_rs

from understudy.errors import UsageError
from understudy.report.codec import decode, encode
from understudy.report.coverage import coverage
from understudy.report.model import Report, by_verdict
from understudy.report.words import exit_code, headline, percentiles
from understudy.types import JSON

FORMAT = 1


def to_json(report: Report) -> str:
    """The report by `schema.json`: the same bytes for equal reports."""
    told = {"format": FORMAT, "summary": _summary(report), **encode(report)}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def from_json(text: str | bytes) -> Report:
    """The report that `to_json` told; its summary is told anew. Raises UsageError."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise UsageError(f"not a report of Understudy: {error}") from None
    fault = next(iter(_validator().iter_errors(value)), None)
    if fault is not None:
        place = "/".join(map(str, fault.instance_path)) or "its top"
        raise UsageError(f"not a report of Understudy: at {place}: {fault.message[:200]}")
    report: Report = decode(Report, value)
    return report


def schema() -> dict[str, JSON]:
    """The published JSON Schema of a report."""
    text = files("understudy.report").joinpath("schema.json").read_text(encoding="utf-8")
    found: dict[str, JSON] = json.loads(text)
    return found


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema(), validate_formats=True)


def _summary(report: Report) -> dict[str, JSON]:
    """What a machine asks first; all of it follows from the rest."""
    operations = [operation for _, operation in report.operations]
    return {
        "headline": headline(report),
        "exit_code": exit_code(report),
        "cases": sum(operation.cases for operation in operations),
        "answered": sum(operation.answered for operation in operations),
        "findings": by_verdict(report.findings),
        "coverage": {kind: {"seen": seen, "all": whole} for kind, (seen, whole) in coverage(report).items()},
        "latency_ms": percentiles(operations),
    }
