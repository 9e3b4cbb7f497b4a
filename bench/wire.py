"""The least HTTP/1.1 that a client needs to read an answer."""

import socket
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """What is compared of an answer."""

    status: int
    body: bytes


def parse(data: bytes) -> Answer | None:
    """The answer that `data` holds, or None while it is not whole. Takes a length or chunks.

    Raises ValueError for an answer framed in another way.
    """
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, start = data[:end].lower(), end + 4
    body = with_length(data, head, start) if b"\r\ncontent-length:" in head else chunked(data, head, start)
    return None if body is None else Answer(int(head[9:12]), body)


def with_length(data: bytes, head: bytes, start: int) -> bytes | None:
    """A body with a Content-Length."""
    value = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    stop = start + int(value)
    return data[start:stop] if len(data) >= stop else None


def chunked(data: bytes, head: bytes, start: int) -> bytes | None:
    """A chunked body."""
    if b"\r\ntransfer-encoding: chunked" not in head:
        raise ValueError(f"an answer with neither a length nor chunks: {head!r}")
    chunks: list[bytes] = []
    while (line_end := data.find(b"\r\n", start)) >= 0:
        size = int(data[start:line_end].partition(b";")[0], 16)
        start = line_end + 2 + size + 2
        if len(data) < start:
            return None
        if size == 0:
            return b"".join(chunks)
        chunks.append(data[line_end + 2 : start - 2])
    return None


def ask(port: int, request: bytes, timeout: float) -> Answer:
    """One request on a connection of its own. Raises OSError when nobody answers in time."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(request)
        data = b""
        while (answer := parse(data)) is None:
            more = connection.recv(65536)
            if not more:
                raise ConnectionResetError("the connection was closed before the answer was whole")
            data += more
    return answer
