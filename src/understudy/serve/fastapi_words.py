"""Violations in FastAPI's own words: its error types, places and sentences (FastAPI 0.165, pydantic 2.14).

A schema that FastAPI wrote tells what stood in the source: `properties` a model, only
`additionalProperties` a dict, `prefixItems` a tuple, a component's `enum` an Enum and any other a Literal,
a number or a string a Decimal. Where the contract is stricter than pydantic the nearest words are taken.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from understudy.types import JSON, Violation

Item = dict[str, JSON]

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "Field required",
        "extra_forbidden": "Extra inputs are not permitted",
        "json_invalid": "JSON decode error",
        "value_error": "Value error, {error}",
        "none_required": "Input should be None",
        "string_type": "Input should be a valid string",
        "string_unicode": "Input should be a valid string, unable to parse raw data as a unicode string",
        "string_too_short": "String should have at least {min_length} character{s}",
        "string_too_long": "String should have at most {max_length} character{s}",
        "string_pattern_mismatch": "String should match pattern '{pattern}'",
        "bool_type": "Input should be a valid boolean",
        "bool_parsing": "Input should be a valid boolean, unable to interpret input",
        "int_type": "Input should be a valid integer",
        "int_parsing": "Input should be a valid integer, unable to parse string as an integer",
        "int_parsing_size": "Unable to parse input string as an integer, exceeded maximum size",
        "int_from_float": "Input should be a valid integer, got a number with a fractional part",
        "float_type": "Input should be a valid number",
        "float_parsing": "Input should be a valid number, unable to parse string as a number",
        "decimal_type": "Decimal input should be an integer, float, string or Decimal object",
        "decimal_parsing": "Input should be a valid decimal",
        "greater_than": "Input should be greater than {gt}",
        "greater_than_equal": "Input should be greater than or equal to {ge}",
        "less_than": "Input should be less than {lt}",
        "less_than_equal": "Input should be less than or equal to {le}",
        "multiple_of": "Input should be a multiple of {multiple_of}",
        "enum": "Input should be {expected}",
        "literal_error": "Input should be {expected}",
        "list_type": "Input should be a valid list",
        "tuple_type": "Input should be a valid tuple",
        "dict_type": "Input should be a valid dictionary",
        "model_attributes_type": "Input should be a valid dictionary or object to extract fields from",
        "too_short": "{field_type} should have at least {min_length} item{s} after validation, "
        "not {actual_length}",
        "too_long": "{field_type} should have at most {max_length} item{s} after validation, "
        "not {actual_length}",
        "uuid_type": "UUID input should be a string, bytes or UUID object",
        "uuid_parsing": "Input should be a valid UUID, {error}",
        "uuid_version": "UUID version {expected_version} expected",
        "datetime_type": "Input should be a valid datetime",
        "datetime_parsing": "Input should be a valid datetime, {error}",
        "datetime_from_date_parsing": "Input should be a valid datetime or date, {error}",
        "timezone_aware": "Input should have timezone info",
        "date_type": "Input should be a valid date",
        "date_from_datetime_parsing": "Input should be a valid date or datetime, {error}",
        "time_type": "Input should be a valid time",
        "time_parsing": "Input should be in a valid time format, {error}",
        "time_delta_type": "Input should be a valid timedelta",
        "time_delta_parsing": "Input should be a valid timedelta, {error}",
        "url_type": "URL input should be a string or URL",
        "url_parsing": "Input should be a valid URL, {error}",
    }
)


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
    name, text_format = _type_name(schema), str(schema.get("format"))
    last = got[-1] if isinstance(got, list) and got else None
    if name in ("integer", "number", "boolean") and isinstance(last, str):
        return replace(violation, got=last)
    if text_format == "binary" and last is not None:
        return replace(violation, got=last)
    if text_format.startswith("uuid") and isinstance(last, str) and _uuid_fault(last):
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
        case "format" if violation.expected in _FORMATS:
            return [_format(violation, violation.expected, violation.got)]
        case "const" | "enum":
            return [_word(violation)]
        case "anyOf" | "oneOf":
            return _union(violation)
        case rule if rule in _BOUNDS:
            kind, name = _BOUNDS[rule]
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
        "msg": _SENTENCES[kind].format(**words, s=plural),
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
        return _item(violation, "datetime_parsing", error=_too_far(got < 0))
    return _item(violation, _type_error(schema, got))


def _type_error(schema: Mapping[str, JSON], got: JSON) -> str:
    match _type_name(schema), got:
        case "string", _:
            return _FORMATS[schema["format"]].type if schema.get("format") in _FORMATS else "string_type"
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
            return _TYPES.get(name, "none_required")


def _type_name(schema: JSON) -> str:
    """The type that a schema asks for; of several the first that is not null."""
    declared = schema.get("type", "") if isinstance(schema, dict) else ""
    names = declared if isinstance(declared, list) else [declared]
    return next((name for name in names if name != "null"), "null")


def _format(violation: Violation, name: str, text: str) -> Item:
    if name == "date-time":
        return _moment(violation, text)
    if name.startswith("uuid"):
        return _uuid(violation, name.removeprefix("uuid"), text)
    return _item(violation, _FORMATS[name].parsing, error=violation.message)


def _uuid(violation: Violation, version: str, text: str) -> Item:
    fault = _uuid_fault(text)
    if fault or not version:
        return _item(violation, "uuid_parsing", error=fault or f"invalid length: found {len(text)}")
    return _item(violation, "uuid_version", expected_version=int(version))


def _uuid_fault(text: str) -> str:
    """What is wrong with a text as a UUID; empty for what pydantic takes beyond the hyphenated form."""
    size = _bytes(text)
    bare = text if size == 36 else re.sub(r"^(?:urn:uuid:(.*)|\{(.*)\})$", r"\1\2", text, flags=re.DOTALL)
    lengths = [len(group) for group in bare.split("-")]
    if size > 45:
        return f"invalid length: found {size}"
    if stray := re.search("[^0-9a-fA-F-]", bare):
        return f"invalid character: found `{stray[0]}` at {_bytes(bare[: stray.start()])}"
    if len(lengths) == 1 and size != 36 and bare == text:
        return "" if size == 32 else f"invalid length: found {size}"
    if len(lengths) != 5:
        return f"invalid group count: expected 5, found {len(lengths)}"
    wrong = [index for index, wanted in enumerate(_UUID_GROUPS) if lengths[index] != wanted]
    if not wrong:
        return ""
    first = wrong[0]
    return f"invalid group length in group {first}: expected {_UUID_GROUPS[first]}, found {lengths[first]}"


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _moment(violation: Violation, text: str) -> Item:
    fault = _date_fault(text)
    if not fault and text.startswith("0000"):
        return _item(violation, "datetime_parsing", error="year 0 is out of range")
    if not fault and _LOCAL_TIME.fullmatch(text):
        return _item(violation, "timezone_aware")
    error = fault or "unexpected extra characters at the end of the input"
    return _item(violation, "datetime_from_date_parsing", error=error)


def _date_fault(text: str) -> str:
    """What is wrong with the date at the start of a text."""
    if re.fullmatch(r"[+-]?\d{11,}", text):
        return _too_far(text.startswith("-"))
    if _bytes(text) < 10:
        return "input is too short"
    for pattern, fault in _DATE_STEPS:
        if not re.match(pattern, text, re.ASCII):
            return fault
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    last = monthrange(year or 4, month)[1]  # the calendar begins with the year 1; 0 is a leap year as 4 is
    return "" if 1 <= day <= last else "day value is outside expected range"


def _too_far(past: bool) -> str:
    return f"dates {'before 0000' if past else 'after 9999'} are not supported as unix timestamps"


# --- choices --------------------------------------------------------------------------------------------


def _word(violation: Violation) -> Item:
    """An Enum is a component of its own, a Literal stands where it is used."""
    words = violation.expected if violation.rule == "enum" else [violation.expected]
    *first, last = [repr(word) for word in words] or ["nothing"]
    expected = f"{', '.join(first)} or {last}" if first else last
    is_enum = re.search("(^|#)/components/schemas/[^/]+/enum$", violation.pointer)
    return _item(violation, "enum" if is_enum else "literal_error", expected=expected)


def _union(violation: Violation) -> list[Item]:
    schemas = [schema for schema in violation.expected if _type_name(schema) != "null"]
    if sorted(map(_type_name, schemas)) == ["number", "string"]:
        return _decimal(violation)
    depth = len(violation.path)
    tagged = [
        replace(found, path=(*violation.path, _tag(schema), *found.path[depth:]))
        for schema, branch in zip(schemas, violation.branches, strict=False)
        for found in _met(branch)
    ]
    items = [item for found in tagged for item in _items(found)]
    return items or [_value_error(violation, violation.message)]


def _decimal(violation: Violation) -> list[Item]:
    """A Decimal stands as a number or a string; the bounds of the number are the Decimal's."""
    inner = [found for branch in violation.branches for found in branch]
    bounds = [
        item for found in inner if found.rule in _BOUNDS and found.rule != "pattern" for item in _items(found)
    ]
    kind = "decimal_parsing" if isinstance(violation.got, str) else "decimal_type"
    return bounds or [_item(violation, kind)]


