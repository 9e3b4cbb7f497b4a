"""The same requests to servers in other processes get the same bytes."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from random import Random

import asking
import pytest

from running import Running, serving
from understudy.types import Request, Response

SERVERS = [("0", "1"), ("1", "2"), ("12345", "1")]
"""PYTHONHASHSEED and number of workers."""


@pytest.fixture(scope="module")
def servers() -> Iterator[list[Running]]:
    """Servers that differ in what must not show."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(serving("--workers", workers, environment={"PYTHONHASHSEED": hash_seed}))
            for hash_seed, workers in SERVERS
        ]


def test_every_server_gives_the_same_bytes_in_any_order(servers: list[Running]) -> None:
    """Status, headers and body do not depend on process, hash seed, number of workers or request order."""
    requests = asking.everything()
    assert len(set(requests)) == len(requests) >= 120
    first, *others = [_answers(server, requests, seed) for seed, server in enumerate(servers)]
    statuses = Counter(response.status for response in first)
    assert statuses.keys() >= {200, 401, 403, 404, 405, 406, 415, 422, 429}
    assert all(status < 500 for status in statuses)
    for other in others:
        assert other == first


def test_identical_requests_at_once_get_one_answer(servers: list[Running]) -> None:
    """Fifty at a time, to two workers."""
    server = servers[1]
    for request in (asking.valid_rules()[9], asking.valid_scorers()[6], asking.invalid(80)[0]):
        with ThreadPoolExecutor(50) as pool:
            answers = set(pool.map(server.send, [request] * 50))
        assert len(answers) == 1
        assert answers.pop().status in (200, 422)


def _answers(server: Running, requests: list[Request], seed: int) -> list[Response]:
    """The answers in the order of the requests, which are sent in another one, some of them twice."""
    order = list(range(len(requests)))
    Random(seed).shuffle(order)
    answers = {}
    for index in [*order[: 10 * seed], *order]:
        answers[index] = server.send(requests[index])
    return [answers[index] for index in range(len(requests))]
