"""A plan carried out: cases sent by some workers, every outcome kept in the order of the plan."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from understudy.check import follow
from understudy.check.case import Case
from understudy.check.follow import NotReady
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
    unready: list[tuple[Case, str]] = field(default_factory=list)
    """Cases of sequences that were not sent, and what was missing before them."""
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
        told = {id(case) for case in (*self.unpaid, *(case for case, _ in self.unready))}
        self.unsent = [case for i, case in enumerate(cases) if i not in outcomes and id(case) not in told]
        return [outcomes[index] for index in sorted(outcomes)]

    async def _send_all(self, cases: Sequence[Case], outcomes: dict[int, Sent]) -> None:
        for batch in _batches(cases):
            queue = iter(batch)
            workers = 1 if _is_ordered(batch[0][1]) else self.workers
            await asyncio.gather(*(self._work(queue, outcomes) for _ in range(workers)))

    async def _work(self, queue: Iterator[tuple[int, Case]], outcomes: dict[int, Sent]) -> None:
        for index, case in queue:
            if not self.wallet.can(case, self.operation(case)):
                self.unpaid.append(case)
            elif not self.stopped:
                before = range(index - len(case.step.before), index) if case.step else ()
                try:
                    outcomes[index] = await self.send(case, [outcomes.get(one) for one in before])
                except NotReady as reason:
                    self.unready.append((case, str(reason)))

    async def send(self, case: Case, earlier: Sequence[Sent | None] = (), again: bool = False) -> Sent:
        """One case, sent now. Raises NotReady where what it takes from earlier answers is not there."""
        filled = case if case.step is None else replace(case, request=self._filled(case, earlier, again))
        request = self.wallet.sent(filled, self.operation(case))
        outcome, seconds = await self.sender.send(request)
        sent = Sent(case, request, outcome, seconds, self.contract.name)
        self.on_sent(sent)
        return sent

    def _filled(self, case: Case, earlier: Sequence[Sent | None], again: bool) -> Request:
        became = [(sent.request, sent.outcome) if sent else None for sent in earlier]
        return follow.request(self.contract, case, became, str(self.sender.base).rstrip("/"), again)

    async def again(self, sent: Sent) -> Sent:
        """A case sent once more, after all that leads to it; to a target that no longer answers it is not."""
        if self.sender.patience.is_over:
            return Sent(sent.case, sent.request, Failure("refused", self.sender.patience.reason), 0.0)
        done: list[Sent | None] = []
        for case in (*(sent.case.step.before if sent.case.step else ()), sent.case):
            try:
                done.append(await self.send(case, done, again=True))
            except NotReady:
                done.append(None)
        return done[-1] or Sent(sent.case, sent.request, Failure("reset", "did not come so far again"), 0.0)

    def operation(self, case: Case) -> Operation | None:
        """The operation that a case is aimed at."""
        return self._operations.get(case.operation)

    @cached_property
    def _operations(self) -> dict[str, Operation]:
        return {found.name: found for found in self.contract.operations}


def _is_ordered(case: Case) -> bool:
    return case.repeat > 0 or case.step is not None


def _batches(cases: Sequence[Case]) -> list[list[tuple[int, Case]]]:
    """Cases that workers may share, and between them those that must keep their order."""
    batches: list[list[tuple[int, Case]]] = []
    for numbered in enumerate(cases):
        if batches and _is_ordered(batches[-1][0][1]) == _is_ordered(numbered[1]):
            batches[-1].append(numbered)
        else:
            batches.append([numbered])
    return batches
