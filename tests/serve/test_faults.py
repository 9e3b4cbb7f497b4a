"""Faults on purpose, as the clients of a started server see them."""

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from asgi import send
from documents import document, operation, written
from running import Running, serving
from understudy.run import Play, build, create_app
from understudy.types import Request

PET = {"name": "Ida", "tags": ["calm", "small", "grey"]}
BYTES = b'{"name":"Ida","tags":["calm","small","grey"]}'


def paths() -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}, "example": PET}}
    page = {"text/html": {"schema": {"type": "string"}, "example": "<p>Ida</p>"}}
    return {
        "/pet": {"get": {"responses": {"200": {"description": "", "content": content}}}},
        "/page": {"get": {"responses": {"200": {"description": "", "content": page}}}},
        "/empty": {"get": {"responses": {"200": {"description": ""}}}},
        "/gone": {"delete": {"responses": {"204": {"description": ""}}}},
        "/many": {"get": operation(parameters=[{"name": "n", "in": "query", "schema": {"type": "integer"}}])},
    }


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    path = written(tmp_path_factory.mktemp("faults"), document(paths()))
    with serving(str(path)) as running:
        yield running


@pytest.fixture
def app(tmp_path: Path) -> Any:
    return create_app(build(Play(specs=(str(written(tmp_path, document(paths()))),))))


def get(server: Running, prefer: str, path: str = "/pet") -> requests.Response:
    return requests.get(server.url + path, headers={"Prefer": prefer}, timeout=10)


def raw(server: Running, prefer: str, path: str = "/pet") -> bytes:
    """All bytes until the server closes the connection."""
    with closing(socket.create_connection((server.host, server.port), timeout=10)) as connection:
        head = f"GET {path} HTTP/1.1\r\nHost: {server.host}\r\nPrefer: {prefer}\r\n\r\n"
        connection.sendall(head.encode())
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


def journal(server: Running) -> Any:
    return requests.get(f"{server.url}/__understudy__/requests", timeout=10).json()


def test_reset_is_a_reset_of_the_connection(server: Running) -> None:
    """RST without a byte of response, in a bare socket and in two client libraries."""
    with pytest.raises(ConnectionResetError):
        raw(server, "fault=reset")
    with pytest.raises(requests.ConnectionError, match="reset"):
        get(server, "fault=reset")
    with pytest.raises(httpx.ReadError):
        httpx.get(f"{server.url}/pet", headers={"Prefer": "fault=reset"})


