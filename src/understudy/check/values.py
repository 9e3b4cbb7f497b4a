"""The values on which real services trip, by what a schema wants; whether it allows them is not said here."""

import json
import re
from collections.abc import Iterator
from itertools import islice

from understudy.contract import jsontext
from understudy.contract.fields import Field
from understudy.types import JSON

UNKNOWN = "understudy_unknown"
ASTRAL = "\U0001f3ad \U00010348"
LARGEST = 1.7976931348623157e308
_MAX_LENGTH = 100_000
_MAX_ITEMS = 1_000

UUIDS = (
    "8E7C2F0A-6F4E-4D2B-9A55-3F1C0B7D9E21",
    "urn:uuid:8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21",
    "{8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21}",
    "8e7c2f0a6f4e4d2b9a553f1c0b7d9e21",
    "8e7c2f0a-6f4e-1d2b-9a55-3f1c0b7d9e21",
    "8e7c2f0a-6f4e-7d2b-9a55-3f1c0b7d9e21",
    "8e7c2f0a-6f4e-4d2b-ca55-3f1c0b7d9e21",
    "00000000-0000-0000-0000-000000000000",
    "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e2",
    "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e2g",
    "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21-tail",
    "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21\n",
    "not-a-uuid",
)
"""Upper case, URN, braces, bare; versions 1 and 7, Microsoft's variant, nil; a digit short, one that is no
digit, a tail, a line feed; no UUID."""

_FORMATS: dict[str, tuple[str, ...]] = {
    "uuid": UUIDS,
    "uuid4": UUIDS,
    "date-time": (
        "2024-05-06T07:08:09+05:30",
        "2024-05-06T07:08:09-08:00",
        "2024-05-06T07:08:09",
        "2016-12-31T23:59:60Z",
        "2024-05-06t07:08:09z",
        "2024-05-06T07:08:09.123456789Z",
        "2024-02-30T07:08:09Z",
        "2024-13-06T07:08:09Z",
        "2024-05-06T25:08:09Z",
        "2024-05-06 07:08:09Z",
        "1714979289",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2024-05-06",
        "yesterday",
    ),
    "date": ("2024-02-29", "2023-02-29", "2024-05-06T07:08:09Z", "0001-01-01", "yesterday"),
    "time": ("07:08:09Z", "07:08:09+05:30", "07:08:09", "23:59:60Z", "25:00:00Z"),
    "email": ("a@example.com", "@example.com", "a@b@example.com", "nobody"),
    "uri": ("https://example.com/a?b=c#d", "mailto:a@example.com", "/relative", "http://[::1"),
    "ipv4": ("127.0.0.1", "256.0.0.1", "1.2.3"),
    "ipv6": ("::1", "::g", "127.0.0.1"),
}
_INTEGERS: tuple[JSON, ...] = (
    *(0, -1, 1, 1.0, 1.5, -0.0, 2**31, -(2**31) - 1, 2**53 + 1, 2**63, -(2**63) - 1, 10**30),
)
_NUMBERS: tuple[JSON, ...] = (*(0, -0.0, -1, 1, 1.0, 0.1, 2**31, 2**63, 10**30, LARGEST, -LARGEST, 5e-324),)
_TEXTS = (
    *("", " ", ASTRAL, "nul \0 inside", "line\r\nbreak \"quoted\" 'too'"),
    *("{open %s ${x} <b> \\", "long " * 1000),
)
_COUNTS = (2, 3, 101)
_DEPTH = 64
_MIXED: JSON = {"yes": True, "half": 0.5, "list": [None, {}], "map": {"key": None}}
_ANYTHING: tuple[JSON, ...] = ("text", 0, 0.5, True, [], {}, None)


def special(field: Field, value: JSON) -> Iterator[JSON]:
    """Values of the types that a schema takes, at its bounds and at everybody's; `value` is a valid one."""
    yield None
    if not field.types:
        yield from _ANYTHING
    for leaf, _ in field.alternatives:
        yield from _told(leaf)
        for kind in _kinds(leaf):
            yield from _of_type(kind, leaf, value)


