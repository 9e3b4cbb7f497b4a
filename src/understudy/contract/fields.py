"""Text read by a schema: form parts and parameters come as strings and mean integers, lists, null ..."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from understudy.contract import jsontext, pointer
from understudy.contract.schema import Schema
from understudy.types import JSON

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,399})(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,3})?")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,399})(?:\.0{1,400})?")
_EMPTY: dict[str, JSON] = {}
_BOOLEANS = {"true": True, "false": False}


@dataclass(frozen=True)
class Field:
    """What a schema lets a text stand for. `place` is the pointer of the schema in the document."""

    schema: Schema
    node: JSON
    place: str

    @cached_property
    def alternatives(self) -> tuple[tuple[dict[str, JSON], str], ...]:
        """The schema objects without anyOf, oneOf or allOf that the schema leads to, and their pointers."""
        return tuple(_leaves(self.schema, self.node, self.place))

    @cached_property
    def types(self) -> frozenset[str]:
        """The JSON types that the schema may take; all of them when it does not say."""
        return frozenset(name for leaf, _ in self.alternatives for name in _types(leaf))

    @cached_property
    def is_binary(self) -> bool:
        """Whether the schema is of a file: `format: binary`, or 3.1's bare media type."""
        return any(
            leaf.get("format") == "binary"
            or ("contentMediaType" in leaf and "contentEncoding" not in leaf and not _is_json_text(leaf))
            for leaf, _ in self.alternatives
        )

    @cached_property
    def json_content(self) -> tuple[JSON, str] | None:
        """The `contentSchema` of a string that holds JSON, and its pointer."""
        for leaf, place in self.alternatives:
            if _is_json_text(leaf) and "contentSchema" in leaf:
                return leaf["contentSchema"], pointer.join(place, "contentSchema")
        return None

    @cached_property
    def items(self) -> "Field":
        """How the items of a list are read."""
        for leaf, place in self.alternatives:
            if "items" in leaf:
                return Field(self.schema, leaf["items"], pointer.join(place, "items"))
        return Field(self.schema, True, self.place)

    def member(self, name: str) -> "Field":
        """How the member `name` of an object is read."""
        for leaf, place in self.alternatives:
            properties = leaf.get("properties", _EMPTY)
            if name in properties:
                return Field(self.schema, properties[name], pointer.join(place, "properties", name))
            if isinstance(leaf.get("additionalProperties"), dict):
                return Field(
                    self.schema, leaf["additionalProperties"], pointer.join(place, "additionalProperties")
                )
        return Field(self.schema, True, self.place)

    def read(self, text: str) -> JSON:
        """The value that one text stands for; the text itself where the schema takes no better reading."""
        if not self.types:
            return text
        if text == "" and "null" in self.types:
            return None
        if self.types & {"array", "object"} and text[:1] in ("[", "{"):
            found, value = self._read_json(text)
            if found:
                return value
        if "string" in self.types:
            return text
        return self._read_scalar(text)

    def read_all(self, texts: Sequence[str]) -> JSON:
        """The value of a field that was sent once for each text: a list when it came more than once."""
        if len(texts) > 1:
            return [self.items.read(text) if "array" in self.types else self.read(text) for text in texts]
        return self.read(texts[0])

    @property
    def _number(self) -> re.Pattern[str]:
        return _NUMBER if "number" in self.types else _INTEGER

    def _read_scalar(self, text: str) -> JSON:
        if text in _BOOLEANS and "boolean" in self.types:
            return _BOOLEANS[text]
        if self.types & {"integer", "number"} and self._number.fullmatch(text):
            return _number(text)
        if "array" in self.types:
            return [self.items.read(text)]
        return text

    def _read_json(self, text: str) -> tuple[bool, JSON]:
        """Whether a text is JSON of a type the schema takes, and its value.

        A schema that takes strings too reads only a list whose items have the type that its items want.
        """
        try:
            value = jsontext.loads(text.encode())
        except (jsontext.JsonError, UnicodeEncodeError):
            return False, None
        if isinstance(value, dict):
            return "object" in self.types, value
        if not isinstance(value, list) or "array" not in self.types:
            return False, None
        wanted = self.items.types
        fits = not wanted or all(_type(item) in wanted for item in value)
        return fits or "string" not in self.types, value


def _number(text: str) -> JSON:
    try:
        return jsontext.loads(text.encode())
    except jsontext.JsonError:
        return text


def _type(value: JSON) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "integer" if isinstance(value, int) else "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return "null"


def _types(leaf: dict[str, JSON]) -> list[str]:
    declared = leaf.get("type")
    if isinstance(declared, str):
        return [declared, "integer"] if declared == "number" else [declared]
    if isinstance(declared, list):
        return declared
    if "const" in leaf:
        return [_type(leaf["const"])]
    if isinstance(leaf.get("enum"), list):
        return [_type(value) for value in leaf["enum"]]
    return []


def _is_json_text(leaf: dict[str, JSON]) -> bool:
    return str(leaf.get("contentMediaType", "")).startswith("application/json")


def _leaves(schema: Schema, node: JSON, place: str) -> Iterator[tuple[dict[str, JSON], str]]:
    """A schema and its branches, each once: they may lead back to where they began."""
    seen: set[str] = set()
    waiting = [(node, place)]
    while waiting:
        node, place = schema.resolved(*waiting.pop())
        if not isinstance(node, dict) or place in seen:
            continue
        seen.add(place)
        yield node, place
        waiting += reversed(
            [
                (branch, pointer.join(place, keyword, index))
                for keyword in ("allOf", "anyOf", "oneOf")
                for index, branch in enumerate(node.get(keyword, ()))
            ]
        )
