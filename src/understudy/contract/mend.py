"""Malformed spots of a document made harmless where it is read, so that one never takes the others down.

Here the objects of OpenAPI are held against what each member has to be; `mend_schema` does the same with the
objects of JSON Schema. What is wrong is left out or read as it was most likely meant, and told.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from understudy.contract import pointer
from understudy.contract.mend_schema import Fault
from understudy.types import JSON

Node = dict[str, JSON]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
LOCATIONS = ("path", "query", "header", "cookie", "querystring")
_MAX_HOPS = 64


class _Member(NamedTuple):
    """What stands under a name: one object of a kind, a list of them, or a map."""

    kind: str
    holder: type = object


def _map(kind: str) -> _Member:
    return _Member(kind, dict)


def _list(kind: str) -> _Member:
    return _Member(kind, list)


_DESCRIBED = {"schema": _Member("schema"), "content": _map("media type"), "examples": _map("example")}
_KINDS: Mapping[str, Mapping[str, _Member]] = {
    "document": {
        "paths": _map("path item"),
        "components": _Member("components"),
        "security": _list("requirement"),
        "servers": _list("server"),
        "tags": _list("tag"),
    },
    "components": {
        "schemas": _map("schema"),
        "parameters": _map("parameter"),
        "headers": _map("header"),
        "responses": _map("response"),
        "requestBodies": _map("request body"),
        "securitySchemes": _map("security scheme"),
        "examples": _map("example"),
        "links": _map("link"),
    },
    "path item": {
        **dict.fromkeys(METHODS, _Member("operation")),
        "additionalOperations": _map("operation"),
        "parameters": _list("parameter"),
        "servers": _list("server"),
    },
    "operation": {
        "parameters": _list("parameter"),
        "requestBody": _Member("request body"),
        "responses": _map("response"),
        "security": _list("requirement"),
        "servers": _list("server"),
    },
    "parameter": _DESCRIBED,
    "header": _DESCRIBED,
    "request body": {"content": _map("media type")},
    "response": {
        "headers": _map("header"),
        "content": _map("media type"),
        "links": _map("link"),
    },
    "media type": {
        "schema": _Member("schema"),
        "itemSchema": _Member("schema"),
        "examples": _map("example"),
        "encoding": _map("encoding"),
    },
    "encoding": {"headers": _map("header")},
}
_LEFT_OUT = frozenset(
    (
        "operation",
        "parameter",
        "header",
        "requirement",
        "server",
        "tag",
        "security scheme",
        "link",
        "encoding",
    )
)
"""Kinds of which an empty one would mean something; what is wrong in another's place is read as empty."""


@dataclass(frozen=True, slots=True)
class Mended:
    """The document with its malformed spots made harmless, and what they were."""

    root: Node
    faults: list[Fault]
    """By where they stand in the document as it was."""
    moves: Mapping[str, str]
    """Where something stood that stands elsewhere now."""
    schemas: list[str]
    """The places of all schemas that stand in no other one."""


def mended(root: Node) -> Mended:
    """`root` itself is left as it is; what is well formed in it is shared."""
    mending = _Mending(root)
    return Mended(mending.object(root, "document", ""), mending.faults, mending.moves, mending.schemas)


