"""Requests put together from values: parameters by their style, bodies by their media type."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from understudy.contract import Operation, jsontext, mediatype
from understudy.contract.fields import Field
from understudy.contract.parameter import Parameter
from understudy.types import JSON, Headers, Request

BOUNDARY = "understudy-boundary"
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}

Pairs = tuple[tuple[str, str], ...]
"""A parameter as it is sent: a name and a text for each time, not yet percent-encoded."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form; with a filename it is a file."""

    name: str
    content: bytes
    filename: str | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A request to be varied. `parameters` is by location and name, `media_type` the header's value."""

    operation: Operation
    parameters: Mapping[tuple[str, str], Pairs]
    media_type: str = ""
    body: bytes = b""
    method: str = ""

    def carrying(self, media_type: str, body: bytes) -> "Draft":
        """The same with another body."""
        return replace(self, media_type=media_type, body=body)

    def setting(self, location: str, name: str, pairs: Pairs) -> "Draft":
        """The same with one parameter sent otherwise; with no pairs not at all."""
        return replace(self, parameters={**self.parameters, (location, name): pairs})

    def request(self) -> Request:
        """The request as it goes on the wire, without credentials."""
        path = self.operation.path
        for name, text in self._pairs("path"):
            path = path.replace("{" + name + "}", quote(text, safe=""))
        query = "&".join(
            f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in self._pairs("query")
        )
        return Request(self.method or self.operation.method, path, query, self._headers(), self.body)

    def _headers(self) -> Headers:
        headers = [(name.lower(), text) for name, text in self._pairs("header")]
        cookie = "; ".join(f"{name}={text}" for name, text in self._pairs("cookie"))
        if cookie:
            headers.append(("cookie", cookie))
        if self.media_type:
            headers.append(("content-type", self.media_type))
        return tuple(headers)

    def _pairs(self, wanted: str) -> list[tuple[str, str]]:
        sent = self.parameters.items()
        return [pair for (location, _), pairs in sent if location == wanted for pair in pairs]


def text(value: JSON) -> str:
    """A value as the text of a part or a parameter."""
    if value is None:
        return ""
    return value if isinstance(value, str) else jsontext.dumps(value).decode("utf-8", "surrogatepass")


def pairs(parameter: Parameter, value: JSON) -> Pairs:
    """A parameter's value in the wire form that its style gives (OpenAPI 3.1, 4.8.12.3)."""
    name = parameter.name
    if parameter.media_type is not None:
        whole = jsontext.dumps(value).decode() if mediatype.is_json(parameter.media_type) else text(value)
        return ((name, whole),)
    if isinstance(value, dict):
        return _object(parameter, value)
    if isinstance(value, list):
        return _array(parameter, [text(item) for item in value])
    return ((name, _prefix(parameter) + text(value)),)


def _array(parameter: Parameter, items: list[str]) -> Pairs:
    name = parameter.name
    if parameter.location in ("query", "cookie"):
        if parameter.explode:
            return tuple((name, item) for item in items)
        return ((name, _DELIMITERS.get(parameter.style, ",").join(items)),)
    if parameter.explode and parameter.style == "matrix":
        return ((name, "".join(f";{name}={item}" for item in items)),)
    delimiter = "." if parameter.explode and parameter.style == "label" else ","
    return ((name, _prefix(parameter) + delimiter.join(items)),)


def _object(parameter: Parameter, value: dict[str, JSON]) -> Pairs:
    name = parameter.name
    members = [(key, text(item)) for key, item in value.items()]
    if parameter.style == "deepObject":
        return tuple((f"{name}[{key}]", item) for key, item in members)
    if parameter.location in ("query", "cookie") and parameter.explode:
        return tuple(members)
    if not parameter.explode:
        delimiter = _DELIMITERS.get(parameter.style, ",")
        return ((name, _prefix(parameter) + delimiter.join(word for member in members for word in member)),)
    delimiter = {"label": ".", "matrix": ";"}.get(parameter.style, ",")
    lead = delimiter if parameter.style in ("label", "matrix") else ""
    return ((name, lead + delimiter.join(f"{key}={item}" for key, item in members)),)


def _prefix(parameter: Parameter) -> str:
    return {"label": ".", "matrix": f";{parameter.name}="}.get(parameter.style, "")


def form(field: Field, value: Mapping[str, JSON]) -> list[Part]:
    """The parts of a form object: a list as repeated parts, a file for what wants one."""
    return [part for name, item in value.items() for part in parts(field.member(name), name, item)]


def parts(field: Field, name: str, value: JSON) -> Iterator[Part]:
    """The parts of one member of a form."""
    for item in value if isinstance(value, list) else [value]:
        if field.is_binary or field.items.is_binary:
            yield Part(name, text(item).encode(), f"{quote(name, safe='')}.txt", "text/plain")
        else:
            yield Part(name, text(item).encode("utf-8", "surrogatepass"))


def encoded(media_type: str, sent: Iterable[Part]) -> tuple[str, bytes]:
    """The Content-Type and the body of a form. A file has no place in a urlencoded one."""
    if mediatype.essence(media_type) == "application/x-www-form-urlencoded":
        fields = (f"{quote(part.name, safe='')}={quote(part.content, safe='')}" for part in sent)
        return media_type, "&".join(fields).encode()
    body = b"".join(_part(part) for part in sent) + f"--{BOUNDARY}--\r\n".encode()
    return f"{media_type}; boundary={BOUNDARY}", body


def _part(part: Part) -> bytes:
    lines = [f"--{BOUNDARY}", f'Content-Disposition: form-data; name="{_quoted(part.name)}"']
    if part.filename is not None:
        lines[-1] += f'; filename="{_quoted(part.filename)}"'
    if part.media_type is not None:
        lines.append(f"Content-Type: {part.media_type}")
    return "\r\n".join([*lines, "", ""]).encode() + part.content + b"\r\n"


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "")
