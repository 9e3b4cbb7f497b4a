"""Whose fault it is: what one exchange says of a server, judged by the contract alone."""

import json
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from urllib.parse import unquote

from understudy.check.case import Case, Step
from understudy.check.fault import Fault, general
from understudy.contract import Contract, Match, Operation, pointer
from understudy.contract.fields import Field
from understudy.errors import UnderstudyError
from understudy.instance import instance
from understudy.types import JSON, Failure, Path, Request, Response, Violation

# Statuses that HTTP itself defines for a case: a document that leaves them out is incomplete, no more.
_HTTP_DEFINED = frozenset((400, 401, 403, 404, 405, 406, 413, 415, 422))
UNAVAILABLE = frozenset((429, 502, 503, 504))
"""Statuses that come from what stands before a service, or from its being busy."""
_KEPT_OUT = frozenset((401, 403))
_OF_THE_MESSAGE = frozenset((405, 406, 413))
"""Statuses that speak of a method, an Accept or a size, and not of the data."""
_NOT_FOUND = frozenset((404, 410))
"""To a path with parameters no refusal of valid data: there is nothing of that name."""


def judge(contract: Contract, case: Case, sent: Request, outcome: Response | Failure) -> Iterator[Fault]:
    """The faults of one exchange.

    sent: the request with its credentials, as it was on the wire. None of the faults is proved yet.
    """
    if isinstance(outcome, Failure):
        yield _failure(outcome)
        return
    if outcome.status in UNAVAILABLE:
        rule = "rate-limit" if outcome.status == 429 else "unavailable"
        yield Fault("infrastructure", rule, f"answered {_named(outcome.status)}", got=outcome.status)
        return
    match = contract.find(sent.method, sent.path, sent.query, sent.headers)
    if match is None:
        yield from _undeclared_method(contract, sent, outcome)
        return
    violations = match.operation.read(sent, match.path_parameters).violations
    yield from _response(match.operation, case, violations, outcome)
    if outcome.status >= 500:
        return
    if case.credentials.kind != "good":
        yield from _kept_out(match.operation, case, outcome)
    elif case.step is not None and case.step.expects == "gone":
        yield from _still_there(case.step, outcome)
    elif outcome.status in _KEPT_OUT and _promises_success(match.operation):
        yield _refused_credential(match.operation, case, outcome)
    elif violations:
        yield from _let_pass(violations, outcome)
    elif case.step is not None and outcome.status in _NOT_FOUND:
        yield from _lost(case.step, outcome)
    elif outcome.status in _NOT_FOUND and match.path_parameters:
        return
    elif _refuses_data(match.operation, outcome):
        yield _refused(match.operation, outcome)
    elif case.step is not None and case.step.identity:
        yield from _another(case.step, match, outcome)


def _failure(failure: Failure) -> Fault:
    if failure.kind == "protocol":
        return Fault("server", "http", f"not an HTTP response: {failure.detail}", got=failure.detail)
    return Fault(
        "infrastructure",
        "connection",
        f"{failure.kind}: {failure.detail}",
        path=(failure.kind,),
        got=failure.kind,
    )


def _undeclared_method(contract: Contract, sent: Request, outcome: Response) -> Iterator[Fault]:
    """A method that the path does not declare wants 405 and Allow (RFC 9110, section 15.5.6)."""
    declared = contract.methods(sent.path)
    place = _path_item(contract, sent.path, declared)
    if outcome.status < 300 and sent.method not in ("HEAD", "OPTIONS"):
        message = f"{sent.method} is not declared, and was answered {_named(outcome.status)}"
        yield Fault("server", "method", message, pointer=place, expected=405, got=outcome.status)
    elif outcome.status >= 500:
        yield _server_error(outcome, place, f"{sent.method}, which is not declared,")
    elif outcome.status == 405 and not _allowed(outcome) & set(declared):
        message = f"405 without an Allow that names {', '.join(declared)}"
        yield Fault("server", "method", message, "header", ("allow",), place, expected=list(declared))


def _path_item(contract: Contract, path: str, methods: Sequence[str]) -> str:
    """The pointer of what declares the methods of a path; empty where nothing does."""
    match = contract.find(methods[0], path) if methods else None
    return match.operation.declaration.item if match else ""


def _allowed(response: Response) -> set[str]:
    """The methods that Allow names, in however many fields."""
    fields = (value for name, value in response.headers if name == "allow")
    return {method.strip() for field in fields for method in field.split(",")}


