"""Filters of log records: which values of a column satisfy them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .moments import instant_of


def column_of(clause: Mapping[str, Any]) -> str:
    """The column that a filter or a sort clause names; a trace is its own trace."""
    column = clause["column_id"]
    return "id" if column == "trace_id" else str(column)


@dataclass(frozen=True)
class Filter:
    """One filter of log records. A list where one value belongs means any of them."""

    column: str
    kind: str
    operator: str
    given: Sequence[Any]
    values: frozenset[Any]
    """As they are compared: folded where case does not count, dates in microseconds."""
    folds: bool

    @classmethod
    def of(cls, filter: Mapping[str, Any]) -> "Filter":
        """A filter as a request has it."""
        kind = "text" if filter["type"] == "id" else str(filter["type"])
        folds = not filter.get("case_sensitive", True)
        given = filter["value"] if isinstance(filter["value"], list) else [filter["value"]]
        compared = "text" if kind == "collection" else kind
        values = frozenset(_comparable(compared, value, folds=folds) for value in given)
        return cls(column_of(filter), kind, filter.get("operator", "eq"), given, values - {None}, folds)

    def holds(self, value: Any) -> bool:
        """Whether a column that holds the value satisfies it; none at all satisfies what only excludes."""
        if value is None:
            return self.operator in EXCLUDING
        if self.kind == "collection":
            return isinstance(value, list) and self._holds_members(value)
        comparable = _comparable(self.kind, value, folds=self.folds)
        return comparable is not None and OPERATORS[self.operator](comparable, self.values)

    def _holds_members(self, members: Iterable[Any]) -> bool:
        found = frozenset(_comparable("text", member, folds=self.folds) for member in members)
        if self.operator == "eq":
            return found == self.values
        return found.isdisjoint(self.values) == (self.operator == "not_in")


EXACT = ("eq", "one_of")
EXCLUDING = ("ne", "not_in")
OPERATORS: Mapping[str, Callable[[Any, frozenset[Any]], bool]] = {
    "eq": lambda value, given: value in given,
    "one_of": lambda value, given: value in given,
    "ne": lambda value, given: value not in given,
    "not_in": lambda value, given: value not in given,
    "contains": lambda value, given: any(part in value for part in given),
    "gt": lambda value, given: all(value > bound for bound in given),
    "gte": lambda value, given: all(value >= bound for bound in given),
    "lt": lambda value, given: all(value < bound for bound in given),
    "lte": lambda value, given: all(value <= bound for bound in given),
    "between": lambda value, given: bool(given) and min(given) <= value <= max(given),
}


def _comparable(kind: str, value: Any, *, folds: bool) -> Any:
    """A value as filters of the kind compare it; None for one of another kind."""
    if kind == "number":
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    if kind == "date":
        return instant_of(value)
    return value.casefold() if folds else value
