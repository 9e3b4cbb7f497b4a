"""Arrays: items by position, those that `contains` asks for, and all of them different where they must be."""

from collections.abc import Iterator

from understudy.types import JSON

from .errors import Contradiction
from .flat import Conjunction, Contains, Flat
from .place import Place
from .plausible import singular
from .same import canonical
from .work import Work

MAX_ITEMS = 5_000
SCALAR_ITEMS = 2
TRIALS = 4
TURNS = 64


def arrays(work: Work, flat: Flat, place: Place) -> Iterator[JSON]:
    """An array of the usual length, the shortest one, then, where judging decides, longer ones."""
    least, most = flat.least("Items"), flat.most("Items")
    if least > MAX_ITEMS:
        raise Contradiction(flat.bounds["minItems"].place, f"minItems {least} is too large to build")
    inside = place.inside(flat, work.depth)
    counts = [least]
    if place.fuel is None:
        usual = max(least, _usual(work, flat))
        counts.insert(0, usual if most is None else min(usual, most))
    if flat.hard:
        counts += range(least + 1, least + TRIALS if most is None else min(least + TRIALS, most + 1))
    for count in dict.fromkeys(counts):
        yield Items(work, flat, inside, count).made()


def _usual(work: Work, flat: Flat) -> int:
    """How many items a person would write; those of `contains` come on top."""
    count = max((len(row.prefix) for row in flat.rows), default=0)
    if flat.contains:
        return count
    try:
        following = next(work.variants(flat.item(count)))
    except Contradiction:
        return count
    return count + (1 if following.kinds[0] in ("object", "array") else SCALAR_ITEMS)


class Items:
    """One array in the making."""

    def __init__(self, work: Work, flat: Flat, place: Place, count: int) -> None:
        self._work = work
        self._flat = flat
        self._place = place
        self._slots = [flat.item(index) for index in range(count)]
        self._needed = flat.least("Items")
        self._name = singular(place.name)
        self._seen: set[str] = set()

    def made(self) -> JSON:
        for wanted in self._flat.contains:
            self._assign(wanted)
        items: list[JSON] = []
        for index, conjunction in enumerate(self._slots):
            try:
                items.append(self._item(index, conjunction))
            except Contradiction:
                if index < self._needed:
                    raise
                break
        return items

    def _assign(self, wanted: Contains) -> None:
        """Finds slots for what `contains` asks for; where `maxContains` counts, the others must not match."""
        if wanted.least > MAX_ITEMS:
            raise Contradiction(wanted.node.place, f"minContains {wanted.least} is too large to build")
        taken: set[int] = set()
        for _ in range(wanted.least):
            taken.add(self._slot(wanted, taken))
        self._needed = max([self._needed, *(index + 1 for index in taken)])
        if wanted.most is not None:
            unlike = self._work.negated((wanted.node,))
            self._slots = [
                slot if index in taken else (*slot, *unlike) for index, slot in enumerate(self._slots)
            ]

    def _slot(self, wanted: Contains, taken: set[int]) -> int:
        most = self._flat.most("Items")
        fresh = len(self._slots)
        own = self._flat.item(fresh)
        if (most is None or fresh < most) and self._work.feasible((*own, wanted.node)):
            self._slots.append((*own, wanted.node))
            return fresh
        for index in reversed(range(fresh)):
            if index not in taken and self._work.feasible((*self._slots[index], wanted.node)):
                self._slots[index] = (*self._slots[index], wanted.node)
                return index
        raise Contradiction(
            wanted.node.place, f"contains asks for {wanted.least} items and there is no room for them"
        )

    def _item(self, index: int, conjunction: Conjunction) -> JSON:
        make = self._work.required if index < self._needed else self._work.build
        if not self._flat.unique:
            return make(conjunction, self._place.item(index, self._name))
        for turn in range(index, 2 * index + TURNS):
            item = make(conjunction, self._place.item(0, self._name, turn))
            if (text := canonical(item)) not in self._seen:
                self._seen.add(text)
                return item
        place = self._flat.nodes[0].place
        raise Contradiction(place, f"minItems {self._needed} but only {len(self._seen)} distinct values")
