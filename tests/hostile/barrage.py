"""Very many hostile requests against a running server, and the account of how it stood them."""

import resource
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter

from hostile import bodies, forms, heads
from hostile.lines import RULE, SCORER
from hostile.wire import Attack, Outcome, strike

CLIENTS = 4
_ROUND = 50
_MIB = 1024 * 1024
_MOST_MEMORY = 4096 * _MIB
_HOPELESS = 20
"""After so many faults the server is not worth hitting any more."""


@dataclass(slots=True)
class Account:
    """How the server stood it. `memory` is its resident size in MiB before, and after each round."""

    count: int = 0
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    def add(self, number: int, made: Attack, outcome: Outcome) -> None:
        """Enter what became of one attack."""
        self.count += 1
        self.statuses.update(outcome.statuses)
        self.slowest = max(self.slowest, (round(outcome.seconds, 3), f"#{number} {made.name}"))
        if outcome.fault:
            self.faults.append(f"#{number} {made.name}: {outcome.fault}")

    def growth(self, warm: int) -> int:
        """By how many MiB the server grew after its first `warm` rounds."""
        return max(self.memory[warm:]) - self.memory[warm] if self.memory else 0

    def __str__(self) -> str:
        rate = self.count / self.seconds
        told = f"{self.count} requests in {self.seconds:.1f} s ({rate:.0f}/s), slowest {self.slowest}"
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(self.statuses.items()))
        return "\n".join(
            (told, answers, f"memory in MiB: {self.memory}", f"{len(self.faults)} faults", *self.faults[:40])
        )


def attack(seed: int, number: int) -> Attack:
    """The attack of this number: the same for the same seed, whichever others there are."""
    random = Random(f"{seed}:{number}")
    kind = random.random()
    if kind < 0.002:
        return heads.RARE(random)
    if kind < 0.35:
        return Attack("json", heads.request(b"POST", RULE, heads.JSON, bodies.body(random)))
    if kind < 0.6:
        content_type, content = forms.form(random)
        fields = [*heads.HOST, *heads.KEYS, (b"Content-Type", content_type)]
        clean = not any(byte < 32 or byte == 127 for byte in content_type)
        data = heads.request(b"POST", SCORER, fields, content)
        return Attack("form", data, "wait" if clean else "half-close")
    return heads.head(random)


def barrage(address: tuple[str, int], process: int, count: int, seed: int = 0) -> Account:
    """Send `count` attacks by a few clients at a time, and keep account."""
    _bound(process)
    account, started = Account(memory=_memory(process)), perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for first in range(0, count, _ROUND):
            numbers = range(first, min(first + _ROUND, count))
            for number, made, outcome in clients.map(partial(_once, address, seed), numbers):
                account.add(number, made, outcome)
            account.memory += _memory(process)
            if len(account.faults) > _HOPELESS:
                break
    account.seconds = perf_counter() - started
    return account


def _once(address: tuple[str, int], seed: int, number: int) -> tuple[int, Attack, Outcome]:
    made = attack(seed, number)
    return number, made, strike(address, made)


def _bound(process: int) -> None:
    """Let a server that grows without end fail by itself, where the system can make it."""
    if hasattr(resource, "prlimit"):
        resource.prlimit(process, resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


def _memory(process: int) -> list[int]:
    """The resident size of a process; nothing where the system does not tell."""
    status = Path(f"/proc/{process}/statm")
    return [int(status.read_text().split()[1]) * 4096 // _MIB] if status.exists() else []
