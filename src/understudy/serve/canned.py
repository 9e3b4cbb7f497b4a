"""Canned answers: those that a rule gives word for word, held to the contract when they are set."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from understudy.contract import Operation, jsontext, mediatype, pointer
from understudy.serve import problem
from understudy.serve.answer import Answer, Origin, Refusal
from understudy.serve.faults import BODILESS
from understudy.serve.problem import Complaint
from understudy.types import JSON, Headers, Response, Violation

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t -~\xa0-\xff]*")
_OWN = ("content-length", "transfer-encoding", "connection", "understudy-reply", "understudy-rule")
"""Header fields that the server writes itself."""


class RuleError(Refusal):
    """A rule that makes no sense; `place` is the pointer to what is wrong in the rules as they were given."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(400, f"{place}: {message}" if place else message)
        self.place = place
        self.message = message


@dataclass(frozen=True, slots=True)
class Given:
    """What a rule says of its answer, and where; `body` is None where it says none."""

    place: str
    status: int
    headers: Headers
    body: tuple[JSON] | None


def headers(value: Mapping[str, JSON], place: str) -> Headers:
    """The header fields of a rule. Raises RuleError."""
    return tuple(
        (name.lower(), _header(name, text, pointer.join(place, name))) for name, text in value.items()
    )


def canned(given: Given, operations: Sequence[Operation]) -> Answer:
    """The answer as it is sent; `operations` are those that it is for, the first gives the media type.

    Raises RuleError.
    """
    operation = operations[0] if operations else None
    if given.body is not None and given.status in BODILESS:
        raise RuleError(pointer.join(given.place, "body"), f"a {given.status} has no body")
    answer = _written(given, operation) if given.body is not None else _bodiless(given, operation)
    return with_fields(answer, given.headers)


def check(given: Given, answer: Answer, operation: Operation) -> None:
    """Raise RuleError where an answer breaks the contract of the operation that it is for."""
    wrong = operation.judge(Response(answer.status, answer.headers, answer.body))
    if wrong:
        _refuse(given.place, operation, wrong)


def check_fields(given: Given, operation: Operation) -> None:
    """Raise RuleError where header fields that are added to an answer break its contract."""
    names = {name for name, _ in given.headers}
    found = operation.judge(Response(given.status, given.headers))
    wrong = [
        fault
        for fault in found
        if fault.place == "header" and fault.path and str(fault.path[0]).lower() in names
    ]
    if wrong:
        _refuse(given.place, operation, wrong)


def with_fields(answer: Answer, fields: Headers) -> Answer:
    """The answer with header fields in place of its own of the same names."""
    if not fields:
        return answer
    names = {name for name, _ in fields}
    kept = tuple(field for field in answer.headers if field[0] not in names)
    return replace(answer, headers=(*kept, *fields))


def _refuse(place: str, operation: Operation, wrong: Sequence[Violation]) -> NoReturn:
    first = wrong[0]
    member = {"status": "status", "header": "headers"}.get(first.place, "body")
    where = pointer.from_path(first.path) if first.place == "body" else ""
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    told = f"{first.message}{more}, by {operation.name}; `unchecked: true` answers it all the same"
    raise RuleError(pointer.join(place, member) + where, told)


def _written(given: Given, operation: Operation | None) -> Answer:
    assert given.body is not None
    body = given.body[0]
    media_type = dict(given.headers).get("content-type") or _media_type(operation, given.status)
    if mediatype.is_json(media_type):
        text = jsontext.dumps(body)
    elif isinstance(body, str):
        text = body.encode()
    else:
        raise RuleError(pointer.join(given.place, "body"), f"is to be a text, for it is sent as {media_type}")
    return Answer(given.status, (("content-type", media_type),), text, _origin(given.status))


def _bodiless(given: Given, operation: Operation | None) -> Answer:
    """An answer whose body a rule does not tell: an error's is made as ever, others have none."""
    declared = operation.response(given.status) if operation else None
    if given.status in BODILESS or (declared and not declared.contents):
        return Answer(given.status, (), b"", _origin(given.status))
    if given.status >= 400:
        return problem.answer(operation, Complaint(given.status, problem.title(given.status)))
    if declared:
        told = f"say the `body` too; `prefer: code={given.status}` has one made by the contract"
        raise RuleError(pointer.join(given.place, "status"), told)
    return Answer(given.status, (), b"", _origin(given.status))


def _media_type(operation: Operation | None, status: int) -> str:
    """The declared media type of a status, JSON where there is a choice or none."""
    declared = operation.response(status) if operation else None
    names = [name for name in (declared.contents if declared else ()) if "*" not in name]
    return next(filter(mediatype.is_json, names), names[0] if names else "application/json")


def _origin(status: int) -> Origin:
    return "error" if status >= 400 else "stub"


def _header(name: str, value: JSON, place: str) -> str:
    if not _TOKEN.fullmatch(name):
        raise RuleError(place, "is no name of a header field")
    if name.lower() in _OWN:
        raise RuleError(place, "is written by the server")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RuleError(place, f"is to be a text, and is {jsontext.dumps(value).decode()[:50]}")
    if not _VALUE.fullmatch(str(value)):
        raise RuleError(place, "holds what a header field cannot")
    return str(value)
