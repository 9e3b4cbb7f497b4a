"""Compiled validators. A large one judges by every component it reaches: others that reach it share it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, Protocol

import jsonschema_rs

from understudy.contract.bundle import bundle, reference
from understudy.contract.formats import FORMATS
from understudy.types import JSON

MAX_OWN = 30
"""How many components a schema may reach whose validator is kept for good, and is a little faster."""

MAX_HELD = 2_000
"""How many components the shared validators may have together: some kilobytes each."""


class Reachable(Protocol):
    """What is asked of the components of a document."""

    def defs(self, key: str) -> dict[str, JSON]:
        """The schemas of a component and of all that it leads to, by key."""

    def plain_target(self, key: str) -> str:
        """The component that a component is nothing but a reference to."""


@dataclass(frozen=True, slots=True)
class Court:
    """Judges by one component. `entry` is its key where the validator has several."""

    validator: jsonschema_rs.Draft202012Validator
    entry: str | None = None

    def is_valid(self, value: JSON) -> bool:
        return self.validator.is_valid(value if self.entry is None else {self.entry: value})

    def iter_errors(self, value: JSON) -> Iterator[jsonschema_rs.ValidationError]:
        """The violations; their instance paths begin with `entry` where there is one."""
        return self.validator.iter_errors(value if self.entry is None else {self.entry: value})


@dataclass(frozen=True, slots=True)
class _Shared:
    """A validator of an object that has, for each of these components, a member to be judged by it."""

    validator: jsonschema_rs.Draft202012Validator
    keys: frozenset[str]


class Courts:
    """The validators of the components of one document, compiled when first asked for."""

    def __init__(self, components: Reachable) -> None:
        self._components = components
        self._own: dict[str, Court] = {}
        self._shared: list[_Shared] = []
        """The one asked last is the last."""

    def of(self, key: str) -> Court:
        """The validator of a component. Raises what jsonschema-rs raises where it is no schema."""
        found = self._own.get(key)
        if found is not None:
            return found
        entry = self._components.plain_target(key)
        shared = next((each for each in reversed(self._shared) if entry in each.keys), None)
        if shared is None:
            defs = self._components.defs(key)
            if len(defs) <= MAX_OWN:
                return self._own.setdefault(key, Court(_compiled(bundle(key, defs))))
            properties = {each: {"$ref": reference(each)} for each in defs}
            shared = _Shared(_compiled({"properties": properties, "$defs": defs}), frozenset(defs))
        self._keep(shared)
        return Court(shared.validator, entry)

    def _keep(self, asked: _Shared) -> None:
        held = [each for each in self._shared if each is not asked]
        while held and sum(len(each.keys) for each in (*held, asked)) > MAX_HELD:
            held.pop(0)
        self._shared = [*held, asked]


def _compiled(schema: dict[str, JSON]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        schema, validate_formats=True, formats=dict(FORMATS), retriever=_refuse_remote
    )


def _refuse_remote(uri: str) -> NoReturn:
    raise ValueError(f"remote references are not followed: {uri}")
