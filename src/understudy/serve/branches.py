"""The branches of a reply: the options of the outermost union of its schema (oneOf, anyOf, several types).

The union is looked for at the root, then in the items of an array and in the properties of an envelope.
There one whose only other option is null is passed over: that is a value which may be absent.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from understudy.contract import pointer
from understudy.contract.schema import Schema
from understudy.types import JSON

_UNIONS = ("oneOf", "anyOf", "type")
_MAX_SCHEMAS = 1_000
"""How many schemas are looked at for a union."""


@dataclass(frozen=True, slots=True)
class Union:
    """Where the options are: `path` leads from the root of the schema to it, `$ref` being a hop."""

    path: tuple[str | int, ...]
    keyword: str
    options: tuple[JSON, ...]

    @property
    def names(self) -> list[str]:
        """What to call each option: its title, the component's name, or its type."""
        return [_name(option) for option in self.options]


class _Spot(NamedTuple):
    """A schema on the way; `is_whole` at the root, `may_enter` where properties are still looked into."""

    schema: JSON
    path: tuple[str | int, ...]
    is_whole: bool
    may_enter: bool


def union(schema: Schema) -> Union | None:
    """The outermost union of a schema; None where every reply is of one kind."""
    waiting = deque([_Spot({"$ref": schema.bundle["$ref"]}, (), True, True)])
    followed: set[str] = set()
    for _ in range(_MAX_SCHEMAS):
        if not waiting:
            break
        spot = waiting.popleft()
        if isinstance(spot.schema, dict):
            keyword = next((word for word in _UNIONS if _is_union(spot, word)), None)
            if keyword is not None:
                return Union(spot.path, keyword, tuple(spot.schema[keyword]))
            waiting.extend(_below(spot, schema.bundle, followed))
    return None


def narrowed(schema: Schema, found: Union, index: int) -> Iterator[dict[str, JSON]]:
    """Schemas of a reply of one branch, the likelier first; all else is as it was.

    The first leaves one option of the union; the second keeps them all and asks for that one besides, for
    options that a value could satisfy together.
    """
    node = pointer_to(schema.bundle, found.path)
    option = found.options[index]
    yield _rewritten(schema.bundle, found.path, {**node, found.keyword: [option]})
    if found.keyword != "type":
        yield _rewritten(schema.bundle, found.path, {**node, "allOf": [*node.get("allOf", ()), option]})


def pointer_to(bundle: Mapping[str, JSON], path: tuple[str | int, ...]) -> dict[str, JSON]:
    """The schema at the end of a path through a bundle."""
    node: JSON = {"$ref": bundle["$ref"]}
    for step in path:
        node = _target(bundle, node["$ref"]) if step == "$ref" else node[step]
    return node  # type: ignore[no-any-return]


def _rewritten(bundle: dict[str, JSON], path: tuple[str | int, ...], node: JSON) -> dict[str, JSON]:
    """The bundle with another schema at the end of the path: what the path passes is copied, so that the
    same component stays as it is everywhere else."""
    copies: dict[str, JSON] = {}

    def copy(here: JSON, steps: tuple[str | int, ...]) -> JSON:
        if not steps:
            return node
        first, rest = steps[0], steps[1:]
        if first == "$ref":
            name = f"branch-{len(steps)}"
            copies[name] = copy(_target(bundle, here["$ref"]), rest)
            return {**here, "$ref": f"#/$defs/{name}"}
        if isinstance(here, list):
            return [copy(item, rest) if index == first else item for index, item in enumerate(here)]
        return {**here, first: copy(here[first], rest)}

    root = copy({"$ref": bundle["$ref"]}, path)
    return {**root, "$defs": {**bundle["$defs"], **copies}}


def _is_union(spot: _Spot, keyword: str) -> bool:
    options = spot.schema.get(keyword)
    if not isinstance(options, list) or len(options) < 2:
        return False
    if spot.is_whole:
        return True
    things = [
        option for option in options if isinstance(option, dict) and {"$ref", "properties"} & set(option)
    ]
    return bool(things) and sum(not _is_null(option) for option in options) > 1


def _below(spot: _Spot, bundle: Mapping[str, JSON], followed: set[str]) -> Iterator[_Spot]:
    schema, path, is_whole, may_enter = spot
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in followed:
        followed.add(reference)
        yield _Spot(_target(bundle, reference), (*path, "$ref"), is_whole, may_enter)
    parts = schema.get("allOf")
    for index, part in enumerate(parts if isinstance(parts, list) else ()):
        yield _Spot(part, (*path, "allOf", index), is_whole, may_enter)
    if "items" in schema:
        yield _Spot(schema["items"], (*path, "items"), False, may_enter)
    properties = schema.get("properties")
    if may_enter and isinstance(properties, dict):
        for name, member in properties.items():
            yield _Spot(member, (*path, "properties", name), False, False)


def _target(bundle: Mapping[str, JSON], reference: str) -> JSON:
    return pointer.walk(bundle, pointer.tokens(pointer.from_fragment(reference[1:])))


def _is_null(option: JSON) -> bool:
    return option == "null" or (isinstance(option, dict) and option.get("type") == "null")


def _name(option: JSON) -> str:
    if isinstance(option, str):
        return option
    if not isinstance(option, dict):
        return "anything" if option else "nothing"
    if isinstance(option.get("title"), str):
        return str(option["title"])
    if isinstance(option.get("$ref"), str):
        return pointer.tokens(pointer.tokens(pointer.from_fragment(option["$ref"][1:]))[-1])[-1]
    kinds = option.get("type", "anything")
    return kinds if isinstance(kinds, str) else " or ".join(map(str, kinds))
