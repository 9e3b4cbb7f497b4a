"""`python -m bench.size`: cold start, memory and latency against the number of operations, beside Prism.

Generated documents of 2 to 1,000 operations, each path with a parameter, and documents of others: those of
the folder named by UNDERSTUDY_CORPUS, or the one given as `FILE PATH [TOKEN]`. Each server is started alone,
asked for one operation until it answers 200, and then for the same again and again on one connection.
"""

import argparse
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import prism
from bench.contenders import PRISM, UNDERSTUDY
from bench.memory import peak_memory
from bench.payload import Call
from bench.process import PATIENCE, Server, ServerFailed, running
from bench.table import aligned
from bench.wire import parse

SIZES = (2, 30, 300, 1000)
"""Operations of the generated documents."""
REQUESTS = 600
"""Requests of one latency measurement; its first third is not counted."""
REAL = {
    "mastodon.json": "/api/v1/instance",
    "stripe-2022.yaml": "/v1/balance",
    "k8s-core-v1.json": "/api/v1/namespaces",
}
"""A path of each document in the corpus that answers GET with a 200."""
FOLDER = "UNDERSTUDY_CORPUS"


@dataclass(frozen=True, slots=True)
class Subject:
    """A document and the request that it is asked."""

    name: str
    file: Path
    path: str
    token: str = "bench"

    @property
    def call(self) -> Call:
        headers = (("Accept", "application/json"), ("Authorization", f"Bearer {self.token}"))
        return Call(self.path, headers, b"", "GET")


@dataclass(slots=True)
class Figures:
    """What one server has shown for one document, an entry for each round: seconds, bytes, milliseconds."""

    cold: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)


def document(operations: int) -> dict[str, object]:
    """A document of so many operations, of which each answers with an object of its own schema."""
    schemas = {f"Thing{number}": thing(number) for number in range(operations)}
    paths = {f"/things{number}/{{id}}": {"get": get(number)} for number in range(operations)}
    about = {"title": "Things", "version": "1"}
    return {"openapi": "3.1.0", "info": about, "paths": paths, "components": {"schemas": schemas}}


def get(number: int) -> dict[str, object]:
    """The operation that answers with one thing."""
    schema = {"$ref": f"#/components/schemas/Thing{number}"}
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    answer = {"description": "A thing", "content": {"application/json": {"schema": schema}}}
    return {"operationId": f"get{number}", "parameters": [parameter], "responses": {"200": answer}}


def thing(number: int) -> dict[str, object]:
    """A schema like many: a name, a date, a list, and another thing of the same document."""
    members = {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "parent": {"$ref": f"#/components/schemas/Thing{number // 2}"},
    }
    return {"type": "object", "properties": members, "required": ["id", "name", "created_at", "tags"]}


def subjects(folder: Path, given: Sequence[str]) -> Iterator[Subject]:
    """The documents to measure: the one given, else the generated ones and those of the corpus."""
    if given:
        file = Path(given[0]).resolve()
        yield Subject(file.name, file, *given[1:])
        return
    for operations in SIZES:
        file = folder / f"{operations}.json"
        file.write_text(json.dumps(document(operations)))
        yield Subject(f"{operations:,} operations", file, f"/things{operations // 2}/7")
    corpus = os.environ.get(FOLDER)
    for name, path in REAL.items() if corpus else ():
        yield Subject(name, (Path(str(corpus)) / name).resolve(), path)


def servers(subject: Subject, prism_command: tuple[str, ...] | None) -> Iterator[Server]:
    """Both that serve the document."""
    mine = (
        sys.executable,
        "-m",
        "understudy",
        "serve",
        str(subject.file),
        "--port",
        "{port}",
        "--auth",
        "off",
    )
    yield Server(UNDERSTUDY, mine, (subject.call,))
    if prism_command:
        options = ("mock", "--host", "127.0.0.1", "--port", "{port}", "--verboseLevel", "silent")
        yield Server(PRISM, (*prism_command, *options, str(subject.file)), (subject.call,))


def latency(port: int, request: bytes) -> float:
    """Median milliseconds of an answer, one after the other on one connection."""
    seconds: list[float] = []
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        for _ in range(REQUESTS):
            start = time.perf_counter()
            connection.sendall(request)
            data = connection.recv(1 << 16)
            while parse(data) is None:
                data += connection.recv(1 << 16)
            seconds.append(time.perf_counter() - start)
    return median(seconds[REQUESTS // 3 :]) * 1000


def measure(server: Server, call: Call, figures: Figures) -> None:
    """One round of one server. Raises ServerFailed."""
    with running(server) as up:
        figures.cold.append(up.cold_start)
        figures.p50.append(latency(up.port, call.encoded(up.port)))
        figures.memory.append(peak_memory(up.process.pid) or 0)


def row(subject: Subject, seen: dict[str, Figures]) -> list[str]:
    """A line of the table: ours, Prism's and the ratio, of each of the three."""
    cells = [subject.name]
    for name, factor, shown in (("cold", 1, "{:.2f}"), ("memory", 2**-20, "{:.0f}"), ("p50", 1, "{:.2f}")):
        ours, theirs = (
            median(getattr(seen[server], name)) * factor if server in seen else None
            for server in (UNDERSTUDY, PRISM)
        )
        cells += [shown.format(value) if value is not None else "-" for value in (ours, theirs)]
        cells.append(f"{ours / theirs:.2f}x" if ours is not None and theirs else "-")
    return cells


def rounds(subject: Subject, command: tuple[str, ...] | None, number: int) -> dict[str, Figures]:
    """What both servers show for a document, in turns; one that fails is told and left out."""
    seen: dict[str, Figures] = {}
    alive = list(servers(subject, command))
    for _ in range(number):
        for server in list(alive):
            try:
                measure(server, subject.call, seen.setdefault(server.name, Figures()))
            except (ServerFailed, OSError) as failure:
                print(f"could not measure: {subject.name}, {server.name}: {failure}", file=sys.stderr)
                alive.remove(server)
                seen.pop(server.name, None)
    return seen


HEADS = (
    "document", "cold s", "Prism", "ratio", "peak MB", "Prism", "ratio", "p50 ms", "Prism", "ratio",
)  # fmt: skip


def main() -> int:
    """0, or 1 when something could not be measured."""
    made = argparse.ArgumentParser(prog="python -m bench.size", description=__doc__)
    made.add_argument("given", nargs="*", metavar="FILE PATH TOKEN", help="a document and a path to GET")
    made.add_argument("--rounds", type=int, default=3, help="starts of each server (default 3)")
    options = made.parse_args()
    try:
        command = prism.command()
    except prism.PrismMissing as missing:
        print(f"Prism is left out: {missing}", file=sys.stderr)
        command = None
    rows: list[list[str]] = []
    whole = True
    with tempfile.TemporaryDirectory() as folder:
        for subject in subjects(Path(folder), options.given):
            seen = rounds(subject, command, options.rounds)
            whole = whole and len(seen) == (2 if command else 1)
            rows.append(row(subject, seen))
    print("\n".join(aligned(HEADS, rows)))
    flat = [float(cells[7]) for cells in rows[: len(SIZES)] if not options.given]
    if flat:
        print(
            f"\np50 of {SIZES[-1]:,} operations / {SIZES[0]}: {flat[-1] / flat[0]:.2f}x (goal: 1.2 or less)"
        )
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
