"""How a test's requests get to what is tested: in process, without a socket, or over the network."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

import httpx

from understudy.serve import reception
from understudy.serve.answer import Refusal
from understudy.serve.session import Carriers
from understudy.session import NOBODY
from understudy.testing.naming import Whose, carried, fields

T = TypeVar("T")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class Loop:
    """An event loop in a thread of its own: all that a fake does is done there, one thing after another."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="understudy", daemon=True)
        self._thread.start()

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin with it; the future is for another thread to wait on."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def close(self) -> None:
        """End it, and what is under way."""
        self.start(_cancel_others()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Naming:
    """An application whose requests belong to the test that is on, unless they tell of another session."""

    def __init__(self, app: ASGIApp, carriers: Carriers, whose: Whose) -> None:
        self._app = app
        self._carriers = carriers
        self._whose = whose

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            added = [(name.encode(), value.encode()) for name, value in self._fields(scope).items()]
            scope = {**scope, "headers": [*scope["headers"], *added]}
        await self._app(scope, receive, send)

    def _fields(self, scope: Scope) -> dict[str, str]:
        try:
            told, _ = self._carriers.read(reception.head(scope))
        except Refusal:  # the application says so
            told = NOBODY
        return fields(self._whose(), told)


class InProcess(httpx.BaseTransport):
    """Hands requests to an application on its loop. A connection that is cut is the error it is elsewhere."""

    def __init__(self, app: ASGIApp, loop: Loop) -> None:
        self._app = httpx.ASGITransport(app)
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        answered = self._loop.start(self._answer(request))
        try:
            return answered.result(request.extensions.get("timeout", {}).get("read"))
        except TimeoutError:
            answered.cancel()
            raise httpx.ReadTimeout("the read operation timed out", request=request) from None
        except ConnectionResetError as error:
            raise httpx.ReadError(str(error), request=request) from None

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await self._app.handle_async_request(request)
        return _whole(response, await response.aread())


class OverNetwork(httpx.BaseTransport):
    """Sends requests to a server, and tells it whose they are, unless they do so themselves."""

    def __init__(self, whose: Whose) -> None:
        self._whose = whose
        self._sending = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        for name, value in fields(self._whose(), carried(request.headers.values())).items():
            request.headers.setdefault(name, value)
        response = self._sending.handle_request(request)
        try:
            assert isinstance(response.stream, httpx.SyncByteStream)
            return _whole(response, b"".join(response.stream))
        finally:
            response.close()

    def close(self) -> None:
        self._sending.close()


class Threaded(httpx.AsyncBaseTransport):
    """Another transport for an asynchronous client, whose loop may end with its test."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return await asyncio.to_thread(self._transport.handle_request, request)


def _whole(response: httpx.Response, body: bytes) -> httpx.Response:
    """A response with its body as it was sent, for clients of both kinds."""
    return httpx.Response(response.status_code, headers=response.headers.raw, stream=httpx.ByteStream(body))
