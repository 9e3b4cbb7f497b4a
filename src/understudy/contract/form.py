"""Form bodies taken apart: multipart/form-data (RFC 7578) and application/x-www-form-urlencoded."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from understudy.contract import mediatype
from understudy.types import File

MAX_PARTS = 1000

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks


@dataclass(frozen=True, slots=True)
class Undecodable:
    """A text part that is not UTF-8."""

    content: bytes


Part = str | File | Undecodable
Parts = dict[str, list[Part]]


class FormError(ValueError):
    """The body cannot be taken apart."""


def parse(content_type: str, body: bytes) -> Parts:
    """The parts of a form by name, each name's in the order sent. Raises FormError."""
    if mediatype.essence(content_type) == "application/x-www-form-urlencoded":
        return _parse_urlencoded(body)
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise FormError("no boundary in the Content-Type")
    return _collect(_parse_multipart(boundary, body))


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


def _collect(parts: list[_RawPart]) -> Parts:
    form: Parts = {}
    for part in parts:
        _, options = parse_options_header(part.headers.get(b"content-disposition", b""))
        if b"name" not in options:
            raise FormError("a part without a name")
        if options.get(b"filename") == b"" and not part.content:
            continue  # a browser's form in which no file was chosen
        content = _content(part, options.get(b"filename"))
        form.setdefault(_name(options[b"name"]), []).append(content)
    return form


def _content(part: _RawPart, filename: bytes | None) -> Part:
    if filename is None:
        return _text(bytes(part.content))
    content_type = part.headers.get(b"content-type", b"application/octet-stream").decode("latin-1")
    return File(filename.decode("utf-8", "replace"), content_type, bytes(part.content))


def _parse_urlencoded(body: bytes) -> Parts:
    form: Parts = {}
    pairs = body.split(b"&") if body else []
    if len(pairs) > MAX_PARTS:
        raise FormError(f"more than {MAX_PARTS} fields")
    for pair in pairs:
        name, _, value = pair.replace(b"+", b" ").partition(b"=")
        form.setdefault(_name(unquote_to_bytes(name)), []).append(_text(unquote_to_bytes(value)))
    return form


def _name(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise FormError("a name that is not UTF-8") from None


def _text(raw: bytes) -> str | Undecodable:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return Undecodable(raw)
