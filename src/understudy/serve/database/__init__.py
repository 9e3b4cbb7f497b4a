"""The database that workers share: what the stubs keep, the journal, and what the tests have used.

SQLAlchemy is imported here alone, and this room only by a server that needs it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from understudy.serve.bounds import Bounds
from understudy.serve.database import records
from understudy.serve.database.connections import Connections
from understudy.serve.database.entries import DatabaseEntries
from understudy.serve.database.facts import DatabaseFacts
from understudy.serve.database.records import NamespaceRecords


class Database:
    """A SQLite file or a PostgreSQL database."""

    def __init__(self, location: str, bounds: Bounds) -> None:
        """`location` as in `Store`. Raises UsageError."""
        self._connections = Connections(location)
        self._bounds = bounds
        self.entries = DatabaseEntries(self._connections)
        self.facts = DatabaseFacts(self._connections)

    @contextmanager
    def begin(self, namespace: str) -> Iterator[NamespaceRecords]:
        """One transaction, kept when the block ends and undone when it raises. Raises StoreError."""
        with self._connections.transaction(namespace) as transaction:
            found = NamespaceRecords(transaction, namespace, self._bounds)
            yield found
            found.account()

    def glance(self, namespace: str, kind: str, id: str) -> str | None:
        """The text of a value as it was last kept; waits for no transaction. Raises StoreError."""
        return records.glance(self._connections, namespace, kind, id)

    def clear(self, namespace: str | None) -> None:
        """Forget the values of a namespace, or all. Raises StoreError."""
        records.clear(self._connections, namespace)
