"""A schema made ready: checked, indexed, and with the depth found at which a whole example stays readable."""

from collections.abc import Mapping
from contextlib import suppress
from json import loads

from understudy.errors import Unsatisfiable
from understudy.types import JSON

from .build import Bounds, Builder, Merged
from .choose import Choice
from .effort import check_patterns
from .errors import Contradiction, Exhausted, TooBig
from .judge import Formats, Judge, OwnJudge
from .place import NOTHING, Place
from .resolve import Document, Node

RUNGS = ((12, 300), (6, 300), (4, 100), (4, 30), (3, 12), (2, 12), (0, 0))
"""How deep optional parts are made, and how many an object has; the last is the least value there is."""

LAST = len(RUNGS) - 1
SIZE = 1_000
"""How many values an example may have that is still readable."""

STEPS = 5_000
LAST_STEPS = 16_000
ATTEMPTS = 4
HEAVY = 20_000
"""Steps of one validation from which on every validation is weighed."""

NAMING = (b'"$id"', b'"$anchor"', b'"$dynamicAnchor"')


class Plan:
    """Makes instances of one schema. Keep it where the same schema is asked for again and again."""

    def __init__(self, merged: Merged, judge: Judge, root: Node) -> None:
        self._merged = merged
        self._judge = judge
        self._root = root
        self._start, self._weighed = self._surveyed()

    @classmethod
    def of(cls, text: bytes, formats: Formats) -> "Plan":
        """`text` is the schema as JSON. Raises Unsatisfiable if it is none or refers to what it lacks."""
        try:
            schema = loads(text)
            check_patterns(schema, text)
        except Contradiction as lost:
            raise Unsatisfiable(lost.place, lost.reason) from None
        except RecursionError:
            raise Unsatisfiable("", "not a schema: nested too deeply") from None
        judge = OwnJudge(schema, formats)
        document = Document(schema, named=any(word in text for word in NAMING))
        return cls(Merged(document), judge, document.root)

    def instance(self, key: bytes, echo: Mapping[str, JSON] = NOTHING, name: str = "") -> JSON:
        """An instance, as `synthesise` describes, of something called `name`. Raises Unsatisfiable."""
        try:
            return self._valid(Place.root(Choice.of(key), echo, name))
        except Contradiction as reason:
            raise Unsatisfiable(reason.place, reason.reason) from None
        except Exhausted as spent:
            raise Unsatisfiable(*_obstacle(spent)) from None
        except RecursionError:
            raise Unsatisfiable("", "nested too deeply") from None

    def _valid(self, place: Place) -> JSON:
        refused = Contradiction("", "")
        for attempt in range(ATTEMPTS):
            choice = place.choice.at(attempt) if attempt else place.choice
            value = self._made(place._replace(choice=choice, identity=choice))
            violation = self._judge.explain(self._root, value)
            if violation is None:
                return value
            refused = Contradiction(violation[0], f"no value found: {violation[1]}")
        raise refused

    def _made(self, place: Place) -> JSON:
        """The value of the deepest example that is readable and takes no longer than it may."""
        for index in range(self._start, LAST, LAST // 2):
            with suppress(TooBig, Exhausted):
                return self._built(Bounds(*RUNGS[index], 2 * SIZE, STEPS, self._weighed), place)[0]
        return self._built(Bounds(*RUNGS[LAST], 2 * SIZE, LAST_STEPS, self._weighed), place)[0]

    def _built(self, bounds: Bounds, place: Place) -> tuple[JSON, int]:
        """A value, and the weight of having it judged."""
        builder = Builder(self._merged, self._judge, bounds)
        root = (self._root,)
        value = builder.required(root, place) if bounds.depth else builder.least(root, place)
        builder.weigh(root, value)
        return value, builder.heaviest

    def _surveyed(self) -> tuple[int, bool]:
        """Where in RUNGS an example of this schema gets a readable size, and whether judging it is heavy.

        Found with a key of its own, so that it is the same for every key.
        """
        low, high, weights = 0, LAST, {0: self._weight(0)}
        if weights[0] is None:
            low = 1
            while low < high:
                middle = (low + high) // 2
                weights[middle] = self._weight(middle)
                low, high = (middle + 1, high) if weights[middle] is None else (low, middle)
        return low, (weights.get(low) or HEAVY) >= HEAVY

    def _weight(self, index: int) -> int | None:
        """What judging the example of a rung weighs; None where the example is too large."""
        try:
            place = Place.root(Choice.of(b""), NOTHING)
            return self._built(Bounds(*RUNGS[index], SIZE, STEPS, True), place)[1]
        except (TooBig, Exhausted):
            return None
        except (Contradiction, RecursionError):
            return HEAVY


def _obstacle(spent: Exhausted) -> tuple[str, str]:
    first = spent.first
    return (
        ("", "too large to build")
        if first is None
        else (first.place, f"{first.reason}; other ways are too many to try")
    )
