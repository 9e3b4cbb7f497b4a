"""The places inside a body that a schema speaks of, each with a small valid body that has it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TypeVar

from understudy.check import values
from understudy.contract import pointer
from understudy.contract.fields import Field
from understudy.contract.formats import FORMATS
from understudy.contract.schema import Schema, compile_schema
from understudy.errors import UnderstudyError
from understudy.instance import instance, small_instance
from understudy.synthesise import synthesise
from understudy.types import JSON, Path

MAX_DEPTH = 6
MAX_SPOTS = 150
_MAX_BRANCHES = 8
_KEY = b"probe"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place, a valid value for it, and the least valid whole in which it stands."""

    path: Path
    field: Field
    value: JSON
    whole: JSON
    required: bool = False

    @property
    def absence(self) -> str:
        """What it is to send the whole without it."""
        return "missing" if self.required else "left out"


def spots(field: Field, small: JSON, full: JSON) -> Iterator[Spot]:
    """Every place down to MAX_DEPTH and at most MAX_SPOTS, the outer ones first."""
    level = [Spot((), field, full, small)]
    found: list[Spot] = []
    while level and len(found) < MAX_SPOTS:
        found += level
        deep = len(level[0].path) == MAX_DEPTH
        level = [] if deep else list(islice((inner for spot in level for inner in _inside(spot)), MAX_SPOTS))
    yield from found[:MAX_SPOTS]


def namesakes(found: Sequence[Spot]) -> dict[str | int, list[JSON]]:
    """The values that a schema names, by the member that has them: a member of the same name elsewhere may
    take others."""
    named: dict[str | int, list[JSON]] = {}
    for spot in found:
        for leaf, _ in spot.field.alternatives if spot.path else ():
            told = named.setdefault(spot.path[-1], [])
            values = [leaf["const"]] if "const" in leaf else leaf.get("enum") or []
            told += [value for value in values if value not in told]
    return named


def misplaced(spot: Spot, named: Mapping[str | int, list[JSON]]) -> list[JSON]:
    """The values of `namesakes` for a place whose schema names its own."""
    is_named = any("enum" in leaf or "const" in leaf for leaf, _ in spot.field.alternatives)
    return named[spot.path[-1]] if spot.path and is_named else []


def literals(found: Sequence[Spot]) -> Iterator[tuple[Spot, str, bytes]]:
    """Numbers that JSON has not, and text that Unicode has not, where a number or a text is wanted.

    Each with its place, and in words what stands there.
    """
    number = next((spot for spot in found if spot.field.types & {"number", "integer"}), found[0])
    word = next((spot for spot in found if "string" in spot.field.types), found[0])
    numbers = ((number, literal.decode(), literal) for literal in values.NOT_JSON)
    texts = ((word, words, literal) for words, literal in values.NOT_TEXT)
    for spot, words, literal in chain(numbers, texts):
        yield spot, words, values.with_literal(replaced(spot.whole, spot.path, values.UNKNOWN), literal)


def by_turns(sources: Iterable[Iterator[T]]) -> Iterator[T]:
    """The first of each, then the second of each ..., so that a cut leaves each its share."""
    left = list(sources)
    while left:
        going = []
        for source in left:
            for item in islice(source, 1):
                yield item
                going.append(source)
        left = going


def replaced(whole: JSON, path: Path, value: JSON) -> JSON:
    """A copy of `whole` with `value` at `path`."""
    if not path:
        return value
    first, *rest = path
    if isinstance(first, int):
        items = list(whole) if isinstance(whole, list) else []
        items[first : first + 1] = [
            replaced(items[first] if first < len(items) else None, tuple(rest), value)
        ]
        return items
    members = whole if isinstance(whole, dict) else {}
    return {**members, first: replaced(members.get(first), tuple(rest), value)}


def without(whole: JSON, path: Path) -> JSON:
    """A copy of `whole` without the member at the end of `path`."""
    first, *rest = path
    if rest:
        return replaced(whole, (first,), without(whole[first], tuple(rest)))
    return {name: value for name, value in whole.items() if name != first}


def small_value(schema: Schema, key: bytes = _KEY) -> JSON:
    """A valid value with only the required properties where that is enough. Raises Unsatisfiable.

    key: another one gives another value, where there is more than one.
    """
    return small_instance(schema, key)


def full_value(schema: Schema, key: bytes = _KEY) -> JSON:
    """A valid value with every optional property that fits. Raises Unsatisfiable."""
    return instance(schema, key)


