"""The search for a value: options one after the other, parts before the whole, judged where it matters."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..types import JSON
from . import arrays, objects, scalars
from .choices import Choices
from .effort import Effort
from .errors import Contradiction, Exhausted, Stop, TooBig
from .flat import Conjunction, Flat
from .judge import Judge
from .merge import merge
from .place import Place
from .resolve import Document, Node
from .same import canonical, kind_of
from .work import Work

FUEL = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""How deep a value of required parts alone may be, tried in turn: the nearest legal stop is found first."""

MAX_GROUPS = 200
EFFORT = 500
"""How many steps of the validator cost as much as one of ours."""

OWN_EFFORT = 4
"""How many steps of the estimate do."""


class Merged:
    """The flattened forms of the conjunctions of one document, each worked out once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._choices = Choices(document)
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

    def effort(self) -> Effort:
        return Effort(self._document)

    def negated(self, conjunction: Conjunction) -> Conjunction:
        """Schemas that say of each of `conjunction` that it does not hold."""
        return tuple(self._choices.refusal(node) for node in conjunction)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How deep optional parts go, how many values there may be, how many steps of work.

    `weighed`: what the validator is asked counts as work by an estimate, which takes time itself.
    """

    depth: int
    size: int
    steps: int
    weighed: bool


class Builder:
    """Makes one instance within `bounds`."""

    def __init__(self, merged: Merged, judge: Judge, bounds: Bounds) -> None:
        self.depth = bounds.depth
        self._merged = merged
        self._judge = judge
        self._size = bounds.size
        self._steps = bounds.steps
        self._weighed = bounds.weighed
        self.heaviest = 0
        self.first: Contradiction | None = None
        self._hopeless: dict[Conjunction, int] = {}
        self._lost: dict[Conjunction, Contradiction] = {}

    def build(self, conjunction: Conjunction, place: Place) -> JSON:
        """A value that satisfies all of `conjunction`. Raises Contradiction, Stop, TooBig, Exhausted."""
        self._count(place)
        if place.fuel is not None and place.fuel <= self._hopeless.get(conjunction, -1):
            raise Stop(conjunction[0].place, "recursion without an end")
        if conjunction in self._lost:
            raise Contradiction(self._lost[conjunction].place, self._lost[conjunction].reason)
        lost: Contradiction | None = None
        try:
            for flat in self.variants(conjunction):
                try:
                    return self._make(flat, conjunction, place)
                except Contradiction as reason:
                    lost = self._worse(lost, reason)
        except Contradiction as reason:
            lost = self._worse(lost, reason)
        if isinstance(lost, Stop) and place.fuel is not None:
            self._hopeless[conjunction] = place.fuel
        elif lost and not isinstance(lost, Stop):
            self.first = self.first or lost
            if place.turn == 0:
                self._lost[conjunction] = lost
        raise lost or Contradiction("", "nothing fits")

    def required(self, conjunction: Conjunction, place: Place) -> JSON:
        """A value that has to be there: where recursion stops the ordinary mode, the least deep one."""
        if place.fuel is not None:
            return self.build(conjunction, place)
        try:
            return self.build(conjunction, place)
        except Stop as stopped:
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

    def variants(self, conjunction: Conjunction, done: frozenset[tuple[Node, str, int]] = frozenset()) -> Iterator[Flat]:
        """`conjunction` with every choice made, the likeliest first. Raises Contradiction if no combination fits."""
        flat = self._merged.flat(conjunction)
        self.spend(len(flat.nodes) // 2)
        group = next((group for group in flat.groups if group.key not in done), None)
        if group is None:
            yield flat
            return
        if len(flat.groups) > MAX_GROUPS:
            raise Contradiction(group.place, "too many choices")
        lost: Contradiction | None = None
        found = False
        for option in group.options:
            self.spend(2)
            try:
                for variant in self.variants(tuple(dict.fromkeys((*conjunction, *option))), done | {group.key}):
                    found = True
                    yield variant
            except Contradiction as reason:
                lost = lost or reason
        if not found:
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

    def _worse(self, known: Contradiction | None, reason: Contradiction) -> Contradiction:
        """A stop outlives a contradiction: deeper down there may still be a value."""
        return reason if known is None or (isinstance(reason, Stop) and not isinstance(known, Stop)) else known

    def _make(self, flat: Flat, conjunction: Conjunction, place: Place) -> JSON:
        for value in _stated(flat, place):
            if (flat.plain and kind_of(value) in flat.kinds) or self.fits(conjunction, value):
                return value
        if flat.values is not None:
            raise self._objection(flat, conjunction)
        lost: Contradiction | None = None
        for kind in flat.kinds:
            try:
                for candidate in MAKERS[kind](self, flat, place):
                    if not flat.hard or self.fits(conjunction, candidate):
                        return candidate
            except Contradiction as reason:
                lost = self._worse(lost, reason)
        where = flat.nodes[0].place if flat.nodes else ""
        raise lost or Contradiction(where, f"no {' or '.join(flat.kinds)} found that satisfies every keyword")

    def _objection(self, flat: Flat, conjunction: Conjunction) -> Contradiction:
        text, value = next(iter((flat.values or {}).items()), ("", None))
        found = self._judge.objection(conjunction, value)
        reason = found.reason if found else "does not fit"
        return Contradiction(flat.values_place, f"{flat.values_word} {text[:60]} is refused: {reason}")


def _stated(flat: Flat, place: Place) -> Iterator[JSON]:
    """Values that the document or the request gives, the document's first."""
    given = [value for value in flat.examples if value not in HOLLOW] if place.turn == 0 else []
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


HOLLOW: tuple[JSON, ...] = (None, "", [], {})
"""Examples and defaults that say what is absent; a person wants to see what is there."""

MAKERS: dict[str, Callable[[Work, Flat, Place], Iterator[JSON]]] = {
    "string": scalars.strings,
    "integer": scalars.integers,
    "fraction": scalars.fractions,
    "boolean": scalars.booleans,
    "null": scalars.nulls,
    "object": objects.objects,
    "array": arrays.arrays,
}
