"""Bytes sent over a socket, and what comes back read with suspicion."""

import json
import re
import socket
from dataclasses import dataclass, field
from time import perf_counter
from typing import BinaryIO, Literal

TIMEOUT = 5.0
_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5]\d\d) [\t -~]*\r\n")
_HEADER_LINE = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?[^\x00-\x08\x0a-\x1f\x7f]*\r\n")


@dataclass(frozen=True, slots=True)
class Attack:
    """What one hostile client does.

    `ending` says what it does after sending: `wait` for the answers that HTTP demands, `half-close`, for
    a request that is not whole (the server may answer or hang up, but not hang), or `vanish` at once.
    """

    name: str
    data: bytes
    ending: Literal["wait", "half-close", "vanish"] = "wait"
    answers: int = 1
    head_only: bool = False
    """Whether the answer has no body, as HEAD's."""


@dataclass(slots=True)
class Outcome:
    """What became of an attack: the statuses answered, what was wrong with them, and how long it took."""

    statuses: list[int] = field(default_factory=list)
    fault: str | None = None
    seconds: float = 0.0


class Malformed(Exception):
    """Bytes that are no HTTP response."""


def strike(address: tuple[str, int], attack: Attack) -> Outcome:
    """Carry out an attack. Every way in which the server failed is told in `fault`."""
    outcome, started = Outcome(), perf_counter()
    try:
        with socket.create_connection(address, TIMEOUT) as connection:
            _carry_out(connection, attack, outcome)
    except TimeoutError:
        outcome.fault = f"no answer within {TIMEOUT} s"
    except Malformed as error:
        outcome.fault = f"malformed response: {error}"
    except ConnectionError as error:
        outcome.fault = f"{type(error).__name__} before the answer"
    outcome.seconds = perf_counter() - started
    refused = next((status for status in outcome.statuses if status >= 500), None)
    outcome.fault = f"status {refused}" if refused else outcome.fault
    return outcome


def _carry_out(connection: socket.socket, attack: Attack, outcome: Outcome) -> None:
    whole = _send(connection, attack.data)
    if attack.ending == "vanish":
        return
    if attack.ending == "half-close" and whole:
        connection.shutdown(socket.SHUT_WR)
    with connection.makefile("rb") as stream:
        _read_all(stream, attack, outcome, strict=whole)


def _send(connection: socket.socket, data: bytes) -> bool:
    """Whether the server took it all: it may answer and hang up in the middle of what it refuses."""
    try:
        connection.sendall(data)
    except ConnectionError:
        return False
    return True


def _read_all(stream: BinaryIO, attack: Attack, outcome: Outcome, *, strict: bool) -> None:
    waits = attack.ending == "wait"
    while not waits or len(outcome.statuses) < attack.answers:
        try:
            status = _read(stream, head_only=attack.head_only)
        except ConnectionError:
            if strict and waits:
                raise
            return
        if status is None:
            break
        if status >= 200:
            outcome.statuses.append(status)
        if status == 400 and waits:
            return  # after a request that is no HTTP, the rest of a pipeline has no answer
    if waits and len(outcome.statuses) < attack.answers:
        outcome.fault = f"closed after {len(outcome.statuses)} of {attack.answers} answers"


def _read(stream: BinaryIO, *, head_only: bool) -> int | None:
    """The status of the next response, None at the end. Raises Malformed."""
    line = stream.readline()
    if not line:
        return None
    found = _STATUS_LINE.fullmatch(line)
    if not found:
        raise Malformed(repr(line[:80]))
    status = int(found[1])
    headers = _headers(stream)
    head_only = head_only and status != 400  # whoever could not read the request saw no HEAD in it
    bodiless = head_only or status < 200 or status in (204, 304)
    body = b"" if bodiless else _body(stream, headers)
    if body and b"json" in headers.get(b"content-type", b""):
        _check_json(body)
    return status


def _headers(stream: BinaryIO) -> dict[bytes, bytes]:
    headers = {}
    while (line := stream.readline()) != b"\r\n":
        if not _HEADER_LINE.fullmatch(line):
            raise Malformed(f"header line {line[:80]!r}")
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    return headers


def _body(stream: BinaryIO, headers: dict[bytes, bytes]) -> bytes:
    if b"content-length" not in headers:
        return stream.read()
    length = int(headers[b"content-length"])
    body = stream.read(length)
    if len(body) < length:
        raise Malformed(f"{len(body)} of {length} bytes of the body")
    return body


def _check_json(body: bytes) -> None:
    try:
        json.loads(body)
    except ValueError as error:
        raise Malformed(f"body is not JSON: {error}") from None
