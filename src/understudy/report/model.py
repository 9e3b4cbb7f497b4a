"""The report of a run: frozen, comparable, the same for runs that saw the same.

It holds no clock, no host name and no header of the transport. Latencies are in it only where they
were asked for.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Literal, get_args

from understudy.types import JSON, Finding, Verdict

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""Every verdict, the heaviest first."""
FAILING: frozenset[Verdict] = frozenset(("server", "auth"))
STRICT: frozenset[Verdict] = FAILING | {"lenient", "data"}
UNAVAILABLE = frozenset(("429", "502", "503", "504"))
"""Statuses that say nothing of the service: they come from what stands before it."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was seen."""

    name: str
    count: int


Tally = tuple[Count, ...]
"""Counts by name, in the order of the names."""


@dataclass(frozen=True, slots=True)
class Status:
    """A status, as declared (`200`, `4XX`, `default`) or, when it is not, as seen."""

    status: str
    declared: bool
    count: int


@dataclass(frozen=True, slots=True)
class MediaType:
    """A media type of the answers of one status. An answer without one has the empty name."""

    status: str
    media_type: str
    declared: bool
    count: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a request, and how it was answered when it came valid and when it came invalid.

    place: `path`, `query`, `header`, `cookie`, `body` or `credentials`. path: the name of the parameter
    or the security scheme, or the property with array items as `*`; empty for all of the place.
    """

    place: str
    path: str
    valid: Tally
    """Answers by status to requests without a fault that held the part."""
    invalid: Tally
    """Answers by status to requests whose fault was there."""

    @property
    def name(self) -> str:
        if self.place == "body":
            return self.path or "whole body"
        return f"{self.place} {self.path}" if self.path else f"no {self.place}"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Answers that took less than so many milliseconds, and no less than the bucket before says."""

    under_ms: float
    count: int


_PER_DECADE = 10


def bucket_bound(step: int) -> float:
    """The bounds of buckets, ten a decade; step 0 is one millisecond."""
    return float(f"{10 ** (step / _PER_DECADE):.3g}")


def bucket_step(bound: float) -> int:
    """The step whose bound it is."""
    return round(_PER_DECADE * math.log10(bound))


@dataclass(frozen=True, slots=True)
class OperationReport:
    """What was tried of one operation."""

    name: str
    operation_id: str | None
    phases: Tally
    """Cases by phase."""
    statuses: tuple[Status, ...]
    media_types: tuple[MediaType, ...]
    failures: Tally
    """Cases without an answer, by kind of failure."""
    refusable: Tally
    """Answers by status to requests that the contract refuses, for more than their credentials."""
    parts: tuple[Part, ...]
    latencies: tuple[Bucket, ...] = ()

    @property
    def cases(self) -> int:
        return total(self.phases)

    @property
    def answered(self) -> int:
        return sum(status.count for status in self.statuses)

    @property
    def served(self) -> int:
        """Answers of the service itself, not of what stands before it."""
        return sum(status.count for status in self.statuses if status.status not in UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class NotTested:
    """What was left out, and why. No part is all of the operation, no operation all of the API."""

    operation: str
    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines of a document, the first of them the `first`; the finding is about line `line`."""

    file: str
    line: int
    first: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """The true lengths of the bodies of a finding, of which only the beginning is kept."""

    finding: str
    request: int
    response: int


@dataclass(frozen=True, slots=True)
class ApiReport:
    """What a run says of one API."""

    name: str
    document: str
    sha256: str
    seed: int
    plan: str
    """The digest of the whole plan, whatever shard of it was run."""
    operations: tuple[OperationReport, ...]
    findings: tuple[Finding, ...]
    """The heaviest first."""
    not_tested: tuple[NotTested, ...]
    quotes: tuple[Quote, ...]
    cut: tuple[Cut, ...] = ()
    stopped: str = ""
    """Why not all of the plan was sent; empty where it was."""

    @property
    def was_tested(self) -> bool:
        """Whether any answer came from the service itself."""
        return any(operation.served for operation in self.operations)


State = Literal["known", "fixed", "expired"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a baseline, and how the run bears it out."""

    id: str
    reason: str
    owner: str
    expires: str
    """The last day it counts, as `2026-12-31`; empty for ever."""
    state: State


@dataclass(frozen=True)
class Report:
    """One run. `shards` is empty for a whole run, else `1/3` for each part that it is made of."""

    version: str
    """Of Understudy."""
    apis: tuple[ApiReport, ...]
    options: Mapping[str, JSON] = field(default_factory=dict)
    """What the run was asked for and its results depend on."""
    strict: bool = False
    fail_under: Mapping[str, float] = field(default_factory=dict)
    """The least per cent of each kind of coverage."""
    shards: tuple[str, ...] = ()
    baseline: tuple[Listed, ...] = ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Those of every API, the heaviest first."""
        return tuple(sorted((found for api in self.apis for found in api.findings), key=weight))

    @cached_property
    def operations(self) -> tuple[tuple[ApiReport, OperationReport], ...]:
        return tuple((api, operation) for api in self.apis for operation in api.operations)

    @cached_property
    def known(self) -> frozenset[str]:
        """The ids of the findings that the baseline bears with."""
        return frozenset(listed.id for listed in self.baseline if listed.state == "known")

    @cached_property
    def expired(self) -> frozenset[str]:
        return frozenset(listed.id for listed in self.baseline if listed.state == "expired")

    def fails(self, finding: Finding) -> bool:
        """Whether a finding makes the run fail."""
        if finding.id in self.known:
            return False
        return finding.id in self.expired or finding.verdict in (STRICT if self.strict else FAILING)


def weight(finding: Finding) -> tuple[int, bool, int, str]:
    """The order of findings: by verdict, a crash first, then the one seen most often, then by id."""
    return VERDICTS.index(finding.verdict), finding.rule != "server-error", -finding.count, finding.id


def tally(names: Iterable[str]) -> Tally:
    """How often each name comes."""
    return tuple(Count(name, count) for name, count in sorted(Counter(names).items()))


def summed(tallies: Iterable[Tally]) -> Tally:
    """Several tallies as one."""
    counts: dict[str, int] = {}
    for count in chain.from_iterable(tallies):
        counts[count.name] = counts.get(count.name, 0) + count.count
    return tuple(Count(name, counts[name]) for name in sorted(counts))


def total(counts: Tally) -> int:
    return sum(count.count for count in counts)


def by_verdict(findings: Iterable[Finding]) -> dict[Verdict, int]:
    """How many findings there are of each verdict."""
    found = [finding.verdict for finding in findings]
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def untested(api: ApiReport) -> Iterator[NotTested]:
    """What was left out: as the run told, and the operations that nothing was learned of."""
    told = {left.operation for left in api.not_tested if not left.part}
    yield from api.not_tested
    for operation in api.operations:
        if not operation.served and operation.name not in told:
            reason = "no case was planned" if not operation.cases else "the service answered no request"
            yield NotTested(operation.name, "", reason)
