"""Error replies, in the API's own declared shape where it declares one, else RFC 9457 problem+json."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from http import HTTPStatus

from understudy import compose
from understudy.compose.specimens import concrete
from understudy.contract import Operation, jsontext, mediatype, pointer
from understudy.contract.body import Content
from understudy.contract.operation import DeclaredResponse
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
    """An error reply with the declared body for its status: none where it is declared without one."""
    declared = _declared(operation, complaint.status)
    if declared and declared.is_bodiless:
        return _silent(complaint)
    return written(_best(list(declared.contents.values())) if declared else None, complaint)


def asked_for(
    operation: Operation, declared: DeclaredResponse, content: Content | None, complaint: Complaint
) -> Answer:
    """The error reply that a client asked for: of a status for invalid requests it tells what would be wrong
    with an empty one, for nothing is wrong with this."""
    if declared.is_bodiless:
        return _silent(complaint)
    if complaint.status in (400, 422):
        wrong = _of_an_empty_request(operation)
        invented = Violation("business", "body", (), "", complaint.detail, None, None, {})
        told = _of_violations(operation, complaint.status, wrong or (invented,))
        complaint = replace(told, headers=complaint.headers)
    return replace(written(content, complaint), violations=())


def _silent(complaint: Complaint) -> Answer:
    """An error reply without a body: what it had to tell is in the journal and in the access log."""
    return Answer(complaint.status, complaint.headers, b"", "error", complaint.violations)


def written(declared: Content | None, complaint: Complaint) -> Answer:
    """An error reply with a declared body, where one that tells the complaint keeps its schema."""
    media_type, body = _filled(declared, complaint) or (PROBLEM, jsontext.dumps(_problem(complaint)))
    headers = (("content-type", media_type), *complaint.headers)
    return Answer(complaint.status, headers, body, "error", complaint.violations)


def _filled(declared: Content | None, complaint: Complaint) -> tuple[str, bytes] | None:
    """Media type and bytes of the declared body; None where there is none, or nothing keeps its schema."""
    if declared is None:
        return None
    media_type = _media_type(declared)
    try:
        bodies = (
            compose.written(declared, value, media_type)[1]
            for value in _candidates(declared, media_type, complaint)
        )
        kept = next((body for body in bodies if not declared.read(media_type, body).violations), None)
    except (DocumentError, Unsatisfiable):
        return None
    return None if kept is None else (media_type, kept)


def _media_type(declared: Content) -> str:
    """The one that is sent: of a range that has it, the one that is meant for errors."""
    is_range = mediatype.is_range(declared.media_type)
    if is_range and mediatype.covers(declared.media_type, PROBLEM):
        return PROBLEM
    return mediatype.essence(concrete(declared.media_type))


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


def _declared(operation: Operation | None, status: int) -> DeclaredResponse | None:
    try:
        return operation.response(status) if operation else None
    except DocumentError:  # a refusal stands, even by an operation that cannot be played
        return None


def _best(contents: Sequence[Content]) -> Content | None:
    """The content that tells most: JSON, else text, else whatever there is."""
    ways = ([one for one in contents if one.kind(_media_type(one)) == kind] for kind in ("json", "text"))
    return next((found[0] for found in (*ways, contents) if found), None)


def _candidates(content: Content, media_type: str, complaint: Complaint) -> Iterator[JSON]:
    """What the body may be, the best first: a value, or the text of the body itself."""
    told = bool(complaint.violations) and content.schema is not None
    if not told:
        yield from (example.value for example in examples(content))
    kind = content.kind(media_type)
    if kind not in ("json", "xml", "yaml", "form"):
        yield escape(complaint.detail) if mediatype.essence(media_type) == "text/html" else complaint.detail
    elif content.schema is None or _is_free(content):
        yield f"<error>{escape(complaint.detail)}</error>" if kind == "xml" else _problem(complaint)
    elif told and _is_fastapi(content):
        yield {"detail": _bounded(words.errors(complaint.violations, form=complaint.form))}
    elif not told and "detail" in content.node.get("properties", ()):
        yield {"detail": complaint.detail}
    if content.schema is not None:
        yield instance(content.schema, b"", _words(complaint))


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


def _is_free(content: Content) -> bool:
    """Whether the schema says nothing of what an error is made of."""
    return not any(
        leaf.keys() & {"properties", "patternProperties", "items", "prefixItems", "const", "enum"}
        for leaf, _ in content.field.alternatives
    )


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
