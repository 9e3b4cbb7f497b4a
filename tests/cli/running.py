"""The command line run as a user runs it: in a process of its own, on a free port."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Any

_ADDRESS = re.compile(r"plays .* on (http://[^\s\x1b]+)")
_LAST_WORD = "Stop: Ctrl-C"
START_SECONDS = 30
COMMAND = (sys.executable, "-m", "understudy")


@dataclass(frozen=True)
class Answer:
    """A response; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Running:
    """A started server. `started` is what it printed until it was ready."""

    process: subprocess.Popen[str]
    url: str
    started: str
    lines: "Queue[str]"
    errors: IO[str]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def stderr(self) -> str:
        """All that it wrote to standard error so far, but for what the documents leave to be wished for."""
        return "".join(line for line in self._errors() if not line.startswith("warning: "))

    @property
    def warnings(self) -> list[str]:
        """What it said of the documents, a line each."""
        return [line for line in self._errors() if line.startswith("warning: ")]

    def _errors(self) -> list[str]:
        return Path(self.errors.name).read_text().splitlines(keepends=True)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def line(self, seconds: float = 10) -> str:
        """The next line that it prints."""
        return self.lines.get(timeout=seconds)

    def stop(self, number: int = signal.SIGINT, seconds: float = 10) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def running(
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    command: Sequence[str] = COMMAND,
) -> Iterator[Running]:
    """A server started with these arguments; on the way out it is stopped."""
    with tempfile.NamedTemporaryFile("w") as errors:
        process = subprocess.Popen(
            [*command, "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=variables(environment),
            cwd=cwd,
        )
        try:
            lines = _read_behind(process)
            started = _until_ready(lines, Path(errors.name))
            found = _ADDRESS.search(started)
            assert found, started
            yield Running(process, found[1], started, lines, errors)
        finally:
            _end(process)
            if process.stdout:
                process.stdout.close()


def run(
    *arguments: str, environment: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        env=variables(environment),
        cwd=cwd,
        timeout=START_SECONDS,
        check=False,
    )


def variables(more: Mapping[str, str] | None) -> dict[str, str]:
    """The environment of a child: this one's without what would change the output, and `more`."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("UNDERSTUDY_")}
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        plain.pop(name, None)
    return plain | dict(more or {})


def _read_behind(process: subprocess.Popen[str]) -> "Queue[str]":
    """What the process prints, line by line, so that a test may wait for a line with a limit of time."""
    lines: Queue[str] = Queue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line)

    Thread(target=read, daemon=True).start()
    return lines


def _until_ready(lines: "Queue[str]", errors: Path) -> str:
    started = ""
    while _LAST_WORD not in started:
        try:
            started += lines.get(timeout=START_SECONDS)
        except Empty:
            raise AssertionError(f"no start: {started}\n{errors.read_text()}") from None
    return started


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
