"""The gallery on a free port: uvicorn, or for the defects of the wire a server that cuts its answers."""

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import h11
import uvicorn

from gallery.hooks import Wire
from gallery.service import App, build, hooks_of
from understudy.types import Response


@contextmanager
def serve_defect(api: str, defect: str | None = None, variant: str = "strict") -> Iterator[str]:
    """The URL at which the service runs, with one defect or none, until the block ends."""
    hooks = hooks_of(api, defect)
    app = build(api, hooks, variant)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Or each answer in two pieces waits for the client's delayed acknowledgement: asyncio sees to that
        # on sockets of its own making alone.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        run = _uvicorn(app, listener) if hooks.wire is None else _cutting(app, hooks.wire, listener)
        with run:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def serve(app: App) -> Iterator[str]:
    """The URL at which an application runs, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener, _uvicorn(app, listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def _uvicorn(app: App, listener: socket.socket) -> Iterator[None]:
    settings = uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        loop="asyncio",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield  # the listener queues what comes before uvicorn accepts
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "uvicorn did not stop"


@contextmanager
def _cutting(app: App, wire: Wire, listener: socket.socket) -> Iterator[None]:
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=_run, args=(loop, _accept(app, wire, listener, stop)), daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        assert not thread.is_alive(), "the cutting server did not stop"


def _run(loop: asyncio.AbstractEventLoop, work: Any) -> None:
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(work)


async def _accept(app: App, wire: Wire, listener: socket.socket, stop: asyncio.Event) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = wire(await _response(app, reader))
            if answer:
                writer.write(answer)
                await writer.drain()
            else:
                _reset(writer)
        finally:
            writer.close()

    server = await asyncio.start_server(handle, sock=listener)
    await stop.wait()
    server.close()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST: no lingering."""
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def _response(app: App, reader: asyncio.StreamReader) -> Response:
    """The application's answer to the one request that is read from a connection."""
    parser = h11.Connection(h11.SERVER)
    head: h11.Request | None = None
    body = b""
    while True:
        event = parser.next_event()
        if event is h11.NEED_DATA:
            parser.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        else:
            break
    if head is None:
        return Response(400)
    return await _ask(app, head, body)


async def _ask(app: App, head: h11.Request, body: bytes) -> Response:
    path, _, query = head.target.decode().partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": head.method.decode(),
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": list(head.headers),
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"])
    return Response(sent[0]["status"], headers, sent[1]["body"])
