"""Objects: required members, optional ones where they fit, made-up names where members are missing."""

from collections.abc import Callable, Iterator
from itertools import islice

from understudy.types import HIDDEN, JSON

from . import pattern, words
from .errors import Contradiction, Stop
from .flat import Flat
from .place import Place
from .work import Work

MAX_MEMBERS = 1_000
MAX_SUBSETS = 12
TURNS = 20
MATCHES = 64
"""How many matches of patterns cost as much as one step."""

Wanted = Callable[[str], bool]


def objects(work: Work, flat: Flat, place: Place) -> Iterator[JSON]:
    """The full object, the least one, then, where judging decides, ones with some of the optional members."""
    least = flat.least("Properties")
    if least > MAX_MEMBERS:
        raise Contradiction(
            flat.bounds["minProperties"].place, f"minProperties {least} is too large to build"
        )
    made = Parts(work, flat, place.inside(flat, work.depth))
    if place.fuel is None:
        yield Members(made, _all).made()
    yield Members(made, _none).made()
    if flat.hard:
        optional = [name for name in flat.member_names if name not in flat.required][:MAX_SUBSETS]
        for name in optional:
            yield Members(made, name.__eq__).made()
        for name in optional:
            yield Members(made, name.__ne__).made()


def _all(_name: str) -> bool:
    return True


def _none(_name: str) -> bool:
    return False


class Parts:
    """The values of members, each made once however many objects are tried with them."""

    def __init__(self, work: Work, flat: Flat, place: Place) -> None:
        self.work = work
        self.flat = flat
        self.place = place
        self._known: dict[str, JSON] = {}
        self._lost: dict[str, Contradiction] = {}
        self._patterns = sum(len(shape.patterns) for shape in flat.shapes)
        self.stopped: Stop | None = None
        """That a member was given up because of recursion or depth, not because it cannot be."""

    def value(self, name: str) -> JSON:
        """The value of the member `name`. Raises Contradiction, Stop where an optional one would recur."""
        if name in self._lost:
            raise self._lost[name]
        if name not in self._known:
            self.work.spend(self._patterns // MATCHES)
            make = self.work.required if name in self.flat.required else self.work.build
            try:
                self._known[name] = make(self.flat.member(name), self.place.member(name))
            except Contradiction as lost:
                self._lost[name] = lost
                if isinstance(lost, Stop):
                    self.stopped = lost
                raise
        return self._known[name]

    def allowed(self, name: str) -> bool:
        return not self.flat.names or self.work.fits(tuple(self.flat.names), name)


class Members:
    """One object in the making."""

    def __init__(self, parts: Parts, wanted: Wanted) -> None:
        self._parts = parts
        self._flat = parts.flat
        self._wanted = wanted
        self._value: dict[str, JSON] = {}

    def made(self) -> JSON:
        self._named()
        self._dependent()
        self._more()
        return self._value

    def _named(self) -> None:
        """The members that the schema names, in its order."""
        flat, most = self._flat, self._flat.most("Properties")
        room = self._parts.work.members
        if most is not None:
            room = min(room, most - len(flat.required))
        for name in flat.required:  # first, because they may be impossible
            self._put(name)
        for name in flat.member_names:
            if room > 0 and self._may_have(name) and self._tried(name):
                room -= 1
        self._value = {name: self._value[name] for name in flat.member_names if name in self._value}

    def _may_have(self, name: str) -> bool:
        """Whether an optional member is wanted, and belongs to what is made."""
        if name in self._flat.required or not self._wanted(name):
            return False
        return not any(
            isinstance(node.schema, dict) and HIDDEN in node.schema for node in self._flat.member(name)
        )

    def _put(self, name: str) -> None:
        """A member that has to be there. Raises Contradiction."""
        if not self._parts.allowed(name):
            raise Contradiction(
                self._flat.names[0].place, f'required "{name}" is not a name that propertyNames allows'
            )
        self._value[name] = self._parts.value(name)

    def _tried(self, name: str) -> bool:
        """A member that may be left out; whether it was made."""
        if not self._parts.allowed(name):
            return False
        try:
            self._value[name] = self._parts.value(name)
        except Contradiction:
            return False
        return True

    def _dependent(self) -> None:
        """Members that others ask for (`dependentRequired`); an optional asker goes when they cannot be."""
        pending = [name for name in self._value if name in self._flat.dependent]
        given_up: set[str] = set()
        while pending:
            asker = pending.pop()
            for name in self._flat.dependent.get(asker, ()):
                if asker not in self._value or name in self._value:
                    continue
                try:
                    if name in given_up:
                        raise Contradiction("", f'"{name}" is asked for, and cannot have what it asks for')
                    self._put(name)
                    pending.append(name)
                except Contradiction:
                    if asker in self._flat.required:
                        raise
                    del self._value[asker]
                    given_up.add(asker)
                    pending = [each for each in self._value if each in self._flat.dependent]

    def _more(self) -> None:
        """Names of our own, where too few members are there or a map would be empty."""
        least, most = self._flat.least("Properties"), self._flat.most("Properties")
        missing = least - len(self._value)
        if not self._flat.member_names and self._wanted("") and most != 0:
            missing = max(missing, 1)
        tries = 3 * missing + 40
        for name in self._names() if missing > 0 else ():
            missing -= name not in self._value and self._tried(name)
            tries -= 1
            if missing <= 0 or tries <= 0 or (self._parts.stopped and self._parts.place.fuel == 0):
                break
        if len(self._value) < least:
            raise self._parts.stopped or Contradiction(
                self._flat.bounds["minProperties"].place,
                f"minProperties {least} but no more than {len(self._value)} members are possible",
            )

    def _names(self) -> Iterator[str]:
        """Names that may be free: those that the schema spells, then words."""
        flat, choice = self._flat, self._parts.place.choice.at("names")
        yield from flat.member_names
        patterns = [expression for shape in flat.shapes for _, expression, _ in shape.patterns]
        for expression in patterns:
            yield from islice(pattern.samples(expression, choice, 0, 60), 1)
            yield from (
                text + words.noun(choice) for text in islice(pattern.samples(expression, choice, 0, 60), 1)
            )
        for turn in range(TURNS if flat.names else 0):
            yield from self._spelled(turn)
        first = choice.number(len(words.NOUNS))
        yield from islice((*words.NOUNS[first:], *words.NOUNS[:first]), 3 if patterns else None)
        for expression in patterns:
            yield from pattern.samples(expression, choice.at("more"), 0, 60)
        yield from (f"{noun}{index}" for index in range(1, MAX_MEMBERS) for noun in words.NOUNS)

    def _spelled(self, turn: int) -> Iterator[str]:
        """A name of the kind that `propertyNames` asks for."""
        place = self._parts.place.member("names")._replace(turn=turn, echo={})
        try:
            name = self._parts.work.build(tuple(self._flat.names), place)
        except Contradiction:
            return
        if isinstance(name, str):
            yield name
