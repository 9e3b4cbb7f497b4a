"""The constraints on one value, laid side by side: what `merge` fills and the builders read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, lcm

from understudy.types import JSON

from .errors import Contradiction
from .resolve import Node

KINDS = ("string", "integer", "fraction", "object", "array", "boolean", "null")
"""The types of a value; `fraction` is a number that is not an integer."""

NUMBERS = ("integer", "fraction")
TYPES = {name: (name,) for name in KINDS} | {"number": ("fraction", "integer")}
"""The kinds of each `type`."""

Conjunction = tuple[Node, ...]
"""Schemas that all hold for one value."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit, and the keyword that sets it."""

    value: int | float
    keyword: str
    place: str

    @property
    def open(self) -> bool:
        """Whether the limit itself is outside."""
        return self.keyword.startswith("exclusive")

    def __str__(self) -> str:
        return f"{self.keyword} {self.value}"


@dataclass(frozen=True, slots=True)
class Group:
    """A choice still to be made: one of `options` holds besides.

    `fallbacks` are narrower options, for where the value made with an option is refused.
    """

    key: tuple[Node, str, int]
    place: str
    options: tuple[Conjunction, ...]
    fallbacks: tuple[Conjunction, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """What one schema object says of the members of an object."""

    named: dict[str, Node]
    patterns: tuple[tuple[Callable[[JSON], bool], str, Node], ...]
    rest: Node | None


@dataclass(frozen=True, slots=True)
class Row:
    """What one schema object says of the items of an array."""

    prefix: Conjunction
    rest: Node | None


@dataclass(frozen=True, slots=True)
class Contains:
    node: Node
    least: int
    most: int | None


@dataclass(slots=True)
class Flat:
    """The constraints on one value. Filled by `merge`, then never changed.

    `hard`: some of it is only known to hold once a value has been judged.
    """

    nodes: list[Node] = field(default_factory=list)
    kinds: list[str] = field(default_factory=lambda: list(KINDS))
    stated: list[str] = field(default_factory=list)
    bounds: dict[str, Bound] = field(default_factory=dict)
    multiples: list[Fraction] = field(default_factory=list)
    values: dict[str, JSON] | None = None
    """The values of `const` and `enum` by their canonical text."""
    values_word: str = ""
    values_place: str = ""
    examples: list[JSON] = field(default_factory=list)
    shown: list[JSON] = field(default_factory=list)
    """The examples that show something."""
    listed: list[JSON] = field(default_factory=list)
    """The same without null, unless null is all there is."""
    excluded: set[str] = field(default_factory=set)
    patterns: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    encoding: str | None = None
    media: str | None = None
    content: Node | None = None
    shapes: list[Shape] = field(default_factory=list)
    required: dict[str, str] = field(default_factory=dict)
    dependent: dict[str, list[str]] = field(default_factory=dict)
    names: list[Node] = field(default_factory=list)
    other_members: list[Node] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    contains: list[Contains] = field(default_factory=list)
    unique: bool = False
    other_items: list[Node] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    hard: bool = False
    lost: list[Contradiction] = field(default_factory=list)
    core: Conjunction = ()
    """The schemas that shape an object or array: where they recur, the value recurs."""
    turns: frozenset[Node] = frozenset()
    """The schemas that offer branches: where they are met again inside, the value recurs too."""
    plain: bool = False
    """Whether any value of the right kind will do: nothing but types and stated values."""
    member_names: dict[str, None] = field(default_factory=dict)
    _members: dict[str, Conjunction] = field(default_factory=dict)

    @property
    def low(self) -> Bound | None:
        at, above = self.bounds.get("minimum"), self.bounds.get("exclusiveMinimum")
        return above if above and (at is None or above.value >= at.value) else at

    @property
    def high(self) -> Bound | None:
        at, below = self.bounds.get("maximum"), self.bounds.get("exclusiveMaximum")
        return below if below and (at is None or below.value <= at.value) else at

    def multiples_within(self, unit: Fraction) -> tuple[int | None, int | None]:
        """The least and the greatest n with n * unit within the bounds; None where there is no bound."""
        low, high = self.low, self.high
        first = last = None
        if low:
            exact = Fraction(str(low.value)) / unit
            first = floor(exact) + 1 if low.open else ceil(exact)
        if high:
            exact = Fraction(str(high.value)) / unit
            last = ceil(exact) - 1 if high.open else floor(exact)
        return first, last

    @property
    def step(self) -> Fraction | None:
        """The least number that every `multipleOf` divides."""
        if not self.multiples:
            return None
        below = lcm(*(each.denominator for each in self.multiples))
        return Fraction(lcm(*(int(each * below) for each in self.multiples)), below)

    def least(self, what: str) -> int:
        bound = self.bounds.get(f"min{what}")
        return ceil(bound.value) if bound else 0

    def most(self, what: str) -> int | None:
        bound = self.bounds.get(f"max{what}")
        return floor(bound.value) if bound else None

    def member(self, name: str) -> Conjunction:
        """All that holds for the member `name` of an object."""
        found = self._members.get(name)
        if found is None:
            found = self._members[name] = tuple(dict.fromkeys(self._member(name)))
        return found

    def _member(self, name: str) -> Iterator[Node]:
        evaluated = False
        for shape in self.shapes:
            own = [shape.named[name]] if name in shape.named else []
            own += [node for matches, _, node in shape.patterns if matches(name)]
            own = own or ([shape.rest] if shape.rest else [])
            evaluated |= bool(own)
            yield from own
        if not evaluated:
            yield from self.other_members

    def item(self, index: int) -> Conjunction:
        """All that holds for the item at `index` of an array."""
        found = []
        for row in self.rows:
            if index < len(row.prefix):
                found.append(row.prefix[index])
            elif row.rest is not None:
                found.append(row.rest)
        return tuple(dict.fromkeys(found or self.other_items))

    @property
    def stating(self) -> bool:
        """Whether a value is given by the schema itself."""
        return self.values is not None or bool(self.shown)

    def recurs(self, around: "Iterable[Flat]") -> bool:
        """Whether an object or array of this kind stands inside one of its own kind."""
        return any(
            (bool(self.core) and self.core == outer.core) or not self.turns.isdisjoint(outer.turns)
            for outer in around
        )

    def drop(self, kinds: Iterable[str], place: str, reason: str) -> None:
        """No value of these kinds is possible. Raises Contradiction when no kind is left."""
        gone = [kind for kind in kinds if kind in self.kinds]
        if gone:
            self.lost.append(Contradiction(place, reason))
        self.kinds = [kind for kind in self.kinds if kind not in gone]
        if not self.kinds:
            raise self.lost[-1] if gone else Contradiction(place, reason)
