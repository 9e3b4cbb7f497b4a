"""Strategies for JSON Schemas, such as a user may send where the contract says `type: object`.

`sound` ones are what the 2020-12 meta-schema allows, with references that lead somewhere; two schemas put
together may well contradict each other. `wild` ones may also break the meta-schema, refer to nothing or to
another host, ask for what no memory holds, or never end.
"""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from understudy.types import JSON

Schemas = SearchStrategy[JSON]
REMOTE = "http://schemas.invalid/remote.json"
_NAMES = st.sampled_from(["a", "b", "c", "score", "é", "$ref", ""])
_SMALL = st.integers(0, 3)
_NUMBERS = st.integers(-100, 100) | st.sampled_from([0.5, -2.25, 1e20, -1e-7, 2**53, 10**30])
_SCALARS = st.none() | st.booleans() | _NUMBERS | st.text(max_size=5)
_VALUES = _SCALARS | st.lists(_SCALARS, max_size=3) | st.dictionaries(_NAMES, _SCALARS, max_size=2)
# Patterns that Python's `re` and ECMA-262 read alike.
_PATTERNS = st.sampled_from(["^[a-z]+$", "^(ab|cd)*x?$", "^[0-9]{3,5}$", "[A-Z]", "^.{2}$", "^$"])
_FORMATS = st.sampled_from(["uuid", "uuid4", "date-time", "date", "email", "uri", "ipv4", "of my own"])
_DEFINED = st.sampled_from(["#", "#/$defs/one", "#/$defs/two", "#/$defs/two", "#named"])


def _some(**keywords: SearchStrategy[Any]) -> Schemas:
    return st.fixed_dictionaries({}, optional=keywords)


def _typed(name: str, **keywords: SearchStrategy[Any]) -> Schemas:
    return st.fixed_dictionaries({"type": st.just(name)}, optional=keywords)


_LEAVES = st.one_of(
    st.booleans(),
    st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"]).map(
        lambda name: {"type": name}
    ),
    _typed("string", minLength=_SMALL, maxLength=st.integers(2, 9)),
    _typed("string", pattern=_PATTERNS),
    _typed("string", format=_FORMATS),
    _typed("integer", minimum=_NUMBERS, maximum=_NUMBERS, multipleOf=st.integers(1, 7)),
    _typed("number", exclusiveMinimum=_NUMBERS, exclusiveMaximum=_NUMBERS, multipleOf=st.just(0.25)),
    _some(title=st.text(max_size=5), description=st.text(max_size=5), default=_VALUES, examples=st.just([1])),
    _VALUES.map(lambda value: {"const": value}),
    st.lists(_VALUES, min_size=1, max_size=4).map(lambda values: {"enum": values}),
    _DEFINED.map(lambda target: {"$ref": target}),
)
_WRONG = st.sampled_from(
    [
        {"type": 5}, {"type": "any"}, {"type": []}, {"type": [None]}, {"properties": []},
        {"properties": {"a": 1}}, {"required": "a"}, {"required": [1]}, {"minLength": -1}, {"maxLength": "9"},
        {"minimum": "5"}, {"multipleOf": 0}, {"pattern": "("}, {"pattern": 1}, {"enum": {}}, {"items": 3},
        {"anyOf": []}, {"oneOf": {}}, {"not": []}, {"additionalProperties": "no"}, {"$ref": 7}, {"$ref": ""},
        {"$ref": "#/$defs/missing"}, {"$ref": "#missing"}, {"$ref": "%"}, {"$ref": REMOTE},
        {"$ref": "file:///etc/hostname"}, {"$dynamicRef": "#named"}, {"$defs": []}, {"$id": 3},
        {"$id": "http://schemas.invalid/here"}, {"$schema": "http://json-schema.org/draft-07/schema#"},
        {"$schema": "nonsense"}, {"minLength": 10**9}, {"minItems": 10**7, "type": "array"},
        {"minProperties": 10**6}, {"const": 10**300}, {"minimum": 1e308}, {"multipleOf": 1e-300},
        {"pattern": "^(a+)+$"}, {"pattern": "^(?=a)b"}, {"pattern": "x{1000000}"},
        {"format": 3}, {"contentSchema": 1}, {"dependentRequired": {"a": "b"}},
    ]
)  # fmt: skip


