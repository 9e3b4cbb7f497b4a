"""One finding in the HTML report: where, expected and got, the document, and the traffic that shows it."""

from collections.abc import Iterable, Iterator
from textwrap import dedent

from understudy.html.markup import Child, Element, element, join
from understudy.html.text import body_text, dotted, pretty
from understudy.report import words
from understudy.report.model import Cut, Quote, Report
from understudy.types import JSON, Failure, Finding, Headers, Request, Response, Verdict

MAX_BODY = 4000
"""Characters shown of a body."""
_MAX_VALUE = 600
_MAX_CURL = 8000
_TONES: dict[Verdict, str] = {"server": "bad", "auth": "bad", "lenient": "warn", "data": "warn"}


def finding_details(report: Report, finding: Finding, number: int) -> Element:
    """A finding to unfold; the first one stands open."""
    summary = element(
        "summary",
        element("h3", badge(finding.verdict), prose(words.cause(finding))),
        element(
            "p", element("code", finding.operation), f" · {_weight(report, finding)}", class_="small muted"
        ),
    )
    inside = element(
        "div", _facts(finding), *_document(report, finding), *_traffic(report, finding), class_="inside"
    )
    return element("details", summary, inside, id=f"finding-{number}", open="" if number == 1 else None)


def badge(verdict: Verdict) -> Element:
    """A verdict as a word in its tone."""
    return element("span", verdict, class_=f"badge {_TONES.get(verdict, 'note')}")


def prose(text: str) -> Element:
    """A sentence; what stands in backquotes as code."""
    pieces = text.split("`")
    return join(*(element("code", piece) if index % 2 else piece for index, piece in enumerate(pieces)))


def facts(rows: Iterable[tuple[str, Child]]) -> Element:
    """Names and values; those without a value are left out."""
    pairs = [join(element("dt", name), element("dd", value)) for name, value in rows if value]
    return element("dl", *pairs, class_="facts")


def _weight(report: Report, finding: Finding) -> str:
    seen = f"seen {words.times(finding.count)}"
    if finding.id in report.known:
        return f"{seen} · known from the baseline"
    if finding.id in report.expired:
        return f"{seen} · its entry in the baseline has expired"
    return seen if report.fails(finding) else f"{seen} · does not fail the run"


def _facts(finding: Finding) -> Element:
    where = f"{finding.place} {dotted(finding.path)}".strip()
    line = f":{finding.line}" if finding.line else ""
    return facts(
        (
            ("Where", element("code", where)),
            ("Rule", element("code", finding.rule)),
            (
                "Document",
                element("code", f"{finding.file}{line}{' #' if finding.pointer else ''}{finding.pointer}"),
            ),
            ("Expected", _value(finding.expected) if finding.expected is not None else None),
            ("Got", _value(finding.got) if _has_values(finding) else words.outcome(finding)),
            ("Verdict", join(badge(finding.verdict), words.MEANING[finding.verdict])),
            ("Proof", words.proof(finding)),
            ("Finding", element("code", finding.id)),
        )
    )


def _has_values(finding: Finding) -> bool:
    """Whether `got` is a value, be it null, and not merely left out."""
    return finding.got is not None or finding.expected is not None


def _value(value: JSON) -> Element:
    text = pretty(value)
    return element("code", text if len(text) <= _MAX_VALUE else text[:_MAX_VALUE] + "…")


def _document(report: Report, finding: Finding) -> Iterator[Element]:
    quotes = {(quote.file, quote.line): quote for api in report.apis for quote in api.quotes}
    quote = quotes.get((finding.file, finding.line or 0))
    if quote and finding.pointer:
        yield element("h4", f"{quote.file}, line {quote.line}")
        yield element("pre", *_lines(quote), class_="quote")


def _lines(quote: Quote) -> Iterator[Element]:
    for number, text in enumerate(dedent("\n".join(quote.lines)).split("\n"), quote.first):
        hit = number == quote.line
        mark = element("b", f"{number}{' ▸' if hit else ''}")
        yield element("span", mark, text or " ", class_="hit" if hit else None)


def _traffic(report: Report, finding: Finding) -> Iterator[Element]:
    cut = next((cut for api in report.apis for cut in api.cut if cut.finding == finding.id), None)
    yield element("h4", "Smallest request that shows it")
    yield element("pre", *_request(finding.request, cut))
    yield element("h4", "What came back")
    if isinstance(finding.response, Failure):
        yield element("pre", words.outcome(finding))
    else:
        yield element("pre", *_response(finding.response, cut))
    yield element("h4", "Try it again")
    if len(finding.curl) <= _MAX_CURL:
        yield element("p", words.to_set(finding), class_="small muted")
        yield element("pre", finding.curl)
    else:
        yield element("p", f"The command is {len(finding.curl)} characters long; it is in the JSON report.")


def _request(request: Request, cut: Cut | None) -> Iterator[Child]:
    query = f"?{request.query}" if request.query else ""
    yield element("strong", f"{request.method} {request.path}{query}"[:MAX_BODY])
    yield from _message(request.headers, request.body, cut.request if cut else len(request.body))


def _response(response: Response, cut: Cut | None) -> Iterator[Child]:
    yield element("strong", str(response.status))
    yield from _message(response.headers, response.body, cut.response if cut else len(response.body))


def _message(headers: Headers, body: bytes, length: int) -> Iterator[Child]:
    told = "".join(f"\n{name}: {value}" for name, value in headers)
    yield told[:MAX_BODY]
    if not body:
        yield "\n\n(no body)"
        return
    text = body_text(body, MAX_BODY)
    yield f"\n\n{text}"
    if length > len(body) or text.endswith("…"):
        yield element("em", f"\n({length} bytes in all)")
