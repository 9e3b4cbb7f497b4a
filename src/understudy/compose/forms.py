"""Form bodies written from their parts: multipart/form-data and application/x-www-form-urlencoded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from understudy.compose.parameters import text
from understudy.contract import mediatype
from understudy.contract.fields import Field
from understudy.types import JSON

BOUNDARY = "understudy-boundary"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form; with a filename it is a file."""

    name: str
    content: bytes
    filename: str | None = None
    media_type: str | None = None


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