def _response(
    operation: Operation, case: Case, violations: Sequence[Violation], response: Response
) -> Iterator[Fault]:
    """The response against its declaration; `violations` are those of the request."""
    place = pointer.join(operation.declaration.pointer, "responses")
    declared = operation.response(response.status)
    if response.status >= 500 and (declared is None or declared.status in ("default", "5XX")):
        impossible = _impossible(operation) if response.status == HTTPStatus.NOT_IMPLEMENTED else None
        yield impossible or _server_error(response, place, _of_what(case, violations))
        return
    if declared is None:
        yield from _undeclared_status(operation, response, place)
        return
    media_types = _content_types(response)
    if len(media_types) > 1:
        yield _ambiguous(media_types, pointer.join(declared.pointer, "content"))
        return
    for violation in operation.judge(response):
        yield _of_response(violation)


def _of_what(case: Case, violations: Sequence[Violation]) -> str:
    """A request in a few words, by what the contract says of it."""
    if case.credentials.kind != "good":
        return f"a request with {case.credentials.words}"
    if not violations:
        return "a valid request"
    return f"an invalid request ({_spot(violations[0].path)}{violations[0].message})"


def _server_error(response: Response, place: str, what: str) -> Fault:
    message = f"answers {what} with {_named(response.status)}"
    return Fault("server", "server-error", message, pointer=place, got=response.status)


def _content_types(response: Response) -> list[str]:
    """The values of Content-Type that differ, each once, in the order sent."""
    return list(dict.fromkeys(value.strip() for name, value in response.headers if name == "content-type"))


def _ambiguous(media_types: Sequence[str], place: str) -> Fault:
    """Content-Type has one value (RFC 9110, sections 5.3 and 8.3): by which the body is read nobody knows."""
    message = f'"content-type" comes {len(media_types)} times, and not the same: {", ".join(media_types)}'
    return Fault(
        "server", "http", message, "header", ("content-type",), place, "one Content-Type", list(media_types)
    )


def _impossible(operation: Operation) -> Fault | None:
    """The first declared success that no body can satisfy: whoever says so is not to blame."""
    successes = [one for status, one in operation.responses.items() if status.startswith("2")]
    for content in (content for success in successes for content in success.contents.values()):
        try:
            _ = content.schema and instance(content.schema, b"")
        except UnderstudyError as error:
            message = f"nothing keeps the schema of the declared answer: {error}"
            return Fault("document", "impossible", message, "body", (), content.pointer, got=501)
    return None


def _undeclared_status(operation: Operation, response: Response, place: str) -> Iterator[Fault]:
    names = ", ".join(operation.responses) or "none"
    message = f"{_named(response.status)} is not declared (declared: {names})"
    yield Fault(
        "document" if response.status in _HTTP_DEFINED else "server",
        "status",
        message,
        path=(str(response.status),),
        pointer=place,
        expected=list(operation.responses),
        got=response.status,
    )


def _of_response(violation: Violation) -> Fault:
    return Fault(
        verdict="server",
        rule=violation.rule,
        message=violation.message,
        place=violation.place,
        path=general(violation.path, violation.pointer),
        pointer=violation.pointer,
        expected=violation.expected,
        got=violation.got,
        violation=violation,
    )


def _kept_out(operation: Operation, case: Case, response: Response) -> Iterator[Fault]:
    """A request without good credentials wants 401 or 403, unless the operation is open to all as well."""
    if response.status in _KEPT_OUT or response.status >= 300 or _is_open(operation):
        return
    yield Fault(
        "auth",
        "unauthenticated-accepted" if case.credentials.kind == "none" else "credential-accepted",
        f"lets in a request with {case.credentials.words}: {_named(response.status)}",
        path=(case.credentials.scheme,) if case.credentials.scheme else (),
        pointer=pointer.join(operation.declaration.pointer, "security"),
        expected=401,
        got=response.status,
    )


def _is_open(operation: Operation) -> bool:
    """Whether a request without credentials is let in: nothing is asked for, or only what lies below HTTP."""
    return any(all(scheme.kind == "mutualTLS" for scheme in one) for one in operation.security)


def _promises_success(operation: Operation) -> bool:
    """Whether the document has an answer other than an error."""
    return any(status == "default" or status[0] in "123" for status in operation.responses)


