"""`understudy check`: hold a server to its contract."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.options import content_options, pairs
from understudy.cli.show import say, told
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.checking import Checked, CheckOptions, Planned
    from understudy.report.model import Report

# What checks is loaded by the commands that check: it takes a second, which `serve` need not wait for.


def _reports(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, Path], ...]:
    """FORMAT=PATH options."""
    from understudy.report.writers import WRITERS

    found = []
    for value in values:
        name, equals, path = value.partition("=")
        if name not in WRITERS or not (equals and path):
            raise click.BadParameter(
                f"{value!r} is not FORMAT=PATH with a format of {', '.join(sorted(WRITERS))}"
            )
        found.append((name, Path(path)))
    return tuple(found)


def _shard(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, int] | None:
    if value is None:
        return None
    found = re.fullmatch(r"(\d+)/(\d+)", value)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise click.BadParameter(f"{value!r} is not I/N with 1 <= I <= N")
    return int(found[1]), int(found[2])


def _rate(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """`10/s` or `100/m` as requests per second."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)/([sm])", value)
    if not found or float(found[1]) <= 0:
        raise click.BadParameter(f"{value!r} is not a rate such as 10/s or 100/m")
    return float(found[1]) / {"s": 1, "m": 60}[found[2]]


def _headers(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    found = []
    for value in values:
        name, colon, text = value.partition(":")
        if not (colon and name.strip()):
            raise click.BadParameter(f"{value!r} is not 'Name: value'")
        found.append((name.strip().lower(), text.strip()))
    return tuple(found)


@click.command("check")
@content_options
@click.option(
    "--target", default="self", show_default=True, help="self (our own fake) or the URL of a server."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed plans the same requests.")
@click.option(
    "--max-examples", type=click.IntRange(0), default=100, show_default=True, help="Fuzzing per operation."
)
@click.option(
    "--include", multiple=True, metavar="PATTERN", help="Only operations whose name or operationId fits."
)
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Not those.")
@click.option("--safe", is_flag=True, help="Only methods that HTTP calls safe.")
@click.option("--max-requests", type=click.IntRange(1), help="At most so many requests per API.")
@click.option("--shard", callback=_shard, metavar="I/N", help="Only the I-th of N parts of the plan.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Requests at once.")
@click.option("--rate-limit", callback=_rate, metavar="N/s", help="At most so many requests per second.")
@click.option("--timeout", type=float, default=10.0, show_default=True, help="Seconds for one request.")
@click.option("--max-response-time", type=float, help="Seconds after which a response is a fault.")
@click.option(
    "--credential",
    "given",
    multiple=True,
    callback=pairs,
    metavar="SCHEME=VALUE",
    help="A credential; also from UNDERSTUDY_CREDENTIAL_<SCHEME>.",
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    callback=_headers,
    metavar="'K: V'",
    help="A header of every request; one that is a scheme's is that scheme's credential.",
)
@click.option("--insecure", is_flag=True, help="Do not check the target's certificate.")
@click.option("--ca-file", type=click.Path(exists=True, dir_okay=False), help="Certificates to trust.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    callback=_reports,
    metavar="FORMAT=PATH",
    help="html, json, junit, markdown, sarif, har or text.",
)
@click.option("--baseline", type=click.Path(dir_okay=False), help="File of the findings that are known.")
@click.option("--update-baseline", is_flag=True, help="Write the findings of this run to it.")
@click.option("--strict", is_flag=True, help="Lenient and data findings fail the check too.")
@click.option("--timings", is_flag=True, help="Latencies in the reports, which no two runs share.")
@click.option("--dry-run", is_flag=True, help="Show the plan and send nothing.")
@told
def check_command(**given: Any) -> None:
    """Check a server against the APIs in SPEC, and report what breaks the contract and whose fault it is.

    Exit code 0: conforms, 1: findings, 2: usage or document, 3: target unreachable.
    """
    from understudy.checking import check, planned
    from understudy.serve import logs

    logs.configure(access_log=False)
    options = _options(given)
    if given["update_baseline"] and not given["baseline"]:
        raise UsageError("--update-baseline needs --baseline FILE")
    cases = planned(options)
    if given["dry_run"]:
        _show_plan(cases)
        return
    with _progress(sum(len(share.cases) for share in cases.values())) as advance:
        checked = check(options, cases, lambda _: advance())
    report = _held(checked.report, given)
    for name, path in given["reports"]:
        _write(name, path, replace(checked, report=report))
    sys.exit(show_report(report))


def _options(given: Mapping[str, Any]) -> "CheckOptions":
    from understudy.check.plan import PlanOptions
    from understudy.check.sender import SendOptions
    from understudy.checking import CheckOptions

    return CheckOptions(
        specs=given["specs"],
        overlays=given["overlays"],
        use_overlays=not given["no_overlay"],
        target=given["target"],
        stubs=given["stubs"],
        plan=PlanOptions(
            seed=given["seed"],
            max_examples=given["max_examples"],
            include=given["include"],
            exclude=given["exclude"],
            safe=given["safe"],
            max_requests=given["max_requests"],
        ),
        shard=given["shard"],
        send=SendOptions(
            timeout=given["timeout"],
            rate_limit=given["rate_limit"],
            verify=not given["insecure"],
            ca_file=given["ca_file"],
        ),
        credentials=given["given"],
        headers=given["headers"],
        workers=given["workers"],
        max_response_time=given["max_response_time"],
        timings=given["timings"],
        strict=given["strict"],
    )


def _show_plan(cases: "Planned") -> None:
    from understudy.check.plan import counts

    for api, share in cases.items():
        for operation, phases in counts(share.cases).items():
            told_phases = ", ".join(f"{count} {phase}" for phase, count in phases.items() if count)
            say(
                [
                    (f"{api}\t{operation}\t", "bold"),
                    (f"{sum(phases.values())} requests", ""),
                    (f"\t{told_phases}", "dim"),
                ]
            )


def _held(report: "Report", given: Mapping[str, Any]) -> "Report":
    """The report held against the baseline, which is written first where that is asked for."""
    from understudy.report import baseline
    from understudy.report.join import against

    if not given["baseline"]:
        return report
    path = Path(given["baseline"])
    entries = baseline.load(path) if path.exists() or not given["update_baseline"] else ()
    if given["update_baseline"]:
        path.write_text(baseline.dump(report.findings, entries))
        entries = baseline.load(path)
    return against(report, entries, date.today().isoformat())


def _write(name: str, path: Path, checked: "Checked") -> None:
    from understudy.report.writers import WRITERS

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(WRITERS[name](checked.report, checked.trials))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def show_report(report: "Report") -> int:
    """Show the first screen; the exit code."""
    from understudy.report.text import to_lines
    from understudy.report.words import exit_code

    say(*to_lines(report))
    return exit_code(report)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar while requests are sent, on a terminal alone."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    bar = Progress(
        "checking",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("checking", total=total)
        yield lambda: bar.advance(task)
