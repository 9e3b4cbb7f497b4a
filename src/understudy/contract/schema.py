"""Schemas of a document, compiled on first use with only the components they reach."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import islice

import jsonschema_rs

from understudy.contract import bundle, components, pointer
from understudy.contract.abridge import abridged, is_told_by_the_cut
from understudy.contract.components import Components, Direction
from understudy.contract.court import Court
from understudy.contract.document import Document
from understudy.contract.wording import describe
from understudy.types import JSON, Path, Place, Violation

MAX_VIOLATIONS = 500
"""How many violations of one value are told; hostile data could break a schema a million times."""

BUSINESS_RULE = "x-understudy-business-rule"


@dataclass(frozen=True)
class Schema:
    """One schema of a document, ready to judge."""

    document: Document
    pointer: str
    components: Components
    key: str
    """Of its component."""

    @cached_property
    def bundle(self) -> dict[str, JSON]:
        """The schema as self-contained 2020-12."""
        return bundle.bundle(self.key, self.components.defs(self.key))

    @property
    def _court(self) -> Court:
        try:
            return self.components.courts.of(self.key)
        except jsonschema_rs.ValidationError as error:
            place = self._place(list(error.instance_path))
            raise self.document.error(f"not a JSON Schema: {error.message}", place) from None
        except (jsonschema_rs.ReferencingError, ValueError) as error:
            raise self.document.error(f"not a JSON Schema: {error}", self.pointer) from None

    def check(self) -> None:
        """Raises DocumentError if it is no JSON Schema."""
        _ = self.is_valid

    @cached_property
    def is_valid(self) -> Callable[[JSON], bool]:
        """Whether a value satisfies the schema. Raises DocumentError on first use if it is no schema."""
        court = self._court
        return court.validator.is_valid if court.entry is None else self._is_valid_by_shared

    def _is_valid_by_shared(self, value: JSON) -> bool:
        """Validators that are shared are not kept here, for they are large."""
        return self._court.is_valid(value)

    @cached_property
    def digest(self) -> bytes:
        """Changes when the meaning of the schema does, not when a comment or a title does."""
        digest = sha256()
        for piece in components.canonical(self.key, self.components.reached(self.key)):
            digest.update(piece)
        return digest.digest()

    @property
    def node(self) -> JSON:
        """The schema itself, `$ref`s followed."""
        return self.resolve({"$ref": bundle.reference(self.key)})

    def resolve(self, schema: JSON) -> JSON:
        """The schema of this bundle at the end of a chain of `$ref`s."""
        return self.resolved(schema, self.pointer)[0]

    def resolved(self, schema: JSON, place: str) -> tuple[JSON, str]:
        """The schema at the end of a chain of `$ref`s that starts at a place, and its own place."""
        for _ in range(64):
            if not (isinstance(schema, dict) and isinstance(schema.get("$ref"), str)):
                return schema, place
            key = bundle.referred(schema["$ref"])
            if key is None:
                break
            schema, place = self.components[key].schema, bundle.place_of(key)
        return True, place

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
            for error in self._court.iter_errors(short)
            for violation in self._read(error, value, place, path)
        )
        return list(islice(found, MAX_VIOLATIONS))

    def _read(
        self, error: jsonschema_rs.ValidationError, value: JSON, place: Place, path: Path
    ) -> Iterator[Violation]:
        steps = list(error.instance_path)[0 if self._court.entry is None else 1 :]
        here = pointer.recover(value, steps, lambda found: found == error.instance)
        got = pointer.walk(value, here)
        if error.absolute_keyword_location is not None:
            yield self._foreign(error, place, (*path, *here), got)
            return
        where = pointer.recover(self.bundle, list(error.schema_path), lambda _: True)
        holder = pointer.walk(self.bundle, where[:-1])
        expected = pointer.walk(holder, where[-1:])
        if self._is_optional(error.kind.name, expected):
            branches = error.kind.as_dict()["context"]
            for inner in branches[self._only_branch(expected)]:
                yield from self._read(inner, value, place, path)
            return
        schema = holder if isinstance(holder, dict) else {}
        rule, message = _rule(schema, where[-1], error.kind.name)
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

    def _foreign(
        self, error: jsonschema_rs.ValidationError, place: Place, path: Path, got: JSON
    ) -> Violation:
        """A violation of a meta-schema, which the document only refers to."""
        location = str(error.absolute_keyword_location)
        return Violation(
            error.kind.name, place, path, self.pointer, f"{error.message} ({location})", None, got, {}
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
        return pointer.join(bundle.place_of(str(where[1])), *where[2:])


def compile_schema(document: Document, place: str, direction: Direction) -> Schema:
    """The schema that stands at a pointer of the document. Raises DocumentError for a `$ref` to nowhere."""
    of_direction = document.components[direction]
    return Schema(document, place, of_direction, of_direction.key(place))


def _order(violation: Violation) -> tuple[list[tuple[bool, int, str]], str]:
    """By place in the data, so that the order of members does not show."""
    numbered = [
        (isinstance(token, int), token if isinstance(token, int) else 0, str(token))
        for token in violation.path
    ]
    return numbered, violation.pointer


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
