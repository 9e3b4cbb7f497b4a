"""Where a reply shows a thing and its id, and how a thing is shown there without breaking the schema."""

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property

from understudy.contract.body import Content
from understudy.contract.fields import Field
from understudy.contract.schema import Schema, compile_schema
from understudy.instance import instance
from understudy.serve.infer import names
from understudy.serve.variants import examples
from understudy.types import JSON, Path

Thing = dict[str, JSON]
_NO_IDS = frozenset(("array", "object"))
_KUBERNETES = frozenset(("apiVersion", "metadata"))
"""The members of a thing that has its name in its metadata."""


def members(field: Field) -> dict[str, Field]:
    """The members that a schema declares, by name."""
    declared = dict.fromkeys(name for leaf, _ in field.alternatives for name in leaf.get("properties") or ())
    return {name: field.member(name) for name in declared}


def is_marked(field: Field, mark: str) -> bool:
    """Whether a schema is `readOnly` or `writeOnly`."""
    return any(leaf.get(mark) is True for leaf, _ in field.alternatives)


@dataclass(frozen=True)
class View:
    """A thing in a reply: it stands at `path`, or in the array there, and its id at `id` within it."""

    content: Content
    path: Path = ()
    id: Path = ()
    is_list: bool = False

    @cached_property
    def schema(self) -> Schema:
        assert self.content.schema is not None  # what has none is no view
        return self.content.schema

    @cached_property
    def field(self) -> Field:
        """The schema of the thing."""
        found = _at(self.content.field, self.path)
        return found.items if self.is_list else found

    @cached_property
    def members(self) -> dict[str, Field]:
        """What it shows of a thing: all that it declares but for what only requests may hold."""
        return {
            name: field for name, field in members(self.field).items() if not is_marked(field, "writeOnly")
        }

    @cached_property
    def id_field(self) -> Field:
        return _at(self.field, self.id)

    @cached_property
    def thing(self) -> Schema:
        """The schema of the thing alone."""
        return compile_schema(self.content.document, self.field.place, "response")

    def base(self, key: bytes, echo: Mapping[str, JSON]) -> JSON:
        """A reply that is valid whatever is kept: the document's example, else synthesised."""
        shown = next((example.value for example in examples(self.content) if example.is_valid), None)
        return deepcopy(shown) if shown is not None else instance(self.schema, key, echo)

    def made(self, key: bytes, echo: Mapping[str, JSON]) -> Thing:
        """A thing as it might stand in such a reply."""
        alone = instance(self.thing, key, echo) if self.is_list else within(self.base(key, echo), self.path)
        return self._known(alone) if isinstance(alone, dict) else {}

    def of(self, thing: Thing, id: JSON, key: bytes) -> JSON:
        """The reply that shows a thing, as far as its schema allows."""
        known = self._known(self._named(thing, id))
        if not self.path and self.schema.is_valid(known):
            return known
        whole = self.base(key, {})
        return _shown(known, whole, within(whole, self.path), self.schema)

    def item(self, thing: Thing, id: JSON, key: bytes) -> JSON:
        """The thing as one item of a list."""
        known = self._known(self._named(thing, id))
        if self.thing.is_valid(known):
            return known
        whole = instance(self.thing, key)
        return _shown(known, whole, whole, self.thing)

    def _named(self, thing: Thing, id: JSON) -> Thing:
        """The thing with its id under the name and of the type that this reply has for it."""
        if len(self.id) != 1:
            return thing
        types = self.id_field.types
        if isinstance(id, int) and types and "integer" not in types:
            id = str(id)
        elif isinstance(id, str) and id.isdecimal() and types and "string" not in types:
            id = int(id)
        return thing | {str(self.id[0]): id}

    def _known(self, thing: Thing) -> Thing:
        """What it shows of a thing; all, where it declares nothing."""
        inside = self.members or {name: self.field.member(name) for name in thing}
        return {name: _public(field, thing[name]) for name, field in inside.items() if name in thing}


def _shown(known: Thing, whole: JSON, held: JSON, schema: Schema) -> JSON:
    """A valid whole with what is known in place of what an object in it holds, as far as it stays valid."""
    if isinstance(held, dict):
        sheet = Sheet(whole, schema)
        sheet.lay(held, known)
        sheet.drop(held, [name for name in held if name not in known])
    return whole


