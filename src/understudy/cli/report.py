"""`understudy report`: put reports together, hold them against each other, show them in another form."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from understudy.cli.baseline import baseline_options, held, known
from understudy.cli.check import show_report
from understudy.cli.files import write
from understudy.cli.show import say, told
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.report.model import Report

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("report")
def report_group() -> None:
    """Merge, compare and render JSON reports."""


@report_group.command("merge")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The JSON report."
)
@baseline_options
@told
def merge_command(
    files: tuple[Path, ...], output: Path, baseline: Path | None, update_baseline: bool
) -> None:
    """The report of all shards of a run, as if it had been one."""
    from understudy.report.join import merge, missing_shards
    from understudy.report.json import to_json

    entries = known(baseline, update_baseline)
    merged = merge([_read(path) for path in files])
    missing = missing_shards(merged)
    if update_baseline and missing:
        raise UsageError(f"--update-baseline wants the whole run: there is no shard {', '.join(missing)}")
    report = held(merged, baseline, update_baseline, entries)
    write(output, to_json(report).encode())
    sys.exit(show_report(report))


@report_group.command("compare")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@told
def compare_command(old: Path, new: Path) -> None:
    """What is new, fixed and still there in NEW; exit code 1 when something is new."""
    from understudy.report.join import compare

    change = compare(_read(old), _read(new))
    for name, findings in (("new", change.new), ("fixed", change.fixed), ("still", change.still)):
        for found in findings:
            say(
                [
                    (f"{name}\t", "bold"),
                    (f"{found.id}\t{found.verdict}\t{found.operation}\t{found.message}", ""),
                ]
            )
    say([(f"{len(change.new)} new, {len(change.fixed)} fixed, {len(change.still)} still there", "bold")])
    sys.exit(1 if change.new else 0)


@report_group.command("render")
@click.argument("file", type=_FILE)
@click.argument("format_name", metavar="FORMAT")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Standard output without it."
)
@told
def render_command(file: Path, format_name: str, output: Path | None) -> None:
    """A JSON report in another form: html, junit, markdown, sarif or text."""
    from understudy.report.writers import RENDERED

    if format_name not in RENDERED:
        raise UsageError(f"no format {format_name!r}; there are: {', '.join(sorted(RENDERED))}")
    text = RENDERED[format_name](_read(file))
    if output:
        write(output, text.encode())
    else:
        click.echo(text, nl=False)


def _read(path: Path) -> "Report":
    from understudy.report.json import from_json

    return from_json(path.read_bytes())
