"""Contradictions that show before a value is made: a kind that cannot be is dropped, the last is an error."""

from collections.abc import Iterator
from fractions import Fraction

from understudy.types import JSON

from .errors import Contradiction
from .flat import NUMBERS, Flat
from .resolve import Node
from .same import kind_of

SHAPING = frozenset(
    {"properties", "patternProperties", "additionalProperties", "required", "items", "prefixItems"}
)
LENGTHS = frozenset({"minLength", "maxLength"})
CONSTRAINING = (
    "hard", "bounds", "formats", "shapes", "rows", "required", "groups", "multiples", "names", "unique",
    "dependent",
)  # fmt: skip

HOLLOW: tuple[JSON, ...] = (None, "", [], {})
"""Examples and defaults that say what is absent; a person wants to see what is there."""


def settle(flat: Flat) -> None:
    """Drops the kinds that cannot be. Raises Contradiction when none is left, or no stated value fits."""
    if flat.bounds or flat.multiples:
        _numbers(flat)
    for what, kind in (("Length", "string"), ("Items", "array"), ("Properties", "object")):
        low, high = flat.bounds.get(f"min{what}"), flat.bounds.get(f"max{what}")
        if low and high and low.value > high.value:
            flat.drop((kind,), low.place, f"{low} is above {high}")
    _array(flat)
    _object(flat)
    _values(flat)
    flat.kinds.sort(key="null".__eq__)
    flat.turns = frozenset(node for node in flat.nodes if "anyOf" in node.schema or "oneOf" in node.schema)
    flat.shown = [value for value in flat.examples if value not in HOLLOW]
    flat.plain = not any(getattr(flat, name) for name in CONSTRAINING)
    flat.core = tuple(node for node in flat.nodes if not SHAPING.isdisjoint(node.schema))
    flat.member_names = dict.fromkeys(
        [*(name for shape in flat.shapes for name in shape.named), *flat.required]
    )
    flat.hard |= len(flat.formats) > 1 or (bool(flat.formats) and not flat.bounds.keys().isdisjoint(LENGTHS))


def _numbers(flat: Flat) -> None:
    low, high, step = flat.low, flat.high, flat.step
    place = low.place if low else high.place if high else flat.nodes[0].place if flat.nodes else ""
    if low and high and (low.value > high.value or (low.value == high.value and (low.open or high.open))):
        flat.drop(
            NUMBERS, place, f"{low} is above {high}" if low.value > high.value else f"{low} meets {high}"
        )
    if low and high and low.value == high.value and int(low.value) == low.value:
        flat.drop(("fraction",), place, f"{low} and {high} leave an integer")
    first, last = flat.multiples_within(Fraction(1))
    if first is not None and last is not None and first > last:
        flat.drop(("integer",), place, f"no integer lies between {low} and {high}")
    if step is None:
        return
    if step.denominator == 1:
        flat.drop(("fraction",), place, f"a multiple of {step} is an integer")
    for kind, unit in (("integer", Fraction(step.numerator)), ("fraction", step)):
        first, last = flat.multiples_within(unit)
        if first is not None and last is not None and first > last:
            flat.drop((kind,), place, f"no multiple of {unit} lies between {low} and {high}")


def _array(flat: Flat) -> None:
    least = flat.bounds.get("minItems")
    if least is None or "array" not in flat.kinds:
        return
    for index in range(max((len(row.prefix) for row in flat.rows), default=0) + 1):
        forbidden = next((node for node in flat.item(index) if node.schema is False), None)
        if forbidden and index < least.value and forbidden not in flat.other_items:
            flat.drop(("array",), forbidden.place, f"{least} but no more than {index} are allowed")


def _object(flat: Flat) -> None:
    most = flat.bounds.get("maxProperties")
    if most and len(flat.required) > most.value:
        flat.drop(("object",), most.place, f"{most} but {len(flat.required)} are required")
    if "object" not in flat.kinds or not any(_false(flat)):
        return
    for name, place in flat.required.items():
        for node in flat.member(name):
            if node.schema is False and node not in flat.other_members:
                flat.drop(
                    ("object",),
                    f"{place}/required",
                    f'required "{name}" is forbidden by {_keyword(node)}: false',
                )


def _false(flat: Flat) -> Iterator[bool]:
    for shape in flat.shapes:
        yield shape.rest is not None and shape.rest.schema is False
        yield any(node.schema is False for node in shape.named.values())
        yield any(node.schema is False for _, _, node in shape.patterns)


def _keyword(node: Node) -> str:
    steps = node.place.split("/")
    return (
        steps[-1] if steps[-1] in ("additionalProperties", "unevaluatedProperties") else "/".join(steps[-2:])
    )


def _values(flat: Flat) -> None:
    if flat.values is None:
        return
    first = next(iter(flat.values), "none")[:60]
    kept = {text: value for text, value in flat.values.items() if kind_of(value) in flat.kinds}
    if not kept:
        stated = " or ".join(flat.stated or flat.kinds)
        reason = f"{flat.values_word} {first} is not of type {stated}"
        raise flat.lost[-1] if flat.lost else Contradiction(flat.values_place, reason)
    flat.values = {text: value for text, value in kept.items() if text not in flat.excluded}
    if not flat.values:
        raise Contradiction(flat.values_place, f"{flat.values_word} {first} is excluded by not")
    flat.listed = [value for value in flat.values.values() if value is not None] or [None]
