"""The report as Markdown for a job summary or a pull request: the top causes first, the evidence folded.

GitHub takes 1 MiB of a job summary and shows nothing of a longer one.
"""

import html
import re
from collections.abc import Iterable, Iterator

from understudy.html.text import body_text, pretty, visible
from understudy.report import words
from understudy.report.model import Report
from understudy.types import Failure, Finding, Request, Response

MAX_BYTES = 900_000
_MAX_BODY = 1500
_MAX_LINE = 2000
_MAX_OPERATIONS = 100
_MAX_LEFT_OUT = 50
_SIGNS = {0: "✅", 1: "❌", 3: "⚠️"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~@:-])")


def to_markdown(report: Report) -> str:
    """The whole summary, at most MAX_BYTES long."""
    head = "\n".join([*_first_screen(report), *_operations(report), *_left_out(report)])
    return head + _fitting(report, MAX_BYTES - len(head.encode()))


def _first_screen(report: Report) -> Iterator[str]:
    yield f"## {_SIGNS[words.exit_code(report)]} {_text(words.headline(report))}"
    for remark in words.remarks(report):
        yield f"\n{_text(remark)}"
    yield ""
    numbers = words.numbers(report)
    yield from _table(
        [number.label for number in numbers], [[f"{number.value}{number.of}" for number in numbers]]
    )
    top = words.top(report)
    if top:
        yield "\n### What to look at first\n"
        heads = ("Verdict", "What", "Operation", "Seen")
        yield from _table(heads, [_row(finding) for finding in top])


def _row(finding: Finding) -> list[str]:
    return [
        finding.verdict,
        _text(words.cause(finding)[:_MAX_LINE]),
        _code(finding.operation),
        words.times(finding.count),
    ]


def _operations(report: Report) -> Iterator[str]:
    yield "\n### What was tried\n"
    yield _text(words.covered(report)) + "\n"
    rows = []
    for _, operation in report.operations[:_MAX_OPERATIONS]:
        statuses = ", ".join(
            f"{status.status}{'' if status.declared else ' (not declared)'}: {status.count}"
            for status in operation.statuses[:20]
        )
        rows.append([_code(operation.name), str(operation.cases), statuses])
    yield from _table(("Operation", "Cases", "Answers by status"), rows)
    more = len(report.operations) - _MAX_OPERATIONS
    if more > 0:
        yield f"\nand {more} more operations."


def _left_out(report: Report) -> Iterator[str]:
    told = words.left_out(report)
    if told:
        yield "\n### What was not tested, and why\n"
    for sentence in told[:_MAX_LEFT_OUT]:
        yield f"- {_text(sentence[:_MAX_LINE])}"
    if len(told) > _MAX_LEFT_OUT:
        yield f"- and {len(told) - _MAX_LEFT_OUT} more"


def _fitting(report: Report, room: int) -> str:
    """The findings folded, as many as there is room for."""
    told = ["\n\n### Findings\n\n"] if report.findings else []
    for index, finding in enumerate(report.findings):
        text = "\n".join(_details(finding)) + "\n"
        room -= len(text.encode())
        if room < 0:
            told.append(f"and {len(report.findings) - index} more, which there is no room for here.\n")
            break
        told.append(text)
    return "".join(told) or "\n"


def _details(finding: Finding) -> Iterator[str]:
    cause = html.escape(words.cause(finding)[:_MAX_LINE], quote=False).replace("`", "'").replace("\n", " ")
    yield f"<details><summary><b>{finding.verdict}</b>: {cause}</summary>\n"
    line = f":{finding.line}" if finding.line else ""
    yield f"- {_code(finding.operation)}, seen {words.times(finding.count)}"
    yield f"- {_code(f'{finding.file}{line} {finding.pointer}')}"
    if finding.expected is not None:
        yield f"- expected {_code(pretty(finding.expected))}, got {_code(pretty(finding.got))}"
    proof = words.proof(finding)
    told = f"Proof: {_text(proof)}. " if proof else ""
    yield f"- {_text(words.MEANING[finding.verdict])} {told}Finding {_code(finding.id)}\n"
    yield _fenced(_request(finding.request))
    yield _fenced(_response(finding.response))
    if len(finding.curl) <= _MAX_LINE:
        yield _fenced(visible(finding.curl), "sh")
    yield "\n</details>\n"


def _request(request: Request) -> str:
    query = f"?{request.query}" if request.query else ""
    head = visible(f"{request.method} {request.path}{query}")[:_MAX_LINE]
    return f"{head}\n\n{body_text(request.body, _MAX_BODY)}".rstrip()


def _response(outcome: Response | Failure) -> str:
    if isinstance(outcome, Failure):
        return visible(f"{outcome.kind}: {outcome.detail}")[:_MAX_LINE]
    return f"{outcome.status}\n\n{body_text(outcome.body, _MAX_BODY)}".rstrip()


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = list(heads)
    yield f"| {' | '.join(names)} |"
    yield f"|{' --- |' * len(names)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _text(text: str) -> str:
    """A text that Markdown takes as it stands: no link, no mention, no markup."""
    return _SPECIAL.sub(r"\\\1", html.escape(visible(text), quote=False)).replace("\n", " ")


def _code(text: str) -> str:
    """A text as code; in a table a bar would end the cell, even there."""
    shown = html.escape(visible(text)[:_MAX_LINE], quote=False)
    return f"<code>{_SPECIAL.sub(lambda match: f'&#{ord(match[0])};', shown)}</code>".replace("\n", " ")


def _fenced(text: str, language: str = "") -> str:
    """A block of code, fenced longer than any fence in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
