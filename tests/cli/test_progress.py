"""What those see who watch a check on a terminal."""

import io
import sys

import pytest

from check.judging import answer, sent
from understudy.cli.progress import progress
from understudy.types import Failure


class Terminal(io.StringIO):
    """A file that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def watched(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO) -> str:
    """What was shown of three requests and a proof."""
    monkeypatch.setattr(sys, "stderr", stderr)
    for name, value in (("TERM", "xterm"), ("COLUMNS", "120"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)
    with progress({"": 3}) as advance:
        for outcome in (answer(), answer(500), Failure("timeout", "late"), answer(500)):
            advance(sent(outcome))
    return stderr.getvalue()


def test_a_terminal_shows_counts_phase_and_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent of planned; once the plan is through, what proves the faults is not counted among it."""
    shown = watched(monkeypatch, Terminal())
    assert "3/3 proving" in shown
    assert "2 answered 5xx, 1 without an answer" in shown


def test_nothing_is_left_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar is gone when the report comes, and without colours where none are wanted."""
    shown = watched(monkeypatch, Terminal())
    assert shown.endswith("\x1b[1A\x1b[2K")
    assert "\x1b[31m" not in shown


def test_away_from_a_terminal_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log is no place for a bar."""
    assert watched(monkeypatch, io.StringIO()) == ""
