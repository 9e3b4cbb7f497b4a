"""The drive: every case once, in the order of the plan, until the target or the user has had enough."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from check.servers import OK, Answering, Once, Serving, answer, listening, reset, silent
from check.shop import LOCKED, OPEN
from documents import loaded
from understudy.check.case import Case, Credentials
from understudy.check.drive import INTERRUPTED, Drive, Sent
from understudy.check.sender import SendOptions, opened
from understudy.check.stop import Stop
from understudy.check.wallet import Wallet
from understudy.contract import Contract
from understudy.types import Failure, Request, Response

QUICK = SendOptions(timeout=0.2, retries=0)


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return loaded(tmp_path, OPEN)


def cases(count: int, repeat: int = 0) -> list[Case]:
    return [
        Case("GET /a", "probes", "try", Request("GET", "/a", f"n={n}"), repeat=n + 1 if repeat else 0)
        for n in range(count)
    ]


def driven(
    contract: Contract,
    url: str,
    planned: Sequence[Case],
    workers: int = 1,
    stop: Stop | None = None,
    on_sent: Callable[[Sent], None] = lambda _: None,
    options: SendOptions = QUICK,
) -> tuple[list[Sent], Drive]:
    async def run() -> tuple[list[Sent], Drive]:
        async with opened(url, options) as sender:
            drive = Drive(contract, Wallet(), sender, on_sent, workers, stop or Stop())
            return await drive.run(planned), drive

    return asyncio.run(run())


@pytest.mark.parametrize("workers", [1, 4])
def test_outcomes_are_in_the_order_of_the_plan(contract: Contract, workers: int) -> None:
    """However many workers send them, each case has its own answer, and all are sent."""
    planned = cases(20)
    told = lambda request: answer(200, body=request.split(b" ")[1])  # noqa: E731
    with listening(Serving(told)) as url:
        outcomes, drive = driven(contract, url, planned, workers)
    assert [sent.case for sent in outcomes] == planned
    for number, sent in enumerate(outcomes):
        assert isinstance(sent.outcome, Response)
        assert sent.outcome.body == f"/a?n={number}".encode()
    assert not drive.unsent
    assert not drive.stopped


def test_repeated_cases_are_sent_one_after_the_other(contract: Contract) -> None:
    """Their order is what they are about, so workers do not share them."""
    server = Answering()
    with listening(server) as url:
        driven(contract, url, cases(12, repeat=1), workers=4)
    assert [request.split(b" ")[1] for request in server.seen] == [f"/a?n={n}".encode() for n in range(12)]


@pytest.mark.parametrize(
    ("handler", "most"),
    [(Once(silent), 3), (Once(reset), 3), (Answering((answer(503),)), 10)],
    ids=["hanging", "resetting", "unavailable"],
)
def test_a_target_that_never_answers_is_given_up(
    contract: Contract, handler: Once | Answering, most: int
) -> None:
    """After a few requests, and what was not sent is known."""
    with listening(handler) as url:
        outcomes, drive = driven(contract, url, cases(50))
    assert len(outcomes) == most
    assert len(drive.unsent) == 50 - most
    assert drive.stopped.startswith(f"the last {most} requests got no answer of the service: ")


def test_nobody_there(contract: Contract, unused_url: str) -> None:
    """The reason is in plain words and names no address."""
    _, drive = driven(contract, unused_url, cases(50))
    assert drive.stopped == "the last 3 requests got no answer of the service: refused, nobody listens there"


@pytest.mark.parametrize(("then", "most"), [(b"", 10), (answer(502), 10)], ids=["hangs up", "bad gateway"])
def test_a_target_that_dies_midway_is_given_up(contract: Contract, then: bytes, most: int) -> None:
    """What was answered before is kept."""
    seen: list[bytes] = []

    def dying(request: bytes) -> bytes:
        seen.append(request)
        return OK if len(seen) <= 5 else then

    with listening(Serving(dying)) as url:
        outcomes, drive = driven(contract, url, cases(50))
    assert len(outcomes) == 5 + most
    assert all(isinstance(sent.outcome, Response) for sent in outcomes[:5])
    assert drive.stopped.startswith("the last 10 requests got no answer")


def test_a_request_now_and_then_without_an_answer_ends_nothing(contract: Contract) -> None:
    """A server that breaks down over some requests is tested to the end."""
    breaking = lambda request: b"" if b"n=7" in request or b"n=8" in request else OK  # noqa: E731
    with listening(Serving(breaking)) as url:
        outcomes, drive = driven(contract, url, cases(30))
    assert len(outcomes) == 30
    assert not drive.stopped


def test_a_wish_to_stop_is_heard_at_once(contract: Contract) -> None:
    """A request that hangs is not waited for, and what came before is kept."""
    stop = Stop()

    async def later(visit: object) -> None:
        if len(server.seen) == 3:
            stop.ask()
            await asyncio.sleep(60)
        await visit.write(OK)  # type: ignore[attr-defined]

    server = Once(later)
    with listening(server) as url:
        outcomes, drive = driven(contract, url, cases(9), stop=stop, options=SendOptions(timeout=30))
    assert len(outcomes) == 2
    assert len(drive.unsent) == 7
    assert drive.stopped == INTERRUPTED


def test_a_run_that_is_stopped_before_it_begins_sends_nothing(contract: Contract) -> None:
    """The wish may come first."""
    stop, server = Stop(), Answering()
    stop.ask()
    with listening(server) as url:
        outcomes, drive = driven(contract, url, cases(9), stop=stop)
    assert (outcomes, len(drive.unsent), server.seen) == ([], 9, [])


def test_a_case_without_its_credential_is_not_sent(tmp_path: Path) -> None:
    """It is kept apart from those for which there was no time."""
    paid = Case("GET /a", "probes", "try", Request("GET", "/a"), Credentials("none"))
    unpaid = Case("GET /a", "probes", "try", Request("GET", "/a"), Credentials("good", "Key"))
    server = Answering()
    with listening(server) as url:
        outcomes, drive = driven(loaded(tmp_path, LOCKED), url, [unpaid, paid])
    assert [sent.case for sent in outcomes] == [paid]
    assert drive.unpaid == [unpaid]
    assert not drive.unsent


def test_nothing_is_proved_on_a_target_that_is_gone(contract: Contract, unused_url: str) -> None:
    """A request that is to be sent again is not, once the target was given up."""

    async def run() -> Sent:
        async with opened(unused_url, QUICK) as sender:
            drive = Drive(contract, Wallet(), sender, lambda _: None)
            outcomes = await drive.run(cases(5))
            return await drive.again(outcomes[0])

    again = asyncio.run(run())
    assert isinstance(again.outcome, Failure)
    assert "got no answer" in again.outcome.detail
