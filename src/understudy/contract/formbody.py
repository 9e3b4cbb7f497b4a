"""Forms judged by their schema, each part read as its property and its encoding say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from understudy.contract import deep, encoding, form, heldjson, mediatype, parameter, pointer
from understudy.contract.components import Direction
from understudy.contract.document import Document
from understudy.contract.encoding import PLAIN, Encoding
from understudy.contract.fields import Field
from understudy.contract.schema import Schema, compile_schema
from understudy.contract.wording import shown
from understudy.types import JSON, File, Violation

_Reading = tuple[JSON, JSON, list[Violation]]
"""What the schema judges, what the stub sees, and the violations found on the way."""


@dataclass(frozen=True)
class FormReader:
    """Reads the forms of one `content` entry."""

    document: Document
    pointer: str
    direction: Direction
    schema: Schema
    field: Field

    @cached_property
    def encodings(self) -> Mapping[str, Encoding]:
        """How the properties travel, those that the document speaks of."""
        return encoding.encodings(self.document, self.pointer)

    @cached_property
    def contents(self) -> dict[str, Schema]:
        """The compiled `contentSchema` of JSON strings, by pointer."""
        return {}

    def judge(self, sent: Iterable[form.Sent]) -> tuple[dict[str, JSON], list[Violation]]:
        """What the stub sees, and every violation."""
        parts: dict[str, list[form.Sent]] = {}
        for part in sent:
            parts.setdefault(part.name, []).append(part)
        found = [wrong for name, values in parts.items() for wrong in self._foreign(name, values)]
        data, taken = self._spread(parts)
        instance = dict(data)
        for name in sorted(parts.keys() - taken):
            values = [part.value for part in parts[name]]
            instance[name], data[name], wrong = self._read_part(name, self.field.member(name), values)
            found += wrong
        told = {violation.path for violation in found}
        found += [violation for violation in self.schema.violations(instance) if violation.path not in told]
        return {name: data[name] for name in sorted(data)}, found

    @cached_property
    def _properties(self) -> tuple[str, ...]:
        leaves = (leaf.get("properties") or () for leaf, _ in self.field.alternatives)
        return tuple(dict.fromkeys(name for properties in leaves for name in properties))

    # --- properties that travel as parameters do, or in several parts ---------------------------------

    def _spread(self, parts: Mapping[str, list[form.Sent]]) -> tuple[dict[str, JSON], set[str]]:
        """The values that do not stand in a part of their own name alone, and the names they took."""
        values: dict[str, JSON] = {}
        taken: set[str] = set()
        texts = {name: _texts(found) for name, found in parts.items() if len(_texts(found)) == len(found)}
        for name in self._properties:
            found, value, names = self._spread_one(name, texts)
            if found:
                values[name] = value
                taken |= names
        return values, taken

    def _spread_one(self, name: str, texts: Mapping[str, list[str]]) -> tuple[bool, JSON, set[str]]:
        """Whether it was sent so, its value, and the names that it took."""
        declared, field = self.encodings.get(name, PLAIN), self.field.member(name)
        inside = {each: sent for each, sent in texts.items() if self._is_inside(each, name)}
        if inside:
            return True, deep.read_deep(name, inside, field), {name, *inside}
        if not field.types & {"array", "object"} or "string" in field.types or not declared.style:
            return False, None, set()
        if name not in texts:
            members = {each: texts[each] for each in _members(field) if each in texts}
            spread = {each: field.member(each).read_all(sent) for each, sent in members.items()}
            return bool(members) and not declared.is_deep, spread, set(members)
        if texts[name] == [""]:
            return True, [] if "array" in field.types else {}, {name}
        if declared.delimiter and len(texts[name]) == 1:
            return True, declared.split(texts[name][0], field), {name}
        return False, None, set()

    def _is_inside(self, sent: str, name: str) -> bool:
        """Whether a name with brackets belongs to a property."""
        return sent.startswith(f"{name}[") and sent.endswith("]") and sent not in self._properties

    # --- single parts ---------------------------------------------------------------------------------

    def _foreign(self, name: str, parts: Iterable[form.Sent]) -> Iterable[Violation]:
        """What is wrong with the media types and the header fields of parts."""
        declared = self.encodings.get(name, PLAIN)
        for part in parts:
            got = part.media_type
            if got and not any(mediatype.covers(one, got) for one in declared.media_types or ("*/*",)):
                told = f"must be of media type {' or '.join(declared.media_types)}, got {got}"
                place = pointer.join(declared.pointer, "contentType")
                yield Violation(
                    "media-type", "body", (name,), place, told, list(declared.media_types), got, {}
                )
            for wrong in parameter.read(declared.headers, parameter.raw({}, "", part.headers))[1]:
                yield replace(wrong, place="body", path=(name, *wrong.path))

    def _read_part(self, name: str, field: Field, values: list[form.Part]) -> _Reading:
        values = [_as_text(field, value) for value in values]
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
            return value, *heldjson.read(value, self._content(field.json_content[1]), (name,))
        return value, value, []

    def _content(self, place: str) -> Schema:
        """The `contentSchema` at a place, compiled."""
        if place not in self.contents:
            self.contents[place] = compile_schema(self.document, place, self.direction)
        return self.contents[place]

    def _not_text(self, name: str, part: form.Undecodable) -> Violation:
        got = part.content[:200].decode("latin-1")
        message = f"must be text in UTF-8, got {shown(got)}"
        return Violation("text", "body", (name,), self.field.member(name).place, message, "utf-8", got, {})

    def _not_a_file(self, name: str, field: Field, text: str) -> Violation:
        message = f"must be a file, sent with a filename; got the text {shown(text)}"
        leaf, place = next((leaf, place) for leaf, place in field.alternatives if "type" in leaf)
        where = pointer.join(place, "format" if "format" in leaf else "type")
        return Violation("file", "body", (name,), where, message, "file", text, leaf)


def _as_text(field: Field, value: form.Part) -> form.Part:
    """A file that says it is JSON, where the schema wants a value and no file: browsers send a Blob so."""
    wants_value = bool(field.types) and not (field.is_binary or field.items.is_binary)
    if wants_value and isinstance(value, File) and mediatype.is_json(value.content_type):
        return form.text(value.content)
    return value


def _texts(parts: Iterable[form.Sent]) -> list[str]:
    return [part.value for part in parts if isinstance(part.value, str)]


def _members(field: Field) -> Iterable[str]:
    return [name for leaf, _ in field.alternatives for name in leaf.get("properties") or ()]


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