def made(field: Field) -> JSON:
    """A valid value of a schema inside a bundle. Raises Unsatisfiable."""
    node = field.node if isinstance(field.node, dict) else {}
    bundle = {name: value for name, value in field.schema.bundle.items() if name != "$ref"}
    return synthesise({**bundle, **node}, _KEY, formats=FORMATS)


def _inside(spot: Spot) -> Iterator[Spot]:
    for leaf, place, value in chain(_branches(spot), _conditional(spot)):
        whole = spot.whole if value is spot.value else replaced(spot.whole, spot.path, value)
        for token, field, inner, required in _children(spot.field, leaf, place, value):
            path = (*spot.path, token)
            yield Spot(path, field, inner, replaced(whole, path, inner), required)


def _branches(spot: Spot) -> Iterator[tuple[dict[str, JSON], str, JSON]]:
    """The schema objects with something inside, and a value that fits each."""
    inner = [(leaf, place) for leaf, place in spot.field.alternatives if _has_children(leaf)][:_MAX_BRANCHES]
    for leaf, place in inner:
        kind = "array" if "items" in leaf or "prefixItems" in leaf else "object"
        has_inside = isinstance(spot.value, list if kind == "array" else dict)
        if len(inner) == 1 and has_inside:
            yield leaf, place, spot.value
            continue
        document = spot.field.schema.document
        try:
            fits = has_inside and compile_schema(document, place, "request").is_valid(spot.value)
            narrow = Field(spot.field.schema, {**leaf, "type": kind}, place)
            yield leaf, place, spot.value if fits else made(narrow)
        except UnderstudyError:
            continue


def _conditional(spot: Spot) -> Iterator[tuple[dict[str, JSON], str, JSON]]:
    """The same of what a condition adds: each `then` and `else` with a value for which it counts."""
    for leaf, place in spot.field.alternatives:
        for word, condition in (("then", leaf.get("if")), ("else", {"not": leaf.get("if")})):
            if "if" not in leaf or word not in leaf:
                continue
            added = Field(spot.field.schema, leaf[word], pointer.join(place, word))
            both = {"allOf": [spot.field.node, condition, leaf[word]]}
            try:
                value = made(Field(spot.field.schema, both, place))
            except UnderstudyError:
                continue
            yield from ((inner, where, value) for inner, where in added.alternatives if _has_children(inner))


def _has_children(leaf: dict[str, JSON]) -> bool:
    extra = leaf.get("additionalProperties")
    return bool(leaf.get("properties") or isinstance(extra, dict) or "items" in leaf or "prefixItems" in leaf)


def _children(
    field: Field, leaf: dict[str, JSON], place: str, value: JSON
) -> Iterator[tuple[str | int, Field, JSON, bool]]:
    """Each member or item: its token, its schema, a valid value, whether it must be there."""
    if isinstance(value, dict):
        leaves = (leaf, *(one for one, _ in field.alternatives))
        required = {name for one in leaves for name in one.get("required", ())}
        for name, child in _members(field, leaf, place, value):
            try:
                must = name in required or child.node is True
                yield name, child, value[name] if name in value else made(child), must
            except UnderstudyError:
                continue
    elif isinstance(value, list):
        yield from ((index, child, inner, False) for index, child, inner in _items(field, leaf, place, value))


def _members(
    field: Field, leaf: dict[str, JSON], place: str, value: dict[str, JSON]
) -> Iterator[tuple[str, Field]]:
    properties = leaf.get("properties", {})
    for name, node in properties.items():
        yield name, Field(field.schema, node, pointer.join(place, "properties", name))
    extra = leaf.get("additionalProperties")
    others = [name for name in value if name not in properties]
    if isinstance(extra, dict):
        yield (others or ["key"])[0], Field(field.schema, extra, pointer.join(place, "additionalProperties"))
    elif properties and len(field.alternatives) == 1:
        yield from ((name, Field(field.schema, True, place)) for name in others)  # a condition may want them


def _items(
    field: Field, leaf: dict[str, JSON], place: str, value: list[JSON]
) -> Iterator[tuple[int, Field, JSON]]:
    first = leaf.get("prefixItems", [])
    for index, node in enumerate(first[: len(value)]):
        yield index, Field(field.schema, node, pointer.join(place, "prefixItems", index)), value[index]
    if "items" in leaf and leaf["items"] is not False:
        child, index = Field(field.schema, leaf["items"], pointer.join(place, "items")), len(first)
        try:
            yield index, child, value[index] if index < len(value) else made(child)
        except UnderstudyError:
            return