def _tag(schema: JSON) -> str:
    """What pydantic calls a branch of a union in a `loc`."""
    if not isinstance(schema, dict):
        return "any"
    if "$ref" in schema:  # FastAPI tells a model's input and output apart by a suffix
        return unquote(re.split("/|~1", schema["$ref"])[-1]).removesuffix("-Input").removesuffix("-Output")
    words = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if words:
        return f"literal[{','.join(map(repr, words))}]"
    return _compound_tag(schema) or _plain_tag(schema)


def _compound_tag(schema: Mapping[str, JSON]) -> str:
    if "anyOf" in schema:
        return f"union[{','.join(map(_tag, schema['anyOf']))}]"
    if "prefixItems" in schema:
        return f"tuple[{', '.join(map(_tag, schema['prefixItems']))}]"
    if schema.get("type") == "array":
        return f"list[{_tag(schema.get('items'))}]"
    if schema.get("type") == "object":
        return str(schema.get("title") or f"dict[str,{_tag(schema.get('additionalProperties'))}]")
    return ""


def _plain_tag(schema: Mapping[str, JSON]) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]].tag
    name = _TAGS.get(_type_name(schema), "any")
    return f"constrained-{name}" if name != "bool" and _BOUNDS.keys() & schema else name


class _Format(NamedTuple):
    type: str
    parsing: str
    tag: str


