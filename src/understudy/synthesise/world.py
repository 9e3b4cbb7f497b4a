"""The schemas of a document together: what is found out about one serves all that reach it."""

from collections.abc import Iterator
from typing import Protocol
from urllib.parse import unquote

from jsonschema_rs import Draft202012Validator

from understudy.errors import Unsatisfiable
from understudy.types import JSON

from .build import Merged
from .effort import MAX_PATTERNS, weight_of_patterns
from .judge import Formats, Judge, Validator, compiled
from .plan import Plan
from .resolve import Document, Node
from .shelf import Shelf

SMALL = 30
"""How many schemas a part may lead to whose validator is kept for good."""

MAX_HELD = 1_000
"""How many schemas the other validators may lead to together: some kilobytes each."""


class Library(Protocol):
    """Schemas by key that refer to each other by `#/$defs/KEY`."""

    def schema(self, key: str) -> JSON:
        """One schema. Raises KeyError."""

    def defs(self, key: str) -> dict[str, JSON]:
        """A schema and all that it leads to, by key."""

    def validator(self, key: str) -> Validator:
        """The validator of a schema and all that it leads to."""


class World:
    """Makes instances of the schemas of one library."""

    def __init__(self, library: Library, formats: Formats) -> None:
        self._library = library
        self._document = Document({"$defs": _Defs(library)}, named=False, local=True)
        self._judge = _Judge(library, formats)
        self._merged = Merged(self._document)
        self._plans: dict[str, Plan] = {}
        self._weights: dict[str, int] = {}

    def plan(self, key: str) -> Plan:
        """What makes instances of a schema. Raises Unsatisfiable."""
        found = self._plans.get(key)
        if found is None:
            self._check_patterns(key)
            root = self._document.child(self._document.root, "$defs", key)
            found = self._plans[key] = Plan(self._merged, self._judge, root)
        return found

    def _check_patterns(self, key: str) -> None:
        total = 0
        for each, schema in self._library.defs(key).items():
            if each not in self._weights:
                self._weights[each] = weight_of_patterns(schema)
            total += self._weights[each]
        if total > MAX_PATTERNS:
            raise Unsatisfiable("", "its patterns are too large to compile")


class _Defs:
    """The schemas of a library, as if they stood in an object."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def __getitem__(self, key: str) -> JSON:
        return self._library.schema(key)


class _Judge(Judge):
    """Judges by the library's own validators, and by parts of its schemas."""

    def __init__(self, library: Library, formats: Formats) -> None:
        super().__init__(formats)
        self._library = library
        self._large: Shelf[Validator] = Shelf(MAX_HELD)

    def validator(self, node: Node) -> Validator:
        """Of a schema of the library its own; of a part one made here, and kept while it is small."""
        steps = node.pointer.count("/")
        if steps == 2 and not node.made:
            return self._library.validator(_key(node.pointer) or "")
        defs = self._reached(node.schema)
        if len(defs) <= SMALL:
            return super().validator(node)
        return self._large.get(node, len(defs), lambda: self.compile(node))

    def compile(self, node: Node) -> Draft202012Validator:
        defs = self._reached(node.schema)
        return compiled({**node.schema, "$defs": defs} if defs else node.schema, self.formats)

    def _reached(self, schema: JSON) -> dict[str, JSON]:
        """What a part of a schema leads to, by key."""
        defs: dict[str, JSON] = {}
        for pointer in _references(schema):
            key = _key(pointer)
            if key is not None and key not in defs:
                defs |= self._library.defs(key)
        return defs


def _key(pointer: str) -> str | None:
    """The key of the schema that a pointer leads to or into."""
    steps = pointer.split("/")
    if len(steps) < 3 or steps[1] != "$defs":
        return None
    return steps[2].replace("~1", "/").replace("~0", "~")


def _references(schema: JSON) -> Iterator[str]:
    """Every reference in a schema, as the pointer it is."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str) and part["$ref"].startswith("#"):
                yield unquote(part["$ref"][1:])
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
