"""JSON Schemas that no value satisfies, that never end, or that are none."""

from random import Random
from typing import Any

_BOMBS = (
    *(
        "(a+)+$",
        "(a|a)*b",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(.*)*x",
        "a{1000}{1000}",
        "(?=a)b",
        "[",
        "\\",
        "(?P<n>a)",
    ),
    *(
        "(" * 200 + ")" * 200,
        "a" * 5000,
        "(?<!a)b",
        "\\p{L}+",
        "^\\d{1000000}$",
        "(x?){500}x{500}",
        "[^\\s\\S]",
    ),
    *("\\u0000", "a++", "(?i)A", "$^", "^(?!.*)", "\\1(a)", "[\U0001f600-\U0001f64f]{3}", "(?#c)", "a{2,1}"),
)
_REFS = (
    *(
        "#",
        "#/",
        "#/$defs/a",
        "#/$defs/none",
        "#/%ff",
        "#a",
        "",
        " ",
        "http://127.0.0.1:1/x.json",
        "file:///etc/passwd",
    ),
    *(
        "https://example.invalid/s",
        "#/properties/a",
        "../x",
        "#/$defs/a%25",
        "#/$defs/~2",
        "urn:x",
        "//[",
        "http://[",
    ),
)
_HUGE = (0, 1, -1, 10**3, 10**9, 10**18, 2**63, 10**300, -(10**18), 1.5, 1e-300, 0.1)
_FORMATS = (
    "uuid",
    "uuid4",
    "date-time",
    "email",
    "uri",
    "regex",
    "ipv6",
    "hostname",
    "duration",
    "binary",
    "x",
    "",
)
_TYPES: tuple[Any, ...] = (
    "string",
    "number",
    "integer",
    "boolean",
    "null",
    "array",
    "object",
    "any",
    5,
    None,
    [],
    ["string", "null"],
)

_SPECIALS: tuple[Any, ...] = (
    {"$ref": "#"},
    {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
    {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}},
    {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "array", "minItems": 2, "items": {"$ref": "#"}}},
    },
    {"$dynamicRef": "#x", "$defs": {"x": {"$dynamicAnchor": "x", "not": {}}}},
    {"allOf": [{"type": "string"}, {"type": "integer"}]},
    {"not": {}},
    {"enum": []},
    {"const": {"a": [[[[{}]]]]}, "type": "object"},
    {"type": "object", "minProperties": 10**6},
    {"type": "object", "minProperties": 5, "maxProperties": 2},
    {"type": "object", "propertyNames": False, "required": ["a"]},
    {"type": "object", "patternProperties": {"(a+)+$": {"type": "string"}}, "minProperties": 3},
    {"type": "object", "unevaluatedProperties": False, "required": ["x"]},
    {"type": "object", "properties": {str(index): {"type": "string"} for index in range(3000)}},
    {"type": "object", "required": [str(index) for index in range(3000)]},
    {"type": "object", "required": [0, None], "properties": []},
    {"properties": {"a": {"enum": list(range(10_000))}}},
    {"properties": {"a": {"type": "string", "minLength": 10**9}}, "required": ["a"]},
    {"properties": {"a": {"type": "array", "minItems": 10**9, "items": {}}}, "required": ["a"]},
    {
        "properties": {
            "a": {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"type": "boolean"}}
        }
    },
    {
        "properties": {"a": {"type": "array", "contains": {"const": 1}, "minContains": 10**7}},
        "required": ["a"],
    },
    {
        "properties": {"a": {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1}},
        "required": ["a"],
    },
    {"properties": {"a": {"type": "integer", "multipleOf": 10**300}}, "required": ["a"]},
    {"properties": {"a": {"type": "number", "multipleOf": 0}}, "required": ["a"]},
    {"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": {"exclusiveMinimum": True}}},
    {"$schema": "x", "$id": "http://[", "$anchor": "1 2"},
    {"$id": "#", "$vocabulary": 1, "$defs": 1},
    {
        "anyOf": [{"type": "object", "required": [str(index)]} for index in range(500)],
        "not": {"required": ["7"]},
    },
    {"oneOf": [{"type": "object"}] * 300},
    {"if": {"required": ["a"]}, "then": {"not": {}}, "else": {"required": ["a"]}},
    {"dependentRequired": {"a": ["b"], "b": ["c"]}, "required": ["a"], "properties": {"c": False}},
    {"dependentSchemas": {"": {"$ref": "#"}}, "required": [""]},
    {"name": "x", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}},
    {"parameters": 1},
    {"type": "array", "items": {}},
    {"properties": {"__proto__": {"const": 1}, "": {"const": 2}, "01": {"const": 3}}, "required": ["", "01"]},
)


def schema(random: Random) -> Any:
    """A hostile schema: one of those known to hurt, a deep or wide one, or keywords thrown together."""
    kind = random.random()
    if kind < 0.4:
        return random.choice(_SPECIALS)
    if kind < 0.5:
        return _deep(random)
    if kind < 0.65:
        bomb = {
            "type": "string",
            "pattern": random.choice(_BOMBS),
            **random.choice(({}, {"minLength": 5000})),
        }
        return {"type": "object", "properties": {"a": bomb}, "required": ["a"]}
    return _thrown(random, 3)


def _deep(random: Random) -> Any:
    """A schema within a schema within a schema."""
    node: Any = {"type": "string"}
    keyword = random.choice(("not", "items", "allOf", "properties", "anyOf", "if", "additionalProperties"))
    for _ in range(random.choice((10, 60, 110))):
        inner: Any = (
            [node, {}] if keyword.endswith("Of") else {"a": node} if keyword == "properties" else node
        )
        node = {keyword: inner, "required": ["a"]}
    return node


def _thrown(random: Random, depth: int) -> Any:
    """Keywords with values that may or may not fit them."""
    if depth == 0 or random.random() < 0.1:
        return random.choice(
            (True, False, {}, {"type": "string"}, {"$ref": random.choice(_REFS)}, 1, "a", None)
        )
    return {
        name: _keyword(random, name, depth - 1) for name in random.sample(_KEYWORDS, random.randint(1, 6))
    }


_SCHEMAS = (
    "not",
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "unevaluatedProperties",
    "if",
    "then",
)
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
_BOUNDS = (
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"),
    *("minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"),
)
_REST = (
    "type",
    "enum",
    "const",
    "required",
    "pattern",
    "format",
    "$ref",
    "uniqueItems",
    "default",
    "examples",
)
_KEYWORDS = (*_SCHEMAS, *_LISTS, *_MAPS, *_BOUNDS, *_REST, *_REST)
_ODD: tuple[Any, ...] = ([], {}, None, 1, "a", True, ["a", "a"], [{}], -0.0, {"": None}, [[]], "\x00")


def _keyword(random: Random, name: str, depth: int) -> Any:
    if random.random() < 0.05:
        return random.choice(_ODD)
    if name in _SCHEMAS:
        return _thrown(random, depth)
    if name in _LISTS:
        return [_thrown(random, depth) for _ in range(random.randint(0, 4))]
    if name in _MAPS:
        names = ("a", "b", "", "0", "(a+)+$", "__proto__", "[")
        return {key: _thrown(random, depth) for key in random.sample(names, random.randint(0, 4))}
    if name in _BOUNDS:
        return random.choice(_HUGE)
    choices: dict[str, tuple[Any, ...]] = {
        "type": _TYPES,
        "pattern": _BOMBS,
        "format": _FORMATS,
        "$ref": _REFS,
    }
    return random.choice(choices.get(name, _ODD))
