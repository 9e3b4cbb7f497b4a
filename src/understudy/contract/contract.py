"""The contract of an API: its document and overlays, and the operations they declare."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from understudy.contract import document as documents
from understudy.contract.document import Document
from understudy.contract.operation import Operation
from understudy.contract.route import Router, shape
from understudy.contract.server import Servers
from understudy.types import Headers


@dataclass(frozen=True, slots=True)
class Match:
    """The operation that a request is for, and the texts of its path parameters, still percent-encoded."""

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
        """The path prefixes, as templates, under which an operation is served; the empty one first."""
        return self._servers.base_paths(operation.declaration)

    @cached_property
    def places(self) -> tuple[tuple[str, Operation], ...]:
        """Every base path with an operation served under it; the bare paths come before the others."""
        based = [(base, operation) for operation in self.operations for base in self.base_paths(operation)]
        return tuple(sorted(based, key=lambda place: place[0] != ""))

    @cached_property
    def addresses(self) -> frozenset[tuple[str, str]]:
        """What requests its operations take: their methods and the shapes of their paths."""
        return frozenset((operation.method, shape(base + operation.path)) for base, operation in self.places)

    def find(self, method: str, path: str, query: str = "", headers: Headers = ()) -> Match | None:
        """The operation for a method and a percent-encoded path.

        Some are told apart by query and headers, and some whose templates are of one shape by what the
        parameters of the path may be.
        """
        found = self._router.find(method, path, query, headers)
        if found is None:
            return None
        found = found.fitting(Operation.takes)
        return Match(found.value, found.parameters)

    def methods(self, path: str) -> tuple[str, ...]:
        """The methods that a path takes, in the document's order."""
        return self._router.methods(path)

    @cached_property
    def _router(self) -> Router[Operation]:
        router: Router[Operation] = Router()
        for base, operation in self.places:
            router.add(operation.method, operation.path, operation, base)
        return router

    @cached_property
    def _servers(self) -> Servers:
        return Servers(self.document)


def load(path: Path, overlays: Sequence[Path] = (), companions: Sequence[Path] = ()) -> Contract:
    """The contract in a file and its companions, with overlays applied in order. Raises DocumentError."""
    return Contract(documents.load(path, overlays, companions))
