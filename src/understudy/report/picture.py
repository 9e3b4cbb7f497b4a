"""The pictures of the HTML report as SVG: the coverage map and the distribution of the latencies.

Shape tells what colour tells: a disc is valid, a diamond is invalid, a hollow one was never tried.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from understudy.html.markup import Element, element, join
from understudy.report.model import OperationReport, Part, Status, Tally, bucket_bound, bucket_step
from understudy.report.words import untried

ROWS = 20
"""Parts in one block of a map; blocks stand side by side where there is room."""
_MAX_COLUMNS = 9
_LABEL, _COLUMN, _ROW, _HEAD = 186, 36, 18, 24
_LETTERS = 27


def coverage_map(operation: OperationReport, name: str) -> Element:
    """How each part of an operation's requests was answered, as blocks of rows. `name` makes ids unique."""
    columns = operation.statuses[:_MAX_COLUMNS]
    blocks = [operation.parts[start : start + ROWS] for start in range(0, len(operation.parts), ROWS)] or [()]
    drawn = [_block(columns, block, f"{name}-{index}", operation) for index, block in enumerate(blocks)]
    return element("div", *drawn, class_="maps")


def _block(columns: Sequence[Status], rows: Sequence[Part], name: str, operation: OperationReport) -> Element:
    width, height = _LABEL + _COLUMN * (len(columns) + 1) + 4, _HEAD + _ROW * len(rows) + 4
    lines = [_row(part, columns, _HEAD + _ROW * index, index) for index, part in enumerate(rows)]
    return element(
        "svg",
        element("title", f"Coverage of {operation.name}", id=f"{name}-title"),
        element("desc", _described(rows), id=f"{name}-desc"),
        *_heads(columns),
        *lines,
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
    )


def _described(rows: Sequence[Part]) -> str:
    valid, invalid = untried(rows)
    return (
        f"{len(rows)} parts of the request. Never valid: {', '.join(valid) or 'none'}. "
        f"Never invalid: {', '.join(invalid) or 'none'}."
    )


def _heads(columns: Sequence[Status]) -> Iterator[Element]:
    for index, status in enumerate(columns):
        label = status.status if status.declared else f"{status.status}!"
        yield element(
            "text",
            element("title", f"{status.status}: {status.count} answers, {_declared(status)}"),
            label,
            x=_middle(index),
            y=15,
            text_anchor="middle",
            class_=None if status.declared else "alarm",
        )
    yield element("text", "never", x=_middle(len(columns)), y=15, text_anchor="middle", class_="soft")


def _declared(status: Status) -> str:
    return "declared" if status.declared else "not declared"


