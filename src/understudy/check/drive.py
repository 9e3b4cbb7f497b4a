"""A plan carried out: cases sent by some workers, every outcome kept in the order of the plan."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from understudy.check.case import Case
from understudy.check.sender import Sender
from understudy.check.stop import Stop
from understudy.check.wallet import Wallet
from understudy.contract import Contract, Operation
from understudy.types import Failure, Request, Response

INTERRUPTED = "the run was interrupted"


@dataclass(frozen=True, slots=True)
class Sent:
    """A case that was carried out."""

    case: Case
    request: Request
    """With its credentials: never to be shown."""
    outcome: Response | Failure
    seconds: float
    api: str = ""
    """The name of the API that it is a case of."""


@dataclass
class Drive:
    """Sends the cases of a plan. `on_sent` is told of each outcome as it comes."""

    contract: Contract
    wallet: Wallet
    sender: Sender
    on_sent: Callable[[Sent], None]
    workers: int = 1
    stop: Stop = field(default_factory=Stop)
    unpaid: list[Case] = field(default_factory=list)
    """Cases that were not sent because no credential was given for them."""
    unsent: list[Case] = field(default_factory=list)
    """Cases that were not sent because the run ended before."""

    @property
    def stopped(self) -> str:
        """Why no more is sent; empty while nothing stands in the way."""
        if self.stop.asked:
            return INTERRUPTED
        return self.sender.patience.reason if self.sender.patience.is_over else ""

    async def run(self, cases: Sequence[Case]) -> list[Sent]:
        """The outcomes in the order of the cases; when it is stopped, those that there are by then."""
        outcomes: dict[int, Sent] = {}
        sending = asyncio.ensure_future(self._send_all(cases, outcomes))
        stopping = asyncio.ensure_future(self.stop.heard())
        await asyncio.wait((sending, stopping), return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, stopping):
            task.cancel()
        results = await asyncio.gather(sending, stopping, return_exceptions=True)
        for error in results:
            if isinstance(error, Exception):
                raise error
        unpaid = set(map(id, self.unpaid))
        self.unsent = [case for i, case in enumerate(cases) if i not in outcomes and id(case) not in unpaid]
        return [outcomes[index] for index in sorted(outcomes)]

    async def _send_all(self, cases: Sequence[Case], outcomes: dict[int, Sent]) -> None:
        for batch in _batches(cases):
            queue = iter(batch)
            workers = 1 if _is_sequence(batch) else self.workers
            await asyncio.gather(*(self._work(queue, outcomes) for _ in range(workers)))

    async def _work(self, queue: Iterator[tuple[int, Case]], outcomes: dict[int, Sent]) -> None:
        for index, case in queue:
            if not self.wallet.can(case, self.operation(case)):
                self.unpaid.append(case)
            elif not self.stopped:
                outcomes[index] = await self.send(case)

    async def send(self, case: Case) -> Sent:
        """One case, sent now."""
        request = self.wallet.sent(case, self.operation(case))
        outcome, seconds = await self.sender.send(request)
        sent = Sent(case, request, outcome, seconds, self.contract.name)
        self.on_sent(sent)
        return sent

    async def again(self, sent: Sent) -> Sent:
        """A case sent once more; to a target that no longer answers it is not."""
        if self.sender.patience.is_over:
            return Sent(sent.case, sent.request, Failure("refused", self.sender.patience.reason), 0.0)
        return await self.send(sent.case)

    def operation(self, case: Case) -> Operation | None:
        """The operation that a case is aimed at."""
        return self._operations.get(case.operation)

    @cached_property
    def _operations(self) -> dict[str, Operation]:
        return {found.name: found for found in self.contract.operations}


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
