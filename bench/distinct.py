"""A server that counts the different requests it got, beside answering them."""

import re
from hashlib import sha256
from typing import Any

PLACE = "/__distinct__"
"""GET tells the count, DELETE begins anew."""
_BOUNDARY = re.compile(rb"boundary=([^;\\s]+)")


class Distinct:
    """An ASGI application around another one. A multipart boundary makes no request another one."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._seen: set[bytes] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == PLACE:
            await self._tell(scope, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()

        async def listening() -> Any:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        await self._app(scope, listening, send)
        self._seen.add(_digest(scope, bytes(body)))

    async def _tell(self, scope: Any, send: Any) -> None:
        told = str(len(self._seen)).encode()
        if scope["method"] == "DELETE":
            self._seen.clear()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(told)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": told})


def _digest(scope: Any, body: bytes) -> bytes:
    headers = dict(scope["headers"])
    content_type = headers.get(b"content-type", b"")
    boundary = _BOUNDARY.search(content_type)
    if boundary:
        body, content_type = body.replace(boundary[1], b""), content_type.replace(boundary[1], b"")
    credentials = sorted(
        (name, value) for name, value in headers.items() if b"key" in name or name == b"authorization"
    )
    told = (scope["method"], scope["raw_path"], scope["query_string"], content_type, credentials, body)
    return sha256(repr(told).encode()).digest()
