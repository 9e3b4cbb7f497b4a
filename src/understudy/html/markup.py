"""HTML and SVG elements, safe by construction: every text that is not an element is escaped."""

import html

from understudy.html.text import visible


class Element(str):
    """Markup that is complete and escaped."""

    __slots__ = ()


Child = Element | str | None

_VOID = frozenset(("br", "input", "link", "meta"))


def element(tag: str, /, *children: Child, **attributes: str | int | float | None) -> Element:
    """An element. `class_` is the attribute `class`, `aria_label` is `aria-label`; None leaves one out."""
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(child if isinstance(child, Element) else escape(child) for child in children if child)
    return Element(f"<{tag}{told}>" if tag in _VOID else f"<{tag}{told}>{inner}</{tag}>")


def escape(text: str) -> str:
    """Text for an element or an attribute; what hides or turns other text around is made visible."""
    return html.escape(visible(text))


def join(*children: Child) -> Element:
    """Elements and texts one after the other."""
    return Element(
        "".join(child if isinstance(child, Element) else escape(child) for child in children if child)
    )
