"""The report as one HTML file that asks for nothing: no network, no script, no font."""

import base64
from collections.abc import Iterator
from hashlib import sha256

from understudy.html.markup import Child, Element, element, join
from understudy.html.text import visible
from understudy.report import picture, words
from understudy.report.evidence import badge, facts, finding_details, prose
from understudy.report.model import ApiReport, OperationReport, Report, summed
from understudy.report.style import sheet
from understudy.types import JSON, Finding

MAX_FINDINGS = 200
"""Findings told with their evidence; the rest are counted, and in the JSON report."""
_MAX_MAPS = 40
_MAX_OPERATIONS = 500
_MAX_LEFT_OUT = 300


def to_html(report: Report) -> str:
    """The whole page."""
    style = sheet()
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{words.headline(report)} - {_names(report)}"),
        Element(f"<style>{style}</style>"),
    )
    return f"<!doctype html>\n{element('html', head, _body(report), lang='en')}\n"


def _names(report: Report) -> str:
    return " and ".join(visible(api.name) for api in report.apis) or "no API"


def _body(report: Report) -> Element:
    sections = [
        _findings(report),
        _coverage(report),
        _latency(report),
        _left_out(report),
        _about(report),
    ]
    return element(
        "body",
        element("a", "Skip to the findings", class_="skip", href="#findings"),
        element("header", _first_screen(report), _nav(report)),
        element("main", _causes(report), *sections),
        element("footer", element("p", f"Understudy {report.version}. The same run gives the same page.")),
    )


def _first_screen(report: Report) -> Element:
    code = words.exit_code(report)
    tone, sign = {0: ("good", "✓"), 1: ("bad", "✗"), 3: ("warn", "?")}[code]
    return element(
        "div",
        element("p", f"Conformance of {_names(report)} to the OpenAPI contract", class_="muted"),
        element("h1", element("span", f"{sign} ", aria_hidden="true"), f"{words.headline(report)}."),
        *(element("p", remark) for remark in words.remarks(report)),
        element("dl", *(_number(number) for number in words.numbers(report)), class_="numbers"),
        class_=f"verdict {tone}",
    )


def _number(number: words.Number) -> Element:
    value = element("dd", str(number.value), element("span", number.of) if number.of else None)
    return element("div", element("dt", number.label), value)


def _nav(report: Report) -> Element:
    places = [("findings", "Findings"), ("coverage", "Coverage")]
    places += [("latency", "Latency")] if _buckets(report) else []
    places += [("left-out", "Not tested"), ("about", "This run")]
    items = [element("li", element("a", label, href=f"#{place}")) for place, label in places]
    return element("nav", element("ul", *items), aria_label="Sections")


def _causes(report: Report) -> Element | None:
    found = words.top(report)
    if not found:
        return None
    order = {finding.id: index for index, finding in enumerate(report.findings)}
    items = [_cause(finding, order[finding.id]) for finding in found]
    more = len(report.findings) - len(found)
    return element(
        "section",
        element("h2", "What to look at first", id="causes"),
        element("ol", *items, class_="causes"),
        element("p", f"and {more} more below.", class_="muted") if more else None,
        aria_labelledby="causes",
    )


def _cause(finding: Finding, index: int) -> Element:
    target = f"#finding-{index + 1}" if index < MAX_FINDINGS else "#findings"
    return element(
        "li",
        badge(finding.verdict),
        element("a", prose(words.cause(finding)), href=target),
        element(
            "p",
            element("code", finding.operation),
            f" · seen {words.times(finding.count)}",
            class_="small muted",
        ),
    )


def _findings(report: Report) -> Element:
    shown = report.findings[:MAX_FINDINGS]
    more = len(report.findings) - len(shown)
    details = [finding_details(report, finding, index + 1) for index, finding in enumerate(shown)]
    return element(
        "section",
        element("h2", f"Findings ({len(report.findings)})", id="findings"),
        *(details or [element("p", "None.")]),
        element("p", f"{more} more are in the JSON report.") if more else None,
        aria_labelledby="findings",
    )


def _coverage(report: Report) -> Element:
    return element(
        "section",
        element("h2", "Coverage: what was tried, and how it was answered", id="coverage"),
        element("p", words.covered(report)),
        _overview(report),
        _legend(),
        *_maps(report),
        aria_labelledby="coverage",
    )


def _overview(report: Report) -> Element:
    heads = ("Operation", "Cases", "Answers by status", "Parts tried valid", "Parts tried invalid")
    listed = report.operations[:_MAX_OPERATIONS]
    more = len(report.operations) - len(listed)
    return join(
        element(
            "div",
            element(
                "table",
                element("caption", "Every operation. A status with ! is not declared."),
                element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
                element("tbody", *(_overview_row(operation) for _, operation in listed)),
            ),
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label="Coverage of every operation",
        ),
        element("p", f"{more} more operations are in the JSON report.") if more else None,
    )


