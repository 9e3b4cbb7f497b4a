"""The two measurements. Both go round all servers, then round again: noise meets everybody alike."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.client import Load
from bench.contenders import UNDERSTUDY
from bench.memory import peak_memory
from bench.process import PATIENCE, ROOT, Running, Server, ServerFailed, running


@dataclass(slots=True)
class Results:
    """What was seen, by name of server, one entry per round; `troubles` is what could not be measured."""

    loads: dict[str, list[Load]] = field(default_factory=dict)
    cold_starts: dict[str, list[float]] = field(default_factory=dict)
    peak_memory: dict[str, int | None] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)


def throughput(servers: Sequence[Server], rounds: int, seconds: float, results: Results) -> None:
    """Load every server, round after round, on one process each that stays up throughout.

    A first round is not counted: it lets Prism's compiler and everybody's caches warm up.
    """
    with ExitStack() as stack:
        up = [started for server in servers if (started := start(stack, server, results))]
        for number in range(rounds + 1):
            up = [server for server in up if loaded(server, number, seconds, results)]
        for server in up:
            results.peak_memory[server.server.name] = peak_memory(server.process.pid)


def start(stack: ExitStack, server: Server, results: Results) -> Running | None:
    """`server` up and kept up by `stack`; None, and a trouble, when it does not start."""
    try:
        return stack.enter_context(running(server))
    except ServerFailed as failure:
        results.troubles.append(f"{server.name}: {failure}")
        return None


def loaded(server: Running, number: int, seconds: float, results: Results) -> bool:
    """One round of load, kept unless it is round 0; False, and a trouble, when it went wrong."""
    name = server.server.name
    try:
        load = Load(**json.loads(load_once(server.port, seconds)))
    except ServerFailed as failure:
        results.troubles.append(f"{name}: {failure}")
        return False
    results.troubles += complaints(name, load)
    if number:
        results.loads.setdefault(name, []).append(load)
    return True


def complaints(name: str, load: Load) -> list[str]:
    """What was wrong with the answers: any status but 200; for Understudy, bytes that differ."""
    found = [f"{name}: {load.wrong_status} answers were not 200"] if load.wrong_status else []
    if name == UNDERSTUDY and load.unlike:
        found.append(f"{name}: {load.unlike} answers differ from the first to the same request")
    return found


def load_once(port: int, seconds: float) -> bytes:
    """What the load client, in a process of its own, prints after one round. Raises ServerFailed."""
    command = [sys.executable, "-m", "bench.client", str(port), str(seconds)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=seconds + PATIENCE, check=False)
    except subprocess.TimeoutExpired as error:
        raise ServerFailed("the load client did not come to an end") from error
    if done.returncode:
        raise ServerFailed(done.stderr.decode(errors="replace").strip().split("\n")[-1])
    return done.stdout


def cold_start(servers: Sequence[Server], rounds: int, results: Results) -> None:
    """Start every server alone, round after round. Round 0, which fills the disk cache, is not counted."""
    alive = list(servers)
    for number in range(rounds + 1):
        for server in list(alive):
            try:
                with running(server) as up:
                    if number:
                        results.cold_starts.setdefault(server.name, []).append(up.cold_start)
            except ServerFailed as failure:
                results.troubles.append(f"{server.name}: {failure}")
                alive.remove(server)
