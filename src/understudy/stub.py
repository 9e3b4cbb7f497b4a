"""All that the author of a stub needs: one function for an operation, a `Call` in and a `Reply` out.

    from understudy.stub import Call, Reply, answers

    @answers("POST /pets")
    def create_pet(call: Call) -> Reply:
        return Reply({"id": call.uuid("pet"), "name": call.body["name"]}, status=201)

A stub must be deterministic: its ids come from `Call`, its time is `NOW`. What it keeps in `call.state` it
finds again in the requests of the same namespace. A stub that looks at neither `call.state` nor
`call.session` is not asked again for a request that it has answered: what it has put is put again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol
from uuid import UUID

from understudy.errors import Unsatisfiable
from understudy.session import (
    CLAIM,
    CREDENTIAL_CLAIM,
    Session,
    SessionError,
    fingerprint,
    split_credential,
)
from understudy.types import JSON, File

__all__ = [
    "CLAIM",
    "CREDENTIAL_CLAIM",
    "NOW",
    "Call",
    "File",
    "Reply",
    "Session",
    "SessionError",
    "State",
    "Stub",
    "Unsatisfiable",
    "answers",
    "fingerprint",
    "split_credential",
]

NOW = "2026-01-15T12:00:00Z"
"""The moment at which every reply is given."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a stub answers. `body` is JSON (or text or bytes where the media type is not JSON)."""

    body: JSON = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    session: Session | None = None
    """The session to write the request down under, where its body told one: a login's does."""


class State(Protocol):
    """What the stubs have kept in the namespace of a call: JSON values by kind and id.

    What one call writes is kept all together, and only if its reply keeps the contract.
    """

    @property
    def session(self) -> Session:
        """Whose request this is."""

    def put(self, kind: str, id: str, value: JSON) -> None:
        """Keep a value, in place of the one that was there."""

    def get(self, kind: str, id: str) -> JSON | None:
        """The value that was put; None where there is none."""

    def delete(self, kind: str, id: str) -> bool:
        """Forget a value; whether there was one."""

    def all(self, kind: str) -> dict[str, JSON]:
        """The values of a kind by id, in the order in which they were first put."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that keeps the contract, decoded.

    Files of a form are `File`s; a form part whose `contentSchema` says that it holds JSON is already
    parsed. Parameters are by name as declared (a header's too); one that was not sent has its default.
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
    state: State

    @property
    def session(self) -> Session:
        """Whose request this is: its namespace, scenario and test."""
        return self.state.session

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
