"""Parameters decoded by style, explode and location (OpenAPI 3.1, section 4.8.12)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import unquote_plus

from understudy.contract import jsontext, mediatype, pointer
from understudy.contract.document import Document
from understudy.contract.fields import Field
from understudy.contract.schema import Schema, compile_schema
from understudy.types import JSON, Headers, Violation

Location = Literal["path", "query", "header", "cookie"]
LOCATIONS: tuple[Location, ...] = ("path", "query", "header", "cookie")

_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_DELIMITERS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
# Header parameters that OpenAPI says to ignore (section 4.8.12.2): they are described elsewhere.
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))

Values = Mapping[Location, Mapping[str, JSON]]
"""Decoded parameters by location, then by name as declared."""


@dataclass(frozen=True)
class Parameter:
    """One declared parameter, ready to read and judge."""

    name: str
    location: Location
    pointer: str
    required: bool
    style: str
    explode: bool
    schema: Schema
    field: Field
    media_type: str | None = None
    """Set for a parameter described by `content`: its whole text is of this media type."""
    allow_empty: bool = False
    """Whether its name may come without a value, whatever the schema says."""


@dataclass(frozen=True, slots=True)
class Raw:
    """The places of a request that hold parameters, percent-decoded but not yet read by a schema."""

    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    header: Mapping[str, list[str]]
    cookie: Mapping[str, list[str]]


def raw(path: Mapping[str, str], query: str, headers: Headers) -> Raw:
    """Take query, headers and cookies apart."""
    fields: dict[str, list[str]] = {}
    for name, value in headers:
        fields.setdefault(name, []).append(value)
    cookies = [pair.partition("=")[::2] for line in fields.get("cookie", ()) for pair in line.split(";")]
    return Raw(
        path=path,
        query=_grouped(_pairs(query)),
        header=fields,
        cookie=_grouped((name.strip(), value.strip()) for name, value in cookies),
    )


def _pairs(query: str) -> Iterable[tuple[str, str]]:
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        yield unquote_plus(name), unquote_plus(value)


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def declare(document: Document, path_item: str, operation: str) -> tuple[Parameter, ...]:
    """The parameters of an operation; one of the operation replaces the path item's of the same name."""
    declared: dict[tuple[str, str], Parameter] = {}
    for owner in (path_item, operation):
        for index, _ in enumerate(document.at(owner).get("parameters") or ()):
            place, node = document.follow(pointer.join(owner, "parameters", index))
            _check(document, place, node)
            if node["in"] == "header" and node["name"].lower() in _IGNORED_HEADERS:
                continue
            parameter = _declare(document, place, node)
            declared[parameter.location, parameter.name] = parameter
    return tuple(declared.values())


def _check(document: Document, place: str, node: JSON) -> None:
    if not isinstance(node, dict):
        raise document.error("a parameter is an object", place)
    if not isinstance(node.get("name"), str):
        raise document.error("a parameter without a name", place)
    if node.get("in") not in LOCATIONS:
        found = repr(node.get("in"))
        raise document.error(f"a parameter is in path, query, header or cookie, not {found}", place)


def declare_header(document: Document, place: str, name: str) -> Parameter:
    """A response header, which is described like a header parameter (section 4.8.21)."""
    place, node = document.follow(place)
    return _declare(document, place, {**node, "name": name, "in": "header"})


def _declare(document: Document, place: str, node: dict[str, JSON]) -> Parameter:
    location = cast(Location, node["in"])
    style = node.get("style", _STYLES[location])
    media_type = next(iter(node.get("content") or ()), None)
    inner = ("content", media_type, "schema") if media_type else ("schema",)
    where = pointer.join(place, *inner)
    schema = compile_schema(document, where, "request") if "schema" in node or media_type else None
    if schema is None:
        raise document.error(f"parameter {node['name']!r} has neither schema nor content", place)
    return Parameter(
        name=node["name"],
        location=location,
        pointer=place,
        required=node.get("required") is True or location == "path",
        style=style,
        explode=node.get("explode", style in ("form", "deepObject")),
        schema=schema,
        field=Field(schema, schema.bundle, where),
        media_type=media_type,
        allow_empty=location == "query" and node.get("allowEmptyValue") is True,
    )


