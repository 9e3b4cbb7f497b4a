"""An OpenAPI document, read and overlaid, and the operations it declares."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from understudy.contract import mend, overlay, pointer, swagger
from understudy.contract.components import Components, Direction
from understudy.contract.files import File, Files
from understudy.contract.mend import METHODS
from understudy.contract.mend_schema import Fault
from understudy.contract.overlay import Origin
from understudy.contract.reading import Source, read
from understudy.contract.swagger import Converted
from understudy.errors import DocumentError
from understudy.types import JSON

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
    item: str
    """The pointer of its path item."""
    node: dict[str, JSON]
    companion: str = ""
    """The name of the companion that has the path; empty for the document's own."""

    @property
    def name(self) -> str:
        """`POST /pets/{id}`: unique in a document, always there."""
        return f"{self.method} {self.path}"

    @property
    def origin(self) -> str:
        """The name by which it was first declared: of a path that is a `$ref` to another, that path's."""
        holder, path, _ = [*[""] * 3, *pointer.tokens(pointer.split(self.pointer)[1])][-3:]
        return f"{self.method} {path}" if holder == "paths" else self.name

    @property
    def operation_id(self) -> str | None:
        value = self.node.get("operationId")
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Document:
    """The parsed document after its overlays, and the files it refers to. `root` is never changed."""

    name: str
    root: dict[str, JSON]
    source: Source
    files: Files
    companions: tuple[str, ...] = ()
    """Names of the files whose paths are served as well, and are not of the document."""
    origins: Sequence[Origin] = ()
    warnings: list[str] = field(default_factory=list)
    faults: Sequence[Fault] = ()
    """What was malformed in it and was mended, by where its author wrote it."""
    schemas: Sequence[str] = ()
    """The places of all its schemas that stand in no other one."""
    moves: Mapping[str, str] = field(default_factory=dict)
    """Where the author wrote what stands elsewhere in `root`: of a document of another version."""

    @cached_property
    def components(self) -> Mapping[Direction, Components]:
        """Its schemas, ready to be compiled, for each direction."""
        return {"request": Components(self, "request"), "response": Components(self, "response")}

    def version(self, place: str = "") -> tuple[int, int]:
        """The OpenAPI version that holds at a place, as (major, minor)."""
        file, _ = pointer.split(place)
        own = self.files.get(file).version if file else None
        if own:
            return own
        major, minor = str(self.root["openapi"]).split(".")[:2]
        return int(major), int(minor)

    def entry(self, place: str) -> dict[str, JSON]:
        """The root of the OpenAPI document that a place belongs to: of a companion, or this one's."""
        file, _ = pointer.split(place)
        root: dict[str, JSON] = self.files.get(file).root if file in self.companions else self.root
        return root

    def at(self, place: str) -> JSON:
        """The value at a place. Raises DocumentError naming the place where nothing stands."""
        file, inside = pointer.split(place)
        root = self.files.get(file).root if file else self.root
        try:
            return pointer.walk(root, pointer.tokens(inside))
        except (LookupError, ValueError):
            raise self.error(f"nothing stands at {pointer.uri(place)}", place) from None

    def follow(self, place: str) -> tuple[str, JSON]:
        """Where the chain of `$ref`s that starts at `place` ends, and what stands there."""
        for _ in range(_MAX_HOPS):
            node = self.at(place)
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
                return place, node
            place = self.target(node["$ref"], place)
        raise self.error("$refs that lead in a circle", place)

    def target(self, ref: str, place: str) -> str:
        """The place that a `$ref` standing at `place` names. Raises DocumentError at that `$ref`."""
        reference, _, fragment = ref.partition("#")
        inside = pointer.from_fragment(fragment)
        if inside and inside[0] != "/":
            fault = f"$ref {ref} is not followed: its fragment is no JSON pointer"
            raise self.error(fault, pointer.join(place, "$ref"))
        base, _ = pointer.split(place)
        return pointer.in_file(self._file(reference, base, place) if reference else base, inside)

    def _file(self, reference: str, base: str, place: str) -> str:
        """The name of the file that a `$ref` leads to; it is read here, so that the fault is the `$ref`'s."""
        try:
            name = self.files.name(reference, base)
            if name:
                self.files.get(name)
        except (ValueError, DocumentError) as error:
            fault = f"$ref to {reference} is not followed: {error}"
            raise self.error(fault, pointer.join(place, "$ref")) from None
        return name

    def authored(self, place: str) -> str:
        """The pointer under which the author of the document wrote what stands at `place`."""
        return pointer.moved(place, self.moves)

    def where(self, place: str) -> tuple[str, int | None]:
        """File and line of a place; one that an overlay made is in the overlay's file."""
        file, inside = pointer.split(place)
        if file:
            source = self.files.get(file).source
            return source.name, source.line(inside)
        return self.located(self.authored(place))

    def located(self, authored: str) -> tuple[str, int | None]:
        """File and line of what its author wrote at a pointer."""
        source, line = overlay.locate(authored, self.source, self.origins)
        return source.name, line

    @property
    def texts(self) -> dict[str, str]:
        """The text of every file read for it so far, by name: its own, its overlays', those referred to."""
        overlays = (origin.source for origin in self.origins if origin.source)
        return {source.name: source.text for source in (self.source, *overlays, *self.files.sources)}

    def error(self, message: str, place: str) -> DocumentError:
        """An error that names the file and the line of `place`."""
        file, line = self.where(place)
        return DocumentError(message, file=file, line=line)

    def declarations(self) -> Iterator[Declaration]:
        """Every operation, in the document's order, then those of its companions."""
        declared: set[str] = set()
        for file in ("", *self.companions):
            for found in self._declared_in(file):
                if found.name in declared:
                    raise self.error(f"{found.name} is declared a second time", found.pointer)
                declared.add(found.name)
                yield found

    def _declared_in(self, file: str) -> Iterator[Declaration]:
        paths = pointer.in_file(file, "/paths")
        for path in self.entry(paths).get("paths") or ():
            if not path.startswith("/"):
                continue
            place, item = self._followed(pointer.join(paths, path))
            for method, written in _operations(item, place):
                where, node = self._followed(written)
                if isinstance(node, dict):
                    yield Declaration(method, path, where, place, node, file)

    def _followed(self, place: str) -> tuple[str, JSON]:
        """What a path item or an operation says, which may stand elsewhere; nothing where that is lost."""
        try:
            return self.follow(place)
        except DocumentError:  # told by `problems`
            return place, None


