"""Requests sent byte for byte, and what comes back, bounded in time and in size."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import httpx

from understudy.errors import UsageError
from understudy.types import Failure, Request, Response

_RETRIED = ("refused", "reset", "timeout")
_BUSY = frozenset((429, 502, 503, 504))
_MAX_WAIT = 60.0
_UNJUDGED = frozenset(("date", "connection", "keep-alive", "transfer-encoding"))
"""Response headers of the transport, which the contract does not speak of."""


@dataclass(frozen=True, slots=True)
class SendOptions:
    """How to treat a target. Times in seconds, sizes in bytes."""

    timeout: float = 10.0
    max_body: int = 8 * 1024 * 1024
    rate_limit: float | None = None
    """Requests per second."""
    retries: int = 2
    """How often a request is sent again for what is no fault of the contract."""
    verify: bool = True
    ca_file: str | None = None


@dataclass(slots=True)
class Sender:
    """Sends to one target. Use `opened`."""

    client: httpx.AsyncClient
    base: httpx.URL
    options: SendOptions
    _next: float = 0.0

    async def send(self, request: Request) -> tuple[Response | Failure, float]:
        """The outcome and how long it took; infrastructure gets another chance, as Retry-After asks."""
        for attempt in range(self.options.retries + 1):
            await self._take_turn()
            started = perf_counter()
            outcome = await self._send(request)
            seconds = perf_counter() - started
            wait = _wait(outcome, attempt)
            if wait is None or attempt == self.options.retries:
                break
            await asyncio.sleep(wait)
        return outcome, seconds

    async def _take_turn(self) -> None:
        if self.options.rate_limit is None:
            return
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next)
        self._next = turn + 1 / self.options.rate_limit
        await asyncio.sleep(turn - now)

    async def _send(self, request: Request) -> Response | Failure:
        target = f"{self.base.raw_path.decode().rstrip('/')}{request.path}"
        raw_path = f"{target}?{request.query}" if request.query else target
        url = self.base.copy_with(raw_path=raw_path.encode("latin-1", "replace"))
        headers = [
            (name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in request.headers
        ]
        built = self.client.build_request(request.method, url, headers=headers, content=request.body)
        try:
            async with asyncio.timeout(self.options.timeout):
                return await self._receive(built)
        except TimeoutError:
            return Failure("timeout", f"no whole response within {self.options.timeout:g} s")
        except httpx.HTTPError as error:
            return _failure(error)

    async def _receive(self, built: httpx.Request) -> Response | Failure:
        received = await self.client.send(built, stream=True)
        try:
            body = bytearray()
            async for piece in received.aiter_bytes():
                body += piece
                if len(body) > self.options.max_body:
                    return Failure("oversize", f"a body of more than {self.options.max_body} bytes")
        finally:
            await received.aclose()
        headers = ((name.lower(), value) for name, value in received.headers.multi_items())
        kept = tuple(field for field in headers if field[0] not in _UNJUDGED)
        return Response(received.status_code, kept, bytes(body))


@asynccontextmanager
async def opened(target: str, options: SendOptions, app: Any = None) -> AsyncIterator[Sender]:
    """A sender for a base URL, or in process for an ASGI application. Raises UsageError for a bad URL."""
    try:
        base = httpx.URL(target)
    except httpx.InvalidURL as error:
        raise UsageError(f"--target {target!r} is no URL: {error}") from None
    if base.scheme not in ("http", "https") or not base.host:
        raise UsageError(f"--target {target!r} is no http or https URL")
    transport = httpx.ASGITransport(app, raise_app_exceptions=False) if app is not None else None
    client = httpx.AsyncClient(
        transport=transport,
        follow_redirects=False,
        timeout=options.timeout,
        verify=_tls(options),
        headers={"accept-encoding": "identity", "user-agent": "understudy"},
    )
    async with client:
        yield Sender(client, base, options)


def _tls(options: SendOptions) -> ssl.SSLContext | bool:
    if not options.verify:
        return False
    try:
        return ssl.create_default_context(cafile=options.ca_file) if options.ca_file else True
    except OSError as error:
        raise UsageError(f"cannot read the certificates of {options.ca_file}: {error.strerror}") from None


def _wait(outcome: Response | Failure, attempt: int) -> float | None:
    """Seconds to wait before another try; None where there is to be none."""
    if isinstance(outcome, Failure):
        return 0.2 * 2**attempt if outcome.kind in _RETRIED else None
    if outcome.status not in _BUSY:
        return None
    asked = dict(outcome.headers).get("retry-after", "")
    return min(float(asked), _MAX_WAIT) if asked.isdecimal() else 0.2 * 2**attempt


def _failure(error: httpx.HTTPError) -> Failure:
    text = str(error) or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return Failure("timeout", text)
    if isinstance(error, httpx.ConnectError):
        return Failure("tls" if "SSL" in text or "certificate" in text else "refused", text)
    if isinstance(error, httpx.RemoteProtocolError) and "without sending a response" not in text:
        return Failure("protocol", text)
    return Failure("reset", text)
