"""The load client, a process of its own: `python -m bench.client PORT SECONDS` prints a `Load` as JSON.

Closed loop: each of the connections sends its next request when its answer has come.
"""

import json
import selectors
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.payload import langsmith
from bench.wire import parse

CONNECTIONS = 16
VARIANTS = 64
WARM_UP = 0.3
"""Seconds before the clock starts, in which answers are checked but not counted."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one round has seen. `unlike` counts answers that differ from the first to the same request."""

    rate: float
    p50_ms: float
    p99_ms: float
    wrong_status: int
    unlike: int
    answer_bytes: int
    client_cpu: float
    """Share of one core that the client itself took: near 1 it is the bottleneck."""


@dataclass(slots=True)
class Connection:
    """One keep-alive connection and the request that is under way on it."""

    socket: socket.socket
    variant: int
    data: bytes = b""
    sent_at: float = 0.0


@dataclass(slots=True)
class Client:
    """All connections of a round and what has been counted so far."""

    requests: list[bytes]
    first_bodies: dict[int, bytes] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    wrong_status: int = 0
    unlike: int = 0

    def send(self, connection: Connection) -> None:
        """Send the next request."""
        connection.variant = (connection.variant + 1) % VARIANTS
        connection.data = b""
        connection.sent_at = time.perf_counter()
        connection.socket.sendall(self.requests[connection.variant])

    def receive(self, connection: Connection) -> None:
        """Take what has come; when the answer is whole, judge it and go on."""
        data = connection.socket.recv(65536)
        if not data:
            raise ConnectionResetError("the server closed a keep-alive connection")
        connection.data += data
        answer = parse(connection.data)
        if answer is None:
            return
        self.latencies.append(time.perf_counter() - connection.sent_at)
        self.wrong_status += answer.status != 200
        self.unlike += self.first_bodies.setdefault(connection.variant, answer.body) != answer.body
        self.send(connection)

    def loop(self, selector: selectors.BaseSelector, seconds: float) -> float:
        """Keep every connection busy for `seconds`; the time that it really took."""
        start = now = time.perf_counter()
        while now < start + seconds:
            for key, _ in selector.select(1.0):
                self.receive(key.data)
            now = time.perf_counter()
        return now - start


def run(port: int, seconds: float) -> Load:
    """One round against the server at `port`."""
    client = Client([langsmith(number).encoded(port) for number in range(VARIANTS)])
    with selectors.DefaultSelector() as selector:
        for number in range(CONNECTIONS):
            connection = Connection(connect(port), number * VARIANTS // CONNECTIONS)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            client.send(connection)
        client.loop(selector, WARM_UP)
        client.latencies.clear()
        cpu = time.process_time()
        elapsed = client.loop(selector, seconds)
        return load(client, elapsed, time.process_time() - cpu)


def connect(port: int) -> socket.socket:
    """A connection that sends at once."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def load(client: Client, elapsed: float, cpu: float) -> Load:
    """The round in numbers."""
    ordered = sorted(client.latencies)
    if not ordered:
        raise TimeoutError("not one answer in the whole round")
    return Load(
        rate=len(ordered) / elapsed,
        p50_ms=ordered[len(ordered) // 2] * 1000,
        p99_ms=ordered[len(ordered) * 99 // 100] * 1000,
        wrong_status=client.wrong_status,
        unlike=client.unlike,
        answer_bytes=len(client.first_bodies.get(0, b"")),
        client_cpu=cpu / elapsed,
    )


def main(arguments: list[str]) -> int:
    """The command line: a port and a number of seconds."""
    report: dict[str, Any] = asdict(run(int(arguments[0]), float(arguments[1])))
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
