"""The stage of the server that answers a browser: pages, their assets and the stream of requests."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from understudy.contract import jsontext
from understudy.html import palette
from understudy.serve import origin
from understudy.serve.docs import viewer
from understudy.serve.docs.address import DOCS
from understudy.serve.fake import Fake
from understudy.serve.page import attempt, console, events
from understudy.serve.page.layout import ASSETS, HOME, SAFETY
from understudy.serve.playing import playing

Answer = Callable[[Fake, Request], Response]

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


class PageMiddleware:
    """Answers what a browser asks for below /__understudy__/ and passes everything else on."""

    def __init__(self, app: ASGIApp, *, fake: Fake) -> None:
        self.app = app
        self.fake = fake
        self.router = Router(
            [
                Route(HOME, self._aside(_console)),
                Route(f"{HOME}attempt", self._attempt, methods=["GET", "POST"]),
                Route(f"{HOME}events", self._events),
                Route(f"{HOME}documents/{{api}}", self._aside(_document)),
                Route(DOCS, self._aside(_docs)),
                Route(f"{DOCS}/{{api}}", self._aside(_docs_of_api)),
                Route(f"{DOCS}/{{api}}/source", self._aside(_source)),
                Route(f"{ASSETS}{{name}}", self._aside(_asset)),
            ],
            default=app,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = scope["type"] == "http" and scope["path"].startswith(HOME.rstrip("/"))
        try:
            await (self.router if own and origin.is_same(scope) else self.app)(scope, receive, send)
        except HTTPException as error:  # a method that a page does not take
            refusal = JSONResponse({"detail": error.detail}, error.status_code, error.headers)
            await refusal(scope, receive, send)

    def _aside(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        """The answer made in a thread: a page of a large document must not hold up the requests."""

        async def answered(request: Request) -> Response:
            response = await asyncio.to_thread(answer, self.fake, request)
            response.headers.update(SAFETY)
            return response

        return answered

    async def _attempt(self, request: Request) -> Response:
        body = await request.body() if request.method == "POST" else None
        return await self._aside(lambda fake, request: _attempt(fake, request, body))(request)

    async def _events(self, request: Request) -> Response:
        after = request.headers.get("last-event-id", "")
        stream = events.stream(
            playing(request.scope, self.fake), int(after) if after.isascii() and after.isdecimal() else 0
        )
        return _Stream(stream, media_type="text/event-stream", headers=SAFETY)


class _Stream(StreamingResponse):
    """One that the end of the server simply ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(asyncio.CancelledError):
            await super().__call__(scope, receive, send)


def _console(fake: Fake, request: Request) -> Response:
    return console.render(fake, _base(request))


def _attempt(fake: Fake, request: Request, body: bytes | None) -> Response:
    asked = request.query_params
    role = fake.roles.get((asked.get("api", ""), asked.get("operation", "")))
    if role is None:
        return JSONResponse({"detail": "no such operation: give `api` and `operation`"}, 404)
    if asked.get("choices"):
        return JSONResponse(attempt.choices(role, fake.gate, _base(request)))
    prefer, accept, credential = (asked.get(name, "") for name in ("prefer", "accept", "credential"))
    return JSONResponse(attempt.prepare(role, attempt.Wish(prefer, accept, credential, body), _base(request)))


def _document(fake: Fake, request: Request) -> Response:
    played = fake.played(request.path_params["api"])
    if played is None:
        return _unknown(fake, request)
    return Response(jsontext.dumps(played.contract.document.root), media_type="application/json")


def _docs(fake: Fake, _: Request) -> Response:
    return viewer.overview(fake)


def _docs_of_api(fake: Fake, request: Request) -> Response:
    played = fake.played(request.path_params["api"])
    place = request.query_params.get("at", "")
    return viewer.at(fake, played, place, _base(request)) if played else _unknown(fake, request)


def _source(fake: Fake, request: Request) -> Response:
    played = fake.played(request.path_params["api"])
    file, line = request.query_params.get("file", ""), request.query_params.get("line", "1")
    return viewer.source(played, file, line) if played else _unknown(fake, request)


def _unknown(fake: Fake, request: Request) -> Response:
    names = ", ".join(played.contract.name for played in fake.apis)
    return JSONResponse({"detail": f"no API {request.path_params['api']!r}; there are: {names}"}, 404)


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _asset(_: Fake, request: Request) -> Response:
    name = request.path_params["name"]
    found = _assets().get(name)
    if found is None:
        return JSONResponse({"detail": f"there are: {', '.join(sorted(_assets()))}"}, 404)
    return Response(found, media_type=_TYPES[name.rpartition(".")[2]])


@cache
def _assets() -> dict[str, str]:
    """The files that the pages refer to, by name."""
    folder = files("understudy.serve.page") / "assets"
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    return texts | {"style.css": palette.variables() + texts["style.css"]}
