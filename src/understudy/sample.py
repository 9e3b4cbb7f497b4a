"""A small valid request for an operation: only what the document requires, as a person would type it."""

import base64
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode

from understudy.contract import Operation, jsontext, mediatype
from understudy.contract.body import Content
from understudy.contract.parameter import LOCATIONS, Parameter
from understudy.contract.security import Scheme
from understudy.instance import small_instance
from understudy.types import JSON, Request

_KEY = b"sample"
_BOUNDARY = "understudy"
# Prefix and separator of the exploded form; what is not named here is joined by commas.
_MARKS = {
    "label": (".", "."),
    "matrix": (";", ";"),
    "spaceDelimited": ("", " "),
    "pipeDelimited": ("", "|"),
}


def sample(operation: Operation, credentials: Mapping[str, str]) -> Request:
    """A valid request, with the credentials of the operation's first security alternative.

    credentials: by scheme name; a made-up one stands in for what is missing. Raises Unsatisfiable and
    DocumentError.
    """
    path = operation.path
    sent: dict[str, list[tuple[str, str]]] = {location: [] for location in LOCATIONS}
    for parameter in operation.parameters:
        if parameter.required:
            sent[parameter.location] += _pairs(
                parameter, small_instance(parameter.schema, _KEY, _name(parameter))
            )
    for scheme in operation.security[0] if operation.security else ():
        location, name, value = _credential(scheme, credentials.get(scheme.name))
        sent[location].append((name, value))
    for name, text in sent["path"]:
        path = path.replace("{" + name + "}", quote(text, safe=",;="))
    headers = [(name.lower(), text) for name, text in sent["header"]]
    if sent["cookie"]:
        headers.append(("cookie", "; ".join(f"{name}={text}" for name, text in sent["cookie"])))
    media_type, body = _body(operation)
    if media_type:
        headers.append(("content-type", media_type))
    return Request(operation.method, path, urlencode(sent["query"], quote_via=quote), tuple(headers), body)


def _name(parameter: Parameter) -> str:
    """What its value is called: a name in a path is one that suits a path."""
    is_name = parameter.location == "path" and parameter.name.lower().endswith("name")
    return "slug" if is_name else parameter.name


def _pairs(parameter: Parameter, value: JSON) -> list[tuple[str, str]]:
    """The names and texts that carry the value of a parameter, by its style (OpenAPI 3.1, 4.8.12)."""
    name = parameter.name
    if parameter.media_type is not None:
        is_json = mediatype.is_json(parameter.media_type)
        return [(name, jsontext.dumps(value).decode() if is_json else _text(value))]
    if parameter.style == "deepObject" and isinstance(value, dict):
        return [(f"{name}[{key}]", _text(item)) for key, item in value.items()]
    if parameter.style not in ("form", "spaceDelimited", "pipeDelimited") or not parameter.explode:
        return [(name, _joined(parameter, value))]
    if isinstance(value, dict):
        return [(key, _text(item)) for key, item in value.items()]
    return [(name, _text(item)) for item in (value if isinstance(value, list) else [value])]


def _joined(parameter: Parameter, value: JSON) -> str:
    """A value as one text, in a style that is not spread over several pairs."""
    prefix, separator = _MARKS.get(parameter.style, ("", ","))
    named = parameter.name + "=" if parameter.style == "matrix" else ""
    if not isinstance(value, dict | list):
        return prefix + named + _text(value)
    if not parameter.explode:
        flat = [part for pair in value.items() for part in pair] if isinstance(value, dict) else value
        delimiter = "," if prefix else separator
        return prefix + named + delimiter.join(map(_text, flat))
    if isinstance(value, dict):
        return prefix + separator.join(f"{key}={_text(item)}" for key, item in value.items())
    return prefix + separator.join(named + _text(item) for item in value)


def _credential(scheme: Scheme, value: str | None) -> tuple[str, str, str]:
    """Where a credential goes: location, name and text."""
    if scheme.kind == "basic":
        return (
            "header",
            "authorization",
            "Basic " + base64.b64encode((value or "demo:demo").encode()).decode(),
        )
    value = value or "demo"
    if scheme.kind != "apiKey":
        return "header", "authorization", f"{scheme.kind.capitalize()} {value}"
    return scheme.location, scheme.parameter, value


def _body(operation: Operation) -> tuple[str, bytes]:
    """Media type and bytes of a small valid body; empty where the operation takes none."""
    for media_type, content in operation.request_contents.items():
        if mediatype.essence(media_type) == "multipart/form-data":
            return f"{media_type}; boundary={_BOUNDARY}", _multipart(content)
        if mediatype.essence(media_type) == "application/x-www-form-urlencoded":
            return media_type, _urlencoded(content)
        if content.schema is not None and mediatype.is_json(media_type):
            return media_type, jsontext.dumps(small_instance(content.schema, _KEY))
    return "", b""


def _urlencoded(content: Content) -> bytes:
    value = small_instance(content.schema, _KEY) if content.schema else {}
    pairs = {name: item if isinstance(item, list) else [item] for name, item in value.items()}
    return urlencode([(name, _text(item)) for name, items in pairs.items() for item in items]).encode()


def _multipart(content: Content) -> bytes:
    value = small_instance(content.schema, _KEY) if content.schema else {}
    lines = [line for name, item in value.items() for line in _part(content, name, item)]
    return "\r\n".join([*lines, f"--{_BOUNDARY}--", ""]).encode()


def _part(content: Content, name: str, value: JSON) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        filename = f'; filename="{name}.txt"' if content.field.member(name).is_binary else ""
        yield f"--{_BOUNDARY}"
        yield f'Content-Disposition: form-data; name="{name}"{filename}'
        yield ""
        yield "sample" if filename else _text(item)


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else jsontext.dumps(value).decode()
