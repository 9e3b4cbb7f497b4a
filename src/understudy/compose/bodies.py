"""Bodies written by their media type."""

from collections.abc import Callable

from understudy.compose.forms import encoded, form
from understudy.compose.specimens import concrete, specimen
from understudy.contract import Operation, jsontext, mediatype, xmltext, yamltext
from understudy.contract import sequence as sequences
from understudy.contract.body import Content
from understudy.contract.schema import Schema
from understudy.errors import Unsatisfiable
from understudy.types import JSON

Maker = Callable[[Schema], JSON]
"""Makes a valid value of a schema. Raises Unsatisfiable and DocumentError."""

_SHAPELESS = frozenset(
    ("type", "format", "title", "description", "contentMediaType", "minLength", "maxLength", "nullable")
)
"""What a schema of a text may say without saying what stands in it."""


def preferred(operation: Operation) -> Content | None:
    """The declared content that is easiest to write and to read, JSON or a form, else the first one."""
    contents = list(operation.request_contents.values())
    return next((one for one in contents if one.kind() in ("json", "form")), next(iter(contents), None))


def valid_body(content: Content, *makers: Maker) -> tuple[str, bytes]:
    """The Content-Type and a body with the value that a maker gives; of items one by each maker.

    Raises Unsatisfiable and DocumentError.
    """
    media_type = concrete(content.media_type)
    return written(content, valid_value(content, media_type, *makers), media_type)


def valid_value(content: Content, media_type: str, *makers: Maker) -> JSON:
    """What a body of a media type may hold; bytes where it is no data. Raises as the makers do."""
    kind = content.kind(media_type)
    if kind in mediatype.SEQUENCES and not content.items.is_text:
        return _items(content, makers)
    if kind in ("text", "binary") or content.is_text or content.schema is None:
        shown = specimen(media_type)
        if shown is not None and _is_shapeless(content) and not content.read(media_type, shown).violations:
            return shown
    if content.schema is None:
        return "sample" if kind in ("text", "binary") else {}
    value = makers[0](content.schema)
    if kind == "form" and content.has_parts and not isinstance(value, dict):
        return {"name": value}  # a schema that says nothing: whatever is sent in a form has a name
    return value


def _is_shapeless(content: Content) -> bool:
    return content.schema is None or content.node.keys() <= _SHAPELESS


def _items(content: Content, makers: tuple[Maker, ...]) -> JSON:
    items = content.items
    if items.is_list and content.schema:
        return makers[0](content.schema)
    if items.schema is None:
        return [{"index": index} for index, _ in enumerate(makers)]
    return [make(items.schema) for make in makers]


def written(content: Content, value: JSON, media_type: str = "") -> tuple[str, bytes]:
    """The Content-Type and the body that carry a value. Raises Unsatisfiable where it cannot be written so.

    media_type: which one where several are declared in one key, or a range.
    """
    media_type = media_type or concrete(content.media_type)
    kind = content.kind(media_type)
    if isinstance(value, bytes):
        return media_type, value
    if kind == "json":
        return media_type, jsontext.dumps(value)
    if kind == "form" and isinstance(value, dict):
        return encoded(media_type, form(content, value))
    if isinstance(value, str):
        return media_type, value.encode("latin-1" if kind == "binary" and _is_latin(value) else "utf-8")
    if kind in mediatype.SEQUENCES and isinstance(value, list):
        told = map(content.items.event, value) if kind == "events" else value
        return media_type, sequences.written(kind, list(told))
    if kind == "xml" and content.schema is not None:
        return media_type, _xml(content, value)
    return media_type, yamltext.dumps(value) if kind == "yaml" else jsontext.dumps(value)


def _xml(content: Content, value: JSON) -> bytes:
    try:
        return xmltext.dumps(value, content.field)
    except xmltext.XmlError as error:
        raise Unsatisfiable(content.pointer, f"no value of it can be written as XML: {error}") from None


def _is_latin(text: str) -> bool:
    return all(character <= "\xff" for character in text)