def wrong(field: Field) -> Iterator[JSON]:
    """One value of each JSON type that a schema does not take, the one likeliest to slip by."""
    types = field.types
    if not types:
        return
    if "string" not in types:
        yield "true" if "boolean" in types else "1" if types & {"integer", "number"} else "text"
    if not types & {"integer", "number"}:
        yield 0 if "boolean" in types else 7
    if "number" not in types:
        yield 0.5
    if "boolean" not in types:
        yield True
    if "array" not in types:
        yield []
    if "object" not in types:
        yield {}


def _told(leaf: dict[str, JSON]) -> Iterator[JSON]:
    """The values that the schema itself names, and each enum's near misses."""
    named = [leaf["const"]] if "const" in leaf else leaf.get("enum") or []
    yield from islice(named, 50)
    texts = [name for name in named[:1] if isinstance(name, str)]
    yield from (variant for name in texts for variant in (name.swapcase(), name + " ", "", UNKNOWN))
    if "default" in leaf:
        yield leaf["default"]
    yield from islice(leaf.get("examples") or (), 5)


def _kinds(leaf: dict[str, JSON]) -> list[str]:
    declared = leaf.get("type", [])
    if declared:
        return [declared] if isinstance(declared, str) else list(declared)
    if "properties" in leaf or "additionalProperties" in leaf:
        return ["object"]
    return ["array"] if "items" in leaf or "prefixItems" in leaf else []


def _of_type(kind: str, leaf: dict[str, JSON], value: JSON) -> Iterator[JSON]:
    named = "enum" in leaf or "const" in leaf
    match kind:
        case "string" if not named:
            yield from _texts(leaf, value)
        case "integer":
            yield from (*_bounds(leaf, 1), *(() if named else _INTEGERS))
        case "number":
            yield from (*_bounds(leaf, 0.01), *(() if named else _NUMBERS))
        case "boolean":
            yield from (True, False)
        case "array":
            yield from _arrays(leaf, value)
        case "object":
            yield from _objects(leaf, value)


