"""The forms of a report by the name that `--report FORMAT=PATH` gives them."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from understudy.report.har import to_har
from understudy.report.html import to_html
from understudy.report.json import to_json
from understudy.report.junit import to_junit
from understudy.report.markdown import to_markdown
from understudy.report.model import Report
from understudy.report.sarif import to_sarif
from understudy.report.text import to_text
from understudy.types import Trial

RENDERED: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {
        "html": to_html,
        "json": to_json,
        "junit": to_junit,
        "markdown": to_markdown,
        "sarif": to_sarif,
        "text": to_text,
    }
)
"""Those that a report is enough for: what `report render` can make."""

Writer = Callable[[Report, Sequence[Trial]], bytes]


def _writer(render: Callable[[Report], str]) -> Writer:
    return lambda report, _: render(report).encode()


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {name: _writer(render) for name, render in RENDERED.items()}
    | {"har": lambda _, trials: to_har(trials).encode()}
)
"""All of them, each from a report and the trials it was folded from, as UTF-8."""
