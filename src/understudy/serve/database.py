"""The database behind the store: SQLite or PostgreSQL, by SQLAlchemy, which is imported here alone.

Every transaction locks from its start: the whole database in SQLite, the namespace in PostgreSQL. So what
a request reads still holds when it writes, and a namespace has one history.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any
from weakref import finalize

import sqlalchemy as sql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool

from understudy.errors import UsageError
from understudy.serve.store import StoreError
from understudy.types import JSON

_BUSY_MILLISECONDS = 30_000

_METADATA = sql.MetaData()
_RECORD = sql.Table(
    "understudy_record",
    _METADATA,
    # In SQLite only an INTEGER primary key counts up by itself.
    sql.Column("number", sql.BigInteger().with_variant(sql.Integer(), "sqlite"), primary_key=True),
    sql.Column("namespace", sql.Text, nullable=False),
    sql.Column("kind", sql.Text, nullable=False),
    sql.Column("key", sql.Text, nullable=False),
    sql.Column("id", sql.Text, nullable=False),
    sql.Column("value", sql.Text, nullable=False),
    sql.UniqueConstraint("namespace", "key"),
    sql.Index("understudy_record_by_kind", "namespace", "kind", "number"),
)

_GLANCE = sql.select(_RECORD.c.value).where(
    _RECORD.c.namespace == sql.bindparam("of"), _RECORD.c.key == sql.bindparam("known_by")
)


class Database:
    """A SQLite file, a PostgreSQL database, or a database in this process's memory."""

    def __init__(self, location: str) -> None:
        """`location` as in `Store`; tables that are missing are made. Raises UsageError."""
        self.place = _shown(location)
        try:
            self._engine = _engine(location)
            self._glances = _Glances(self._engine)
            finalize(self, self._glances.close)
            with self._engine.begin() as connection:
                _lock(connection, "")
                _METADATA.create_all(connection)
        except ModuleNotFoundError as error:
            hint = "pip install 'understudy[postgresql]'"
            raise UsageError(f"PostgreSQL needs {error.name}, which is not installed: {hint}") from None
        except SQLAlchemyError as error:
            raise UsageError(f"--state {self.place}: {_reason(error)}") from None

    @contextmanager
    def begin(self, namespace: str) -> Iterator["DatabaseRecords"]:
        """One transaction, kept when the block ends and undone when it raises. Raises StoreError."""
        with self.told(), self._engine.begin() as connection:
            _lock(connection, namespace)
            yield DatabaseRecords(self, connection, namespace)

    def glance(self, namespace: str, kind: str, id: str) -> str | None:
        """The text of a value as it was last kept; waits for no transaction. Raises StoreError."""
        with self.told():
            return self._glances.one(namespace, _key(kind, id))

    def clear(self, namespace: str | None) -> None:
        """Forget the values of a namespace, or all. Raises StoreError."""
        statement = _RECORD.delete()
        if namespace is not None:
            statement = statement.where(_RECORD.c.namespace == namespace)
        with self.told(), self._engine.begin() as connection:
            _lock(connection, namespace or "")
            connection.execute(statement)

    @contextmanager
    def told(self) -> Iterator[None]:
        """An error of the database told as a StoreError."""
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(f"the state in {self.place} cannot be used: {_reason(error)}") from error


class DatabaseRecords:
    """The values of one namespace inside a transaction."""

    def __init__(self, database: Database, connection: sql.Connection, namespace: str) -> None:
        self._database = database
        self._connection = connection
        self._namespace = namespace

    def put(self, kind: str, id: str, value: JSON) -> None:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
        if self._execute(_RECORD.update().where(*self._is(kind, id)).values(value=text)).rowcount:
            return
        row = {"namespace": self._namespace, "kind": _text(kind), "key": _key(kind, id), "id": _text(id)}
        self._execute(_RECORD.insert().values(value=text, **row))

    def get(self, kind: str, id: str) -> JSON | None:
        text = self._execute(sql.select(_RECORD.c.value).where(*self._is(kind, id))).scalar()
        return None if text is None else json.loads(text)

    def delete(self, kind: str, id: str) -> bool:
        return self._execute(_RECORD.delete().where(*self._is(kind, id))).rowcount > 0

    def all(self, kind: str) -> dict[str, JSON]:
        mine = (_RECORD.c.namespace == self._namespace, _RECORD.c.kind == _text(kind))
        query = sql.select(_RECORD.c.id, _RECORD.c.value).where(*mine).order_by(_RECORD.c.number)
        return {json.loads(f'"{row.id}"'): json.loads(row.value) for row in self._execute(query)}

    def _is(self, kind: str, id: str) -> tuple[sql.ColumnElement[bool], ...]:
        return _RECORD.c.namespace == self._namespace, _RECORD.c.key == _key(kind, id)

    def _execute(self, statement: sql.Executable) -> sql.CursorResult[Any]:
        with self._database.told():
            return self._connection.execute(statement)


class _Glances:
    """A connection kept open for the one small question of every request.

    It goes straight to the driver: what SQLAlchemy does around a statement would cost ten times as much.
    """

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        self._query = str(_GLANCE.compile(dialect=engine.dialect))

    def one(self, namespace: str, key: str) -> str | None:
        """The text of one value. Raises SQLAlchemyError."""
        try:
            cursor = self._open().cursor()
            cursor.execute(self._query, {"of": namespace, "known_by": key})
            row = cursor.fetchone()
            cursor.close()
        except self._engine.dialect.loaded_dbapi.Error as error:
            self._drop()
            raise SQLAlchemyError(str(error)) from error
        return None if row is None else str(row[0])

    def close(self) -> None:
        """Close this and the engine's other connections."""
        self._drop()
        self._engine.dispose()

    def _open(self) -> Any:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
            if self._engine.dialect.name == "postgresql":
                self._connection.driver_connection.autocommit = True
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection = None


def _text(value: str) -> str:
    """Any text in the ASCII that every database takes: PostgreSQL has no NUL, UTF-8 no lone surrogate."""
    return json.dumps(value)[1:-1]


def _key(kind: str, id: str) -> str:
    """Short for a value of any kind and id, whose length an index could not take."""
    return blake2b(json.dumps([kind, id]).encode(), digest_size=16).hexdigest()


def _engine(location: str) -> sql.Engine:
    if location.startswith("postgresql://"):
        url = sql.make_url(location).set(drivername="postgresql+psycopg")
        return sql.create_engine(url, pool_pre_ping=True)
    if "://" in location:
        raise UsageError(f"--state {_shown(location)}: is neither a file nor a postgresql:// address")
    if not location:
        # One connection for all threads: the store lets one transaction at a time in.
        engine = sql.create_engine(
            "sqlite://", paramstyle="named", poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
    else:
        engine = sql.create_engine(sql.URL.create("sqlite", database=location), paramstyle="named")
    sql.event.listen(engine, "connect", _prepare_sqlite)
    sql.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    """What is committed survives the end of the process, however it comes (but not of the machine)."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MILLISECONDS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _begin_sqlite(connection: sql.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _lock(connection: sql.Connection, namespace: str) -> None:
    """Wait for the other transactions of a namespace; SQLite has no more than one anyway."""
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(blake2b(namespace.encode(), digest_size=8).digest(), signed=True)
        connection.execute(sql.select(sql.func.pg_advisory_xact_lock(number)))


def _shown(location: str) -> str:
    """A location as it may be told: without a password."""
    if "://" not in location:
        return location or "memory"
    scheme, _, rest = location.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
