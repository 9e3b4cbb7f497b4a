"""An OpenAPI document, read and overlaid, and the operations it declares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from understudy.contract import overlay, pointer
from understudy.contract.overlay import Origin
from understudy.contract.reading import Source, read
from understudy.errors import DocumentError
from understudy.types import JSON

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
_MAX_HOPS = 64


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

    def where(self, place: str) -> tuple[str, int | None]:
        """File and line of a pointer; a place that an overlay made is in the overlay's file."""
        source, line = overlay.locate(place, self.source, self.origins)
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
            for method in METHODS:
                if isinstance(item, dict) and isinstance(item.get(method), dict):
                    yield Declaration(method.upper(), path, pointer.join(place, method), item[method])


def load(path: Path, overlays: Sequence[Path] = ()) -> Document:
    """The document in a file with its overlays applied in order.

    Raises DocumentError when it is not an OpenAPI 3.0 or 3.1 document.
    """
    root, source = read(path)
    _check_version(root, source)
    overlaid = overlay.apply(root, [overlay.read_overlay(extra) for extra in overlays])
    name = path.parent.resolve().name if path.stem == "openapi" else path.stem
    warnings = [*source.warnings, *overlaid.warnings]
    return Document(name, overlaid.root, source, overlaid.origins, warnings)


def _check_version(root: JSON, source: Source) -> None:
    if not isinstance(root, dict) or not ("openapi" in root or "swagger" in root):
        raise DocumentError("not an OpenAPI document: no top-level `openapi` version", file=source.name)
    version = str(root.get("openapi", root.get("swagger")))
    if not version.startswith(("3.0", "3.1")):
        line = source.line("/openapi" if "openapi" in root else "/swagger")
        raise DocumentError(f"OpenAPI {version} is not served: 3.0 and 3.1 are", file=source.name, line=line)
    if not isinstance(root.get("paths", {}), dict):
        raise DocumentError("`paths` is not an object", file=source.name, line=source.line("/paths"))
