"""What the tests have used, for all workers."""

import json
from collections.abc import Set

import sqlalchemy as sql

from understudy.serve.coverage import MAX_FACTS, Fact, Test
from understudy.serve.database.connections import Connections
from understudy.serve.database.tables import FACT, FORGOTTEN, key_of, of_namespace

_LOCK = "\0facts"
"""No namespace: PostgreSQL writes facts one after the other."""
_GENERATION = sql.select(FORGOTTEN.c.number)


class DatabaseFacts:
    """What the tests used: `coverage.Facts` for all workers."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def generation(self) -> int:
        row = self._connections.once(_GENERATION)
        return row[0] if row else 0

    def add(self, test: Test, facts: Set[Fact]) -> None:
        rows = {key_of(*test, *fact): json.dumps(fact) for fact in facts}
        with self._connections.locked(_LOCK) as connection:
            known = connection.execute(sql.select(FACT.c.key).where(FACT.c.key.in_(rows)))
            for key in known.scalars():
                del rows[key]
            count = connection.execute(sql.select(sql.func.count()).select_from(FACT)).scalar() or 0
            mine = {"namespace": test[0], "test": test[1]}
            fresh = [{"key": key, "fact": fact, **mine} for key, fact in rows.items()]
            fresh = fresh[: max(0, MAX_FACTS - count)]
            if fresh:
                connection.execute(FACT.insert(), fresh)

    def all(self, namespace: str | None) -> dict[Test, set[Fact]]:
        query = sql.select(FACT.c.namespace, FACT.c.test, FACT.c.fact)
        if namespace is not None:
            query = query.where(FACT.c.namespace == namespace)
        found: dict[Test, set[Fact]] = {}
        with self._connections.reading() as connection:
            for row in connection.execute(query):
                found.setdefault((row.namespace, row.test), set()).add(Fact(*json.loads(row.fact)))
        return found

    def clear(self, namespace: str | None) -> None:
        with self._connections.locked(_LOCK) as connection:
            connection.execute(of_namespace(FACT, namespace))
            if not connection.execute(FORGOTTEN.update().values(number=FORGOTTEN.c.number + 1)).rowcount:
                connection.execute(FORGOTTEN.insert().values(number=1))