def read(parameters: Iterable[Parameter], source: Raw) -> tuple[Values, list[Violation]]:
    """The values of the declared parameters that were sent, and every violation."""
    declared = tuple(parameters)
    values: dict[Location, dict[str, JSON]] = {location: {} for location in LOCATIONS}
    violations: list[Violation] = []
    for parameter in declared:
        found, value, wrong = _read_one(parameter, source, declared)
        if found:
            values[parameter.location][parameter.name] = value
        violations += wrong
    return values, violations


def _read_one(
    parameter: Parameter, source: Raw, declared: Sequence[Parameter]
) -> tuple[bool, JSON, Sequence[Violation]]:
    try:
        found, value = _decode(parameter, source, declared)
    except jsontext.JsonError as error:
        text = _texts(parameter, source)[0]
        return True, text, (_not_json(parameter, text, error),)
    if not found:
        return False, None, (_missing(parameter),) if parameter.required else ()
    if parameter.allow_empty and _texts(parameter, source) == [""]:
        return True, value, ()
    return True, value, parameter.schema.violations(value, parameter.location, (parameter.name,))


def _missing(parameter: Parameter) -> Violation:
    return Violation(
        rule="required",
        place=parameter.location,
        path=(parameter.name,),
        pointer=pointer.join(parameter.pointer, "required"),
        message=f"{parameter.location} parameter {parameter.name!r} is missing",
        expected=True,
        got=None,
        schema={},
    )


def _not_json(parameter: Parameter, text: str, error: jsontext.JsonError) -> Violation:
    message = f"not JSON: {error.reason} at character {error.offset}"
    place = parameter.schema.pointer
    return Violation(
        "content", parameter.location, (parameter.name,), place, message, None, text, {"json": error.reason}
    )


def _decode(parameter: Parameter, source: Raw, declared: Sequence[Parameter]) -> tuple[bool, JSON]:
    """Whether the parameter was sent, and its value."""
    texts = _texts(parameter, source)
    if parameter.media_type is not None:
        return (True, _read_content(parameter, texts[0])) if texts else (False, None)
    if _is_object(parameter) and parameter.location in ("query", "cookie"):
        sent = source.query if parameter.location == "query" else source.cookie
        if parameter.style == "deepObject":
            return _read_deep(parameter, sent)
        if parameter.explode:
            return _read_exploded_object(parameter, sent, declared)
    if not texts:
        return False, None
    return True, _read(parameter, texts)


def _texts(parameter: Parameter, source: Raw) -> list[str]:
    match parameter.location:
        case "path":
            return [source.path[parameter.name]] if parameter.name in source.path else []
        case "header":
            return source.header.get(parameter.name.lower(), [])
        case "query":
            return source.query.get(parameter.name, [])
        case "cookie":
            return source.cookie.get(parameter.name, [])


def _is_object(parameter: Parameter) -> bool:
    return "object" in parameter.field.types and "string" not in parameter.field.types


def _is_array(parameter: Parameter) -> bool:
    return "array" in parameter.field.types


def _read_content(parameter: Parameter, text: str) -> JSON:
    if not mediatype.is_json(parameter.media_type or ""):
        return text
    return jsontext.loads(text.encode("utf-8", "surrogatepass"))


def _read(parameter: Parameter, texts: list[str]) -> JSON:
    if _is_array(parameter):
        return _read_array(parameter, texts)
    if _is_object(parameter):
        return _read_members(parameter, _unprefixed(parameter, texts[0]))
    scalars = [_unprefixed(parameter, text) for text in texts]
    return (
        parameter.field.read_all(scalars)
        if parameter.location == "query"
        else parameter.field.read(scalars[0])
    )


