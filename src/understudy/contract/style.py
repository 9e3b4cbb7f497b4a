"""What the texts of a parameter mean, by style, explode and location (OpenAPI 3.1, section 4.8.12.3)."""

from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal
from urllib.parse import quote, unquote, unquote_plus

from understudy.contract.deep import read_deep
from understudy.contract.fields import Field
from understudy.types import JSON

Location = Literal["path", "query", "header", "cookie"]
Pieces = Sequence[str]


@dataclass(frozen=True, slots=True)
class Style:
    """How lists and objects are written. `lead` stands before all, `joint` between items."""

    joint: str
    exploded: str
    """What stands between items with explode."""
    lead: str = ""
    is_encoded: bool = False
    """Whether the joint travels percent-encoded, so that no item can have it."""


STYLES: Mapping[str, Style] = {
    "simple": Style(",", ","),
    "label": Style(",", ".", lead="."),
    "matrix": Style(",", ";", lead=";"),
    "form": Style(",", "&"),
    "cookie": Style(",", "; "),
    "spaceDelimited": Style(" ", "&", is_encoded=True),
    "pipeDelimited": Style("|", "&", is_encoded=True),
    "tabDelimited": Style("\t", "&", is_encoded=True),
    "deepObject": Style(",", "&"),
}
"""By name. `tabDelimited` is Swagger's `tsv`, which OpenAPI 3 has no name for."""

_DELIMITED = ("spaceDelimited", "pipeDelimited", "tabDelimited")
ALLOWED: Mapping[Location, tuple[str, ...]] = {
    "path": ("simple", "label", "matrix", *_DELIMITED),
    "query": ("form", "deepObject", *_DELIMITED),
    "header": ("simple", *_DELIMITED),
    "cookie": ("form", "cookie", *_DELIMITED),
}
"""The styles of each location, the customary one first."""


class Misspelt(ValueError):
    """The text is not written in the style of its parameter."""


@dataclass(frozen=True)
class Styled:
    """A parameter as far as its style goes."""

    name: str
    location: Location
    style: str
    explode: bool
    field: Field
    allow_reserved: bool = False

    @cached_property
    def is_array(self) -> bool:
        return "array" in self.field.types

    @cached_property
    def is_object(self) -> bool:
        return "object" in self.field.types and "string" not in self.field.types

    @cached_property
    def is_in_pairs(self) -> bool:
        """Whether a list or an object comes as several pairs of a query or several cookies."""
        return self.style == "deepObject" or (self.explode and self.location in ("query", "cookie"))

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The names of the members that an object's schema has."""
        leaves = self.field.alternatives
        return tuple(dict.fromkeys(name for leaf, _ in leaves for name in leaf.get("properties", ())))

    @cached_property
    def is_free_form(self) -> bool:
        """Whether members of any name belong to the object (OpenAPI 3.1, section 4.8.12.4)."""
        return any(_is_free_form(leaf) for leaf, _ in self.field.alternatives)

    def decoded(self, text: str) -> str:
        """A text without its percent-encoding, in the places that have it."""
        if self.location == "header" or self.style == "cookie":
            return text
        return unquote_plus(text) if self._plus_is_space else unquote(text)

    def loosened(self, text: str) -> str:
        """A text decoded once, and so written that decoding it again changes nothing more."""
        if "%" not in text and not (self._plus_is_space and "+" in text):
            return text
        return self.decoded(text).replace("%", "%25").replace("+", "%2B" if self._plus_is_space else "+")

    @property
    def _plus_is_space(self) -> bool:
        return self.location == "query" and not self.allow_reserved


def readings(styled: Styled, texts: Pieces) -> Iterator[JSON]:
    """What the texts of one parameter may mean: first by its style, then as clients write it that encode all.

    These percent-encode the delimiters as well, which then look like a part of the value. Raises Misspelt.
    """
    loose = [styled.loosened(text) for text in texts]
    if loose == texts:
        yield _read(styled, texts)
        return
    try:
        yield _read(styled, texts)
    except Misspelt:
        yield _read(styled, loose)
        return
    with suppress(Misspelt):
        yield _read(styled, loose)


def _read(styled: Styled, texts: Pieces) -> JSON:
    if styled.is_array:
        return _list(styled, _items(styled, texts))
    if styled.is_object and not styled.is_in_pairs:
        return _object(styled, texts)
    scalars = [styled.decoded(_bare(styled, text)) for text in texts]
    return styled.field.read_all(scalars) if styled.location == "query" else styled.field.read(scalars[0])


def _list(styled: Styled, pieces: Pieces) -> JSON:
    if len(pieces) == 1 and "string" in styled.field.types:
        return styled.field.read(pieces[0])
    return [styled.field.items.read(piece) for piece in pieces]


def _items(styled: Styled, texts: Pieces) -> Pieces:
    """The decoded items of a list."""
    if styled.is_in_pairs:
        return [styled.decoded(text) for text in texts]
    if styled.explode and styled.style == "matrix":
        return [
            styled.decoded(_named(styled, piece)) for piece in _whole(styled, texts[0]).split(";") if piece
        ]
    return _split(styled, texts, _joint(styled, texts))


