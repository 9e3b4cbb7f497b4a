"""When two JSON values are the same: 1 and 1.0 are, 1 and true are not, the order of members is nothing."""

import json

from understudy.types import JSON


def canonical(value: JSON) -> str:
    """The same text for the same JSON value."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def kind_of(value: JSON) -> str:
    """`null`, `boolean`, `integer`, `fraction`, `string`, `array` or `object`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) or value.is_integer() else "fraction"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def copied(value: JSON) -> JSON:
    """The same value, made anew: who gets it may change it."""
    if isinstance(value, list):
        return [copied(item) for item in value]
    if isinstance(value, dict):
        return {name: copied(member) for name, member in value.items()}
    return value


def _plain(value: JSON) -> JSON:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return value
