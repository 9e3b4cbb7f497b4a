"""Faults on purpose: what goes wrong on the wire when a client asks for it, the same every time."""

from asyncio import CancelledError, sleep
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from dataclasses import replace
from hashlib import shake_128
from types import MappingProxyType
from typing import Any, NoReturn

from understudy.contract import mediatype
from understudy.serve.answer import Answer, FaultKind
from understudy.serve.prefer import UnknownPreference

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

HANG_UP = "understudy.hang_up"
"""Where the state of a scope holds what cuts its connection: a function of whether to reset it."""
_CUT = "understudy.cut"

BODILESS = (204, 304)
"""Statuses whose response has no body, whatever a document says (RFC 9110, section 6.4.1)."""

FAULTS: Mapping[FaultKind, str] = MappingProxyType(
    {
        "reset": "the connection is reset, without a response",
        "truncate": "the body ends before its announced length",
        "garbage": "the body is no text and no JSON",
        "wrong-type": "the Content-Type is not the declared one",
        "trickle": "the body comes in pieces, for up to two seconds",
    }
)
_GARBAGE = 64
_PIECES = 20
_PAUSE = 0.1
"""Seconds between the pieces of a body that trickles: at most two seconds altogether."""


def can_spoil(answer: Answer, fault: FaultKind, method: str) -> bool:
    """Whether there is what the fault would spoil: a body, unless the connection is reset."""
    return fault == "reset" or not (method == "HEAD" or answer.status in BODILESS)


def spoilt(answer: Answer, fault: FaultKind, method: str) -> Answer:
    """The answer as it is sent with a fault. Raises UnknownPreference where there is no body to spoil."""
    if fault == "reset":  # no response at all, which is status 0 in a HAR
        return replace(answer, status=0, headers=(), body=b"", origin="fault", fault=fault)
    if not can_spoil(answer, fault, method):
        what = "the response to HEAD" if method == "HEAD" else f"a {answer.status}"
        raise UnknownPreference(f"fault={fault}", f"{what} has no body: there is reset")
    told = replace(answer, origin="fault", fault=fault)
    match fault:
        case "truncate":
            kept = len(answer.body) // 2
            return replace(told, body=answer.body[:kept], withheld=len(answer.body) - kept or 1)
        case "garbage":
            return replace(told, body=_garbage(answer.body))
        case "wrong-type":
            return replace(told, headers=tuple(_wrong_types(answer)))
        case "trickle":
            return told


def _garbage(body: bytes) -> bytes:
    """Bytes that are no text and no JSON, others for another body."""
    return b"\x00\xff" + shake_128(body).digest(_GARBAGE)


def _wrong_types(answer: Answer) -> Iterator[tuple[str, str]]:
    """The header fields with another content type: what a proxy's error page would have."""
    declared = dict(answer.headers).get("content-type", "")
    yield "content-type", "application/json" if mediatype.essence(declared) == "text/html" else "text/html"
    yield from (field for field in answer.headers if field[0] != "content-type")


async def deliver(answer: Answer, scope: Scope, send: Send) -> None:
    """Send an answer with its fault; `CutMiddleware` does what is to be done to the connection."""
    if answer.fault in ("reset", "truncate"):
        scope[_CUT] = answer.fault
    if answer.fault == "reset":
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.wire_headers})
    if answer.fault == "trickle":
        for piece in _pieces(answer.body):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            await sleep(_PAUSE)
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.body", "body": answer.body, "more_body": answer.withheld > 0})


def _pieces(body: bytes) -> Iterator[bytes]:
    size = max(1, -(-len(body) // _PIECES))
    for start in range(0, len(body), size):
        yield body[start : start + size]


class CutMiddleware:
    """The outermost stage: cuts the connection where the answer says so."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hang_up = scope.get("state", {}).get(HANG_UP)
        try:
            await self.app(scope, receive, send)
        except CancelledError:  # the server stops while an answer waits or trickles
            if hang_up is None:
                raise
            scope[_CUT] = "reset"
        fault = scope.get(_CUT)
        if fault is None:
            return
        if hang_up is None:
            _raise_in_process(fault)
        hang_up(reset=fault == "reset")
        while (await receive())["type"] != "http.disconnect":
            pass


def _raise_in_process(fault: FaultKind) -> NoReturn:
    """What a client sees that has no connection to be cut."""
    raise ConnectionResetError(
        f"fault={fault}: there is no connection here to cut; ask a server started with `understudy serve`"
    )
