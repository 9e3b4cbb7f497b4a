"""How far a check has come, for those who watch it on a terminal."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from understudy.check.drive import Sent


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Says on a terminal what takes a while."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


@contextmanager
def progress(totals: Mapping[str, int]) -> Iterator[Callable[["Sent"], None]]:
    """A bar for each API with its phase, what was sent, and what went wrong; away from a terminal nothing."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[phase]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[trouble]}", style="red"),
        expand=True,
        console=Console(stderr=True),
        transient=True,
    )
    tasks = {api: bar.add_task(api, total=total, phase="", trouble="") for api, total in totals.items()}
    troubles: dict[str, Counter[str]] = {api: Counter() for api in totals}

    def advance(sent: "Sent") -> None:
        troubles[sent.api].update(_trouble(sent))
        trouble = ", ".join(f"{count} {what}" for what, count in sorted(troubles[sent.api].items()))
        task = bar.tasks[tasks[sent.api]]
        # What proves a fault is sent after the whole plan.
        phase = "proving" if task.finished else sent.case.phase
        bar.update(tasks[sent.api], advance=0 if task.finished else 1, phase=phase, trouble=trouble)

    with bar:
        yield advance


def _trouble(sent: "Sent") -> Iterator[str]:
    """What went wrong at first sight; whose fault it is, is judged at the end."""
    from understudy.types import Failure

    if isinstance(sent.outcome, Failure):
        yield "without an answer"
    elif sent.outcome.status >= 500:
        yield "answered 5xx"
