"""A plan carried out: cases sent by some workers, every outcome kept in the order of the plan."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from understudy.check.case import Case
from understudy.check.sender import Sender
from understudy.check.wallet import Wallet
from understudy.contract import Contract, Operation
from understudy.types import Failure, Request, Response

_GIVE_UP_AFTER = 10
"""So many connections refused in a row, and the target is not there."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A case that was carried out."""

    case: Case
    request: Request
    """With its credentials: never to be shown."""
    outcome: Response | Failure
    seconds: float


@dataclass(slots=True)
class Drive:
    """Sends the cases of a plan. `on_sent` is told of each outcome as it comes."""

    contract: Contract
    wallet: Wallet
    sender: Sender
    on_sent: Callable[[Sent], None]
    workers: int = 1
    unsent: list[tuple[Case, str]] = field(default_factory=list)
    """Cases that were not sent, and why."""
    _refused: int = 0

    async def run(self, cases: Sequence[Case]) -> list[Sent]:
        """The outcomes in the order of the cases. Cancelled, it returns what there is."""
        outcomes: dict[int, Sent] = {}
        for batch in _batches(cases):
            queue = iter(batch)
            workers = 1 if _is_sequence(batch) else self.workers
            try:
                await asyncio.gather(*(self._work(queue, outcomes) for _ in range(workers)))
            except asyncio.CancelledError:
                break
        left = [case for index, case in enumerate(cases) if index not in outcomes]
        told = {id(case) for case, _ in self.unsent}
        self.unsent += [(case, "the run was stopped") for case in left if id(case) not in told]
        return [outcomes[index] for index in sorted(outcomes)]

    async def _work(self, queue: Iterator[tuple[int, Case]], outcomes: dict[int, Sent]) -> None:
        for index, case in queue:
            operation = self.operation(case)
            if not self.wallet.can(case, operation):
                self.unsent.append((case, "no credential was given for it"))
            elif self._refused >= _GIVE_UP_AFTER:
                self.unsent.append((case, "the target refused every connection"))
            else:
                outcomes[index] = await self.send(case)

    async def send(self, case: Case) -> Sent:
        """One case, sent now."""
        request = self.wallet.sent(case, self.operation(case))
        outcome, seconds = await self.sender.send(request)
        gone = isinstance(outcome, Failure) and outcome.kind == "refused"
        self._refused = self._refused + 1 if gone else 0
        sent = Sent(case, request, outcome, seconds)
        self.on_sent(sent)
        return sent

    def operation(self, case: Case) -> Operation | None:
        """The operation that a case is aimed at."""
        return next((found for found in self.contract.operations if found.name == case.operation), None)


def _is_sequence(batch: Sequence[tuple[int, Case]]) -> bool:
    return batch[0][1].repeat > 0


def _batches(cases: Sequence[Case]) -> list[list[tuple[int, Case]]]:
    """Cases that workers may share, and between them the repeated ones, which must keep their order."""
    batches: list[list[tuple[int, Case]]] = []
    for numbered in enumerate(cases):
        if batches and _is_sequence(batches[-1]) == (numbered[1].repeat > 0):
            batches[-1].append(numbered)
        else:
            batches.append([numbered])
    return batches
