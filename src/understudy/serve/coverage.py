"""What of the documents the tests of a client have used, and what none of them has.

Facts are kept by namespace and test, beyond the journal's bounds: only what a document declares and an answer
can be is one, so that they are few. A request that was seen before costs two look-ups.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, Protocol

from understudy.contract import Operation, Reading, mediatype
from understudy.contract.parts import Key, choice, declared_choices, declared_parts
from understudy.serve.answer import Answer, Origin
from understudy.session import Session
from understudy.types import JSON, Path

_MAX_SEEN = 20_000
"""How many different requests are known to be counted already."""
MAX_FACTS = 200_000
"""Of all tests; what goes beyond is not counted."""
KINDS = ("parameters", "properties", "values", "mediaTypes", "statuses", "replies")

Test = tuple[str, str]
"""Namespace and test."""


class Fact(NamedTuple):
    """One thing that was used: of a kind of `KINDS`, by its name in an operation."""

    api: str
    operation: str
    kind: str
    name: str


class Facts(Protocol):
    """Where facts are kept."""

    def generation(self) -> int:
        """Another one once something was forgotten. Raises StoreError."""

    def add(self, test: Test, facts: Set[Fact]) -> None:
        """Keep facts; known ones stay as they are. Raises StoreError."""

    def all(self, namespace: str | None) -> dict[Test, set[Fact]]:
        """The facts of each test of a namespace, or of all. Raises StoreError."""

    def clear(self, namespace: str | None) -> None:
        """Forget the facts of a namespace, or all. Raises StoreError."""


class OwnFacts:
    """The facts of one process."""

    def __init__(self) -> None:
        self._kept: dict[Test, set[Fact]] = {}
        self._count = 0
        self._generation = 0

    def generation(self) -> int:
        return self._generation

    def add(self, test: Test, facts: Set[Fact]) -> None:
        known = self._kept.setdefault(test, set())
        fresh = facts - known
        if fresh:
            known.update(sorted(fresh)[: MAX_FACTS - self._count])
            self._count += len(fresh)

    def all(self, namespace: str | None) -> dict[Test, set[Fact]]:
        return {test: facts for test, facts in self._kept.items() if namespace in (None, test[0])}

    def clear(self, namespace: str | None) -> None:
        self._kept = {} if namespace is None else {t: f for t, f in self._kept.items() if t[0] != namespace}
        self._count = sum(map(len, self._kept.values()))
        self._generation += 1


@dataclass(slots=True)
class _Spot:
    """A declared part of requests: the facts that a value in it shows, and its own parts by name."""

    fact: Fact | None = None
    choices: dict[str, Fact] = field(default_factory=dict)
    members: dict[str | int, "_Spot"] = field(default_factory=dict)

    def collect(self, value: JSON, found: set[Fact]) -> None:
        """Add the facts that a value shows."""
        if self.fact:
            found.add(self.fact)
        if self.choices:
            chosen = map(choice, value if isinstance(value, list) else [value])
            found.update(self.choices[text] for text in chosen if text in self.choices)
        if isinstance(value, dict):
            for name, item in value.items() if self.members else ():
                if name in self.members:
                    self.members[name].collect(item, found)
        elif isinstance(value, list) and "*" in self.members:
            items = self.members["*"]
            for item in value if items.choices or items.members else value[:1]:
                items.collect(item, found)

    def at(self, path: Path) -> "_Spot":
        """The part at a path, made if it is new."""
        spot = self
        for name in path:
            spot = spot.members.setdefault(name, _Spot())
        return spot


class _Declared:
    """What the document declares of one operation."""

    def __init__(self, api: str, operation: Operation) -> None:
        self._operation = operation
        self._make = partial(Fact, api, operation.name)
        self.requests = _Spot()
        """By place, then by path."""
        self._types = {
            name: self._make("mediaTypes", f"request {name}") for name in operation.request_contents
        }
        self._answers: dict[tuple[int, Origin, str | None], frozenset[Fact]] = {}
        self.facts: dict[Fact, None] = {}
        for place, path in declared_parts(operation):
            self._add_part(place, path)
        for key, texts in declared_choices(operation).items():
            self._add_choices(key, texts)
        types: list[str] = []
        for status, response in operation.responses.items():
            self.facts[self._make("statuses", status)] = None
            types += [f"{status} {name}" for name in response.contents]
        self.facts |= dict.fromkeys(self._types.values())
        self.facts |= dict.fromkeys(self._make("mediaTypes", name) for name in types)

    def requested(self, reading: Reading, found: set[Fact]) -> None:
        """Add what a request that keeps the contract used."""
        self.requests.collect(reading.parameters, found)
        if reading.media_type is not None:
            self.requests.at(("body",)).collect(reading.body, found)
            found.add(self._types[reading.media_type])

    def answered(self, answer: Answer) -> frozenset[Fact]:
        """What an answer shows to be used."""
        sent = next((value for name, value in answer.headers if name == "content-type"), None)
        key = (answer.status, answer.origin, sent)
        if key not in self._answers:
            self._answers[key] = frozenset(self._answered(answer, sent))
        return self._answers[key]

    def _answered(self, answer: Answer, sent: str | None) -> Iterator[Fact]:
        declared = self._operation.response(answer.status)
        status = declared.status if declared else str(answer.status)
        yield self._make("statuses", status)
        yield self._make("replies", f"{answer.origin} {answer.status}")
        if sent is not None:
            name = (declared and mediatype.select(declared.contents, sent)) or mediatype.essence(sent)
            yield self._make("mediaTypes", f"{status} {name}")

    def _add_part(self, place: str, path: Path) -> None:
        """Of a body as a whole its media type tells that it was used."""
        if place == "credentials" or not path:
            return
        name = _dotted(path)
        of_body = place == "body"
        fact = self._make("properties", name) if of_body else self._make("parameters", f"{place} {name}")
        self.requests.at((place, *path)).fact = fact
        self.facts[fact] = None

    def _add_choices(self, key: Key, texts: Iterable[str]) -> None:
        place, path = key
        name = f"{place} {_dotted(path)}".rstrip()
        choices = {text: self._make("values", f"{name}={text}") for text in texts}
        self.requests.at((place, *path)).choices = choices
        self.facts |= dict.fromkeys(choices.values())


class Coverage:
    """What each test has used."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._generation = 0
        self._seen: set[tuple[str | int, ...]] = set()
        self._declared: dict[tuple[str, str], _Declared] = {}

    def add(
        self, api: str, operation: Operation, reading: Reading | None, answer: Answer, session: Session
    ) -> None:
        """Count a request, if it was read, and its answer. Raises StoreError, and DocumentError where the
        operation's answers cannot be compiled."""
        generation = self.facts.generation()
        if generation != self._generation or len(self._seen) >= _MAX_SEEN:
            self._generation = generation
            self._seen.clear()
        meaning = hash(reading.canonical) if reading else operation.name
        seen = (session.namespace, session.test, api, meaning, answer.status, answer.origin)
        if seen in self._seen:
            return
        declared = self._of(api, operation)
        facts = set(declared.answered(answer))
        if reading and not reading.violations:
            declared.requested(reading, facts)
        self.facts.add((session.namespace, session.test), facts)
        self._seen.add(seen)

    def clear(self, namespace: str | None = None) -> None:
        """Forget what was used in a namespace, or in all. Raises StoreError."""
        self.facts.clear(namespace)

    def to_json(
        self, operations: Iterable[tuple[str, Operation]], namespace: str | None = None
    ) -> dict[str, JSON]:
        """What each test used, and what none did. Raises StoreError."""
        kept = self.facts.all(namespace)
        used: dict[tuple[str, str], set[Fact]] = {}
        for facts in kept.values():
            for fact in facts:
                used.setdefault(fact[:2], set()).add(fact)
        played = [(api, operation, used.get((api, operation.name), set())) for api, operation in operations]
        return {
            "tests": [
                {"namespace": test[0], "test": test[1], "operations": list(self._used(played, kept[test]))}
                for test in sorted(kept)
            ],
            "operations": [
                _named(api, operation) | {"used": bool(facts)} | self._unused(api, operation, facts)
                for api, operation, facts in played
            ],
        }

    def _used(
        self, played: Iterable[tuple[str, Operation, set[Fact]]], mine: set[Fact]
    ) -> Iterator[dict[str, JSON]]:
        for api, operation, all_used in played:
            facts = mine & all_used
            if facts:
                declared = self._of(api, operation).facts
                ordered = [fact for fact in declared if fact in facts] + sorted(facts.difference(declared))
                yield _named(api, operation) | {"used": _by_kind(ordered)}

    def _unused(self, api: str, operation: Operation, used: set[Fact]) -> dict[str, JSON]:
        """Of an operation that was never asked nothing is told, and nothing compiled."""
        if not used:
            return {}
        return {"unused": _by_kind(fact for fact in self._of(api, operation).facts if fact not in used)}

    def _of(self, api: str, operation: Operation) -> _Declared:
        key = (api, operation.name)
        if key not in self._declared:
            self._declared[key] = _Declared(api, operation)
        return self._declared[key]


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))


def _named(api: str, operation: Operation) -> dict[str, JSON]:
    return {"api": api, "operation": operation.name, "operationId": operation.operation_id}


def _by_kind(facts: Iterable[Fact]) -> dict[str, JSON]:
    told: dict[str, JSON] = {kind: [] for kind in KINDS}
    for fact in facts:
        told[fact.kind].append(fact.name)
    return {kind: names for kind, names in told.items() if names}
