"""Bodies read by their media type and judged by their schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from understudy.contract import form, jsontext, mediatype, pointer
from understudy.contract.components import Direction
from understudy.contract.document import Document
from understudy.contract.fields import Field
from understudy.contract.schema import Schema, compile_schema
from understudy.contract.wording import shown
from understudy.types import JSON, File, Violation

_ENCODED = frozenset(("object", "array", "null"))


@dataclass(frozen=True, slots=True)
class Body:
    """A body that was read.

    `data` is what a stub sees: JSON, or for a form an object whose files are `File`s. `canonical` is the
    same for bodies of the same meaning.
    """

    data: JSON
    canonical: bytes
    violations: tuple[Violation, ...]


@dataclass(frozen=True)
class Content:
    """One entry of a `content` map: a media type and the schema of its data, compiled when first used."""

    document: Document
    media_type: str
    pointer: str
    direction: Direction

    @cached_property
    def schema(self) -> Schema | None:
        """None where the entry declares no schema."""
        place = pointer.join(self.pointer, "schema")
        node = self.document.at(self.pointer)
        if not isinstance(node, dict) or "schema" not in node:
            return None
        return compile_schema(self.document, place, self.direction)

    @property
    def node(self) -> dict[str, JSON]:
        """The schema object itself, `$ref`s followed; empty where there is none."""
        node = self.schema.node if self.schema else {}
        return node if isinstance(node, dict) else {}

    @cached_property
    def field(self) -> Field:
        schema = self._required_schema()
        return Field(schema, schema.bundle, schema.pointer)

    @cached_property
    def judges_text(self) -> bool:
        """Whether the schema speaks of a text itself, and not of the object or list that XML and the like
        make of one."""
        return self.schema is not None and not (self.field.types and self.field.types <= _ENCODED)

    @cached_property
    def contents(self) -> dict[str, Schema]:
        """The compiled `contentSchema` of JSON strings, by pointer."""
        return {}

    def read(self, content_type: str, raw: bytes) -> Body:
        """Read and judge a body of this media type."""
        if mediatype.is_json(self.media_type) or mediatype.is_json(content_type):
            return self._read_json(raw)
        if mediatype.essence(content_type) in mediatype.FORMS and self.schema is not None:
            return self._read_form(content_type, raw)
        return self._read_opaque(raw)

    def _required_schema(self) -> Schema:
        if self.schema is None:
            raise self.document.error("no schema", self.pointer)
        return self.schema

    def _read_json(self, raw: bytes) -> Body:
        try:
            data, canonical = jsontext.read(raw)
        except jsontext.JsonError as error:
            return _unread("json", self, error.reason, raw, expected=error.offset)
        found = self.schema.violations(data) if self.schema else []
        return Body(data, canonical, tuple(found))

    def _read_opaque(self, raw: bytes) -> Body:
        text = raw.decode("utf-8", "replace") if self.media_type.startswith("text/") else raw
        if self.schema is None or not self.judges_text:
            return Body(text, sha256(raw).digest(), ())
        found = self.schema.violations(self.field.read(raw.decode("latin-1")))
        return Body(text, sha256(raw).digest(), tuple(found))

    def _read_form(self, content_type: str, raw: bytes) -> Body:
        if not raw:
            return self._judge_form({})
        try:
            parts = form.parse(content_type, raw)
        except form.FormError as error:
            return _unread("form", self, str(error), raw)
        return self._judge_form(parts)

    def _judge_form(self, parts: form.Parts) -> Body:
        schema = self._required_schema()
        instance: dict[str, JSON] = {}
        data: dict[str, JSON] = {}
        found: list[Violation] = []
        for name, values in sorted(parts.items()):
            field = self.field.member(name)
            instance[name], data[name], wrong = self._read_part(name, field, values)
            found += wrong
        told = {violation.path for violation in found}
        found += [violation for violation in schema.violations(instance) if violation.path not in told]
        return Body(data, _canonical_form(data), tuple(found))

    def _read_part(
        self, name: str, field: Field, values: list[form.Part]
    ) -> tuple[JSON, JSON, list[Violation]]:
        """What the schema judges, what the stub sees, and the violations found on the way."""
        undecodable = next((value for value in values if isinstance(value, form.Undecodable)), None)
        if undecodable:
            return "", None, [self._not_text(name, undecodable)]
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) < len(values):
            return _read_files(field, values)
        if _wants_file(field):
            return "", texts[0], [self._not_a_file(name, field, texts[0])]
        value = field.read_all(texts)
        if isinstance(value, str) and field.json_content is not None:
            return value, *self._read_content(name, field.json_content, value)
        return value, value, []

    def _read_content(self, name: str, content: tuple[JSON, str], text: str) -> tuple[JSON, list[Violation]]:
        """A string that holds JSON: the parsed value, and at most one violation at the part itself."""
        _, place = content
        if place not in self.contents:
            self.contents[place] = compile_schema(self.document, place, self.direction)
        try:
            value = jsontext.loads(text.encode("utf-8", "surrogatepass"))
        except jsontext.JsonError as error:
            reason = f"not JSON: {error.reason} at character {error.offset}"
            return text, [self._bad_content(name, place, reason, text, {"json": error.reason})]
        found = self.contents[place].violations(value)
        if not found:
            return value, []
        reason = "; ".join(_located(name, violation) for violation in found[:5])
        return value, [self._bad_content(name, place, reason, text, {})]

    def _bad_content(
        self, name: str, place: str, reason: str, text: str, schema: Mapping[str, JSON]
    ) -> Violation:
        return Violation("content", "body", (name,), place, reason, None, text, schema)

    def _not_text(self, name: str, part: form.Undecodable) -> Violation:
        got = part.content[:200].decode("latin-1")
        message = f"must be text in UTF-8, got {shown(got)}"
        return Violation("text", "body", (name,), self.field.member(name).place, message, "utf-8", got, {})

    def _not_a_file(self, name: str, field: Field, text: str) -> Violation:
        message = f"must be a file, sent with a filename; got the text {shown(text)}"
        leaf, place = next((leaf, place) for leaf, place in field.alternatives if "type" in leaf)
        where = pointer.join(place, "format" if "format" in leaf else "type")
        return Violation("file", "body", (name,), where, message, "file", text, leaf)


def contents(document: Document, owner: str, direction: Direction) -> dict[str, Content]:
    """The entries of the `content` map of the request body or response at `owner`, by media type."""
    node = document.at(owner).get("content") or {}
    return {name: Content(document, name, pointer.join(owner, "content", name), direction) for name in node}


def _unread(rule: str, content: Content, reason: str, raw: bytes, expected: JSON = None) -> Body:
    got = raw[:200].decode("utf-8", "replace")
    violation = Violation(rule, "body", (), content.pointer, reason, expected, got, content.node)
    return Body(None, sha256(raw).digest(), (violation,))


def _wants_file(field: Field) -> bool:
    """Whether only a file will do: a schema that takes any other value as well takes text."""
    return field.is_binary and all(
        leaf.get("format") == "binary" or "contentMediaType" in leaf or leaf.get("type") in (None, "null")
        for leaf, _ in field.alternatives
    )


def _read_files(field: Field, values: list[form.Part]) -> tuple[JSON, JSON, list[Violation]]:
    binary = field.is_binary or field.items.is_binary or not field.types
    judged = [_stand_in(value, binary) for value in values]
    if len(values) == 1 and "array" not in field.types:
        return judged[0], values[0], []
    return judged, values, []


def _stand_in(value: form.Part, binary: bool) -> JSON:
    """What the schema judges in place of a file: its bytes as characters, or an object, which no text is."""
    if not isinstance(value, File):
        return value
    if binary:
        return value.content.decode("latin-1")
    return {"filename": value.filename, "content_type": value.content_type, "size": len(value.content)}


def _canonical_form(data: dict[str, JSON]) -> bytes:
    return jsontext.canonical({name: _canonical_part(value) for name, value in data.items()})


def _canonical_part(value: JSON) -> JSON:
    if isinstance(value, File):
        digest = sha256(value.content).hexdigest()
        return {"file": [value.filename, mediatype.essence(value.content_type), digest]}
    return [_canonical_part(item) for item in value] if isinstance(value, list) else value


def _located(name: str, violation: Violation) -> str:
    where = "".join(f"[{token}]" if isinstance(token, int) else f".{token}" for token in violation.path)
    return f"{name}{where}: {violation.message}"
