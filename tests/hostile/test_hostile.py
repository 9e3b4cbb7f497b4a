"""Nothing that a client sends breaks the server: no 5xx, no hang, no lost answer, no memory kept."""

from pathlib import Path

from cli.running import running
from hostile.barrage import attack, barrage

COUNT = 1500
GROWTH = 150
"""MiB: the journal is full when the barrage ends, and keeps a bounded number of exchanges."""


def test_attacks_are_the_same_for_the_same_seed() -> None:
    """A fault that a run tells can be had again by its number."""
    assert [attack(0, number) for number in range(50)] == [attack(0, number) for number in range(50)]
    assert attack(0, 7) != attack(1, 7)


def test_a_barrage_is_stood(tmp_path: Path) -> None:
    """Every attack gets the answer that HTTP demands, in time, and the server's log has no traceback."""
    with running(cwd=tmp_path) as server:
        account = barrage(("127.0.0.1", server.port), server.process.pid, COUNT)
        assert not account.faults, str(account)
        assert server.ask("GET", "/__understudy__/health").status == 200
        log = server.stderr
    assert account.count == COUNT
    assert "Traceback" not in log, log[-3000:]
    assert account.growth(warm=10) < GROWTH, str(account)
