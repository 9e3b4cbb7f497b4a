"""Small servers that behave well or badly, each on a free port of its own."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


@dataclass
class Visit:
    """One connection: what is read from it and written to it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def request(self) -> bytes:
        """Head and body of the next request; empty when the client has gone."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""
        length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return head + await self.reader.readexactly(int(length[0].partition(b":")[2]) if length else 0)

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()


Handler = Callable[[Visit], Awaitable[None]]


@contextmanager
def listening(handle: Handler, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The base URL of a server that hands each connection to a handler, until the block ends."""
    loop = asyncio.new_event_loop()
    ready: threading.Event = threading.Event()
    stop = asyncio.Event()
    ports: list[int] = []

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            await handle(Visit(reader, writer))
        writer.transport.abort() if writer.transport.is_closing() else writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(visit, "127.0.0.1", 0, ssl=tls)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0.01)

    thread = threading.Thread(target=_run, args=(loop, serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{ports[0]}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        assert not thread.is_alive()


def _run(loop: asyncio.AbstractEventLoop, work: Awaitable[None]) -> None:
    loop.set_exception_handler(lambda *_: None)  # a client that hangs up is what some tests are about
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(work)  # type: ignore[arg-type]


@dataclass
class Answering:
    """Answers the requests of every connection in turn, the last answer again and again."""

    answers: tuple[bytes, ...] = (OK,)
    seen: list[bytes] = field(default_factory=list)

    async def __call__(self, visit: Visit) -> None:
        while request := await visit.request():
            self.seen.append(request)
            await visit.write(self.answers[min(len(self.seen), len(self.answers)) - 1])


@dataclass
class Serving:
    """Answers each request as a function says; where that gives nothing, hangs up."""

    reply: Callable[[bytes], bytes]
    seen: list[bytes] = field(default_factory=list)

    async def __call__(self, visit: Visit) -> None:
        while request := await visit.request():
            self.seen.append(request)
            told = self.reply(request)
            if not told:
                return
            await visit.write(told)


@dataclass
class Once:
    """Takes one request and does something to the connection, which then is closed."""

    act: Handler
    seen: list[bytes] = field(default_factory=list)

    async def __call__(self, visit: Visit) -> None:
        self.seen.append(await visit.request())
        await self.act(visit)


async def silent(visit: Visit) -> None:
    """Never answers."""
    await asyncio.sleep(60)


async def dripping(visit: Visit) -> None:
    """An answer at a byte in a fifth of a second."""
    for byte in OK:
        await visit.write(bytes((byte,)))
        await asyncio.sleep(0.2)


async def endless(visit: Visit) -> None:
    """A body that never ends."""
    await visit.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
    while True:
        await visit.write(b"x" * 65536)


async def reset(visit: Visit) -> None:
    """Hangs up without an answer."""


async def another_protocol(visit: Visit) -> None:
    """Greets in words that are not HTTP's, and waits for none."""
    await visit.write(b"220 mail.example ESMTP\r\n\r\n")
    await asyncio.sleep(0.2)


def answer(status: int, *headers: str, body: bytes = b"{}") -> bytes:
    """A response with these header lines, `Name: value`."""
    lines = (f"HTTP/1.1 {status} Told", *headers, f"content-length: {len(body)}", "", "")
    return "\r\n".join(lines).encode() + body
