"""Faults folded into findings: grouped by cause, proved by the smallest, in whatever order they come."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from check.judging import JSON_TYPE, answer, sent, shop
from understudy.check.drive import Sent
from understudy.check.fold import Folder
from understudy.check.referee import Referee
from understudy.check.wallet import Wallet
from understudy.contract import Contract
from understudy.types import Failure, Finding

RESET = Failure("reset", "gone")


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    folder: Path = tmp_path_factory.mktemp("shop")
    return shop(folder)


def folded(
    pets: Contract,
    exchanges: Sequence[Sent],
    again: Callable[[Sent], Sent] = lambda exchange: exchange,
    limit: float | None = None,
) -> list[Finding]:
    """The findings, where a request that is sent once more is answered as `again` says."""

    async def send(exchange: Sent) -> Sent:
        return again(exchange)

    folder = Folder(pets, Referee(pets), Wallet({"Key": "secret"}), limit)
    return asyncio.run(folder.findings(exchanges, send))


def naming(name: str) -> bytes:
    return b'{"name": "%s"}' % name.encode()


def test_exchanges_with_one_cause_are_one_finding_of_the_smallest(pets: Contract) -> None:
    """It counts them, tells what they tried, and shows the one that takes least to send again."""
    seen = [sent(answer(500), body=naming("x" * size), intent=f"a name of {size}") for size in (30, 2, 100)]
    (found,) = folded(pets, seen)
    assert (found.verdict, found.rule, found.count) == ("server", "server-error", 3)
    assert (found.intent, found.case, found.request.body) == ("a name of 2", seen[1].case.id, naming("xx"))
    assert found.intents == ("a name of 100", "a name of 2", "a name of 30")


def test_faults_of_different_causes_are_different_findings(pets: Contract) -> None:
    """By rule, by place in the data, and by verdict; the items of a list are one place."""
    bodies = (b"{}", b'{"name": 1}', b'{"name": "x", "tags": [1, "x", 2]}')
    found = folded(pets, [sent(answer(body=body)) for body in bodies])
    assert sorted((one.rule, one.path, one.count) for one in found) == [
        ("required", ("name",), 1),
        ("type", ("name",), 1),
        ("type", ("tags", "*"), 2),
    ]


def test_no_secret_is_in_a_finding(pets: Contract) -> None:
    """The request and the command have the name of the credential."""
    (found,) = folded(pets, [sent(answer(500))])
    assert "secret" not in repr(found)
    assert "$" in dict(found.request.headers)["x-key"]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_exchanges_does_not_show(pets: Contract, seed: int) -> None:
    """Workers may interleave as they like."""
    seen = [sent(answer(500), body=naming("x" * size), intent=str(size)) for size in range(20)]
    seen += [sent(answer(body=b"{}"), body=naming("y" + "y" * size)) for size in range(20)]
    mixed = random.Random(seed).sample(seen, len(seen))
    assert folded(pets, mixed) == folded(pets, seen)


def test_a_leniency_is_proved_by_whoever_can_tell(pets: Contract) -> None:
    """openapi-core of what is in the data, a strict parse of what is no JSON."""
    twice = b'{"name": "x", "name": "y"}'
    (found,) = folded(pets, [sent(body=b'{"name": "x", "tags": [1]}')])
    assert (found.verdict, found.proof) == ("lenient", "openapi-core")
    (found,) = folded(pets, [sent(body=twice)])
    assert (found.verdict, found.rule, found.proof) == ("lenient", "json", "strict parse")


def test_what_does_not_show_again_is_disputed(pets: Contract) -> None:
    """A credential that let in once and not twice proves nothing."""
    seen = [sent(kind="none")]
    (found,) = folded(pets, seen)
    assert (found.verdict, found.proof) == ("auth", "again")
    (found,) = folded(pets, seen, lambda exchange: replace(exchange, outcome=answer(422, b"{}")))
    assert (found.verdict, found.proof) == ("disputed", "again")


def test_two_media_types_are_the_fault_of_the_server(pets: Contract) -> None:
    """Two readers of them may differ, so what proves it is that they come again, and no second judge."""
    odd = sent(answer(headers=(*JSON_TYPE, ("content-type", "text/html"))))
    (found,) = folded(pets, [odd])
    assert (found.verdict, found.rule, found.proof) == ("server", "http", "again")
    assert "application/json, text/html" in found.message


def test_an_answer_that_changes_is_told_once(pets: Contract) -> None:
    """With the statuses that came; one that was busy says nothing."""
    seen = [sent(answer(200)), sent(answer(422, b"{}"), repeat=1), sent(answer(503), repeat=2)]
    changing = [found for found in folded(pets, seen) if found.rule == "inconsistent"]
    assert [found.message for found in changing] == [
        "the same request was answered 200 once, 422 once",
    ]


def test_a_put_may_create_and_then_replace(pets: Contract) -> None:
    """201 the first time and 200 from then on is what HTTP wants of it."""
    put = replace(sent().request, method="PUT")
    seen = [replace(sent(answer(201)), request=put), replace(sent(answer(200), repeat=1), request=put)]
    assert "inconsistent" not in [found.rule for found in folded(pets, seen)]
    seen.append(replace(sent(answer(202), repeat=2), request=put))
    assert "inconsistent" in [found.rule for found in folded(pets, seen)]


def test_a_slow_answer_has_to_be_slow_again(pets: Contract) -> None:
    """Once is chance."""
    slow = replace(sent(), seconds=3.0)
    assert [found.verdict for found in folded(pets, [slow], limit=1.0)] == ["server"]
    quick = folded(pets, [slow], lambda exchange: replace(exchange, seconds=0.1), limit=1.0)
    assert [found.verdict for found in quick] == ["disputed"]


CUT = sent(RESET, body=naming("bad"))


@pytest.mark.parametrize(
    ("exchanges", "again", "expected"),
    [
        ([CUT, sent()], lambda exchange: exchange, ("server", "http", "again")),
        ([CUT], lambda exchange: exchange, ("infrastructure", "connection", "seen")),
        ([CUT, sent()], lambda exchange: sent(), ("infrastructure", "connection", "seen")),
        ([CUT, sent()], lambda exchange: CUT, ("infrastructure", "connection", "seen")),
    ],
    ids=["always and no other", "no other answered", "not again", "others too"],
)
def test_a_cut_connection_is_the_servers_where_it_comes_with_the_request(
    pets: Contract, exchanges: list[Sent], again: Callable[[Sent], Sent], expected: tuple[str, str, str]
) -> None:
    """Cut each time that it is sent while another is answered each time; else it is the network's."""
    (found,) = folded(pets, exchanges, again)
    assert (found.verdict, found.rule, found.proof) == expected
