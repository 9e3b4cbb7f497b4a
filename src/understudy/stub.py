"""All that the author of a stub needs: one function for an operation, a `Call` in and a `Reply` out.

    from understudy.stub import Call, Reply, answers

    @answers("POST /pets")
    def create_pet(call: Call) -> Reply:
        return Reply({"id": call.uuid("pet"), "name": call.body["name"]}, status=201)

A stub must be deterministic: its ids come from `Call`, its time is `NOW`. It is not asked again for a
request that it has answered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from uuid import UUID

from understudy.errors import Unsatisfiable
from understudy.types import JSON, File

__all__ = ["NOW", "Call", "File", "Reply", "Stub", "Unsatisfiable", "answers"]

NOW = "2026-01-15T12:00:00Z"
"""The moment at which every reply is given."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a stub answers. `body` is JSON (or text or bytes where the media type is not JSON)."""

    body: JSON = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A request that keeps the contract, decoded.

    Files of a form are `File`s; a form part whose `contentSchema` says that it holds JSON is already
    parsed. Parameters are by name as declared (a header's too).
    """

    operation: str
    path: Mapping[str, JSON]
    query: Mapping[str, JSON]
    header: Mapping[str, JSON]
    cookie: Mapping[str, JSON]
    body: JSON
    seed: bytes
    key: bytes
    """Derived from seed, operation and the whole request: the same request has the same key."""
    synthesiser: Callable[[JSON, bytes], JSON]

    def uuid(self, *names: str) -> str:
        """A version 4 UUID that belongs to this very request; other names give other ids."""
        return _uuid4(self.key, names)

    def shared_uuid(self, *names: str) -> str:
        """A version 4 UUID that depends on the seed and the names alone, whatever the request."""
        return _uuid4(self.seed, names)

    def synthesise(self, schema: JSON, *names: str) -> JSON:
        """An instance of any JSON Schema (2020-12). Raises Unsatisfiable, which says why there is none."""
        return self.synthesiser(schema, _digest(self.key, names))


Stub = Callable[[Call], Reply]


def answers(operation: str) -> Callable[[Stub], Stub]:
    """Mark a function as the stub of an operation, by operationId or as `POST /path`."""

    def mark(function: Stub) -> Stub:
        function.__dict__["answers"] = operation
        return function

    return mark


def _digest(key: bytes, names: tuple[str, ...]) -> bytes:
    return blake2b("\0".join(names).encode(), key=key[:64], digest_size=16).digest()


def _uuid4(key: bytes, names: tuple[str, ...]) -> str:
    return str(UUID(bytes=_digest(key, names), version=4))
