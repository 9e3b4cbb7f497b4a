"""Requests sent byte for byte, and what comes back, bounded in time and in size."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from time import perf_counter
from typing import Any
from urllib.parse import quote

import httpx

from understudy.check.judge import UNAVAILABLE
from understudy.check.patience import Patience
from understudy.errors import UsageError
from understudy.types import Failure, Request, Response

_UNJUDGED = frozenset(("date", "connection", "keep-alive", "transfer-encoding"))
"""Response headers of the transport, which the contract does not speak of."""
_SENDABLE = "".join(map(chr, range(0x21, 0x7F))).replace("#", "")
"""What may stand in the target of a request as it is; a `#` in a path of the document may not."""


@dataclass(frozen=True, slots=True)
class SendOptions:
    """How to treat a target. Times in seconds, sizes in bytes."""

    timeout: float = 10.0
    max_body: int = 8 * 1024 * 1024
    rate_limit: float | None = None
    """Requests per second."""
    retries: int = 2
    """How often a request is sent again for what is no fault of the contract."""
    max_waiting: float = 60.0
    """How long to wait, all in all, because the target is busy."""
    verify: bool = True
    ca_file: str | None = None


@dataclass(slots=True)
class Sender:
    """Sends to one target. Use `opened`."""

    client: httpx.AsyncClient
    base: httpx.URL
    options: SendOptions
    patience: Patience = field(default_factory=Patience)
    waited: float = 0.0
    is_out_of_waiting: bool = False
    """Whether a request was not sent again because too long was waited before."""
    _next: float = 0.0

    async def send(self, request: Request) -> tuple[Response | Failure, float]:
        """The outcome and how long it took; infrastructure gets another chance, as Retry-After asks."""
        for attempt in range(self.options.retries + 1):
            await self._take_turn()
            started = perf_counter()
            outcome = await self._send(request)
            seconds = perf_counter() - started
            wait = self._wait(outcome, attempt)
            if wait is None or not self._hold(wait) or attempt == self.options.retries:
                break
        self.patience.note(outcome)
        return _without_transport(outcome), seconds

    async def _take_turn(self) -> None:
        now = asyncio.get_running_loop().time()
        turn = max(now, self._next)
        if self.options.rate_limit is not None:
            self._next = turn + 1 / self.options.rate_limit
        if turn > now:
            await asyncio.sleep(turn - now)

    def _wait(self, outcome: Response | Failure, attempt: int) -> float | None:
        """Seconds to wait before another try; None where there is to be none."""
        backoff = 0.2 * 2**attempt
        if isinstance(outcome, Failure):
            return backoff if self.patience.allows_another_try(outcome) else None
        if outcome.status not in UNAVAILABLE:
            return None
        asked = _retry_after(dict(outcome.headers))
        if asked is not None:
            return asked
        return None if self.patience.silent else backoff

    def _hold(self, wait: float) -> bool:
        """Let every worker wait; False where that would be more waiting than there is to be."""
        now = asyncio.get_running_loop().time()
        longer = max(0.0, now + wait - max(self._next, now))
        if self.waited + longer > self.options.max_waiting:
            self.is_out_of_waiting = True
            return False
        self.waited += longer
        self._next += max(0.0, now + wait - self._next)
        return True

    async def _send(self, request: Request) -> Response | Failure:
        target = f"{self.base.raw_path.decode().rstrip('/')}{request.path}"
        raw_path = f"{target}?{request.query}" if request.query else target
        url = self.base.copy_with(raw_path=quote(raw_path, safe=_SENDABLE).encode())
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
        self.patience.met = True
        try:
            body = bytearray()
            async for piece in received.aiter_bytes():
                body += piece
                if len(body) > self.options.max_body:
                    return Failure("oversize", f"a body of more than {self.options.max_body} bytes")
        finally:
            await received.aclose()
        headers = tuple((name.lower(), value) for name, value in received.headers.multi_items())
        return Response(received.status_code, headers, bytes(body))


@asynccontextmanager
async def opened(target: str, options: SendOptions, app: Any = None) -> AsyncIterator[Sender]:
    """A sender for a base URL, or in process for an ASGI application. Raises UsageError for a bad URL."""
    base = base_url(target)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False) if app is not None else None
    client = httpx.AsyncClient(
        transport=transport,
        follow_redirects=False,
        timeout=options.timeout,
        verify=_tls(options),
        headers={"accept-encoding": "identity", "user-agent": "understudy"},
        # What one response sets must not travel with the requests that happen to come after it.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
    )
    async with client:
        yield Sender(client, base, options)


def base_url(text: str, what: str = "target") -> httpx.URL:
    """The URL of a target. Raises UsageError for one that is none, or holds more than an address."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise UsageError(f"{what} {text!r} is no URL: {error}") from None
    if url.userinfo:
        raise UsageError(f"a {what} holds no user and password: give them as --credential SCHEME=VALUE")
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(f"{what} {text!r} is no http or https URL, such as https://host/base/path")
    if url.query or url.fragment:
        raise UsageError(f"{what} {text!r} is to have no `?` and no `#`")
    return url


def _tls(options: SendOptions) -> ssl.SSLContext | bool:
    if not options.verify:
        return False
    try:
        return ssl.create_default_context(cafile=options.ca_file) if options.ca_file else True
    except OSError as error:
        reason = error.strerror or "there is no certificate in PEM form in it"
        raise UsageError(f"cannot read the certificates of {options.ca_file}: {reason}") from None


def _without_transport(outcome: Response | Failure) -> Response | Failure:
    if isinstance(outcome, Failure):
        return outcome
    return replace(outcome, headers=tuple(field for field in outcome.headers if field[0] not in _UNJUDGED))


def _retry_after(headers: dict[str, str]) -> float | None:
    """The seconds that a response asks for (RFC 9110, section 10.2.3), a date counted from its own."""
    asked = headers.get("retry-after", "")
    if asked.isdecimal():
        return float(asked)
    until, now = _date(asked), _date(headers.get("date", ""))
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _failure(error: httpx.HTTPError) -> Failure:
    """What went wrong, in words that are the same on every machine."""
    text = str(error) or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return Failure("timeout", text)
    if isinstance(error, httpx.ConnectError):
        return _unconnected(list(_causes(error)), text)
    if isinstance(error, httpx.DecodingError):
        return Failure("protocol", text)
    if isinstance(error, httpx.RemoteProtocolError) and "without sending a response" not in text:
        return Failure("protocol", text)
    return Failure("reset", "the connection was closed before an answer came")


def _unconnected(causes: list[BaseException], text: str) -> Failure:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message
            return Failure("tls", f"its certificate is not trusted: {reason} (see --ca-file and --insecure)")
        if isinstance(cause, ssl.SSLError):
            return Failure("tls", f"no TLS connection ({cause.reason}); is it http, not https?")
        if isinstance(cause, socket.gaierror):
            return Failure("refused", "its host name cannot be resolved")
        if isinstance(cause, ConnectionRefusedError):
            return Failure("refused", "nobody listens there")
    return Failure("refused", text)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it; several attempts to connect are one group."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from error.exceptions
        error = error.__cause__ or error.__context__
