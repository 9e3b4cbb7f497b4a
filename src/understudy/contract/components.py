"""The schemas of a document in one form, 2020-12, each made once and shared by all that reach it.

A component is keyed by its place. Where a `$dynamicRef` is reached, what it means depends on the way that
led to it: each way has components of its own, whose keys begin with a digest of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, Protocol

from understudy.contract import jsontext, pointer
from understudy.contract.bundle import reference
from understudy.contract.court import Courts
from understudy.contract.keywords import MANY, NAMED, ONE
from understudy.contract.mend_schema import NOTHING, mended
from understudy.contract.references import META_SCHEMA, Files, References, own_base
from understudy.contract.upgrade import upgrade
from understudy.errors import DocumentError
from understudy.types import HIDDEN, JSON

Direction = Literal["request", "response"]

_NAMES = frozenset(("$id", "$schema", "$anchor", "$dynamicAnchor"))
"""What gives references a meaning; here they all are pointers into the bundle."""
_ANNOTATIONS = frozenset(("title", "description", "$comment", "deprecated", "externalDocs"))

_Scope = tuple[tuple[str, str], ...]
"""Where each `$dynamicAnchor` leads on the way to a schema, the outermost first met."""


class Versioned(Files, Protocol):
    """What is asked of a document."""

    def version(self, place: str = "") -> tuple[int, int]:
        """The OpenAPI version that holds at a place."""


@dataclass(frozen=True, eq=False)
class Component:
    """One schema. Its references are pointers to other components of the bundle."""

    schema: JSON
    references: tuple[str, ...]
    """The keys of the components it refers to."""
    is_dynamic: bool
    """Whether a `$dynamicRef` stands in it."""

    @cached_property
    def meaning(self) -> bytes:
        """Canonical JSON without what only people read."""
        return jsontext.canonical(_without_annotations(self.schema))


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a schema stands: its place, the URI of its resource, and the way that led to it.

    `scope` is None where no `$dynamicRef` is reached, so that the way does not matter.
    """

    place: str
    base: str
    scope: _Scope | None

    def below(self, *steps: str | int) -> "_Spot":
        return _Spot(pointer.join(self.place, *steps), self.base, self.scope)


class Components:
    """The components of one document for one direction.

    In a request `required` does not count for readOnly properties, in a response not for writeOnly ones
    (OpenAPI 3.1, section 4.8.24.2 of 3.0).
    """

    def __init__(self, document: Versioned, direction: Direction) -> None:
        self._document = document
        self._hidden = "readOnly" if direction == "request" else "writeOnly"
        self._references = References(document)
        self._spots: dict[str, _Spot] = {}
        self._made: dict[str, Component] = {}
        self.courts = Courts(self)
        self.kept: dict[type, Any] = {}
        """What others have made of the components, by its type."""

    def key(self, place: str) -> str:
        """The key of the component at a place. Raises DocumentError where none can be made."""
        plain = self._spot(place, None)
        if not any(self[key].is_dynamic for key in self.reached(plain)):
            return plain
        return self._spot(place, ())

    def reached(self, key: str) -> dict[str, Component]:
        """A component and all that it leads to, by key."""
        found: dict[str, Component] = {}
        waiting = [key]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found[key] = self[key]
                waiting += found[key].references
        return found

    def defs(self, key: str) -> dict[str, JSON]:
        """The schemas of a component and of all that it leads to, by key."""
        return {each: component.schema for each, component in self.reached(key).items()}

    def plain_target(self, key: str) -> str:
        """The component that a component is nothing but a reference to, or itself."""
        schema, references = self[key].schema, self[key].references
        is_plain = (
            isinstance(schema, dict)
            and "$ref" in schema
            and _ANNOTATIONS.issuperset(schema.keys() - {"$ref"})
        )
        return references[0] if is_plain and references else key

    def __getitem__(self, key: str) -> Component:
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = self._component(self._spots[key])
        return found

    def _component(self, spot: _Spot) -> Component:
        copying = _Copying(self)
        try:
            schema = copying.schema(self._document.at(spot.place), spot)
        except RecursionError:
            raise self._document.error("the schema is nested too deeply", spot.place) from None
        return Component(schema, tuple(copying.references), copying.is_dynamic)

    def _spot(self, place: str, scope: _Scope | None) -> str:
        """The key of the component at a place that is reached by a way."""
        if scope is None:
            key = place
        else:
            scope = self._entered(scope, place, self._inside(place))
            key = f"~{sha256(repr(scope).encode()).hexdigest()[:12]} {place}"
        if key not in self._spots:
            self._document.at(place)
            self._spots[key] = _Spot(place, self._references.base(place), scope)
        return key

    def _inside(self, place: str) -> str:
        """The URI of the resource that the schema at a place belongs to."""
        node = self._document.at(place)
        return own_base(node, self._references.base(place), pointer.split(place)[0])

    def _entered(self, scope: _Scope, place: str, base: str) -> _Scope:
        """The way, gone on into the resource `base` at a place: names that are known keep their meaning."""
        known = dict(scope)
        new = self._references.dynamic_anchors(place, base)
        return (*scope, *((name, target) for name, target in sorted(new.items()) if name not in known))

    def upgraded(self, node: dict[str, JSON], place: str) -> dict[str, JSON]:
        """A schema object in 2020-12 terms and well formed, its subschemas left as they are."""
        return mended(upgrade(node) if self._document.version(place) < (3, 1) else node)

    def inner(self, spot: _Spot, node: dict[str, JSON]) -> _Spot:
        """The spot, inside the resource that an `$id` at it begins."""
        base = own_base(node, spot.base, pointer.split(spot.place)[0])
        if base == spot.base:
            return spot
        scope = None if spot.scope is None else self._entered(spot.scope, spot.place, base)
        return _Spot(spot.place, base, scope)

    def referred(self, ref: str, spot: _Spot, *, dynamic: bool = False) -> str:
        """The key of what a reference at a spot names. Raises DocumentError."""
        target = self._references.target(ref, spot.place, spot.base)
        scope = spot.scope
        if dynamic and scope is not None:
            anchor = ref.partition("#")[2]
            anchors = self._references.dynamic_anchors(target, self._inside(target))
            if anchors.get(anchor) == target:
                target = dict(scope).get(anchor, target)
        return self._spot(target, scope)

    def is_hidden(self, schema: dict[str, JSON]) -> bool:
        return schema.get(self._hidden) is True

    def required(self, schema: dict[str, JSON]) -> JSON:
        """The required properties less those that the other direction alone has."""
        properties, required = schema.get("properties"), schema["required"]
        if not isinstance(properties, dict) or not isinstance(required, list):
            return required
        return [name for name in required if not _flag(properties.get(str(name)), self._hidden)]


