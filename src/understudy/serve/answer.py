"""An answer on its way out, and the refusals that end a request early."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from understudy.serve.store import Write
from understudy.session import Session
from understudy.types import Headers, Violation

Origin = Literal["stub", "inferred", "example", "synthesised", "error", "fault"]
FaultKind = Literal["reset", "truncate", "garbage", "wrong-type", "trickle"]


@dataclass(frozen=True)
class Answer:
    """A response ready to send. `headers` hold all but Content-Length and Understudy-Reply."""

    status: int
    headers: Headers
    body: bytes
    origin: Origin
    violations: Sequence[Violation] = ()
    """What was wrong with the request (or, with a 500, with the stub's reply)."""
    session: Session | None = None
    """The session to write the request down under, where that is not the one it came with."""
    delay: int = 0
    """Milliseconds to wait before it is sent."""
    fault: FaultKind | None = None
    """In which way the sending goes wrong, on purpose."""
    withheld: int = 0
    """How many bytes Content-Length announces that are never sent."""

    writes: Sequence[Write] = ()
    """What its stub has put into the state: put again whenever the answer is given again."""

    def with_headers(self, *headers: tuple[str, str]) -> "Answer":
        """The same answer with more header fields."""
        return replace(self, headers=(*self.headers, *headers))

    @cached_property
    def wire_headers(self) -> list[tuple[bytes, bytes]]:
        """The header fields as ASGI wants them."""
        fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.headers]
        if self.status >= 200 and self.status not in (204, 304):
            fields.append((b"content-length", str(len(self.body) + self.withheld).encode()))
        fields.append((b"understudy-reply", self.origin.encode()))
        return fields


class Refusal(Exception):
    """A request that gets no reply of its operation: `status` is always told, `headers` go with it."""

    def __init__(
        self, status: int, detail: str, *, headers: Headers = (), violations: Sequence[Violation] = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.violations = violations

    writes: Sequence[Write] = ()
    """What its stub has put into the state: put again whenever the answer is given again."""

    def with_headers(self, *headers: tuple[str, str]) -> "Refusal":
        """The same refusal with more header fields."""
        more = (*self.headers, *headers)
        return Refusal(self.status, self.detail, headers=more, violations=self.violations)
