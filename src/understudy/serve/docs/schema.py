"""A JSON Schema for people: what a value is, what bounds it, and what it is made of, to unfold."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from understudy.contract import pointer
from understudy.contract.document import Document
from understudy.errors import DocumentError
from understudy.html.markup import Child, Element, element, join
from understudy.html.text import pretty
from understudy.serve.docs.address import name_of, of_line, of_place
from understudy.serve.docs.lines import has_lines
from understudy.serve.docs.prose import prose
from understudy.types import JSON

_MAX_SCHEMAS = 400
"""How many schemas one page unfolds; where more follow there is a link."""
_MAX_DEPTH = 8
_MAX_LITERAL = 300
_OPEN_DEPTH = 2

_BOUNDS = (
    *("format", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "pattern", "contentMediaType", "contentEncoding"),
    *("minItems", "maxItems", "uniqueItems", "minContains", "maxContains"),
    *("minProperties", "maxProperties", "dependentRequired", "const", "enum", "default"),
)
_MARKS = ("deprecated", "readOnly", "writeOnly", "nullable")
_NAMED = {"properties": "", "patternProperties": "names like ", "dependentSchemas": "with "}
_LISTED = {"allOf": "all of", "oneOf": "one of", "anyOf": "any of", "prefixItems": "item"}
_SINGLE = {
    "items": "each item",
    "additionalProperties": "any other member",
    "contains": "at least one item",
    "propertyNames": "each name",
    "unevaluatedProperties": "members not told of",
    "unevaluatedItems": "items not told of",
    "contentSchema": "the JSON in the text",
    "not": "not",
    "if": "if",
    "then": "then",
    "else": "else",
}


@dataclass
class Budget:
    """How many schemas may still be unfolded on this page."""

    left: int = _MAX_SCHEMAS


@dataclass(frozen=True)
class View:
    """A document as one page looks at it; `within` are the components being unfolded, `depth` how deep."""

    document: Document
    budget: Budget = field(default_factory=Budget)
    within: tuple[str, ...] = ()
    depth: int = 0

    def object(self, place: str) -> tuple[str, dict[str, JSON]]:
        """Where the `$ref`s that start at a place end, and the object there; an empty one for all else."""
        try:
            place, node = self.document.follow(place)
        except DocumentError:
            return place, {}
        return place, node if isinstance(node, dict) else {}

    def schema(self, place: str) -> JSON:
        """What stands at a place; `True`, which allows anything, where nothing does."""
        try:
            return self.document.at(place)
        except DocumentError:
            return True

    def line(self, place: str) -> Element | None:
        """A link to the line of a place."""
        file, line = self.document.where(place)
        if line is None or not has_lines(self.document.texts.get(file, "")):
            return None
        return element(
            "a",
            f"line {line}",
            class_="line",
            href=of_line(self.document.name, file, line),
            title=f"{file}:{line}",
        )


class Told(NamedTuple):
    """What is said of a schema in a line, the link to the component that it is, and what stands below."""

    head: list[Child]
    component: Element | None
    body: list[Element]


def schema(view: View, place: str) -> Element:
    """The schema at a place, unfolded."""
    told = _told(view, place)
    head = element("p", *_spaced([*told.head, told.component]), class_="kind")
    return element("div", head, *told.body, class_="schema")


def _told(view: View, place: str) -> Told:
    node = view.schema(place)
    if not isinstance(node, dict):
        return Told([kind(node)], None, [])
    view.budget.left -= 1
    option = _only_option(node)
    if option is not None:  # a value that may be null is told as that value
        told = _told(view, pointer.join(place, *option))
        rest = {key: value for key, value in node.items() if key != option[0]}
        head = [*told.head, "or null", *_marks(rest)]
        return Told(head, told.component, [*told.body, *_below(view, rest, place)])
    if not isinstance(node.get("$ref"), str):
        head = [element("span", kind(node), class_="type"), *_marks(node)]
        return Told(head, None, _below(view, node, place))
    return _referred(view, node, place)


def _referred(view: View, node: dict[str, JSON], place: str) -> Told:
    """A `$ref`: what stands beside it, and the component itself, once."""
    try:
        target, found = view.document.follow(place)
    except DocumentError as error:
        return Told([element("span", str(error), class_="bad")], None, [])
    link = element("a", name_of(target), href=of_place(view.document.name, target), class_="name")
    head: list[Child] = [element("span", kind(found), class_="type"), *_marks(node), *_marks(found)]
    own = _below(view, {key: value for key, value in node.items() if key != "$ref"}, place)
    if target in view.within:
        return Told([*head, element("span", "as above", class_="muted")], link, own)
    if view.budget.left < 0 or view.depth > _MAX_DEPTH:
        return Told(head, link, own)
    inner = replace(view, within=(*view.within, target))
    return Told(head, link, [*own, *_below(inner, found, target)])


def _only_option(node: dict[str, JSON]) -> tuple[str, int] | None:
    """The keyword and index of the one option of a union whose others are null."""
    for keyword in ("anyOf", "oneOf"):
        options = node.get(keyword)
        if isinstance(options, list) and len(options) > 1:
            others = [index for index, option in enumerate(options) if option != {"type": "null"}]
            return (keyword, others[0]) if len(others) == 1 else None
    return None


def _marks(node: JSON) -> Iterator[Element]:
    for mark in _MARKS:
        if isinstance(node, dict) and node.get(mark) is True:
            yield element("span", mark, class_="badge note")


def kind(node: JSON) -> str:
    """What a value is, in a few words."""
    if not isinstance(node, dict):
        return "anything" if node is True else "nothing"
    types = node.get("type")
    if types == "array" and isinstance(node.get("items"), dict) and "$ref" not in node["items"]:
        return f"array of {kind(node['items'])}"
    if isinstance(types, str | list):
        return types if isinstance(types, str) else " or ".join(map(str, types))
    for keyword, words in _LISTED.items():
        if keyword in node:
            return words
    if "const" in node or "enum" in node:
        return "one of these"
    return "object" if "properties" in node else "array" if "items" in node else "anything"


def _below(view: View, node: JSON, place: str) -> list[Element]:
    if not isinstance(node, dict):
        return []
    found = [prose(node.get("description")), *_bounds(node), _rule(node), *_examples(node)]
    members = list(_members(replace(view, depth=view.depth + 1), node, place))
    if members:
        found.append(element("ul", *members, class_="members"))
    return [part for part in found if part is not None]


def _bounds(node: dict[str, JSON]) -> Iterator[Element]:
    chips = [
        element("span", f"{keyword} ", element("code", _bound(keyword, node[keyword])), class_="bound")
        for keyword in _BOUNDS
        if keyword in node
    ]
    if chips:
        yield element("p", *chips, class_="bounds")


def _bound(keyword: str, value: JSON) -> str:
    """A format or a pattern as it is; values as JSON."""
    is_value = keyword in ("const", "default") or not isinstance(value, str)
    return _literal(value) if is_value else value


def _rule(node: dict[str, JSON]) -> Element | None:
    rule = node.get("x-understudy-business-rule")
    return element("p", "Rule: ", str(rule), class_="rule") if rule else None


def _examples(node: dict[str, JSON]) -> Iterator[Element]:
    examples = node["examples"] if isinstance(node.get("examples"), list) else []
    for value in ([node["example"]] if "example" in node else [])[:1] + examples[:3]:
        yield element("p", "for example ", element("code", _literal(value)), class_="small")


def _literal(value: JSON) -> str:
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        text = ", ".join(map(pretty, value))
    else:
        text = pretty(value)
    return text if len(text) <= _MAX_LITERAL else text[:_MAX_LITERAL] + "…"


def _members(view: View, node: dict[str, JSON], place: str) -> Iterator[Element]:
    required = node.get("required")
    for keyword, words in _NAMED.items():
        found = node.get(keyword)
        for name in found if isinstance(found, dict) else ():
            is_required = keyword == "properties" and isinstance(required, list) and name in required
            yield _member(
                view, join(words, element("b", name)), pointer.join(place, keyword, name), is_required
            )
    for keyword, words in _LISTED.items():
        found = node.get(keyword)
        for index in range(len(found) if isinstance(found, list) else 0):
            yield _member(view, f"{words} ({index + 1})", pointer.join(place, keyword, index))
    for keyword, words in _SINGLE.items():
        if keyword in node and node[keyword] is not True:
            yield _member(view, words, pointer.join(place, keyword))


def _member(view: View, name: Child, place: str, is_required: bool = False) -> Element:
    told = _told(view, place)
    required = element("span", "required", class_="badge warn") if is_required else None
    line = _spaced([element("span", name, class_="member"), *told.head, required])
    # What can be followed stands outside of what can be unfolded.
    links = element("p", *_spaced([told.component, view.line(place)]), class_="links")
    if not told.body:
        return element("li", links, element("p", *line, class_="kind"))
    is_open = "" if view.depth <= _OPEN_DEPTH else None
    return element("li", links, element("details", element("summary", *line), *told.body, open=is_open))


def _spaced(pieces: list[Child]) -> Iterator[Child]:
    for piece in pieces:
        if piece:
            yield piece
            yield " "
