"""From a contract, its trials and its findings to a report."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from understudy.contract import Contract, Operation
from understudy.html.text import stored
from understudy.report import coverage
from understudy.report.join import Kept, joined
from understudy.report.model import (
    ApiReport,
    Bucket,
    Cut,
    NotTested,
    OperationReport,
    Quote,
    bucket_bound,
    bucket_step,
    tally,
)
from understudy.report.values import plain
from understudy.types import Failure, Finding, Headers, Request, Response, Trial

BODY_LIMIT = 65_536
"""Bytes kept of each body of a finding."""

_BEFORE, _AFTER = 3, 5
_MAX_LINE = 200
_TEXTS = ("id", "api", "operation", "rule", "pointer", "message", "proof", "case", "intent", "curl")
# They differ from one run, machine or transport to the next and say nothing of the service.
_TRANSPORT = frozenset(
    ("connection", "content-length", "date", "host", "keep-alive", "server", "transfer-encoding", "via")
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run knows of itself: digests of the document's file and of the whole plan, and its seed."""

    sha256: str
    seed: int
    plan: str
    timings: bool = False
    """Whether latencies are wanted, which no two runs share."""


def api_report(
    contract: Contract,
    ran: Ran,
    trials: Iterable[Trial],
    findings: Iterable[Finding],
    not_tested: Iterable[NotTested] = (),
) -> ApiReport:
    """The report of one API. The order of trials and findings does not show.

    Findings of one id are one finding: their counts are added, and the smallest exchange is kept.
    """
    by_operation: dict[str, list[Trial]] = {}
    for trial in trials:
        by_operation.setdefault(trial.operation, []).append(trial)
    found, cut = joined(_kept(finding) for finding in findings)
    return ApiReport(
        name=stored(contract.name),
        document=portable(stored(contract.document.source.name)),
        sha256=ran.sha256,
        seed=ran.seed,
        plan=ran.plan,
        operations=tuple(
            _operation(contract, operation, by_operation.get(operation.name, ()), ran.timings)
            for operation in _once(contract.operations, by_operation)
        ),
        findings=found,
        not_tested=_sorted(not_tested),
        quotes=_quotes(_texts(contract), found),
        cut=cut,
    )


def _once(operations: Iterable[Operation], tried: Collection[str]) -> Collection[Operation]:
    """Of a declaration that is served at several paths the operation that was tried, else the first."""
    found: dict[str, Operation] = {}
    for operation in operations:
        known = found.setdefault(operation.declaration.pointer, operation)
        if operation.name in tried and known.name not in tried:
            found[operation.declaration.pointer] = operation
    return found.values()


def _operation(
    contract: Contract, operation: Operation, trials: Sequence[Trial], timings: bool
) -> OperationReport:
    seen = coverage.answered(trials)
    return OperationReport(
        name=stored(operation.name),
        operation_id=operation.operation_id,
        phases=tally(trial.phase for trial in trials),
        statuses=coverage.statuses(operation, seen),
        media_types=coverage.media_types(operation, seen),
        failures=tally(trial.outcome.kind for trial in trials if isinstance(trial.outcome, Failure)),
        refusable=coverage.refusable(operation, seen),
        parts=coverage.parts(contract, operation, seen),
        latencies=_latencies(trial.seconds for trial, _ in seen) if timings else (),
    )


def _latencies(seconds: Iterable[float]) -> tuple[Bucket, ...]:
    """Ten buckets a decade, so that the percentiles of joined shards are those of the whole."""
    bounds = Counter(bucket_bound(_step(taken)) for taken in seconds)
    return tuple(Bucket(bound, count) for bound, count in sorted(bounds.items()))


def _step(seconds: float) -> int:
    """The first bucket whose bound is above."""
    step = bucket_step(max(seconds * 1000, 0.01))
    return step if seconds * 1000 < bucket_bound(step) else step + 1


def _sorted(not_tested: Iterable[NotTested]) -> tuple[NotTested, ...]:
    told = {(stored(left.operation), stored(left.part), stored(left.reason)) for left in not_tested}
    return tuple(NotTested(*words) for words in sorted(told))


def _kept(finding: Finding) -> Kept:
    """A finding as it is stored: portable, bounded, without what belongs to the transport."""
    request, response = finding.request, finding.response
    lengths = (len(request.body), len(response.body) if isinstance(response, Response) else 0)
    cut = Cut(finding.id, *lengths) if max(lengths) > BODY_LIMIT else None
    texts: dict[str, Any] = {name: stored(getattr(finding, name)) for name in _TEXTS}
    clean = replace(
        finding,
        **texts,
        path=tuple(stored(token) if isinstance(token, str) else token for token in finding.path),
        file=portable(stored(finding.file)),
        expected=plain(finding.expected),
        got=plain(finding.got),
        intents=tuple(map(stored, finding.intents)),
        request=_request(request),
        response=_response(response),
    )
    return clean, cut


def _request(request: Request) -> Request:
    return Request(
        stored(request.method),
        stored(request.path),
        stored(request.query),
        _headers(request.headers),
        request.body[:BODY_LIMIT],
    )


def _response(outcome: Response | Failure) -> Response | Failure:
    if isinstance(outcome, Failure):
        return Failure(outcome.kind, stored(outcome.detail))
    return Response(outcome.status, _headers(outcome.headers), outcome.body[:BODY_LIMIT])


def _headers(headers: Headers) -> Headers:
    return tuple((stored(name), stored(value)) for name, value in headers if name not in _TRANSPORT)


def portable(file: str) -> str:
    """A file's name that is the same on every machine: of an absolute path the last three parts."""
    path = PurePath(file)
    return PurePath(*path.parts[-3:]).as_posix() if path.is_absolute() else path.as_posix()


def _texts(contract: Contract) -> dict[str, str]:
    """The text of every file of the contract."""
    return {portable(name): text for name, text in contract.document.texts.items()}


def _quotes(texts: Mapping[str, str], findings: Iterable[Finding]) -> tuple[Quote, ...]:
    """The lines around every place that a finding names."""
    places = {(found.file, found.line) for found in findings if found.line is not None}
    lines = {file: texts[file].split("\n") for file in sorted({file for file, _ in places}) if file in texts}
    return tuple(_quote(file, line, lines[file]) for file, line in sorted(places) if file in lines)


def _quote(file: str, line: int, lines: Sequence[str]) -> Quote:
    first = max(1, line - _BEFORE)
    shown = lines[first - 1 : line + _AFTER]
    return Quote(file, line, first, tuple(stored(text.rstrip("\r"))[:_MAX_LINE] for text in shown))
