"""A request taken from ASGI, whole and bounded."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from understudy.serve.answer import Refusal
from understudy.types import Headers, Request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_DISCARDED = 64 * 1024 * 1024
"""How much of a body over the limit is read away, so that a client busy sending gets to see the 413."""
_CLOSE = (("connection", "close"),)


class Disconnected(Exception):
    """The client went away before its request was whole."""


def head(scope: Scope) -> Request:
    """The request without its body."""
    raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
    headers: Headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]
    )
    return Request(
        scope["method"], raw_path.decode("latin-1"), scope["query_string"].decode("latin-1"), headers
    )


async def body(request: Request, receive: Receive, limit: int) -> bytes:
    """The request body. Raises Refusal (413, 415) and Disconnected; never holds more than `limit` bytes."""
    chunks = bytearray()
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        piece = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            chunks += piece
        if not message.get("more_body", False):
            break
        if size > limit + _DISCARDED:
            break
    if size > limit:
        raise Refusal(413, f"the body is larger than the {limit} bytes that this fake takes", headers=_CLOSE)
    _check_encoding(request)
    return bytes(chunks)


def _check_encoding(request: Request) -> None:
    for name, value in request.headers:
        if name == "content-encoding" and value.strip().lower() not in ("", "identity"):
            raise Refusal(
                415,
                f"Content-Encoding {value[:50]!r} is not read here",
                headers=(("accept-encoding", "identity"),),
            )
