"""Violations in FastAPI's own words: its error types, places and sentences (FastAPI 0.165, pydantic 2.14).

A schema that FastAPI wrote tells what stood in the source: `properties` a model, only
`additionalProperties` a dict, `prefixItems` a tuple, a component's `enum` an Enum and any other a Literal,
a number or a string a Decimal. Where the contract is stricter than pydantic the nearest words are taken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from understudy.serve.fastapi.schemas import FORMATS, tag, type_name
from understudy.serve.fastapi.sentences import BOUNDS, SENTENCES, TYPES
from understudy.serve.fastapi.texts import LOCAL_TIME, date_fault, too_far, uuid_fault
from understudy.types import JSON, Violation

Item = dict[str, JSON]


def errors(violations: Sequence[Violation], *, form: bool = False) -> list[Item]:
    """The items of `detail`: `{"type", "loc", "msg", "input"[, "ctx"]}`, in the order of the violations.

    `form` says that the operation takes its body as a form, whose fields FastAPI sees as texts.
    """
    seen = [as_seen for violation in violations for as_seen in _as_seen(violation, form)]
    return [item for violation in _met(seen) for item in _items(violation)]


def _as_seen(violation: Violation, form: bool) -> Iterator[Violation]:
    """The same as FastAPI finds it: of a body that is no form at all each required field is missing."""
    if violation.place == "body" and not form:
        yield violation
    elif violation.rule in ("form", "media-type", "required"):
        names = () if violation.path else violation.schema.get("required", ())
        paths = [(*violation.path, name) for name in names] or [violation.path]
        yield from (replace(violation, rule="required", path=path, got=None) for path in paths)
    elif violation.rule == "file" and violation.got == "":
        yield replace(violation, rule="required", got=None)
    else:
        yield _last_part(violation)


def _last_part(violation: Violation) -> Violation:
    """Of repeated parts for one value FastAPI reads the last; a number it shows as the text that was sent."""
    got, schema = violation.got, violation.schema
    name, text_format = type_name(schema), str(schema.get("format"))
    last = got[-1] if isinstance(got, list) and got else None
    if name in ("integer", "number", "boolean") and isinstance(last, str):
        return replace(violation, got=last)
    if text_format == "binary" and last is not None:
        return replace(violation, got=last)
    if text_format.startswith("uuid") and isinstance(last, str) and uuid_fault(last):
        return replace(violation, rule="format", expected=text_format, got=last)
    return replace(violation, got=str(got)) if type(got) in (int, float) else violation


def _met(violations: Sequence[Violation]) -> Iterator[Violation]:
    """The violations that pydantic comes to: a Literal or an Enum has no type, too long a tuple no items."""
    words = {(found.place, found.path) for found in violations if found.rule in ("const", "enum")}
    long_tuples = {
        (found.place, found.path)
        for found in violations
        if found.rule == "maxItems" and "prefixItems" in found.schema
    }
    for found in violations:
        is_word = (found.place, found.path) in words and found.rule not in ("const", "enum")
        above = ((found.place, found.path[:end]) for end in range(len(found.path)))
        if not is_word and long_tuples.isdisjoint(above):
            yield found


def _items(violation: Violation) -> list[Item]:
    match violation.rule:
        case "required" | "dependentRequired":
            return [_item(violation, "missing")]
        case "type":
            return [_type(violation)]
        case "format" if violation.expected in FORMATS:
            return [_format(violation, violation.expected, violation.got)]
        case "const" | "enum":
            return [_word(violation)]
        case "anyOf" | "oneOf":
            return _union(violation)
        case rule if rule in BOUNDS:
            kind, name = BOUNDS[rule]
            return [_item(violation, kind, **{name: violation.expected})]
        case "minItems" if violation.expected == len(violation.schema.get("prefixItems", ())):
            return _missing_items(violation)
        case "minItems" | "minProperties":
            return [_sized(violation, "too_short", "min_length")]
        case "maxItems" | "maxProperties":
            return [_sized(violation, "too_long", "max_length")]
        case "additionalProperties" | "unevaluatedProperties":
            return [_item(replace(violation, got=violation.got.get(violation.path[-1])), "extra_forbidden")]
        case "json":
            return [_broken_json(violation)]
        case "media-type":
            return [_item(violation, "model_attributes_type")]
        case "text":
            return [_item(violation, "string_unicode")]
        case "file":
            return [_not_a_file(violation)]
        case _:
            return [_value_error(violation, violation.message)]


def _item(violation: Violation, kind: str, **context: JSON) -> Item:
    plural = "" if 1 in (context.get("min_length"), context.get("max_length")) else "s"
    words = {name: _whole(value) for name, value in context.items()}
    item: Item = {
        "type": kind,
        "loc": [violation.place, *violation.path],
        "msg": SENTENCES[kind].format(**words, s=plural),
        "input": violation.got,
    }
    return item | {"ctx": context} if context else item


def _whole(value: JSON) -> JSON:
    """A bound as pydantic prints it: 3.0 is 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _value_error(violation: Violation, reason: str) -> Item:
    """FastAPI shows the exception itself as `error`, which as JSON is an empty object."""
    return _item(violation, "value_error", error=reason) | {"ctx": {"error": {}}}


