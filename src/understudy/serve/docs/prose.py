"""Descriptions, which are CommonMark, as markup: formatting alone, never a document's own HTML or images."""

from functools import cache

from markdown_it import MarkdownIt

from understudy.html.markup import Element
from understudy.html.text import visible

_MAX_TEXT = 50_000


@cache
def _markdown() -> MarkdownIt:
    """HTML in a text is shown as text; links lead to web pages only, and images are shown as their words."""
    made = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table").disable("image")
    made.validateLink = lambda url: url.startswith(("https://", "http://"))  # type: ignore[method-assign]
    return made


def prose(text: object) -> Element | None:
    """A description; None where there is none."""
    if not isinstance(text, str) or not text.strip():
        return None
    return Element(f'<div class="prose">{_markdown().render(visible(text[:_MAX_TEXT]))}</div>')
