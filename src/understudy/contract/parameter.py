"""Parameters as they are declared, read by their style and judged by their schema (OpenAPI 3.1, 4.8.12)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import unquote_plus

from understudy.contract import jsontext, mediatype, pointer
from understudy.contract.document import Document
from understudy.contract.fields import Field
from understudy.contract.query import cookies, grouped, pairs
from understudy.contract.schema import Schema, compile_schema
from understudy.contract.style import (
    ALLOWED,
    Location,
    Misspelt,
    Styled,
    deep_value,
    object_in_pairs,
    readings,
    spelling,
)
from understudy.types import JSON, Headers, Violation

LOCATIONS: tuple[Location, ...] = ("path", "query", "header", "cookie")
WHOLE_QUERY = "querystring"
"""The style of a parameter that is the whole query (OpenAPI 3.2, `in: querystring`)."""

_FORM = "application/x-www-form-urlencoded"
# Header parameters that OpenAPI says to ignore (section 4.8.12.2): they are described elsewhere.
_IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))

Values = Mapping[Location, Mapping[str, JSON]]
"""Decoded parameters by location, then by name as declared."""


@dataclass(frozen=True, kw_only=True)
class Parameter(Styled):
    """One declared parameter, ready to read and judge."""

    pointer: str
    required: bool
    schema: Schema
    media_type: str | None = None
    """Set for a parameter described by `content`: its whole text is of this media type."""
    allow_empty: bool = False
    """Whether its name may come without a value, whatever the schema says."""

    @cached_property
    def has_one_name(self) -> bool:
        """Whether all that is sent of it is sent under its own name."""
        if self.style == WHOLE_QUERY or self.media_type is not None:
            return self.style != WHOLE_QUERY
        may_be_spread = "object" in self.field.types or self.location == "cookie"
        return self.style != "deepObject" and not (self.is_in_pairs and may_be_spread)

    def violations(self, value: JSON) -> Sequence[Violation]:
        """What is wrong with a value."""
        return self.schema.violations(value, self.location, (self.name,))


@dataclass(frozen=True, slots=True)
class Raw:
    """The places of a request that hold parameters. Names are decoded, values are as they were sent."""

    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    header: Mapping[str, list[str]]
    cookie: Mapping[str, list[str]]
    whole_query: str = ""

    def texts(self, parameter: Parameter) -> list[str]:
        """What was sent under the name of a parameter."""
        match parameter.location:
            case "path":
                return [self.path[parameter.name]] if parameter.name in self.path else []
            case "header":
                return self.header.get(parameter.name.lower(), [])
            case "query":
                return self.query.get(parameter.name, [])
            case "cookie":
                return self.cookie.get(parameter.name, [])


def raw(path: Mapping[str, str], query: str, headers: Headers) -> Raw:
    """Take query, headers and cookies apart."""
    fields = grouped(headers)
    cookie = grouped(cookies(fields.get("cookie", ())))
    return Raw(path, grouped(pairs(query)), fields, cookie, query)


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
    if node.get("in") not in (*LOCATIONS, WHOLE_QUERY):
        found = repr(node.get("in"))
        raise document.error(f"a parameter is in path, query, header or cookie, not {found}", place)


def declare_header(document: Document, place: str, name: str) -> Parameter:
    """A response header, which is described like a header parameter (section 4.8.21)."""
    place, node = document.follow(place)
    return _declare(document, place, {**node, "name": name, "in": "header"})


def _declare(document: Document, place: str, node: dict[str, JSON]) -> Parameter:
    is_whole = node["in"] == WHOLE_QUERY
    location: Location = "query" if is_whole else node["in"]
    style = WHOLE_QUERY if is_whole else _style(location, node)
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
        explode=node.get("explode", style in ("form", "cookie", "deepObject")) is True,
        allow_reserved=node.get("allowReserved") is True,
        schema=schema,
        field=Field(schema, schema.bundle, where),
        media_type=media_type,
        allow_empty=location == "query" and node.get("allowEmptyValue") is True,
    )


def _style(location: Location, node: Mapping[str, JSON]) -> str:
    """The declared style; the customary one where that has no meaning in its location."""
    declared = node.get("style")
    return declared if declared in ALLOWED[location] else ALLOWED[location][0]


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


def defaults(parameters: Iterable[Parameter]) -> Values:
    """What a parameter is that was not sent, of those whose schema has a valid default."""
    values: dict[Location, dict[str, JSON]] = {location: {} for location in LOCATIONS}
    for parameter in parameters:
        told = [leaf["default"] for leaf, _ in parameter.field.alternatives if "default" in leaf]
        if told and parameter.schema.is_valid(told[0]):
            values[parameter.location][parameter.name] = told[0]
    return values


_Result = tuple[bool, JSON, Sequence[Violation]]
"""Whether a parameter was sent, its value, and what is wrong with it."""


def _read_one(parameter: Parameter, source: Raw, declared: Sequence[Parameter]) -> _Result:
    texts = source.texts(parameter)
    if parameter.allow_empty and texts == [""]:
        return True, parameter.field.read(""), ()
    if not texts and parameter.has_one_name:
        return _absent(parameter)
    try:
        return _first_valid(parameter, _meanings(parameter, source, texts, declared), source)
    except jsontext.JsonError as error:
        text = parameter.decoded(texts[0] if texts else source.whole_query)
        return True, text, (_not_json(parameter, text, error),)
    except Misspelt:
        text = parameter.decoded(texts[0])
        return True, text, (_misspelt(parameter, text),)


def _first_valid(parameter: Parameter, meanings: Iterable[JSON], source: Raw) -> _Result:
    """The first meaning that the schema takes; where it takes none, what is wrong with the very first."""
    first: _Result | None = None
    for value in meanings:
        wrong = parameter.violations(value)
        if not wrong:
            return True, value, ()
        first = first or (True, value, wrong)
    if first is None:
        return _absent(parameter)
    found, value, wrong = first
    return found, value, _with_spelling(parameter, wrong, source)


def _absent(parameter: Parameter) -> _Result:
    return False, None, (_missing(parameter),) if parameter.required else ()


def _meanings(
    parameter: Parameter, source: Raw, texts: Sequence[str], declared: Sequence[Parameter]
) -> Iterator[JSON]:
    """What was sent of a parameter may mean this, the likeliest first; nothing where nothing was sent.

    Raises JsonError and Misspelt.
    """
    if parameter.style == WHOLE_QUERY:
        yield from _whole_query(parameter, source)
    elif parameter.media_type is not None:
        yield _content(parameter, texts[0])
    elif parameter.has_one_name:
        yield from readings(parameter, texts)
    else:
        yield from _in_pairs(parameter, source, texts, declared)


def _in_pairs(
    parameter: Parameter, source: Raw, texts: Sequence[str], declared: Sequence[Parameter]
) -> Iterator[JSON]:
    """Of a parameter that may come as several pairs, each with a name of its own."""
    sent, types = _pairs_sent(parameter, source), parameter.field.types
    texts = sent.get(parameter.name, texts) if parameter.is_array or parameter.is_object else texts
    value = None
    if parameter.style == "deepObject":
        value = deep_value(parameter, sent)
    elif "object" in types and not (texts and "string" in types):
        claimed = _claimed(parameter, declared) if parameter.is_free_form else frozenset()
        value = object_in_pairs(parameter, sent, claimed)
    if value is not None:
        yield value
    elif texts and types and types <= {"object", "null"}:
        raise Misspelt
    elif texts:
        yield from readings(parameter, texts)


def _pairs_sent(parameter: Parameter, source: Raw) -> Mapping[str, list[str]]:
    """The pairs among which a parameter's are; in a cookie `form` may set them apart by `&` as well."""
    if parameter.location == "query":
        return source.query
    if parameter.style != "form":
        return source.cookie
    return grouped(cookies(line.replace("&", ";") for line in source.header.get("cookie", ())))


