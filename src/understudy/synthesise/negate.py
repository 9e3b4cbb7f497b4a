"""The negation of a schema as a list of schemas, each one way to fail it: De Morgan, keyword by keyword."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from math import ceil

from understudy.types import JSON

from .errors import Contradiction
from .flat import Conjunction
from .resolve import Document, Node

MAX_WAYS = 60

Ways = Iterator[JSON]


def negations(document: Document, node: Node) -> Conjunction:
    """Ways to fail `node`; not always all of them."""
    return tuple(document.made(way, node) for way in islice(_ways(document, node, set()), MAX_WAYS))


def _ways(document: Document, node: Node, seen: set[Node]) -> Ways:
    schema = node.schema
    if node in seen or schema is True:
        return
    seen.add(node)
    if schema is False:
        yield True
        return
    if "$ref" in schema:
        with suppress(Contradiction):  # a meta-schema, which is not at hand
            yield from _ways(document, document.follow(node, schema["$ref"]), seen)
    for keyword, value in schema.items():
        if keyword in SIMPLE:
            yield from SIMPLE[keyword](value)
        elif keyword in NESTED:
            yield from NESTED[keyword](document, node)


def _refuse(document: Document, node: Node, keyword: str, step: str | int | None = None) -> JSON:
    return {"not": document.quoted(document.child(node, keyword, step))}


def _longer(kind: str, keyword: str) -> Callable[[JSON], Ways]:
    return lambda most: iter([{"type": kind, keyword: int(most) + 1}])


def _shorter(kind: str, keyword: str) -> Callable[[JSON], Ways]:
    return lambda least: iter([{"type": kind, keyword: ceil(least) - 1}] if least >= 1 else [])


def _bare(kind: str, keyword: str) -> Callable[[JSON], Ways]:
    return lambda value: iter([{"type": kind, "not": {keyword: value}}])


def _required(names: JSON) -> Ways:
    return iter([{"type": "object", "properties": {name: False}} for name in names])


def _dependent(needs: JSON) -> Ways:
    for name, needed in needs.items():
        for other in needed:
            yield {"type": "object", "required": [name], "properties": {other: False}}


def _unique(unique: JSON) -> Ways:
    return iter([{"type": "array", "prefixItems": [{"const": 1}] * 2, "minItems": 2}] if unique else [])


SIMPLE: dict[str, Callable[[JSON], Ways]] = {
    "type": lambda named: iter([{"not": {"type": named}}]),
    "const": lambda value: iter([{"not": {"const": value}}]),
    "enum": lambda values: iter([{"not": {"enum": values}}]),
    "minimum": lambda value: iter([{"type": "number", "exclusiveMaximum": value}]),
    "maximum": lambda value: iter([{"type": "number", "exclusiveMinimum": value}]),
    "exclusiveMinimum": lambda value: iter([{"type": "number", "maximum": value}]),
    "exclusiveMaximum": lambda value: iter([{"type": "number", "minimum": value}]),
    "multipleOf": _bare("number", "multipleOf"),
    "pattern": _bare("string", "pattern"),
    "format": _bare("string", "format"),
    "minLength": _shorter("string", "maxLength"),
    "maxLength": _longer("string", "minLength"),
    "minItems": _shorter("array", "maxItems"),
    "maxItems": _longer("array", "minItems"),
    "minProperties": _shorter("object", "maxProperties"),
    "maxProperties": _longer("object", "minProperties"),
    "uniqueItems": _unique,
    "required": _required,
    "dependentRequired": _dependent,
}


def _properties(document: Document, node: Node) -> Ways:
    for name, member in node.schema["properties"].items():
        if member is not True and member != {}:
            refused = _refuse(document, node, "properties", name)
            yield {"type": "object", "required": [name], "properties": {name: refused}}


def _additional(document: Document, node: Node) -> Ways:
    """A member that `properties` does not name, and that is not as the others must be."""
    keyword = "additionalProperties" if "additionalProperties" in node.schema else "unevaluatedProperties"
    name = next(
        n
        for n in ("extra", *(f"extra{i}" for i in range(9999)))
        if n not in node.schema.get("properties", ())
    )
    yield {"type": "object", "required": [name], "properties": {name: _refuse(document, node, keyword)}}


def _names(document: Document, node: Node) -> Ways:
    yield {"type": "object", "minProperties": 1, "propertyNames": _refuse(document, node, "propertyNames")}


def _pattern_properties(document: Document, node: Node) -> Ways:
    for pattern in node.schema["patternProperties"]:
        refused = _refuse(document, node, "patternProperties", pattern)
        yield {"type": "object", "minProperties": 1, "patternProperties": {pattern: refused},
               "propertyNames": {"pattern": pattern}}  # fmt: skip


def _items(document: Document, node: Node) -> Ways:
    before = len(node.schema.get("prefixItems", ()))
    refused = _refuse(document, node, "items")
    yield {"type": "array", "minItems": before + 1, "prefixItems": [True] * before + [refused]}


def _prefix(document: Document, node: Node) -> Ways:
    for index in range(len(node.schema["prefixItems"])):
        refused = _refuse(document, node, "prefixItems", index)
        yield {"type": "array", "minItems": index + 1, "prefixItems": [True] * index + [refused]}


def _contains(document: Document, node: Node) -> Ways:
    if node.schema.get("minContains", 1) >= 1:
        yield {"type": "array", "items": _refuse(document, node, "contains")}
    if "maxContains" in node.schema:
        most = int(node.schema["maxContains"]) + 1
        yield {
            "type": "array",
            "contains": document.quoted(document.child(node, "contains")),
            "minContains": most,
        }


def _all(document: Document, node: Node) -> Ways:
    yield from (_refuse(document, node, "allOf", index) for index in range(len(node.schema["allOf"])))


def _none(keyword: str) -> Callable[[Document, Node], Ways]:
    def ways(document: Document, node: Node) -> Ways:
        count = len(node.schema[keyword])
        yield {"allOf": [_refuse(document, node, keyword, index) for index in range(count)]}
        if keyword == "oneOf" and count > 1:
            yield {"allOf": [document.quoted(document.child(node, keyword, index)) for index in (0, 1)]}

    return ways


def _not(document: Document, node: Node) -> Ways:
    yield document.quoted(document.child(node, "not"))


def _if(document: Document, node: Node) -> Ways:
    condition = document.quoted(document.child(node, "if"))
    if "then" in node.schema:
        yield {"allOf": [condition, _refuse(document, node, "then")]}
    if "else" in node.schema:
        yield {"allOf": [{"not": condition}, _refuse(document, node, "else")]}


def _dependent_schemas(document: Document, node: Node) -> Ways:
    for name in node.schema["dependentSchemas"]:
        yield {
            "type": "object",
            "required": [name],
            "allOf": [_refuse(document, node, "dependentSchemas", name)],
        }


NESTED: dict[str, Callable[[Document, Node], Ways]] = {
    "properties": _properties,
    "additionalProperties": _additional,
    "unevaluatedProperties": _additional,
    "patternProperties": _pattern_properties,
    "propertyNames": _names,
    "items": _items,
    "prefixItems": _prefix,
    "contains": _contains,
    "allOf": _all,
    "anyOf": _none("anyOf"),
    "oneOf": _none("oneOf"),
    "not": _not,
    "if": _if,
    "dependentSchemas": _dependent_schemas,
}
