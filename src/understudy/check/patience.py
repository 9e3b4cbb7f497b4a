"""How long to go on with a target that gives no answer."""

from dataclasses import dataclass

from understudy.check.judge import UNAVAILABLE
from understudy.types import Failure, Response

_BEFORE_THE_FIRST_ANSWER = 3
_TIMEOUTS = 4
_IN_A_ROW = 10
_TOO_LONG_TO_WAIT_FOR = ("timeout", "oversize")


@dataclass(slots=True)
class Patience:
    """Counts the cases in a row to which the service gave no answer of its own.

    A connection that breaks may be the fault of one request, so after a first answer it takes many of
    them to be sure; a timeout is dear, and few do; where nothing ever answered, fewer still.
    """

    met: bool = False
    """Whether the target ever spoke HTTP."""
    silent: int = 0
    last: str = ""
    _slow: int = 0

    def note(self, outcome: Response | Failure) -> None:
        """Take note of how a case ended."""
        said = self._trouble(outcome)
        if said is None:
            self.met, self.silent, self._slow = True, 0, 0
            return
        self.last = said
        self.silent += 1
        slow = isinstance(outcome, Failure) and outcome.kind in _TOO_LONG_TO_WAIT_FOR
        self._slow = self._slow + 1 if slow else 0

    @property
    def is_over(self) -> bool:
        """Whether to send no more."""
        limit = _IN_A_ROW if self.met else _BEFORE_THE_FIRST_ANSWER
        return self.silent >= limit or self._slow >= _TIMEOUTS

    def allows_another_try(self, failure: Failure) -> bool:
        """Whether to send a request again: not while one after the other fails, nor to wait in vain."""
        if failure.kind == "timeout":
            return self.met and not self.silent
        return failure.kind in ("refused", "reset") and not self.silent

    @property
    def reason(self) -> str:
        """Why no more is sent."""
        return f"the last {self.silent} requests got no answer of the service: {self.last}"

    def _trouble(self, outcome: Response | Failure) -> str | None:
        """What stood in the way of an answer; None where there is one, even one that breaks off."""
        if isinstance(outcome, Failure):
            broken = outcome.kind == "protocol" and self.met
            return None if broken else f"{outcome.kind}, {outcome.detail}"
        return f"answered {outcome.status}" if outcome.status in UNAVAILABLE else None
