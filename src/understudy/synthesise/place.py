"""Where in the instance a value is being made, and what it may know of its surroundings."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from understudy.types import JSON

from .choose import Choice
from .errors import Stop
from .flat import Flat

NOTHING: Mapping[str, JSON] = MappingProxyType({})
ENDLESS = "recursion without an end"


class Place(NamedTuple):
    """One value to be made. A place is never changed; `inside`, `member` and `item` lead to the next ones.

    `fuel` is None in the ordinary mode, which fills what is optional; else only what is required is made, at
    most so many levels deep. `turn` asks for another value than the ones of the earlier turns.
    """

    choice: Choice
    identity: Choice
    """Shared by all within one item of an array, so that `user_id` and `user.id` agree."""
    name: str
    owner: str
    """The name of the thing that the value is a property of."""
    echo: Mapping[str, JSON]
    path: tuple[Flat, ...]
    """The objects and arrays around this place, by their schemas."""
    fuel: int | None
    turn: int = 0

    @classmethod
    def root(cls, choice: Choice, echo: Mapping[str, JSON], name: str = "") -> "Place":
        return cls(choice, choice, name, "", echo, (), None)

    def inside(self, flat: Flat, depth: int) -> "Place":
        """The place of the parts of an object or array. Raises Stop where it recurs or lies below `depth`."""
        if self.fuel is None and (len(self.path) >= depth or flat.recurs(self.path)):
            raise Stop(flat.nodes[0].place if flat.nodes else "", ENDLESS)
        echo = self.echo
        if echo and self.path:
            named = self.path[-1].member_names
            echo = {name: value for name, value in echo.items() if name not in named}
        choice = self.choice.at(self.turn) if self.turn else self.choice
        return Place(choice, self.identity, self.name, self.owner, echo, (*self.path, flat), self.fuel)

    def member(self, name: str) -> "Place":
        return Place(
            self.choice.at(name), self.identity, name, self.name, self.echo, self.path, self._less()
        )  # fmt: skip

    def item(self, index: int, name: str, turn: int = 0) -> "Place":
        """Items are things of their own; the `id` of a request is not the id of each of them."""
        choice = self.choice.at(index)
        identity = choice.at(turn) if turn else choice
        echo = {key: value for key, value in self.echo.items() if key != "id"} if self.echo else self.echo
        return Place(choice, identity, name, self.owner, echo, self.path, self._less(), turn)

    def _less(self) -> int | None:
        if self.fuel == 0:
            inner = self.path[-1]
            where = inner.nodes[0].place if inner.nodes else ""
            raise Stop(where, ENDLESS if inner.recurs(self.path[:-1]) else "nested too deeply to build")
        return None if self.fuel is None else self.fuel - 1
