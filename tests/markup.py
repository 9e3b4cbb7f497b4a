"""HTML read by a parser that is not ours."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"meta", "br", "link", "img", "hr", "input"}
Attributes = list[tuple[str, str | None]]


class Reader(HTMLParser):
    """Elements, texts by the element they are in, and whether every element is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def having(self, name: str) -> Iterator[tuple[str, str]]:
        """Tag and value of every element with an attribute."""
        for tag, attributes in self.elements:
            if attributes.get(name) is not None:
                yield tag, str(attributes[name])
