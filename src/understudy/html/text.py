"""Texts of hostile documents, clients and servers, made fit to be shown."""

import json
import re

from understudy.contract import jsontext
from understudy.types import JSON, Path

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