_FORMATS: Mapping[str, _Format] = MappingProxyType(
    {
        **dict.fromkeys(
            ("uuid", "uuid1", "uuid3", "uuid4", "uuid5"), _Format("uuid_type", "uuid_parsing", "uuid")
        ),
        "date-time": _Format("datetime_type", "datetime_from_date_parsing", "datetime"),
        "date": _Format("date_type", "date_from_datetime_parsing", "date"),
        "time": _Format("time_type", "time_parsing", "time"),
        "duration": _Format("time_delta_type", "time_delta_parsing", "timedelta"),
        "uri": _Format("url_type", "url_parsing", "url"),
    }
)
_DATE_STEPS = (
    (r"\d{4}", "invalid character in year"),
    (r".{4}-", "invalid date separator, expected `-`"),
    (r".{5}\d\d", "invalid character in month"),
    (r".{7}-", "invalid date separator, expected `-`"),
    (r".{8}\d\d", "invalid character in day"),
    (r".{5}(0[1-9]|1[0-2])", "month value is outside expected range of 1-12"),
)
_LOCAL_TIME = re.compile(r".{10}[Tt _]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?", re.ASCII)
_UUID_GROUPS = (8, 4, 4, 4, 12)
_BOUNDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "minimum": ("greater_than_equal", "ge"),
        "maximum": ("less_than_equal", "le"),
        "exclusiveMinimum": ("greater_than", "gt"),
        "exclusiveMaximum": ("less_than", "lt"),
        "multipleOf": ("multiple_of", "multiple_of"),
        "minLength": ("string_too_short", "min_length"),
        "maxLength": ("string_too_long", "max_length"),
        "pattern": ("string_pattern_mismatch", "pattern"),
    }
)
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "boolean": "bool_type",
        "integer": "int_type",
        "number": "float_type",
        "array": "list_type",
        "object": "model_attributes_type",
    }
)
_TAGS: Mapping[str, str] = MappingProxyType(
    {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
)
