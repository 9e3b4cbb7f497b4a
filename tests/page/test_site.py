"""The pages and the stream as HTTP: who may ask, what a browser may do with them, what the stream tells."""

import json
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

from cli.running import running
from page.served import PATIENCE, Served

PAGES = ("", "docs", "docs/langsmith", "docs/langsmith/source", "documents/langsmith", "assets/page.js")
EVENTS = "/__understudy__/events"


@contextmanager
def reading(server: Served, after: str | None = None) -> Iterator[HTTPResponse]:
    """The stream of events, open until the block ends."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request("GET", EVENTS, headers={"last-event-id": after} if after else {})
    with closing(connection), connection.getresponse() as stream:
        yield stream


def events(stream: HTTPResponse) -> Iterator[tuple[str, Any]]:
    """Kind and data of each event, as they come."""
    kind = ""
    for line in iter(stream.readline, b""):
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        if name == "data":
            yield kind, json.loads(value)


def requests(stream: HTTPResponse, count: int) -> list[int]:
    """The numbers of the next requests that the stream tells."""
    told = (data["number"] for kind, data in events(stream) if kind == "request")
    return [next(told) for _ in range(count)]


def test_a_page_lets_nothing_foreign_in(server: Served) -> None:
    """No inline script, no other host, no frame around it, no guessing of its type."""
    for place in PAGES:
        headers = dict(server.ask("GET", f"/__understudy__/{place}").headers)
        policy = headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site", "sec_fetch_dest": "script"},
        {"sec_fetch_site": "same-site", "sec_fetch_dest": "empty"},
    ],
    ids=lambda headers: "-".join(headers.values()),
)
def test_another_site_gets_nothing(server: Served, headers: dict[str, str]) -> None:
    """Neither a page of another origin nor a name pointed at this machine sees an admin path."""
    for place in (*PAGES, "events", "attempt", "requests", "operations"):
        assert server.ask("GET", f"/__understudy__/{place}", **headers).status == 403


@pytest.mark.parametrize("method", ["POST", "DELETE", "PROPFIND"])
def test_a_method_that_a_page_does_not_take(server: Served, method: str) -> None:
    """It gets 405 and what the page takes."""
    for place in (*PAGES, "events"):
        answer = server.ask(method, f"/__understudy__/{place}")
        assert (answer.status, set(dict(answer.headers)["allow"].split(", "))) == (405, {"GET", "HEAD"})


def test_a_link_from_elsewhere_opens_the_page(server: Served) -> None:
    """A person may follow a link to the page from any site."""
    followed = {"sec_fetch_site": "cross-site", "sec_fetch_dest": "document"}
    assert server.ask("GET", "/__understudy__/", **followed).status == 200


def test_the_slash_may_be_left_out(server: Served) -> None:
    """The address without its last slash leads to the page."""
    answer = server.ask("GET", "/__understudy__")
    assert (answer.status, dict(answer.headers)["location"]) == (307, server.home)


def test_the_document_comes_as_json_with_its_overlays(server: Served) -> None:
    """The document is served as it is played: what an overlay added is in it."""
    answer = server.ask("GET", "/__understudy__/documents/langsmith")
    document = json.loads(answer.body)
    operation = document["paths"]["/api/v1/runs/rules/validate"]["post"]
    assert dict(answer.headers)["content-type"] == "application/json"
    assert "401" in operation["responses"]


def test_an_unknown_api_names_those_there_are(server: Served) -> None:
    """A wrong name is answered with the right ones."""
    answer = server.ask("GET", "/__understudy__/docs/stripe")
    assert answer.status == 404
    assert json.loads(answer.body) == {"detail": "no API 'stripe'; there are: galileo, langsmith"}


def test_the_stream_tells_a_request_once_it_is_answered(server: Served) -> None:
    """An event holds the request, its reply and its violations with file, line and the lines around it."""
    with reading(server) as stream:
        server.validate(b'{"display_name": "x", "sampling_rate": "often"}')
        entry = next(data for kind, data in events(stream) if kind == "request")
    told = (entry["number"], entry["operation"], entry["response"]["status"], entry["reply"])
    assert told == (1, "POST /api/v1/runs/rules/validate", 422, "error")
    [violation] = entry["violations"]
    quoted = violation["quote"]["lines"][violation["line"] - violation["quote"]["first"]]
    assert (violation["file"], violation["line"]) == ("specs/langsmith/openapi.yaml", 268)
    assert quoted.strip() == "type: number"


def test_the_stream_goes_on_where_it_was_left(server: Served) -> None:
    """Last-Event-ID names the last request that was heard of; what followed it comes."""
    for _ in range(5):
        server.validate(b"{}")
    with reading(server, "3") as stream:
        assert requests(stream, 2) == [4, 5]


def test_a_number_of_another_server_starts_at_the_beginning(server: Served) -> None:
    """After a restart the numbers start anew; a reader with a higher one is told to forget."""
    server.validate(b"{}")
    with reading(server, "1000") as stream:
        told = events(stream)
        kinds = [next(told)[0] for _ in range(3)]
    assert kinds == ["play", "forgotten", "request"]


def test_what_comes_too_fast_is_counted(server: Served) -> None:
    """Of a flood the newest requests are told and the others counted; nothing is queued up."""
    for _ in range(151):
        server.validate(b"{}")
    with reading(server, "1") as stream:
        told = events(stream)
        kinds = [next(told) for _ in range(52)]
    assert [data for kind, data in kinds if kind == "skipped"] == [{"count": 100}]
    assert [data["number"] for kind, data in kinds if kind == "request"] == list(range(102, 152))


def test_a_reader_who_does_not_read_holds_nobody_up(server: Served) -> None:
    """Requests are answered while streams are open that nobody reads."""
    large = b'{"display_name": "' + b"x" * 200_000 + b'"}'
    with ExitStack() as stack:
        streams = [stack.enter_context(reading(server)) for _ in range(5)]
        statuses = {server.validate(large).status for _ in range(40)}
        assert [stream.status for stream in streams] == [200] * 5
    assert statuses == {422}


def test_an_open_stream_does_not_keep_the_server_from_ending() -> None:
    """A server that is told to stop ends in its time, without a word, though somebody listens."""
    with (
        running() as server,
        closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection,
    ):
        connection.request("GET", EVENTS)
        with connection.getresponse() as stream:
            assert stream.readline() == b"retry: 1000\n"
            server.stop(signal.SIGTERM)
            assert server.stderr == ""


def test_a_large_body_is_cut_in_the_stream(server: Served) -> None:
    """An event stays small; how large the body was is told."""
    with reading(server) as stream:
        server.validate(b'{"display_name": "' + b"x" * 200_000 + b'"}')
        entry = next(data for kind, data in events(stream) if kind == "request")
    assert entry["request"]["bytes"] == 200_020
    assert len(entry["request"]["body"]) < 25_000
