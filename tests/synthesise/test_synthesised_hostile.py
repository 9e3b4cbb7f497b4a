"""Schemas that ask for too much: an instance or a plain refusal, soon, and never a crash or a fetch."""

import itertools
import socket
from typing import Any

import pytest
from judging import made, seconds

from understudy.types import JSON

OBJECT = {"type": "object"}
TEXT = {"type": "string"}
PATIENCE = 4.0
"""Seconds of CPU; the worst case takes about one, and machines differ."""


def nested(depth: int) -> JSON:
    schema: JSON = TEXT
    for _ in range(depth):
        schema = {**OBJECT, "properties": {"a": schema}, "required": ["a"]}
    return schema


def doubled(keyword: str) -> JSON:
    """Twenty-five definitions, each naming the one before twice: 2**25 ways through the validator."""
    defs: dict[str, JSON] = {"d0": TEXT}
    for i in range(1, 26):
        before = {"$ref": f"#/$defs/d{i - 1}"}
        defs[f"d{i}"] = {keyword: [before, {**before, "title": "again"}]}
    return {"$ref": "#/$defs/d25", "$defs": defs}


def clauses() -> JSON:
    """No assignment of eight variables satisfies all 256 clauses."""
    names = "abcdefgh"
    return {
        **OBJECT,
        "allOf": [
            {
                "anyOf": [
                    {"properties": {n: {"const": bit}}, "required": [n]}
                    for n, bit in zip(names, bits, strict=True)
                ]
            }
            for bits in itertools.product([0, 1], repeat=8)
        ],
    }


def wide_and_required() -> JSON:
    levels = {
        f"n{i}": {
            **OBJECT,
            "required": [f"c{j}" for j in range(20)],
            "properties": {f"c{j}": {"$ref": f"#/$defs/n{i + 1}"} for j in range(20)},
        }
        for i in range(10)
    }
    return {"$ref": "#/$defs/n0", "$defs": {**levels, "n10": TEXT}}


def endless_grammar() -> JSON:
    kinds = [
        {**OBJECT, "required": ["k", "l"], "properties": {"k": {"const": i}, "l": {"$ref": "#/$defs/e"}}}
        for i in range(30)
    ]
    return {"$ref": "#/$defs/e", "$defs": {"e": {"oneOf": kinds}}}


def wrapped(keyword: str, depth: int) -> JSON:
    schema: JSON = TEXT
    for _ in range(depth):
        schema = {keyword: [schema]}
    return schema


