"""The values that the stubs keep, and how much of them there is in each namespace."""

import json
from functools import cached_property

import sqlalchemy as sql

from understudy.serve.bounds import Bounds, overhead
from understudy.serve.database.connections import Connections, Transaction
from understudy.serve.database.tables import NAMESPACE, RECORD, key_of, of_namespace

_MINE = RECORD.c.namespace == sql.bindparam("of")
_ONE = (_MINE, RECORD.c.key == sql.bindparam("at"))
_GET = sql.select(RECORD.c.value).where(*_ONE)
_ADD = RECORD.insert().inline()
_CHANGE = RECORD.update().where(*_ONE)
_DELETE = RECORD.delete().where(*_ONE).returning(RECORD.c.value)
_ALL = (
    sql.select(RECORD.c.id, RECORD.c.value)
    .where(_MINE, RECORD.c.kind == sql.bindparam("all_of"))
    .order_by(RECORD.c.number)
)
_IT = NAMESPACE.c.namespace == sql.bindparam("of")
_SIZE = sql.select(NAMESPACE.c.size).where(_IT)
_ADD_NAMESPACE = NAMESPACE.insert().inline()
_SET_SIZE = NAMESPACE.update().where(_IT)
_NAMESPACES = sql.select(sql.func.count()).select_from(NAMESPACE)


class NamespaceRecords:
    """The values of one namespace inside a transaction."""

    def __init__(self, transaction: Transaction, namespace: str, bounds: Bounds) -> None:
        self._transaction = transaction
        self._namespace = namespace
        self._bounds = bounds
        self._growth = 0

    def put(self, kind: str, id: str, text: str) -> None:
        key = key_of(kind, id)
        old = self._transaction.value(_GET, {"of": self._namespace, "at": key})
        if old is not None:
            self._grow(len(text) - len(old))
            self._transaction.first(_CHANGE, {"of": self._namespace, "at": key, "value": text})
            return
        self._grow(len(text) + overhead(kind, id))
        row = {"namespace": self._namespace, "kind": _text(kind), "key": key, "id": _text(id), "value": text}
        self._transaction.first(_ADD, row)

    def get(self, kind: str, id: str) -> str | None:
        text: str | None = self._transaction.value(_GET, {"of": self._namespace, "at": key_of(kind, id)})
        return text

    def delete(self, kind: str, id: str) -> bool:
        old = self._transaction.value(_DELETE, {"of": self._namespace, "at": key_of(kind, id)})
        if old is None:
            return False
        self._growth -= len(old) + overhead(kind, id)
        return True

    def all(self, kind: str) -> dict[str, str]:
        rows = self._transaction.rows(_ALL, {"of": self._namespace, "all_of": _text(kind)})
        return {json.loads(f'"{id}"'): text for id, text in rows}

    def account(self) -> None:
        """Write down how much there is by now."""
        if self._growth:
            size = self._size + self._growth
            self._transaction.first(_SET_SIZE, {"of": self._namespace, "size": size})

    @cached_property
    def _size(self) -> int:
        """The bytes of the namespace before this transaction; a new namespace is made. Raises StoreFull."""
        size = self._transaction.value(_SIZE, {"of": self._namespace})
        if size is not None:
            return int(size)
        count = self._transaction.value(_NAMESPACES)
        self._bounds.check_namespaces(count)
        self._transaction.first(_ADD_NAMESPACE, {"namespace": self._namespace, "size": 0})
        return 0

    def _grow(self, more: int) -> None:
        if more > 0:
            self._bounds.check_size(self._namespace, self._size + self._growth + more)
        self._growth += more


def glance(connections: Connections, namespace: str, kind: str, id: str) -> str | None:
    """The text of a value as it was last kept; waits for no transaction. Raises StoreError."""
    row = connections.once(_GET, {"of": namespace, "at": key_of(kind, id)})
    return row[0] if row else None


def clear(connections: Connections, namespace: str | None) -> None:
    """Forget the values of a namespace, or all. Raises StoreError."""
    with connections.locked(namespace or "") as connection:
        for table in (RECORD, NAMESPACE):
            connection.execute(of_namespace(table, namespace))


def _text(value: str) -> str:
    """Any text in the ASCII that every database takes: PostgreSQL has no NUL, UTF-8 no lone surrogate."""
    return json.dumps(value)[1:-1]
