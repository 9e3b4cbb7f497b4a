"""The search for a value: options one after the other, parts before the whole, judged where it matters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from understudy.types import JSON

from . import arrays, objects, scalars
from .choices import Choices
from .effort import Effort
from .errors import Contradiction, Exhausted, Refused, Stop, TooBig
from .flat import Conjunction, Flat
from .judge import Judge
from .merge import merge
from .place import ENDLESS, Place
from .resolve import Document, Node
from .same import canonical, copied, kind_of
from .work import Work

FUEL = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""How deep a value of required parts alone may be, tried in turn: the nearest legal stop is found first."""

MAX_GROUPS = 200
MAX_REFERENCES = 50
SAYING = frozenset({"$ref", "title", "description", "$comment", "deprecated", "readOnly", "writeOnly"})
"""What a mere reference may have beside it."""

EFFORT = 500
"""How many steps of the validator cost as much as one of ours."""

OWN_EFFORT = 4
"""How many steps of the estimate do."""


class Merged:
    """The flattened forms of the conjunctions of one document, each worked out once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._choices = Choices(document)
        self._bare: dict[Conjunction, Conjunction] = {}
        self._flats: dict[Conjunction, Flat | tuple[str, str]] = {}

    def flat(self, conjunction: Conjunction) -> Flat:
        """Raises Contradiction."""
        found = self._flats.get(conjunction)
        if found is None:
            try:
                found = merge(self._document, conjunction, self._choices)
            except Contradiction as lost:
                found = lost.place, lost.reason
            self._flats[conjunction] = found
        if isinstance(found, tuple):
            raise Contradiction(*found)
        return found

    def bare(self, conjunction: Conjunction) -> Conjunction:
        """`conjunction` with mere references replaced by what they name: the same wherever they stand."""
        found = self._bare.get(conjunction)
        if found is None:
            found = self._bare[conjunction] = tuple(dict.fromkeys(map(self._target, conjunction)))
        return found

    def _target(self, node: Node) -> Node:
        for _ in range(MAX_REFERENCES):
            if (
                not isinstance(node.schema, dict)
                or "$ref" not in node.schema
                or not SAYING.issuperset(node.schema)
            ):
                break
            try:
                node = self._document.follow(node, node.schema["$ref"])
            except Contradiction:
                break
        return node

    def effort(self) -> Effort:
        return Effort(self._document)

    def negated(self, conjunction: Conjunction) -> Conjunction:
        """Schemas that say of each of `conjunction` that it does not hold."""
        return tuple(self._choices.refusal(node) for node in conjunction)


Done = frozenset[tuple[Node, str, int]]
"""The keys of choices already made."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How deep optional parts go and how many an object has, how many values and steps there may be.

    `weighed`: what the validator is asked counts as work by an estimate, which takes time itself.
    """

    depth: int
    members: int
    size: int
    steps: int
    weighed: bool


class Builder:
    """Makes one instance within `bounds`."""

    def __init__(self, merged: Merged, judge: Judge, bounds: Bounds) -> None:
        self.depth = bounds.depth
        self.members = bounds.members
        self._merged = merged
        self._judge = judge
        self._size = bounds.size
        self._steps = bounds.steps
        self._weighed = bounds.weighed
        self.heaviest = 0
        self.first: Contradiction | None = None
        self._hopeless: dict[Conjunction, int] = {}
        self._lost: dict[Conjunction, tuple[str, str]] = {}

    def build(self, conjunction: Conjunction, place: Place) -> JSON:
        """A value that satisfies all of `conjunction`. Raises Contradiction, Stop, TooBig, Exhausted."""
        self._count(place)
        conjunction = self._merged.bare(conjunction)
        self._known_to_fail(conjunction, place)
        lost: Contradiction | None = None
        for wide in (False, True):
            refused = False
            try:
                for flat in self.variants(conjunction, wide):
                    try:
                        return self._make(flat, conjunction, place)
                    except Contradiction as reason:
                        lost = _worse(lost, reason)
                        refused |= isinstance(reason, Refused)
            except Contradiction as reason:
                lost = _worse(lost, reason)
            if not refused:
                break
        raise self._remembered(lost or Contradiction("", "nothing fits"), conjunction, place)

    def required(self, conjunction: Conjunction, place: Place) -> JSON:
        """A value that has to be there: where recursion stops the ordinary mode, the least deep one."""
        if place.fuel is not None:
            return self.build(conjunction, place)
        try:
            return self.build(conjunction, place)
        except Stop:
            return self.least(conjunction, place)

    def least(self, conjunction: Conjunction, place: Place) -> JSON:
        """The least deep value. Raises Contradiction where there is no end."""
        stopped = Stop("", "")
        for fuel in FUEL:
            try:
                return self.build(conjunction, place._replace(fuel=fuel))
            except Stop as reason:
                stopped = reason
        raise Contradiction(stopped.place, stopped.reason)

    def variants(
        self, conjunction: Conjunction, wide: bool = False, done: Done = frozenset(), new: bool = False
    ) -> Iterator[Flat]:
        """`conjunction` with every choice made, the likeliest first.

        `wide`: with the fallbacks of the choices too, and only where one of them was taken (`new`).
        `done`: the choices made. Raises Contradiction if no combination fits.
        """
        flat = self._merged.flat(conjunction)
        self.spend(len(flat.nodes) // 2)
        group = next((group for group in flat.groups if group.key not in done), None)
        if group is None:
            if new or not wide:
                yield flat
            return
        if len(flat.groups) > MAX_GROUPS:
            raise Contradiction(group.place, "too many choices")
        lost, dead = None, True
        options = group.options + group.fallbacks if wide else group.options
        for index, option in enumerate(options):
            self.spend(2)
            both = tuple(dict.fromkeys((*conjunction, *option)))
            try:
                yield from self.variants(both, wide, done | {group.key}, new or index >= len(group.options))
                dead = False
            except Contradiction as reason:
                lost = lost or reason
        if dead:
            raise lost or Contradiction(group.place, "no branch to choose from")

    def feasible(self, conjunction: Conjunction) -> bool:
        try:
            return next(self.variants(conjunction), None) is not None
        except Contradiction:
            return False

    def negated(self, conjunction: Conjunction) -> Conjunction:
        return self._merged.negated(conjunction)

    def fits(self, conjunction: Conjunction, value: JSON) -> bool:
        self.weigh(conjunction, value)
        return self._judge.accepts(conjunction, value)

    def weigh(self, conjunction: Conjunction, value: JSON) -> None:
        """Pays for having `value` judged. Raises Exhausted."""
        self.spend(1)
        if self._weighed:
            effort = self._merged.effort()
            steps = sum(effort.of(node, value) for node in conjunction)
            self.heaviest = max(self.heaviest, steps)
            self.spend(steps // EFFORT + effort.asked // OWN_EFFORT)

    def spend(self, steps: int) -> None:
        self._steps -= steps
        if self._steps < 0:
            raise Exhausted(self.first)

    def _count(self, place: Place) -> None:
        self.spend(1)
        if place.fuel is None:
            self._size -= 1
            if self._size < 0:
                raise TooBig

    def _known_to_fail(self, conjunction: Conjunction, place: Place) -> None:
        if place.fuel is not None and place.fuel <= self._hopeless.get(conjunction, -1):
            raise Stop(conjunction[0].place, ENDLESS)
        if conjunction in self._lost:
            raise Contradiction(*self._lost[conjunction])

    def _remembered(self, lost: Contradiction, conjunction: Conjunction, place: Place) -> Contradiction:
        """What to raise; what fails here fails everywhere, with recursion everywhere less deep."""
        if isinstance(lost, Stop):
            if place.fuel is not None:
                self._hopeless[conjunction] = place.fuel
            return lost
        self.first = self.first or lost
        if place.turn == 0:
            self._lost[conjunction] = lost.place, lost.reason
        return Contradiction(lost.place, lost.reason)

    def _make(self, flat: Flat, conjunction: Conjunction, place: Place) -> JSON:
        for value in _stated(flat, place) if flat.stating or place.name in place.echo else ():
            if (flat.plain and kind_of(value) in flat.kinds) or self.fits(conjunction, value):
                return copied(value)
        if flat.values is not None:
            raise self._objection(flat, conjunction)
        lost: Contradiction | None = None
        for kind in flat.kinds:
            try:
                for candidate in MAKERS[kind](self, flat, place):
                    if not flat.hard or self.fits(conjunction, candidate):
                        return candidate
                    lost = lost or self._refusal(flat, conjunction, candidate)
            except Contradiction as reason:
                lost = _worse(lost, reason)
        raise lost or Contradiction("", "nothing fits")

    def _refusal(self, flat: Flat, conjunction: Conjunction, candidate: JSON) -> Contradiction:
        found = self._judge.objection(conjunction, candidate)
        return (
            Refused(found.place, f"no {' or '.join(flat.kinds)} found: {found.reason}")
            if found
            else Refused("", "")
        )

    def _objection(self, flat: Flat, conjunction: Conjunction) -> Contradiction:
        text, value = next(iter((flat.values or {}).items()), ("", None))
        found = self._judge.objection(conjunction, value)
        reason = found.reason if found else "does not fit"
        return Contradiction(flat.values_place, f"{flat.values_word} {text[:60]} is refused: {reason}")


def _worse(known: Contradiction | None, reason: Contradiction) -> Contradiction:
    """The first reason counts; but a stop outlives a contradiction, as deeper down there may be a value."""
    if known is None or (isinstance(reason, Stop) and not isinstance(known, Stop)):
        return reason
    return known


def _stated(flat: Flat, place: Place) -> Iterator[JSON]:
    """Values that the document or the request gives, the document's first."""
    given = [] if place.turn else list(flat.shown)
    if place.turn == 0 and place.name in place.echo:
        given.append(place.echo[place.name])
    if flat.values is None:
        yield from given
        return
    yield from (value for value in given if canonical(value) in flat.values)
    values = flat.listed
    start = place.choice.number(len(values)) + place.turn
    for step in range(len(values)):
        yield values[(start + step) % len(values)]
    if "null" in flat.values:
        yield None


MAKERS: dict[str, Callable[[Work, Flat, Place], Iterator[JSON]]] = {
    "string": scalars.strings,
    "integer": scalars.integers,
    "fraction": scalars.fractions,
    "boolean": scalars.booleans,
    "null": scalars.nulls,
    "object": objects.objects,
    "array": arrays.arrays,
}