def _row(part: Part, columns: Sequence[Status], top: int, index: int) -> Element:
    width = _LABEL + _COLUMN * (len(columns) + 1)
    stripe = (
        element("rect", x=0, y=top, width=width, height=_ROW, class_="stripe") if index % 2 == 0 else None
    )
    label = part.name if len(part.name) <= _LETTERS else "…" + part.name[1 - _LETTERS :]
    return element(
        "g",
        element("title", f"{part.name}: {_told(part)}"),
        stripe,
        element("text", label, x=4, y=top + 13),
        *_cells(part, columns, top + _ROW // 2),
        *_never(part, _middle(len(columns)), top + _ROW // 2),
    )


def _told(part: Part) -> str:
    return "; ".join(
        f"{kind} {', '.join(f'{count.name} ({count.count})' for count in counts) or 'never'}"
        for kind, counts in (("valid", part.valid), ("invalid", part.invalid))
    )


def _cells(part: Part, columns: Sequence[Status], middle: int) -> Iterator[Element]:
    valid, invalid = _names(part.valid), _names(part.invalid)
    for index, status in enumerate(columns):
        x = _middle(index)
        if status.status in valid:
            yield disc(x - 7, middle, "valid")
        if status.status in invalid:
            yield diamond(x + 7, middle, "invalid")
        if _is_odd(status.status, status.status in valid, status.status in invalid):
            yield odd(x, middle)


def _names(counts: Tally) -> set[str]:
    return {count.name for count in counts}


def _is_odd(status: str, valid: bool, invalid: bool) -> bool:
    """A valid request that was refused, or an invalid one that was not."""
    kind = status[:1]
    return (valid and kind in "45") or (invalid and kind != "4" and kind != "d")


def _never(part: Part, x: int, middle: int) -> Iterator[Element]:
    if not part.valid and part.name != "no credentials":
        yield disc(x - 7, middle, "hollow")
    if not part.invalid:
        yield diamond(x + 7, middle, "hollow")


def _middle(column: int) -> int:
    return _LABEL + _COLUMN * column + _COLUMN // 2


def disc(x: float, y: float, kind: str) -> Element:
    return element("circle", cx=x, cy=y, r=4.5, class_=kind)


def diamond(x: float, y: float, kind: str) -> Element:
    return element("path", d=f"M{x} {y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5z", class_=kind)


def odd(x: float, y: float) -> Element:
    return element("rect", x=x - 15, y=y - 8, width=30, height=16, rx=3, class_="odd")


def sign(*drawn: Element) -> Element:
    """One sign of the legend; the words beside it say what it is."""
    return element("svg", *drawn, viewBox="0 0 34 18", width=34, height=18, aria_hidden="true")


def latencies(counts: Mapping[float, int], shares: Mapping[str, float]) -> Element:
    """Answers by the milliseconds they took, with the percentiles as lines."""
    bounds, width, height = _without_gaps(counts), 560, 190
    step = (width - 40) / len(bounds)
    highest = max(counts.values())
    bars = [
        _bar(index, counts[bound], bound, step, highest)
        for index, bound in enumerate(bounds)
        if bound in counts
    ]
    lines = [
        _share(name, bounds.index(bound), step, level) for level, (name, bound) in enumerate(shares.items())
    ]
    told = ", ".join(f"{name} under {bound:g} ms" for name, bound in shares.items())
    return element(
        "svg",
        element("title", "Distribution of the latencies", id="latency-title"),
        element("desc", f"{sum(counts.values())} answers: {told}.", id="latency-desc"),
        element("path", d=f"M20 150H{width - 20}", class_="grid"),
        join(*bars, *lines),
        *_axis(bounds, step),
        role="img",
        aria_labelledby="latency-title latency-desc",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
    )


def _without_gaps(counts: Iterable[float]) -> list[float]:
    """The bounds with those between them that no answer fell under, so that the axis is even."""
    steps = [bucket_step(bound) for bound in counts]
    return [bucket_bound(step) for step in range(min(steps), max(steps) + 1)]


def _bar(index: int, count: int, bound: float, step: float, highest: int) -> Element:
    tall = max(1, round(110 * count / highest))
    title = element("title", f"under {bound:g} ms: {count}")
    x = round(20 + step * index + 1, 1)
    return element(
        "rect", title, x=x, y=150 - tall, width=round(max(step - 2, 1), 1), height=tall, class_="bar"
    )


def _share(name: str, index: int, step: float, level: int) -> Element:
    x, top = round(20 + step * (index + 1), 1), 12 + 12 * level
    return join(
        element("path", d=f"M{x} {top}V150", class_="share"),
        element("text", name, x=x - 3, y=top + 8, text_anchor="end"),
    )


def _axis(bounds: Sequence[float], step: float) -> Iterator[Element]:
    """The bounds that there is room for."""
    every = max(1, round(52 / step))
    for index in range(0, len(bounds), every):
        x = round(20 + step * (index + 1), 1)
        yield element("text", f"{bounds[index]:g}", x=x, y=166, text_anchor="middle", class_="soft")
    yield element("text", "milliseconds", x=20, y=184, class_="soft")
