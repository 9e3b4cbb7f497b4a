"""Connections to the database: to SQLite or PostgreSQL, by SQLAlchemy.

Every transaction that writes locks from its start: the whole database in SQLite, what it names in PostgreSQL.
So what it reads still holds when it writes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any
from weakref import finalize

import sqlalchemy as sql
from sqlalchemy.exc import SQLAlchemyError

from understudy.errors import UsageError
from understudy.serve.bounds import StoreError
from understudy.serve.database.tables import METADATA

_BUSY_MILLISECONDS = 30_000
_NO_VALUES: Mapping[str, Any] = {}


class Connections:
    """To a SQLite file or a PostgreSQL database."""

    def __init__(self, location: str) -> None:
        """`location` as in `Store`; tables that are missing are made. Raises UsageError."""
        self.place = _shown(location)
        try:
            self._engine = _engine(location)
            self._driver = Driver(self._engine)
            finalize(self, self._driver.close)
            with self._engine.begin() as connection:
                _lock(connection, "")
                METADATA.create_all(connection)
        except ModuleNotFoundError as error:
            hint = "pip install 'understudy[postgresql]'"
            raise UsageError(f"PostgreSQL needs {error.name}, which is not installed: {hint}") from None
        except SQLAlchemyError as error:
            raise UsageError(f"--state {self.place}: {_reason(error)}") from None

    @contextmanager
    def reading(self) -> Iterator[sql.Connection]:
        """A transaction that waits for no other. Raises StoreError."""
        with self.told(), self._engine.connect().execution_options(reading=True) as connection:
            yield connection

    @contextmanager
    def locked(self, name: str) -> Iterator[sql.Connection]:
        with self.told(), self._engine.begin() as connection:
            _lock(connection, name)
            yield connection

    def once(
        self, statement: sql.ClauseElement, values: Mapping[str, Any] = _NO_VALUES, *, lock: str = ""
    ) -> Any:
        """The first row of a constant statement that is a transaction of its own. Raises StoreError."""
        with self.told():
            return self._driver.once(statement, values, lock)

    @contextmanager
    def transaction(self, name: str) -> Iterator["Transaction"]:
        """A transaction of constant statements that has locked a name. Raises StoreError."""
        with self.told(), self._driver.transaction(name) as cursor:
            yield Transaction(self, self._driver, cursor)

    @contextmanager
    def told(self) -> Iterator[None]:
        """An error of the database told as a StoreError."""
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(f"the state in {self.place} cannot be used: {_reason(error)}") from error


class Transaction:
    """Constant statements that are kept together, or not at all."""

    def __init__(self, connections: Connections, driver: "Driver", cursor: Any) -> None:
        self._connections = connections
        self._driver = driver
        self._cursor = cursor

    def first(self, statement: sql.ClauseElement, values: Mapping[str, Any]) -> Any:
        """The first row of a statement, if it gives rows. Raises StoreError."""
        with self._connections.told():
            return self._driver.run(self._cursor, statement, values)

    def value(self, statement: sql.ClauseElement, values: Mapping[str, Any] = _NO_VALUES) -> Any:
        """The first value of the first row; None without one. Raises StoreError."""
        row = self.first(statement, values)
        return row[0] if row else None

    def rows(self, statement: sql.ClauseElement, values: Mapping[str, Any]) -> Iterator[Any]:
        """All rows of a statement. Raises StoreError."""
        row = self.first(statement, values)
        while row is not None:
            yield row
            row = self._cursor.fetchone()


class Driver:
    """Statements sent straight to the database's driver, for what requests need.

    All that SQLAlchemy does around a statement would cost ten times as much. The statements are constants,
    put into the driver's words once.
    """

    def __init__(self, engine: sql.Engine) -> None:
        self._engine = engine
        self._kept: sql.PoolProxiedConnection | None = None
        self._texts: dict[sql.ClauseElement, str] = {}
        self._locks = engine.dialect.name == "postgresql"

    def once(self, statement: sql.ClauseElement, values: Mapping[str, Any], lock: str) -> Any:
        """The first row of a statement that is a transaction of its own. Raises SQLAlchemyError."""
        try:
            if self._kept is None:
                self._kept = self._engine.raw_connection()
            cursor = self._kept.cursor()
            if lock and self._locks:
                cursor.execute(_lock_text(lock))
            row = self.run(cursor, statement, values)
            cursor.close()
            self._kept.commit()
        except SQLAlchemyError:
            self._drop()
            raise
        return row

    @contextmanager
    def transaction(self, name: str) -> Iterator[Any]:
        """A cursor in a transaction that has locked a name. Raises SQLAlchemyError."""
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            self._told(cursor.execute, _lock_text(name) if self._locks else "BEGIN IMMEDIATE")
            yield cursor
            self._told(connection.commit)
        finally:
            connection.close()  # which undoes what was not committed

    def run(self, cursor: Any, statement: sql.ClauseElement, values: Mapping[str, Any]) -> Any:
        """The first row of a statement, if it gives rows. Raises SQLAlchemyError."""
        text = self._texts.get(statement) or self._text(statement, values)
        self._told(cursor.execute, text, values)
        return cursor.fetchone() if cursor.description else None

    def close(self) -> None:
        """Close all connections."""
        self._drop()
        self._engine.dispose()

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept.invalidate()
            self._kept = None

    def _told(self, act: Callable[..., Any], *arguments: Any) -> None:
        try:
            act(*arguments)
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise SQLAlchemyError(str(error)) from error

    def _text(self, statement: sql.ClauseElement, names: Iterable[str]) -> str:
        """The statement in the driver's words."""
        compiled = statement.compile(dialect=self._engine.dialect, column_keys=list(names))
        self._texts[statement] = str(compiled)
        return self._texts[statement]


def _engine(location: str) -> sql.Engine:
    if location.startswith("postgresql://"):
        url = sql.make_url(location).set(drivername="postgresql+psycopg")
        return sql.create_engine(url, pool_pre_ping=True)
    if "://" in location:
        raise UsageError(f"--state {_shown(location)}: is neither a file nor a postgresql:// address")
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
    reads = connection.get_execution_options().get("reading")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _lock(connection: sql.Connection, namespace: str) -> None:
    """Wait for the other transactions of a namespace; SQLite has no more than one anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_lock_text(namespace))


def _lock_text(name: str) -> str:
    """The statement by which PostgreSQL locks a name."""
    number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
    return f"SELECT pg_advisory_xact_lock({number})"


def _shown(location: str) -> str:
    """A location as it may be told: without a password."""
    if "://" not in location:
        return location
    scheme, _, rest = location.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _reason(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
