"""One fault of one exchange, before it is grouped with its like into a finding."""

from dataclasses import dataclass
from hashlib import sha256

from understudy.types import JSON, Path, Place, Verdict, Violation


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one exchange, and whose fault it is.

    `rule` is that of a Violation, in the response or in a request that was taken, or one of:

    - `server-error`: a 5xx
    - `unauthenticated-accepted`, `credential-accepted`: let in without, with a malformed or with a wrong one
    - `credential-refused`: kept out with a good one
    - `refused`: refused a request that the contract allows
    - `method`: took a method that is not declared, or did not name the right ones in Allow
    - `response-time`, `inconsistent`, `http`, `connection`, `unavailable`, `rate-limit`
    """

    verdict: Verdict
    rule: str
    message: str
    place: Place = "status"
    path: Path = ()
    pointer: str = ""
    expected: JSON = None
    got: JSON = None
    violation: Violation | None = None
    """The violation that this fault is, or that the server let pass."""

    def key(self, api: str, operation: str) -> str:
        """The id of the finding that this fault belongs to: the same cause has the same id in every run."""
        cause = (api, operation, self.verdict, self.rule, self.place, general(self.path), self.pointer)
        return sha256(repr(cause).encode()).hexdigest()[:12]


def general(path: Path) -> Path:
    """A path with `*` for every array index, so that all items of an array have one."""
    return tuple("*" if isinstance(token, int) else token for token in path)
