"""YAML by the core schema of YAML 1.2: a tree built from the parser's events on a stack of our own.

No tag can build an object, no depth can exhaust the stack, and what aliases expand to is counted before
anyone walks it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import yaml

from understudy.contract.reading.events import events, offset
from understudy.contract.reading.faults import MAX_DEPTH, MAX_NODES, TOO_DEEP, bad_number, fault, short
from understudy.contract.reading.places import Duplicates, Mark, on_lines
from understudy.contract.reading.scalars import BadNumber, resolve
from understudy.contract.reading.surrogates import joined_surrogates
from understudy.errors import DocumentError
from understudy.types import JSON

_CORE = "tag:yaml.org,2002:"
_TAGS: dict[str, tuple[type, ...]] = {
    _CORE + "null": (type(None),),
    _CORE + "bool": (bool,),
    _CORE + "int": (int,),
    _CORE + "float": (float, int),
}


def read_yaml(name: str, text: str) -> tuple[JSON, Duplicates]:
    """What a text holds, an object or an array, and the keys that stand twice. Raises DocumentError."""
    text = joined_surrogates(name, text)
    tree = _Tree(name, text)
    for event in events(name, text):
        tree.grow(event)
    return tree.root(), tuple(on_lines(text, tree.duplicates))


def yaml_marks(name: str, text: str) -> Iterator[Mark]:
    """The marks of a text that is YAML; an alias is a scalar."""
    for event in events(name, text):
        if isinstance(event, yaml.ScalarEvent):
            yield "", event.value, offset(event)
        elif isinstance(event, yaml.MappingStartEvent):
            yield "{", "", offset(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            yield "[", "", offset(event)
        elif isinstance(event, yaml.AliasEvent):
            yield "", f"*{event.anchor}", offset(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            yield "}", "", offset(event)


class _Node:
    """A value, complete or growing; `size` and `height` count its aliases as if they were written out."""

    __slots__ = ("anchor", "height", "key", "merged", "merging", "size", "value")

    def __init__(self, value: JSON, anchor: str | None, height: int) -> None:
        self.value = value
        self.anchor = anchor
        self.height = height
        self.size = 1
        self.key: str | None = None
        self.merging = False
        self.merged: list[dict[str, JSON]] = []

    def wants_key(self) -> bool:
        return self.key is None and type(self.value) is dict


class _Tree:
    """One document as it grows: the open collections, outermost first, and the anchors seen so far."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text
        self.duplicates: list[tuple[str, int]] = []
        self._open = [_Node([], None, 1)]
        self._anchors: dict[str, _Node] = {}
        self._nodes = 0
        self._handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.DocumentStartEvent: self._document,
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
        }

    def grow(self, event: yaml.Event) -> None:
        handler = self._handlers.get(type(event))
        if handler:
            handler(event)

    def root(self) -> JSON:
        documents = self._open[0].value
        if documents in ([], [None]):
            raise DocumentError("empty", file=self._name)
        if not isinstance(documents[0], dict | list):
            raise DocumentError("neither an object nor an array", file=self._name, line=1)
        return documents[0]

    def _fault(self, message: str, event: yaml.Event) -> DocumentError:
        return fault(message, self._name, self._text, offset(event))

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        if self._open[0].value:
            raise self._fault("more than one document", event)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._count(1, event)
        if self._open[-1].wants_key():
            self._key(self._open[-1], event)
        else:
            self._place(_Node(self._value(event), event.anchor, 0), event)

    def _key(self, parent: _Node, event: yaml.ScalarEvent) -> None:
        """A key is its text, whatever it would be as a value: `200`, `true` and `3.10` stay as written."""
        if event.tag and event.tag not in ("!", _CORE + "str"):
            raise self._fault(f"a key with the tag {event.tag}", event)
        parent.key = event.value
        parent.merging = event.value == "<<" and event.implicit[0]
        if not parent.merging and parent.key in parent.value:
            self.duplicates.append((event.value, offset(event)))
        if event.anchor:
            self._anchors[event.anchor] = _Node(event.value, event.anchor, 0)

    def _value(self, event: yaml.ScalarEvent) -> JSON:
        if event.tag is None:
            return self._resolved(event) if event.implicit[0] else event.value
        if event.tag in ("!", _CORE + "str"):
            return event.value
        value = self._resolved(event)
        if type(value) not in _TAGS.get(event.tag, ()):
            raise self._fault(f"the tag {event.tag} on {short(event.value)!r} is not JSON", event)
        return value

    def _resolved(self, event: yaml.ScalarEvent) -> JSON:
        try:
            return resolve(event.value)
        except BadNumber:
            raise bad_number(event.value, self._name, self._text, offset(event)) from None

    def _alias(self, event: yaml.AliasEvent) -> None:
        node = self._anchors.get(event.anchor or "")
        if node is None:
            inside = any(parent.anchor == event.anchor for parent in self._open)
            raise self._fault(
                f"*{event.anchor} stands {'inside' if inside else 'before'} what it names", event
            )
        if self._open[-1].wants_key():
            raise self._fault("a key that is an alias", event)
        self._count(node.size, event)
        self._place(node, event)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if self._open[-1].wants_key():
            raise self._fault("a key that is not a string", event)
        if event.tag not in (None, "!", _CORE + "map", _CORE + "seq"):
            raise self._fault(f"the tag {event.tag} is not JSON", event)
        if len(self._open) > MAX_DEPTH:
            raise self._fault(TOO_DEEP, event)
        self._count(1, event)
        self._anchors.pop(event.anchor or "", None)
        empty: JSON = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._open.append(_Node(empty, event.anchor, 1))

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        node = self._open.pop()
        for merged in node.merged:
            node.value = {**merged, **node.value}
        self._place(node, event)

    def _count(self, nodes: int, event: yaml.Event) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise self._fault(f"more than {MAX_NODES} values once its aliases are written out", event)

    def _place(self, node: _Node, event: yaml.Event) -> None:
        if node.anchor:
            self._anchors[node.anchor] = node
        parent = self._open[-1]
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if len(self._open) + node.height > MAX_DEPTH + 1:
            raise self._fault(TOO_DEEP, event)
        if type(parent.value) is list:
            parent.value.append(node.value)
        elif parent.merging:
            parent.merged += self._mappings(node.value, event)
        else:
            parent.value[parent.key] = node.value
        parent.key = None

    def _mappings(self, value: JSON, event: yaml.Event) -> list[dict[str, JSON]]:
        mappings = value if isinstance(value, list) else [value]
        if not all(isinstance(mapping, dict) for mapping in mappings):
            raise self._fault("<< takes an object or an array of objects", event)
        return mappings
