"""JSON text (RFC 8259), read strictly and written canonically.

Refused beyond the grammar: NaN and Infinity, numbers that no double holds, duplicate member names, lone
surrogates, a byte order mark, any encoding but UTF-8, and nesting deeper than `MAX_DEPTH`. What means the
same is read the same: numbers by value (1.0 is the integer 1, as JSON Schema has it), members in the
order of their names.
"""

import json
import math
import re
from itertools import pairwise
from operator import itemgetter
from typing import NoReturn

import orjson

from understudy.types import JSON

MAX_DEPTH = 250  # jsonschema-rs stops at 255
_NAME = itemgetter(0)
_WHOLE_FLOATS = (b".0,", b".0]", b".0}", b"e+")
"""What is in a text that holds a float without a fraction, as orjson writes it."""
_MAX_DIGITS = 400  # beyond any double, and quadratic to convert


class JsonError(ValueError):
    """The text is not JSON as read here. `offset` counts characters from the start of the text."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


def loads(text: bytes) -> JSON:
    """The value that `text` stands for. Raises JsonError."""
    return read(text)[0]


def read(text: bytes) -> tuple[JSON, bytes]:
    """The value that `text` stands for, and its canonical text. Raises JsonError."""
    return _read_quickly(text) or _read_strictly(text)


def _read_quickly(text: bytes) -> tuple[JSON, bytes] | None:
    """The same from a parser that is three times as fast; None where it may read it otherwise or not at all.

    It keeps the last of two members with one name, whose quotes then are missing in what it writes; it reads
    1.0, 1e3 and integers beyond 64 bits as floats, and lets no lone surrogate through but by an escape.
    """
    try:
        value = orjson.loads(text)
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, TypeError):
        return None
    if not isinstance(value, dict | list) or text.count(b'"') != written.count(b'"') or b"\\u" in text:
        return None
    if any(mark in written for mark in _WHOLE_FLOATS) or _may_be_deep(text):
        return None
    return orjson.loads(written), written


def _read_strictly(text: bytes) -> tuple[JSON, bytes]:
    value = _strict_value(text)
    return value, canonical(value)


def _strict_value(text: bytes) -> JSON:
    source = _decode(text)
    if _may_be_deep(text):
        _check_depth(source)
    try:
        value = _DECODER.decode(source)
    except json.JSONDecodeError as error:
        raise JsonError(error.msg, error.pos) from None
    if "\\u" in source:
        _check_surrogates(value)
    return value


def _may_be_deep(text: bytes) -> bool:
    return text.count(b"[") + text.count(b"{") > MAX_DEPTH


def dumps(value: JSON) -> bytes:
    """Compact UTF-8 JSON, members in the order they have."""
    try:
        return orjson.dumps(value)
    except TypeError:  # integers beyond 64 bits
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def canonical(value: JSON) -> bytes:
    """The same bytes for equal values, in whatever order their members came."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _decode(text: bytes) -> str:
    try:
        source = text.decode()
    except UnicodeDecodeError as error:
        raise JsonError("Not UTF-8", error.start) from None
    if source.startswith("\ufeff"):
        raise JsonError("Unexpected byte order mark")
    return source


_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def _check_depth(source: str) -> None:
    depth = 0
    for token in _STRUCTURE.finditer(source):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        if depth > MAX_DEPTH:
            raise JsonError(f"Nested deeper than {MAX_DEPTH} levels", token.start())


def _check_surrogates(value: JSON) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise JsonError("Lone surrogate in a string") from None


def _members(pairs: list[tuple[str, JSON]]) -> JSON:
    pairs.sort(key=_NAME)
    value = dict(pairs)
    if len(value) < len(pairs):
        twice = next(first for (first, _), (second, _) in pairwise(pairs) if first == second)
        raise JsonError(f"Duplicate member {json.dumps(twice)}")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(f"{name} is not JSON")


def _number(digits: str) -> float | int:
    number = float(digits)
    if math.isinf(number):
        raise JsonError("Number out of range")
    return int(number) if number.is_integer() else number


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise JsonError("Number out of range")
    return int(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_constant=_refuse_constant, parse_float=_number, parse_int=_integer
)
