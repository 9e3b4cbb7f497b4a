"""What was called in a test, and assertions over it whose failures show the nearest misses."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypedDict, Unpack

from understudy.testing.admin import Admin
from understudy.testing.calls import Call, call
from understudy.testing.compare import Difference, as_text, differences, shown
from understudy.testing.naming import Whose
from understudy.types import JSON

_NEAREST = 3
_MOST_DIFFERENCES = 6
_MOST_CALLS = 20


class Criteria(TypedDict, total=False):
    """What calls hold that a test means. There may be more in them; a list has no other items.

    Numbers and texts are one in a form, a query and a header. A credential cannot be asked for: it is left
    out of what is kept.
    """

    body: JSON
    query: Mapping[str, JSON]
    headers: Mapping[str, JSON]
    status: int
    """Of the answer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls a test means. A part that is None takes any."""

    operation: str | None
    body: JSON = None
    query: Mapping[str, JSON] | None = None
    headers: Mapping[str, JSON] | None = None
    status: int | None = None

    def differences(self, made: Call) -> Iterator[Difference]:
        """In what a call of the operation is not one of these."""
        if self.status is not None:
            yield from differences("status", self.status, made.status)
        if self.query is not None:
            yield from differences("query", as_text(self.query), made.query)
        if self.headers is not None:
            wanted = {name.lower(): as_text(value) for name, value in self.headers.items()}
            yield from differences("headers", wanted, made.headers)
        if self.body is not None:
            yield from differences("body", as_text(self.body) if made.has_texts else self.body, made.body)

    def __str__(self) -> str:
        told = {"body": self.body, "query": self.query, "headers": self.headers, "status": self.status}
        parts = [f"{name}={shown(value)}" for name, value in told.items() if value is not None]
        return f"{self.operation or 'anything'}{' with ' if parts else ''}{', '.join(parts)}"


class Requests:
    """The calls of the test that is on.

    An operation is an operationId or `POST /path`; without one any call is meant, those of no operation too.
    """

    def __init__(self, admin: Admin, whose: Whose, hint: str = "") -> None:
        """`hint` is added where nothing was called."""
        self._admin = admin
        self._whose = whose
        self._hint = hint

    def calls(self, operation: str | None = None, **criteria: Unpack[Criteria]) -> list[Call]:
        """The calls that are meant, in the order of their answers. Raises UsageError."""
        __tracebackhide__ = True
        return self._matching(Wanted(operation, **criteria))

    def assert_called(
        self, operation: str | None = None, *, times: int | None = None, **criteria: Unpack[Criteria]
    ) -> list[Call]:
        """Fail unless there were so many such calls, or any; else give them. Raises UsageError."""
        __tracebackhide__ = True
        wanted = Wanted(operation, **criteria)
        found = self._matching(wanted)
        if len(found) != times if times is not None else not found:
            raise AssertionError(self._told(wanted, found, times))
        return found

    def assert_not_called(self, operation: str | None = None, **criteria: Unpack[Criteria]) -> None:
        """Fail if there was such a call. Raises UsageError."""
        __tracebackhide__ = True
        self.assert_called(operation, times=0, **criteria)

    def clear(self) -> None:
        """Forget the calls of this test so far."""
        self._admin.ask("DELETE", "requests", self._namespace)

    @property
    def _namespace(self) -> dict[str, str]:
        return {"namespace": self._whose().namespace}

    def _made(self, operation: str | None = None) -> list[Call]:
        __tracebackhide__ = True
        query = self._namespace | ({"operation": operation} if operation else {})
        return [call(entry) for entry in self._admin.ask("GET", "requests", query)]

    def _matching(self, wanted: Wanted) -> list[Call]:
        __tracebackhide__ = True
        made = self._made(wanted.operation)
        return [each for each in made if not any(wanted.differences(each))]

    def _told(self, wanted: Wanted, found: Sequence[Call], times: int | None) -> str:
        """Why an assertion fails, with what helps to see where it went wrong."""
        expected = "at least 1 call" if times is None else f"{times} call{'' if times == 1 else 's'}"
        told = f"expected {expected}, got {len(found)}: {wanted}"
        return "\n".join([told, *self._explained(wanted, found, times)])

    def _explained(self, wanted: Wanted, found: Sequence[Call], times: int | None) -> Iterator[str]:
        if found:
            yield from _listed(found)
        if times is not None and len(found) > times:
            return
        numbers = {made.number for made in found}
        missed = [made for made in self._made(wanted.operation) if made.number not in numbers]
        if missed:
            yield from _nearest(wanted, missed)
        elif not found:
            others = self._made()
            yield "what was called:" if others else f"nothing was called in this test{self._hint}"
            yield from _listed(others)


def _listed(calls: Sequence[Call]) -> Iterator[str]:
    yield from (f"  {made}" for made in calls[-_MOST_CALLS:])
    if len(calls) > _MOST_CALLS:
        yield f"  and {len(calls) - _MOST_CALLS} before these"


def _nearest(wanted: Wanted, missed: Sequence[Call]) -> Iterator[str]:
    """The calls that differ least, the latest of equals first, with what they differ in."""
    by_distance = sorted(missed, key=lambda made: (len(list(wanted.differences(made))), -made.number))
    yield f"{'nearest misses' if missed[1:] else 'near miss'} (- expected, + got):"
    for made in by_distance[:_NEAREST]:
        yield f"  {made}"
        for difference in islice(wanted.differences(made), _MOST_DIFFERENCES):
            yield from (f"    {line}" for line in str(difference).splitlines())
    if len(missed) > _NEAREST:
        left = len(missed) - _NEAREST
        yield f"  and {left} that differ{'s' if left == 1 else ''} more"
