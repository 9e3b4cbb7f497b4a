"""An OpenAPI document, read and overlaid, and the operations it declares."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from understudy.contract import overlay, pointer, swagger
from understudy.contract.overlay import Origin
from understudy.contract.reading import Source, read
from understudy.errors import DocumentError
from understudy.types import JSON

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_MAX_HOPS = 64
_KNOWN = {"swagger": re.compile(r"2(\.0)?$"), "openapi": re.compile(r"3\.[012](\.|-|$)")}


@dataclass(frozen=True, slots=True)
class Declaration:
    """One operation as the document declares it."""

    method: str
    """In upper case."""
    path: str
    """The path template."""
    pointer: str
    node: dict[str, JSON]

    @property
    def name(self) -> str:
        """`POST /pets/{id}`: unique in a document, always there."""
        return f"{self.method} {self.path}"

    @property
    def operation_id(self) -> str | None:
        value = self.node.get("operationId")
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Document:
    """The parsed document after its overlays. `root` is never changed."""

    name: str
    root: dict[str, JSON]
    source: Source
    origins: Sequence[Origin] = ()
    warnings: list[str] = field(default_factory=list)
    moves: Mapping[str, str] = field(default_factory=dict)
    """Where the author wrote what stands elsewhere in `root`: of a document of another version."""

    @property
    def version(self) -> tuple[int, int]:
        """The OpenAPI version as (major, minor)."""
        major, minor = str(self.root["openapi"]).split(".")[:2]
        return int(major), int(minor)

    def at(self, place: str) -> JSON:
        """The value at a pointer. Raises DocumentError naming the place where nothing stands."""
        try:
            return pointer.walk(self.root, pointer.tokens(place))
        except (LookupError, ValueError):
            raise self.error(f"nothing stands at #{place}", place) from None

    def follow(self, place: str) -> tuple[str, JSON]:
        """Where the chain of `$ref`s that starts at `place` ends, and what stands there."""
        for _ in range(_MAX_HOPS):
            node = self.at(place)
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
                return place, node
            place = self.target(node["$ref"], place)
        raise self.error("$refs that lead in a circle", place)

    def target(self, ref: str, place: str) -> str:
        """The pointer that a `$ref` standing at `place` names."""
        if not ref.startswith("#"):
            raise self.error(f"$ref to another file or host is not followed: {ref}", place)
        return pointer.from_fragment(ref[1:])

    def authored(self, place: str) -> str:
        """The pointer under which the author of the document wrote what stands at `place`."""
        above, below = place, ""
        while above and above not in self.moves:
            above, _, token = above.rpartition("/")
            below = f"/{token}{below}"
        return self.moves.get(above, above) + below

    def where(self, place: str) -> tuple[str, int | None]:
        """File and line of a pointer; a place that an overlay made is in the overlay's file."""
        source, line = overlay.locate(self.authored(place), self.source, self.origins)
        return source.name, line

    def error(self, message: str, place: str) -> DocumentError:
        """An error that names the file and the line of `place`."""
        file, line = self.where(place)
        return DocumentError(message, file=file, line=line)

    def declarations(self) -> Iterator[Declaration]:
        """Every operation, in the document's order."""
        paths = self.root.get("paths") or {}
        for path in paths:
            if not path.startswith("/"):
                continue
            place, item = self.follow(pointer.join("/paths", path))
            for method, where, node in _operations(item, place):
                yield Declaration(method, path, where, node)


def _operations(item: JSON, place: str) -> Iterator[tuple[str, str, dict[str, JSON]]]:
    """Method, pointer and node of each operation of a path item; of OpenAPI 3.2 also the additional ones."""
    if not isinstance(item, dict):
        return
    for method in METHODS:
        if isinstance(item.get(method), dict):
            yield method.upper(), pointer.join(place, method), item[method]
    additional = item.get("additionalOperations")
    for method, node in additional.items() if isinstance(additional, dict) else ():
        if isinstance(node, dict):
            yield method, pointer.join(place, "additionalOperations", method), node


def load(path: Path, overlays: Sequence[Path] = ()) -> Document:
    """The document in a file with its overlays applied in order.

    Swagger 2.0 is overlaid as it was written, and then put in the terms of 3.0. Raises DocumentError
    when it is not an OpenAPI document of a version that is known here.
    """
    root, source = read(path)
    _check_version(root, source)
    overlaid = overlay.apply(root, [overlay.read_overlay(extra) for extra in overlays])
    name = path.parent.resolve().name if path.stem in ("openapi", "swagger") else path.stem
    warnings = [*source.warnings, *overlaid.warnings]
    if "swagger" in root:
        converted = swagger.convert(overlaid.root)
        return Document(name, converted.root, source, overlaid.origins, warnings, converted.moves)
    return Document(name, overlaid.root, source, overlaid.origins, warnings)


def _check_version(root: JSON, source: Source) -> None:
    if not isinstance(root, dict) or not ("openapi" in root or "swagger" in root):
        raise DocumentError("not an OpenAPI document: no top-level `openapi` version", file=source.name)
    keyword = "swagger" if "swagger" in root else "openapi"
    version = str(root[keyword])
    if not _KNOWN[keyword].match(version):
        line = source.line(f"/{keyword}")
        told = f"OpenAPI {version} is not served: 2.0, 3.0, 3.1 and 3.2 are"
        raise DocumentError(told, file=source.name, line=line)
    if not isinstance(root.get("paths", {}), dict):
        raise DocumentError("`paths` is not an object", file=source.name, line=source.line("/paths"))