class _Copying:
    """One component in the making."""

    def __init__(self, components: Components) -> None:
        self._components = components
        self.references: dict[str, None] = {}
        self.is_dynamic = False

    def schema(self, node: JSON, spot: _Spot) -> JSON:
        if not isinstance(node, dict):
            return node
        source = self._components.upgraded(node, spot.place)
        spot = self._components.inner(spot, source)
        read = {key: self._keyword(key, value, spot) for key, value in source.items() if key not in _NAMES}
        copied = {key: value for key, value in read.items() if value is not NOTHING}
        if isinstance(dynamic := copied.pop("$dynamicRef", None), str):
            self._refer_dynamically(copied, dynamic, spot)
        if self._components.is_hidden(source):
            copied[HIDDEN] = True
        if "required" in copied:
            copied["required"] = self._components.required(copied)
        return copied

    def _keyword(self, key: str, value: JSON, spot: _Spot) -> JSON:
        if key == "$ref":
            return self._leading(value, spot)
        if key in ONE:
            return self.schema(value, spot.below(key))
        if key in MANY and isinstance(value, list):
            return [self.schema(item, spot.below(key, index)) for index, item in enumerate(value)]
        if key in NAMED and isinstance(value, dict):
            return {name: self.schema(item, spot.below(key, name)) for name, item in value.items()}
        return value

    def _leading(self, ref: str, spot: _Spot, *, dynamic: bool = False) -> JSON:
        """A `$ref` as it is here; nothing where it leads nowhere."""
        try:
            return self._reference(ref, spot, dynamic=dynamic)
        except DocumentError:  # told by `problems`
            return NOTHING

    def _reference(self, ref: str, spot: _Spot, *, dynamic: bool = False) -> str:
        if META_SCHEMA.fullmatch(ref):
            return ref
        key = self._components.referred(ref, spot, dynamic=dynamic)
        self.references[key] = None
        return reference(key)

    def _refer_dynamically(self, copied: dict[str, JSON], ref: str, spot: _Spot) -> None:
        """What a `$dynamicRef` means here, as a `$ref`."""
        self.is_dynamic = True
        found = self._leading(ref, spot, dynamic=True)
        if found is NOTHING:
            return
        if "$ref" in copied:
            copied["allOf"] = [*copied.get("allOf", ()), {"$ref": found}]
        else:
            copied["$ref"] = found


def canonical(root: str, reached: dict[str, Component]) -> Iterator[bytes]:
    """The canonical JSON, in pieces, of the bundle of what is reached from the component `root`."""
    separator = b'{"$defs":{'
    for key in sorted(reached):
        yield separator + jsontext.canonical(key) + b":"
        yield reached[key].meaning
        separator = b","
    yield b'},"$ref":' + jsontext.canonical(reference(root)) + b"}"


def _flag(schema: JSON, name: str) -> bool:
    return isinstance(schema, dict) and schema.get(name) is True


def _without_annotations(node: JSON) -> JSON:
    """The schema less what only people read. A property may well be called `title`: those stay."""
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key not in _ANNOTATIONS}
    for key, value in kept.items():
        if key in ONE:
            kept[key] = _without_annotations(value)
        elif key in MANY and isinstance(value, list):
            kept[key] = [_without_annotations(item) for item in value]
        elif key in NAMED and isinstance(value, dict):
            kept[key] = {name: _without_annotations(item) for name, item in value.items()}
    return kept
