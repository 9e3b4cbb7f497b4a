"""What is kept from one request for the next: JSON values by namespace, kind and id.

Without a location they are in this process's memory, and no database is loaded for them.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from understudy.serve.bounds import Bounds
from understudy.serve.notebook import Notebook
from understudy.session import Session
from understudy.types import JSON

if TYPE_CHECKING:
    from understudy.serve.database import Database


ONLY = ""
"""The id of a value that is the only one of its kind."""


Write = tuple[str, str, str]
"""Kind, id and the JSON text of a value that was put."""


class Records(Protocol):
    """The values of one namespace inside a transaction, as JSON texts."""

    def put(self, kind: str, id: str, text: str) -> None: ...

    def get(self, kind: str, id: str) -> str | None: ...

    def delete(self, kind: str, id: str) -> bool: ...

    def all(self, kind: str) -> dict[str, str]: ...


class Values(Protocol):
    """Where the values of all namespaces are."""

    def begin(self, namespace: str) -> AbstractContextManager[Records]: ...

    def clear(self, namespace: str | None) -> None: ...


class Store:
    """The values of all namespaces."""

    def __init__(self, location: str = "", bounds: Bounds | None = None) -> None:
        """`location` is a file or a `postgresql://` address; empty: in memory. Raises UsageError."""
        self._lock = Lock()
        self._bounds = bounds or Bounds()
        self.shared = _open(location, self._bounds) if location else None
        """The database, where there is one."""
        self._values: Values = self.shared or Notebook(self._bounds)
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
            self._values.clear(namespace)

    def enter(self, ending: ExitStack) -> None:
        """Wait until no other transaction of this process is under way, and be it until the end."""
        ending.enter_context(self._lock)

    def begin(self, namespace: str, ending: ExitStack) -> Records:
        """The values of a namespace, until the end."""
        return ending.enter_context(self._values.begin(namespace))


class Transaction:
    """One request's view of its namespace: a `stub.State` that begins when it is first looked at."""

    def __init__(self, session: Session, store: Store, ending: ExitStack) -> None:
        self._session = session
        self._store = store
        self._ending = ending
        self._records: Records | None = None
        self.looked = False
        """Whether anything was read, the session included: then the reply is not the request's alone."""
        self.writes: list[Write] = []

    @property
    def session(self) -> Session:
        self.looked = True
        return self._session

    def put(self, kind: str, id: str, value: JSON) -> None:
        self.write([(kind, id, json.dumps(value, allow_nan=False, separators=(",", ":")))])

    def write(self, writes: Iterable[Write]) -> None:
        """Put values that another transaction has put."""
        for kind, id, text in writes:
            self._begun().put(kind, id, text)
            self.writes.append((kind, id, text))

    def get(self, kind: str, id: str) -> JSON | None:
        text = self._looked_at().get(kind, id)
        return None if text is None else json.loads(text)

    def delete(self, kind: str, id: str) -> bool:
        return self._looked_at().delete(kind, id)

    def all(self, kind: str) -> dict[str, JSON]:
        return {id: json.loads(text) for id, text in self._looked_at().all(kind).items()}

    def _looked_at(self) -> Records:
        self.looked = True
        return self._begun()

    def _begun(self) -> Records:
        if self._records is None:
            self._store.enter(self._ending)
            self._records = self._store.begin(self._session.namespace, self._ending)
        return self._records


def _open(location: str, bounds: Bounds) -> "Database":
    from understudy.serve.database import Database

    return Database(location, bounds)
