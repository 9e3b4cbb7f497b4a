"""Schemas without an instance: the pointer and the contradiction are named."""

import pytest
from judging import contradiction

from understudy.types import JSON

OBJECT = {"type": "object"}

NAMED: list[tuple[JSON, str, str]] = [
    (False, "", "false schema"),
    ({"type": "integer", "minimum": 5, "maximum": 3}, "/minimum", "minimum 5 is above maximum 3"),
    (
        {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2},
        "/exclusiveMinimum",
        "no integer lies between",
    ),
    (
        {"type": "integer", "multipleOf": 10, "minimum": 1, "maximum": 9},
        "/minimum",
        "no multiple of 10 lies between",
    ),
    ({"type": "string", "minLength": 3, "maxLength": 2}, "/minLength", "minLength 3 is above maxLength 2"),
    ({"type": "string", "const": 1}, "/const", "const 1 is not of type string"),
    ({"enum": [1, 2], "minimum": 5}, "/enum", "enum 1 is refused: 1 is less than the minimum of 5"),
    ({"allOf": [{"const": 1}, {"const": 2}]}, "/allOf/1/const", "const 2 is not among 1"),
    (
        {"allOf": [{"type": "string"}, {"type": "integer"}]},
        "/allOf/1/type",
        "type integer excludes type string",
    ),
    (
        {**OBJECT, "required": ["a"], "additionalProperties": False},
        "/required",
        'required "a" is forbidden by additionalProperties: false',
    ),
    (
        {**OBJECT, "required": ["a"], "properties": {"a": False}},
        "/required",
        'required "a" is forbidden by properties/a: false',
    ),
    (
        {**OBJECT, "required": ["a", "b"], "maxProperties": 1},
        "/maxProperties",
        "maxProperties 1 but 2 are required",
    ),
    (
        {"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True},
        "",
        "minItems 3 but only 2 distinct values",
    ),
    (
        {"type": "array", "prefixItems": [True], "items": False, "minItems": 2},
        "/items",
        "minItems 2 but no more than 1 are allowed",
    ),
    ({"not": {}}, "/not", "not: true leaves no value"),
    ({"type": "integer", "not": {"type": "number"}}, "/not", "not type number leaves no type"),
    ({"const": 1, "not": {"const": 1.0}}, "/const", "const 1 is excluded by not"),
    ({**OBJECT, "required": ["a"], "properties": {"a": {"$ref": "#"}}}, "", "recursion without an end"),
    ({"type": "array", "minItems": 10**9}, "/minItems", "minItems 1000000000 is too large to build"),
    ({"type": "string", "minLength": 10**9}, "/minLength", "minLength 1000000000 is too large to build"),
    ({**OBJECT, "minProperties": 10**9}, "/minProperties", "minProperties 1000000000 is too large to build"),
    ({"anyOf": [{"type": "string", "const": 1}, False]}, "/anyOf/0/const", "const 1 is not of type string"),
    (
        {**OBJECT, "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 5, "maximum": 3}}},
        "/properties/a/minimum",
        "minimum 5 is above maximum 3",
    ),
    ({"type": "string", "format": "date-time", "maxLength": 5}, "", "no text found for format date-time"),
    (
        {"$ref": "http://127.0.0.1:1/x.json"},
        "/$ref",
        "remote references are not followed: http://127.0.0.1:1/x.json",
    ),
    (
        {"properties": {"q": {"items": {"$ref": "other.json#/a"}}}},
        "/properties/q/items/$ref",
        "remote references are not followed: other.json#/a",
    ),
    ({"properties": {"q": {"$ref": "#/$defs/zz"}}}, "/properties/q/$ref", "nothing stands at #/$defs/zz"),
    ({"items": {"$ref": "#nobody"}}, "/items/$ref", "no anchor #nobody"),
    ({"properties": {"q": {"type": 12}}}, "/properties/q/type", "not a schema: 12 is not valid"),
    (
        {"properties": {"q": {"pattern": "(a"}}},
        "/properties/q/pattern",
        'not a schema: "(a" is not a "regex"',
    ),
    (
        {"properties": {"a/b~c": {"minLength": -1}}},
        "/properties/a~1b~0c/minLength",
        "not a schema: -1 is less than",
    ),
    ([], "", "not a schema"),
    ({"const": "\ud800"}, "", "not a schema"),
]


@pytest.mark.parametrize(("schema", "pointer", "reason"), NAMED)
def test_contradictions_are_named(schema: JSON, pointer: str, reason: str) -> None:
    """The place and the reason, in words a person understands."""
    where, why = contradiction(schema)
    assert why.startswith(reason)
    assert where == pointer