def _texts(leaf: dict[str, JSON], value: JSON) -> Iterator[JSON]:
    yield from ("", *_FORMATS[leaf["format"]]) if leaf.get("format") in _FORMATS else _TEXTS
    sample = value if isinstance(value, str) and value else "a"
    lengths = [
        int(leaf[name]) + step for name in ("minLength", "maxLength") if name in leaf for step in (-1, 0, 1)
    ]
    for length in lengths:
        if 0 <= length <= _MAX_LENGTH:
            yield (sample * (length // len(sample) + 1))[:length]


def _bounds(leaf: dict[str, JSON], step: float) -> Iterator[JSON]:
    """At a bound, just below and just above; a multiple, and half a step past it."""
    for name in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"):
        if name in leaf:
            yield from (leaf[name], leaf[name] - step, leaf[name] + step)
    if "multipleOf" in leaf:
        yield from (leaf["multipleOf"] * 3, leaf["multipleOf"] * 3.5)


def _arrays(leaf: dict[str, JSON], value: JSON) -> Iterator[JSON]:
    yield []
    items = value if isinstance(value, list) else []
    if not items:
        return
    tuples = len(leaf.get("prefixItems", ()))
    bounds = [int(leaf[name]) for name in ("minItems", "maxItems") if name in leaf]
    counts = [bound + step for bound in bounds for step in (-1, 0, 1)] or [tuples - 1, tuples + 1, *_COUNTS]
    for count in counts:
        if 0 <= count <= _MAX_ITEMS:
            yield (items * (count // len(items) + 1))[:count]
    yield [*items, None]


def _objects(leaf: dict[str, JSON], value: JSON) -> Iterator[JSON]:
    yield {}
    sample = value if isinstance(value, dict) else {}
    extra = leaf.get("additionalProperties", True)
    if leaf.get("properties"):
        yield {UNKNOWN: 1, **sample}
        yield {"": 1, **sample}
    else:
        item = next(iter(sample.values()), "text")
        yield from ({"key": None}, {"": item}, {ASTRAL: item}, {"a.b/c~d": item}, {"__proto__": item})
        yield from () if isinstance(extra, dict) else (_MIXED, {"deep": _nested(_DEPTH)}, {"key": LARGEST})
    for name in ("minProperties", "maxProperties"):
        for step in (-1, 0, 1) if name in leaf else ():
            yield {f"key{index}": "text" for index in range(min(int(leaf[name]) + step, _MAX_ITEMS))}


def _nested(depth: int) -> JSON:
    """Lists and objects in one another, null at the bottom."""
    inner: JSON = None
    for _ in range(depth // 2):
        inner = [{"er": inner}]
    return inner


def together(field: Field, value: JSON) -> Iterator[tuple[str, JSON]]:
    """Objects in which all members of a kind are alike: what is tried, and `value` made so."""
    members = {name: field.member(name).types for name in value} if isinstance(value, dict) else {}
    for kind, alike in (("boolean", True), ("boolean", False), ("null", None)):
        changed: dict[str, JSON] = {name: alike for name, types in members.items() if kind in types}
        if len(changed) > 1:
            yield f"every {kind} is {jsontext.dumps(alike).decode()}", {**value, **changed}


NULL_TEXTS = ("", "null", "None")
"""What stands for null in a form, rightly or wrongly."""

WRONG_TEXTS: dict[str, tuple[str, ...]] = {
    "integer": ("1.5", "1e3", "0x10", " 5", "5 ", "+5", "1_0", "05", "\u0663", "NaN", "true", "abc"),
    "number": ("1,5", "0x10", " 5", "NaN", "Infinity", "1e400", "true", "abc"),
    "boolean": ("True", "FALSE", "yes", "1", "0", "on"),
    "array": ("[]", "[", '["a"', "[1]", "[null]", "a,b"),
    "object": ("{}", "{", '{"a":1}'),
}
"""Texts that are none of a type, or only to a forgiving reader."""

FILE_NAMES = (
    'quoted "name".txt',
    "naïve résumé.txt",
    ASTRAL + ".txt",
    "../../etc/passwd",
    "C:\\temp\\scorer.py",
    "percent%22.txt",
    "semi;colon, comma.txt",
    "",
    "n" * 255,
)


def broken_json(body: bytes) -> Iterator[tuple[str, bytes]]:
    """What is wrong, and a valid JSON body made so."""
    yield "empty", b""
    yield "white space", b" \r\n"
    yield "cut short", body[:-1]
    yield "cut in half", body[: len(body) // 2]
    yield "trailing comma", body[:-1] + b"," + body[-1:]
    yield "text after the end", body + b"x"
    yield "twice", body + body
    yield "byte order mark", b"\xef\xbb\xbf" + body
    yield "UTF-16", body.decode("utf-8", "replace").encode("utf-16")
    yield "not UTF-8", body[:-1] + b"\xff" + body[-1:]
    yield "single quotes", body.replace(b'"', b"'")
    yield "a comment", b"// note\n" + body
    yield "NUL after the end", body + b"\0"
    yield "nested deeply", b"[" * 300 + b"]" * 300
    before, opening, members = body.partition(b'{"')
    if opening:
        name, _, rest = members.partition(b'"')
        yield "duplicate member", before + opening + name + b'":null,"' + members
        yield "member without quotes", before + b"{" + name + rest


def json_written(value: JSON) -> Iterator[tuple[str, bytes]]:
    """The same value written as others write it: with white space, and with characters escaped."""
    yield "white space between tokens", json.dumps(value, indent=2, ensure_ascii=False).encode()
    escaped = re.sub(rb'"([A-Za-z])', lambda found: b'"\\u%04x' % ord(found[1]), jsontext.dumps(value))
    yield "the first letter of each text escaped", escaped


NOT_JSON = (b"NaN", b"Infinity", b"-Infinity", b"1e400", b"01", b"+1", b".5", b"undefined")
"""Numbers that JSON has not."""


NOT_TEXT = (("a lone surrogate", b'"\\ud800"'), ("a control character", b'"\x01"'))
"""What no text may hold, and a JSON text that does."""


def with_literal(body: JSON, literal: bytes) -> bytes:
    """JSON in which `literal` stands for each text UNKNOWN."""
    return jsontext.dumps(body).replace(b'"' + UNKNOWN.encode() + b'"', literal)
