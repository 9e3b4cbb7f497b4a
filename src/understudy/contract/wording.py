"""Violations in plain words: what was expected, and what was there instead."""

import json
from collections.abc import Callable
from types import MappingProxyType

from understudy.types import JSON

_MAX_SHOWN = 80

_TYPES = MappingProxyType(
    {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number"}
)


def shown(value: JSON) -> str:
    """A value short enough for a sentence."""
    if isinstance(value, dict | list) and len(value) > 8:
        return f"{'an object' if isinstance(value, dict) else 'an array'} of {len(value)}"
    if isinstance(value, str):
        value = value[: _MAX_SHOWN + 1]
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"


def type_name(value: JSON) -> str:
    """The JSON Schema type of a value."""
    return _TYPES.get(type(value), "null")


def describe(rule: str, expected: JSON, got: JSON, member: tuple[str | int, ...]) -> str:
    """One sentence for a failed keyword."""
    if member:
        return _MEMBER_WORDS.get(rule, "{} does not fit").format(shown(member[0]))
    words = _WORDS.get(rule)
    wanted = words(expected) if words else f"must satisfy `{rule}`"
    return f"{wanted}, got {_found(rule, got)}"


def _found(rule: str, got: JSON) -> str:
    if rule in ("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"):
        return str(len(got))
    if rule == "type":
        return f"{type_name(got)} {shown(got)}" if got is not None else "null"
    return shown(got)


_MEMBER_WORDS = MappingProxyType(
    {
        "required": "{} is missing",
        "dependentRequired": "{} is missing",
        "additionalProperties": "{} is not a property of this object",
        "unevaluatedProperties": "{} is not a property of this object",
    }
)

_WORDS: MappingProxyType[str, Callable[[JSON], str]] = MappingProxyType(
    {
        "type": lambda wanted: (
            f"must be of type {' or '.join(wanted) if isinstance(wanted, list) else wanted}"
        ),
        "format": lambda name: f"must be a {name}",
        "const": lambda value: f"must be {shown(value)}",
        "enum": lambda values: f"must be one of {', '.join(shown(value) for value in values[:20])}",
        "pattern": lambda pattern: f"must match {pattern}",
        "minimum": lambda bound: f"must be {bound} or more",
        "maximum": lambda bound: f"must be {bound} or less",
        "exclusiveMinimum": lambda bound: f"must be more than {bound}",
        "exclusiveMaximum": lambda bound: f"must be less than {bound}",
        "multipleOf": lambda step: f"must be a multiple of {step}",
        "minLength": lambda bound: f"must have at least {bound} characters",
        "maxLength": lambda bound: f"must have at most {bound} characters",
        "minItems": lambda bound: f"must have at least {bound} items",
        "maxItems": lambda bound: f"must have at most {bound} items",
        "minProperties": lambda bound: f"must have at least {bound} properties",
        "maxProperties": lambda bound: f"must have at most {bound} properties",
        "uniqueItems": lambda _: "must have no item twice",
        "contains": lambda _: "must contain an item that fits",
        "not": lambda _: "must not be what the document excludes",
        "false schema": lambda _: "must not be there",
        "anyOf": lambda branches: f"must fit one of {len(branches)} alternatives",
        "oneOf": lambda branches: f"must fit exactly one of {len(branches)} alternatives",
    }
)