def _operations(item: JSON, place: str) -> Iterator[tuple[str, str]]:
    """Method and pointer of each operation of a path item; of OpenAPI 3.2 also the additional ones."""
    if not isinstance(item, dict):
        return
    for method in METHODS:
        if method in item:
            yield method.upper(), pointer.join(place, method)
    additional = item.get("additionalOperations")
    for method in additional if isinstance(additional, dict) else ():
        yield method, pointer.join(place, "additionalOperations", method)


def load(path: Path, overlays: Sequence[Path] = (), companions: Sequence[Path] = ()) -> Document:
    """The document in a file with its overlays applied in order, and the paths of its companions beside it.

    Swagger 2.0 is overlaid as it was written, and then put in the terms of 3.0. Raises DocumentError
    when one of the files is not an OpenAPI document of a version that is known here.
    """
    root, source = read(path)
    _check_version(root, source)
    overlaid = overlay.apply(root, [overlay.read_overlay(extra) for extra in overlays])
    name = path.parent.resolve().name if path.stem in ("openapi", "swagger") else path.stem
    files = Files(path)
    beside = tuple(quote(companion.name) for companion in companions)
    sources = [source, *(_companion(files.get(file)) for file in beside)]
    warnings = [*(warning for read in sources for warning in read.warnings), *overlaid.warnings]
    converted = swagger.convert(overlaid.root) if "swagger" in root else Converted(overlaid.root, {})
    sound = mend.mended(converted.root)
    moved = {place: pointer.moved(before, converted.moves) for place, before in sound.moves.items()}
    faults = [Fault(pointer.moved(place, converted.moves), message) for place, message in sound.faults]
    return Document(
        name,
        sound.root,
        source,
        files,
        beside,
        overlaid.origins,
        warnings,
        faults,
        sound.schemas,
        {**converted.moves, **moved},
    )


def _companion(file: File) -> Source:
    _check_version(file.root, file.source)
    return file.source


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
