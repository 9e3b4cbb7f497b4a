"""The conforming service: both operations in FastAPI, strict by the contract or as lax as FastAPI is.

`strict` refuses all that the contract refuses, and takes all else. `lax` leaves the judging to FastAPI and
pydantic, and keeps what no declaration says: code evaluators are refused, filters and sort are JSON.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable, MutableMapping
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, File, Form, HTTPException, UploadFile
from fastapi import Request as HTTPRequest
from fastapi.exceptions import RequestValidationError
from pydantic import UUID4
from starlette.responses import PlainTextResponse
from starlette.responses import Response as HTTPResponse

from fastapi_twin import RunRulesValidateSchema, ValidateScorerLogRecordResponse
from gallery import reading
from gallery.defects import find
from gallery.hooks import CONFORMING, Hooks, Seen
from understudy.types import JSON, Path, Request, Response

CREDENTIALS = {
    "galileo": {
        "APIKeyHeader": "glo-5d1f0c7a9b",
        "OAuth2PasswordBearer": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.c2ln",
        "HTTPBasic": "ada:engine-1843",
    },
    "langsmith": {
        "API Key": "lsv2_pt_0c1d2e3f4a5b",
        "Tenant ID": "2f6b1c1e-8f0a-4c57-9f0e-6d1f3a1b2c3d",
        "Bearer Auth": "ls-session-7e6d5c4b3a",
    },
}
"""The good credentials by the name of their security scheme; a basic one is `user:password`."""
PATHS = {"galileo": "/v2/scorers/code/validate/log_record", "langsmith": "/api/v1/runs/rules/validate"}
_SCHEMES = {
    "APIKeyHeader": ("galileo-api-key", None),
    "OAuth2PasswordBearer": ("authorization", "bearer"),
    "HTTPBasic": ("authorization", "basic"),
    "API Key": ("x-api-key", None),
    "Tenant ID": ("x-tenant-id", None),
    "Bearer Auth": ("authorization", "bearer"),
}
_OVERLOOKED_BY_FASTAPI = ("business", "content")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Crash(Exception):
    """What a defect that falls over raises."""


def make_app(api: str, defect: str | None = None, variant: str = "strict") -> App:
    """The service for one API, with one defect or none. Raises ValueError for a defect of the wire."""
    hooks = hooks_of(api, defect)
    if hooks.wire is not None:
        raise ValueError(f"{defect} shows on a socket only: use serve_defect")
    return build(api, hooks, variant)


def hooks_of(api: str, defect: str | None) -> Hooks:
    """The hooks of a defect; those of the conforming service for None."""
    return CONFORMING if defect is None else find(api, defect).how


def build(api: str, hooks: Hooks, variant: str) -> App:
    """The service with these hooks."""
    service = FastAPI(openapi_url=None)
    service.add_exception_handler(RequestValidationError, _unprocessable)
    service.add_exception_handler(Crash, _internal_error)
    endpoint = _ENDPOINTS[api, variant]
    guards = [Depends(_credentials(api, hooks)), Depends(_checks(api, hooks, variant))]
    service.post(PATHS[api], dependencies=guards)(endpoint)
    return _Stage(api, service, hooks)


# --- the endpoints ------------------------------------------------------------------------------------


async def _galileo_strict(request: HTTPRequest) -> ValidateScorerLogRecordResponse:
    return _experiment(request)


async def _galileo_lax(
    request: HTTPRequest,
    file: Annotated[UploadFile, File()],
    log_stream_id: Annotated[UUID4 | None, Form()] = None,
    experiment_id: Annotated[UUID4 | None, Form()] = None,
    limit: Annotated[int, Form()] = 100,
    starting_token: Annotated[int | None, Form()] = None,
    filters: Annotated[str | None, Form()] = None,
    sort: Annotated[str | None, Form()] = None,
    required_scorers: Annotated[str | list[str] | None, Form()] = None,
    scoreable_node_types: Annotated[str | list[str] | None, Form()] = None,
) -> ValidateScorerLogRecordResponse:
    return _experiment(request)


async def _langsmith_strict(request: HTTPRequest) -> list[dict[str, Any]]:
    evaluators = request.state.data.get("evaluators") if isinstance(request.state.data, dict) else None
    return _results(request, len(evaluators) if isinstance(evaluators, list) else 0)


async def _langsmith_lax(request: HTTPRequest, rule: RunRulesValidateSchema) -> list[dict[str, Any]]:
    return _results(request, len(rule.evaluators or ()))


_ENDPOINTS: dict[tuple[str, str], Callable[..., Any]] = {
    ("galileo", "strict"): _galileo_strict,
    ("galileo", "lax"): _galileo_lax,
    ("langsmith", "strict"): _langsmith_strict,
    ("langsmith", "lax"): _langsmith_lax,
}


def _experiment(request: HTTPRequest) -> ValidateScorerLogRecordResponse:
    return ValidateScorerLogRecordResponse(
        metrics_experiment_id=_id(request, "experiment"), project_id=_id(request, "project")
    )


def _results(request: HTTPRequest, count: int) -> list[dict[str, Any]]:
    return [
        {
            "inputs": {},
            "outputs": {"correctness": 1},
            "feedback": [{"key": "correctness", "score": 1, "value": 1, "comment": None}],
            "run_id": str(_id(request, f"run {number}")),
        }
        for number in range(count)
    ]


def _id(request: HTTPRequest, role: str) -> UUID:
    """The same for the same bytes, another for all others."""
    return UUID(bytes=sha256(request.state.raw + role.encode()).digest()[:16], version=4)


# --- what comes before them ---------------------------------------------------------------------------


def _credentials(api: str, hooks: Hooks) -> Callable[[HTTPRequest], Awaitable[None]]:
    async def check(request: HTTPRequest) -> None:
        if not hooks.admits(_presented(api, request), CREDENTIALS[api]):
            raise HTTPException(401, "Invalid token")

    return check


def _presented(api: str, request: HTTPRequest) -> dict[str, str]:
    """The credentials in a request by scheme, empty and malformed ones as they are."""
    found = {}
    for scheme in CREDENTIALS[api]:
        header, kind = _SCHEMES[scheme]
        value = request.headers.get(header)
        if value is not None and kind is not None:
            word, _, value = value.partition(" ")
            value = value if word.lower() == kind else None
        if value is not None:
            found[scheme] = _basic(value.strip()) if kind == "basic" else value.strip()
    return found


def _basic(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _checks(api: str, hooks: Hooks, variant: str) -> Callable[[HTTPRequest], Awaitable[None]]:
    async def check(request: HTTPRequest) -> None:
        read = reading.read(api, request.headers.get("content-type", ""), request.state.raw, hooks.loads)
        request.state.data = read.data
        mine = [fault for fault in read.faults if variant == "strict" or fault.rule in _OVERLOOKED_BY_FASTAPI]
        if hooks.crashes(read.data):
            raise Crash
        if refused := [fault for fault in mine if not hooks.waives(fault)]:
            raise RequestValidationError([_item(fault.rule, fault.path, fault.message) for fault in refused])
        where = None if read.faults else hooks.refuses(read.data)
        if where is not None:
            raise RequestValidationError([_item("value_error", where, "Value error, not taken")])

    return check


def _item(rule: str, path: Path, message: str) -> dict[str, JSON]:
    return {"type": rule, "loc": ["body", *path], "msg": message}


async def _unprocessable(request: HTTPRequest, error: Exception) -> HTTPResponse:
    assert isinstance(error, RequestValidationError)
    items = [{name: item[name] for name in ("type", "loc", "msg")} for item in error.errors()]
    text = json.dumps({"detail": items}, ensure_ascii=False).encode("utf-8", "replace")
    return HTTPResponse(text, 422, media_type="application/json")


async def _internal_error(request: HTTPRequest, error: Exception) -> HTTPResponse:
    return PlainTextResponse("Internal Server Error", 500)


# --- around them --------------------------------------------------------------------------------------


class _Stage:
    """Takes a request whole, has it answered, lets the defect alter the answer, and sends it whole."""

    def __init__(self, api: str, service: FastAPI, hooks: Hooks) -> None:
        self.api = api
        self.service = service
        self.hooks = hooks
        self.count = 0
        self.earlier: dict[bytes, int] = {}
        self.refused: Response | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = await _received(scope, receive)
        response = await self._answer(scope, request)
        altered = self.hooks.alter(self._seen(scope, request), response)
        if response.status == 422:
            self.refused = response
        await asyncio.sleep(self.hooks.delay)
        length = () if altered.status == 204 else (("content-length", str(len(altered.body))),)
        headers = [(name.encode("latin-1"), value.encode()) for name, value in (*altered.headers, *length)]
        await send({"type": "http.response.start", "status": altered.status, "headers": headers})
        await send({"type": "http.response.body", "body": altered.body})

    async def _answer(self, scope: Message, request: Request) -> Response:
        scope["state"] = {"raw": request.body, "data": None}
        waiting: list[Message] = [{"type": "http.request", "body": request.body, "more_body": False}]
        sent: list[Message] = []

        async def receive() -> Message:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.service(scope, receive, send)
        fields = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in sent[0]["headers"])
        headers = tuple(field for field in fields if field[0] != "content-length")
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return Response(sent[0]["status"], headers, body)

    def _seen(self, scope: Message, request: Request) -> Seen:
        self.count += 1
        before = self.earlier.get(request.body, 0)
        self.earlier[request.body] = before + 1
        return Seen(request, scope["state"]["data"], self.count, before, self.refused)


async def _received(scope: Message, receive: Receive) -> Request:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]
    )
    query = scope["query_string"].decode("latin-1")
    return Request(scope["method"], scope["path"], query, headers, body)
