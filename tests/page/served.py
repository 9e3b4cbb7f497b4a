"""A fake served from a thread of the tests' own process, on a free port."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Thread
from typing import Any

import uvicorn

from understudy.serve.app import create_app
from understudy.serve.fake import Fake
from understudy.types import Headers, Response

PATIENCE = 20
"""Seconds that anything may take on a busy machine."""


@dataclass(frozen=True)
class Served:
    """A fake and where it listens."""

    fake: Fake
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self) -> str:
        return f"{self.url}/__understudy__/"

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Response:
        """One request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            fields = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
            told: Headers = tuple((name.lower(), value) for name, value in answer.getheaders())
            return Response(answer.status, told, answer.read())
        finally:
            connection.close()

    def validate(self, body: bytes, **headers: str) -> Response:
        """A rule sent to be validated."""
        fields = {"x_api_key": "demo", "content_type": "application/json"} | headers
        return self.ask("POST", "/api/v1/runs/rules/validate", body, **fields)


@contextmanager
def served(fake: Fake, port: int = 0) -> Iterator[Served]:
    """The fake served until the block ends."""
    listening = socket.create_server(("127.0.0.1", port))
    options: dict[str, Any] = {"lifespan": "off", "ws": "none", "log_config": None, "access_log": False}
    server = uvicorn.Server(uvicorn.Config(create_app(fake), timeout_graceful_shutdown=1, **options))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        end = time.monotonic() + PATIENCE
        while not server.started and time.monotonic() < end:
            time.sleep(0.01)
        yield Served(fake, listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join()
