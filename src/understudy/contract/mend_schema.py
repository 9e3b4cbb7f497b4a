"""Malformed schema objects as well-formed ones, one object at a time: a wrong keyword is left out, or read as
it was most likely meant.

A schema that no validator takes would cost the operation that reaches it, and all others that do.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import jsonschema_rs

from understudy.contract.formats import FORMATS
from understudy.types import JSON

Node = dict[str, JSON]
Reader = Callable[[JSON], JSON]

NOTHING = object()
"""What a keyword is read as that has to go."""

_TYPES = ("null", "boolean", "object", "array", "number", "string", "integer")
_MEANT = {
    **dict.fromkeys(("bool",), "boolean"),
    **dict.fromkeys(("int", "int32", "int64", "long"), "integer"),
    **dict.fromkeys(("decimal", "double", "float", "numeric"), "number"),
    **dict.fromkeys(("char", "date", "date-time", "datetime", "email", "file", "str", "text"), "string"),
    **dict.fromkeys(("time", "timestamp", "uri", "url", "uuid"), "string"),
    "list": "array",
    **dict.fromkeys(("dict", "map"), "object"),
}
"""What the words of other type systems stand for."""
_SLASHED = re.compile(r"/(?P<inside>\^.*|.*\$)/(?P<flags>[a-z]*)", re.DOTALL)
_PATTERN_WORDS = (
    (re.compile(r"(?<!\\)((?:\\\\)*)\\A"), r"\1^"),
    (re.compile(r"(?<!\\)((?:\\\\)*)\\[Zz]"), r"\1$"),
    (re.compile(r"(\[[^\]]*?\\[wds])-(?=[^\]])"), r"\1\-"),
)
"""What other dialects write where ECMA-262 with its flag `u` writes something else."""


class Fault(NamedTuple):
    """Something wrong at a place of a document that it is served with all the same."""

    place: str
    message: str


class _Change(NamedTuple):
    keyword: str
    value: JSON
    message: str


def mended(schema: Node) -> Node:
    """The schema object, well formed: the same one if nothing is wrong. Its subschemas stay as they are."""
    changes = {change.keyword: change.value for change in _changes(schema)}
    if not changes:
        return schema
    made = {name: changes.get(name, value) for name, value in schema.items()}
    return {name: value for name, value in made.items() if value is not NOTHING}


def is_sound(schema: Node) -> bool:
    """Whether nothing is wrong with a schema object, but for its subschemas."""
    return next(_changes(schema), None) is None


def faults(schema: Node) -> Iterator[tuple[str, str]]:
    """What is wrong with a schema object, but for its subschemas: keyword and message."""
    for keyword, value, message in _changes(schema):
        does = "left out" if value is NOTHING else "read as it was most likely meant"
        yield keyword, f"`{keyword}` {message}; {does}"


def _changes(schema: Node) -> Iterator[_Change]:
    for keyword, value in schema.items():
        rule = _RULES.get(keyword)
        if rule is None:
            continue
        read = rule.reader(value)
        if read is not value and (type(read) is not type(value) or read != value):
            got = "" if isinstance(value, dict) else f", not {_shown(value)}"
            yield _Change(keyword, read, f"must be {rule.expected}{got}")
    if "format" in schema and "enum" in schema and not _has_one_of_the_format(schema):
        yield _Change("format", NOTHING, f"{schema['format']!r} fits none of the values of `enum`")


def _has_one_of_the_format(schema: Node) -> bool:
    values, name = schema["enum"], schema["format"]
    if not (isinstance(values, list) and values and isinstance(name, str)):
        return True
    return any(_format(name).is_valid(value) for value in values if isinstance(value, str)) or not all(
        isinstance(value, str) for value in values
    )


@lru_cache(maxsize=256)
def _format(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True, formats=dict(FORMATS))


class _Rule(NamedTuple):
    reader: Reader
    expected: str


def _text(value: JSON) -> JSON:
    return value if isinstance(value, str) and value else NOTHING


def _saying(value: JSON) -> JSON:
    return value if isinstance(value, str) else NOTHING


def _flag(value: JSON) -> JSON:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value if isinstance(value, bool) else NOTHING


def _number(value: JSON) -> JSON:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return NOTHING
        return int(value) if value.is_integer() else value
    return value if isinstance(value, int | float) and not isinstance(value, bool) else NOTHING


def _positive(value: JSON) -> JSON:
    read = _number(value)
    return read if read is not NOTHING and read > 0 else NOTHING


def _count(value: JSON) -> JSON:
    read = _number(value)
    return read if read is not NOTHING and read >= 0 and read == int(read) else NOTHING


def _list(value: JSON) -> JSON:
    return value if isinstance(value, list) else NOTHING


def _object(value: JSON) -> JSON:
    return value if isinstance(value, dict) else NOTHING


def _names(value: JSON) -> JSON:
    if not isinstance(value, list):
        return NOTHING
    return list(dict.fromkeys(name for name in value if isinstance(name, str)))


def _needs(value: JSON) -> JSON:
    if not isinstance(value, dict):
        return NOTHING
    read = {name: _names(needed) for name, needed in value.items()}
    return {name: names for name, names in read.items() if names is not NOTHING}


def _type(value: JSON) -> JSON:
    if not isinstance(value, list):
        return _type_name(value)
    named = ["null" if name is None else _type_name(name) for name in value]  # YAML's null
    if not named or any(name is NOTHING for name in named):
        return NOTHING
    return list(dict.fromkeys(named))


def _type_name(value: JSON) -> JSON:
    if not isinstance(value, str):
        return NOTHING
    name = _MEANT.get(value.lower(), value.lower())
    return name if name in _TYPES else NOTHING


def _schema(value: JSON) -> JSON:
    return value if isinstance(value, dict | bool) else NOTHING


def _items(value: JSON) -> JSON:
    """One schema; of a list of them an item keeps one."""
    if not isinstance(value, list):
        return _schema(value)
    read = _schemas(value)
    if read is NOTHING or len(read) == 1:
        return read if read is NOTHING else read[0]
    return {"anyOf": read}


def _schemas(value: JSON) -> JSON:
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        return NOTHING
    if value and all(isinstance(item, dict | bool) for item in value):
        return value
    return [item for item in value if isinstance(item, dict | bool)] or NOTHING


def _named_schemas(value: JSON) -> JSON:
    if not isinstance(value, dict):
        return NOTHING
    if all(isinstance(item, dict | bool) for item in value.values()):
        return value
    return {name: item if isinstance(item, dict | bool) else {} for name, item in value.items()}


def _by_pattern(value: JSON) -> JSON:
    read = _named_schemas(value)
    if read is NOTHING:
        return read
    patterns = {name: _pattern(name) for name in read}
    return {patterns[name]: item for name, item in read.items() if patterns[name] is not NOTHING}


def _pattern(value: JSON) -> JSON:
    return _read_pattern(value) if isinstance(value, str) else NOTHING


@lru_cache(maxsize=4096)
def _read_pattern(text: str) -> JSON:
    slashed = _SLASHED.fullmatch(text)
    if slashed:
        text_meant = ("(?i)" if "i" in slashed["flags"] else "") + slashed["inside"]
        return text_meant if _compiles(text_meant) else NOTHING
    if _compiles(text):
        return text
    meant = text
    for written, ecma in _PATTERN_WORDS:
        meant = written.sub(ecma, meant)
    return meant if _compiles(meant) else NOTHING


def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


def _rules(*rows: tuple[Reader, str, str]) -> dict[str, _Rule]:
    return {keyword: _Rule(reader, expected) for reader, expected, words in rows for keyword in words.split()}


_RULES: Mapping[str, _Rule] = _rules(
    (_type, f"one of {', '.join(_TYPES)}", "type"),
    (_list, "a list of values", "enum examples"),
    (_pattern, "a regular expression of ECMA-262", "pattern"),
    (_text, "a text", "format $ref $dynamicRef $id $schema $anchor $dynamicAnchor"),
    (_saying, "a text", "title description $comment contentEncoding contentMediaType"),
    (_flag, "true or false", "uniqueItems deprecated readOnly writeOnly"),
    (_number, "a number", "minimum maximum exclusiveMinimum exclusiveMaximum"),
    (_positive, "a number above 0", "multipleOf"),
    (_count, "a whole number from 0 up", "minLength maxLength minItems maxItems minContains maxContains"),
    (_count, "a whole number from 0 up", "minProperties maxProperties"),
    (_names, "a list of names", "required"),
    (_needs, "an object of lists of names", "dependentRequired"),
    (_object, "an object", "discriminator"),
    (_items, "a schema", "items"),
    (_schema, "a schema", "additionalProperties contains contentSchema else if not propertyNames then"),
    (_schema, "a schema", "unevaluatedItems unevaluatedProperties"),
    (_schemas, "a list of schemas", "allOf anyOf oneOf prefixItems"),
    (_named_schemas, "an object of schemas", "properties dependentSchemas $defs definitions"),
    (_by_pattern, "an object of schemas by regular expressions", "patternProperties"),
)


def _shown(value: JSON) -> str:
    """A value as a message shows it: short."""
    return "null" if value is None else repr(value)[:60]
