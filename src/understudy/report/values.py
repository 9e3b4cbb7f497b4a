"""Values of hostile documents and servers, made fit to be stored and shown."""

import json
import math
import re
from itertools import islice

from understudy.contract import jsontext
from understudy.types import JSON, File, Path

_MAX_VALUE = 4096
_MAX_DEPTH = 32
_RESERVED = "verdict"
"""The member that only findings have in a report."""

_SURROGATE = re.compile("[\ud800-\udfff]")
# Controls, what turns the direction of a line around, and what no eye sees.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


def stored(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot hold, told as `\\ud800`."""
    return _SURROGATE.sub(_told, text)


def visible(text: str) -> str:
    """The text with every character that hides or moves others told as `\\x1b` or `\\u202e`.

    What is left is legal in XML, in HTML and on a terminal; line feeds and tabs stay.
    """
    return _INVISIBLE.sub(_told, text.replace("\r\n", "\n"))


def _told(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


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


def pretty(value: JSON) -> str:
    """A value as a person reads it: JSON, indented where it has parts."""
    return visible(json.dumps(value, ensure_ascii=False, indent=2))


def body_text(body: bytes, limit: int) -> str:
    """A body as text of at most `limit` characters: JSON indented, bytes that are no text counted."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"{len(body)} bytes that are not text, from {body[:24].hex(' ')}"
    if len(body) <= 16 * limit:
        text = _indented(body, text)
    return visible(text if len(text) <= limit else text[:limit] + "…")


def _indented(body: bytes, text: str) -> str:
    try:
        value = jsontext.loads(body)
    except jsontext.JsonError:
        return text
    if not isinstance(value, dict | list):
        return text
    return json.dumps(json.loads(text), ensure_ascii=False, indent=2)


def dotted(path: Path) -> str:
    """A path in words: `evaluators.*.name`."""
    return ".".join(visible(str(token)) for token in path)
