"""What the operations of a resource do, each played like a stub: create, read, list, change, remove."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from understudy.contract import Contract, Operation
from understudy.errors import DocumentError, Unsatisfiable
from understudy.serve.answer import Refusal
from understudy.serve.infer import names
from understudy.serve.infer.given import Given
from understudy.serve.infer.listing import Listing
from understudy.serve.infer.resource import Keys, Resource, parameters, related, resources
from understudy.serve.infer.showing import Showing, showing
from understudy.serve.infer.views import Thing, within
from understudy.stub import Call, Reply, State
from understudy.types import JSON, Path


@dataclass(frozen=True, repr=False)
class Act:
    """What one operation does with the things of a resource."""

    resource: Resource
    operation: Operation
    showing: Showing

    def __repr__(self) -> str:
        return f"inferred for {self.operation.name}"

    def __call__(self, call: Call) -> Reply:
        """The reply. Raises Refusal."""
        try:
            keys = self.keys(call)
            self.resource.check_parents(call.state, keys)
            return self.reply(call, keys)
        except (Unsatisfiable, DocumentError) as error:
            raise Refusal(501, f"{self.operation.name} cannot be played: {error}") from error

    @property
    def creates(self) -> bool:
        """Whether there may be one more thing after it."""
        return False

    def keys(self, call: Call) -> Keys:
        """What the path names: all that the thing belongs to, and the thing itself if it is about one."""
        return tuple(names.text(call.path[name]) for name in parameters(self.operation.path))

    def reply(self, call: Call, keys: Keys) -> Reply:
        """The reply, where all that the thing belongs to is there."""
        raise NotImplementedError

    @cached_property
    def given(self) -> Given:
        view = self.showing.view or self.resource.view
        return Given(self.operation, view.path)

    def held(self, state: State, keys: Keys) -> Thing:
        """What is kept of the thing. Raises Refusal (404)."""
        thing = self.found(state, keys)
        if thing is None:
            raise self.resource.missing(keys)
        return thing

    def found(self, state: State, keys: Keys) -> Thing | None:
        """What is kept of the thing, if it is there."""
        return state.get(self.resource.place(keys[:-1]), keys[-1])

    def keep(self, state: State, keys: Keys, thing: Thing) -> None:
        state.put(self.resource.place(keys[:-1]), keys[-1], thing)

    def made(self, call: Call, keys: Keys, id: JSON) -> Thing:
        """A new thing: what the client says, and what the document's replies tell beside it."""
        own_names = set(map(str, self.resource.view.id))
        echo = {name: value for name, value in call.path.items() if name not in own_names}
        key = self.resource.digest(call.seed, keys)
        thing: Thing = {}
        for view in self.resource.views:
            with suppress(Unsatisfiable, DocumentError):  # told where that reply is asked for
                thing |= view.made(key, echo)
        thing = _replaced(thing, self.given, self.given.own(call.body))
        _put(thing, self.resource.view.id, id)
        return thing


class Create(Act):
    """POST to the collection: another thing, with an id of its own, or with the one that the client gives.

    Where that is taken and no 409 is declared, the new thing takes the place of the old one.
    """

    creates = True

    def reply(self, call: Call, keys: Keys) -> Reply:
        given = within(self.given.own(call.body), self.resource.view.id)
        is_given = given is not None and self.resource.ids.fit(given)
        id = given if is_given else self._next(call, keys)
        keys = (*keys, names.text(id))
        if is_given and "409" in self.operation.responses and self.found(call.state, keys) is not None:
            raise Refusal(409, f"there is a {self.resource.address(keys)} already")
        thing = self.made(call, keys, id)
        self.keep(call.state, keys, thing)
        return self.showing.reply(thing, keys, call.seed)

    def _next(self, call: Call, above: Keys) -> JSON:
        """A new id: a function of the request and of how many were created before."""
        place = self.resource.place(above)
        counter = f"{place} count"
        count = (call.state.get(counter, "") or 0) + 1
        call.state.put(counter, "", count)
        return self.resource.ids.new(call.key, count, lambda text: call.state.get(place, text) is not None)


class Read(Act):
    """GET of one thing."""

    def reply(self, call: Call, keys: Keys) -> Reply:
        return self.showing.reply(self.held(call.state, keys), keys, call.seed)


class Change(Act):
    """PATCH, or POST to one thing: the members that are sent change, as RFC 7396 says."""

    def reply(self, call: Call, keys: Keys) -> Reply:
        before = self.held(call.state, keys)
        thing = self.changed(before, self.given.own(call.body))
        _put(thing, self.resource.view.id, within(before, self.resource.view.id))  # which never changes
        self.keep(call.state, keys, thing)
        return self.showing.reply(thing, keys, call.seed)

    def changed(self, thing: Thing, own: Thing) -> Thing:
        """The thing with what a request says."""
        return _merged(thing, own)


