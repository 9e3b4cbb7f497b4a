"""A small valid request for an operation: only what the document requires, as a person would type it."""

import base64
from collections.abc import Mapping
from urllib.parse import quote

from understudy.compose.draft import valid_draft
from understudy.contract import Operation
from understudy.contract.parameter import Parameter
from understudy.contract.schema import Schema
from understudy.contract.security import Scheme
from understudy.instance import instance, small_instance
from understudy.types import JSON, Request

_KEY = b"sample"


def sample(operation: Operation, credentials: Mapping[str, str]) -> Request:
    """A valid request, with the credentials of the operation's first security alternative.

    credentials: by scheme name; a made-up one stands in for what is missing. Raises Unsatisfiable and
    DocumentError.
    """
    schemes = operation.security[0] if operation.security else ()
    draft = valid_draft(operation, _small, argument=_argument, schemes=schemes)
    for scheme in schemes:
        location, name, value = _credential(scheme, credentials.get(scheme.name))
        draft = draft.setting(location, name, ((name, value),))
    return draft.request()


def _small(schema: Schema) -> JSON:
    return small_instance(schema, _KEY)


def _argument(parameter: Parameter) -> JSON:
    """The value of a parameter: in a path a name that suits it, and nothing empty where that goes unsent."""
    name = parameter.name
    if parameter.location == "path" and name.lower().endswith("name"):
        name = "slug"
    value = small_instance(parameter.schema, _KEY, name)
    unsaid: tuple[JSON, ...] = ("", [], {}) if parameter.location == "path" else ([], {})
    return instance(parameter.schema, _KEY, name=name) if value in unsaid else value


def _credential(scheme: Scheme, value: str | None) -> tuple[str, str, str]:
    """Where a credential goes: location, name and text."""
    if scheme.kind == "basic":
        word = base64.b64encode((value or "demo:demo").encode()).decode()
        return "header", "authorization", f"Basic {word}"
    value = value or "demo"
    if scheme.kind != "apiKey":
        return "header", "authorization", f"{scheme.kind.capitalize()} {value}"
    return scheme.location, scheme.parameter, quote(value, safe="") if scheme.location == "query" else value
