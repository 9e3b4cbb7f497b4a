"""Error replies, in the API's own declared shape where it declares one, else RFC 9457 problem+json."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from understudy.contract import Operation, jsontext, mediatype, pointer
from understudy.contract.body import Content
from understudy.contract.formats import FORMATS
from understudy.errors import DocumentError, Unsatisfiable
from understudy.serve import fastapi_words
from understudy.serve.answer import Answer, Refusal
from understudy.synthesise import synthesise
from understudy.types import JSON, Headers, Violation

PROBLEM = "application/problem+json"
_RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}
_MAX_INPUT = 1024 * 1024
_DECLARED_FIRST = ("422", "400", "4XX", "default")


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error body has to tell."""

    status: int
    detail: str
    violations: Sequence[Violation] = ()
    headers: Headers = ()
    form: bool = False
    """Whether the request was to carry a form, which FastAPI words differently."""


def invalid(operation: Operation, violations: Sequence[Violation]) -> Answer:
    """The reply to a request that breaks the contract: the declared 422, else 400, 4XX, default."""
    status = _invalid_status(operation, violations)
    count = len(violations)
    detail = f"{count} violation{'s' if count > 1 else ''} of the contract: {violations[0].message}"
    form = any(mediatype.essence(name) in mediatype.FORMS for name in operation.request_contents)
    return answer(operation, Fault(status, detail, violations, form=form))


def refused(operation: Operation | None, refusal: Refusal) -> Answer:
    """The reply to a request that was refused before its operation was asked."""
    return answer(operation, Fault(refusal.status, str(refusal), refusal.violations, refusal.headers))


def answer(operation: Operation | None, fault: Fault) -> Answer:
    """An error reply with the declared body for its status, where there is one that can be filled."""
    declared = _declared_body(operation, fault.status)
    body = _fill(declared, fault) if declared else None
    media_type = mediatype.essence(declared.media_type) if declared and body is not None else PROBLEM
    if body is None:
        body = _problem(fault)
    headers = (("content-type", media_type), *fault.headers)
    return Answer(fault.status, headers, jsontext.dumps(body), "error", fault.violations)


def _invalid_status(operation: Operation, violations: Sequence[Violation]) -> int:
    """A wrong media type is 415 only where that is declared, as its own status."""
    declared = operation.responses
    if "415" in declared and any(violation.rule == "media-type" for violation in violations):
        return 415
    first = next((status for status in _DECLARED_FIRST if status in declared), "400")
    return int(first) if first.isdecimal() else 400


def _declared_body(operation: Operation | None, status: int) -> Content | None:
    try:
        response = operation.response(status) if operation else None
    except DocumentError:  # a refusal stands, even by an operation that cannot be played
        return None
    contents = response.contents if response else {}
    return next((content for name, content in contents.items() if mediatype.is_json(name)), None)


def _fill(content: Content, fault: Fault) -> JSON | None:
    """The declared body, filled; None where no filling satisfies its schema."""
    try:
        candidates = _candidates(content, fault)
        return next((body for body in candidates if content.schema and content.schema.is_valid(body)), None)
    except (DocumentError, Unsatisfiable):
        return None


def _candidates(content: Content, fault: Fault) -> list[JSON]:
    if content.schema is None:
        return []
    if fault.violations:
        listed: JSON = {"detail": _bounded(fastapi_words.errors(fault.violations, form=fault.form))}
        if _is_fastapi(content) and content.schema.is_valid(listed):
            return [listed]
        return [synthesise(content.schema.bundle, b"", echo=_words(fault), formats=FORMATS)]
    node = content.document.at(content.pointer)
    filled = {"detail": fault.detail}
    return [
        node.get("example"),
        filled,
        synthesise(content.schema.bundle, b"", echo=_words(fault), formats=FORMATS),
    ]


def _bounded(items: list[dict[str, JSON]]) -> list[dict[str, JSON]]:
    """The items, without the `input` of those that would make the reply larger than _MAX_INPUT altogether."""
    left = _MAX_INPUT
    for item in items:
        left = left - len(jsontext.dumps(item["input"])) if left > 0 else left
        if left <= 0:
            del item["input"]
    return items


def _is_fastapi(content: Content) -> bool:
    """Whether the schema is FastAPI's HTTPValidationError: `detail` is a list of items with a `loc`."""
    detail = content.field.member("detail")
    return "array" in detail.types and "array" in detail.items.member("loc").types


def _words(fault: Fault) -> dict[str, JSON]:
    """Plain answers to the names that error schemas commonly give their members."""
    title = _title(fault.status)
    sentence = dict.fromkeys(
        ("message", "msg", "detail", "description", "error_description", "reason"), fault.detail
    )
    return {
        **sentence,
        "title": title,
        "error": title,
        "status": fault.status,
        "code": fault.status,
        "statusCode": fault.status,
        "status_code": fault.status,
        "errors": [_told(violation) for violation in fault.violations],
        "type": "about:blank",
    }


def _problem(fault: Fault) -> JSON:
    """Problem details (RFC 9457), with the violations under `errors`."""
    return {
        "type": "about:blank",
        "title": _title(fault.status),
        "status": fault.status,
        "detail": fault.detail,
        "errors": [_told(violation) for violation in fault.violations],
    }


def _title(status: int) -> str:
    """The name that RFC 9110 gives to a status; Python's own table differs from release to release."""
    return _RENAMED.get(status) or HTTPStatus(status).phrase


def _told(violation: Violation) -> dict[str, JSON]:
    if violation.place == "body":
        where: dict[str, JSON] = {"pointer": "#" + pointer.from_path(violation.path)}
    else:
        where = {"in": violation.place, "name": violation.path[0] if violation.path else None}
    return {
        "detail": violation.message,
        **where,
        "rule": violation.rule,
        "contract": pointer.uri(violation.pointer),
    }
