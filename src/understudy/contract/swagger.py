"""Swagger 2.0 in the terms of OpenAPI 3.0.

Only what 3.0 says at another place is written anew: parameters, bodies, responses, security schemes and
servers. `definitions` stay where they are, so that every `$ref` to one still leads there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from understudy.contract import pointer
from understudy.types import JSON

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_MULTIPART = "multipart/form-data"
_URLENCODED = "application/x-www-form-urlencoded"
_JSON = "application/json"
_FLOWS = {"application": "clientCredentials", "accessCode": "authorizationCode"}
_STYLES: Mapping[str, Mapping[str, JSON]] = {
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "tsv": {"style": "tabDelimited", "explode": False},
    "multi": {"style": "form", "explode": True},
}
# What a parameter object holds beside its schema.
_OF_THE_PARAMETER = frozenset(
    ("name", "in", "required", "description", "collectionFormat", "allowEmptyValue")
)
_MAX_HOPS = 64

Node = dict[str, JSON]


@dataclass(frozen=True, slots=True)
class Converted:
    """The document as OpenAPI 3.0. `moves` says of each rewritten pointer where the author wrote it."""

    root: Node
    moves: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Written:
    """One parameter as its author wrote it, and where."""

    place: str
    node: Node

    @property
    def schema(self) -> Node:
        """Its schema; who says that it may not be empty says how long it is."""
        schema = {name: value for name, value in self.node.items() if name not in _OF_THE_PARAMETER}
        is_full = self.node.get("allowEmptyValue") is False and self.node.get("type") == "string"
        return {"minLength": 1, **schema} if is_full else schema


def convert(root: Node) -> Converted:
    """The document in the terms of 3.0; `root` is left as it is."""
    return _Conversion(root).converted()


@dataclass(frozen=True, slots=True)
class _Conversion:
    root: Node
    moves: dict[str, str] = field(default_factory=dict)

    def converted(self) -> Converted:
        kept = {name: value for name, value in self.root.items() if name not in ("swagger", "basePath")}
        paths = self.root.get("paths")
        rewritten = {
            "openapi": "3.0.3",
            "servers": [{"url": _server(self.root)}],
            "components": {"securitySchemes": self._security_schemes()},
            "paths": {path: self._path_item(path) for path in paths} if isinstance(paths, dict) else {},
        }
        return Converted({**kept, **rewritten}, self.moves)

    def _security_schemes(self) -> Node:
        declared = _object(self.root.get("securityDefinitions"))
        for name in declared:
            self.moves[pointer.join("/components/securitySchemes", name)] = pointer.join(
                "/securityDefinitions", name
            )
        return {name: _security_scheme(_object(scheme)) for name, scheme in declared.items()}

    def _path_item(self, path: str) -> JSON:
        item = self.root["paths"][path]
        if not isinstance(item, dict):
            return item
        place = pointer.join("/paths", path)
        shared = list(self._parameters(place))
        kept = {name: value for name, value in item.items() if name != "parameters"}
        for method in METHODS:
            if isinstance(item.get(method), dict):
                kept[method] = self._operation(pointer.join(place, method), item[method], shared)
        return kept

    def _parameters(self, owner: str) -> Iterator[_Written]:
        """The parameters of a path item or an operation, `$ref`s followed."""
        for index, _ in enumerate(_list(pointer.walk(self.root, pointer.tokens(owner)).get("parameters"))):
            place, node = self._followed(pointer.join(owner, "parameters", index))
            yield _Written(place, node)

    def _followed(self, place: str) -> tuple[str, Node]:
        """Where a chain of `$ref`s ends; one that leads nowhere in the document is left to be told later."""
        node = pointer.walk(self.root, pointer.tokens(place))
        for _ in range(_MAX_HOPS):
            ref = node.get("$ref") if isinstance(node, dict) else None
            if not (isinstance(ref, str) and ref.startswith("#")):
                break
            try:
                target = pointer.from_fragment(ref[1:])
                place, node = target, pointer.walk(self.root, pointer.tokens(target))
            except LookupError:
                break
        return place, _object(node)

    def _operation(self, place: str, node: Node, shared: Iterable[_Written]) -> Node:
        written = {(one.node.get("name"), one.node.get("in")): one for one in shared}
        written |= {(one.node.get("name"), one.node.get("in")): one for one in self._parameters(place)}
        parameters = list(written.values())
        kept = {name: value for name, value in node.items() if name not in ("consumes", "produces")}
        plain = [one for one in parameters if one.node.get("in") not in ("body", "formData")]
        kept["parameters"] = [self._parameter(one, place, index) for index, one in enumerate(plain)]
        body = self._body(place, node, parameters)
        if body:
            kept["requestBody"] = body
        kept["responses"] = {
            status: self._response(pointer.join(place, "responses", status), node)
            for status in _object(node.get("responses"))
        }
        return kept

    def _parameter(self, written: _Written, operation: str, index: int) -> JSON:
        place = pointer.join(operation, "parameters", index)
        self.moves[place] = self.moves[pointer.join(place, "schema")] = written.place
        node = written.node
        if "$ref" in node:
            return node
        kept = {name: node[name] for name in _OF_THE_PARAMETER if name in node and name != "collectionFormat"}
        return {**kept, **_style(node), "schema": written.schema}

    def _body(self, operation: str, node: Node, parameters: Iterable[_Written]) -> Node | None:
        bodies = [one for one in parameters if one.node.get("in") == "body"]
        if bodies:
            return self._whole_body(operation, self._media_types(node, "consumes"), bodies[0])
        fields = [one for one in parameters if one.node.get("in") == "formData"]
        return self._form(operation, self._media_types(node, "consumes"), fields) if fields else None

    def _whole_body(self, operation: str, media_types: list[str], written: _Written) -> Node:
        place = pointer.join(operation, "requestBody")
        self.moves[place] = written.place
        schema = written.node.get("schema", {})
        for name in media_types:
            self.moves[pointer.join(place, "content", name, "schema")] = pointer.join(written.place, "schema")
        content = {name: {"schema": schema} for name in media_types}
        return {"required": written.node.get("required", False), "content": content}

    def _form(self, operation: str, media_types: list[str], fields: list[_Written]) -> Node:
        place = pointer.join(operation, "requestBody")
        self.moves[place] = fields[0].place
        required = [one.node["name"] for one in fields if one.node.get("required") is True]
        schema: Node = {
            "type": "object",
            "properties": {str(one.node.get("name")): one.schema for one in fields},
            **({"required": required} if required else {}),
        }
        encoding = {str(one.node.get("name")): _style(one.node) for one in fields if _style(one.node)}
        names = _form_types(media_types, any(one.node.get("type") == "file" for one in fields))
        for name in names:
            where = pointer.join(place, "content", name, "schema")
            for one in fields:
                self.moves[pointer.join(where, "properties", str(one.node.get("name")))] = one.place
        content = {name: {"schema": schema, "encoding": encoding} for name in names}
        return {"required": bool(required), "content": content}

    def _media_types(self, operation: Node, keyword: str) -> list[str]:
        declared = _list(operation.get(keyword, self.root.get(keyword)))
        return [name for name in declared if isinstance(name, str)] or [_JSON]

    def _response(self, place: str, operation: Node) -> JSON:
        written, node = self._followed(place)
        self.moves[place] = written
        examples = _object(node.get("examples"))
        kept = {name: value for name, value in node.items() if name not in ("schema", "examples", "headers")}
        headers = _object(node.get("headers"))
        if headers:
            kept["headers"] = {name: self._header(place, name, _object(headers[name])) for name in headers}
        names = dict.fromkeys((*self._media_types(operation, "produces"), *examples))
        if "schema" in node or examples:
            kept["content"] = {name: self._content(node, name, examples) for name in names}
        for name in kept.get("content", ()):
            self.moves[pointer.join(place, "content", name)] = written
            self.moves[pointer.join(place, "content", name, "schema")] = pointer.join(written, "schema")
        return kept

    def _content(self, response: Node, media_type: str, examples: Node) -> Node:
        example = {"example": examples[media_type]} if media_type in examples else {}
        return {**({"schema": response["schema"]} if "schema" in response else {}), **example}

    def _header(self, response: str, name: str, node: Node) -> Node:
        place = pointer.join(response, "headers", name)
        self.moves[pointer.join(place, "schema")] = place
        return {"schema": _Written(place, node).schema}


def _server(root: Node) -> str:
    base = str(root.get("basePath") or "/")
    host = root.get("host")
    scheme = next(iter(_list(root.get("schemes"))), "https")
    return f"{scheme}://{host}{base}" if host else base


def _security_scheme(node: Node) -> Node:
    match node.get("type"):
        case "basic":
            return {"type": "http", "scheme": "basic"}
        case "oauth2":
            flow = {"scopes": {}, **{name: node[name] for name in node if name not in ("type", "flow")}}
            name = str(node.get("flow"))
            return {"type": "oauth2", "flows": {_FLOWS.get(name, name): flow}}
        case _:
            return node


def _style(node: Node) -> Node:
    """How an array travels; csv is what 3.0 assumes of all but query parameters."""
    if node.get("type") != "array":
        return {}
    comma = {"explode": False} if node.get("in") in ("query", "formData") else {}
    return dict(_STYLES.get(str(node.get("collectionFormat")), comma))


def _form_types(media_types: list[str], has_file: bool) -> list[str]:
    declared = [name for name in media_types if name in (_MULTIPART, _URLENCODED)]
    if has_file:
        declared = [name for name in declared if name == _MULTIPART]
    return declared or [_MULTIPART if has_file else _URLENCODED]


def _object(node: JSON) -> Node:
    return node if isinstance(node, dict) else {}


def _list(node: JSON) -> list[JSON]:
    return node if isinstance(node, list) else []
