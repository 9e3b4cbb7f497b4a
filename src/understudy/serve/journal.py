"""What was asked and answered: the latest entries, bounded in number and in bytes.

A server of one process keeps them in memory. Workers share theirs in the database of the state, where an
entry is written before its answer is sent, so that it outlives the server if the state does.
"""

import json
from collections import deque
from typing import TYPE_CHECKING, Protocol

from understudy.serve.entry import Served, Teller
from understudy.serve.filters import EVERYTHING, Filter
from understudy.serve.options import ServeOptions
from understudy.types import JSON

if TYPE_CHECKING:
    from understudy.serve.database import Database
    from understudy.serve.database.entries import DatabaseEntries

_TRIM_EVERY = 100
"""How many entries a worker writes before it looks for those that no longer fit."""


class Journal(Protocol):
    """The latest entries. Their numbers rise over all workers, and no number comes twice."""

    teller: Teller

    def add(self, served: Served) -> None:
        """Keep one exchange, and forget the oldest ones that no longer fit. Raises StoreError."""

    def entries(self, wanted: Filter = EVERYTHING) -> list[dict[str, JSON]]:
        """The entries asked for, newest last, as the admin API shows them. Raises StoreError."""

    def latest(self) -> int:
        """The number of the newest entry; 0 where there is none. Raises StoreError."""

    def clear(self, namespace: str | None = None) -> None:
        """Forget the entries of a namespace, or all. Raises StoreError."""


def journal(options: ServeOptions, teller: Teller, database: "Database | None") -> Journal:
    """The journal of a fake: in the database that its workers share, or in this process."""
    if database is None:
        return Ring(options.journal_entries, options.journal_bytes, teller)
    return SharedJournal(options.journal_entries, options.journal_bytes, teller, database.entries)


class Ring:
    """The journal of one process. What is kept is told, and secrets are left out, when it is asked for."""

    def __init__(self, max_entries: int, max_bytes: int, teller: Teller) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self.teller = teller
        self._kept: deque[tuple[int, int, Served]] = deque()
        self._bytes = 0
        self._count = 0

    def add(self, served: Served) -> None:
        self._count += 1
        size = served.size
        self._kept.append((self._count, size, served))
        self._bytes += size
        while len(self._kept) > self._max_entries or self._bytes > self._max_bytes:
            self._bytes -= self._kept.popleft()[1]

    def entries(self, wanted: Filter = EVERYTHING) -> list[dict[str, JSON]]:
        found = [(number, served) for number, _, served in list(self._kept) if wanted.takes(number, served)]
        if wanted.limit is not None:
            found = found[: wanted.limit] if wanted.since else found[-wanted.limit :]
        return [{"number": number, **self.teller.entry(served)} for number, served in found]

    def latest(self) -> int:
        return self._kept[-1][0] if self._kept else 0

    def clear(self, namespace: str | None = None) -> None:
        kept = (
            []
            if namespace is None
            else [each for each in self._kept if each[2].session.namespace != namespace]
        )
        self._kept = deque(kept)
        self._bytes = sum(size for _, size, _ in kept)


class SharedJournal:
    """The journal of several processes, or of one after the other: in a database."""

    def __init__(self, max_entries: int, max_bytes: int, teller: Teller, entries: "DatabaseEntries") -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self.teller = teller
        self._entries = entries
        self._untrimmed = 0
        self._untrimmed_bytes = 0

    def add(self, served: Served) -> None:
        told = self.teller.entry(served)
        text = json.dumps(told, separators=(",", ":"))
        self._entries.add(served, text)
        self._untrimmed += 1
        self._untrimmed_bytes += len(text)
        if self._untrimmed >= _TRIM_EVERY or self._untrimmed_bytes > self._max_bytes // 10:
            self._untrimmed = self._untrimmed_bytes = 0
            self._entries.trim(self._max_entries, self._max_bytes)

    def entries(self, wanted: Filter = EVERYTHING) -> list[dict[str, JSON]]:
        self._entries.trim(self._max_entries, self._max_bytes)
        return [{"number": number, **json.loads(text)} for number, text in self._entries.entries(wanted)]

    def latest(self) -> int:
        return self._entries.latest()

    def clear(self, namespace: str | None = None) -> None:
        self._entries.clear(namespace)
