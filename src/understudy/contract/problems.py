"""What a document does against the specification and is served with all the same."""

import re
from collections.abc import Iterator

from understudy.contract import mend_schema, pointer
from understudy.contract.document import Declaration, Document
from understudy.contract.keywords import MANY, NAMED, ONE
from understudy.contract.mend import METHODS
from understudy.contract.mend_schema import Fault
from understudy.contract.references import META_SCHEMA, References
from understudy.contract.route import shape
from understudy.contract.upgrade import upgrade
from understudy.errors import DocumentError
from understudy.types import JSON

_COMPONENT_NAME = re.compile(r"[a-zA-Z0-9._-]+")


def problems(document: Document) -> Iterator[str]:
    """One line for each problem, with file and line."""
    yield from document.warnings
    yield from (_told(document.located(place), message) for place, message in document.faults)
    yield from _lost_paths(document)
    yield from (_told(document.where(place), message) for place, message in _faults(document))
    yield from _Schemas(document).problems()


def _told(where: tuple[str, int | None], message: str) -> str:
    file, line = where
    return f"{file}:{line}: {message}" if line else f"{file}: {message}"


def _faults(document: Document) -> Iterator[Fault]:
    """What is wrong in the objects of the document besides what was mended in it."""
    yield from _scheme_names(document)
    yield from _unknown_schemes(document)
    yield from _hidden_operations(document)
    yield from _fragments(document)
    yield from _operation_ids(document)


def _lost_paths(document: Document) -> Iterator[str]:
    """Paths and operations whose `$ref` leads to nothing in another file."""
    for path in document.root.get("paths") or ():
        try:
            place, item = document.follow(pointer.join("/paths", path))
        except DocumentError as error:
            yield f"{error}; this path is left out"
            continue
        for method in METHODS if isinstance(item, dict) else ():
            try:
                if method in item:
                    document.follow(pointer.join(place, method))
            except DocumentError as error:
                yield f"{error}; this operation is left out"


def _scheme_names(document: Document) -> Iterator[Fault]:
    """Keys of components must match `^[a-zA-Z0-9._-]+$` (OpenAPI 3.1, section 4.8.7.1)."""
    schemes = document.root.get("components", {}).get("securitySchemes", {})
    odd = [name for name in schemes if not _COMPONENT_NAME.fullmatch(name)]
    if odd:
        named = ", ".join(repr(name) for name in odd)
        yield Fault(
            pointer.join("/components/securitySchemes", odd[0]),
            f"security scheme names {named} have characters that OpenAPI does not allow; served all the same",
        )


def _unknown_schemes(document: Document) -> Iterator[Fault]:
    known = document.root.get("components", {}).get("securitySchemes", {})
    for declared in document.declarations():
        for index, requirement in enumerate(declared.node.get("security") or ()):
            for name in requirement:
                if name not in known:
                    yield Fault(
                        pointer.join(declared.pointer, "security", index),
                        f"security scheme {name!r} is not declared; this alternative is ignored",
                    )


def _hidden_operations(document: Document) -> Iterator[Fault]:
    """Templates that differ in the names of their parameters alone take the same paths."""
    first: dict[tuple[str, str], str] = {}
    for declared in document.declarations():
        taken = first.setdefault((declared.method, shape(declared.path)), declared.name)
        if taken != declared.name:
            told = f"{declared.name} is reached only by paths whose parameters {taken} refuses"
            yield Fault(declared.pointer, told)


def _fragments(document: Document) -> Iterator[Fault]:
    """What stands behind a `#` is never sent."""
    keys = list(dict.fromkeys(one.path for one in document.declarations() if "#" in one.path))
    if not keys:
        return
    path, _, fragment = keys[0].partition("#")
    others = f", and so of {len(keys) - 1} more" if len(keys) > 1 else ""
    told = (
        f"of the path {keys[0]} no client sends what follows the #: it is served at {path}?{fragment}{others}"
    )
    yield Fault(pointer.join("/paths", keys[0]), told)


def _operation_ids(document: Document) -> Iterator[Fault]:
    """An operationId must be unique (OpenAPI 3.1, section 4.8.10.1)."""
    first: dict[str, Declaration] = {}
    for declared in document.declarations():
        name = declared.operation_id
        if name is None or first.setdefault(name, declared).pointer == declared.pointer:
            continue  # the first, or the same operation at another path
        told = f"operationId {name!r} is that of {first[name].name} too; call this one {declared.name!r}"
        yield Fault(pointer.join(declared.pointer, "operationId"), told)


_Way = tuple["_Way", str | int] | None
"""The steps to a subschema, the last one first: most are never asked for."""


class _Schemas:
    """The schemas of a document in the terms that they are served in."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._references = References(document)
        self._is_old = document.version() < (3, 1)
        self._leading: set[str] = set()
        """The `$ref`s by pointer that are known to lead somewhere."""

    def problems(self) -> Iterator[str]:
        for place in self._document.schemas:
            yield from self._below(place)

    def _below(self, place: str) -> Iterator[str]:
        waiting: list[tuple[JSON, _Way]] = [(self._document.at(place), None)]
        while waiting:
            written, way = waiting.pop()
            if not isinstance(written, dict):
                continue
            ref = written.get("$ref")
            if isinstance(ref, str) and ref:
                if ref not in self._leading:
                    yield from self._lost(ref, pointer.join(place, *_steps(way)))
                if self._is_old:
                    continue  # 3.0: the siblings of a $ref are ignored
            if not mend_schema.is_sound(written):
                yield from self._wrong(written, pointer.join(place, *_steps(way)))
            waiting += reversed(list(_subschemas(written, way)))

    def _wrong(self, written: dict[str, JSON], place: str) -> Iterator[str]:
        schema = upgrade(written) if self._is_old else written
        for keyword, message in mend_schema.faults(schema):
            steps = (keyword,) if keyword in written else ()
            yield _told(self._document.where(pointer.join(place, *steps)), message)

    def _lost(self, ref: str, place: str) -> Iterator[str]:
        """That a `$ref` leads nowhere, if it does not."""
        try:
            if ref.startswith("#/"):
                self._document.at(pointer.from_fragment(ref[1:]))
                self._leading.add(ref)
                return
        except DocumentError:  # it may be meant from the root of another resource
            pass
        try:
            if not META_SCHEMA.fullmatch(ref):
                self._references.target(ref, place, self._references.base(place))
        except DocumentError as error:
            told = f"{error.message}; read as if the $ref were not there"
            yield _told(self._document.where(pointer.join(place, "$ref")), told)


def _subschemas(schema: dict[str, JSON], way: _Way) -> Iterator[tuple[JSON, _Way]]:
    for keyword, value in schema.items():
        if keyword in ONE:
            yield value, (way, keyword)
        elif keyword in MANY and isinstance(value, list):
            yield from ((item, ((way, keyword), index)) for index, item in enumerate(value))
        elif keyword in NAMED and isinstance(value, dict):
            yield from ((item, ((way, keyword), name)) for name, item in value.items())


def _steps(way: _Way) -> list[str | int]:
    steps: list[str | int] = []
    while way is not None:
        way, step = way
        steps.append(step)
    return steps[::-1]
