"""Form bodies written from their parts: multipart/form-data and application/x-www-form-urlencoded."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from understudy.compose.parameters import deep, pairs, text
from understudy.compose.specimens import concrete, extension, specimen
from understudy.contract import mediatype
from understudy.contract.body import Content
from understudy.contract.encoding import PLAIN
from understudy.contract.fields import Field
from understudy.contract.parameter import Parameter
from understudy.instance import small_instance
from understudy.types import JSON

BOUNDARY = "understudy-boundary"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form; with a filename it is a file."""

    name: str
    content: bytes
    filename: str | None = None
    media_type: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Its header fields beside Content-Disposition and Content-Type."""


def form(content: Content, value: Mapping[str, JSON]) -> list[Part]:
    """The parts of a form object, each property as its encoding says."""
    return [part for name, item in value.items() for part in member(content, name, item)]


def member(content: Content, name: str, value: JSON) -> Iterator[Part]:
    """The parts of one property of a form."""
    field, encoding = content.field.member(name), content.form_reader.encodings.get(name, PLAIN)
    headers = tuple(_header(one) for one in encoding.headers if one.required)
    if encoding.is_deep and isinstance(value, dict | list):
        texts = list(deep(name, value)) or [(name, "")]
    elif encoding.style and isinstance(value, dict) and encoding.explode:
        texts = [(key, text(item)) for key, item in value.items()]
    elif encoding.delimiter and isinstance(value, dict | list):
        texts = [(name, encoding.delimiter.join(map(text, _flat(value))))]
    else:
        for part in parts(field, name, value, encoding.media_type):
            yield replace(part, headers=headers)
        return
    yield from (Part(key, word.encode("utf-8", "surrogatepass"), headers=headers) for key, word in texts)


def _flat(value: dict[str, JSON] | list[JSON]) -> list[JSON]:
    return value if isinstance(value, list) else [word for pair in value.items() for word in pair]


def _header(header: Parameter) -> tuple[str, str]:
    [(_, value)] = pairs(header, small_instance(header.schema, b"sample"))
    return header.name, value


def parts(field: Field, name: str, value: JSON, media_type: str = "") -> Iterator[Part]:
    """The parts of one member of a form: a list as repeated parts, a file for what wants one."""
    for item in value if isinstance(value, list) else [value]:
        if field.is_binary or field.items.is_binary:
            yield _file(name, text(item).encode(), concrete(media_type or _declared(field) or "text/plain"))
        else:
            yield Part(name, text(item).encode("utf-8", "surrogatepass"), None, media_type or None)


def _declared(field: Field) -> str:
    """The media type that the schema of a file tells."""
    leaves = [leaf for one in (field, field.items) for leaf, _ in one.alternatives]
    return str(next((leaf["contentMediaType"] for leaf in leaves if "contentMediaType" in leaf), ""))


def _file(name: str, content: bytes, media_type: str) -> Part:
    shown = specimen(media_type)
    filename = f"{quote(name, safe='')}.{extension(media_type)}"
    return Part(name, content if shown is None else shown, filename, media_type)


def encoded(media_type: str, sent: Iterable[Part]) -> tuple[str, bytes]:
    """The Content-Type and the body of a form. A file has no place in a urlencoded one."""
    if mediatype.essence(media_type) == mediatype.URLENCODED:
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
    lines += [f"{name}: {value}" for name, value in part.headers]
    return "\r\n".join([*lines, "", ""]).encode() + part.content + b"\r\n"


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "")
