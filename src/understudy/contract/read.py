"""YAML and JSON files as plain JSON, bounded, each with the text that says where things stand.

YAML is read by the core schema of YAML 1.2, straight from the parser's events: no tag can build an
object, no depth can exhaust the stack, and what aliases expand to is counted before anyone walks it.
"""

import functools
import itertools
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from understudy.contract.pointer import escape, unescape
from understudy.errors import DocumentError
from understudy.types import JSON

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 500
MAX_NODES = 5_000_000

_Mark = tuple[str, str, int]
"""A bracket (`{`, `[`, `}`, `]`) or a scalar (no bracket), a scalar's text, and the offset in the file."""


@dataclass(frozen=True, eq=False)
class Source:
    """One file's text, kept to say where things stand. `name` is the path as the user gave it."""

    name: str
    text: str = field(repr=False)
    syntax: Literal["json", "yaml"] = "yaml"

    def line(self, pointer: str) -> int | None:
        """1-based line of the key or array item that a JSON pointer names, else of its nearest ancestor.

        What an alias or a merge key brings in stands where it is brought in. None for an empty text.
        """
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines.get(pointer)

    @functools.cached_property
    def _lines(self) -> dict[str, int]:
        text = self.text if self.syntax == "json" else _joined_surrogates(self.name, self.text)
        marks = _json_marks(text) if self.syntax == "json" else _yaml_marks(self.name, text)
        lines: dict[str, int] = {}
        line, seen = 1, 0
        for pointer, offset in _pointers(marks):
            line, seen = line + text.count("\n", seen, offset), offset
            lines[pointer] = line
        return lines


def read(path: Path) -> tuple[JSON, Source]:
    """Read one file: an object or an array, and its source.

    A text that starts with `{` or `[` is tried as JSON first and then, unless the file is named `.json`,
    as YAML. Raises DocumentError, with file and line, for all else and for what exceeds the bounds.
    """
    name = str(path)
    text = _text(path, name)
    if not text.lstrip().startswith(("{", "[")):
        return _read_yaml(name, text), Source(name, text)
    try:
        return _read_json(name, text), Source(name, text, "json")
    except json.JSONDecodeError as error:
        if path.suffix.lower() == ".json":
            raise DocumentError(f"not JSON: {error.msg}", file=name, line=error.lineno) from None
    return _read_yaml(name, text), Source(name, text)


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", file=name) from None
    if len(content) > MAX_BYTES:
        raise DocumentError(f"larger than {MAX_BYTES} bytes", file=name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError("not UTF-8 text", file=name, line=line) from None


def _fault(message: str, name: str, text: str, offset: int | None) -> DocumentError:
    line = None if offset is None else text.count("\n", 0, offset) + 1
    return DocumentError(message, file=name, line=line)


# JSON: the standard parser does the work; a fault is looked for a second time, by tokens, to find its line.

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s,:{}\[\]"]+')


class _Duplicate(Exception):
    """A member name that stands twice in one object."""


class _BadNumber(Exception):
    """A number that JSON or Python cannot hold; the argument is its text."""


def _read_json(name: str, text: str) -> JSON:
    try:
        root = _DECODER.decode(text)
    except _Duplicate:
        key, offset = _repeated(_json_marks(text))
        raise _fault(f"duplicate key {key!r}", name, text, offset) from None
    except _BadNumber as error:
        offset = next((m.start() for m in _JSON_TOKEN.finditer(text) if m[0] == str(error)), None)
        raise _fault(f"{_short(str(error))} is not a number that can be held", name, text, offset) from None
    except RecursionError:
        raise _too_deep(name, text) from None
    if _deeper_than(root, MAX_DEPTH):
        raise _too_deep(name, text)
    _refuse_lone_surrogates(name, text)
    return root


def _unique(members: list[tuple[str, JSON]]) -> dict[str, JSON]:
    node = dict(members)
    if len(node) != len(members):
        raise _Duplicate
    return node


_BASES = {"0o": 8, "0x": 16}


def _integer(text: str) -> int:
    try:
        return int(text, _BASES.get(text[:2], 10))
    except ValueError:  # more digits than Python converts
        raise _BadNumber(text) from None


def _finite(text: str) -> float:
    try:
        number = float(text)
    except ValueError:  # YAML's .inf and .nan
        raise _BadNumber(text) from None
    if not math.isfinite(number):
        raise _BadNumber(text)
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_finite, parse_constant=_finite
)


def _deeper_than(root: JSON, limit: int) -> bool:
    level = [root]
    for _ in range(limit):
        children = itertools.chain.from_iterable(n.values() if type(n) is dict else n for n in level)
        level = [child for child in children if type(child) is dict or type(child) is list]
        if not level:
            return False
    return True


def _too_deep(name: str, text: str) -> DocumentError:
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        depth += (token[0] in "{[") - (token[0] in "}]")
        if depth > MAX_DEPTH:
            return _fault(_TOO_DEEP, name, text, token.start())
    return _fault(_TOO_DEEP, name, text, None)


_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "..."


def _json_marks(text: str) -> Iterator[_Mark]:
    for match in _JSON_TOKEN.finditer(text):
        token = match[0]
        if token in ("{", "}", "[", "]"):
            yield token, "", match.start()
        else:
            yield "", json.loads(token) if token[0] == '"' else token, match.start()


# Places: both syntaxes give the same marks, in which keys and values of an object take turns.


