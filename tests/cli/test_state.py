"""What is kept survives the server, however it ends, and is shared by all its workers."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from threading import Lock

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
