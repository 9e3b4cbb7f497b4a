"""A served fake in a process of its own, and requests to it over a socket."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from tempfile import TemporaryFile
from typing import IO

from understudy.types import Request, Response

_ADDRESS = re.compile(rb"on http://([\d.]+):(\d+)")
_PATIENCE = 30.0
"""Seconds that a start or a stop may take on a busy machine."""


@dataclass(frozen=True, slots=True)
class Running:
    """Where a server listens."""

    host: str
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def send(self, request: Request) -> Response:
        """The response to a request, over a connection of its own."""
        connection = HTTPConnection(self.host, self.port, timeout=_PATIENCE)
        try:
            connection.putrequest(request.method, _target(request), skip_accept_encoding=True)
            for name, value in (*request.headers, ("content-length", str(len(request.body)))):
                connection.putheader(name, value)
            connection.endheaders(request.body)
            answer = connection.getresponse()
            headers = tuple((name.lower(), value) for name, value in answer.getheaders())
            return Response(answer.status, headers, answer.read())
        finally:
            connection.close()


@contextmanager
def serving(*arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`understudy serve` with these arguments on a free port, until the block ends.

    Raises AssertionError with all that it said when it does not start.
    """
    command = [sys.executable, "-m", "understudy", "serve", "--port", "0", *arguments]
    with TemporaryFile() as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})}
        )
        try:
            yield _started(process, said)
        finally:
            _stop(process)


def _target(request: Request) -> str:
    return f"{request.path}?{request.query}" if request.query else request.path


def _started(process: subprocess.Popen[bytes], said: IO[bytes]) -> Running:
    """The address that a server announces, once it answers there."""
    end = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < end:
        address = _ADDRESS.search(_all(said))
        if address:
            running = Running(address[1].decode(), int(address[2]), process.pid)
            # The socket listens before it is announced: the first request waits until somebody accepts.
            assert running.send(Request("GET", "/__understudy__/health")).status == 200
            return running
        time.sleep(0.02)
    raise AssertionError(f"the server did not start: {_all(said).decode('utf-8', 'replace')}")


def _all(said: IO[bytes]) -> bytes:
    """What was written so far; the position is the writer's too, and is left where it is."""
    return os.pread(said.fileno(), 1 << 20, 0)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
