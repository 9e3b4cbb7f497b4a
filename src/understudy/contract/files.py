"""The other files of a document, each read once, when something first refers to it.

A file is named by its URI relative to the folder of the document, `..` and `.` worked out, characters
that a URI cannot hold percent-encoded: the same file has one name, whoever refers to it. The empty name
is the document itself.
"""

import os.path
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from understudy.contract.reading import Source, read
from understudy.errors import DocumentError
from understudy.types import JSON

MAX_FILES = 10_000
MAX_BYTES = 256 * 1024 * 1024
"""How much text all the other files of a document may hold together."""


@dataclass(frozen=True)
class File:
    """One file as it was read."""

    root: JSON
    source: Source

    @cached_property
    def version(self) -> tuple[int, int] | None:
        """The OpenAPI version as (major, minor), where the file is an OpenAPI document of its own."""
        if not (isinstance(self.root, dict) and "openapi" in self.root):
            return None
        found = re.match(r"(\d+)\.(\d+)", str(self.root["openapi"]))
        return (int(found[1]), int(found[2])) if found else None


@dataclass
class Files:
    """The files that stand around the document at `document`."""

    document: Path
    _read: dict[str, File] = field(default_factory=dict)
    _bytes: int = 0

    def name(self, reference: str, base: str) -> str:
        """The name of the file that a relative reference standing in the file `base` is for.

        Raises ValueError, whose text says what to do, for what is no relative reference to a file.
        """
        parts = urlsplit(reference)
        if parts.scheme or parts.netloc:
            raise ValueError("nothing is fetched: put a copy beside the document and refer to it by its path")
        if parts.path.startswith("/") or parts.query:
            raise ValueError("files are referred to by a path relative to the file that the $ref stands in")
        target = os.path.normpath(self.path(base).parent.absolute() / unquote(parts.path))
        if target == os.path.normpath(self.document.absolute()):
            return ""
        return quote(Path(os.path.relpath(target, self.document.parent.absolute())).as_posix())

    def get(self, name: str) -> File:
        """The file of a name. Raises DocumentError, which names the file, when it cannot be read."""
        if name not in self._read:
            self._read[name] = self._first_read(self.path(name))
        return self._read[name]

    @property
    def sources(self) -> list[Source]:
        """The files read so far."""
        return [file.source for file in list(self._read.values())]

    def path(self, name: str) -> Path:
        """Where the file is, by the path that the user gave for the document."""
        return Path(os.path.normpath(self.document.parent / unquote(name))) if name else self.document

    def _first_read(self, path: Path) -> File:
        if not path.is_file():
            raise DocumentError("no such file", file=str(path))
        self._bytes += path.stat().st_size
        if len(self._read) >= MAX_FILES or self._bytes > MAX_BYTES:
            message = f"the document is spread over more than {MAX_FILES} files or {MAX_BYTES} bytes"
            raise DocumentError(message, file=str(path))
        return File(*read(path))
