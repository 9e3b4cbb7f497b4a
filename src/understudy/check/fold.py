"""Faults with one cause, proved and folded into one finding.

What is said of a cause depends on the exchanges that show it, the smallest of them above all, and on no
other: shards of a run, each folded by itself, are put together to what the whole run says.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from understudy.check.case import Case
from understudy.check.drive import Sent
from understudy.check.fault import Fault
from understudy.check.follow import command
from understudy.check.judge import UNAVAILABLE, judge
from understudy.check.referee import Proof, Referee
from understudy.check.wallet import Wallet, variables
from understudy.contract import Contract, Operation
from understudy.types import Failure, Finding, Request, Response

Again = Callable[[Sent], Awaitable[Sent]]
"""Sends the case of an exchange once more."""

_OF_STATE = frozenset((404, 409, 410, 412))
_ROUNDS = 2
"""How often a request that was cut off is tried again, beside one that was answered."""
_CUT_OFF = Fault(
    "server", "http", "closes the connection without an answer, each time, while it answers other requests"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An exchange, and its request as people see it."""

    sent: Sent
    request: Request
    curl: str

    @property
    def size(self) -> tuple[int, str]:
        """As `Finding.size`."""
        return len(self.curl), self.sent.case.id


@dataclass(frozen=True, slots=True)
class Seen:
    """One fault in one exchange."""

    fault: Fault
    shown: Shown


@dataclass(frozen=True)
class Folder:
    """Judges the exchanges of one API and folds what it finds."""

    contract: Contract
    referee: Referee
    wallet: Wallet
    max_response_time: float | None = None

    def faults(self, sent: Sent) -> list[Fault]:
        """The faults of one exchange, not yet proved."""
        found = list(judge(self.contract, sent.case, sent.request, sent.outcome))
        limit = self.max_response_time
        if limit is not None and sent.seconds > limit and isinstance(sent.outcome, Response):
            message = f"took longer than {limit:g} s"
            found.append(Fault("server", "response-time", message, expected=limit))
        return found

    async def findings(self, exchanges: Sequence[Sent], again: Again) -> list[Finding]:
        """Every fault of the exchanges, grouped by cause, each group proved by its smallest exchange."""
        groups: dict[str, list[Seen]] = defaultdict(list)
        for seen in self._seen(exchanges):
            groups[self._key(seen.fault, seen.shown.sent)].append(seen)
        answered = [sent for sent in exchanges if isinstance(sent.outcome, Response)]
        others = {sent.case.operation: sent for sent in reversed(answered)}
        return [await self._finding(key, group, again, others) for key, group in sorted(groups.items())]

    def _seen(self, exchanges: Sequence[Sent]) -> Iterator[Seen]:
        changing = dict(_inconsistent(exchanges))
        for index, sent in enumerate(exchanges):
            faults = [*self.faults(sent), *changing.get(index, ())]
            if faults:
                shown = self._shown(sent)
                yield from (Seen(fault, shown) for fault in faults)

    def _shown(self, sent: Sent) -> Shown:
        told = command(sent.case, self._request, variables(self.wallet.credentials))
        return Shown(sent, self._request(sent.case), told)

    def _request(self, case: Case) -> Request:
        return self.wallet.shown(case, _operation(self.contract, case.operation))

    def _key(self, fault: Fault, sent: Sent) -> str:
        return fault.key(self.contract.name, sent.case.operation)

    async def _finding(
        self, key: str, group: Sequence[Seen], again: Again, others: Mapping[str, Sent]
    ) -> Finding:
        smallest = min(group, key=lambda seen: seen.shown.size)
        shown, case = smallest.shown, smallest.shown.sent.case
        proof, fault = await self._proved(key, smallest, again, others.get(case.operation))
        file, line = self.contract.document.where(fault.pointer)
        return Finding(
            id=key,
            api=self.contract.name,
            operation=case.operation,
            verdict=fault.verdict,
            rule=fault.rule,
            place=fault.place,
            path=fault.path,
            pointer=fault.pointer,
            file=file,
            line=line,
            message=fault.message,
            expected=fault.expected,
            got=fault.got,
            proof=proof,
            count=len(group),
            intents=tuple(sorted({seen.shown.sent.case.intent for seen in group})),
            case=case.id,
            intent=case.intent,
            request=shown.request,
            response=shown.sent.outcome,
            curl=shown.curl,
        )

    async def _proved(self, key: str, seen: Seen, again: Again, other: Sent | None) -> tuple[Proof, Fault]:
        """How a fault was proved, and what it then is: disputed where the proof fails."""
        fault, sent = seen.fault, seen.shown.sent
        if other and _was_cut(sent) and await _is_cut_each_time(sent, other, again):
            return "again", _CUT_OFF
        proof = self.referee.proof(fault, sent.request, sent.outcome)
        if proof == "again":
            second = await again(sent)
            holds = key in {self._key(found, second) for found in self.faults(second)}
        else:
            holds = self.referee.confirms(fault, sent.request, sent.outcome)
        return proof, fault if holds else replace(fault, verdict="disputed")


def _operation(contract: Contract, name: str) -> Operation | None:
    return next((found for found in contract.operations if found.name == name), None)


def _was_cut(sent: Sent) -> bool:
    return isinstance(sent.outcome, Failure) and sent.outcome.kind == "reset"


async def _is_cut_each_time(sent: Sent, other: Sent, again: Again) -> bool:
    """Whether one request is cut off whenever it is sent, and another one in between never."""
    for _ in range(_ROUNDS):
        if not _was_cut(await again(sent)) or not isinstance((await again(other)).outcome, Response):
            return False
    return True


def _is_steady(status: int, sent: Sent) -> bool:
    """Whether a status is the service's own, and says nothing of what other requests made of its state.

    A PUT that is answered 201 has created what the next one replaces (RFC 9110, section 9.3.4).
    """
    is_new = sent.request.method == "PUT" and status == HTTPStatus.CREATED
    return sent.case.step is None and status not in UNAVAILABLE and status not in _OF_STATE and not is_new


def _inconsistent(exchanges: Sequence[Sent]) -> Iterator[tuple[int, tuple[Fault]]]:
    """Requests that were sent more than once and answered with more than one status of the service.

    The fault is that of the first sending, which is told by its index.
    """
    groups: dict[object, list[int]] = defaultdict(list)
    for index, sent in enumerate(exchanges):
        if not isinstance(sent.outcome, Failure) and _is_steady(sent.outcome.status, sent):
            groups[sent.case.operation, sent.case.request, sent.case.credentials].append(index)
    for group in groups.values():
        outcomes = (exchanges[index].outcome for index in group)
        statuses = sorted(outcome.status for outcome in outcomes if isinstance(outcome, Response))
        if len(set(statuses)) > 1:
            told = ", ".join(f"{status} {_times(statuses.count(status))}" for status in sorted(set(statuses)))
            message = f"the same request was answered {told}"
            first = min(group, key=lambda index: exchanges[index].case.repeat)
            yield first, (Fault("server", "inconsistent", message, got=statuses),)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
