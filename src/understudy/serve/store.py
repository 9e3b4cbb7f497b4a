"""What is kept from one request for the next: JSON values by namespace, kind and id, in a database.

Without a location the database is in memory, this process's own, and is not opened before a value is put:
a fake without state never pays for it.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from understudy.session import Session
from understudy.types import JSON

if TYPE_CHECKING:
    from understudy.serve.database import Database


ONLY = ""
"""The id of a value that is the only one of its kind."""


class StoreError(Exception):
    """The database fails; the message says where it is and why."""


class StoreFull(StoreError):
    """A value does not fit into the bounds of the state; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much the stubs may keep."""

    namespace_bytes: int = 16 * 1024 * 1024
    """Of one namespace: the values as JSON, their kinds and ids, and a little for each."""
    namespaces: int = 10_000


class Records(Protocol):
    """The values of one namespace inside a transaction; the methods are those of `stub.State`."""

    def put(self, kind: str, id: str, value: JSON) -> None: ...

    def get(self, kind: str, id: str) -> JSON | None: ...

    def delete(self, kind: str, id: str) -> bool: ...

    def all(self, kind: str) -> dict[str, JSON]: ...


class Store:
    """The values of all namespaces."""

    def __init__(self, location: str = "", bounds: Bounds | None = None) -> None:
        """`location` is a file or a `postgresql://` address; empty: in memory. Raises UsageError."""
        self._lock = Lock()
        self._bounds = bounds or Bounds()
        self._database = _open(location, self._bounds) if location else None
        self.shared = self._database
        """The database, where it is not this process's own."""
        self._shown: dict[tuple[str, str], str] = {}

    @contextmanager
    def transaction(self, session: Session) -> Iterator["Transaction"]:
        """All that one request reads and writes; nothing of it is kept if the block raises.

        The transactions of one namespace follow one another, whichever worker they are in; what is put is
        kept once the block has ended. Raises StoreError; a `put` that finds no room, StoreFull.
        """
        with ExitStack() as ending:
            yield Transaction(session, self, ending)

    def glance(self, namespace: str, kind: str) -> str | None:
        """The text of the one value of a kind as it was last shown, without a transaction. Raises StoreError.

        For what every request asks: a look into a dict, or one read of a database that others write to.
        """
        if self.shared:
            return self.shared.glance(namespace, kind, ONLY)
        return self._shown.get((namespace, kind))

    def show(self, namespace: str, kind: str, text: str) -> None:
        """Let a glance see a value that a transaction, which has ended, has put with the id `ONLY`."""
        if not self.shared:
            self._shown[namespace, kind] = text

    def clear(self, namespace: str | None = None) -> None:
        """Forget the values of a namespace, or all. Raises StoreError."""
        with self._lock:
            self._shown = {key: text for key, text in self._shown.items() if namespace not in (None, key[0])}
            if self._database:
                self._database.clear(namespace)

    def enter(self, ending: ExitStack) -> None:
        """Wait until no other transaction of this process is under way, and be it until the end."""
        ending.enter_context(self._lock)

    def begin(self, namespace: str, ending: ExitStack, *, writing: bool) -> Records | None:
        """The values; None where nothing was ever put and nothing is to be."""
        if self._database is None:
            if not writing:
                return None
            self._database = _open("", self._bounds)
        return ending.enter_context(self._database.begin(namespace))


class Transaction:
    """One request's view of its namespace: a `stub.State` that begins when it is first looked at."""

    def __init__(self, session: Session, store: Store, ending: ExitStack) -> None:
        self._session = session
        self._store = store
        self._ending = ending
        self._entered = False
        self._records: Records | None = None
        self.touched = False
        """Whether anything was read or written, the session included."""

    @property
    def session(self) -> Session:
        self.touched = True
        return self._session

    def put(self, kind: str, id: str, value: JSON) -> None:
        records = self._begun(writing=True)
        assert records is not None
        records.put(kind, id, value)

    def get(self, kind: str, id: str) -> JSON | None:
        records = self._begun()
        return records.get(kind, id) if records else None

    def delete(self, kind: str, id: str) -> bool:
        records = self._begun()
        return records.delete(kind, id) if records else False

    def all(self, kind: str) -> dict[str, JSON]:
        records = self._begun()
        return records.all(kind) if records else {}

    def _begun(self, *, writing: bool = False) -> Records | None:
        self.touched = True
        if not self._entered:
            self._store.enter(self._ending)
            self._entered = True
        if self._records is None:
            self._records = self._store.begin(self._session.namespace, self._ending, writing=writing)
        return self._records


def _open(location: str, bounds: Bounds) -> "Database":
    from understudy.serve.database import Database

    return Database(location, bounds)
