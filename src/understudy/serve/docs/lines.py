"""The lines of a document's files: a few around a place, or a page of them."""

from functools import lru_cache

from understudy.contract.document import Document
from understudy.html.text import visible
from understudy.types import JSON

_BEFORE, _AFTER = 3, 4
_MAX_LINE = 300
"""Characters shown of a line; a document can be one line of megabytes."""


def window(text: str, first: int, last: int) -> list[str]:
    """The lines from `first` to `last`, 1-based and inclusive, fit to be shown."""
    return [visible(line.rstrip("\r")[:_MAX_LINE]) for line in split(text)[max(0, first - 1) : last]]


def has_lines(text: str) -> bool:
    """Whether a line of the text says where something is: of all in one line it does not."""
    return "\n" in text.strip()


@lru_cache(maxsize=8)
def split(text: str) -> list[str]:
    """The lines of a text; those of a large one are asked for again and again."""
    return text.split("\n")


def quoted(document: Document, file: str, line: int) -> dict[str, JSON] | None:
    """The lines around one of a file: `first` is the number of the first of `lines`."""
    text = document.texts.get(file)
    if text is None or not has_lines(text):
        return None
    first = max(1, line - _BEFORE)
    return {"first": first, "lines": window(text, first, line + _AFTER)}
