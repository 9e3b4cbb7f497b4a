"""What only a whole run can tell: findings that are one cause, which no shard sees all of.

The one that is told keeps the id of the smallest of them, so that a baseline knows it in a shard too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from understudy.report.model import ApiReport, OperationReport, Report, weight
from understudy.types import Finding

_MANY = 20
_NEARLY_ALL = 0.8
TAKES = "takes what the contract refuses: "
"""How a finding about one such request begins."""


def settled(report: Report) -> Report:
    """The report with findings of one cause told as one; a part of a run is left as it is."""
    return report if report.shards else replace(report, apis=tuple(map(_settled, report.apis)))


def _settled(api: ApiReport) -> ApiReport:
    found = api.findings
    for operation in api.operations:
        mine = [finding for finding in found if finding.operation == operation.name]
        others = [finding for finding in found if finding.operation != operation.name]
        found = (*others, *_without_a_flood(operation, _by_door(mine)))
    kept = {finding.id for finding in found}
    places = {(finding.file, finding.line) for finding in found}
    return replace(
        api,
        findings=tuple(sorted(found, key=weight)),
        quotes=tuple(quote for quote in api.quotes if (quote.file, quote.line) in places),
        cut=tuple(cut for cut in api.cut if cut.finding in kept),
    )


def _by_door(findings: Sequence[Finding]) -> list[Finding]:
    """Bad credentials that let in, one fault: who lets in without any does not look at those of a scheme."""
    none = [finding for finding in findings if finding.rule == "unauthenticated-accepted"]
    bad = [finding for finding in findings if finding.rule == "credential-accepted"]
    if len(none + bad) < 2:
        return list(findings)
    rest = [finding for finding in findings if finding not in (*none, *bad)]
    first, *others = sorted(none or bad, key=lambda finding: finding.size)
    if none:
        return [*rest, replace(first, count=_count(none + bad))]
    schemes = ", ".join(sorted(str(token) for other in others for token in other.path))
    message = f"{first.message}; nor are the credentials checked for {schemes}"
    return [*rest, replace(first, message=message, path=(), count=_count(bad))]


def _without_a_flood(operation: OperationReport, findings: Sequence[Finding]) -> list[Finding]:
    """Where nearly every request that the contract refuses is taken, that is one fault and not hundreds."""
    lenient = [finding for finding in findings if finding.verdict == "lenient"]
    if len(lenient) < _MANY or _share_taken(operation) < _NEARLY_ALL:
        return list(findings)
    example = min(lenient, key=lambda finding: finding.size)
    what = f"takes nearly every request that the contract refuses, in {len(lenient)} ways; the smallest"
    flood = replace(
        example,
        rule="accepts-everything",
        message=f"{what}: {example.message.removeprefix(TAKES)}",
        count=_count(lenient),
    )
    return [*(finding for finding in findings if finding not in lenient), flood]


def _share_taken(operation: OperationReport) -> float:
    """How much of what was to be refused was taken; what failed tells nothing."""
    answers = {count.name: count.count for count in operation.refusable if count.name < "5"}
    taken = sum(count for status, count in answers.items() if status < "4")
    return taken / max(1, sum(answers.values()))


def _count(findings: Iterable[Finding]) -> int:
    return sum(finding.count for finding in findings)
