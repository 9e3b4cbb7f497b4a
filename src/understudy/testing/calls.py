"""One call that a test's client made and its answer, as the journal has them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from understudy.contract import form, mediatype
from understudy.types import JSON, File


@dataclass(frozen=True, slots=True)
class Call:
    """A call and its answer, credentials left out. Of what came more than once there is a list of all."""

    number: int
    """Calls are numbered in the order of their answers, over all tests of a server."""
    operation: str | None
    """`POST /pets`, as the document has it; None where there is no such operation."""
    operation_id: str | None
    method: str
    path: str
    query: Mapping[str, JSON]
    headers: Mapping[str, JSON]
    """Names in lower case."""
    body: JSON
    """JSON as its value, a form as its fields, else the text."""
    status: int
    """Of the answer; 0 where the connection was reset."""
    reply: JSON
    """The answer's body, read as the request's is."""
    violations: Sequence[Mapping[str, JSON]]
    """What is wrong with the request, by the contract."""

    @property
    def has_texts(self) -> bool:
        """Whether all values of its body are texts, as those of a form are."""
        return mediatype.essence(_content_type(self.headers)) in mediatype.FORMS

    def __str__(self) -> str:
        answered = f"answered {self.status}" if self.status else "the connection was reset"
        return f"call {self.number}: {self.method} {self.path}, {answered}"


def call(entry: Mapping[str, JSON]) -> Call:
    """The call of an entry of the journal."""
    asked, answered = entry["request"], entry["response"]
    headers = _gathered(asked["headers"])
    return Call(
        number=entry["number"],
        operation=entry["operation"],
        operation_id=entry["operationId"],
        method=asked["method"],
        path=asked["path"],
        query=_gathered(parse_qsl(asked["query"], keep_blank_values=True)),
        headers=headers,
        body=_read(asked["body"], _content_type(headers)),
        status=answered["status"],
        reply=_read(answered["body"], _content_type(_gathered(answered["headers"]))),
        violations=entry["violations"],
    )


def _gathered(pairs: Iterable[Sequence[JSON]]) -> dict[str, JSON]:
    """Values by name; a list where a name has several."""
    found: dict[str, list[JSON]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _content_type(headers: Mapping[str, JSON]) -> str:
    return str(headers.get("content-type", ""))


def _read(text: str, content_type: str) -> JSON:
    """A body as its value, as far as it can be read."""
    try:
        if mediatype.essence(content_type) in mediatype.FORMS:
            parts = form.parse(content_type, text.encode())
            return _gathered((name, _part(part)) for name, values in parts.items() for part in values)
        return json.loads(text) if mediatype.is_json(content_type) else text
    except ValueError:
        return text


def _part(part: form.Part) -> JSON:
    if isinstance(part, File):
        content = part.content.decode("utf-8", "replace")
        return {"filename": part.filename, "content_type": part.content_type, "content": content}
    return part if isinstance(part, str) else part.content.decode("utf-8", "replace")
