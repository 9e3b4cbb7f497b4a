"""Reports put together and held against each other: shards, an older run, a baseline."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain
from typing import TypeVar

from understudy.errors import UsageError
from understudy.report.model import (
    ApiReport,
    Bucket,
    Cut,
    Listed,
    MediaType,
    OperationReport,
    Part,
    Report,
    State,
    Status,
    summed,
    weight,
)
from understudy.report.settle import settled
from understudy.types import Finding

Kept = tuple[Finding, Cut | None]
"""A finding as stored, and the true lengths of its bodies where they were cut."""

MAX_INTENTS = 5
"""Intents kept of a finding."""


def joined(findings: Iterable[Kept]) -> tuple[tuple[Finding, ...], tuple[Cut, ...]]:
    """One finding for each id, the heaviest first: counts added, the smallest exchange kept."""
    groups: dict[str, list[Kept]] = {}
    for kept in findings:
        groups.setdefault(kept[0].id, []).append(kept)
    smallest = [_joined(group) for group in groups.values()]
    cut = sorted((cut for _, cut in smallest if cut), key=lambda cut: cut.finding)
    return tuple(sorted((finding for finding, _ in smallest), key=weight)), tuple(cut)


def _joined(group: Sequence[Kept]) -> Kept:
    finding, cut = min(group, key=_size)
    count = sum(found.count for found, _ in group)
    return replace(finding, count=count, intents=_shortest(found.intents for found, _ in group)), cut


def _size(kept: Kept) -> tuple[int, str, str]:
    """A total order, so that which one is kept depends on nothing else."""
    finding = kept[0]
    return (*finding.size, repr(replace(finding, count=0, intents=())))


def _shortest(intents: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The same of all as of the shortest of each part."""
    told = sorted(set(chain.from_iterable(intents)), key=lambda intent: (len(intent), intent))
    return tuple(told[:MAX_INTENTS])


def merge(reports: Sequence[Report]) -> Report:
    """The report of all shards of a run, or of several APIs of one.

    Raises UsageError where they are not parts of one run, or one part comes twice.
    """
    if not reports:
        raise UsageError("there is no report to merge")
    return settled(reduce(_merged, reports))


def _merged(one: Report, other: Report) -> Report:
    for what, first, second in (
        ("versions of Understudy", one.version, other.version),
        ("options", one.options, other.options),
        ("strictness", one.strict, other.strict),
        ("coverage thresholds", one.fail_under, other.fail_under),
    ):
        if first != second:
            raise UsageError(f"reports of different {what} cannot be merged: {first} and {second}")
    return replace(
        one,
        apis=_merged_apis(one, other),
        shards=_merged_shards(one, other),
        baseline=_merged_baseline(one.baseline, other.baseline),
    )


def _merged_apis(one: Report, other: Report) -> tuple[ApiReport, ...]:
    theirs = {api.name: api for api in other.apis}
    shared = [api.name for api in one.apis if api.name in theirs]
    if shared and not (one.shards and other.shards):
        raise UsageError(f"both reports are of {shared[0]}, and not both are shards of a run")
    ours = [_merged_api(api, theirs.pop(api.name)) if api.name in theirs else api for api in one.apis]
    return (*ours, *theirs.values())


def _merged_shards(one: Report, other: Report) -> tuple[str, ...]:
    """Empty as soon as the shards make a whole."""
    twice = set(one.shards) & set(other.shards)
    if twice:
        raise UsageError(f"shard {min(twice)} comes twice")
    shards = sorted({*one.shards, *other.shards}, key=_shard)
    counts = {_shard(shard)[0] for shard in shards}
    if len(counts) > 1:
        raise UsageError(f"shards of different runs: {', '.join(shards)}")
    return () if counts == {len(shards)} else tuple(shards)


def _shard(shard: str) -> tuple[int, int]:
    """Number of all shards, then which one it is."""
    index, _, count = shard.partition("/")
    return int(count), int(index)


def missing_shards(report: Report) -> list[str]:
    """The shards of the run that the report does not hold."""
    if not report.shards:
        return []
    count = _shard(report.shards[0])[0]
    return [shard for index in range(1, count + 1) if (shard := f"{index}/{count}") not in report.shards]


