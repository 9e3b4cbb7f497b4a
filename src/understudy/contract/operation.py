"""One operation of a contract: reads its requests, and judges requests and responses. Compiled lazily."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from understudy.contract import body, jsontext, mediatype, parameter, pointer, security
from understudy.contract.body import Body, Content
from understudy.contract.document import Declaration, Document
from understudy.contract.parameter import Parameter, Values
from understudy.contract.security import Requirement
from understudy.types import JSON, Path, Place, Request, Response, Violation

_NO_BODY = Body(None, b"", ())
_BODILESS = (204, 304)
"""Statuses that HTTP gives no body, whatever a document says of one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as the contract reads it."""

    parameters: Values
    body: JSON
    media_type: str | None
    """The declared media type that the body was read by; None without a body."""
    canonical: bytes
    """The same for requests of the same meaning, different for all others."""
    violations: tuple[Violation, ...]


@dataclass(frozen=True)
class DeclaredResponse:
    """What the document says of one response. `status` is as declared: `200`, `4XX` or `default`."""

    status: str
    pointer: str
    contents: dict[str, Content]
    headers: tuple[Parameter, ...]


@dataclass(frozen=True)
class Operation:
    """One operation. Raises DocumentError when a part that is first used cannot be compiled."""

    document: Document
    declaration: Declaration

    @property
    def name(self) -> str:
        """`POST /pets/{id}`."""
        return self.declaration.name

    @property
    def method(self) -> str:
        return self.declaration.method

    @property
    def path(self) -> str:
        return self.declaration.path

    @property
    def operation_id(self) -> str | None:
        return self.declaration.operation_id

    @cached_property
    def is_of_companion(self) -> bool:
        """Whether a companion describes it; a path of the companion may lead to the document's own."""
        return pointer.split(self.declaration.pointer)[0] in self.document.companions

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The declared parameters; one of the path that the path has no place for is never sent."""
        declared = parameter.declare(self.document, self.declaration.item, self.declaration.pointer)
        return tuple(one for one in declared if one.location != "path" or f"{{{one.name}}}" in self.path)

    @cached_property
    def defaults(self) -> Values:
        """The values of the parameters that are not sent, where the document says them."""
        return parameter.defaults(self.parameters)

    @cached_property
    def security(self) -> tuple[Requirement, ...]:
        return security.requirements(self.document, self.declaration.pointer)

    @cached_property
    def request_contents(self) -> dict[str, Content]:
        """How the request body may come, by declared media type; empty where it takes none."""
        return body.contents(self.document, self._body_place, "request") if self._body_place else {}

    @cached_property
    def responses(self) -> dict[str, DeclaredResponse]:
        """The declared responses by status as declared."""
        declared = self.declaration.node.get("responses") or {}
        return {status: self._response(status) for status in declared if not status.startswith("x-")}

    def response(self, status: int) -> DeclaredResponse | None:
        """The declared response for a status: exact, then range, then default (section 4.8.16)."""
        found = self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX")
        return found or self.responses.get("default")

    def takes(self, path_parameters: dict[str, str]) -> bool:
        """Whether its path may have these percent-encoded texts."""
        own = (one for one in self.parameters if one.location == "path")
        return not parameter.read(own, parameter.raw(path_parameters, "", ()))[1]

    def read(self, request: Request, path_parameters: dict[str, str]) -> Reading:
        """Read a request; every violation is told, none raised."""
        values, violations = self._read_parameters(request, path_parameters)
        read, media_type = self._read_body(request)
        canonical = b"\0".join((self._origin, self._canonical(values), (media_type or "").encode()))
        return Reading(
            parameters=values,
            body=read.data,
            media_type=media_type,
            canonical=canonical + b"\0" + read.canonical,
            violations=(*violations, *read.violations),
        )

    def judge(self, response: Response) -> list[Violation]:
        """Every violation of a response: its status, media type, headers and body."""
        declared = self.response(response.status)
        if declared is None:
            return [self._undeclared_status(response.status)]
        found = _judge_headers(declared, response)
        content_type = dict(response.headers).get("content-type", "")
        if not declared.contents or self.method == "HEAD" or response.status in _BODILESS:
            return found
        name = mediatype.select(declared.contents, content_type)
        if name is None:
            return [*found, _wrong_media_type(declared.contents, declared.pointer, content_type)]
        return [*found, *declared.contents[name].read(content_type, response.body).violations]

    @cached_property
    def _origin(self) -> bytes:
        return self.declaration.origin.encode()

    @cached_property
    def _body_place(self) -> str | None:
        if "requestBody" not in self.declaration.node:
            return None
        return self.document.follow(pointer.join(self.declaration.pointer, "requestBody"))[0]

    @cached_property
    def _body_required(self) -> bool:
        return self._body_place is not None and self.document.at(self._body_place).get("required") is True

    def _response(self, status: str) -> DeclaredResponse:
        place, node = self.document.follow(pointer.join(self.declaration.pointer, "responses", status))
        headers = tuple(
            parameter.declare_header(self.document, pointer.join(place, "headers", name), name)
            for name in node.get("headers") or ()
            if name.lower() != "content-type"
        )
        return DeclaredResponse(status, place, body.contents(self.document, place, "response"), headers)

    def _read_parameters(
        self, request: Request, path_parameters: dict[str, str]
    ) -> tuple[Values, list[Violation]]:
        if not self.parameters:
            return _NO_VALUES, []
        return parameter.read(self.parameters, parameter.raw(path_parameters, request.query, request.headers))

    def _canonical(self, values: Values) -> bytes:
        return jsontext.canonical(values) if self.parameters else b""

    def _read_body(self, request: Request) -> tuple[Body, str | None]:
        if self._body_place is None:
            return _NO_BODY, None
        content_type = next((value for name, value in request.headers if name == "content-type"), "")
        name = mediatype.select(self.request_contents, content_type)
        if name is not None and (request.body or mediatype.kind(name) == "form"):
            return self.request_contents[name].read(content_type, request.body), name
        if not request.body and not content_type and not self._body_required:
            return _NO_BODY, None
        return Body(None, b"", tuple(self._unreadable(content_type, bool(request.body)))), None

    def _unreadable(self, content_type: str, sent: bool) -> Iterator[Violation]:
        """Why a request whose body cannot be read breaks the contract."""
        assert self._body_place is not None
        if sent:
            yield _wrong_media_type(self.request_contents, self._body_place, content_type)
        elif self._body_required:
            place = pointer.join(self._body_place, "required")
            first = next(iter(self.request_contents.values()), None)
            schema = first.node if first else {}
            yield Violation("required", "body", (), place, "the request body is missing", True, None, schema)

    def _undeclared_status(self, status: int) -> Violation:
        place = pointer.join(self.declaration.pointer, "responses")
        declared = list(self.responses)
        message = f"status {status} is not declared: {', '.join(declared)} are"
        return Violation("status", "status", (), place, message, declared, status, {})


_NO_VALUES: Values = {location: {} for location in parameter.LOCATIONS}


def _judge_headers(declared: DeclaredResponse, response: Response) -> list[Violation]:
    if not declared.headers:
        return []
    return parameter.read(declared.headers, parameter.raw({}, "", response.headers))[1]


def _wrong_media_type(contents: dict[str, Content], place: str, content_type: str) -> Violation:
    """`schema` is the schema of the first declared media type, so that its members can be told."""
    first = next(iter(contents.values()), None)
    schema = first.node if first else {}
    got = mediatype.essence(content_type) or None
    message = f"must be of media type {' or '.join(contents)}, got {got or 'none'}"
    where: tuple[Place, Path] = ("body", ())
    return Violation(
        "media-type", *where, pointer.join(place, "content"), message, list(contents), got, schema
    )
