"""Places in a text: from the marks of either syntax to pointers, keys and lines."""

import itertools
from collections.abc import Iterable, Iterator

from understudy.contract.pointer import escape, unescape

Mark = tuple[str, str, int]
"""A bracket (`{`, `[`, `}`, `]`) or a scalar (no bracket), a scalar's text, and the offset in the file.

Keys and values of an object take turns.
"""

Duplicates = tuple[tuple[str, int], ...]
"""Key and line of every member whose name stands in its object already."""


def pointers(marks: Iterable[Mark]) -> Iterator[tuple[str, int]]:
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


def repeated(places: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Key and offset of every member whose name stands in its object already."""
    members: dict[str, set[str]] = {}
    for pointer, offset in places:
        parent, _, name = pointer.rpartition("/")
        siblings = members.setdefault(parent, set())
        if pointer in siblings:
            yield unescape(name), offset
        siblings.add(pointer)
        members[pointer] = set()  # what stands here is a new object, even where one of that name stood before


def on_lines(text: str, offsets: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Each name with the 1-based line of its offset; the offsets must rise."""
    line, seen = 1, 0
    for name, offset in offsets:
        line, seen = line + text.count("\n", seen, offset), offset
        yield name, line
