"""The ASGI application: connexion carries a request from stage to stage, the fake answers it.

The stages, outermost first: pages, the admin API, CORS, connexion's exceptions, routing (connexion's seam,
the contract's router), connexion's security, and the contract stage, which reads, judges and replies.
"""

import logging
from asyncio import CancelledError, sleep
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any, NoReturn

from connexion.exceptions import ProblemException
from connexion.lifecycle import ConnexionRequest, ConnexionResponse
from connexion.middleware.abstract import ROUTING_CONTEXT, RoutedAPI, RoutedMiddleware
from connexion.middleware.exceptions import ExceptionMiddleware
from connexion.middleware.main import API, ConnexionMiddleware
from connexion.middleware.routing import RoutingMiddleware
from connexion.middleware.security import SecurityMiddleware
from connexion.resolver import Resolver
from connexion.security import NO_VALUE, AbstractSecurityHandler
from connexion.spec import Specification
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from understudy.contract import Operation
from understudy.contract.security import Scheme
from understudy.serve import faults, problem, reception
from understudy.serve.admin import AdminMiddleware
from understudy.serve.answer import Answer, Refusal
from understudy.serve.credentials import Gate, challenges
from understudy.serve.entry import Served
from understudy.serve.fake import Fake, Played
from understudy.serve.faults import CutMiddleware
from understudy.serve.page.site import PageMiddleware
from understudy.serve.routing import Role
from understudy.session import NOBODY, Session
from understudy.types import Request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_VISIT = "understudy.visit"
_EXPOSED = (
    *("Allow", "Link", "Location", "Preference-Applied", "Retry-After", "Understudy-Reply"),
    *("Understudy-Rule", "WWW-Authenticate"),
)
log = logging.getLogger("understudy")
access_log = logging.getLogger("understudy.access")


@dataclass(slots=True)
class Visit:
    """One request on its way through the stages."""

    request: Request
    started: float
    session: Session = NOBODY
    role: Role | None = None
    path_parameters: dict[str, str] = field(default_factory=dict)


def create_app(fake: Fake) -> ASGIApp:
    """The application that serves a fake."""
    middleware = ConnexionMiddleware(
        _nothing_left,
        middlewares=[
            CutMiddleware,
            partial(PageMiddleware, fake=fake),
            partial(AdminMiddleware, fake=fake),
            *([_CorsMiddleware] if fake.options.cors else []),
            ExceptionMiddleware,
            partial(_RoutingMiddleware, fake=fake),
            SecurityMiddleware,
            partial(_ContractMiddleware, fake=fake),
        ],
        resolver={role.key: role for role in fake.roles.values()}.__getitem__,
        security_map={_SECURITY_TYPE: partial(_SecurityHandler, fake.gate)},
    )
    for played in fake.apis:
        specification = _Specification(played, fake.gate)
        middleware.apis.append(API(specification, base_path=None, name=None, **vars(middleware.options)))
    for kind in (Refusal, ProblemException, Exception):
        middleware.add_error_handler(kind, partial(_handle, fake))
    return middleware  # type: ignore[no-any-return]


def _record(fake: Fake, visit: Visit, answer: Answer) -> None:
    """Write an answer into the journal and, where it is wanted, the access log."""
    role = visit.role
    served = Served(
        role.api if role else None,
        role.operation if role else None,
        answer.session or visit.session,
        visit.request,
        answer,
        perf_counter() - visit.started,
    )
    fake.record(served)
    if access_log.isEnabledFor(logging.INFO):
        access_log.info("%s", fake.teller.line(served))


# --- what connexion is told of a contract: nothing is copied, validated, inlined or rendered -------------


class _Specification(Specification):
    def __init__(self, played: Played, gate: Gate) -> None:
        self._spec = {"paths": _paths(played.contract.operations)}
        self._raw_spec = self._spec
        self._base_uri = ""
        self.api = played.contract.name
        self.gate = gate

    @classmethod
    def _set_defaults(cls, spec: dict[str, Any]) -> None:
        """The contract knows its defaults."""

    @property
    def operation_cls(self) -> type["_Operation"]:
        return _Operation

    @property
    def base_path(self) -> str:
        return ""

    @property
    def security_schemes(self) -> Mapping[str, Any]:
        return {}


def _paths(operations: Iterable[Operation]) -> dict[str, dict[str, Operation]]:
    paths: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = operation
    return paths


class _Operation:
    """What connexion's stages ask of an operation: its id, its handler and its security."""

    router_controller = None

    def __init__(self, specification: _Specification, operation: Operation, resolver: Resolver) -> None:
        self.operation_id = f"{specification.api} {operation.name}"
        requirements = () if specification.gate.mode == "off" else operation.security
        schemes = {scheme.name: scheme for requirement in requirements for scheme in requirement}
        self.security: list[dict[str, list[str]]] = [
            {scheme.name: [] for scheme in requirement} for requirement in requirements
        ]
        self.security_schemes = {
            name: {"type": _SECURITY_TYPE, _SECURITY_TYPE: scheme} for name, scheme in schemes.items()
        }
        self.function: Role = resolver.resolve(self).function

    @classmethod
    def from_spec(
        cls, specification: _Specification, *_: Any, path: str, method: str, resolver: Resolver, **__: Any
    ) -> "_Operation":
        return cls(specification, specification["paths"][path][method], resolver)


# --- the stages --------------------------------------------------------------------------------------------