def _objects(inner: Schemas) -> Schemas:
    names = st.lists(_NAMES, unique=True, max_size=3)
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(_NAMES, inner, max_size=4)},
        optional={
            "required": names,
            "additionalProperties": inner,
            "minProperties": _SMALL,
            "maxProperties": st.integers(0, 6),
            "patternProperties": st.dictionaries(_PATTERNS, inner, max_size=2),
            "propertyNames": st.just({"maxLength": 9}) | inner,
            "dependentRequired": st.dictionaries(_NAMES, names, max_size=2),
            "dependentSchemas": st.dictionaries(_NAMES, inner, max_size=2),
            "unevaluatedProperties": inner,
        },
    )


def _arrays(inner: Schemas) -> Schemas:
    return _typed(
        "array",
        items=inner,
        prefixItems=st.lists(inner, min_size=1, max_size=3),
        contains=inner,
        minContains=_SMALL,
        maxContains=_SMALL,
        minItems=_SMALL,
        maxItems=st.integers(0, 6),
        uniqueItems=st.booleans(),
        unevaluatedItems=inner,
    )


def _combined(inner: Schemas) -> Schemas:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.fixed_dictionaries({"allOf": several}),
        st.fixed_dictionaries({"anyOf": several}),
        st.fixed_dictionaries({"oneOf": several}),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"if": inner, "then": inner}, optional={"else": inner}),
    )


def _contradictory(inner: Schemas) -> Schemas:
    return st.tuples(_objects(inner), _combined(inner)).map(_both)


def _nested(inner: Schemas) -> Schemas:
    return _objects(inner) | _arrays(inner) | _combined(inner) | _contradictory(inner)


def _both(pair: tuple[dict[str, JSON], dict[str, JSON]]) -> dict[str, JSON]:
    """One schema with the keywords of two, which may contradict each other."""
    return pair[0] | pair[1]


def _root(inner: Schemas) -> Schemas:
    """An object schema with definitions that its references, and those of the definitions, lead to."""
    definitions = st.fixed_dictionaries({"one": inner, "two": inner, "three": st.just({"$anchor": "named"})})
    body = _objects(inner) | _combined(inner) | _contradictory(inner)
    return st.builds(lambda schema, defined: {**schema, "$defs": defined}, body, definitions)


def _deep(leaves: Schemas) -> Schemas:
    """Three levels: enough to nest every keyword in every other one."""
    return _root(leaves | _nested(leaves | leaves | _nested(leaves)))


sound: Schemas = _deep(_LEAVES)
wild: Schemas = _deep(_LEAVES | _WRONG)


def _plain(name: str, inner: Schemas) -> Schemas:
    members = st.dictionaries(_NAMES, inner, max_size=4)
    return members.map(lambda made: {"type": name, "properties": made, "required": sorted(made)})


_MODEST = st.one_of(
    st.sampled_from(["null", "boolean", "integer", "number", "string"]).map(lambda name: {"type": name}),
    st.lists(_VALUES, min_size=1, max_size=4).map(lambda values: {"enum": values}),
    st.integers(-9, 9).map(lambda least: {"type": "number", "minimum": least, "maximum": least + 1}),
    _PATTERNS.map(lambda pattern: {"type": "string", "pattern": pattern}),
)
satisfiable: Schemas = _plain(
    "object",
    st.recursive(
        _MODEST,
        lambda inner: (
            _plain("object", inner)
            | st.fixed_dictionaries({"type": st.just("array"), "items": inner, "minItems": _SMALL})
            | st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches})
        ),
        max_leaves=6,
    ),
)
"""Schemas that have an instance, by the way they are made."""
