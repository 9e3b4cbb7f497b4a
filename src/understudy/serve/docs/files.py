"""The lines of a document's files, a page of them around the one that is looked for."""

from collections.abc import Iterator

from understudy.html.markup import Child, Element, element
from understudy.serve.docs import lines
from understudy.serve.docs.address import of_line
from understudy.serve.fake import Played

_WINDOW = 400
"""Lines on one page."""


def around(played: Played, name: str, wanted: int) -> Iterator[Child]:
    """The page's parts: the lines of the file `name` around a line."""
    document = played.contract.document
    text = document.texts[name]
    total = len(lines.split(text))
    wanted = min(max(1, wanted), total)
    first = max(1, wanted - _WINDOW // 2)
    last = min(total, first + _WINDOW - 1)
    yield element("h1", element("code", name))
    others = [file for file in document.texts if file != name]
    if others:
        links = [element("li", element("a", file, href=of_line(document.name, file, 1))) for file in others]
        yield element("p", "Files read with it:", class_="small muted")
        yield element("ul", *links, class_="small")
    yield element(
        "p", f"Lines {first} to {last} of {total}", *_turns(document.name, name, first, last, total)
    )
    shown = enumerate(lines.window(text, first, last), first)
    rows = [_line(number, line, number == wanted) for number, line in shown]
    yield element("pre", *rows, class_="quote source", tabindex=0, aria_label=f"Lines of {name}")


def _turns(api: str, name: str, first: int, last: int, total: int) -> Iterator[Child]:
    if first > 1:
        yield " · "
        yield element("a", "before", href=of_line(api, name, max(1, first - _WINDOW // 2)))
    if last < total:
        yield " · "
        yield element("a", "after", href=of_line(api, name, min(total, last + _WINDOW // 2)))


def _line(number: int, text: str, is_wanted: bool) -> Element:
    mark = element("b", f"{number}{' ▸' if is_wanted else ''}")
    return element("span", mark, text or " ", id=f"line-{number}", class_="hit" if is_wanted else None)