@dataclass(frozen=True, slots=True)
class Sheet:
    """A valid value that is changed in place, and stays valid."""

    whole: JSON
    schema: Schema

    def lay(self, held: Thing, wanted: Thing) -> None:
        """Put members in, each as far as the whole stays valid."""
        if self.change(held, held | wanted):
            return
        for name, value in wanted.items():
            inner = held.get(name)
            if self.change(held, held | {name: value}):
                continue
            if value is None:
                self.drop(held, [name])
            elif isinstance(value, dict) and isinstance(inner, dict):
                self.lay(inner, value)

    def drop(self, held: Thing, unwanted: Collection[str]) -> None:
        """Leave members out, those that the schema does not need."""
        if self.change(held, _without(held, unwanted)):
            return
        for name in unwanted:
            self.change(held, _without(held, (name,)))

    def change(self, held: Thing, wanted: Thing) -> bool:
        """Whether the whole is valid with these members in an object; else all stays as it was."""
        before = dict(held)
        _fill(held, wanted)
        if self.schema.is_valid(self.whole):
            return True
        _fill(held, before)
        return False


def _fill(held: Thing, wanted: Thing) -> None:
    held.clear()
    held.update(wanted)


def _without(held: Thing, unwanted: Collection[str]) -> Thing:
    return {name: value for name, value in held.items() if name not in unwanted}


def _public(field: Field, value: JSON) -> JSON:
    """A value without the members in it that only requests may hold."""
    if isinstance(value, list):
        return [_public(field.items, item) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {name: field.member(name) for name in value}
    return {
        name: _public(inner[name], item)
        for name, item in value.items()
        if not is_marked(inner[name], "writeOnly")
    }


def one(content: Content, wanted: Collection[str], kind: str, texts: Collection[str]) -> View | None:
    """Where a reply shows one thing: itself, or in an envelope.

    `wanted`: names that the id may have; `kind`: what an envelope may be called; `texts`: the types that the
    path takes for an id.
    """
    if content.schema is None:
        return None
    field = content.field
    found = _id(field, wanted, texts)
    if found:
        return View(content, (), found)
    for name, inner in _envelopes(field, (*names.ENVELOPES, kind)):
        found = _id(inner, wanted, texts) if "object" in inner.types else None
        if found:
            return View(content, (name,), found)
    return None


def many(content: Content, wanted: Collection[str], kind: str, texts: Collection[str]) -> View | None:
    """Where a reply lists things: itself, or in an array of an envelope, or of an object in it."""
    if content.schema is None:
        return None
    for path, field in _arrays(content.field, kind):
        found = _id(field.items, wanted, texts)
        if found:
            return View(content, path, found, is_list=True)
    return None


def _arrays(field: Field, kind: str, depth: int = 1) -> Iterator[tuple[Path, Field]]:
    if "array" in field.types:
        yield (), field
    known = (*names.ARRAYS, kind, f"{kind}s", f"{kind.removesuffix('y')}ies")
    inside = _envelopes(field, known)
    yield from (((name,), inner) for name, inner in inside if "array" in inner.types)
    for name, inner in inside if depth else ():
        yield from (((name, *path), found) for path, found in _arrays(inner, kind, 0) if path)


def _envelopes(field: Field, first: Collection[str]) -> list[tuple[str, Field]]:
    """The members of an envelope, those of a telling name first."""
    return sorted(members(field).items(), key=lambda member: names.plain(member[0]) not in first)


def _id(field: Field, wanted: Collection[str], texts: Collection[str]) -> Path | None:
    """The member that is the id; of a Kubernetes object, one of its metadata."""
    inside = members(field)
    for word in wanted:
        for name, inner in inside.items():
            if names.plain(name) == word and inner.types & set(texts) and not inner.types & _NO_IDS:
                return (name,)
    found = _id(inside["metadata"], wanted, texts) if inside.keys() >= _KUBERNETES else None
    return ("metadata", *found) if found else None


def _at(field: Field, path: Path) -> Field:
    for name in path:
        field = field.member(str(name))
    return field


def within(value: JSON, path: Path) -> JSON:
    """What stands at a path; None where nothing does."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value