def _refused_credential(operation: Operation, case: Case, response: Response) -> Fault:
    scheme = case.credentials.scheme
    return Fault(
        "auth",
        "credential-refused",
        f"a good credential{f' for {scheme}' if scheme else ''} was answered {_named(response.status)}",
        path=(scheme,) if scheme else (),
        pointer=pointer.join(operation.declaration.pointer, "security"),
        expected="2XX",
        got=response.status,
    )


def _let_pass(violations: Sequence[Violation], response: Response) -> Iterator[Fault]:
    """An invalid request that was taken: one fault for each violation that was let pass."""
    if response.status >= 300:
        return
    for violation in violations:
        yield Fault(
            verdict="lenient",
            rule=violation.rule,
            message=f"takes what the contract refuses: {_spot(violation.path)}{violation.message}",
            place=violation.place,
            path=general(violation.path, violation.pointer),
            pointer=violation.pointer,
            expected="4XX",
            got=response.status,
            violation=violation,
        )


def _refuses_data(operation: Operation, response: Response) -> bool:
    """Whether a refusal is one of the data; an undeclared 404 says only that there is no such thing."""
    if not _promises_success(operation):
        return False
    told = response.status != 404 or operation.response(404) is not None
    return response.status >= 400 and response.status not in _OF_THE_MESSAGE and told


def _refused(operation: Operation, response: Response) -> Fault:
    """A valid request that got a 4xx: the business may refuse what the contract allows."""
    blamed = blamed_fields(response)
    content = next(iter(operation.request_contents.values()), None)
    spot = ", ".join(_spot(path).rstrip(": ") for path in blamed) or "no field named"
    return Fault(
        verdict="data",
        rule="refused",
        message=f"refuses what the contract allows with {_named(response.status)}: {spot}",
        place="body",
        path=_declared(content.field, blamed[0]) if blamed and content and content.schema else (),
        pointer=pointer.join(operation.declaration.pointer, "requestBody" if blamed else "responses"),
        expected="2XX",
        got=response.status,
    )


def _declared(field: Field, path: Path) -> Path:
    """A path with `*` for array indexes and for members that the schema does not name."""
    found: list[str | int] = []
    for token in path:
        named = any(token in leaf.get("properties", ()) for leaf, _ in field.alternatives)
        found.append(token if named else "*")
        field = field.items if isinstance(token, int) else field.member(token)
    return tuple(found)


def blamed_fields(response: Response) -> list[Path]:
    """The fields that an error body names, as FastAPI does: `detail[].loc` without its first member."""
    try:
        detail: JSON = json.loads(response.body)["detail"]
        located = [tuple(item["loc"][1:]) for item in detail]
    except (ValueError, TypeError, LookupError):
        return []
    return [path for path in located if all(isinstance(token, str | int) for token in path)]


def _lost(step: Step, response: Response) -> Iterator[Fault]:
    """What a link leads to, or what was created, must be there."""
    rule = {"linked": "link", "kept": "lost-resource"}.get(step.expects)
    if rule and _remembers(response):
        message = f"{step.sequence} leads to {_named(response.status)}"
        if rule == "lost-resource":
            message = f"what was created and has an id is not found by it: {_named(response.status)}"
        yield Fault("server", rule, message, pointer=step.pointer, expected="2XX", got=response.status)


def _still_there(step: Step, response: Response) -> Iterator[Fault]:
    """What was deleted must be gone."""
    if response.status < 300 and _remembers(response):
        message = f"what was deleted is still found: {_named(response.status)}"
        yield Fault(
            "server", "use-after-delete", message, pointer=step.pointer, expected=404, got=response.status
        )


def _another(step: Step, match: Match, response: Response) -> Iterator[Fault]:
    """What is found by an id must not have another one."""
    assert step.identity is not None
    name, path = step.identity
    asked = unquote(match.path_parameters[name])
    try:
        told = pointer.walk(json.loads(response.body), path)
    except (ValueError, LookupError):
        return
    if isinstance(told, str | int) and str(told).casefold() != asked.casefold() and _remembers(response):
        message = "what is found by an id has another one in its answer"
        yield Fault("server", "wrong-resource", message, "body", path, step.pointer, "the id asked for")


def _remembers(response: Response) -> bool:
    """Whether an answer can come from a memory: those that a fake makes up tell that they do not."""
    return dict(response.headers).get("understudy-reply", "") not in ("stub", "example", "synthesised")


def _spot(path: Path) -> str:
    return f"{pointer.from_path(path)}: " if path else ""


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
