"""Bodies read by their media type and judged by their schema."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from understudy.contract import form, heldjson, jsontext, mediatype, pointer, xmltext, yamltext
from understudy.contract import sequence as sequences
from understudy.contract.components import Direction
from understudy.contract.document import Document
from understudy.contract.fields import Field
from understudy.contract.formbody import FormReader
from understudy.contract.mediatype import Kind
from understudy.contract.schema import Schema, compile_schema
from understudy.types import JSON, File, Violation


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
    def item_schema(self) -> Schema | None:
        """What each item of a sequence is judged by (OpenAPI 3.2); None where that is not declared."""
        if "itemSchema" not in (self.document.at(self.pointer) or {}):
            return None
        return compile_schema(self.document, pointer.join(self.pointer, "itemSchema"), self.direction)

    @cached_property
    def form_reader(self) -> FormReader:
        return FormReader(self.document, self.pointer, self.direction, self._required_schema(), self.field)

    @cached_property
    def items(self) -> "Items":
        """How its items are judged, where it holds one item after another."""
        return Items(self)

    @cached_property
    def _kind(self) -> Kind | None:
        """How it is read whatever it came as; None for a range."""
        first = mediatype.listed(self.media_type)[0]
        return None if mediatype.is_range(first) else mediatype.kind(first)

    def kind(self, content_type: str = "") -> Kind:
        """How it is read, where it came as `content_type`; as JSON where neither says what it is."""
        return self._kind or mediatype.kind(content_type or "application/json")

    def read(self, content_type: str, raw: bytes) -> Body:
        """Read and judge a body of this media type."""
        kind = self.kind(content_type)
        if kind == "json":
            return self._read_json(raw)
        if kind == "form" and self.schema is not None and self.has_parts:
            return self._read_form(content_type or self.media_type, raw)
        if kind in mediatype.SEQUENCES and not self.items.is_text:
            return self._read_sequence(kind, raw)
        if kind == "xml" and self.schema is not None and not self.is_text:
            return self._read_parsed("xml", raw, lambda: xmltext.loads(raw, self.field))
        if kind == "yaml" and not self.is_text:
            return self._read_parsed("yaml", raw, lambda: yamltext.loads(raw))
        return self._read_opaque(kind, content_type, raw)

    @property
    def has_parts(self) -> bool:
        """Whether its schema is of an object: of a list or a text the parts are not taken apart."""
        return not self.field.types or "object" in self.field.types

    @property
    def is_text(self) -> bool:
        """Whether its schema is of the text as it is, whatever the media type makes of it."""
        return self.schema is not None and self.field.types == {"string"}

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

    def _read_form(self, content_type: str, raw: bytes) -> Body:
        try:
            sent = form.read(content_type, raw) if raw else ()
        except form.FormError as error:
            return _unread("form", self, str(error), raw)
        data, found = self.form_reader.judge(sent)
        return Body(data, _canonical_form(data), tuple(found))

    def _read_sequence(self, kind: Kind, raw: bytes) -> Body:
        try:
            items = self.items.read(kind, raw)
        except sequences.SequenceError as error:
            return _unread("json", self, str(error), raw)
        return Body(items, jsontext.canonical(items), tuple(self.items.violations(items)))

    def _read_parsed(self, rule: str, raw: bytes, load: Callable[[], JSON]) -> Body:
        try:
            data = load()
        except ValueError as error:
            return _unread(rule, self, str(error), raw)
        found = self.schema.violations(data) if self.schema else []
        return Body(data, jsontext.canonical(data), tuple(found))

    def _read_opaque(self, kind: Kind, content_type: str, raw: bytes) -> Body:
        """Text or bytes; a schema that takes no string makes a value of the text."""
        text = raw.decode("latin-1") if kind == "binary" else _decoded(raw, content_type)
        value = self.field.read(text) if self.schema else text
        found = self.schema.violations(value) if self.schema else []
        data = raw if isinstance(value, str) and kind == "binary" else value
        return Body(data, sha256(raw).digest(), tuple(found))


@dataclass(frozen=True)
class Items:
    """The items of a body that holds one after another, and what they are judged by.

    By `itemSchema` each; else by `schema`: all of them as a list where that takes a list (OpenAPI 3.2), each
    of them where it does not, as documents of 3.1 mean it. An event is judged as the object of its fields
    where the schema speaks of its `data`, else what is in its data is.
    """

    content: Content

    @property
    def is_text(self) -> bool:
        """Whether its schema is of the body's text as a whole."""
        return self.content.item_schema is None and self.content.is_text

    @cached_property
    def is_list(self) -> bool:
        """Whether `schema` is of the list of the items."""
        content = self.content
        return content.item_schema is None and content.schema is not None and "array" in content.field.types

    @property
    def schema(self) -> Schema | None:
        """What one item is judged by."""
        return self.content.item_schema or (None if self.is_list else self.content.schema)

    @cached_property
    def field(self) -> Field | None:
        """How one item is read."""
        if self.is_list:
            return self.content.field.items
        return Field(self.schema, self.schema.bundle, self.schema.pointer) if self.schema else None

    @cached_property
    def is_of_events(self) -> bool:
        """Whether the schema of an item is of an event with its fields."""
        return bool(self._data)

    @cached_property
    def _data(self) -> tuple[tuple[str, Field], ...]:
        """What the data of an event may be, and the place of the schema that says so."""
        leaves = self.field.alternatives if self.field else ()
        fields = ((place, Field(self._own, leaf, place)) for leaf, place in leaves if _speaks_of_data(leaf))
        return tuple((place, field.member("data")) for place, field in fields)

    @cached_property
    def _types(self) -> frozenset[str]:
        """The types that the data of an event may have; none where anything goes."""
        fields = [field for _, field in self._data] or ([self.field] if self.field else [])
        return frozenset(name for field in fields for name in field.types)

    @property
    def _own(self) -> Schema:
        return self.content.item_schema or self.content.field.schema

    def read(self, kind: Kind, raw: bytes) -> list[JSON]:
        """The items of a body. Raises SequenceError."""
        found = sequences.items(kind, raw)
        if kind != "events" or self.field is None:
            return found
        return [self._event(index, event) for index, event in enumerate(found)]

    def _event(self, index: int, event: dict[str, JSON]) -> JSON:
        data = self._of_data(index, event["data"])
        return {**event, "data": data} if self.is_of_events else data

    def _of_data(self, index: int, text: str) -> JSON:
        """The JSON in the data of an event, where its schema wants that; else the text, if it takes one."""
        if self._types <= {"string"}:
            return text
        try:
            value = sequences.parsed(index, text.encode())
        except sequences.SequenceError:
            if "string" in self._types:
                return text
            raise
        return text if "string" in self._types and not isinstance(value, dict | list) else value

    def event(self, item: JSON) -> JSON:
        """The event that carries an item."""
        return item if self.is_of_events and isinstance(item, dict) else {"data": item}

    def violations(self, items: list[JSON]) -> Iterator[Violation]:
        """What is wrong with the items."""
        if self.is_list:
            assert self.content.schema is not None
            yield from self.content.schema.violations(items)
            return
        for index, item in enumerate(items) if self.schema else ():
            assert self.schema is not None
            yield from self.schema.violations(item, "body", (index,)) or self._of_content(index, item)

    def _of_content(self, index: int, item: JSON) -> Iterator[Violation]:
        """What is wrong with the JSON that an event holds as text, by the schema of such an event."""
        text = item.get("data") if isinstance(item, dict) else None
        for place, field in self._data if isinstance(text, str) else ():
            if field.json_content and self._compiled(place).is_valid(item):
                yield from heldjson.read(str(text), self._compiled(field.json_content[1]), (index, "data"))[1]

    def _compiled(self, place: str) -> Schema:
        return compile_schema(self.content.document, place, self.content.direction)