def _joint(styled: Styled, texts: Pieces) -> str:
    """What stands between items. Label has dots without explode too: OpenAPI up to 3.0.3 writes it so."""
    style = STYLES[styled.style]
    with_dots = styled.style == "label" and not any("," in text for text in texts)
    return style.exploded if with_dots or (styled.style == "label" and styled.explode) else style.joint


def _split(styled: Styled, texts: Pieces, joint: str) -> Pieces:
    whole = [_bare(styled, text) for text in texts]
    if STYLES[styled.style].is_encoded:
        split = [styled.decoded(text).split(joint) for text in whole if text]
    else:
        split = [[styled.decoded(piece) for piece in text.split(joint)] for text in whole if text]
    pieces = chain.from_iterable(split)
    return [piece.strip() for piece in pieces] if styled.location == "header" else list(pieces)


def _object(styled: Styled, texts: Pieces) -> JSON:
    if styled.explode:
        return _members(styled, _exploded_members(styled, texts))
    pieces = _split(styled, texts, _joint(styled, texts))
    if len(pieces) % 2:
        raise Misspelt
    return _members(styled, zip(pieces[::2], pieces[1::2], strict=True))


def _exploded_members(styled: Styled, texts: Pieces) -> Iterator[tuple[str, str]]:
    joint = "," if styled.location == "header" else STYLES[styled.style].exploded
    for piece in joint.join(_whole(styled, text) for text in texts).split(joint):
        name, equals, value = (
            piece.strip().partition("=") if styled.location == "header" else piece.partition("=")
        )
        if equals:
            yield styled.decoded(name), styled.decoded(value)
        elif name:
            raise Misspelt


def _members(styled: Styled, pairs: Iterator[tuple[str, str]]) -> JSON:
    return {name: styled.field.member(name).read(value) for name, value in pairs}


def _whole(styled: Styled, text: str) -> str:
    """The text without what its style puts before it. Raises Misspelt where that is missing."""
    lead = STYLES[styled.style].lead
    if not text.startswith(lead):
        raise Misspelt
    return text[len(lead) :]


def _bare(styled: Styled, text: str) -> str:
    """The text of a value that is written in one, without the lead and, of matrix, the name."""
    return _named(styled, _whole(styled, text)) if styled.style == "matrix" else _whole(styled, text)


def _named(styled: Styled, text: str) -> str:
    name, _, value = text.partition("=")
    if styled.decoded(name) != styled.name:
        raise Misspelt
    return value


def object_in_pairs(styled: Styled, sent: Mapping[str, Pieces], claimed: Container[str]) -> JSON:
    """The object whose members are pairs of their own; None where none was sent.

    One of a free form takes every name that no other parameter claims.
    """
    found = {
        name: [styled.decoded(text) for text in sent[name]]
        for name in sent
        if name in styled.members or (styled.is_free_form and name.partition("[")[0] not in claimed)
    }
    return {name: styled.field.member(name).read_all(texts) for name, texts in found.items()} or None


def _is_free_form(leaf: Mapping[str, JSON]) -> bool:
    """Whether members of any name belong to the object: it says so, or names none itself."""
    return bool(leaf.get("additionalProperties", leaf.get("type") == "object" and "properties" not in leaf))


def deep_value(styled: Styled, sent: Mapping[str, Pieces]) -> JSON:
    """What the pairs `name[a][b]=1` make; None where none was sent."""
    start = f"{styled.name}["
    texts = {key: [styled.decoded(text) for text in sent[key]] for key in sent if key.startswith(start)}
    return read_deep(styled.name, texts, styled.field) if texts else None


def spelling(styled: Styled) -> str:
    """How a value of the parameter is written, for people: with the values 1 and 2."""
    if styled.is_object:
        return _object_spelling(styled, styled.members[:2] or ("a", "b"))
    style, name = STYLES[styled.style], styled.name
    if styled.is_array and (styled.is_in_pairs or (styled.explode and styled.style == "matrix")):
        return style.lead + _between(styled).join((f"{name}=1", f"{name}=2"))
    joint = style.exploded if styled.explode and styled.style == "label" else style.joint
    return _assigned(styled) + (_escaped(joint).join("12") if styled.is_array else "1")


def _object_spelling(styled: Styled, members: Pieces) -> str:
    style, name = STYLES[styled.style], styled.name
    numbered = [(member, str(number)) for number, member in enumerate(members, 1)]
    if styled.style == "deepObject":
        return "&".join(f"{name}[{member}]={number}" for member, number in numbered)
    if styled.explode:
        return style.lead + _between(styled).join(f"{member}={number}" for member, number in numbered)
    return _assigned(styled) + _escaped(style.joint).join(chain.from_iterable(numbered))


def _assigned(styled: Styled) -> str:
    """What stands before a value that is one text."""
    if styled.location in ("query", "cookie"):
        return f"{styled.name}="
    return f";{styled.name}=" if styled.style == "matrix" else STYLES[styled.style].lead


def _between(styled: Styled) -> str:
    """What stands between exploded items. In a cookie `form` is written as cookies are."""
    return "; " if styled.location == "cookie" else STYLES[styled.style].exploded


def _escaped(joint: str) -> str:
    return joint if joint == "," else quote(joint, safe=".")
