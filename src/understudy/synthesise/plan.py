"""A schema made ready: checked, indexed, and with the depth found at which a whole example stays readable."""

from collections.abc import Mapping

from ..errors import Unsatisfiable
from ..types import JSON
from .build import Builder, Merged
from .choose import Choice
from .errors import Contradiction, Exhausted, TooBig
from .judge import Formats, Judge
from .place import Place
from .resolve import Document

DEPTHS = (12, 8, 6, 5, 4, 3, 2, 1, 0)
SIZE = 1_000
STEPS = 20_000
ATTEMPTS = 4


class Plan:
    """Makes instances of one schema. Keep it where the same schema is asked for again and again."""

    def __init__(self, schema: JSON, formats: Formats | None = None) -> None:
        """Raises Unsatisfiable where `schema` is no schema, or refers to what it does not hold."""
        self._judge = Judge(schema, formats or {})
        self._document = Document(schema)
        self._merged = Merged(self._document)
        self._start = 0
        self._start = self._deepest()

    def instance(self, key: bytes, echo: Mapping[str, JSON] | None = None) -> JSON:
        """An instance for `key`, as `synthesise` describes. Raises Unsatisfiable."""
        choice = Choice.of(key)
        lost = Contradiction("", "no value found")
        try:
            for attempt in range(ATTEMPTS):
                value = self._made(choice.at(attempt) if attempt else choice, echo or {}, 2 * SIZE)
                violation = self._judge.explain(value)
                if violation is None:
                    return value
                lost = Contradiction(violation[0], f"no value found: {violation[1]}")
        except Contradiction as reason:
            lost = reason
        except Exhausted:
            lost = Contradiction("", "too large to build")
        except RecursionError:
            lost = Contradiction("", "nested too deeply")
        raise Unsatisfiable(lost.place, lost.reason)

    def _deepest(self) -> int:
        """The first of DEPTHS at which an example of this schema has a readable size; the same for every key."""
        for index, depth in enumerate(DEPTHS):
            try:
                self._builder(depth, SIZE).required((self._document.root,), Place.root(Choice.of(b""), {}, None))
            except TooBig:
                continue
            except (Contradiction, Exhausted, RecursionError):
                pass
            return index
        return len(DEPTHS) - 1

    def _made(self, choice: Choice, echo: Mapping[str, JSON], size: int) -> JSON:
        for depth in DEPTHS[self._start :]:
            try:
                return self._builder(depth, size).required((self._document.root,), Place.root(choice, echo, None))
            except TooBig:
                continue
        return self._builder(0, size).required((self._document.root,), Place.root(choice, echo, 12))

    def _builder(self, depth: int, size: int) -> Builder:
        return Builder(self._merged, self._judge, depth=depth, size=size, steps=STEPS)
