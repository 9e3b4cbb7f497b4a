"""The first screen for a terminal: lines of (text, style), the styles as rich names them."""

from collections.abc import Iterator

from understudy.html.text import visible
from understudy.report import words
from understudy.report.model import Report
from understudy.types import Finding, Verdict

Line = tuple[tuple[str, str], ...]
"""One line: pieces of text, each with its style; an empty style is none."""

_STYLES: dict[Verdict, str] = {
    "server": "bold red",
    "auth": "bold red",
    "lenient": "yellow",
    "data": "yellow",
}
_TONES = {0: "bold green", 1: "bold red", 3: "bold yellow"}


def to_lines(report: Report) -> tuple[Line, ...]:
    """Verdict, remarks, numbers, the top causes each with its curl line, and what was not tested."""
    return tuple(_lines(report))


def to_text(report: Report) -> str:
    """The same without styles."""
    return "".join("".join(text for text, _ in line) + "\n" for line in to_lines(report))


def _lines(report: Report) -> Iterator[Line]:
    yield ((f"{words.headline(report)}.", _TONES[words.exit_code(report)]),)
    for remark in words.remarks(report):
        yield ((remark, ""),)
    yield ()
    for number in words.numbers(report):
        yield (f"{number.value}{number.of}".rjust(12), "bold"), (f"  {number.label}", "")
    shares = words.percentiles(operation for _, operation in report.operations)
    for name, bound in shares.items():
        yield (f"{bound:g} ms".rjust(12), "bold"), (f"  {name} of the latencies, or less", "")
    top = words.top(report)
    for finding in top:
        yield from _finding(finding)
    if len(report.findings) > len(top):
        yield ()
        yield ((f"and {words.plural(len(report.findings) - len(top), 'more finding')}", "dim"),)
    yield from _left_out(report)


def _finding(finding: Finding) -> Iterator[Line]:
    line = f":{finding.line}" if finding.line and finding.pointer else ""
    yield ()
    yield (finding.verdict, _STYLES.get(finding.verdict, "cyan")), (f"  {words.cause(finding)}", "bold")
    where = visible(f"{finding.operation}, {finding.file}{line}, finding {finding.id}")
    yield ((f"  {where}, seen {words.times(finding.count)}", ""),)
    if len(finding.curl) <= 1000:
        yield ((f"  {visible(finding.curl)}", "dim"),)


def _left_out(report: Report) -> Iterator[Line]:
    told = words.left_out(report)
    if told:
        yield ()
        yield (("Not tested:", "bold"),)
    for sentence in told[: words.TOP]:
        yield ((f"  {sentence}", ""),)
    if len(told) > words.TOP:
        yield ((f"  and {len(told) - words.TOP} more", "dim"),)
