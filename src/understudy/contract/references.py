"""What a `$ref` or `$dynamicRef` in a schema names, by pointer, `$id` or `$anchor` (2020-12, section 8).

Where a document has several schemas of one `$id`, or one anchor twice, the nearest to the reference counts.
"""

import os.path
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Protocol
from urllib.parse import urldefrag, urljoin

from understudy.contract import pointer
from understudy.contract.keywords import MANY, NAMED, ONE
from understudy.errors import DocumentError
from understudy.types import JSON

META_SCHEMA = re.compile(r"https://json-schema\.org/draft/2020-12/(?:schema|meta/[a-z-]+)#?")
"""What the validator knows by itself."""

_FILES = "https://understudy.invalid/"
"""Base URI of the files of a document; never fetched (`.invalid` is reserved by RFC 2606)."""

_DATA = frozenset(("example", "examples"))


class Files(Protocol):
    """What is asked of a document."""

    def at(self, place: str) -> JSON:
        """The value at a place. Raises DocumentError."""

    def target(self, ref: str, place: str) -> str:
        """The place that a `$ref` by path and pointer names. Raises DocumentError."""

    def error(self, message: str, place: str) -> DocumentError:
        """An error that names a place."""


@dataclass(frozen=True, slots=True)
class _Named:
    """The names that the schemas of one file have, by what bears them."""

    resources: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By URI."""
    anchors: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """By the URI of the resource and the anchor."""
    dynamic: dict[str, dict[str, list[str]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """By the URI of the resource, then by the dynamic anchor."""


class References:
    """The references of one document. Names are looked for only when a reference asks for one."""

    def __init__(self, document: Files) -> None:
        self._document = document
        self._named: dict[str, _Named] = {}

    def base(self, place: str) -> str:
        """The URI of the schema resource around a place, but for the place itself; empty without an `$id`."""
        file, inside = pointer.split(place)
        node, base = self._document.at(pointer.in_file(file)), ""
        for token in pointer.tokens(inside):
            base = own_base(node, base, file)
            node = pointer.walk(node, (token,))
        return base

    def target(self, ref: str, place: str, base: str) -> str:
        """The place that a reference names. `base` is the URI of the resource that it stands in.

        Raises DocumentError at the reference.
        """
        faults: list[DocumentError] = []
        for candidate in self._candidates(ref, place, base, faults):
            try:
                self._document.at(candidate)
            except DocumentError as fault:
                faults.append(fault)
            else:
                return candidate
        told = f"$ref {ref} is not followed: no schema has that $id or anchor"
        raise faults[0] if faults else self._document.error(told, pointer.join(place, "$ref"))

    def dynamic_anchors(self, place: str, base: str) -> dict[str, str]:
        """The places of the `$dynamicAnchor`s of the resource `base`, as seen from a place in it."""
        file, _ = pointer.split(place)
        found = self._names(file).dynamic.get(base or _uri(file), {})
        return {name: _nearest(places, place) for name, places in found.items()}

    def _candidates(self, ref: str, place: str, base: str, faults: list[DocumentError]) -> Iterator[str]:
        """Where the reference may lead, the likeliest first."""
        reference, _, fragment = ref.partition("#")
        fragment = pointer.from_fragment(fragment)
        file, _ = pointer.split(place)
        if base:
            yield from self._by_name(_join(base, reference), fragment, place)
        if not fragment or fragment[0] == "/":
            try:
                yield from self._by_path(ref, place)
            except DocumentError as fault:
                faults.append(fault)
        yield from self._by_name(_join(_uri(file), reference), fragment, place)
        if not reference and fragment[:1] == "/":
            yield outermost(place) + fragment

    def _by_path(self, ref: str, place: str) -> Iterator[str]:
        """As by the document alone; but `#` in a schema is the schema, for no OpenAPI document is one."""
        target = self._document.target(ref, place)
        root = self._document.at(target) if not pointer.split(target)[1] else None
        yield outermost(place) if ref == "#" and isinstance(root, dict) and "openapi" in root else target

    def _by_name(self, uri: str, fragment: str, place: str) -> Iterator[str]:
        uri = urldefrag(uri)[0]
        names = self._names(self._file(uri, place))
        if fragment and fragment[0] != "/":
            places = names.anchors.get((uri, fragment), [])
            if places:
                yield _nearest(places, place)
        elif uri in names.resources:
            yield _nearest(names.resources[uri], place) + fragment

    def _file(self, uri: str, place: str) -> str:
        """The file that a URI is of; one that is no file's is looked for where the reference stands."""
        own, _ = pointer.split(place)
        named = uri.removeprefix(_FILES)
        if named in (uri, "", own):
            return own if named else ""
        try:
            there = os.path.relpath(named, Path(own).parent)
            return pointer.split(self._document.target(there, pointer.in_file(own)))[0]
        except DocumentError:
            return own

    def _names(self, file: str) -> _Named:
        if file not in self._named:
            named = self._named[file] = _Named()
            root = pointer.in_file(file)
            for place, node, base in _schemas(self._document.at(root), root, "", file):
                uri = own_base(node, base, file)
                if uri != base:
                    named.resources[uri].append(place)
                for keyword in ("$anchor", "$dynamicAnchor"):
                    if isinstance(name := node.get(keyword), str):
                        named.anchors[uri or _uri(file), name].append(place)
                if isinstance(name := node.get("$dynamicAnchor"), str):
                    named.dynamic[uri or _uri(file)][name].append(place)
        return self._named[file]


