"""Faults with one cause, proved and folded into one finding."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from understudy.check.drive import Sent
from understudy.check.fault import Fault
from understudy.check.judge import UNAVAILABLE, judge
from understudy.check.referee import Proof, Referee
from understudy.check.wallet import Wallet, variables
from understudy.contract import Contract, Operation
from understudy.curl import curl
from understudy.types import Failure, Finding, Response

Again = Callable[[Sent], Awaitable[Sent]]
"""Sends the case of an exchange once more."""

_NEARLY_ALL = 0.8
_MANY = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """One fault in one exchange."""

    fault: Fault
    sent: Sent


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
        seen = [Seen(fault, sent) for sent in exchanges for fault in self.faults(sent)]
        seen = [*_without_a_flood(seen, exchanges), *_inconsistent(exchanges)]
        groups: dict[str, list[Seen]] = defaultdict(list)
        for item in seen:
            groups[item.fault.key(self.contract.name, item.sent.case.operation)].append(item)
        return [await self._finding(key, group, again) for key, group in sorted(groups.items())]

    async def _finding(self, key: str, group: Sequence[Seen], again: Again) -> Finding:
        smallest = min(group, key=_size)
        proof, holds = await self._prove(key, smallest, again)
        fault = smallest.fault if holds else replace(smallest.fault, verdict="disputed")
        sent, case = smallest.sent, smallest.sent.case
        shown = self.wallet.shown(case, _operation(self.contract, case.operation))
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
            message=_with_intents(fault.message, group),
            expected=fault.expected,
            got=fault.got,
            proof=proof,
            count=len(group),
            request=shown,
            response=sent.outcome,
            curl=curl(shown, "$TARGET", variables(self.wallet.credentials)),
        )

    async def _prove(self, key: str, seen: Seen, again: Again) -> tuple[Proof, bool]:
        proof = self.referee.proof(seen.fault, seen.sent.request)
        if proof != "again":
            return proof, self.referee.confirms(seen.fault, seen.sent.request, seen.sent.outcome)
        second = await again(seen.sent)
        keys = {fault.key(self.contract.name, second.case.operation) for fault in self.faults(second)}
        return proof, key in keys or seen.fault.rule == "accepts-everything"


def _operation(contract: Contract, name: str) -> Operation | None:
    return next((found for found in contract.operations if found.name == name), None)


def _size(seen: Seen) -> tuple[int, int, str]:
    request = seen.sent.case.request
    return len(request.body), len(request.headers), seen.sent.case.id


def _with_intents(message: str, group: Iterable[Seen]) -> str:
    """The message, and of a 5xx or a refusal what was being tried."""
    if next(iter(group)).fault.rule not in ("server-error", "refused", "http"):
        return message
    intents = sorted({item.sent.case.intent for item in group}, key=lambda intent: (len(intent), intent))
    more = f" and {len(intents) - 3} more" if len(intents) > 3 else ""
    return f"{message}; tried: {', '.join(intents[:3])}{more}"


def _without_a_flood(seen: list[Seen], exchanges: Sequence[Sent]) -> list[Seen]:
    """Where nearly every invalid request of an operation is accepted, that is one fault and not hundreds."""
    by_operation: dict[str, list[Seen]] = defaultdict(list)
    for item in seen:
        if item.fault.verdict == "lenient":
            by_operation[item.sent.case.operation].append(item)
    for operation, accepted in by_operation.items():
        told = {id(item.sent) for item in accepted}
        invalid = [sent for sent in exchanges if sent.case.operation == operation and _was_answered(sent)]
        causes = {item.fault.key("", operation) for item in accepted}
        if len(causes) >= _MANY and len(told) >= _NEARLY_ALL * len(_refusable(invalid, told)):
            flood = Fault(
                "lenient", "accepts-everything", "takes nearly every request that the contract refuses"
            )
            seen = [item for item in seen if item not in accepted]
            seen += [Seen(flood, sent) for sent in invalid if id(sent) in told]
    return seen


def _was_answered(sent: Sent) -> bool:
    return isinstance(sent.outcome, Response) and sent.case.credentials.kind == "good"


def _refusable(answered: Iterable[Sent], accepted: set[int]) -> list[Sent]:
    """The exchanges whose request was refused, or should have been."""
    return [sent for sent in answered if id(sent) in accepted or _refused(sent)]


def _refused(sent: Sent) -> bool:
    return isinstance(sent.outcome, Response) and 400 <= sent.outcome.status < 500


def _inconsistent(exchanges: Iterable[Sent]) -> list[Seen]:
    """Requests that were sent more than once and answered with more than one status of the service."""
    groups: dict[object, list[Sent]] = defaultdict(list)
    for sent in exchanges:
        if not isinstance(sent.outcome, Failure) and sent.outcome.status not in UNAVAILABLE:
            groups[sent.case.operation, sent.case.request, sent.case.credentials].append(sent)
    found = []
    for group in groups.values():
        statuses = sorted(sent.outcome.status for sent in group if isinstance(sent.outcome, Response))
        if len(set(statuses)) > 1:
            told = ", ".join(f"{status} {statuses.count(status)} times" for status in sorted(set(statuses)))
            fault = Fault("server", "inconsistent", f"the same request was answered {told}", got=statuses)
            found.append(Seen(fault, group[0]))
    return found
