"""Parameters written in the form that their style gives (OpenAPI 3.1, section 4.8.12.3)."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from understudy.contract import jsontext, mediatype
from understudy.contract.encoding import DELIMITERS
from understudy.contract.parameter import Parameter
from understudy.types import JSON

Pairs = tuple[tuple[str, str], ...]
"""A parameter as it is sent: a name and a text for each time. In a path the text is percent-encoded, for its
delimiters are not to be; elsewhere it is not yet."""


def text(value: JSON) -> str:
    """A value as the text of a part or a parameter."""
    if value is None:
        return ""
    return value if isinstance(value, str) else jsontext.dumps(value).decode("utf-8", "surrogatepass")


def pairs(parameter: Parameter, value: JSON) -> Pairs:
    """A parameter's value in the wire form that its style gives."""
    name = parameter.name
    if parameter.media_type is not None:
        whole = jsontext.dumps(value).decode() if mediatype.is_json(parameter.media_type) else text(value)
        return ((name, _placed(parameter, whole)),)
    if parameter.style == "deepObject" and isinstance(value, dict | list):
        return tuple(deep(name, value))
    if isinstance(value, dict):
        return _object(parameter, [(key, _placed(parameter, text(item))) for key, item in value.items()])
    if isinstance(value, list):
        return _array(parameter, [_placed(parameter, text(item)) for item in value])
    return ((name, _prefix(parameter) + _placed(parameter, text(value))),)


def deep(name: str, value: JSON) -> Iterator[tuple[str, str]]:
    """A value spread over names with brackets, `name[a][0]`; what holds nothing is not told."""
    if not isinstance(value, dict | list):
        yield name, text(value)
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from deep(f"{name}[{key}]", item)


def _placed(parameter: Parameter, word: str) -> str:
    """A word with what would be taken for a delimiter escaped, where the place has a way to."""
    return quote(word, safe="") if parameter.location == "path" else word


def _array(parameter: Parameter, items: list[str]) -> Pairs:
    name = parameter.name
    if parameter.location in ("query", "cookie"):
        if parameter.explode:
            return tuple((name, item) for item in items)
        return ((name, DELIMITERS.get(parameter.style, ",").join(items)),)
    if parameter.explode and parameter.style == "matrix":
        return ((name, "".join(f";{name}={item}" for item in items)),)
    delimiter = "." if parameter.explode and parameter.style == "label" else ","
    return ((name, _prefix(parameter) + delimiter.join(items)),)


def _object(parameter: Parameter, members: Iterable[tuple[str, str]]) -> Pairs:
    name = parameter.name
    if parameter.location in ("query", "cookie") and parameter.explode:
        return tuple(members)
    if not parameter.explode:
        delimiter = DELIMITERS.get(parameter.style, ",")
        return ((name, _prefix(parameter) + delimiter.join(word for member in members for word in member)),)
    delimiter = {"label": ".", "matrix": ";"}.get(parameter.style, ",")
    lead = delimiter if parameter.style in ("label", "matrix") else ""
    return ((name, lead + delimiter.join(f"{key}={item}" for key, item in members)),)


def _prefix(parameter: Parameter) -> str:
    return {"label": ".", "matrix": f";{parameter.name}="}.get(parameter.style, "")
