"""All that applies to one value, flattened: references followed, `allOf` intersected, choices set aside."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil, floor

from understudy.types import JSON

from .choices import Choices, refuse
from .errors import Contradiction
from .flat import KINDS, TYPES, Bound, Conjunction, Contains, Flat, Row, Shape
from .judge import matcher
from .resolve import Document, Node
from .same import canonical
from .settle import settle

SUGGESTS = {
    "object": ("properties", "required", "additionalProperties", "patternProperties", "propertyNames",
               "minProperties", "maxProperties", "dependentRequired", "unevaluatedProperties"),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"),
    "string": ("pattern", "minLength", "maxLength", "contentMediaType", "contentEncoding", "contentSchema"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}  # fmt: skip
"""The `type` that a schema without one most likely means."""
LOW = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
HIGH = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
MEMBERS = frozenset({"properties", "patternProperties", "additionalProperties"})


def merge(document: Document, conjunction: Conjunction, choices: Choices) -> Flat:
    """Raises Contradiction when the parts exclude each other in a way that shows here."""
    flat = Flat()
    pending = list(reversed(conjunction))
    seen: set[Node] = set()
    while pending:
        node = pending.pop()
        if node in seen or node.schema is True:
            continue
        seen.add(node)
        if not isinstance(node.schema, dict):
            raise Contradiction(node.place, "false schema")
        flat.nodes.append(node)
        _types(flat, node)
        for words, part in PARTS:
            if not words.isdisjoint(node.schema):
                part(flat, node, document)
        flat.groups += choices.of(node)
        pending.extend(reversed(list(_same_place(flat, node, document))))
    settle(flat)
    return flat


def _same_place(flat: Flat, node: Node, document: Document) -> Iterator[Node]:
    schema = node.schema
    try:
        if "$ref" in schema:
            yield document.follow(node, schema["$ref"])
        if "$dynamicRef" in schema:
            yield document.follow_dynamic(node, schema["$dynamicRef"])
    except Contradiction:
        flat.hard = True  # a meta-schema: known to the validator and not to us
    for index in range(len(schema.get("allOf", ()))):
        yield document.child(node, "allOf", index)


def _types(flat: Flat, node: Node) -> None:
    schema = node.schema
    named = schema.get("type")
    if named is not None:
        named = [named] if isinstance(named, str) else named
        allowed = [kind for name in named for kind in TYPES[name]]
        before = " or ".join(flat.stated)
        reason = f"type {' or '.join(named)} excludes type {before}" if before else "no type is left"
        flat.stated = flat.stated or list(named)
        flat.drop([kind for kind in KINDS if kind not in allowed], f"{node.place}/type", reason)
        flat.lost.clear()
        if not before:
            flat.kinds.sort(key=allowed.index)
    elif not flat.stated:
        for name, keywords in SUGGESTS.items():
            if any(keyword in schema for keyword in keywords):
                first = TYPES[name]
                flat.kinds.sort(key=lambda kind, first=first: kind not in first)  # type: ignore[misc]
                break


def _values(flat: Flat, node: Node, _: Document) -> None:
    schema = node.schema
    for keyword in ("const", "enum"):
        if keyword in schema:
            _state(flat, [schema["const"]] if keyword == "const" else schema["enum"], keyword, node.place)
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        flat.examples.append(examples[0])
    flat.examples += [schema[keyword] for keyword in ("example", "default") if keyword in schema]


def _state(flat: Flat, options: list[JSON], keyword: str, place: str) -> None:
    """Only `options` are left. Raises Contradiction when none of them was possible before."""
    stated = {canonical(value): value for value in options}
    if flat.values is not None:
        kept = {text: value for text, value in stated.items() if text in flat.values}
        if stated and not kept:
            before = ", ".join(flat.values)[:80]
            raise Contradiction(
                f"{place}/{keyword}", f"{keyword} {next(iter(stated))[:60]} is not among {before}"
            )
        stated = kept
    flat.values, flat.values_word, flat.values_place = stated, keyword, f"{place}/{keyword}"


def _bounds(flat: Flat, node: Node, _: Document) -> None:
    schema = node.schema
    for keyword in LOW:
        if keyword in schema:
            _tighten(flat, node, keyword, max)
    for keyword in HIGH:
        if keyword in schema:
            _tighten(flat, node, keyword, min)
    if "multipleOf" in schema:
        flat.multiples.append(Fraction(str(schema["multipleOf"])))
        flat.hard |= isinstance(schema["multipleOf"], float)


def _tighten(flat: Flat, node: Node, keyword: str, tighter: Callable[[float, float], float]) -> None:
    value, known = node.schema[keyword], flat.bounds.get(keyword)
    if known is None or tighter(value, known.value) != known.value:
        flat.bounds[keyword] = Bound(value, keyword, f"{node.place}/{keyword}")


def _texts(flat: Flat, node: Node, document: Document) -> None:
    schema = node.schema
    if "pattern" in schema:
        flat.patterns.append(schema["pattern"])
        flat.hard = True
    if isinstance(name := schema.get("format"), str) and name not in flat.formats:
        flat.formats.append(name)
    flat.encoding = schema.get("contentEncoding", flat.encoding)
    flat.media = schema.get("contentMediaType", flat.media)
    if "contentSchema" in schema:
        flat.content = document.child(node, "contentSchema")


def _members(flat: Flat, node: Node, document: Document) -> None:
    schema = node.schema
    if not MEMBERS.isdisjoint(schema):
        named = {name: document.child(node, "properties", name) for name in schema.get("properties", ())}
        patterns = tuple(
            (matcher(pattern), pattern, document.child(node, "patternProperties", pattern))
            for pattern in schema.get("patternProperties", ())
        )
        rest = document.child(node, "additionalProperties") if "additionalProperties" in schema else None
        flat.shapes.append(Shape(named, patterns, rest))
    for name in schema.get("required", ()):
        flat.required.setdefault(name, node.place)
    for name, needed in schema.get("dependentRequired", {}).items():
        flat.dependent.setdefault(name, []).extend(needed)
    if "propertyNames" in schema:
        flat.names.append(document.child(node, "propertyNames"))
    if "unevaluatedProperties" in schema:
        flat.other_members.append(document.child(node, "unevaluatedProperties"))
        flat.hard = True


def _items(flat: Flat, node: Node, document: Document) -> None:
    schema = node.schema
    if "prefixItems" in schema or "items" in schema:
        prefix = tuple(
            document.child(node, "prefixItems", i) for i in range(len(schema.get("prefixItems", ())))
        )
        flat.rows.append(Row(prefix, document.child(node, "items") if "items" in schema else None))
    if "contains" in schema:
        most = schema.get("maxContains")
        least = ceil(schema.get("minContains", 1))
        flat.contains.append(
            Contains(document.child(node, "contains"), least, None if most is None else floor(most))
        )
        flat.hard = True
    flat.unique |= schema.get("uniqueItems") is True
    if "unevaluatedItems" in schema:
        flat.other_items.append(document.child(node, "unevaluatedItems"))
        flat.hard = True


def _refused(flat: Flat, node: Node, _: Document) -> None:
    if "not" in node.schema:
        refuse(flat, node)
    flat.hard |= "oneOf" in node.schema or "if" in node.schema


Part = Callable[[Flat, Node, Document], None]
PARTS: tuple[tuple[frozenset[str], Part], ...] = (
    (frozenset({"const", "enum", "examples", "example", "default"}), _values),
    (frozenset({*LOW, *HIGH, "multipleOf"}), _bounds),
    (frozenset({"pattern", "format", "contentEncoding", "contentMediaType", "contentSchema"}), _texts),
    (
        frozenset({*MEMBERS, "required", "dependentRequired", "propertyNames", "unevaluatedProperties"}),
        _members,
    ),
    (frozenset({"prefixItems", "items", "contains", "uniqueItems", "unevaluatedItems"}), _items),
    (frozenset({"not", "oneOf", "if"}), _refused),
)
"""The keywords that bring each part of a schema object into play."""