def own_base(node: JSON, base: str, file: str) -> str:
    """The URI of the resource that a node belongs to, which its `$id` may say."""
    own = node.get("$id") if isinstance(node, dict) else None
    return urldefrag(_join(base or _uri(file), own))[0] if isinstance(own, str) else base


def outermost(place: str) -> str:
    """The schema as a whole that a place is a part of."""
    file, inside = pointer.split(place)
    steps = pointer.tokens(inside)
    while steps:
        if len(steps) > 1 and (steps[-2] in NAMED or (steps[-2] in MANY and steps[-1].isdecimal())):
            del steps[-2:]
        elif steps[-1] in ONE:
            del steps[-1:]
        else:
            break
    return pointer.in_file(file, pointer.from_path(steps))


def _uri(file: str) -> str:
    return _FILES + file


def _join(base: str, reference: str) -> str:
    if not reference:
        return base
    try:
        return urljoin(base, reference)
    except ValueError:  # such as an unbalanced bracket in the host
        return reference


def _nearest(places: Sequence[str], place: str) -> str:
    """The one of `places` that shares the longest beginning with `place`; the first of several."""
    steps = place.split("/")

    def shared(other: str) -> int:
        return sum(
            1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(steps, other.split("/"), strict=False))
        )

    return max(places, key=shared)


def _schemas(root: JSON, place: str, base: str, file: str) -> Iterator[tuple[str, dict[str, JSON], str]]:
    """Every schema object of a file, with the base URI around it. Data, such as examples, holds none."""
    is_schema = not (isinstance(root, dict) and "openapi" in root)
    waiting: list[tuple[str, JSON, str, bool]] = [(place, root, base, is_schema)]
    while waiting:
        place, node, base, is_schema = waiting.pop()
        if isinstance(node, list):
            waiting += ((pointer.join(place, index), item, base, False) for index, item in enumerate(node))
        if not isinstance(node, dict):
            continue
        if not is_schema:
            waiting += (
                (pointer.join(place, name), item, base, name in ("schema", "itemSchema") or _holds(place))
                for name, item in node.items()
                if name not in _DATA
            )
            continue
        yield place, node, base
        inner = own_base(node, base, file)
        waiting += ((where, part, inner, True) for where, part in _parts(place, node))


def _holds(place: str) -> bool:
    """Whether the members of the object at a place are schemas."""
    return place.endswith("/components/schemas")


def _parts(place: str, node: dict[str, JSON]) -> Iterator[tuple[str, JSON]]:
    """The subschemas of a schema object."""
    for keyword, value in node.items():
        below = pointer.join(place, keyword)
        if keyword in ONE:
            yield below, value
        elif keyword in MANY and isinstance(value, list):
            yield from ((pointer.join(below, index), item) for index, item in enumerate(value))
        elif keyword in NAMED and isinstance(value, dict):
            yield from ((pointer.join(below, name), item) for name, item in value.items())
