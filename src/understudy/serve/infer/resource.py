"""What a document creates and then has by an id: the plain shape of its paths."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from urllib.parse import quote

from understudy.contract import Contract, Operation, jsontext
from understudy.contract.parameter import Parameter
from understudy.errors import DocumentError
from understudy.serve.answer import Refusal
from understudy.serve.infer import names
from understudy.serve.infer.ids import Ids
from understudy.serve.infer.success import Success, success
from understudy.serve.infer.views import View, many, one
from understudy.stub import State

_ITEM = re.compile(r"(.*)/\{[^{}/]+\}")
_PARAMETER = re.compile(r"\{([^{}]+)\}")
_INTEGER = frozenset(("integer",))
_ANY = frozenset(("integer", "string"))

Methods = Mapping[str, Operation]
Keys = tuple[str, ...]
"""The texts in the places of a path's parameters: of what it belongs to, and its own id last."""


def parameters(path: str) -> list[str]:
    """The names of the parameters in a path template."""
    return _PARAMETER.findall(path)


@dataclass(frozen=True, eq=False)
class Resource:
    """Things of one kind. `collection` and `item` are the operations of its two paths by method."""

    api: str
    path: str
    """Of one of them."""
    collection: Methods
    item: Methods
    view: View
    """Where the id was found: in the reply to GET, else to POST, else in the list."""
    parameter: Parameter
    """Takes the id."""
    parent: "Resource | None" = None
    children: "list[Resource]" = field(default_factory=list)

    @cached_property
    def shape(self) -> str:
        """Its path, whatever the parameters are called."""
        return _PARAMETER.sub("{}", self.path)

    @property
    def kind(self) -> str:
        return names.kind(self.path)

    @cached_property
    def ids(self) -> Ids:
        return Ids(self.view, self.parameter)

    def one(self, found: Success | None) -> View | None:
        """Where a success shows one of them."""
        if found is None or found.content is None:
            return None
        return one(found.content, self._wanted, self.kind, _ANY)

    @cached_property
    def views(self) -> tuple[View, ...]:
        """Every view of one of them, the fullest last."""
        made = success(self.collection["POST"]) if "POST" in self.collection else None
        read = success(self.item["GET"]) if "GET" in self.item else None
        found = (self.many, self.one(made), self.one(read))
        return tuple(view for view in found if view) or (self.view,)

    @cached_property
    def many(self) -> View | None:
        """Where GET of the collection lists them."""
        found = success(self.collection["GET"]) if "GET" in self.collection else None
        return many(found.content, self._wanted, self.kind, _ANY) if found and found.content else None

    @property
    def _wanted(self) -> tuple[str, ...]:
        return (names.plain(str(self.view.id[-1])),)

    def place(self, above: Keys) -> str:
        """The kind under which the state keeps those that belong to what is named."""
        return jsontext.dumps([self.api, self.shape, *above]).decode()

    def address(self, keys: Keys) -> str:
        """The path of one of them."""
        texts = iter(keys)
        return _PARAMETER.sub(lambda _: quote(next(texts), safe=""), self.path)

    def digest(self, seed: bytes, keys: Keys) -> bytes:
        """What all that is made up of a thing is keyed on."""
        return blake2b(jsontext.dumps([self.shape, *keys]), key=seed[:64], digest_size=32).digest()

    def check_parents(self, state: State, keys: Keys) -> None:
        """Raise Refusal (404) where what one belongs to is not there."""
        parent = self.parent
        while parent:
            own = keys[: parent.shape.count("{}")]
            if state.get(parent.place(own[:-1]), own[-1]) is None:
                raise parent.missing(own)
            parent = parent.parent

    def missing(self, keys: Keys) -> Refusal:
        """That one of them is not there."""
        return Refusal(404, f"there is no {self.address(keys)}")

    def forget(self, state: State, keys: Keys) -> None:
        """Remove one of them and all that belongs to it."""
        for child in self.children:
            own = child.shape.count("{}") - 1
            if own == len(keys):
                for id in state.all(child.place(keys)):
                    child.forget(state, (*keys, id))
        state.delete(self.place(keys[:-1]), keys[-1])


def resources(contract: Contract) -> Iterator[Resource]:
    """The resources of a contract, in the document's order. What cannot be compiled is none."""
    paths: dict[str, dict[str, Operation]] = {}
    for operation in contract.operations:
        paths.setdefault(_PARAMETER.sub("{}", operation.path.rstrip("/")), {})[operation.method] = operation
    for path, item in paths.items():
        shape = _ITEM.fullmatch(path.replace("{}", "{id}"))
        collection = paths.get(shape[1].replace("{id}", "{}"), {}) if shape else {}
        if shape and ("POST" in collection or ("PUT" in item and "201" in item["PUT"].responses)):
            found = _resource(contract.name, collection, item)
            if found:
                yield found


def _resource(api: str, collection: Methods, item: Methods) -> Resource | None:
    path = next(iter(item.values())).path.rstrip("/")
    try:
        for operation in item.values():
            found = _shown(operation, path, collection, item)
            if found:
                return Resource(api, path, collection, item, *found)
    except DocumentError:  # told where the operation is asked
        pass
    return None


def _shown(
    operation: Operation, path: str, collection: Methods, item: Methods
) -> tuple[View, Parameter] | None:
    """The first reply in which an id is found that the path takes."""
    name = parameters(operation.path)[-1]
    for parameter in operation.parameters:
        if (parameter.location, parameter.name) == ("path", name):
            view = _view(path, collection, item, parameter)
            return (view, parameter) if view else None
    return None


def _view(path: str, collection: Methods, item: Methods, parameter: Parameter) -> View | None:
    kind = names.kind(path)
    texts = _INTEGER if parameter.field.types and "string" not in parameter.field.types else _ANY
    asked = ((item.get("GET"), one), (collection.get("POST"), one), (collection.get("GET"), many))
    replies = [(success(operation), look) for operation, look in asked if operation]
    for wanted in names.ids(parameter.name, path):
        for found, look in replies:
            view = look(found.content, wanted, kind, texts) if found and found.content else None
            if view:
                return view
    return None


def related(found: Collection[Resource]) -> dict[str, Resource]:
    """The resources by shape, each knowing what it belongs to and what belongs to it."""
    known: dict[str, Resource] = {}
    for own in sorted(found, key=lambda resource: len(resource.shape)):
        above = [other for other in known.values() if own.shape.startswith(other.shape + "/")]
        parent = above[-1] if above else None
        known[own.shape] = replace(own, parent=parent, children=[])
        if parent:
            parent.children.append(known[own.shape])
    return known
