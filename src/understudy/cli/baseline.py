"""The baseline of a command: read before anything is done, written where that is asked for, held against."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec

import click

from understudy.cli.files import write
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.report.join import Entry
    from understudy.report.model import Report

P = ParamSpec("P")


def baseline_options(command: Callable[P, None]) -> Callable[P, None]:
    """The file, and whether it is to be written."""
    update = click.option("--update-baseline", is_flag=True, help="Write the findings of this run to it.")
    file = click.option(
        "--baseline",
        type=click.Path(dir_okay=False, path_type=Path),
        help="File of the findings that are known.",
    )
    return file(update(command))


def known(path: Path | None, update: bool) -> Sequence["Entry"]:
    """The entries of the baseline; none where it is yet to be written. Raises UsageError."""
    from understudy.report import baseline

    if path is None:
        if update:
            raise UsageError("--update-baseline needs --baseline FILE")
        return ()
    if path.exists():
        return baseline.load(path)
    if update:
        return ()
    raise UsageError(f"no baseline {path}: --update-baseline writes it")


def held(report: "Report", path: Path | None, update: bool, entries: Sequence["Entry"]) -> "Report":
    """The report held against the baseline, which is written first where that is asked for."""
    from understudy.report import baseline
    from understudy.report.join import against

    if path is None:
        return report
    if update and any(api.stopped for api in report.apis):
        click.echo("understudy: the run was broken off, so the baseline is left as it is", err=True)
    elif update:
        write(path, baseline.dump(report.findings, entries).encode())
        entries = baseline.load(path)
    return against(report, entries, date.today().isoformat())