def _pointers(marks: Iterable[_Mark]) -> Iterator[tuple[str, int]]:
    """JSON pointer and offset of the root, of every member's key and of every array item, in order."""
    parents: list[tuple[str, Iterator[int] | None]] = []
    key: str | None = None
    for bracket, text, offset in marks:
        if bracket and bracket in "}]":
            parents.pop()
            continue
        prefix, indexes = parents[-1] if parents else ("", None)
        if key is not None:
            pointer, key = key, None
        elif indexes:
            pointer = f"{prefix}/{next(indexes)}"
            yield pointer, offset
        elif parents:
            key = f"{prefix}/{escape(text)}"
            yield key, offset
            continue
        else:
            pointer = ""
            yield pointer, offset
        if bracket:
            parents.append((pointer, itertools.count() if bracket == "[" else None))


def _repeated(marks: Iterable[_Mark]) -> tuple[str, int | None]:
    seen: set[str] = set()
    for pointer, offset in _pointers(marks):
        if pointer in seen:
            return unescape(pointer.rpartition("/")[2]), offset
        seen.add(pointer)
    return "", None


# Escapes: JSON writes a character beyond U+FFFF as two \u escapes, which YAML's own grammar does not know.

_ESCAPE = re.compile(
    r"\\(?:u(?P<high>d[89ab][0-9a-f]{2})\\u(?P<low>d[c-f][0-9a-f]{2})|(?P<lone>ud[89a-f][0-9a-f]{2})|.)",
    re.IGNORECASE | re.DOTALL,
)


def _refuse_lone_surrogates(name: str, text: str, start: int = 0, end: int | None = None) -> None:
    if "\\ud" not in text and "\\uD" not in text:
        return
    for found in _ESCAPE.finditer(text, start, len(text) if end is None else end):
        if found["lone"]:
            raise _fault(f"{found[0]} is half of a character", name, text, found.start())


def _joined_surrogates(name: str, text: str) -> str:
    r"""The text with `\ud83d\ude00` as `\U0001f600` in its double-quoted scalars, and only there.

    They are found by parsing the text with harmless escapes of the same length in place of all.
    """
    if not re.search(r"\\u[dD][89abAB]", text):
        return text
    harmless = _ESCAPE.sub(lambda e: r"\u0020" * 2 if e["high"] else e[0], text)
    parts, done = [], 0
    for event in _events(name, harmless):
        if isinstance(event, yaml.ScalarEvent) and event.style == '"':
            start, end = _offset(event), _offset(event, "end_mark")
            _refuse_lone_surrogates(name, text, start, end)
            parts += [text[done:start], _ESCAPE.sub(_joined, text[start:end])]
            done = end
    return "".join(parts) + text[done:]


def _joined(found: re.Match[str]) -> str:
    if not found["high"]:
        return found[0]
    point = 0x10000 + (int(found["high"], 16) - 0xD800) * 0x400 + int(found["low"], 16) - 0xDC00
    return f"\\U{point:08x}"


# YAML: a tree built from the parser's events on a stack of our own.

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_WORDS: dict[str, JSON] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_TAGS: dict[str, tuple[type, ...]] = {
    _CORE + "null": (type(None),),
    _CORE + "bool": (bool,),
    _CORE + "int": (int,),
    _CORE + "float": (float, int),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def _events(name: str, text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.reader.ReaderError as error:
        character = chr(error.character) if isinstance(error.character, int) else "\ufffd"
        raise _fault(f"not text: holds {character!r}", name, text, text.find(character)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _fault(f"not YAML: {error.problem}", name, text, mark.index if mark else None) from None


def _read_yaml(name: str, text: str) -> JSON:
    text = _joined_surrogates(name, text)
    tree = _Tree(name, text)
    for event in _events(name, text):
        tree.grow(event)
    return tree.root()


def _offset(event: yaml.Event, mark: Literal["start_mark", "end_mark"] = "start_mark") -> int:
    """Where an event starts or ends; the parsers always say so, their types only sometimes."""
    offset: int = getattr(event, mark).index
    return offset


def _yaml_marks(name: str, text: str) -> Iterator[_Mark]:
    for event in _events(name, text):
        if isinstance(event, yaml.ScalarEvent):
            yield "", event.value, _offset(event)
        elif isinstance(event, yaml.MappingStartEvent):
            yield "{", "", _offset(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            yield "[", "", _offset(event)
        elif isinstance(event, yaml.AliasEvent):
            yield "", f"*{event.anchor}", _offset(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            yield "}", "", _offset(event)


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
        return _fault(message, self._name, self._text, _offset(event))

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
            raise self._fault(f"duplicate key {parent.key!r}", event)
        if event.anchor:
            self._anchors[event.anchor] = _Node(event.value, event.anchor, 0)

    def _value(self, event: yaml.ScalarEvent) -> JSON:
        if event.tag is None:
            return self._resolved(event) if event.implicit[0] else event.value
        if event.tag in ("!", _CORE + "str"):
            return event.value
        value = self._resolved(event)
        if type(value) not in _TAGS.get(event.tag, ()):
            raise self._fault(f"the tag {event.tag} on {_short(event.value)!r} is not JSON", event)
        return value

    def _resolved(self, event: yaml.ScalarEvent) -> JSON:
        try:
            return _resolve(event.value)
        except _BadNumber:
            raise self._fault(f"{_short(event.value)} is not a number that can be held", event) from None

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
            raise self._fault(_TOO_DEEP, event)
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
            raise self._fault(_TOO_DEEP, event)
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


def _resolve(text: str) -> JSON:
    """A plain scalar by the core schema (YAML 1.2.2, section 10.3.2)."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return _integer(text)
    return _finite(text) if _FLOAT.fullmatch(text) else text
