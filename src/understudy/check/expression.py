"""Runtime expressions: values that a link takes out of an exchange (OpenAPI 3.1, section 4.8.20.4)."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from understudy.contract import Operation, jsontext, pointer
from understudy.types import JSON, Request, Response

_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Told:
    """An exchange to take values from."""

    operation: Operation
    path_parameters: dict[str, str]
    request: Request
    response: Response
    base: str = ""
    """What the path of the request is appended to in its URL."""


def expressions(template: JSON) -> Iterator[str]:
    """The expressions that stand in a value: a whole text, or in braces inside one."""
    if isinstance(template, dict):
        for item in template.values():
            yield from expressions(item)
    elif isinstance(template, list):
        for item in template:
            yield from expressions(item)
    elif isinstance(template, str):
        yield from [template] if template.startswith("$") else _EMBEDDED.findall(template)


def filled(template: JSON, value: Callable[[str], JSON]) -> JSON:
    """The template with the values of its expressions: a whole text becomes the value, else a part of it."""
    if isinstance(template, dict):
        return {name: filled(item, value) for name, item in template.items()}
    if isinstance(template, list):
        return [filled(item, value) for item in template]
    if not isinstance(template, str):
        return template
    if template.startswith("$"):
        return value(template)
    return _EMBEDDED.sub(lambda found: _text(value(found[1])), template)


def evaluate(expression: str, told: Told) -> JSON:
    """The value of an expression. Raises LookupError where the exchange has none."""
    request = told.request
    match expression:
        case "$url":
            return told.base + request.path + (f"?{request.query}" if request.query else "")
        case "$method":
            return request.method
        case "$statusCode":
            return told.response.status
    side, _, source = expression.partition(".")
    place, _, name = source.partition(".")
    if side not in ("$request", "$response"):
        raise LookupError(expression)
    if source.partition("#")[0] == "body":
        return pointer.walk(_body(side, told), pointer.tokens(source.partition("#")[2]))
    if place == "header":
        return dict((request if side == "$request" else told.response).headers)[name.lower()]
    if side == "$request" and place == "path":
        return unquote(told.path_parameters[name])
    if side == "$request" and place == "query":
        return dict(parse_qsl(request.query, keep_blank_values=True))[name]
    raise LookupError(expression)


def _body(side: str, told: Told) -> JSON:
    if side == "$request":
        return told.operation.read(told.request, told.path_parameters).body
    try:
        return jsontext.loads(told.response.body)
    except jsontext.JsonError:
        return told.response.body.decode("utf-8", "replace")


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else jsontext.dumps(value).decode()
