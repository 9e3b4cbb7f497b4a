"""The results as text, and as plain data for --json."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

from bench.client import CONNECTIONS, Load
from bench.contenders import BARE, PRISM, PRISM_GALILEO, PRISM_LANGSMITH, UNDERSTUDY
from bench.measure import Results

Row = Sequence[str]

THROUGHPUT_LEGEND = f"""\
LangSmith rule validation: a valid three-level JSON body, {CONNECTIONS} keep-alive connections, 1 worker each,
one server after the other, round after round (a first round is not counted): median (least-most). The load
comes from a process of its own; "client" is the share of a core it took: near 100 % it is itself the limit.
Every answer has to be 200, and understudy's the same bytes for the same request.
  understudy            both documents; authentication, both validations, stub, journal; the load repeats 64
                        requests, whose replies it remembers, and with --memory 0 makes anew each time
  Prism                 as it comes, silent: authentication, both validations, a static answer
  connexion             as it comes, a 3.0 twin of the document (it refuses 3.1), answering as bare Starlette
  connexion, both ways  the same, with response validation
  bare Starlette        stdlib json: parse, hash the canonical form, an answer like understudy's; no checks
  raw ASGI              a constant answer: the most that uvicorn and the load client do here
All but Prism: uvloop, httptools. Memory: peak resident size, children included, after all rounds."""

COLD_START_LEGEND = """\
Seconds from spawn to the first 200 to a valid request, tried every 2 ms; every server alone, started once
before to fill the disk cache: median (least-most). understudy serves both documents in one process and has
to answer both operations; Prism serves one document per process, so each of its two is started by itself;
the other servers know the LangSmith operation only."""


def throughput(results: Results) -> str:
    """The table of requests per second and its ratios."""
    heads = ("server", "requests/s", "p50 ms", "p99 ms", "peak MB", "answer bytes", "client")
    rows = [load_row(name, loads, results.peak_memory.get(name)) for name, loads in results.loads.items()]
    rates = {name: [load.rate for load in loads] for name, loads in results.loads.items()}
    ratios = [
        ratio_line(f"understudy / {other}", rates.get(UNDERSTUDY), rates.get(other))
        for other in (PRISM, BARE)
    ]
    return "\n".join(["Requests per second", THROUGHPUT_LEGEND, "", *aligned(heads, rows), "", *ratios])


def load_row(name: str, loads: Sequence[Load], memory: int | None) -> Row:
    """One server's line."""
    p50, p99 = (
        median(values) for values in zip(*((load.p50_ms, load.p99_ms) for load in loads), strict=True)
    )
    return (
        name,
        spread([load.rate for load in loads], "{:,.0f}".format),
        f"{p50:.2f}",
        f"{p99:.2f}",
        "-" if memory is None else f"{memory / 2**20:.0f}",
        str(loads[0].answer_bytes),
        f"{median(load.client_cpu for load in loads):.0%}",
    )


def cold_start(results: Results) -> str:
    """The table of cold starts and its ratios."""
    seen = results.cold_starts
    rows = [(name, spread(times, "{:.3f}".format)) for name, times in seen.items()]
    ours = seen.get(UNDERSTUDY)
    prisms = [seen[name] for name in (PRISM_LANGSMITH, PRISM_GALILEO) if name in seen]
    slower = [max(pair) for pair in zip(*prisms, strict=False)]
    mean = [sum(pair) / len(pair) for pair in zip(*prisms, strict=False)]
    ratios = [
        ratio_line("understudy / slower Prism (goal: 0.7 or less)", ours, slower),
        ratio_line("understudy / mean of both Prisms", ours, mean),
    ]
    return "\n".join(
        ["Cold start", COLD_START_LEGEND, "", *aligned(("server", "seconds"), rows), "", *ratios]
    )


def spread(values: Sequence[float], shown: Callable[[float], str]) -> str:
    """Median, least and most."""
    return f"{shown(median(values))} ({shown(min(values))}-{shown(max(values))})"


def ratios_of(ours: Sequence[float] | None, theirs: Sequence[float] | None) -> list[float]:
    """Round by round; empty where one of the two was not measured."""
    return [mine / other for mine, other in zip(ours or (), theirs or (), strict=False)]


def ratio_line(title: str, ours: Sequence[float] | None, theirs: Sequence[float] | None) -> str:
    """The ratio of each round, and their median."""
    ratios = ratios_of(ours, theirs)
    if not ratios:
        return f"{title:46} not measured"
    each = "  ".join(f"{ratio:.2f}" for ratio in ratios)
    return f"{title:46} {median(ratios):.2f}x   (by round: {each})"


def aligned(heads: Row, rows: Sequence[Row]) -> list[str]:
    """Columns as wide as their widest cell; the first to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    lines = [heads, ["-" * width for width in widths], *rows]
    return [
        "  ".join(cell.rjust(width) if number else cell.ljust(width) for number, (cell, width) in
                  enumerate(zip(line, widths, strict=True))).rstrip()
        for line in lines
    ]  # fmt: skip


def as_data(results: Results) -> dict[str, Any]:
    """Everything that was measured, each round by itself."""
    return {
        "throughput": {name: [asdict(load) for load in loads] for name, loads in results.loads.items()},
        "cold_start_seconds": results.cold_starts,
        "peak_memory_bytes": results.peak_memory,
        "troubles": results.troubles,
    }
