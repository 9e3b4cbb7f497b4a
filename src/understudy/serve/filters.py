"""Which entries of the journal are asked for: the query of `GET /__understudy__/requests`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from understudy.serve.answer import Refusal
from understudy.serve.entry import Served


@dataclass(frozen=True, slots=True)
class Filter:
    """What an entry must be; a part that is None takes any."""

    namespace: str | None = None
    test: str | None = None
    operation: frozenset[str] | None = None
    """Names of operations."""
    method: str | None = None
    path: str | None = None
    status: int | None = None
    violations: bool | None = None
    since: int = 0
    """Only entries with a greater number."""
    limit: int | None = None
    """The next ones where `since` is given, else the latest."""

    def takes(self, number: int, served: Served) -> bool:
        """Whether an entry is asked for, the limit aside."""
        asked = (
            (self.namespace, served.session.namespace),
            (self.test, served.session.test),
            (self.method, served.request.method),
            (self.path, served.request.path),
            (self.status, served.answer.status),
            (self.violations, bool(served.answer.violations)),
        )
        if any(wanted not in (None, found) for wanted, found in asked):
            return False
        return number > self.since and (self.operation is None or served.operation_name in self.operation)


EVERYTHING = Filter()


def read(query: str, named: Callable[[str], frozenset[str]]) -> Filter:
    """The filter that a query describes. Raises Refusal (400), which lists what there is.

    `named` gives the names of the operations meant by a name or an operationId, and raises Refusal.
    """
    return Filter(**pairs(query, {**_READERS, "operation": named}))


def namespace(query: str) -> str | None:
    """The one filter of a reset. Raises Refusal (400)."""
    return pairs(query, {"namespace": str}).get("namespace")


def pairs(query: str, readers: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """The values of a query, each read by its reader. Raises Refusal (400)."""
    found: dict[str, Any] = {}
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name not in readers:
            raise Refusal(400, f"no filter {name[:50]!r}; there are: {', '.join(sorted(readers))}")
        if name in found:
            raise Refusal(400, f"the filter {name} is given twice")
        try:
            found[name] = readers[name](text)
        except ValueError as error:
            raise Refusal(400, f"{name}={text[:50]}: {error}") from None
    return found


def _number(least: int) -> Callable[[str], int]:
    def read_number(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 19 and int(text) >= least):
            raise ValueError(f"must be a whole number, {least} or more")
        return int(text)

    return read_number


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


_READERS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "namespace": str,
        "test": str,
        "method": str.upper,
        "path": str,
        "status": _number(100),
        "violations": _boolean,
        "since": _number(0),
        "limit": _number(1),
    }
)