def _merged_api(one: ApiReport, other: ApiReport) -> ApiReport:
    for what, first, second in (
        ("documents", one.sha256, other.sha256),
        ("seeds", one.seed, other.seed),
        ("plans", one.plan, other.plan),
    ):
        if first != second:
            raise UsageError(f"{one.name}: shards of different {what}: {first} and {second}")
    findings, cut = joined(chain(_kept(one), _kept(other)))
    quotes = {(quote.file, quote.line): quote for quote in (*one.quotes, *other.quotes)}
    wanted = {(found.file, found.line or 0) for found in findings}
    not_tested = {*one.not_tested, *other.not_tested}
    return replace(
        one,
        operations=tuple(map(_merged_operation, one.operations, other.operations)),
        findings=findings,
        not_tested=tuple(sorted(not_tested, key=lambda left: (left.operation, left.part, left.reason))),
        quotes=tuple(quotes[place] for place in sorted(quotes) if place in wanted),
        cut=cut,
        stopped=max(one.stopped, other.stopped),
    )


def _kept(api: ApiReport) -> list[Kept]:
    cut = {cut.finding: cut for cut in api.cut}
    return [(finding, cut.get(finding.id)) for finding in api.findings]


def _merged_operation(one: OperationReport, other: OperationReport) -> OperationReport:
    return replace(
        one,
        phases=summed((one.phases, other.phases)),
        statuses=_declared_first((*one.statuses, *other.statuses), lambda found: found.status),
        media_types=_declared_first((*one.media_types, *other.media_types), _answer),
        failures=summed((one.failures, other.failures)),
        refusable=summed((one.refusable, other.refusable)),
        parts=tuple(map(_merged_part, one.parts, other.parts)),
        latencies=_merged_latencies(one.latencies, other.latencies),
    )


def _answer(found: MediaType) -> str:
    return f"{found.status} {found.media_type}"


def _merged_part(one: Part, other: Part) -> Part:
    return replace(one, valid=summed((one.valid, other.valid)), invalid=summed((one.invalid, other.invalid)))


def _merged_latencies(one: Sequence[Bucket], other: Sequence[Bucket]) -> tuple[Bucket, ...]:
    counts = {bucket.under_ms: bucket.count for bucket in one}
    for bucket in other:
        counts[bucket.under_ms] = counts.get(bucket.under_ms, 0) + bucket.count
    return tuple(Bucket(bound, counts[bound]) for bound in sorted(counts))


Seen = TypeVar("Seen", Status, MediaType)


def _declared_first(found: Iterable[Seen], name: Callable[[Seen], str]) -> tuple[Seen, ...]:
    """The counts added: the declared in the document's order, then the others in that of their names."""
    counts: dict[str, Seen] = {}
    for item in found:
        known = counts.get(name(item))
        counts[name(item)] = replace(item, count=item.count + known.count) if known else item
    return tuple(sorted(counts.values(), key=lambda item: "" if item.declared else name(item)))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a baseline: a finding that is known, and until when."""

    id: str
    reason: str
    owner: str = ""
    expires: str = ""
    """The last day it counts, as `2026-12-31`; empty for ever."""


def against(report: Report, entries: Iterable[Entry], today: str) -> Report:
    """The report with a baseline's entries, each with its state; `today` as `2026-12-31`."""
    there = {finding.id for finding in report.findings}
    listed = [
        Listed(entry.id, entry.reason, entry.owner, entry.expires, _state(entry, there, today))
        for entry in entries
    ]
    return replace(report, baseline=tuple(sorted(listed, key=lambda entry: entry.id)))


def _state(entry: Entry, there: set[str], today: str) -> State:
    if entry.id not in there:
        return "fixed"
    return "expired" if entry.expires and entry.expires < today else "known"


def _merged_baseline(one: Sequence[Listed], other: Sequence[Listed]) -> tuple[Listed, ...]:
    """Fixed is what no shard shows."""
    found: dict[str, Listed] = {}
    for listed in (*one, *other):
        if listed.id not in found or found[listed.id].state == "fixed":
            found[listed.id] = listed
    return tuple(found[id] for id in sorted(found))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two reports, the heaviest first; `still` as the newer one has it."""

    new: tuple[Finding, ...]
    fixed: tuple[Finding, ...]
    still: tuple[Finding, ...]


def compare(old: Report, new: Report) -> Comparison:
    """The findings that came, went and stayed: the older report is the newer one's baseline."""
    held = against(new, (Entry(finding.id, "") for finding in old.findings), today="")
    gone = {listed.id for listed in held.baseline if listed.state == "fixed"}
    return Comparison(
        new=tuple(finding for finding in new.findings if finding.id not in held.known),
        fixed=tuple(finding for finding in old.findings if finding.id in gone),
        still=tuple(finding for finding in new.findings if finding.id in held.known),
    )
