"""The log records that a validation copied, each told without the others.

What a column holds is a function of a record's position among all that match the validation's filters, so
any record can be told without the others, however many there are. Positions are in the order of the
validation's `sort`: its column never falls (or never rises) from one position to the next. The same goes
for `created_at`, the newest record first, unless it is itself what is sorted by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .columns import METRIC, NESTED, At, Ids, made, natural_columns
from .filters import Filter, column_of
from .limits import MAX_PAGE

NATIVE_SORT: Mapping[str, Any] = {"column_id": "created_at", "ascending": False}
MAX_TEXT = 10_000_000
"""How many characters of filters come back in one page's records: what is filtered by, each record holds."""
WINDOW = 10_000
"""Of how many records a search looks at each, where it cannot tell the places of those it is for."""


@dataclass(frozen=True)
class Experiment:
    """The log records that a validation copied: `size` records from the position `start` on."""

    columns: Mapping[str, At]
    start: int
    size: int
    sort: Mapping[str, Any]
    most: int = MAX_PAGE
    """How many records a page has at most."""

    @classmethod
    def of(cls, id: str, kept: Mapping[str, Any], ids: Ids) -> "Experiment":
        """The experiment of what a validation kept; it is empty where the filters contradict each other."""
        filters = [Filter.of(given) for given in kept["filters"]]
        asked: dict[str, list[Filter]] = {given.column: [] for given in filters}
        for given in filters:
            asked[given.column].append(given)
        sort = kept["sort"] or NATIVE_SORT
        natural = natural_columns(kept["source"], {"project_id": kept["project"], "run_id": id}, ids)
        columns: dict[str, At] = {}
        size = kept["size"]
        for name in dict.fromkeys((*natural, *asked)):
            rising = sort.get("ascending", True) if column_of(sort) == name else None
            column = made(name, asked.get(name, ()), rising, natural.get(name), kept["source"], ids)
            if column is None:
                return cls({}, 0, 0, sort)
            columns[name] = column.at
            size = min(size, max(0, column.length - kept["start"]))
        return cls(columns, kept["start"], size, sort, max(1, MAX_TEXT // kept["weight"]))

    def value(self, column: str, index: int) -> Any:
        """A column of the record of an index; None where there is no such column."""
        at = self.columns.get(column)
        return at(self.start + index) if at else None

    def record(self, index: int) -> dict[str, Any]:
        """All of a record."""
        record: dict[str, Any] = {"type": "trace", "metrics": {}, "user_metadata": {}}
        for name, at in self.columns.items():
            owner, _, member = name.partition("/")
            holder = record[owner] if member and owner in NESTED else record
            holder[name if holder is record else member] = at(self.start + index)
        record["trace_id"] = record["id"]
        info = {"status_type": "success", "value": record["metrics"][METRIC]}
        return {"updated_at": record["created_at"], **record, "metric_info": {METRIC: info}}

    def found(self, filters: Sequence[Filter], sort: Mapping[str, Any]) -> Sequence[int]:
        """The indices of the records that match, in the order asked for.

        A search that neither filters nor sorts by a column of its own finds any number of records; another
        one finds those among the first `WINDOW` of the experiment.
        """
        every: Sequence[int] = range(self.size)
        if self._falls(sort):
            every = every[::-1]
        column = column_of(sort)
        is_native = column in ("created_at", column_of(self.sort)) or column not in self.columns
        if not filters and is_native:
            return every
        looked_at = every[: max(1, WINDOW * 100 // max(100, len(filters)))]
        matching = [index for index in looked_at if self._matches(filters, index)]
        if is_native:
            return matching
        return sorted(
            matching, key=lambda index: self.value(column, index), reverse=not sort.get("ascending", True)
        )

    def _falls(self, sort: Mapping[str, Any]) -> bool:
        """Whether the order asked for is the order of the positions backwards."""
        column, rising = column_of(sort), sort.get("ascending", True)
        if column == column_of(self.sort):
            return bool(rising != self.sort.get("ascending", True))
        return bool(column == "created_at" and rising)

    def _matches(self, filters: Sequence[Filter], index: int) -> bool:
        return all(given.holds(self.value(given.column, index)) for given in filters)