class _CorsMiddleware(CORSMiddleware):
    """Starlette's, for the requests that come from a page of another origin: all of them are welcome.

    Other requests are told so too, as Prism does; it counts without credentials alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, allow_origin_regex=".*", allow_credentials=True, expose_headers=_EXPOSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and any(name == b"origin" for name, _ in scope["headers"])
        if asked:
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, partial(_open, send) if scope["type"] == "http" else send)

    def preflight_response(self, request_headers: Headers) -> Response:
        """Just what was asked for is allowed, in the words that Prism has."""
        headers = {
            "access-control-allow-origin": request_headers["origin"],
            "access-control-allow-methods": request_headers["access-control-request-method"],
            "access-control-allow-headers": request_headers.get("access-control-request-headers", "*"),
            "access-control-allow-credentials": "true",
            "access-control-max-age": "600",
            "vary": "origin",
        }
        return Response(status_code=204, headers=headers)


async def _open(send: Send, message: MutableMapping[str, Any]) -> None:
    """Send a message; any origin may read the response that it begins."""
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], (b"access-control-allow-origin", b"*")]
    await send(message)


class _RoutingMiddleware(RoutingMiddleware):
    """Receives the request and finds its operation by the contract's router, whose cost is flat."""

    def __init__(self, app: ASGIApp, *, fake: Fake) -> None:
        super().__init__(app)
        self.fake = fake

    def add_api(self, specification: _Specification, **_: Any) -> None:
        """The contracts route; nothing is to be added to connexion's router."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visit = scope[_VISIT] = Visit(reception.head(scope), perf_counter())
        try:
            visit.request = await reception.whole(visit.request, receive, self.fake.options.max_body)
        except (reception.Disconnected, CancelledError):  # the client or the server goes away
            return
        visit.session, visit.request = self.fake.carriers.read(visit.request)
        allowed = self.fake.routing.own_options(visit.request)
        if allowed:
            answer = Answer(204, (("allow", ", ".join(allowed)),), b"", "synthesised")
            await _finish(self.fake, visit, answer, scope, send)
            return
        visit.role, visit.path_parameters = self.fake.routing.find(visit.request)
        routing = {"api_base_path": "", "operation_id": visit.role.key}
        scope.setdefault("extensions", {})[ROUTING_CONTEXT] = routing
        await self.app(scope, receive, send)


_SECURITY_TYPE = "understudy"
"""The type under which connexion is handed every security scheme, so that one handler takes them all."""


class _SecurityHandler(AbstractSecurityHandler):
    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    def get_fn(self, security_scheme: Mapping[str, Any], _: list[str]) -> Callable[[ConnexionRequest], Any]:
        scheme: Scheme = security_scheme[_SECURITY_TYPE]

        def verify(request: ConnexionRequest) -> Any:
            visit: Visit = request.scope[_VISIT]
            credential = scheme.credential(dict(visit.request.headers), visit.request.query)
            if credential is None or visit.role is None:
                return NO_VALUE
            self.gate.check(scheme, credential, visit.role.operation)
            return {}

        return verify


class _ContractOperation:
    def __init__(self, fake: Fake, role: Role) -> None:
        self.fake = fake
        self.role = role

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        visit: Visit = scope[_VISIT]
        answer = self.fake.answer(self.role, visit.request, visit.path_parameters, visit.session)
        await _finish(self.fake, visit, answer, scope, send)


class _ContractAPI(RoutedAPI):
    def __init__(self, specification: _Specification, *, fake: Fake, **options: Any) -> None:
        super().__init__(specification, **options)
        self.fake = fake
        self.add_paths()

    def make_operation(self, operation: _Operation) -> _ContractOperation:
        return _ContractOperation(self.fake, operation.function)


class _ContractMiddleware(RoutedMiddleware):
    """The last stage: read, judge, reply, judge the reply, send."""

    api_cls = _ContractAPI

    def __init__(self, app: ASGIApp, *, fake: Fake) -> None:
        super().__init__(app)
        self.fake = fake

    def add_api(self, specification: _Specification, **options: Any) -> _ContractAPI:
        return super().add_api(specification, fake=self.fake, **options)  # type: ignore[no-any-return]


async def _finish(fake: Fake, visit: Visit, answer: Answer, scope: Scope, send: Send) -> None:
    if answer.delay:
        await sleep(answer.delay / 1000)
    _record(fake, visit, answer)
    if answer.fault:
        await faults.deliver(answer, scope, send)
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.wire_headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _nothing_left(*_: Any) -> NoReturn:
    raise RuntimeError("every request is answered before it gets here")


# --- errors ------------------------------------------------------------------------------------------------


async def _handle(fake: Fake, request: ConnexionRequest, error: Exception) -> ConnexionResponse:
    """The one place where an exception becomes a response."""
    visit: Visit = request.scope[_VISIT]
    operation = visit.role.operation if visit.role else None
    answer = problem.refused(operation, _refusal(error, operation))
    if visit.role:
        fake.cover(visit.role, None, answer, visit.session)
    _record(fake, visit, answer)
    headers = dict(answer.headers) | {"understudy-reply": answer.origin}
    return ConnexionResponse(status_code=answer.status, body=answer.body, headers=headers)


def _refusal(error: Exception, operation: Operation | None) -> Refusal:
    if isinstance(error, ProblemException):
        error = Refusal(error.status, error.detail or error.title)
    if not isinstance(error, Refusal):
        log.error("unexpected error", exc_info=error)
        return Refusal(500, f"a fault of the fake itself: {type(error).__name__}")
    if error.status == 401 and operation is not None:
        return error.with_headers(("www-authenticate", challenges(operation.security)))
    return error
