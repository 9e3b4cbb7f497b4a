"""A small valid request for an operation: only what the document requires, as a person would type it."""

import base64
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from understudy.contract import Operation, jsontext, mediatype
from understudy.contract.body import Content
from understudy.contract.formats import FORMATS
from understudy.contract.schema import Schema
from understudy.contract.security import Scheme
from understudy.synthesise import synthesise
from understudy.types import JSON, Request

_KEY = b"sample"
_BOUNDARY = "understudy"


def sample(operation: Operation, credentials: Mapping[str, str]) -> Request:
    """A valid request, with the credentials of the operation's first security alternative.

    credentials: by scheme name; a made-up one stands in for what is missing. Raises Unsatisfiable and
    DocumentError.
    """
    path, query, headers = operation.path, [], []
    for parameter in operation.parameters:
        text = _text(_instance(parameter.schema)) if parameter.required else ""
        if parameter.location == "path":
            path = path.replace("{" + parameter.name + "}", quote(text, safe=""))
        elif parameter.required and parameter.location == "query":
            query.append(f"{quote(parameter.name)}={quote(text)}")
        elif parameter.required and parameter.location == "header":
            headers.append((parameter.name.lower(), text))
    for scheme in operation.security[0] if operation.security else ():
        location, name, value = _credential(scheme, credentials.get(scheme.name))
        if location == "query":
            query.append(f"{quote(name)}={quote(value)}")
        else:
            headers.append((name, value))
    media_type, body = _body(operation)
    if media_type:
        headers.append(("content-type", media_type))
    return Request(operation.method, path, "&".join(query), tuple(headers), body)


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
    if scheme.location == "cookie":
        return "header", "cookie", f"{scheme.parameter}={value}"
    return scheme.location, scheme.parameter, value


def _body(operation: Operation) -> tuple[str, bytes]:
    """Media type and bytes of a small valid body; empty where the operation takes none."""
    for media_type, content in operation.request_contents.items():
        if mediatype.essence(media_type) == "multipart/form-data":
            return f"{media_type}; boundary={_BOUNDARY}", _multipart(content)
        if content.schema is not None and mediatype.is_json(media_type):
            return media_type, jsontext.dumps(_instance(content.schema))
    return "", b""


def _multipart(content: Content) -> bytes:
    value = _instance(content.schema) if content.schema else {}
    lines = [line for name, item in value.items() for line in _part(content, name, item)]
    return "\r\n".join([*lines, f"--{_BOUNDARY}--", ""]).encode()


def _part(content: Content, name: str, value: JSON) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        filename = f'; filename="{name}.txt"' if content.field.member(name).is_binary else ""
        yield f"--{_BOUNDARY}"
        yield f'Content-Disposition: form-data; name="{name}"{filename}'
        yield ""
        yield "sample" if filename else _text(item)


def _instance(schema: Schema) -> JSON:
    """A valid value with only the required properties where that is enough."""
    node = schema.node
    if isinstance(node, dict) and isinstance(node.get("properties"), dict):
        required = node.get("required", ())
        kept = {name: value for name, value in node["properties"].items() if name in required}
        small = {**schema.bundle, **node, "properties": kept, "additionalProperties": False}
        small.pop("$ref", None)
        value = synthesise(small, _KEY, formats=FORMATS)
        if schema.is_valid(value):
            return value
    return synthesise(schema.bundle, _KEY, formats=FORMATS)


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else jsontext.dumps(value).decode()
