"""`understudy check`: hold a server to its contract."""

import gc
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli import config
from understudy.cli.baseline import baseline_options, held, known
from understudy.cli.files import refuse_unwritable, write
from understudy.cli.interrupt import INTERRUPTED, interruptible
from understudy.cli.options import (
    content_options,
    outcome_options,
    pace_options,
    plan_options,
    target_options,
)
from understudy.cli.progress import doing, progress
from understudy.cli.show import say, told
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.checking import CheckOptions, Planned
    from understudy.report.join import Entry
    from understudy.report.model import Report

# What checks is loaded by the commands that check: it takes a second, which `serve` need not wait for.


@click.command("check")
@content_options
@click.option(
    "--config",
    is_eager=True,
    callback=config.loaded,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Settings file.  [default: understudy.toml, where there is one]",
)
@target_options
@plan_options
@pace_options
@baseline_options
@outcome_options
@told
def check_command(**given: Any) -> None:
    """Check a server against the APIs in SPEC, and report what breaks the contract and whose fault it is.

    Exit code 0: conforms, 1: findings or too little covered, 2: usage or document, 3: target unreachable
    or gone midway, 130: interrupted (what was found by then is reported all the same).
    """
    from understudy.checking import planned
    from understudy.serve import logs

    gc.freeze()
    gc.enable()  # all is loaded; from here on there is garbage
    logs.configure(access_log=False)
    entries = known(given["baseline"], given["update_baseline"])
    _refuse_nonsense(given)
    options = config.options(given)
    with doing("planning the requests"):
        cases = planned(options)
    if given["dry_run"]:
        _show_plan(options, cases, given["requests"])
        return
    sys.exit(_run(options, cases, entries, given))


def _refuse_nonsense(given: Mapping[str, Any]) -> None:
    """All that can be known to go wrong before a request is sent."""
    if given["update_baseline"] and given["shard"]:
        raise UsageError("--update-baseline wants the whole run: leave out --shard")
    if given["requests"] and not given["dry_run"]:
        raise UsageError("--requests needs --dry-run")
    if not given["dry_run"]:
        written = [path for _, path in given["reports"]]
        refuse_unwritable([*written, *([given["baseline"]] if given["update_baseline"] else [])])


def _run(
    options: "CheckOptions", cases: "Planned", entries: Sequence["Entry"], given: Mapping[str, Any]
) -> int:
    """Check, write and show; the exit code."""
    from understudy.checking import check
    from understudy.report.writers import WRITERS

    with (
        interruptible() as stop,
        progress({api: len(share.cases) for api, share in cases.items()}) as advance,
    ):
        checked = check(options, cases, advance, stop)
    report = held(checked.report, given["baseline"], given["update_baseline"], entries)
    for name, path in given["reports"]:
        write(path, WRITERS[name](report, checked.trials))
    code = show_report(report)
    return INTERRUPTED if stop.asked else code


def show_report(report: "Report") -> int:
    """Show the first screen; the exit code."""
    from understudy.report.text import to_lines
    from understudy.report.words import exit_code

    say(*to_lines(report))
    return exit_code(report)


def _show_plan(options: "CheckOptions", cases: "Planned", requests: bool) -> None:
    from understudy.check.plan import counts
    from understudy.checking import commands

    if requests:
        for line in commands(options, cases):
            click.echo(line)
        return
    for api, planned in cases.items():
        for operation, phases in counts(planned.cases).items():
            told_phases = ", ".join(f"{count} {phase}" for phase, count in phases.items() if count)
            say(
                [
                    (f"{api}\t{operation}\t", "bold"),
                    (f"{sum(phases.values())} requests", ""),
                    (f"\t{told_phases}", "dim"),
                ]
            )
