"""Values of hostile documents and servers, made fit to be stored and shown."""

import json
import math
from itertools import islice

from understudy.html.text import stored
from understudy.types import JSON, File

_MAX_VALUE = 4096
_MAX_DEPTH = 32
_RESERVED = "verdict"
"""The member that only findings have in a report."""


def plain(value: JSON) -> JSON:
    """A value as JSON that can be stored: no file, no bytes, no NaN, no lone surrogate, no great size.

    One that is too large, or that has a member of the reserved name, is told as the text of its JSON.
    """
    found = _plain(value, 0)
    text = json.dumps(found, ensure_ascii=False)
    if len(text) <= _MAX_VALUE and not _has_reserved(found):
        return found
    if isinstance(found, str):
        return f"{found[:_MAX_VALUE]}… ({len(found)} characters)"
    return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}…"


def _plain(value: JSON, depth: int) -> JSON:
    match value:
        case None | bool():
            return value
        case int():
            return value if abs(value) < 10**400 else "an integer of more than 400 digits"
        case float():
            return value if math.isfinite(value) else str(value)
        case str():
            return stored(value)
        case bytes():
            return stored(value.decode("utf-8", "replace"))
        case File():
            return f"a file {stored(value.filename)!r} of {len(value.content)} bytes"
        case dict() | list() | tuple():
            return _plain_container(value, depth)
        case _:
            return stored(str(value))


def _plain_container(value: JSON, depth: int) -> JSON:
    if depth == _MAX_DEPTH:
        return "…"
    if isinstance(value, dict):
        members = islice(value.items(), _MAX_VALUE)
        return {stored(str(name)): _plain(item, depth + 1) for name, item in members}
    return [_plain(item, depth + 1) for item in islice(value, _MAX_VALUE)]


def _has_reserved(value: JSON) -> bool:
    if isinstance(value, dict):
        return _RESERVED in value or any(_has_reserved(item) for item in value.values())
    return isinstance(value, list) and any(_has_reserved(item) for item in value)
