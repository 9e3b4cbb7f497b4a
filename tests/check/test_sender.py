"""The sender: exact bytes, bounded answers, few and well-founded second tries."""

import asyncio
import resource
import ssl
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest

from check.servers import (
    OK,
    Answering,
    Once,
    another_protocol,
    answer,
    dripping,
    endless,
    listening,
    reset,
    silent,
)
from understudy.check.sender import Sender, SendOptions, opened
from understudy.errors import UsageError
from understudy.types import Failure, Request, Response

QUICK = SendOptions(timeout=0.3)
GET = Request("GET", "/a")
Outcome = Response | Failure


def sent(url: str, options: SendOptions = QUICK, requests: Sequence[Request] = (GET,)) -> list[Outcome]:
    return asking(url, options, requests)[0]


def asking(
    url: str, options: SendOptions = QUICK, requests: Sequence[Request] = (GET,)
) -> tuple[list[Outcome], Sender]:
    """The outcomes of requests, one after the other, and the sender afterwards."""

    async def run() -> tuple[list[Outcome], Sender]:
        async with opened(url, options) as sender:
            return [(await sender.send(request))[0] for request in requests], sender

    return asyncio.run(run())


def kind(outcome: Outcome) -> str:
    return outcome.kind if isinstance(outcome, Failure) else str(outcome.status)


def test_what_no_target_of_a_request_may_hold_is_encoded() -> None:
    """A path of a document may hold a `#`, a blank or a letter that is not ASCII."""
    server = Answering()
    with listening(server) as url:
        sent(url, requests=[Request("GET", "/a#b c/é%2F", "x=%20")])
    assert server.seen[0].startswith(b"GET /a%23b%20c/%C3%A9%2F?x=%20 HTTP/1.1\r\n")


def test_the_bytes_are_those_of_the_request() -> None:
    """Method, path, query, headers and body go out as planned, below the target's base path."""
    server = Answering()
    request = Request("DELETE", "/a%2Fb", "x=%20&x=", (("x-odd", "\xe9"), ("accept", "*/*")), b"\0body")
    with listening(server) as url:
        sent(f"{url}/base/", requests=[request])
    head, _, body = server.seen[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"DELETE /base/a%2Fb?x=%20&x= HTTP/1.1"
    assert b"x-odd: \xe9" in lines
    assert body == b"\0body"


def test_what_one_response_sets_does_not_travel_with_the_next_request() -> None:
    """A cookie that the server sets is not sent back."""
    server = Answering((answer(200, "Set-Cookie: a=1; Path=/"),))
    with listening(server) as url:
        sent(url, requests=[GET, GET])
    assert len(server.seen) == 2
    assert b"cookie" not in server.seen[1].lower()


def test_headers_of_the_transport_are_not_kept() -> None:
    """What the connection needs is no part of the response that is judged."""
    head = ("Date: Wed, 25 Nov 2026 10:00:00 GMT", "Keep-Alive: timeout=5", "X-Own: 1", "Connection: close")
    with listening(Answering((answer(200, *head),))) as url:
        [response] = sent(url)
    assert response == Response(200, (("x-own", "1"), ("content-length", "2")), b"{}")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    """A redirect is an answer like any other; a loop of them is not walked."""
    server = Answering((answer(status, "Location: /a"),))
    with listening(server) as url:
        assert [kind(outcome) for outcome in sent(url)] == [str(status)]
    assert len(server.seen) == 1


def test_a_target_that_never_answered_is_not_waited_for_twice() -> None:
    """The first timeout is not tried again."""
    server = Once(silent)
    with listening(server) as url:
        assert [kind(outcome) for outcome in sent(url)] == ["timeout"]
    assert len(server.seen) == 1


def test_a_slow_answer_is_bounded_as_a_whole() -> None:
    """A byte now and then does not stretch the time for one request."""
    started = perf_counter()
    with listening(Once(dripping)) as url:
        assert [kind(outcome) for outcome in sent(url)] == ["timeout"]
    assert perf_counter() - started < 3


def test_a_body_without_end_is_cut_off() -> None:
    """No more is read than the largest body that is taken."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with listening(Once(endless)) as url:
        [failure] = sent(url, SendOptions(timeout=20, max_body=1_000_000))
    assert failure == Failure("oversize", "a body of more than 1000000 bytes")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


def test_what_speaks_no_http_is_a_fault_of_protocol() -> None:
    """It is told what came instead."""
    with listening(another_protocol) as url:
        [failure] = sent(url)
    assert isinstance(failure, Failure)
    assert failure.kind == "protocol"


def test_a_connection_that_is_closed_is_tried_again() -> None:
    """Twice; the words name no address."""
    server = Once(reset)
    with listening(server) as url:
        [failure] = sent(url)
    assert failure == Failure("reset", "the connection was closed before an answer came")
    assert len(server.seen) == 3


def test_nobody_listens(unused_url: str) -> None:
    """A refused connection is told without the address, so that reports of two machines are alike."""
    assert sent(unused_url, replace(QUICK, retries=0)) == [Failure("refused", "nobody listens there")]


def test_a_name_that_is_nobodys() -> None:
    """A host name that does not resolve is told as such."""
    [failure] = sent("http://nobody.invalid", replace(QUICK, timeout=5, retries=0))
    assert failure == Failure("refused", "its host name cannot be resolved")


def test_https_to_a_server_without_tls() -> None:
    """The likely mistake is named."""
    with listening(another_protocol) as url:
        [failure] = sent(url.replace("http:", "https:"))
    assert isinstance(failure, Failure)
    assert failure.kind == "tls"
    assert "is it http" in failure.detail


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 that nobody trusts yet, with its key in one file."""
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run(["openssl", *made, *names], check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + Path(f"{file}.crt").read_bytes())
    return file


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (lambda _: SendOptions(), "tls"),
        (lambda _: SendOptions(verify=False), "200"),
        (lambda file: SendOptions(ca_file=f"{file}.crt"), "200"),
    ],
    ids=["unknown", "insecure", "ca-file"],
)
def test_certificates(certificate: Path, options: Callable[[Path], SendOptions], expected: str) -> None:
    """An unknown certificate is refused, and how to trust it is told."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with listening(Answering(), context) as url:
        [outcome] = sent(url, options(certificate))
    assert kind(outcome) == expected
    assert isinstance(outcome, Response) or "--ca-file" in outcome.detail


def test_a_file_without_certificates(tmp_path: Path) -> None:
    """It is a mistake of the command line, known before anything is sent."""
    (tmp_path / "no.pem").write_text("no")
    with pytest.raises(UsageError, match=r"no\.pem"):
        sent("https://127.0.0.1:1", SendOptions(ca_file=str(tmp_path / "no.pem")))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("localhost:80", "no http or https URL"),
        ("ftp://host", "no http or https URL"),
        ("http://", "no http or https URL"),
        ("http://host:port", "no URL"),
        ("http://user:secret@host", "--credential"),
        ("http://host/?a=b", "is to have no"),
        ("http://host/#a", "is to have no"),
    ],
)
def test_bad_urls(url: str, told: str) -> None:
    """What is wrong with a target's URL is told, without the secret in it."""
    with pytest.raises(UsageError, match=told) as caught:
        sent(url)
    assert "secret" not in str(caught.value)


