"""How the properties of a form travel: the encoding object (OpenAPI 3.1, section 4.8.15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from understudy.contract import mediatype, parameter, pointer
from understudy.contract.document import Document
from understudy.contract.fields import Field
from understudy.contract.parameter import Parameter
from understudy.types import JSON

DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_OF_STYLE = ("style", "explode", "allowReserved")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one property travels; by its type alone where nothing is declared."""

    pointer: str = ""
    media_types: tuple[str, ...] = ()
    """Those that its part may be of; none where the document does not say."""
    headers: tuple[Parameter, ...] = ()
    style: str = ""
    """Empty where the property does not travel as a query parameter would."""
    explode: bool = True

    @property
    def media_type(self) -> str:
        """The first media type that is no range, else the first; empty where none is declared."""
        named = (name for name in self.media_types if not mediatype.is_range(name))
        return next(named, next(iter(self.media_types), ""))

    @property
    def is_deep(self) -> bool:
        """Whether it is spread over names with brackets."""
        return self.style == "deepObject"

    @property
    def delimiter(self) -> str:
        """What joins the pieces of its one text; empty where it is not joined."""
        return "" if self.explode or not self.style else DELIMITERS.get(self.style, ",")

    def split(self, text: str, field: Field) -> JSON:
        """The list or the object that stands in one text."""
        pieces = text.split(self.delimiter) if text else []
        if "array" in field.types:
            return [field.items.read(piece) for piece in pieces]
        pairs = zip(pieces[::2], pieces[1::2], strict=False)
        return {name: field.member(name).read(piece) for name, piece in pairs}


PLAIN = Encoding()


def encodings(document: Document, content: str) -> Mapping[str, Encoding]:
    """The declared encodings of a `content` entry, by property."""
    node = document.at(content).get("encoding")
    declared = node if isinstance(node, dict) else {}
    return {
        name: _encoding(document, pointer.join(content, "encoding", name), one)
        for name, one in declared.items()
        if isinstance(one, dict)
    }


def _encoding(document: Document, place: str, node: Mapping[str, JSON]) -> Encoding:
    style = str(node.get("style") or "form") if any(keyword in node for keyword in _OF_STYLE) else ""
    media_type = str(node.get("contentType") or "")
    return Encoding(
        place,
        mediatype.listed(media_type) if media_type else (),
        _headers(document, place, node.get("headers") or ()),
        style,
        bool(node.get("explode", style in ("", "form", "deepObject"))),
    )


def _headers(document: Document, place: str, names: Sequence[str]) -> tuple[Parameter, ...]:
    return tuple(
        parameter.declare_header(document, pointer.join(place, "headers", name), name)
        for name in names
        if name.lower() != "content-type"
    )