def test_a_truncated_body_ends_before_its_length(server: Running) -> None:
    """Content-Length announces all, half comes, and the connection ends in good order."""
    head, _, body = raw(server, "fault=truncate").partition(b"\r\n\r\n")
    assert f"content-length: {len(BYTES)}".encode() in head
    assert body == BYTES[: len(BYTES) // 2]
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        get(server, "fault=truncate")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{server.url}/pet", headers={"Prefer": "fault=truncate"})


def test_an_empty_body_can_be_truncated(server: Running) -> None:
    """One byte is announced and does not come."""
    head, _, body = raw(server, "fault=truncate", "/empty").partition(b"\r\n\r\n")
    assert (b"content-length: 1" in head, body) == (True, b"")


def test_garbage_is_neither_text_nor_json(server: Running) -> None:
    """The same bytes every time, under the declared content type."""
    response = get(server, "fault=garbage")
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    with pytest.raises(UnicodeDecodeError):
        response.content.decode()
    with pytest.raises(requests.exceptions.JSONDecodeError):
        response.json()
    assert get(server, "fault=garbage").content == response.content


@pytest.mark.parametrize(("path", "content_type"), [("/pet", "text/html"), ("/page", "application/json")])
def test_a_wrong_type_is_another_than_the_declared(server: Running, path: str, content_type: str) -> None:
    """The body is what it would have been."""
    response = get(server, "fault=wrong-type", path)
    assert response.headers["content-type"] == content_type
    assert response.content == get(server, "delay=1", path).content


def test_a_trickling_body_comes_in_pieces(server: Running) -> None:
    """Whole in the end, after a second or two."""
    start = time.monotonic()
    with httpx.stream("GET", f"{server.url}/pet", headers={"Prefer": "fault=trickle"}) as response:
        arrivals = [(time.monotonic() - start, piece) for piece in response.iter_raw()]
    assert b"".join(piece for _, piece in arrivals) == BYTES
    assert len(arrivals) > 3
    assert 0.5 < arrivals[-1][0] - arrivals[0][0] < 10


def test_a_delay_is_waited_for(server: Running) -> None:
    """Before the first byte, and with any other preference."""
    start = time.monotonic()
    assert get(server, "delay=300").json() == PET
    assert time.monotonic() - start >= 0.3
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{server.url}/pet", headers={"Prefer": "delay=5000, fault=garbage"}, timeout=0.3)


def test_a_fault_says_so(server: Running) -> None:
    """In its header fields."""
    headers = get(server, "fault=garbage, delay=1").headers
    assert headers["understudy-reply"] == "fault"
    assert headers["preference-applied"] == "delay=1, fault=garbage"


def test_a_fault_leaves_the_server_as_it_was(server: Running) -> None:
    """The next request is answered, on the same connection where that is still open."""
    with requests.Session() as session:
        for fault in ("reset", "truncate", "garbage", "wrong-type", "trickle"):
            with suppress(requests.RequestException):
                session.get(f"{server.url}/pet", headers={"Prefer": f"fault={fault}"}, timeout=10)
            assert session.get(f"{server.url}/pet", timeout=10).json() == PET


def test_faults_are_journaled_as_what_they_are(server: Running) -> None:
    """With what was sent; a reset has status 0, as in a HAR."""
    requests.delete(f"{server.url}/__understudy__/requests", timeout=10)
    with pytest.raises(requests.ConnectionError):
        get(server, "fault=reset")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(server, "fault=truncate")
    reset, truncated = journal(server)
    assert (reset["reply"], reset["fault"], reset["response"]["status"]) == ("fault", "reset", 0)
    assert (truncated["reply"], truncated["fault"], truncated["response"]["status"]) == (
        "fault",
        "truncate",
        200,
    )
    assert truncated["response"]["body"] == BYTES[: len(BYTES) // 2].decode()


def test_an_invalid_request_can_be_told_with_a_fault(server: Running) -> None:
    """What goes wrong on the wire goes wrong for any answer of an operation."""
    response = get(server, "fault=garbage", "/many?n=x")
    assert (response.status_code, response.headers["understudy-reply"]) == (422, "fault")


@pytest.mark.parametrize("fault", ["truncate", "garbage", "wrong-type", "trickle"])
@pytest.mark.parametrize(("method", "path"), [("DELETE", "/gone"), ("HEAD", "/pet")])
def test_where_there_is_no_body_there_is_none_to_spoil(app: Any, method: str, path: str, fault: str) -> None:
    """A 204 and a HEAD can only be reset."""
    response = send(app, Request(method, path, "", (("prefer", f"fault={fault}"),)))
    assert response.status == 400
    assert "has no body: there is reset" in json.loads(response.body)["detail"]


@pytest.mark.parametrize("fault", ["reset", "truncate"])
def test_in_process_there_is_no_connection_to_cut(app: Any, fault: str) -> None:
    """The client gets the exception that a cut connection would raise, and is told why."""
    with pytest.raises(ConnectionResetError, match=f"fault={fault}: there is no connection here"):
        send(app, Request("GET", "/pet", "", (("prefer", f"fault={fault}"),)))


def test_a_server_that_stops_does_not_wait_for_a_delay(tmp_path: Path) -> None:
    """On Ctrl-C it cuts the connection, and answers nothing that the contract does not know."""
    with serving(str(written(tmp_path, document(paths())))) as running:
        waiting = socket.create_connection((running.host, running.port), timeout=20)
        waiting.sendall(b"GET /pet HTTP/1.1\r\nHost: 127.0.0.1\r\nPrefer: delay=60000\r\n\r\n")
        time.sleep(0.3)
        os.kill(running.pid, signal.SIGINT)
        with closing(waiting), pytest.raises(ConnectionResetError):
            waiting.recv(100)