NAMES = [f"p{i}" for i in range(10_000)]
HOSTILE: dict[str, JSON] = {
    "2,000 levels": nested(2_000),
    "100,000 levels": nested(100_000),
    "120 levels": nested(120),
    "2,000 levels of allOf": wrapped("allOf", 2_000),
    "100 levels of anyOf": wrapped("anyOf", 100),
    "10,000 properties": {**OBJECT, "properties": dict.fromkeys(NAMES, TEXT)},
    "10,000 required properties": {**OBJECT, "properties": dict.fromkeys(NAMES, TEXT), "required": NAMES},
    "5,000 items": {"type": "array", "minItems": 5_000, "items": {"type": "integer"}},
    "5,000 distinct items": {
        "type": "array",
        "minItems": 5_000,
        "uniqueItems": True,
        "items": {"type": "integer"},
    },
    "500 times 500 times 500 items": {
        "type": "array",
        "minItems": 500,
        "items": {"type": "array", "minItems": 500, "items": {"type": "array", "minItems": 500}},
    },
    "3,000 of 3,000 objects": {
        "type": "array",
        "minItems": 3_000,
        "uniqueItems": True,
        "items": {"enum": [{"a": i} for i in range(3_000)]},
    },
    "1e9 items": {"type": "array", "minItems": 1e9},
    "1e9 characters": {**TEXT, "minLength": 1e9},
    "1e9 members": {**OBJECT, "minProperties": 1e9},
    "1e9 contained": {"type": "array", "contains": {"type": "integer"}, "minContains": 1e9},
    "1,000 patternProperties": {
        **OBJECT,
        "patternProperties": {f"^{i}": {} for i in range(1_000)},
        "minProperties": 1_000,
    },
    "catastrophic pattern": {**TEXT, "pattern": "(a+)+$"},
    "catastrophic pattern without a match": {**TEXT, "pattern": "^(?=(a+)+$)(b+)+$"},
    "pattern of a million characters": {**TEXT, "pattern": "x{1000000}"},
    "many large patterns": {"properties": {f"p{i}": {"pattern": f".{{4{i:03}}}"} for i in range(100)}},
    "recursion without an end": {**OBJECT, "required": ["a"], "properties": {"a": {"$ref": "#"}}},
    "mutual recursion without an end": {
        "$ref": "#/$defs/a",
        "$defs": {
            "a": {**OBJECT, "required": ["b"], "properties": {"b": {"$ref": "#/$defs/b"}}},
            "b": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/a"}},
        },
    },
    "an endless grammar": endless_grammar(),
    "5,000 references in a row": {
        "$ref": "#/$defs/d0",
        "$defs": {**{f"d{i}": {"$ref": f"#/$defs/d{i + 1}"} for i in range(5_000)}, "d5000": TEXT},
    },
    "2**25 ways of allOf": doubled("allOf"),
    "2**25 ways of anyOf": doubled("anyOf"),
    "2**25 ways of oneOf": doubled("oneOf"),
    "20**10 required values": wide_and_required(),
    "256 clauses": clauses(),
    "5,000 dead branches": {"anyOf": [{**TEXT, "minLength": 5, "maxLength": 2}] * 5_000},
    "3,000 choices": {"allOf": [{"anyOf": [TEXT, {"type": "integer"}]}] * 3_000},
    "200 open objects of which one": {
        "oneOf": [{**OBJECT, "properties": {f"p{i}": TEXT}} for i in range(200)]
    },
    "a multiple of 10**400": {"type": "integer", "multipleOf": 10**400, "minimum": 10**401},
    "a multiple of 1e-300": {"type": "number", "multipleOf": 1e-300, "minimum": 1},
    "no float between": {"type": "number", "exclusiveMinimum": 0.1, "exclusiveMaximum": 0.10000000000000002},
    "a lone surrogate": {"properties": {"\ud800": TEXT}},
    "not a number": {"const": float("nan")},
    "infinity": {"minimum": float("inf")},
    "bytes": {"const": b"x"},
    "$id that is no URI": {"$id": "http://[x", "$ref": "y"},
    "$ref that is no URI": {"$ref": "http://[x"},
    "$schema of another kind": {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": {},
        "type": "null",
    },
}


@pytest.mark.parametrize("schema", HOSTILE.values(), ids=HOSTILE)
def test_hostile_schemas_end_soon(schema: JSON) -> None:
    """A valid instance or Unsatisfiable, within bounded work."""
    assert seconds(schema) < PATIENCE


def test_a_schema_that_holds_itself() -> None:
    """A Python object that is its own part is no schema."""
    schema: dict[str, Any] = {}
    schema["properties"] = {"a": schema}
    assert seconds(schema) < PATIENCE


def test_deep_but_finite_nesting_is_built() -> None:
    """Sixty required levels are no recursion."""
    value = made(nested(60))
    for _ in range(60):
        value = value["a"]
    assert isinstance(value, str)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a remote `$ref` nor a `$schema` or `$id` opens a connection."""

    def refuse(*_: Any) -> None:
        raise AssertionError("a connection was opened")

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/schema.json"
        monkeypatch.setattr(socket.socket, "connect", refuse)
        for schema in (
            {"$ref": url},
            {"$schema": url},
            {"$id": url, "items": {"$ref": "other"}},
            {"$dynamicRef": url},
        ):
            seconds(schema)
        with pytest.raises(TimeoutError):
            server.accept()
