"""How far a check has come, for those who watch it on a terminal."""

import sys
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
    """A bar for each API with what was sent and what got no answer; away from a terminal nothing."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from understudy.types import Failure

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("requests"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[unanswered]}"),
        console=Console(stderr=True),
        transient=True,
    )
    tasks = {api: bar.add_task(api, total=total, unanswered="") for api, total in totals.items()}
    silent = dict.fromkeys(totals, 0)

    def advance(sent: "Sent") -> None:
        if isinstance(sent.outcome, Failure):
            silent[sent.api] += 1
            bar.update(tasks[sent.api], unanswered=f"{silent[sent.api]} without an answer")
        bar.advance(tasks[sent.api])

    with bar:
        yield advance
