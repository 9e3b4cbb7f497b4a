"""Bodies written by their media type."""

from collections.abc import Callable

from understudy.compose.forms import encoded, form
from understudy.contract import Operation, jsontext, mediatype
from understudy.contract.body import Content
from understudy.contract.schema import Schema
from understudy.types import JSON

Maker = Callable[[Schema], JSON]
"""Makes a valid value of a schema. Raises Unsatisfiable and DocumentError."""


def writable(operation: Operation) -> list[Content]:
    """The declared media types in which a body can be written."""
    return [content for name, content in operation.request_contents.items() if _is_writable(name, content)]


def _is_writable(media_type: str, content: Content) -> bool:
    if mediatype.is_json(media_type) or mediatype.essence(media_type) in mediatype.FORMS:
        return content.schema is not None
    takes_text = content.schema is None or not content.field.types or "string" in content.field.types
    return takes_text and "*" not in media_type


def valid_body(content: Content, make: Maker) -> tuple[str, bytes]:
    """The Content-Type and a body with the value that `make` gives. Raises as `make` does."""
    return written(content, make(content.schema) if content.schema else "sample")


def written(content: Content, value: JSON) -> tuple[str, bytes]:
    """The Content-Type and the body that carry a value."""
    if mediatype.is_json(content.media_type):
        return content.media_type, jsontext.dumps(value)
    if mediatype.essence(content.media_type) in mediatype.FORMS:
        return encoded(content.media_type, form(content.field, value))
    return content.media_type, value.encode() if isinstance(value, str) else jsontext.dumps(value)
