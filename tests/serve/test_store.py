"""The store on every kind of database: in memory, in a file, in PostgreSQL."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from notes import Notes, folder_of, play
from postgresql import postgresql
from understudy.errors import UsageError
from understudy.run import build, create_app
from understudy.serve.store import ONLY, Store
from understudy.session import Session

A, B = Session("a"), Session("b")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as address:
        yield address


@pytest.fixture(params=["memory", "file", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        address: str = request.getfixturevalue("server")
        Store(address).clear()
        return address
    return str(tmp_path / "state.sqlite") if request.param == "file" else ""


def test_values_come_back_as_they_went(location: str) -> None:
    """Any JSON under any text, long or odd, in the order of creation."""
    store = Store(location)
    ids = ["plain", "", "\0", "\ud800", 'quo"te\\', "é" * 5000]
    with store.transaction(A) as state:
        for number, id in enumerate(ids):
            state.put("kind", id, {"z": number, "a": [1.5, None, 2**70, "\0"]})
    with store.transaction(A) as state:
        assert list(state.all("kind")) == ids
        assert [list(value) for value in state.all("kind").values()] == [["z", "a"]] * len(ids)
        assert state.get("kind", "\0") == {"z": 2, "a": [1.5, None, 2**70, "\0"]}
        assert (state.get("other", "\0"), state.all("other"), state.delete("other", "\0")) == (
            None,
            {},
            False,
        )


def test_a_block_that_raises_leaves_nothing(location: str) -> None:
    """All that it wrote is undone, and the next one is not held up."""
    store = Store(location)
    with store.transaction(A) as state:
        state.put("kind", "kept", 1)
    with suppress(LookupError), store.transaction(A) as state:
        state.put("kind", "kept", 2)
        state.put("kind", "new", 2)
        raise LookupError
    with store.transaction(A) as state:
        assert state.all("kind") == {"kept": 1}


def test_a_block_that_raises_puts_everything_back_in_its_place(location: str) -> None:
    """What it changed, added and deleted, and the order of it all."""
    store = Store(location)
    with store.transaction(A) as state:
        for number, id in enumerate("abc"):
            state.put("kind", id, number)
    with suppress(LookupError), store.transaction(A) as state:
        state.put("kind", "d", 3)
        assert state.delete("kind", "a")
        state.put("kind", "b", 9)
        state.put("kind", "a", 9)
        raise LookupError
    with store.transaction(A) as state:
        assert list(state.all("kind").items()) == [("a", 0), ("b", 1), ("c", 2)]


@pytest.mark.parametrize("value", [float("nan"), {1}, b"bytes", 1j], ids=repr)
def test_only_json_is_kept(value: object) -> None:
    """A stub that keeps anything else is told so where it does."""
    with pytest.raises((TypeError, ValueError)), Store().transaction(A) as state:
        state.put("kind", "id", value)


@pytest.mark.parametrize("namespace", ["a", None])
def test_clear(location: str, namespace: str | None) -> None:
    """One namespace is forgotten, or all of them."""
    store = Store(location)
    for session in (A, B):
        with store.transaction(session) as state:
            state.put("kind", "id", 1)
    store.clear(namespace)
    with store.transaction(A) as state:
        assert state.all("kind") == {}
    with store.transaction(B) as state:
        assert state.all("kind") == ({"id": 1} if namespace else {})


def test_what_is_read_still_holds_when_it_is_written(location: str) -> None:
    """No count is lost among several stores and threads, as among several workers and machines."""
    stores = [Store(location)] * 4 if not location else [Store(location) for _ in range(4)]

    def count(store: Store) -> None:
        for _ in range(25):
            with store.transaction(A) as state:
                state.put("count", "one", (state.get("count", "one") or 0) + 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, stores))
    with stores[0].transaction(A) as state:
        assert state.get("count", "one") == 100


def test_a_file_is_durable(tmp_path: Path) -> None:
    """Another store finds what the first one kept."""
    location = str(tmp_path / "state.sqlite")
    with Store(location).transaction(A) as state:
        state.put("kind", "id", 1)
    with Store(location).transaction(A) as state:
        assert state.get("kind", "id") == 1


@pytest.mark.parametrize("kind", ["file", "postgresql"])
def test_servers_share_journal_and_coverage(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Numbers rise over all of them, the bounds hold, and a reset by one is a reset for all."""
    place = request.getfixturevalue("server") if kind == "postgresql" else str(tmp_path / "state.sqlite")
    folder = folder_of(tmp_path)
    first, second = (
        Notes(create_app(build(play(folder, place, journal_entries=4))), "\u00e9") for _ in range(2)
    )
    for client in (first, second, first):
        client.write("a", {"said": "\0"})
    assert [entry["number"] for entry in first.journal()] == [1, 2, 3]
    assert second.journal("operation=writeNote&violations=false&since=1&limit=1") == second.journal()[1:2]
    for client in (first, second, first):
        client.list()
    assert [entry["number"] for entry in second.journal()] == [3, 4, 5, 6]
    for _ in range(2):
        assert [len(test["operations"]) for test in first.coverage()["tests"]] == [2]
        first.ask("POST", "/__understudy__/reset", query="namespace=%C3%A9")
        assert (first.journal(), second.coverage()["tests"], second.list()) == ([], [], [])
        second.write("a", {"said": "\0"})


def no_database(folder: Path) -> str:
    path = folder / "text"
    path.write_text("not a database, but long enough to be taken for one" * 20)
    return str(path)


@pytest.mark.parametrize(
    ("location", "told"),
    [
        (no_database, "file is not a database"),
        (str, "unable to open database file"),
        (lambda _: "postgresql://u:s3cret@127.0.0.1:1/x", "postgresql://127.0.0.1:1/x"),
        (lambda _: "mysql://host/x", "neither a file nor a postgresql:// address"),
    ],
)
def test_a_place_that_keeps_nothing_is_told(
    tmp_path: Path, location: Callable[[Path], str], told: str
) -> None:
    """When the server starts, and without the password."""
    with pytest.raises(UsageError) as raised:
        Store(location(tmp_path))
    assert told in str(raised.value)
    assert "s3cret" not in str(raised.value)


def test_a_fake_without_state_does_not_load_the_engine() -> None:
    """Cold start is a number to hold: reading what was never written costs nothing either."""
    program = (
        "import sys; from understudy.serve.store import Store; from understudy.session import Session\n"
        "with Store().transaction(Session()) as state: state.get('k', 'i'); state.all('k')\n"
        "sys.exit('sqlalchemy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_glance_sees_what_was_shown(location: str) -> None:
    """The only value of a kind, once its transaction has ended, by every other that has the same database."""
    store = Store(location)
    other = Store(location) if location else store
    assert other.glance("a", "kind") is None
    for value in (1, 2):
        with store.transaction(A) as state:
            state.put("kind", ONLY, value)
        store.show("a", "kind", str(value))
        assert other.glance("a", "kind") == str(value)
    store.clear("b")
    assert other.glance("a", "kind") == "2"
    store.clear("a")
    assert other.glance("a", "kind") is None