class Replace(Change):
    """PUT: what a client can set is what is sent. Of an unknown id it creates where 201 is declared."""

    @cached_property
    def creation(self) -> Showing | None:
        created = showing(self.resource, self.operation, (201,))
        return created if created and created.success.status == 201 else None

    @property
    def creates(self) -> bool:
        return self.creation is not None

    def reply(self, call: Call, keys: Keys) -> Reply:
        if self.creation is None or self.found(call.state, keys) is not None:
            return super().reply(call, keys)
        thing = self.made(call, keys, self.resource.ids.typed(keys[-1]))
        self.keep(call.state, keys, thing)
        return self.creation.reply(thing, keys, call.seed)

    def changed(self, thing: Thing, own: Thing) -> Thing:
        return _replaced(thing, self.given, own)


class ReplaceNamed(Replace):
    """PUT to the collection: the body says which one."""

    creation = None

    def keys(self, call: Call) -> Keys:
        id = within(self.given.own(call.body), self.resource.view.id)
        if id is None:
            raise Refusal(404, f"the body has no {self.resource.view.id[-1]!r} to say which one is meant")
        return (*super().keys(call), names.text(id))


class Remove(Act):
    """DELETE of one thing, and of all that belongs to it."""

    def reply(self, call: Call, keys: Keys) -> Reply:
        thing = self.held(call.state, keys)
        self.resource.forget(call.state, keys)
        done = dict.fromkeys(("deleted", "success", "ok"), True)
        return self.showing.reply(thing | done, keys, call.seed)


@dataclass(frozen=True, repr=False)
class List(Act):
    """GET of the collection, page by page."""

    listing: Listing = field(kw_only=True)

    def reply(self, call: Call, keys: Keys) -> Reply:
        def key(id: str) -> bytes:
            return self.resource.digest(call.seed, (*keys, id))

        path = self.resource.address((*keys, "")).removesuffix("/")
        body, told = self.listing.reply(call.state.all(self.resource.place(keys)), path, call.query, key)
        found = self.showing.success
        return Reply(body, found.status, found.headers(key(""), told))


def acts(contract: Contract, skipped: frozenset[str] = frozenset()) -> dict[str, Act]:
    """What the operations do that are inferred, by name. `skipped` are those that have a stub.

    What is created by one of these, or by none that is plain, is not inferred at all.
    """
    found = [(resource, dict(_acts(resource))) for resource in resources(contract)]
    whole = [resource for resource, own in found if _is_created(own, skipped)]
    return {
        name: act
        for resource in related(whole).values()
        for name, act in _acts(resource)
        if name not in skipped
    }


def _is_created(own: Mapping[str, Act], skipped: frozenset[str]) -> bool:
    """Whether one of the operations creates, and none that does has a stub."""
    creating = {name for name, act in own.items() if act.creates}
    return bool(creating) and not creating & skipped


_OF_ONE: dict[str, type[Act]] = {"GET": Read, "PUT": Replace, "PATCH": Change, "DELETE": Remove}
_OF_ALL: Mapping[str, type[Act]] = {"GET": List, "POST": Create, "PUT": ReplaceNamed}


def _acts(resource: Resource) -> Iterator[tuple[str, Act]]:
    """What each operation of a resource does, by its name."""
    by_post: dict[str, type[Act]] = {} if {"PUT", "PATCH"} & resource.item.keys() else {"POST": Change}
    for known, operations in ((_OF_ALL, resource.collection), (_OF_ONE | by_post, resource.item)):
        for method, operation in operations.items():
            try:
                act = _act(known[method], resource, operation) if method in known else None
            except DocumentError:  # told where the operation is asked
                continue
            if act:
                yield operation.name, act


def _act(kind: type[Act], resource: Resource, operation: Operation) -> Act | None:
    """What an operation does, where its shape is plain."""
    declared = {one.name for one in operation.parameters if one.location == "path"}
    found = showing(resource, operation, (201,) if kind is Create else (200, 204))
    if found is None or not declared.issuperset(parameters(operation.path)):
        return None
    if kind is List:
        many = resource.many
        return (
            List(resource, operation, found, listing=Listing(many, resource.view.id, operation.parameters))
            if many
            else None
        )
    act = kind(resource, operation, found)
    return act if act.given.is_plain and (kind not in (Create, ReplaceNamed) or _is_named(act)) else None


def _is_named(act: Act) -> bool:
    """Whether a request that names no thing in its path does so in its body, or else its reply does."""
    in_body = str(act.resource.view.id[0]) in act.given.settable
    found = act.showing.success
    in_reply = isinstance(act, Create) and (found.content is None or act.resource.one(found) is not None)
    return in_body or in_reply


def _replaced(thing: Thing, given: Given, own: Thing) -> Thing:
    """The thing with all that a client can set as it is sent; where nothing has to be, the rest stays."""
    unset = given.unset(own) if given.is_whole else {}
    kept = {name: value for name, value in thing.items() if name not in unset}
    defaults = {name: value for name, value in unset.items() if value is not None}
    return _merged(kept | defaults, own)


def _merged(thing: Thing, patch: Thing) -> Thing:
    """A merge patch applied, but that null stays null: a reply whose schema wants none leaves it out."""
    return thing | {
        name: _merged(thing[name], value)
        if isinstance(value, dict) and isinstance(thing.get(name), dict)
        else value
        for name, value in patch.items()
    }


def _put(thing: Thing, path: Path, value: JSON) -> None:
    *above, last = map(str, path)
    for name in above:
        thing[name] = dict(thing.get(name) or {})
        thing = thing[name]
    thing[last] = value
