"""A PostgreSQL server of the tests' own, from whatever package is installed here."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwnam

import pytest

_FOLDERS = os.pathsep.join([*map(str, Path("/usr/lib/postgresql").glob("*/bin")), os.environ.get("PATH", "")])
_USER = "nobody"
"""PostgreSQL will not run as root; the tests may."""


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a running server; skips the test where none is installed."""
    initdb, control = shutil.which("initdb", path=_FOLDERS), shutil.which("pg_ctl", path=_FOLDERS)
    if not initdb or not control:
        pytest.skip("PostgreSQL is not installed here: neither initdb nor pg_ctl was found")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() == 0:
            folder.chmod(0o700)
            os.chown(folder, getpwnam(_USER).pw_uid, getpwnam(_USER).pw_gid)
        port = _free_port()
        _run(
            initdb,
            "--auth",
            "trust",
            "--username",
            "test",
            "--encoding",
            "UTF8",
            "--no-sync",
            "-D",
            f"{folder}/data",
        )
        settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
        _run(control, "start", "-w", "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", settings)
        try:
            yield f"postgresql://test@127.0.0.1:{port}/postgres"
        finally:
            _run(control, "stop", "-w", "-m", "immediate", "-D", f"{folder}/data")


def _run(*command: str) -> None:
    user = _USER if os.geteuid() == 0 else None
    # What the server inherits it holds open for as long as it runs: no pipes.
    done = subprocess.run(
        command, user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
