"""The contract of an API: its document and overlays, and the operations they declare."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from understudy.contract import document as documents
from understudy.contract import pointer
from understudy.contract.document import Document
from understudy.contract.operation import Operation
from understudy.contract.route import Router
from understudy.types import JSON


@dataclass(frozen=True, slots=True)
class Match:
    """The operation that a request is for, and the text of its path parameters."""

    operation: Operation
    path_parameters: dict[str, str]


@dataclass(frozen=True)
class Contract:
    """Everything a document says, compiled when it is first asked for."""

    document: Document

    @property
    def name(self) -> str:
        return self.document.name

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, in the document's order."""
        return tuple(Operation(self.document, declared) for declared in self.document.declarations())

    def base_paths(self, operation: Operation) -> tuple[str, ...]:
        """The path prefixes under which an operation is served; the empty one first."""
        entry = self.document.entry(pointer.in_file(operation.declaration.companion))
        servers = entry.get("servers") or ()
        paths = [_base_path(server) for server in servers if isinstance(server, dict)]
        return tuple(dict.fromkeys(("", *paths)))

    def find(self, method: str, path: str) -> Match | None:
        """The operation for a method and a percent-encoded path."""
        for operation, parameters in self._router.find(path):
            if operation.method == method:
                return Match(operation, dict(parameters))
        return None

    def methods(self, path: str) -> tuple[str, ...]:
        """The methods that a path takes, in the document's order."""
        return tuple(dict.fromkeys(operation.method for operation, _ in self._router.find(path)))

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every path template, in the document's order."""
        return tuple(dict.fromkeys(operation.path for operation in self.operations))

    @cached_property
    def _router(self) -> Router[Operation]:
        router: Router[Operation] = Router()
        for operation in self.operations:
            for base in self.base_paths(operation):
                router.add(base + operation.path, operation)
        return router


def _base_path(server: dict[str, JSON]) -> str:
    """The path of a server URL with the defaults of its variables filled in."""
    url = str(server.get("url", ""))
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace("{" + name + "}", str(variable.get("default", "")))
    return urlsplit(url).path.rstrip("/")


def load(path: Path, overlays: Sequence[Path] = (), companions: Sequence[Path] = ()) -> Contract:
    """The contract in a file and its companions, with overlays applied in order. Raises DocumentError."""
    return Contract(documents.load(path, overlays, companions))
