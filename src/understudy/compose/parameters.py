"""Parameters written in the form that their style gives (OpenAPI 3.1, section 4.8.12.3)."""

from collections.abc import Iterable, Iterator
from itertools import chain
from urllib.parse import quote

from understudy.contract import jsontext, mediatype
from understudy.contract.parameter import WHOLE_QUERY, Parameter
from understudy.contract.style import STYLES
from understudy.types import JSON

_COOKIE = "!#$'()*+-./:<=>?@[]^_`{|}~"
"""What stands in a cookie as it is; what separates cookies or their items does not."""

Pairs = tuple[tuple[str, str], ...]
"""A parameter as it is sent: a name and a text for each time. The text is on the wire as it stands: its words
are percent-encoded in a path, a query or a cookie, for its delimiters are not to be."""


def text(value: JSON) -> str:
    """A value as the text of a part or a parameter."""
    if value is None:
        return ""
    return value if isinstance(value, str) else jsontext.dumps(value).decode("utf-8", "surrogatepass")


def pairs(parameter: Parameter, value: JSON) -> Pairs:
    """A parameter's value in the wire form that its style gives."""
    name = parameter.name
    if parameter.style == WHOLE_QUERY:
        return _whole_query(parameter, value)
    if parameter.media_type is not None:
        return ((name, _placed(parameter, _content(parameter, value))),)
    if parameter.style == "deepObject" and isinstance(value, dict | list):
        return tuple((key, _placed(parameter, item)) for key, item in deep(name, value))
    if isinstance(value, dict):
        return _object(parameter, [(key, _placed(parameter, text(item))) for key, item in value.items()])
    if isinstance(value, list):
        return _array(parameter, [_placed(parameter, text(item)) for item in value])
    return ((name, _prefix(parameter) + _placed(parameter, text(value))),)


def _whole_query(parameter: Parameter, value: JSON) -> Pairs:
    """The members of a form, or one text without a name."""
    if mediatype.essence(parameter.media_type or "") not in mediatype.FORMS or not isinstance(value, dict):
        return (("", _placed(parameter, _content(parameter, value))),)
    return tuple(
        (name, _placed(parameter, item)) for key in value for name, item in _repeated(key, value[key])
    )


def _repeated(name: str, value: JSON) -> Iterator[tuple[str, str]]:
    for item in value if isinstance(value, list) else [value]:
        yield name, text(item)


def _content(parameter: Parameter, value: JSON) -> str:
    return jsontext.dumps(value).decode() if mediatype.is_json(parameter.media_type or "") else text(value)


def deep(name: str, value: JSON) -> Iterator[tuple[str, str]]:
    """A value spread over names with brackets, `name[a][0]`; what holds nothing is not told."""
    if not isinstance(value, dict | list):
        yield name, text(value)
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from deep(f"{name}[{key}]", item)


def _placed(parameter: Parameter, word: str) -> str:
    """A word with what would be taken for a delimiter escaped, where the place has a way to."""
    if parameter.location == "header" or parameter.style == "cookie":
        return word
    if parameter.location == "cookie":
        return quote(word, safe=_COOKIE)
    return quote(word, safe="").replace(".", "%2E" if parameter.style == "label" else ".")


def _joint(parameter: Parameter) -> str:
    """What stands between items without explode."""
    style = STYLES[parameter.style]
    return _placed(parameter, style.joint) if style.is_encoded else style.joint


def _array(parameter: Parameter, items: list[str]) -> Pairs:
    name = parameter.name
    if parameter.is_in_pairs:
        return tuple((name, item) for item in items)
    if parameter.explode and parameter.style == "matrix":
        return ((name, "".join(f";{_placed(parameter, name)}={item}" for item in items)),)
    joint = "." if parameter.explode and parameter.style == "label" else _joint(parameter)
    return ((name, _prefix(parameter) + joint.join(items)),)


def _object(parameter: Parameter, members: Iterable[tuple[str, str]]) -> Pairs:
    name = parameter.name
    if parameter.is_in_pairs:
        return tuple(members)
    written = [(_placed(parameter, key), item) for key, item in members]
    if not parameter.explode:
        return ((name, _prefix(parameter) + _joint(parameter).join(chain.from_iterable(written))),)
    style = STYLES[parameter.style]
    joint = style.exploded if parameter.location == "path" else ","
    return ((name, style.lead + joint.join(f"{key}={item}" for key, item in written)),)


def _prefix(parameter: Parameter) -> str:
    lead = STYLES[parameter.style].lead
    return f"{lead}{_placed(parameter, parameter.name)}=" if parameter.style == "matrix" else lead