def _not_a_file(violation: Violation) -> Item:
    return _value_error(violation, f"Expected UploadFile, received: {type(violation.got)}")


def _broken_json(violation: Violation) -> Item:
    """FastAPI puts the offset into `loc`, and shows an empty object for the body."""
    broken = replace(violation, path=(*violation.path, violation.expected), got={})
    return _item(broken, "json_invalid") | {"ctx": {"error": violation.message}}


def _missing_items(violation: Violation) -> list[Item]:
    absent = range(len(violation.got), violation.expected)
    return [_item(replace(violation, path=(*violation.path, index)), "missing") for index in absent]


def _sized(violation: Violation, kind: str, name: str) -> Item:
    collection = "Tuple" if "prefixItems" in violation.schema else "List"
    field_type = "Dictionary" if isinstance(violation.got, dict) else collection
    limit = {name: violation.expected}
    return _item(violation, kind, field_type=field_type, **limit, actual_length=len(violation.got))


# --- types and formats ----------------------------------------------------------------------------------


def _type(violation: Violation) -> Item:
    schema, got = violation.schema, violation.got
    if schema.get("format") == "binary" or schema.get("contentMediaType") == "application/octet-stream":
        return _not_a_file(violation)
    if schema.get("format") == "date-time" and type(got) in (int, float):
        return _item(violation, "datetime_parsing", error=too_far(got < 0))
    return _item(violation, _type_error(schema, got))


def _type_error(schema: Mapping[str, JSON], got: JSON) -> str:
    match type_name(schema), got:
        case "string", _:
            return FORMATS[schema["format"]].type if schema.get("format") in FORMATS else "string_type"
        case "integer", str():
            return "int_parsing" if len(got) <= 4300 else "int_parsing_size"
        case "integer", float():
            return "int_from_float"
        case "number", str():
            return "float_parsing"
        case "boolean", str():
            return "bool_parsing"
        case "boolean", int() | float() if got % 1 == 0 and -(2**63) <= got < 2**63:
            return "bool_parsing"
        case "array", _ if "prefixItems" in schema:
            return "tuple_type"
        case "object", _ if "additionalProperties" in schema and "properties" not in schema:
            return "dict_type"
        case name, _:
            return TYPES.get(name, "none_required")


def _format(violation: Violation, name: str, text: str) -> Item:
    if name == "date-time":
        return _moment(violation, text)
    if name.startswith("uuid"):
        return _uuid(violation, name.removeprefix("uuid"), text)
    return _item(violation, FORMATS[name].parsing, error=violation.message)


def _uuid(violation: Violation, version: str, text: str) -> Item:
    fault = uuid_fault(text)
    if fault or not version:
        return _item(violation, "uuid_parsing", error=fault or f"invalid length: found {len(text)}")
    return _item(violation, "uuid_version", expected_version=int(version))


def _moment(violation: Violation, text: str) -> Item:
    fault = date_fault(text)
    if not fault and text.startswith("0000"):
        return _item(violation, "datetime_parsing", error="year 0 is out of range")
    if not fault and LOCAL_TIME.fullmatch(text):
        return _item(violation, "timezone_aware")
    error = fault or "unexpected extra characters at the end of the input"
    return _item(violation, "datetime_from_date_parsing", error=error)


# --- choices --------------------------------------------------------------------------------------------


def _word(violation: Violation) -> Item:
    """An Enum is a component of its own, a Literal stands where it is used."""
    words = violation.expected if violation.rule == "enum" else [violation.expected]
    *first, last = [repr(word) for word in words] or ["nothing"]
    expected = f"{', '.join(first)} or {last}" if first else last
    is_enum = re.search("(^|#)/components/schemas/[^/]+/enum$", violation.pointer)
    return _item(violation, "enum" if is_enum else "literal_error", expected=expected)


def _union(violation: Violation) -> list[Item]:
    schemas = [schema for schema in violation.expected if type_name(schema) != "null"]
    if sorted(map(type_name, schemas)) == ["number", "string"]:
        return _decimal(violation)
    depth = len(violation.path)
    tagged = [
        replace(found, path=(*violation.path, tag(schema), *found.path[depth:]))
        for schema, branch in zip(schemas, violation.branches, strict=False)
        for found in _met(branch)
    ]
    items = [item for found in tagged for item in _items(found)]
    return items or [_value_error(violation, violation.message)]


def _decimal(violation: Violation) -> list[Item]:
    """A Decimal stands as a number or a string; the bounds of the number are the Decimal's."""
    inner = [found for branch in violation.branches for found in branch]
    bounds = [
        item for found in inner if found.rule in BOUNDS and found.rule != "pattern" for item in _items(found)
    ]
    kind = "decimal_parsing" if isinstance(violation.got, str) else "decimal_type"
    return bounds or [_item(violation, kind)]
