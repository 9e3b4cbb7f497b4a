"""One planned request, and how it authenticates."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from understudy.types import Request

Phase = Literal["examples", "coverage", "fuzzing", "probes"]
PHASES: tuple[Phase, ...] = ("examples", "coverage", "fuzzing", "probes")


Kind = Literal[
    "good",
    "none",
    "malformed",
    "wrong",
    "short",
    "long",
    "headed",
    "altered",
    "swapped",
    "no-password",
    "other-password",
    "other-user",
]


@dataclass(frozen=True, slots=True)
class Credentials:
    """How a case authenticates; the sender puts in the real values.

    `good`: what the run was given, for `scheme` alone where it is named; `none`: nothing; `malformed`: of
    the wrong shape for `scheme`; `wrong`: of the right shape for `scheme`, and nobody's. The others are the
    good one for `scheme` made wrong: `short` without its last character, `long` with a tail, `headed` with
    something before it, `altered` with other letters and digits, `swapped` in the other case, and of a
    basic one `no-password`, `other-password` and `other-user`.
    """

    kind: Kind = "good"
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One request of the plan. `request` holds no credentials, no Host and no Content-Length."""

    operation: str
    """The operation it is aimed at: `POST /pets`."""
    phase: Phase
    intent: str
    """What it tries, in plain words."""
    request: Request
    credentials: Credentials = Credentials()
    repeat: int = 0
    """The how-manieth sending of the same request this is."""

    @property
    def id(self) -> str:
        """Stable: the same case has the same id in every run, process and shard."""
        request = self.request
        told = (self.operation, request.method, request.path, request.query, request.headers, request.body)
        credentials = (self.credentials.kind, self.credentials.scheme, self.repeat)
        return sha256(repr((told, credentials)).encode()).hexdigest()[:16]
