"""The ids of a resource: which a client may give, and which is the next."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from understudy.contract.fields import Field
from understudy.contract.formats import FORMATS
from understudy.contract.parameter import Parameter
from understudy.contract.schema import Schema, compile_schema
from understudy.errors import Unsatisfiable
from understudy.serve.infer import names
from understudy.serve.infer.views import View, within
from understudy.synthesise import synthesise
from understudy.types import JSON

_ATTEMPTS = 20
_PREFIX = re.compile(r"[a-zA-Z]+(_[a-z]+)*_(?=[A-Za-z0-9]+$)")
_SHAPING = (
    *("format", "pattern", "minLength", "maxLength", "enum", "const", "multipleOf"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
)
"""What a schema says of the form of an id; an example is not wanted, it would be the same for all."""


@dataclass(frozen=True)
class Ids:
    """What is an id by both the schema of the thing and the parameter of the path."""

    view: View
    parameter: Parameter

    @cached_property
    def schema(self) -> Schema:
        return compile_schema(self.view.content.document, self.view.id_field.place, "response")

    def fit(self, value: JSON) -> bool:
        """Whether a value can be an id."""
        text = names.text(value)
        is_scalar = isinstance(value, str | int) and not isinstance(value, bool)
        read = self.parameter.field.read(text)
        return bool(
            is_scalar and text and self.schema.is_valid(value) and self.parameter.schema.is_valid(read)
        )

    def typed(self, text: str) -> JSON:
        """The id that a path names, as its schema wants it."""
        read = self.parameter.field.read(text)
        return next((value for value in (read, text) if self.schema.is_valid(value)), text)

    def new(self, key: bytes, count: int, is_taken: Callable[[str], bool]) -> JSON:
        """The id of the thing that is created as the how-manieth; where no other fits, that of any reply.

        Raises Unsatisfiable.
        """
        for value in self._candidates(key, count):
            if self.fit(value) and not is_taken(names.text(value)):
                return value
        return within(self.view.made(key, {}), self.view.id)

    def _candidates(self, key: bytes, count: int) -> Iterator[JSON]:
        if "integer" in self.view.id_field.types:
            yield from range(count, count + _ATTEMPTS)
        own, path = _shape(self.view.id_field), _shape(self.parameter.field)
        for shape in (path | own, own, path):
            with suppress(Unsatisfiable):
                yield from self._of_shape(shape, key, count)

    def _of_shape(self, shape: dict[str, JSON], key: bytes, count: int) -> Iterator[JSON]:
        for turn in range(_ATTEMPTS):
            seed = blake2b(b"%d %d" % (count, turn), key=key[:64], digest_size=16).digest()
            value = self._synthesised(shape, seed)
            yield value
            if isinstance(value, str):
                yield f"{value}-{count + turn}"

    def _synthesised(self, schema: dict[str, JSON], key: bytes) -> JSON:
        if schema == {"type": "string"} and not names.is_readable(str(self.view.id[-1])):
            schema = {**schema, "pattern": _like(self._example)}
        name = str(self.view.id[-1])
        holder = {"type": "object", "properties": {name: schema}, "required": [name]}
        return synthesise(holder, key, formats=FORMATS)[name]

    @property
    def _example(self) -> JSON:
        leaves = [leaf for leaf, _ in (*self.view.id_field.alternatives, *self.parameter.field.alternatives)]
        shown = (one for leaf in leaves for one in (leaf.get("example"), *(leaf.get("examples") or ())))
        return next((one for one in shown if isinstance(one, str)), "")


def _like(example: str) -> str:
    """A pattern of ids that look like an example: digits, or what stands after a prefix such as `cus_`."""
    if example.isascii() and example.isdecimal():
        return f"^[1-9][0-9]{{{max(len(example) - 1, 7)}}}$"
    prefix = _PREFIX.match(example)
    return f"^{prefix[0] if prefix else ''}[0-9a-f]{{16}}$"


def _shape(field: Field) -> dict[str, JSON]:
    """A small schema of a field's form."""
    kind = "string" if "string" in field.types or not field.types else "integer"
    shaping = {word: leaf[word] for leaf, _ in field.alternatives for word in _SHAPING if word in leaf}
    return {"type": kind, **shaping}
