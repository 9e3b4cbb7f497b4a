"""Schemas of a document, compiled on first use with only the components they reach."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import Literal, NoReturn
from urllib.parse import quote

import jsonschema_rs

from understudy.contract import jsontext, pointer
from understudy.contract.abridge import abridged, is_told_by_the_cut
from understudy.contract.document import Document
from understudy.contract.formats import FORMATS
from understudy.contract.upgrade import upgrade
from understudy.contract.wording import describe
from understudy.types import JSON, Path, Place, Violation

MAX_VIOLATIONS = 500
"""How many violations of one value are told; hostile data could break a schema a million times."""

Direction = Literal["request", "response"]

# Where JSON Schema 2020-12 keeps subschemas.
_ONE = frozenset(
    (
        *("additionalProperties", "contains", "contentSchema", "else", "if", "items", "not"),
        *("propertyNames", "then", "unevaluatedItems", "unevaluatedProperties"),
    )
)
_MANY = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_NAMED = frozenset(("$defs", "definitions", "dependentSchemas", "patternProperties", "properties"))
_BASES = frozenset(("$id", "$schema"))
"""What would give a schema's `$ref`s another meaning; in a bundle they all have the bundle's."""
_ANNOTATIONS = frozenset(("title", "description", "$comment", "deprecated", "externalDocs"))

BUSINESS_RULE = "x-understudy-business-rule"


@dataclass(frozen=True)
class Schema:
    """One schema of a document, ready to judge. `bundle` is self-contained 2020-12."""

    document: Document
    pointer: str
    bundle: dict[str, JSON]

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        try:
            return jsonschema_rs.Draft202012Validator(
                self.bundle, validate_formats=True, formats=dict(FORMATS), retriever=_refuse_remote
            )
        except jsonschema_rs.ValidationError as error:
            place = self._place(list(error.instance_path))
            raise self.document.error(f"not a JSON Schema: {error.message}", place) from None

    @cached_property
    def is_valid(self) -> Callable[[JSON], bool]:
        """Whether a value satisfies the schema. Raises DocumentError on first use if it is no schema."""
        return self._validator.is_valid

    @cached_property
    def digest(self) -> bytes:
        """Changes when the meaning of the schema does, not when a comment or a title does."""
        return sha256(jsontext.canonical(_without_annotations(self.bundle))).digest()

    @property
    def node(self) -> JSON:
        """The schema itself, `$ref`s followed."""
        return self.resolve(self.bundle)

    def resolve(self, schema: JSON) -> JSON:
        """The schema of this bundle at the end of a chain of `$ref`s."""
        for _ in range(64):
            if not (isinstance(schema, dict) and "$ref" in schema):
                return schema
            schema = pointer.walk(self.bundle, pointer.tokens(pointer.from_fragment(schema["$ref"][1:])))
        return True

    def violations(self, value: JSON, place: Place = "body", path: Path = ()) -> list[Violation]:
        """The violations of a value, at most MAX_VIOLATIONS; business rules only when nothing else is."""
        if self.is_valid(value):
            return []
        for short, limit in abridged(value):
            found = [
                item for item in self._told(short, value, place, path) if not is_told_by_the_cut(item, limit)
            ]
            if found:
                shape = [violation for violation in found if violation.rule != "business"]
                return sorted(shape or found, key=_order)
        message = f"the fault is beyond the first {limit} items"
        return [Violation("beyond", place, path, self.pointer, message, None, None, {})]

    def _told(self, short: JSON, value: JSON, place: Place, path: Path) -> list[Violation]:
        """The violations of a value, as its shortened form shows them."""
        found = (
            violation
            for error in self._validator.iter_errors(short)
            for violation in self._read(error, value, place, path)
        )
        return list(islice(found, MAX_VIOLATIONS))

    def _read(
        self, error: jsonschema_rs.ValidationError, value: JSON, place: Place, path: Path
    ) -> Iterator[Violation]:
        where = pointer.recover(self.bundle, list(error.schema_path), lambda _: True)
        here = pointer.recover(value, list(error.instance_path), lambda found: found == error.instance)
        holder = pointer.walk(self.bundle, where[:-1])
        expected = pointer.walk(holder, where[-1:])
        if self._is_optional(error.kind.name, expected):
            branches = error.kind.as_dict()["context"]
            for inner in branches[self._only_branch(expected)]:
                yield from self._read(inner, value, place, path)
            return
        schema = holder if isinstance(holder, dict) else {}
        rule, message = _rule(schema, where[-1], error.kind.name)
        got = pointer.walk(value, here)
        for member in _members(error):
            yield Violation(
                rule=rule,
                place=place,
                path=(*path, *here, *member),
                pointer=self._place(where),
                message=message or describe(rule, expected, got, member),
                expected=expected,
                got=got,
                schema=schema,
                branches=self._branches(error, expected, value, place, path),
            )

    def _branches(
        self, error: jsonschema_rs.ValidationError, expected: JSON, value: JSON, place: Place, path: Path
    ) -> tuple[tuple[Violation, ...], ...]:
        if error.kind.name not in ("anyOf", "oneOf"):
            return ()
        return tuple(
            tuple(found for inner in branch for found in self._read(inner, value, place, path))
            for schema, branch in zip(expected, error.kind.as_dict()["context"], strict=True)
            if not self._is_null(schema)
        )

    def _is_optional(self, kind: str, expected: JSON) -> bool:
        """Whether the keyword is `anyOf: [X, null]`, whose violations are those of X."""
        if kind not in ("anyOf", "oneOf"):
            return False
        return len(expected) > 1 and sum(not self._is_null(schema) for schema in expected) == 1

    def _only_branch(self, expected: list[JSON]) -> int:
        return next(index for index, schema in enumerate(expected) if not self._is_null(schema))

    def _is_null(self, schema: JSON) -> bool:
        resolved = self.resolve(schema)
        return isinstance(resolved, dict) and resolved.get("type") == "null"

    def _place(self, where: Sequence[str | int]) -> str:
        """The pointer into the document for a path inside the bundle."""
        if len(where) < 2:
            return self.pointer
        return pointer.join(str(where[1]), *where[2:])


def compile_schema(document: Document, place: str, direction: Direction) -> Schema:
    """The schema that stands at a pointer of the document, bundled with the components it reaches.

    In a request `required` does not count for readOnly properties, in a response not for writeOnly ones
    (OpenAPI 3.1, section 4.8.24.2 of 3.0). Raises DocumentError for a `$ref` to nowhere.
    """
    bundler = _Bundler(document, direction)
    return Schema(document, place, bundler.bundle(place))


class _Bundler:
    def __init__(self, document: Document, direction: Direction) -> None:
        self.document = document
        self.direction = direction
        self.waiting: list[str] = []

    def bundle(self, root: str) -> dict[str, JSON]:
        """`$defs` is keyed by the pointer that each schema has in the document."""
        reached: dict[str, JSON] = {}
        self.waiting.append(root)
        while self.waiting:
            place = self.waiting.pop()
            if place not in reached:
                reached[place] = self.schema(self.document.at(place), place)
        return {"$ref": _reference(root), "$defs": reached}

    def schema(self, node: JSON, place: str) -> JSON:
        if not isinstance(node, dict):
            return node
        source = upgrade(node) if self.document.version(place) < (3, 1) else node
        copied = {key: self.keyword(key, value, place) for key, value in source.items() if key not in _BASES}
        if "required" in copied and isinstance(copied.get("properties"), dict):
            copied["required"] = self.required(copied)
        return copied

    def keyword(self, key: str, value: JSON, place: str) -> JSON:
        if key == "$ref" and isinstance(value, str):
            return self.reference(value, place)
        below = pointer.join(place, key)
        if key in _ONE:
            return self.schema(value, below)
        if key in _MANY and isinstance(value, list):
            return [self.schema(item, pointer.join(below, index)) for index, item in enumerate(value)]
        if key in _NAMED and isinstance(value, dict):
            return {name: self.schema(item, pointer.join(below, name)) for name, item in value.items()}
        return value

    def reference(self, ref: str, place: str) -> str:
        target = self.document.target(ref, place)
        self.document.at(target)
        self.waiting.append(target)
        return _reference(target)

    def required(self, schema: dict[str, JSON]) -> JSON:
        hidden = "readOnly" if self.direction == "request" else "writeOnly"
        properties = schema["properties"]
        return [name for name in schema["required"] if not _flag(properties.get(name), hidden)]


def _order(violation: Violation) -> tuple[list[tuple[bool, int, str]], str]:
    """By place in the data, so that the order of members does not show."""
    numbered = [
        (isinstance(token, int), token if isinstance(token, int) else 0, str(token))
        for token in violation.path
    ]
    return numbered, violation.pointer


def _flag(schema: JSON, name: str) -> bool:
    return isinstance(schema, dict) and schema.get(name) is True


def _reference(place: str) -> str:
    return "#" + quote(pointer.join("/$defs", place), safe="/$~")


def _refuse_remote(uri: str) -> NoReturn:
    raise ValueError(f"remote references are not followed: {uri}")


def _rule(schema: dict[str, JSON], keyword: str | int, kind: str) -> tuple[str, str | None]:
    """The rule's name, and its message where the schema itself brings one."""
    if BUSINESS_RULE in schema:
        return "business", str(schema[BUSINESS_RULE])
    return ("false schema" if kind == "falseSchema" else str(keyword)), None


def _members(error: jsonschema_rs.ValidationError) -> list[tuple[str | int, ...]]:
    """The names of the members that an error is about, each as the end of a path; one empty end if none."""
    details = error.kind.as_dict()
    if "property" in details and error.kind.name in ("required", "dependentRequired"):
        return [(details["property"],)]
    if error.kind.name in ("additionalProperties", "unevaluatedProperties"):
        return [(name,) for name in details["unexpected"]]
    return [()]


def _without_annotations(node: JSON) -> JSON:
    """The bundle less what only people read. A property may well be called `title`: those stay."""
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if key not in _ANNOTATIONS}
    for key, value in kept.items():
        if key in _ONE:
            kept[key] = _without_annotations(value)
        elif key in _MANY and isinstance(value, list):
            kept[key] = [_without_annotations(item) for item in value]
        elif key in _NAMED and isinstance(value, dict):
            kept[key] = {name: _without_annotations(item) for name, item in value.items()}
    return kept