def _read_array(parameter: Parameter, texts: list[str]) -> JSON:
    if parameter.location in ("query", "cookie") and parameter.explode:
        pieces = texts
    else:
        joined = "," if parameter.location == "header" else _DELIMITERS.get(parameter.style, ",")
        text = joined.join(texts)
        pieces = _split(parameter, _unprefixed(parameter, text))
    if len(pieces) == 1 and "string" in parameter.field.types:
        return parameter.field.read(pieces[0])
    return [parameter.field.items.read(piece) for piece in pieces]


def _split(parameter: Parameter, text: str) -> list[str]:
    if text == "":
        return []
    if parameter.style == "matrix" and parameter.explode:
        return [piece.partition("=")[2] for piece in text.split(";")]
    if parameter.style == "label":
        return text.split("." if parameter.explode or "," not in text else ",")
    pieces = text.split(_DELIMITERS.get(parameter.style, ","))
    return [piece.strip() for piece in pieces] if parameter.location == "header" else pieces


def _unprefixed(parameter: Parameter, text: str) -> str:
    """The text without what the style puts before it: `.` of label, `;name=` of matrix."""
    if parameter.style == "label":
        return text.removeprefix(".")
    if parameter.style == "matrix":
        text = text.removeprefix(";")
        exploded = parameter.explode and (_is_array(parameter) or _is_object(parameter))
        return text if exploded else text.removeprefix(parameter.name).removeprefix("=")
    return text


def _read_members(parameter: Parameter, text: str) -> JSON:
    separator = {"label": ".", "matrix": ";"}.get(parameter.style, ",") if parameter.explode else None
    if separator:
        pairs = [piece.partition("=")[::2] for piece in text.split(separator) if piece]
    else:
        delimiter = (
            "." if parameter.style == "label" and "," not in text else _DELIMITERS.get(parameter.style, ",")
        )
        pieces = text.split(delimiter) if text else []
        if len(pieces) % 2:
            return text
        pairs = list(zip(pieces[::2], pieces[1::2], strict=True))
    return {name: parameter.field.member(name).read(value) for name, value in pairs}


def _read_exploded_object(
    parameter: Parameter, sent: Mapping[str, list[str]], declared: Sequence[Parameter]
) -> tuple[bool, JSON]:
    leaves = [leaf for leaf, _ in parameter.field.alternatives]
    names = {name for leaf in leaves for name in leaf.get("properties", ())}
    if any(_is_free_form(leaf) for leaf in leaves):
        names |= _unclaimed(parameter, sent, declared)
    value = {name: parameter.field.member(name).read_all(sent[name]) for name in sent if name in names}
    return bool(value), value


def _is_free_form(leaf: Mapping[str, JSON]) -> bool:
    """Whether members of any name belong to the object: it says so, or names none itself."""
    return bool(leaf.get("additionalProperties", leaf.get("type") == "object" and "properties" not in leaf))


def _unclaimed(parameter: Parameter, sent: Iterable[str], declared: Sequence[Parameter]) -> set[str]:
    claimed = {other.name for other in declared if other.location == parameter.location} - {parameter.name}
    return {name for name in sent if name.partition("[")[0] not in claimed}


def _read_deep(parameter: Parameter, sent: Mapping[str, list[str]]) -> tuple[bool, JSON]:
    """`name[a][b]=1` and `name[a][]=1`, nested as the schema says."""
    value: dict[str, JSON] = {}
    for key, texts in sent.items():
        name, bracket, rest = key.partition("[")
        path = _BRACKETS.findall(bracket + rest)
        if name == parameter.name and path:
            _put(value, path[:16], texts, parameter.field)
    return bool(value), value


def _put(target: dict[str, JSON], path: list[str], texts: list[str], field: Field) -> None:
    name, *deeper = path
    inner = field.member(name)
    if deeper in ([], [""]):
        target[name] = inner.read_all(texts) if not deeper else [inner.items.read(text) for text in texts]
        return
    child = target.setdefault(name, {})
    if isinstance(child, dict):
        _put(child, deeper, texts, inner)
