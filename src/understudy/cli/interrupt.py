"""Ctrl-C: the first one ends a run early and keeps what it found, the second ends it at once."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from understudy.check.stop import Stop

INTERRUPTED = 130
"""The exit code of what a signal ended, as shells have it for Ctrl-C."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator["Stop"]:
    """A Stop that Ctrl-C and SIGTERM ask for, until the block ends."""
    from understudy.check.stop import Stop

    stop = Stop()

    def ask(_: int, __: FrameType | None) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        click.echo("\nunderstudy: stopping; what was found is reported. Ctrl-C again: at once", err=True)
        stop.ask()

    before = {number: signal.signal(number, ask) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
