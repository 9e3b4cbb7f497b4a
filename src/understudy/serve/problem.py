"""Error replies, in the API's own declared shape where it declares one, else RFC 9457 problem+json."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from understudy.contract import Operation, jsontext, mediatype, pointer
from understudy.contract.body import Content
from understudy.errors import DocumentError, Unsatisfiable
from understudy.instance import instance
from understudy.serve.answer import Answer, Refusal
from understudy.serve.fastapi import words
from understudy.serve.variants import examples
from understudy.types import JSON, Headers, Request, Violation

PROBLEM = "application/problem+json"
_RENAMED = {413: "Content Too Large", 422: "Unprocessable Content"}
_MAX_INPUT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Complaint:
    """What an error body has to tell."""

    status: int
    detail: str
    violations: Sequence[Violation] = ()
    headers: Headers = ()
    form: bool = False
    """Whether the request was to carry a form, which FastAPI words differently."""


def invalid(operation: Operation, violations: Sequence[Violation]) -> Answer:
    """The reply to a request that breaks the contract: the declared 422 or 400, else 422 by 4XX, by default
    or undeclared."""
    return answer(operation, _of_violations(operation, _invalid_status(operation, violations), violations))


def refused(operation: Operation | None, refusal: Refusal) -> Answer:
    """The reply to a request that was refused before its operation was asked."""
    return answer(operation, Complaint(refusal.status, str(refusal), refusal.violations, refusal.headers))


def answer(operation: Operation | None, complaint: Complaint) -> Answer:
    """An error reply with the declared body for its status, where there is one that can be filled."""
    return written(_declared_body(operation, complaint.status), complaint)


def asked_for(operation: Operation, content: Content | None, complaint: Complaint) -> Answer:
    """The error reply that a client asked for: of a status for invalid requests it tells what would be wrong
    with an empty one, for nothing is wrong with this."""
    if complaint.status in (400, 422):
        wrong = _of_an_empty_request(operation)
        invented = Violation("business", "body", (), "", complaint.detail, None, None, {})
        told = _of_violations(operation, complaint.status, wrong or (invented,))
        complaint = replace(told, headers=complaint.headers)
    return replace(written(content, complaint), violations=())


def written(declared: Content | None, complaint: Complaint) -> Answer:
    """An error reply with a declared body (JSON or text), where it can be filled."""
    body = _fill(declared, complaint) if declared else None
    media_type = mediatype.essence(declared.media_type) if declared and body is not None else PROBLEM
    if body is None:
        body = _problem(complaint)
    headers = (("content-type", media_type), *complaint.headers)
    is_text = isinstance(body, str) and not mediatype.is_json(media_type)
    text = body.encode() if is_text else jsontext.dumps(body)
    return Answer(complaint.status, headers, text, "error", complaint.violations)


def _of_an_empty_request(operation: Operation) -> tuple[Violation, ...]:
    """What would be wrong with a request that carries nothing but its path."""
    media_type = next(iter(operation.request_contents), "")
    body = b"{}" if mediatype.is_json(media_type) else b""
    headers: Headers = (("content-type", media_type),) if media_type else ()
    reading = operation.read(Request(operation.method, operation.path, "", headers, body), {})
    return tuple(violation for violation in reading.violations if violation.place != "path")


def _of_violations(operation: Operation, status: int, violations: Sequence[Violation]) -> Complaint:
    count = len(violations)
    detail = f"{count} violation{'s' if count > 1 else ''} of the contract: {violations[0].message}"
    form = any(mediatype.essence(name) in mediatype.FORMS for name in operation.request_contents)
    return Complaint(status, detail, violations, form=form)


def _invalid_status(operation: Operation, violations: Sequence[Violation]) -> int:
    """The first of the statuses for it that is declared by its own number, else simply the first."""
    is_foreign = any(violation.rule == "media-type" for violation in violations)
    statuses = (415, 422, 400) if is_foreign else (422, 400)
    return next((status for status in statuses if str(status) in operation.responses), statuses[0])


def _declared_body(operation: Operation | None, status: int) -> Content | None:
    """The content that can be filled: JSON, else text."""
    try:
        response = operation.response(status) if operation else None
    except DocumentError:  # a refusal stands, even by an operation that cannot be played
        return None
    contents = response.contents if response else {}
    found = next((content for name, content in contents.items() if mediatype.is_json(name)), None)
    return found or next((content for name, content in contents.items() if name.startswith("text/")), None)


def _fill(content: Content, complaint: Complaint) -> JSON | None:
    """The declared body, filled; None where no filling satisfies its schema."""
    try:
        candidates = _candidates(content, complaint)
        return next((body for body in candidates if _keeps(content, body)), None)
    except (DocumentError, Unsatisfiable):
        return None


def _keeps(content: Content, body: JSON) -> bool:
    return content.schema is None or content.schema.is_valid(body)


def _candidates(content: Content, complaint: Complaint) -> list[JSON]:
    """What the body may be, the best first. Without a schema, examples are all that is known of it."""
    told = complaint.violations and content.schema is not None
    shown = [] if told else [example.value for example in examples(content)]
    if not mediatype.is_json(content.media_type):
        return [*shown, complaint.detail]
    if content.schema is None:
        return shown
    if not told:
        return [*shown, {"detail": complaint.detail}, instance(content.schema, b"", _words(complaint))]
    listed: JSON = {"detail": _bounded(words.errors(complaint.violations, form=complaint.form))}
    if _is_fastapi(content) and content.schema.is_valid(listed):
        return [listed]
    return [instance(content.schema, b"", _words(complaint))]


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


def _words(complaint: Complaint) -> dict[str, JSON]:
    """Plain answers to the names that error schemas commonly give their members."""
    sentence = dict.fromkeys(
        ("message", "msg", "detail", "description", "error_description", "reason"), complaint.detail
    )
    return {
        **sentence,
        "title": title(complaint.status),
        "error": title(complaint.status),
        "status": complaint.status,
        "code": complaint.status,
        "statusCode": complaint.status,
        "status_code": complaint.status,
        "errors": [_told(violation) for violation in complaint.violations],
        "type": "about:blank",
    }


def _problem(complaint: Complaint) -> JSON:
    """Problem details (RFC 9457), with the violations under `errors`."""
    return {
        "type": "about:blank",
        "title": title(complaint.status),
        "status": complaint.status,
        "detail": complaint.detail,
        "errors": [_told(violation) for violation in complaint.violations],
    }


def title(status: int) -> str:
    """The name that RFC 9110 gives to a status; Python's own table differs from release to release."""
    known = status in HTTPStatus.__members__.values()
    return _RENAMED.get(status) or (HTTPStatus(status).phrase if known else f"Status {status}")


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
