"""Bounds on the work that a schema asks of the validator: it has none of its own."""

import re
from collections.abc import Iterator

from understudy.types import JSON

from .errors import Contradiction
from .expression import Unreadable, parsed, weight
from .resolve import Document, Node

IN_PLACE_ONE = ("not", "if", "then", "else")
IN_PLACE_SEVERAL = ("allOf", "anyOf", "oneOf")
COUNTED = re.compile(rb"\{\d\d")
MAX_PATTERNS = 400_000
"""In characters after repeats are written out; about half a second of compiling."""


def check_patterns(schema: JSON, text: bytes) -> None:
    """Raises Contradiction where compiling the patterns of `schema` (`text` in JSON) would take too long."""
    if COUNTED.search(text) is None:
        return
    if weight_of_patterns(schema) > MAX_PATTERNS:
        raise Contradiction("", "its patterns are too large to compile")


def weight_of_patterns(schema: JSON) -> int:
    """How much there is to compile in the patterns of a schema: their characters, repeats written out."""
    total = 0
    for pattern in _patterns(schema):
        try:
            total += weight(parsed(pattern))
        except (Unreadable, RecursionError):
            total += len(pattern)
        if total > MAX_PATTERNS:
            break
    return total


def _patterns(schema: JSON) -> Iterator[str]:
    stack = [schema]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            if isinstance(part.get("pattern"), str):
                yield part["pattern"]
            if isinstance(part.get("patternProperties"), dict):
                yield from part["patternProperties"]
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)


class Effort:
    """An upper bound on the steps of validating a value: alternatives inside alternatives multiply."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[tuple[Node, int], int] = {}

    @property
    def asked(self) -> int:
        """How many steps the estimate itself has taken."""
        return len(self._known)

    def of(self, node: Node, value: JSON) -> int:
        """Steps of judging `value`, which must live as long as this object, by `node`."""
        key = (node, id(value))
        if key not in self._known:
            self._known[key] = 0  # a reference that leads back here is followed once
            if isinstance(node.schema, dict):
                self._known[key] = 1 + self._in_place(node, value) + self._inside(node, value)
        return self._known[key]

    def _in_place(self, node: Node, value: JSON) -> int:
        document, schema = self._document, node.schema
        total = _comparisons(schema.get("enum", ()))
        if "$ref" in schema:
            try:
                total += self.of(document.follow(node, schema["$ref"]), value)
            except Contradiction:
                total += 100  # a meta-schema
        for keyword in IN_PLACE_ONE:
            if keyword in schema:
                total += self.of(document.child(node, keyword), value)
        for keyword in IN_PLACE_SEVERAL:
            for index in range(len(schema.get(keyword, ()))):
                total += self.of(document.child(node, keyword, index), value)
        return total

    def _inside(self, node: Node, value: JSON) -> int:
        document, schema, total = self._document, node.schema, 0
        if isinstance(value, dict):
            for name, member in value.items():
                if name in schema.get("properties", ()):
                    total += self.of(document.child(node, "properties", name), member)
                elif "additionalProperties" in schema:
                    total += self.of(document.child(node, "additionalProperties"), member)
        elif isinstance(value, list) and "items" in schema:
            total += sum(self.of(document.child(node, "items"), item) for item in value)
        return total


def _comparisons(values: list[JSON]) -> int:
    return len(values) * (5 if values and isinstance(values[0], dict | list) else 1)
