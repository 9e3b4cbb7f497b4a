"""What the report of a check says of one operation and one rule, in words that a failing test can use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from understudy import content
from understudy.check.select import is_selected
from understudy.contract import load
from understudy.contract.wording import shown
from understudy.html.text import visible
from understudy.report import words
from understudy.report.model import ApiReport, Report, untested
from understudy.suite import Terms
from understudy.types import Finding

_TOLD = 5
"""Findings that are told in full."""
_MAX_CURL = 2000


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that one operation is held to; `name` is that of a rule of `report.words.RULES`."""

    api: str
    operation: str
    name: str


def rules(terms: Terms) -> list[Rule]:
    """Every operation that is meant, with every rule. Raises DocumentError and UsageError."""
    overlays = tuple(map(Path, terms.overlays))
    return [
        Rule(api.name, operation.name, rule.name)
        for api in content.find((terms.spec,))
        for operation in load(api.document, (*api.facts, *overlays)).operations
        if is_selected(operation, terms.include, terms.exclude)
        for rule in words.RULES
    ]


def trouble(report: Report) -> str:
    """Why the report says nothing of an API; empty where it does."""
    dead = [api for api in report.apis if not api.was_tested]
    return "\n".join(f"{words.headline(report)}: {_reason(api)}" for api in dead)


def _reason(api: ApiReport) -> str:
    told = [words.cause(finding) for finding in api.findings if finding.verdict == "infrastructure"]
    told += [left.reason for left in untested(api)]
    return next(iter(told), "no request was planned")


def not_tested(report: Report, rule: Rule) -> str:
    """Why the operation was not tested; empty where it was."""
    api = _api(report, rule)
    reasons = {left.operation: left.reason for left in untested(api) if not left.part}
    served = any(found.served for found in api.operations if found.name == rule.operation)
    return "" if served else reasons.get(rule.operation, "no answer")


def broken(report: Report, rule: Rule) -> str:
    """The findings about the rule that fail the run, and a run cut short; empty where there is neither."""
    stopped = _api(report, rule).stopped if rule.name == "answers" else ""
    told = _told([finding for finding in _findings(report, rule) if report.fails(finding)])
    return "\n".join(filter(None, (f"not tested to the end: {stopped}" if stopped else "", told)))


def borne(report: Report, rule: Rule) -> str:
    """The findings about the rule that are no reason to fail; empty where there are none."""
    return _told([finding for finding in _findings(report, rule) if not report.fails(finding)])


def _api(report: Report, rule: Rule) -> ApiReport:
    return next(api for api in report.apis if api.name == rule.api)


def _findings(report: Report, rule: Rule) -> list[Finding]:
    found = _api(report, rule).findings
    return [one for one in found if one.operation == rule.operation and words.rule_of(one) == rule.name]


def _told(findings: Sequence[Finding]) -> str:
    told = ["\n  ".join(_lines(finding)) for finding in findings[:_TOLD]]
    more = len(findings) - len(told)
    return "\n".join([*told, f"and {more} more"] if more else told)


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{finding.verdict}: {words.cause(finding)}"
    line = f":{finding.line}" if finding.line else ""
    yield visible(f"at {finding.file}{line} {finding.pointer}".rstrip())
    if finding.expected is not None:
        yield visible(f"expected {shown(finding.expected)}, got {shown(finding.got)}")
    yield f"seen {words.times(finding.count)}, finding {finding.id}"
    if len(finding.curl) <= _MAX_CURL:
        yield visible(finding.curl)
