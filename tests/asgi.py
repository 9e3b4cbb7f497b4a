"""One request to an ASGI application, in process and without a socket."""

import asyncio
from collections.abc import Iterator
from typing import Any

from understudy.types import Request, Response


def send(app: Any, request: Request, *, chunk: int = 65536) -> Response:
    """The application's response; the body is handed over in pieces of `chunk` bytes."""
    return asyncio.run(_send(app, request, chunk))


async def _send(app: Any, request: Request, chunk: int) -> Response:
    pieces = _pieces(request.body, chunk)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(pieces, {"type": "http.disconnect"})

    async def collect(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(_scope(request), receive, collect)
    start, *rest = sent
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"])
    return Response(start["status"], headers, b"".join(message.get("body", b"") for message in rest))


def _pieces(body: bytes, size: int) -> Iterator[dict[str, Any]]:
    cuts = range(0, len(body), size) if body else [0]
    for start in cuts:
        more = start + size < len(body)
        yield {"type": "http.request", "body": body[start : start + size], "more_body": more}


def _scope(request: Request) -> dict[str, Any]:
    headers = (
        request.headers if dict(request.headers).get("host") else (("host", "127.0.0.1"), *request.headers)
    )
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode("latin-1"),
        "root_path": "",
        "query_string": request.query.encode("latin-1"),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
