"""Valid requests of an operation, to be sent as they are or varied."""

from understudy.check.spots import Maker, full_value
from understudy.check.wire import Draft, Pairs, encoded, form, pairs
from understudy.contract import Operation, jsontext, mediatype
from understudy.contract.body import Content
from understudy.contract.parameter import Parameter
from understudy.types import JSON


def valid_draft(operation: Operation, make: Maker, *, optional: bool = False) -> Draft:
    """A valid request by the values that `make` gives. Raises Unsatisfiable and DocumentError."""
    sent: dict[tuple[str, str], Pairs] = {}
    for parameter in own_parameters(operation):
        if parameter.required or optional:
            # The least value may be an empty one, and a path has no place for that.
            value = (full_value if parameter.location == "path" else make)(parameter.schema)
            sent[parameter.location, parameter.name] = pairs(parameter, value)
    draft = Draft(operation, sent)
    content = next(iter(writable(operation)), None)
    return draft.carrying(*written(content, make)) if content else draft


def own_parameters(operation: Operation) -> list[Parameter]:
    """The parameters that are not a security scheme's."""
    schemes = [scheme for alternative in operation.security for scheme in alternative]
    secret = {(scheme.location, scheme.parameter.lower()) for scheme in schemes}
    return [one for one in operation.parameters if (one.location, one.name.lower()) not in secret]


def writable(operation: Operation) -> list[Content]:
    """The declared media types in which a body can be written."""
    return [content for name, content in operation.request_contents.items() if _is_writable(name, content)]


def _is_writable(media_type: str, content: Content) -> bool:
    if mediatype.is_json(media_type) or mediatype.essence(media_type) in mediatype.FORMS:
        return content.schema is not None
    takes_text = content.schema is None or not content.field.types or "string" in content.field.types
    return takes_text and "*" not in media_type


def written(content: Content, make: Maker) -> tuple[str, bytes]:
    """The Content-Type and the body with the value that `make` gives."""
    value: JSON = make(content.schema) if content.schema else "sample"
    if mediatype.is_json(content.media_type):
        return content.media_type, jsontext.dumps(value)
    if mediatype.essence(content.media_type) in mediatype.FORMS:
        return encoded(content.media_type, form(content.field, value))
    return content.media_type, value.encode() if isinstance(value, str) else jsontext.dumps(value)