NOW, THEN = "Date: Wed, 25 Nov 2026 10:00:00 GMT", "Retry-After: Wed, 25 Nov 2026 10:00:01 GMT"


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        (["Retry-After: 1"], 0.9, 5),
        ([NOW, THEN], 0.9, 5),
        (["Retry-After: soon"], 0.1, 0.9),
        ([THEN], 0.1, 0.9),
    ],
    ids=["seconds", "date", "nonsense", "date-of-no-clock"],
)
def test_retry_after_is_honoured(headers: list[str], least: float, most: float) -> None:
    """In seconds, or as a date, which counts from the Date of the same response."""
    started = perf_counter()
    with listening(Answering((answer(429, *headers), OK))) as url:
        [outcome] = sent(url, SendOptions())
    assert kind(outcome) == "200"
    assert least < perf_counter() - started < most


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 500, 501])
def test_answers_of_the_service_are_not_tried_again(status: int) -> None:
    """Only what says nothing of the service is sent once more."""
    server = Answering((answer(status),))
    with listening(server) as url:
        sent(url)
    assert len(server.seen) == 1


def test_waiting_is_bounded_over_the_whole_run() -> None:
    """A server that asks for more patience than there is gets its answers noted, and no more waiting."""
    server = Answering((answer(503, "Retry-After: 1"),))
    started = perf_counter()
    with listening(server) as url:
        outcomes, sender = asking(url, replace(QUICK, max_waiting=1.5), [GET] * 4)
    assert {kind(outcome) for outcome in outcomes} == {"503"}
    assert perf_counter() - started < 4
    assert sender.is_out_of_waiting


def test_an_hour_is_not_waited() -> None:
    """A wait beyond the bound is not begun."""
    started = perf_counter()
    with listening(Answering((answer(429, "Retry-After: 3600"),))) as url:
        assert [kind(outcome) for outcome in sent(url)] == ["429"]
    assert perf_counter() - started < 2


def test_the_rate_is_kept() -> None:
    """Requests are as far apart as the rate says, second tries too."""
    started = perf_counter()
    with listening(Answering()) as url:
        sent(url, SendOptions(rate_limit=10), [GET] * 5)
    assert perf_counter() - started > 0.39
