"""Starting a server, waiting for its first good answer, stopping all of it."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.payload import Call
from bench.wire import ask

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0
"""Seconds that a server may take to its first 200."""
POLL = 0.002


class ServerFailed(Exception):
    """A server did not start, or did not answer 200."""


@dataclass(frozen=True, slots=True)
class Server:
    """What to start, `{port}` standing for the port, and the requests that it must answer with 200."""

    name: str
    command: tuple[str, ...]
    calls: tuple[Call, ...]
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """A server that has answered each of its calls; `cold_start` is the seconds from spawn to then."""

    server: Server
    port: int
    process: subprocess.Popen[bytes]
    cold_start: float


@contextmanager
def running(server: Server) -> Iterator[Running]:
    """`server` on a free port, stopped on the way out. Raises ServerFailed."""
    port = free_port()
    command = [word.replace("{port}", str(port)) for word in server.command]
    environment = {**os.environ, **dict(server.environment)}
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
        try:
            for call in server.calls:
                wait_for_200(process, port, call, output)
            yield Running(server, port, process, time.perf_counter() - start)
        finally:
            stop(process)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_200(process: subprocess.Popen[bytes], port: int, call: Call, output: IO[bytes]) -> None:
    """Ask again and again until the answer is 200. Raises ServerFailed with the last thing heard."""
    deadline = time.perf_counter() + PATIENCE
    request, heard = call.encoded(port), "no connection"
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            raise ServerFailed(f"ended with {process.returncode}: {last_line(output)}")
        try:
            answer = ask(port, request, PATIENCE)
        except (OSError, ValueError) as error:
            heard = str(error)
        else:
            if answer.status == 200:
                return
            heard = f"{answer.status} {answer.body[:300]!r}"
        time.sleep(POLL)
    raise ServerFailed(f"no 200 from {call.path} in {PATIENCE:.0f} s: {heard}")


def last_line(output: IO[bytes]) -> str:
    """The last line that a server has printed."""
    output.seek(0)
    lines = output.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and whatever it has started: the whole of its session."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=3)
