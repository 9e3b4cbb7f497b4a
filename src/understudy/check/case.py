"""One planned request, and how it authenticates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from understudy.compose import Draft
from understudy.types import JSON, Path, Request

Phase = Literal["examples", "coverage", "fuzzing", "probes", "stateful"]
PHASES: tuple[Phase, ...] = ("examples", "coverage", "fuzzing", "probes", "stateful")


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

    @property
    def words(self) -> str:
        """The credentials as people call them."""
        scheme = f" for {self.scheme}" if self.scheme else ""
        if self.kind == "none":
            return "no credentials"
        if self.kind == "good":
            return f"good credentials{scheme}"
        return f"a credential{scheme} {_MADE_WRONG[self.kind]}"


_MADE_WRONG: Mapping[Kind, str] = {
    "malformed": "of a wrong shape",
    "wrong": "that nobody has",
    "short": "less its last character",
    "long": "with more characters after it",
    "headed": "with more characters before it",
    "altered": "with other letters and digits",
    "swapped": "in the other letter case",
    "no-password": "without its password",
    "other-password": "with another password",
    "other-user": "with another user",
}


@dataclass(frozen=True, slots=True)
class Step:
    """How a case of a sequence is made of the exchanges before it, and what its answer must be."""

    sequence: str
    """In plain words: `the link GetOwner of POST /things`."""
    drafts: tuple[Draft, Draft]
    """The request before it is filled in, and the one for when the sequence is proved by doing it again."""
    before: tuple["Case", ...] = ()
    """The cases of the sequence that are sent before."""
    needs: tuple[int, ...] = ()
    """Which of them must have succeeded; the last one is that which the values are taken from."""
    status: str = ""
    """As declared: the answer in which the values are; empty for any that is a success."""
    parameters: Mapping[tuple[str, str], JSON] = field(default_factory=dict)
    """Templates of runtime expressions by location and name."""
    body: JSON = None
    """The template of the whole body; None for that of the draft."""
    members: Mapping[str, JSON] = field(default_factory=dict)
    """Templates of single members of it."""
    expects: Literal["anything", "linked", "kept", "gone"] = "anything"
    """What is found: what a link leads to, what was created, or nothing, for it was deleted."""
    identity: tuple[str, Path] | None = None
    """The path parameter by which it is found, and where the answer tells the same."""
    pointer: str = ""
    """The place in the document that wants it so."""


@dataclass(frozen=True, slots=True)
class Case:
    """One request of the plan. `request` holds no credentials, no Host and no Content-Length."""

    operation: str
    """The operation it is aimed at: `POST /pets`."""
    phase: Phase
    intent: str
    """What it tries, in plain words."""
    request: Request
    """In a sequence, what comes from an earlier answer is told as `$NAME`."""
    credentials: Credentials = Credentials()
    repeat: int = 0
    """The how-manieth sending of the same request this is."""
    step: Step | None = None

    @property
    def id(self) -> str:
        """Stable: the same case has the same id in every run, process and shard."""
        request = self.request
        told = (self.operation, request.method, request.path, request.query, request.headers, request.body)
        credentials = (self.credentials.kind, self.credentials.scheme, self.repeat)
        sequence = () if self.step is None else (self.step.sequence, len(self.step.before))
        return sha256(repr((told, credentials, *sequence)).encode()).hexdigest()[:16]
