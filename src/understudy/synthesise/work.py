"""What the makers of objects, arrays and scalars may ask of the builder that called them."""

from collections.abc import Iterator
from typing import Protocol

from understudy.types import JSON

from .flat import Conjunction, Flat
from .place import Place


class Work(Protocol):
    @property
    def depth(self) -> int:
        """How deep optional parts are made."""

    @property
    def members(self) -> int:
        """How many optional members an object is given."""

    def build(self, conjunction: Conjunction, place: Place) -> JSON:
        """A value of `conjunction`. Raises Contradiction, or Stop where recursion must end."""

    def required(self, conjunction: Conjunction, place: Place) -> JSON:
        """As `build`; where recursion must end, the least deep value."""

    def variants(self, conjunction: Conjunction) -> Iterator[Flat]:
        """`conjunction` with every choice made. Raises Contradiction if no combination fits."""

    def fits(self, conjunction: Conjunction, value: JSON) -> bool:
        """Whether `value` satisfies all of `conjunction`."""

    def feasible(self, conjunction: Conjunction) -> bool:
        """Whether nothing speaks against a value of `conjunction` at first sight."""

    def negated(self, conjunction: Conjunction) -> Conjunction:
        """Schemas each of which says that one of `conjunction` does not hold."""

    def spend(self, steps: int) -> None:
        """Pays for work done. Raises Exhausted."""
