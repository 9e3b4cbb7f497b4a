"""What a plain scalar means by the core schema of YAML 1.2, and which numbers can be held."""

import math
import re

from understudy.types import JSON

_WORDS: dict[str, JSON] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BASES = {"0o": 8, "0x": 16}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


class BadNumber(Exception):
    """A number that JSON or Python cannot hold; the argument is its text."""


def resolve(text: str) -> JSON:
    """A plain scalar by the core schema (YAML 1.2.2, section 10.3.2). Raises BadNumber."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return integer(text)
    return finite(text) if _FLOAT.fullmatch(text) else text


def integer(text: str) -> int:
    """The integer that a text writes. Raises BadNumber."""
    try:
        return int(text, _BASES.get(text[:2], 10))
    except ValueError:  # more digits than Python converts
        raise BadNumber(text) from None


def finite(text: str) -> float:
    """The finite number that a text writes. Raises BadNumber."""
    try:
        number = float(text)
    except ValueError:  # YAML's .inf and .nan
        raise BadNumber(text) from None
    if not math.isfinite(number):
        raise BadNumber(text)
    return number