@dataclass(frozen=True, slots=True)
class _Mending:
    root: Node
    faults: list[Fault] = field(default_factory=list)
    moves: dict[str, str] = field(default_factory=dict)
    schemas: list[str] = field(default_factory=list)

    def object(self, node: Node, kind: str, place: str) -> Node:
        """An object of a kind with what is wrong inside it mended."""
        changes: Node = {}
        for name, member in _KINDS.get(kind, {}).items():
            if name in node:
                value = self._member(node[name], member, pointer.join(place, name))
                if value is not node[name]:
                    changes[name] = value
        if changes:
            node = {name: value for name, value in {**node, **changes}.items() if value is not _NOTHING}
        finish = _FINISHES.get(kind)
        return finish(self, node, place) if finish else node

    def _member(self, value: JSON, member: _Member, place: str) -> JSON:
        if member.holder is list:
            return self._items(value, member.kind, place)
        if member.holder is not dict:
            return self._one(value, member.kind, place)
        if not isinstance(value, dict):
            self.tell(place, f"an object is expected, not {_named(value)}")
            return {}
        return self._values(value, member.kind, place)

    def _values(self, node: Node, kind: str, place: str) -> Node:
        made = {
            name: value if name.startswith("x-") else self._one(value, kind, pointer.join(place, name))
            for name, value in node.items()
        }
        if all(made[name] is node[name] for name in node):
            return node
        return {name: value for name, value in made.items() if value is not _NOTHING}

    def _items(self, value: JSON, kind: str, place: str) -> JSON:
        if not isinstance(value, list):
            self.tell(place, f"an array is expected, not {_named(value)}")
            value = [value] if isinstance(value, dict) else []
        wrong = {index: self._fault(item, kind) for index, item in enumerate(value)}
        for index, fault in wrong.items():
            if fault:
                self.tell(pointer.join(place, index), f"{fault}; left out")
        kept = [index for index, fault in wrong.items() if not fault]
        for index, before in enumerate(kept):
            if index != before:
                self.moves[pointer.join(place, index)] = pointer.join(place, before)
        made = [
            self._sound(value[before], kind, pointer.join(place, index)) for index, before in enumerate(kept)
        ]
        return value if len(made) == len(value) and all(map(operator.is_, made, value)) else made

    def _one(self, node: JSON, kind: str, place: str) -> JSON:
        """One object of a kind; nothing where it has to be left out."""
        fault = self._fault(node, kind)
        if not fault:
            return self._sound(node, kind, place)
        does = "left out" if kind in _LEFT_OUT else "read as empty"
        self.tell(place, f"{fault}; {does}")
        return _NOTHING if kind in _LEFT_OUT else {}

    def _sound(self, node: JSON, kind: str, place: str) -> JSON:
        """An object of which only the inside may be wrong."""
        if kind == "schema":
            self.schemas.append(place)
            return node
        return node if "$ref" in node else self.object(node, kind, place)

    def _fault(self, node: JSON, kind: str) -> str | None:
        """What is wrong with an object of a kind, without a look inside."""
        if kind == "schema":
            return None if isinstance(node, dict | bool) else f"a schema is expected, not {_named(node)}"
        if not isinstance(node, dict):
            return f"{_article(kind)} is expected, not {_named(node)}"
        if "$ref" in node:
            return self._dangling(node["$ref"])
        return _misplaced(node) if kind == "parameter" else None

    def _dangling(self, ref: JSON) -> str | None:
        """Why a `$ref` leads to no object. What lies in another file shows when it is read."""
        for _ in range(_MAX_HOPS):
            if not isinstance(ref, str):
                return f"$ref is a string, not {_named(ref)}"
            if not ref.startswith("#"):
                return None
            try:
                node = pointer.walk(self.root, pointer.tokens(pointer.from_fragment(ref[1:])))
            except (LookupError, ValueError):
                return f"nothing stands at {ref}"
            if not isinstance(node, dict):
                return f"{ref} is {_named(node)}"
            if "$ref" not in node:
                return None
            ref = node["$ref"]
        return "$refs that lead in a circle"

    def tell(self, place: str, message: str) -> None:
        self.faults.append(Fault(pointer.moved(place, self.moves), message))

    def responses(self, node: Node, place: str) -> Node:
        """An operation whose responses have statuses that can be."""
        declared = node.get("responses")
        if not isinstance(declared, dict):
            return node
        kept = dict(self._statuses(declared, pointer.join(place, "responses")))
        return node if kept.keys() == declared.keys() else {**node, "responses": kept}

    def _statuses(self, declared: Node, place: str) -> Iterator[tuple[str, JSON]]:
        for status, response in declared.items():
            known = status.upper() if _is_range(status) else status
            if known != status:
                self.moves[pointer.join(place, known)] = pointer.join(place, status)
            if _is_status(known) or status.startswith("x-"):
                yield known, response
            else:
                told = f"{status!r} is no status: one such as 200, 2XX or default is expected; left out"
                self.tell(pointer.join(place, status), told)

    def described(self, node: Node, place: str) -> Node:
        """A parameter or header with a schema; keywords that stand beside it, as in 2.0, are its schema."""
        if "schema" in node or node.get("content"):
            return node
        self.tell(place, "neither schema nor content; its own keywords are taken for its schema")
        self.moves[pointer.join(place, "schema")] = place
        return {**node, "schema": {name: node[name] for name in _OF_A_SCHEMA if name in node}}

    def paths(self, node: Node, _place: str) -> Node:
        """The document with its paths, each with a slash in front."""
        paths = node.get("paths")
        if not isinstance(paths, dict):
            return node
        slashless = [path for path in paths if not path.startswith(("/", "x-"))]
        for path in slashless:
            self.tell(pointer.join("/paths", path), f"a path begins with a slash; served as /{path}")
            self.moves[pointer.join("/paths", f"/{path}")] = pointer.join("/paths", path)
        if not slashless:
            return node
        named = {f"/{path}" if path in slashless else path: item for path, item in paths.items()}
        return {**node, "paths": named}


_NOTHING = object()
_OF_A_SCHEMA = ("type", "format", "items", "enum", "default", "pattern", "minimum", "maximum", "example")
_FINISHES: Mapping[str, Callable[[_Mending, Node, str], Node]] = {
    "document": _Mending.paths,
    "operation": _Mending.responses,
    "parameter": _Mending.described,
    "header": _Mending.described,
}


def _misplaced(node: Node) -> str | None:
    if not isinstance(node.get("name"), str):
        return "a parameter without a name"
    if node.get("in") not in LOCATIONS:
        return f"a parameter is in path, query, header or cookie, not {node.get('in')!r}"
    return None


def _is_status(status: str) -> bool:
    return status == "default" or (len(status) == 3 and (status.isdecimal() or _is_range(status)))


def _is_range(status: str) -> bool:
    return len(status) == 3 and status[0] in "12345" and status[1:].upper() == "XX"


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeio" else f"a {kind}"


def _named(value: JSON) -> str:
    """What a value is, as a message says it."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    return repr(value[:40]) if isinstance(value, str) else str(value)