def _speaks_of_data(leaf: Mapping[str, JSON]) -> bool:
    return "data" in (leaf.get("properties") or ())


def _decoded(raw: bytes, content_type: str) -> str:
    """Text in the charset that is told; else UTF-8, and what is none is taken for Latin-1."""
    charset = mediatype.parameters(content_type).get("charset", "utf-8")
    try:
        return raw.decode(charset)
    except (ValueError, LookupError):
        return raw.decode("latin-1")


def contents(document: Document, owner: str, direction: Direction) -> dict[str, Content]:
    """The entries of the `content` map of the request body or response at `owner`, by media type."""
    node = document.at(owner).get("content") or {}
    return {name: Content(document, name, pointer.join(owner, "content", name), direction) for name in node}


def _unread(rule: str, content: Content, reason: str, raw: bytes, expected: JSON = None) -> Body:
    got = raw[:200].decode("utf-8", "replace")
    violation = Violation(rule, "body", (), content.pointer, reason, expected, got, content.node)
    return Body(None, sha256(raw).digest(), (violation,))


def _canonical_form(data: dict[str, JSON]) -> bytes:
    return jsontext.canonical({name: _canonical_part(value) for name, value in data.items()})


def _canonical_part(value: JSON) -> JSON:
    if isinstance(value, File):
        digest = sha256(value.content).hexdigest()
        return {"file": [value.filename, mediatype.essence(value.content_type), digest]}
    return [_canonical_part(item) for item in value] if isinstance(value, list) else value
