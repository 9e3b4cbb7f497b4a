"""A request taken from ASGI, whole and bounded."""

import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from understudy.serve.answer import Refusal
from understudy.types import Headers, Request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_DISCARDED = 64 * 1024 * 1024
"""How much of a body over the limit is read away, so that a client busy sending gets to see the 413."""
_ASCII = "".join(map(chr, range(128)))
_CLOSE = (("connection", "close"),)
_ENCODING = "content-encoding"
_WINDOWS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
"""What zlib is told of the packings that it reads."""


class Disconnected(Exception):
    """The client went away before its request was whole."""


def head(scope: Scope) -> Request:
    """The request without its body."""
    raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
    path, query = _encoded(raw_path), _encoded(scope["query_string"])
    headers: Headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]
    )
    return Request(scope["method"], path, query, headers)


def _encoded(text: bytes) -> str:
    """A part of a URL; some clients leave characters beyond ASCII as they are."""
    return text.decode() if text.isascii() else quote(text, safe=_ASCII)


async def whole(request: Request, receive: Receive, limit: int) -> Request:
    """The request with its body, unpacked. Raises Refusal (400, 413, 415) and Disconnected.

    Never holds more than `limit` bytes, nor that much more unpacked.
    """
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
        raise _too_large(limit)
    return _unpacked(request, bytes(chunks), limit)


def _too_large(limit: int) -> Refusal:
    return Refusal(413, f"the body is larger than the {limit} bytes that this fake takes", headers=_CLOSE)


def _unpacked(request: Request, body: bytes, limit: int) -> Request:
    """The request as it was before its Content-Encoding, of which no word is left."""
    named = next((value.strip().lower() for name, value in request.headers if name == _ENCODING), "")
    if named in ("", "identity"):
        return request.with_body(body)
    if named not in _WINDOWS:
        told = f"Content-Encoding {named[:50]!r} is not read here"
        raise Refusal(415, told, headers=(("accept-encoding", "gzip, deflate, identity"),))
    unpacking = zlib.decompressobj(_WINDOWS[named])
    try:
        plain = unpacking.decompress(body, limit + 1)
    except zlib.error as error:
        raise Refusal(400, f"the body is not {named}: {error}") from None
    if len(plain) > limit:
        raise _too_large(limit)
    if body and not unpacking.eof:
        raise Refusal(400, f"the body is not {named}: it is cut short")
    headers = tuple(field for field in request.headers if field[0] != _ENCODING)
    return Request(request.method, request.path, request.query, headers, plain)