def _claimed(parameter: Parameter, declared: Sequence[Parameter]) -> frozenset[str]:
    """The names that belong to other parameters of the same location."""
    others = [
        other for other in declared if other.location == parameter.location and other.name != parameter.name
    ]
    spread = [other for other in others if other.is_object and other.is_in_pairs]
    members = {name for other in spread for name in other.members}
    return frozenset({other.name for other in others} | members)


def _content(parameter: Parameter, text: str) -> JSON:
    decoded = parameter.decoded(text)
    if not mediatype.is_json(parameter.media_type or ""):
        return decoded
    return jsontext.loads(decoded.encode("utf-8", "surrogatepass"))


def _whole_query(parameter: Parameter, source: Raw) -> Iterator[JSON]:
    if not source.whole_query:
        return
    if mediatype.essence(parameter.media_type or "") != _FORM:
        yield _content(parameter, source.whole_query)
        return
    texts = {name: [unquote_plus(text) for text in sent] for name, sent in source.query.items()}
    yield {name: parameter.field.member(name).read_all(sent) for name, sent in texts.items()}


# --- what is told ------------------------------------------------------------------------------------------


def _missing(parameter: Parameter) -> Violation:
    written = (
        f"; it is written like {spelling(parameter)}" if parameter.is_object and parameter.is_in_pairs else ""
    )
    return Violation(
        rule="required",
        place=parameter.location,
        path=(parameter.name,),
        pointer=pointer.join(parameter.pointer, "required"),
        message=f"{parameter.location} parameter {parameter.name!r} is missing{written}",
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


def _misspelt(parameter: Parameter, text: str) -> Violation:
    expected = spelling(parameter)
    return Violation(
        rule="style",
        place=parameter.location,
        path=(parameter.name,),
        pointer=parameter.pointer,
        message=f"must be written like {expected} (style {parameter.style})",
        expected=expected,
        got=text,
        schema={},
    )


def _with_spelling(parameter: Parameter, wrong: Sequence[Violation], source: Raw) -> Sequence[Violation]:
    """The violations, with the right spelling where what was sent is valid in another."""
    types = [found for found in wrong if found.rule == "type"]
    if not types or not (parameter.is_array or parameter.is_object) or parameter.media_type is not None:
        return wrong
    if not _is_valid_otherwise(parameter, source):
        return wrong
    hint = f"; the parameter must be written like {spelling(parameter)}"
    return [replace(found, message=found.message + hint) if found in types else found for found in wrong]


def _is_valid_otherwise(parameter: Parameter, source: Raw) -> bool:
    """Whether what was sent is valid as JSON, or in another style of its location."""
    texts = source.texts(parameter)
    if len(texts) != 1:
        return False
    text = parameter.decoded(texts[0])
    if text.startswith(("[", "{")) and parameter.schema.is_valid(parameter.field.read(text)):
        return True
    others = [
        replace(parameter, style=style, explode=explode)
        for style in ALLOWED[parameter.location]
        for explode in (False, True)
    ]
    return any(_is_valid_as(other, texts) for other in others)


def _is_valid_as(parameter: Parameter, texts: Sequence[str]) -> bool:
    try:
        return any(parameter.schema.is_valid(value) for value in readings(parameter, texts))
    except Misspelt:
        return False
