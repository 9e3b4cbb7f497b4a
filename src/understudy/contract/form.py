"""Form bodies taken apart: multipart/form-data (RFC 7578) and application/x-www-form-urlencoded."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from understudy.contract import mediatype
from understudy.types import File, Headers

MAX_PARTS = 1000

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A text part that is not UTF-8."""

    content: bytes


Part = str | File | Undecodable
Parts = dict[str, list[Part]]


@dataclass(frozen=True, slots=True)
class Sent:
    """One part as it came, with its own header fields: names in lower case, none in a urlencoded form."""

    name: str
    value: Part
    headers: Headers = ()

    @property
    def media_type(self) -> str:
        """What it says that it is; empty where it does not."""
        return dict(self.headers).get("content-type", "")


class FormError(ValueError):
    """The body cannot be taken apart."""


def parse(content_type: str, body: bytes) -> Parts:
    """The parts of a form by name, each name's in the order sent. Raises FormError."""
    parts: Parts = {}
    for part in read(content_type, body):
        parts.setdefault(part.name, []).append(part.value)
    return parts


def read(content_type: str, body: bytes) -> list[Sent]:
    """The parts of a form in the order sent. Raises FormError."""
    if mediatype.essence(content_type) == mediatype.URLENCODED:
        return list(_parse_urlencoded(body))
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise FormError("no boundary in the Content-Type")
    return list(_collect(_parse_multipart(boundary, body)))


@dataclass(slots=True)
class _RawPart:
    headers: dict[bytes, bytes] = field(default_factory=dict)
    content: bytearray = field(default_factory=bytearray)


class _Reader:
    """What the parser calls back; keeps the parts, and whether the closing boundary came."""

    def __init__(self) -> None:
        self.parts: list[_RawPart] = []
        self.complete = False
        self._name = bytearray()
        self._value = bytearray()

    def on_part_begin(self) -> None:
        if len(self.parts) == MAX_PARTS:
            raise FormError(f"more than {MAX_PARTS} parts")
        self.parts.append(_RawPart())

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].content += data[start:end]

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self.parts[-1].headers[bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def on_end(self) -> None:
        self.complete = True

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self.on_part_begin,
            "on_part_data": self.on_part_data,
            "on_header_field": self.on_header_field,
            "on_header_value": self.on_header_value,
            "on_header_end": self.on_header_end,
            "on_end": self.on_end,
        }


def _parse_multipart(boundary: bytes, body: bytes) -> list[_RawPart]:
    reader = _Reader()
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise FormError(f"malformed multipart body: {error}") from None
    if not reader.complete:
        raise FormError("the multipart body ends before its closing boundary")
    return reader.parts


def _collect(parts: list[_RawPart]) -> Iterator[Sent]:
    for part in parts:
        _, options = parse_options_header(part.headers.get(b"content-disposition", b""))
        if b"name" not in options:
            raise FormError("a part without a name")
        if options.get(b"filename") == b"" and not part.content:
            continue  # a browser's form in which no file was chosen
        headers = tuple(
            (name.decode("latin-1"), text.decode("latin-1")) for name, text in part.headers.items()
        )
        yield Sent(_name(options[b"name"]), _content(part, options.get(b"filename")), headers)


def _content(part: _RawPart, filename: bytes | None) -> Part:
    if filename is None:
        return text(bytes(part.content))
    content_type = part.headers.get(b"content-type", b"application/octet-stream").decode("latin-1")
    return File(filename.decode("utf-8", "replace"), content_type, bytes(part.content))


def _parse_urlencoded(body: bytes) -> Iterator[Sent]:
    pairs = body.split(b"&") if body else []
    if len(pairs) > MAX_PARTS:
        raise FormError(f"more than {MAX_PARTS} fields")
    for pair in pairs:
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        yield Sent(_name(unquote_to_bytes(name)), text(unquote_to_bytes(value)))


def _name(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise FormError("a name that is not UTF-8") from None


def text(raw: bytes) -> str | Undecodable:
    """What bytes say."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Undecodable(raw)
