"""The report as SARIF 2.1.0: every finding at its line of the document, for code scanning."""

import json
from collections.abc import Iterator
from urllib.parse import quote

from understudy.html.text import visible
from understudy.report import words
from understudy.report.model import Report
from understudy.types import JSON, Finding, Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 5000
"""GitHub keeps 5,000 results of a run."""
_LEVELS: dict[Verdict, str] = {"server": "error", "auth": "error", "lenient": "warning", "data": "warning"}


def to_sarif(report: Report) -> str:
    """The whole log: one run, the heaviest findings first."""
    findings = report.findings[:MAX_RESULTS]
    rules = sorted({_rule_id(finding): finding for finding in findings}.items())
    driver = {
        "name": "Understudy",
        "version": report.version,
        "rules": [_rule(name, finding) for name, finding in rules],
    }
    index = {name: number for number, (name, _) in enumerate(rules)}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "understudy/" + "+".join(visible(api.name) for api in report.apis)},
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, index) for finding in findings],
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)
        + "\n"
    )


def _rule_id(finding: Finding) -> str:
    """Stable, and one level each: a rule's level follows from the verdict."""
    return f"{finding.verdict}/{finding.rule}"


def _rule(name: str, finding: Finding) -> JSON:
    title = next(rule.title for rule in words.RULES if rule.name == words.rule_of(finding))
    meaning = words.MEANING[finding.verdict]
    return {
        "id": visible(name),
        "shortDescription": {"text": f"{title[:1].upper()}{title[1:]} ({visible(finding.rule)})"},
        "fullDescription": {"text": meaning},
        "help": {"text": f"{meaning} What is asked of every operation: that it {title}."},
        "defaultConfiguration": {"level": _LEVELS.get(finding.verdict, "note")},
        "properties": {"tags": ["openapi", "contract", finding.verdict]},
    }


def _result(report: Report, finding: Finding, index: dict[str, int]) -> JSON:
    name = _rule_id(finding)
    text = f"{visible(finding.operation)}: {words.cause(finding)} (seen {words.times(finding.count)})"
    result: dict[str, JSON] = {
        "ruleId": visible(name),
        "ruleIndex": index[name],
        "level": _LEVELS.get(finding.verdict, "note"),
        "message": {"text": text},
        "locations": [_location(finding)],
        "partialFingerprints": {"understudyFinding/v1": finding.id},
        "occurrenceCount": finding.count,
    }
    suppressions = list(_suppressions(report, finding))
    return {**result, "suppressions": suppressions} if report.baseline else result


def _location(finding: Finding) -> JSON:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(finding.file, safe="/.~")},
            "region": {"startLine": finding.line or 1},
        },
        "logicalLocations": [{"fullyQualifiedName": visible(finding.pointer or "/"), "kind": "member"}],
    }


def _suppressions(report: Report, finding: Finding) -> Iterator[JSON]:
    for listed in report.baseline:
        if listed.id == finding.id and listed.state == "known":
            yield {"kind": "external", "justification": visible(listed.reason)}
