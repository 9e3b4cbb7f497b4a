"""What is kept survives the server, however it ends, and is shared by all its workers."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from threading import Lock
from typing import Any

import pytest

from cli.running import Running, run, running
from notes import folder_of

JSON_TYPE = {"Content-Type": "application/json"}
WRITES = 1000
KILLED_AT = 437
"""How many writes are acknowledged when the server is killed; any other number would do as well."""


def arguments(folder: Path) -> tuple[str, ...]:
    return str(folder / "notes.json"), "--stubs", str(folder / "stubs")


def write(server: Running, id: str, namespace: str = "") -> int:
    headers = {**JSON_TYPE, "Understudy-Namespace": namespace}
    return server.ask("PUT", f"/notes/{id}", headers, json.dumps({"id": id}).encode()).status


def ids(server: Running, namespace: str = "") -> list[str]:
    return [id for id, _ in server.ask("GET", "/notes", {"Understudy-Namespace": namespace}).json]


def kill(server: Running) -> None:
    """End the server and its workers at once, with no chance to tidy up."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (pid, *map(int, children)):
        os.kill(each, signal.SIGKILL)
    server.process.wait()


class Writer:
    """Writes each id once, and kills the server when enough of the writes were acknowledged."""

    def __init__(self, server: Running) -> None:
        self.server = server
        self.acknowledged: list[str] = []
        self.lock = Lock()

    def write(self, id: str) -> None:
        try:
            assert write(self.server, id) == 200
        except (OSError, HTTPException):
            return
        with self.lock:
            self.acknowledged.append(id)
            if len(self.acknowledged) == KILLED_AT:
                kill(self.server)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the workers in /proc")
def test_no_acknowledged_write_is_lost_to_a_kill(tmp_path: Path) -> None:
    """`--state FILE` survives kill -9 of a server with two workers in the middle of 1,000 writes."""
    served = (*arguments(folder_of(tmp_path)), "--state", str(tmp_path / "state.sqlite"), "--workers", "2")
    wanted = [str(number) for number in range(WRITES)]
    with running(*served) as server, ThreadPoolExecutor(4) as pool:
        writer = Writer(server)
        list(pool.map(writer.write, wanted))
    assert KILLED_AT <= len(writer.acknowledged) < WRITES
    with running(*served) as server:
        assert set(writer.acknowledged) <= set(ids(server))
        for id in set(wanted) - set(writer.acknowledged):
            assert write(server, id) == 200
        assert sorted(ids(server), key=int) == wanted


def test_workers_share_what_is_kept(tmp_path: Path) -> None:
    """Without a place for it, in a file of their own that goes when they go."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {"TMPDIR": str(temporary)}
    with running(*arguments(folder_of(tmp_path)), "--workers", "2", environment=environment) as server:
        written = [str(number) for number in range(40)]
        assert {write(server, id) for id in written} == {200}
        assert all(ids(server) == written for _ in range(10))
        assert list(temporary.rglob("*.sqlite"))
        server.stop()
    assert not list(temporary.iterdir())


def test_a_place_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    """With exit code 2 and one line, before anything is served."""
    done = run("serve", *arguments(folder_of(tmp_path)), "--state", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"understudy: --state {tmp_path}: unable to open database file\n"


def journal(server: Running, query: str = "") -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = server.ask("GET", f"/__understudy__/requests{query}").json
    return told


def test_clients_in_namespaces_of_their_own_never_see_each_other(tmp_path: Path) -> None:
    """Eight at once against two workers: state, filtered journal and coverage are each one's own."""
    rounds = 12

    def play(name: str) -> None:
        headers = {**JSON_TYPE, "Understudy-Namespace": name, "Understudy-Test": f"test of {name}"}
        mine = [str(number) for number in range(rounds)]
        for id in mine:
            body = json.dumps({"of": name}).encode()
            assert server.ask("PUT", f"/notes/{id}", headers, body).status == 200
            assert server.ask("GET", f"/notes/{id}", headers).json == {"of": name}
        assert ids(server, name) == mine
        entries = journal(server, f"?namespace={name}")
        assert [entry["request"]["method"] for entry in entries] == ["PUT", "GET"] * rounds + ["GET"]
        used = server.ask("GET", f"/__understudy__/coverage?namespace={name}").json["tests"]
        assert [test["namespace"] for test in used] == [name, name]
        if int(name) % 2:
            assert server.ask("POST", f"/__understudy__/reset?namespace={name}").status == 204
            assert (ids(server, name), len(journal(server, f"?namespace={name}"))) == ([], 1)

    with running(*arguments(folder_of(tmp_path)), "--workers", "2") as server, ThreadPoolExecutor(8) as pool:
        list(pool.map(play, map(str, range(8))))
        numbers = [entry["number"] for entry in journal(server)]
        assert sorted(set(numbers)) == numbers
        assert len(numbers) == 4 * (2 * rounds + 1) + 4


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the workers in /proc")
def test_the_journal_of_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    """`--state FILE` keeps it, whichever worker wrote it, and the next server goes on from there."""
    served = (*arguments(folder_of(tmp_path)), "--state", str(tmp_path / "state.sqlite"), "--workers", "2")
    with running(*served) as server, ThreadPoolExecutor(4) as pool:
        writer = Writer(server)
        list(pool.map(writer.write, map(str, range(KILLED_AT + 20))))
    with running(*served) as server:
        kept = [entry["request"]["path"] for entry in journal(server)]
        assert {f"/notes/{id}" for id in writer.acknowledged} <= set(kept)
        last = journal(server)[-1]["number"]
        server.ask("GET", "/notes")
        assert [entry["number"] for entry in journal(server, f"?since={last}")] == [last + 1]
