"""The plan of a check: which requests are sent, in which order. Nothing is sent here.

Order: our own probes first, for they say what they try and cost little to make; then the examples of the
document, then coverage, then fuzzing, and last the sequences, which take values from replies. Within the
probes operations take turns, so that the first seconds have seen each of them: its valid requests, its
credentials, its malformed bodies, and only then member after member; the same request again and again comes
last.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain, islice

from understudy.check.case import PHASES, Case, Phase
from understudy.check.generate import generate
from understudy.check.probes import Group, probes
from understudy.check.select import fits, is_selected
from understudy.check.sequences import sequences
from understudy.check.spots import by_turns
from understudy.contract import Contract, Operation

SAFE = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "QUERY"))
"""The methods that HTTP calls safe (RFC 9110, 9.2.1; QUERY by its own RFC)."""

_MAX_TARGET = 60_000
"""The most characters of path and query: httpx sends few more, and hardly a server takes as many."""


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What to plan. `include` and `exclude` are shell globs over operation names and operationIds."""

    seed: int = 0
    max_examples: int = 100
    phases: Collection[Phase] = PHASES
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    safe: bool = False
    max_requests: int | None = None
    max_per_phase: int | None = None
    """The most probes, examples and so on of each operation; those that belong together count as one."""


def plan(contract: Contract, options: PlanOptions) -> tuple[Case, ...]:
    """The cases in the order in which they are sent: the same for the same contract, options and versions."""
    return tuple(
        chain.from_iterable(_limited(_safe(_groups(contract, options), options), options.max_requests))
    )


def share(cases: Sequence[Case], shard: tuple[int, int] | None) -> tuple[Case, ...]:
    """The how-manieth of how many shards of a plan, the first one 1; all of it for None.

    Shards are disjoint and together the whole plan. All sendings of one request are in one shard, those
    of an operation that are repeated in the same one, and so is each sequence whole: what is said of them
    is said of them together.
    """
    if shard is None:
        return tuple(cases)
    repeated = {replace(case, repeat=0).id for case in cases if case.repeat}
    index, total = shard
    return tuple(case for case in cases if _place(case, repeated) % total == index - 1)


def _place(case: Case, repeated: Collection[str]) -> int:
    if case.step is not None:
        return int(sha256(case.step.sequence.encode()).hexdigest(), 16)
    is_alone = not case.repeat and case.id not in repeated
    return int(case.id if is_alone else sha256(case.operation.encode()).hexdigest(), 16)


def digest(cases: Iterable[Case]) -> str:
    """The same for plans of the same requests in the same order."""
    return sha256("\n".join(case.id for case in cases).encode()).hexdigest()


def counts(cases: Iterable[Case]) -> Mapping[str, Mapping[Phase, int]]:
    """How many requests there are of each operation and phase."""
    counted = Counter((case.operation, case.phase) for case in cases)
    names = dict.fromkeys(operation for operation, _ in counted)
    return {
        name: {phase: counted[name, phase] for phase in PHASES if (name, phase) in counted} for name in names
    }


def _groups(contract: Contract, options: PlanOptions) -> Iterator[Group]:
    """All groups; no request twice, an earlier phase keeps it."""
    operations = _once(operation for operation in contract.operations if _is_wanted(operation, options))
    known: set[str] = set()
    ours = (
        by_turns(islice(probes(contract, operation), options.max_per_phase) for operation in operations)
        if "probes" in options.phases
        else ()
    )
    followed = sequences(contract, operations, options.seed) if "stateful" in options.phases else ()
    for group in chain(ours, _generated(contract, options, operations), followed):
        new = tuple(case for case in group if case.id not in known and _can_be_sent(case))
        known.update(case.id for case in new)
        if new:
            yield new


def _can_be_sent(case: Case) -> bool:
    return len(case.request.path) + len(case.request.query) <= _MAX_TARGET


def _once(operations: Iterable[Operation]) -> Collection[Operation]:
    """Of a declaration that is served at several paths only the first operation."""
    first: dict[str, Operation] = {}
    for operation in operations:
        first.setdefault(operation.declaration.pointer, operation)
    return first.values()


def _generated(
    contract: Contract, options: PlanOptions, operations: Collection[Operation]
) -> Iterator[Group]:
    wanted = (options.seed, options.max_examples, options.phases, operations, options.max_per_phase)
    for case in generate(contract, *wanted):
        yield (case,)


def unmatched(options: PlanOptions, operations: Collection[Operation]) -> list[str]:
    """The patterns of `include` and `exclude` that fit none of the operations."""
    patterns = (*options.include, *options.exclude)
    return [pattern for pattern in patterns if not any(fits(one, (pattern,)) for one in operations)]


def _is_wanted(operation: Operation, options: PlanOptions) -> bool:
    if options.safe and operation.method not in SAFE:
        return False
    return is_selected(operation, options.include, options.exclude)


def _safe(groups: Iterable[Group], options: PlanOptions) -> Iterator[Group]:
    """Of an operation whose method is safe, probes of other methods may not be."""
    for group in groups:
        kept = tuple(case for case in group if not options.safe or case.request.method in SAFE)
        if kept:
            yield kept


def _limited(groups: Iterable[Group], most: int | None) -> Iterator[Group]:
    """The groups as far as `most` requests go; a sequence whole or not at all, for its end tidies up."""
    left = most
    for group in groups:
        if left is None:
            yield group
        elif left > 0 and (group[0].step is None or len(group) <= left):
            yield group[:left]
            left -= len(group[:left])
        else:
            return
