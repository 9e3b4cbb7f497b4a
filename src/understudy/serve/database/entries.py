"""The entries of the journal, for all workers."""

from typing import Any

import sqlalchemy as sql

from understudy.serve.database.connections import Connections
from understudy.serve.database.tables import ENTRY, of_namespace
from understudy.serve.entry import Served
from understudy.serve.filters import Filter

_LOCK = "\0journal"
"""No namespace: PostgreSQL writes entries one after the other, so that their numbers appear in order."""
_ADD = ENTRY.insert().inline()


class DatabaseEntries:
    """The entries in the order of their numbers."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def add(self, served: Served, text: str) -> None:
        """Keep an entry of the journal. Raises StoreError."""
        row: dict[str, Any] = {
            "size": len(text),
            "namespace": served.session.namespace,
            "test": served.session.test,
            "operation": served.operation_name,
            "method": served.request.method,
            "path": served.request.path,
            "status": served.answer.status,
            "violations": bool(served.answer.violations),
            "entry": text,
        }
        self._connections.once(_ADD, row, lock=_LOCK)

    def trim(self, most: int, most_bytes: int) -> None:
        """Forget the oldest entries beyond a number or a size of all. Raises StoreError."""
        newest_first = ENTRY.c.number.desc()
        counted = sql.select(
            ENTRY.c.number,
            sql.func.row_number().over(order_by=newest_first).label("count"),
            sql.func.sum(ENTRY.c.size).over(order_by=newest_first).label("total"),
        ).subquery()
        over = sql.or_(counted.c.count > most, counted.c.total > most_bytes)
        newest_over = sql.select(sql.func.max(counted.c.number)).where(over)
        with self._connections.locked(_LOCK) as connection:
            last = connection.execute(newest_over).scalar()
            if last is not None:
                connection.execute(ENTRY.delete().where(ENTRY.c.number <= last))

    def entries(self, wanted: Filter) -> list[tuple[int, str]]:
        """The numbers and texts of the entries asked for, newest last. Raises StoreError."""
        query = sql.select(ENTRY.c.number, ENTRY.c.entry).where(ENTRY.c.number > wanted.since)
        for name in ("namespace", "test", "method", "path", "status", "violations"):
            value = getattr(wanted, name)
            if value is not None:
                query = query.where(ENTRY.c[name] == value)
        if wanted.operation is not None:
            query = query.where(ENTRY.c.operation.in_(sorted(wanted.operation)))
        latest = wanted.limit is not None and not wanted.since
        number = ENTRY.c.number
        query = query.order_by(number.desc() if latest else number).limit(wanted.limit)
        with self._connections.reading() as connection:
            found = [(row.number, row.entry) for row in connection.execute(query)]
        return found[::-1] if latest else found

    def latest(self) -> int:
        """The number of the newest entry; 0 where there is none. Raises StoreError."""
        with self._connections.reading() as connection:
            return connection.execute(sql.select(sql.func.max(ENTRY.c.number))).scalar() or 0

    def clear(self, namespace: str | None) -> None:
        """Forget the entries of a namespace, or all. Raises StoreError."""
        with self._connections.locked(_LOCK) as connection:
            connection.execute(of_namespace(ENTRY, namespace))