def _overview_row(operation: OperationReport) -> Element:
    never_valid, never_invalid = words.untried(operation.parts)
    parts = len(operation.parts)
    secured = any(part.name == "no credentials" for part in operation.parts)
    statuses = ", ".join(
        f"{status.status}{'' if status.declared else '!'}: {status.count}" for status in operation.statuses
    )
    return element(
        "tr",
        element("th", element("code", operation.name), scope="row"),
        element("td", str(operation.cases), class_="number"),
        element("td", statuses),
        element("td", f"{parts - secured - len(never_valid)} of {parts - secured}", class_="number"),
        element("td", f"{parts - len(never_invalid)} of {parts}", class_="number"),
    )


def _legend() -> Element:
    signs = (
        (picture.disc(17, 9, "valid"), "came in valid requests"),
        (picture.diamond(17, 9, "invalid"), "was what made a request invalid"),
        (join(picture.disc(9, 9, "hollow"), picture.diamond(25, 9, "hollow")), "never tried so"),
        (picture.odd(17, 9), "a valid request refused, or an invalid one not refused"),
    )
    return element(
        "ul", *(element("li", picture.sign(drawn), label) for drawn, label in signs), class_="legend"
    )


def _maps(report: Report) -> Iterator[Element]:
    """The operations that something was found of first, in the document's order otherwise."""
    blamed = {(finding.api, finding.operation) for finding in report.findings}
    tried = [(api, found) for api, found in report.operations if found.cases]
    ranked = sorted(tried, key=lambda pair: (pair[0].name, pair[1].name) not in blamed)
    for index, (api, operation) in enumerate(ranked[:_MAX_MAPS]):
        heading = element("h3", element("code", operation.name), f" of {api.name}")
        inside = element(
            "div",
            picture.coverage_map(operation, f"map-{index}"),
            *_map_in_words(api, operation),
            class_="inside",
        )
        yield element("details", element("summary", heading), inside, open="" if index < 4 else None)


def _map_in_words(api: ApiReport, operation: OperationReport) -> Iterator[Element]:
    types = [
        f"{found.media_type or 'none'} with {found.status}{'' if found.declared else ', not declared'}"
        f" ({found.count})"
        for found in operation.media_types
    ]
    yield element("p", f"Media types of the answers: {', '.join(types) or 'none'}.", class_="small")
    why = {
        left.part: f" ({left.reason})"
        for left in api.not_tested
        if left.part and left.operation == operation.name
    }
    for words_for, names in zip(("valid", "invalid"), words.untried(operation.parts), strict=True):
        told = ", ".join(name + why.get(name, "") for name in names) or "none"
        yield element("p", f"Never tried {words_for}: {told}.", class_="small")


def _buckets(report: Report) -> dict[float, int]:
    counts: dict[float, int] = {}
    for _, operation in report.operations:
        for bucket in operation.latencies:
            counts[bucket.under_ms] = counts.get(bucket.under_ms, 0) + bucket.count
    return counts


def _latency(report: Report) -> Element | None:
    counts = _buckets(report)
    if not counts:
        return None
    shares = words.percentiles(operation for _, operation in report.operations)
    told = ", ".join(f"{name} under {bound:g} ms" for name, bound in shares.items())
    return element(
        "section",
        element("h2", "Latency", id="latency"),
        element(
            "figure",
            picture.latencies(counts, shares),
            element("figcaption", f"How long {sum(counts.values())} answers took: {told}."),
        ),
        aria_labelledby="latency",
    )


def _left_out(report: Report) -> Element:
    told = words.left_out(report)
    more = len(told) - _MAX_LEFT_OUT
    items = [element("li", sentence) for sentence in told[:_MAX_LEFT_OUT]]
    return element(
        "section",
        element("h2", "What was not tested, and why", id="left-out"),
        element("ul", *items) if items else element("p", "Nothing was left out on purpose."),
        element("p", f"{more} more are in the JSON report.") if more > 0 else None,
        aria_labelledby="left-out",
    )


def _about(report: Report) -> Element:
    rows = [row for api in report.apis for row in _api_rows(api)]
    options = [f"{name} {_option(value)}" for name, value in sorted(report.options.items())]
    rows += [("Options", ", ".join(options))]
    rows += [("Shards", ", ".join(report.shards))]
    return element("section", element("h2", "This run", id="about"), facts(rows), aria_labelledby="about")


def _option(value: JSON) -> str:
    return " + ".join(map(str, value)) if isinstance(value, list) else str(value)


def _api_rows(api: ApiReport) -> Iterator[tuple[str, Child]]:
    phases = ", ".join(
        f"{count.count} {count.name}" for count in summed(found.phases for found in api.operations)
    )
    yield (
        f"API {api.name}",
        join(
            element("code", api.document),
            f", sha256 {api.sha256[:16]}…, seed {api.seed}, plan {api.plan[:16]}",
        ),
    )
    yield "Cases", phases or "none"
