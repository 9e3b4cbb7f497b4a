"""A schema made ready: checked, indexed, and with the depth found at which a whole example stays readable."""

from collections.abc import Mapping
from json import loads

from ..errors import Unsatisfiable
from ..types import JSON
from .build import Bounds, Builder, Merged
from .choose import Choice
from .effort import check_patterns
from .errors import Contradiction, Exhausted, Stop, TooBig
from .judge import Formats, Judge
from .place import Place
from .resolve import Document

DEPTHS = (12, 8, 6, 5, 4, 3, 2, 1, 0)
SIZE = 1_000
STEPS = 20_000
ATTEMPTS = 4
HEAVY = 20_000
"""Steps of one validation from which on every validation is weighed."""

NAMING = (b'"$id"', b'"$anchor"', b'"$dynamicAnchor"')


class Plan:
    """Makes instances of one schema. Keep it where the same schema is asked for again and again."""

    def __init__(self, text: bytes, formats: Formats | None = None) -> None:
        """`text` is the schema as JSON. Raises Unsatisfiable where it is none, or refers to what it does not hold."""
        try:
            schema = loads(text)
            check_patterns(schema, text)
        except Contradiction as lost:
            raise Unsatisfiable(lost.place, lost.reason) from None
        except RecursionError:
            raise Unsatisfiable("", "not a schema: nested too deeply") from None
        self._judge = Judge(schema, formats or {})
        self._document = Document(schema, named=any(word in text for word in NAMING))
        self._merged = Merged(self._document)
        self._depths, self._weighed = self._surveyed()

    def instance(self, key: bytes, echo: Mapping[str, JSON] | None = None) -> JSON:
        """An instance for `key`, as `synthesise` describes. Raises Unsatisfiable."""
        try:
            return self._valid(Choice.of(key), echo or {})
        except Contradiction as reason:
            raise Unsatisfiable(reason.place, reason.reason) from None
        except (Exhausted, TooBig):
            raise Unsatisfiable("", "too large to build") from None
        except RecursionError:
            raise Unsatisfiable("", "nested too deeply") from None

    def _valid(self, choice: Choice, echo: Mapping[str, JSON]) -> JSON:
        for attempt in range(ATTEMPTS):
            value = self._made(choice.at(attempt) if attempt else choice, echo)
            violation = self._judge.explain(value)
            if violation is None:
                return value
        raise Contradiction(violation[0], f"no value found: {violation[1]}")

    def _made(self, choice: Choice, echo: Mapping[str, JSON]) -> JSON:
        for depth in self._depths:
            try:
                return self._built(Bounds(depth, 2 * SIZE, STEPS, self._weighed), choice, echo)[0]
            except TooBig:
                continue
        raise TooBig

    def _built(self, bounds: Bounds, choice: Choice, echo: Mapping[str, JSON]) -> tuple[JSON, int]:
        """A value, and the weight of having it judged."""
        builder = Builder(self._merged, self._judge, bounds)
        root = (self._document.root,)
        place = Place.root(choice, echo, None)
        value = builder.required(root, place) if bounds.depth else builder.least(root, place)
        builder.weigh(root, value)
        return value, builder.heaviest

    def _surveyed(self) -> tuple[tuple[int, ...], bool]:
        """The depths at which an example of this schema has a readable size, and whether judging it is heavy.

        Found with a key of its own, so that it is the same for every key.
        """
        for index, depth in enumerate(DEPTHS):
            try:
                _, heaviest = self._built(Bounds(depth, SIZE, STEPS, True), Choice.of(b""), {})
            except TooBig:
                continue
            except (Contradiction, Exhausted, RecursionError):
                return DEPTHS[index:], True
            return DEPTHS[index:], heaviest > HEAVY
        return DEPTHS[-1:], True
