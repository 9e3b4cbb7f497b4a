"""What single values look like: stated ones first, then format, pattern, bounds and the property's name."""

import base64
import json
import re
from collections.abc import Callable

import pytest
from judging import KEY, accepted, made

from understudy.synthesise import synthesise
from understudy.types import JSON

OTHER = b"another request"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"const": {"a": [1]}, "default": 2}, {"a": [1]}),
        (
            {"type": "string", "examples": ["first", "second"], "example": "third", "default": "fourth"},
            "first",
        ),
        ({"type": "string", "example": "third", "default": "fourth"}, "third"),
        ({"type": "string", "default": "fourth"}, "fourth"),
        ({"type": "boolean", "default": False}, False),
        ({"type": "integer", "examples": ["not one"], "default": 7}, 7),
        ({"enum": ["x", "y", "z"], "default": "z"}, "z"),
        ({"enum": [None, "only"]}, "only"),
        ({"enum": [None]}, None),
        ({"allOf": [{"enum": [1, 2, 3]}, {"enum": [3, 4]}]}, 3),
        ({"type": ["null", "integer"], "minimum": 4, "maximum": 4}, 4),
        ({"anyOf": [{"type": "null"}, {"const": "here"}]}, "here"),
        ({"type": "array", "items": {"const": 1}, "example": [1, 1, 1]}, [1, 1, 1]),
    ],
)
def test_what_the_schema_states_comes_first(schema: JSON, expected: JSON) -> None:
    """const, then examples, example and default in this order, where they are valid; whatever the key."""
    assert all(made(schema, str(number).encode()) == expected for number in range(8))


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_an_empty_default_shows_nothing(empty: JSON) -> None:
    """A default that says "absent" is passed over: an example should be full."""
    kinds = ["null", "string", "array", "object"]
    schema = {"type": kinds, "properties": {"a": {"const": 1}}, "default": empty}
    assert made(schema) not in (None, "", [], {})


def test_an_invalid_example_is_replaced() -> None:
    """Examples are checked against everything that holds, not only against their own type."""
    schema = {"type": "string", "example": "much too long", "maxLength": 5}
    assert made(schema) != "much too long"


def test_enum_members_are_chosen_by_key() -> None:
    """Different requests see different members; the same request the same one."""
    schema = {"enum": list("abcdefgh")}
    seen = {synthesise(schema, str(number).encode()) for number in range(40)}
    assert len(seen) > 4
    assert synthesise(schema, KEY) == synthesise(schema, KEY)


def test_a_request_value_is_echoed() -> None:
    """A property named like a value of the request takes it, if it fits."""
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "colour": {"const": "red"}},
    }
    value = made(schema, echo={"name": "Ada", "age": "old", "colour": "blue"})
    assert value["name"] == "Ada"
    assert isinstance(value["age"], int)
    assert value["colour"] == "red"


def test_an_example_beats_an_echo() -> None:
    """An example is never altered."""
    schema = {"type": "object", "properties": {"name": {"type": "string", "example": "Grace"}}}
    assert made(schema, echo={"name": "Ada"}) == {"name": "Grace"}


def test_an_echo_stays_near_the_root() -> None:
    """The thing asked for gets the id of the request, through an envelope too; what it contains does not."""
    thing = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "owner": {"type": "object", "properties": {"id": {"type": "string"}}},
        },
    }
    for schema, found in ((thing, lambda v: v), ({"properties": {"data": thing}}, lambda v: v["data"])):
        value = found(made({"type": "object", **schema}, echo={"id": "t1"}))
        assert value["id"] == "t1"
        assert value["owner"]["id"] != "t1"


def test_items_do_not_echo_an_id() -> None:
    """The id of a request is not the id of each item of a list."""
    schema = {
        "type": "array",
        "items": {"type": "object", "properties": {"id": {"type": "string"}, "kind": {"type": "string"}}},
    }
    value = made(schema, echo={"id": "t1", "kind": "small"})
    assert value[0]["id"] != "t1"
    assert value[0]["kind"] == "small"


FORMATS = [
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "uuid",
    "uuid4",
    "json-pointer",
    "relative-json-pointer",
    "regex",
]


@pytest.mark.parametrize("name", FORMATS)
def test_formats_are_valid_for_every_key(name: str) -> None:
    """Every format that the judge knows, for a hundred keys."""
    schema = {"type": "string", "format": name}
    for number in range(100):
        value = synthesise(schema, str(number).encode())
        assert accepted(schema, value), value
        assert value


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("byte", r"[A-Za-z0-9+/]+=*"),
        ("binary", r".+"),
        ("password", r"\S+"),
        ("decimal", r"\d+\.\d+"),
        ("currency", r"[A-Z]{3}"),
        ("country-code", r"[A-Z]{2}"),
        ("phone", r"\+\d+"),
        ("color", r"#[0-9a-f]{6}"),
        ("int64", r"\d+"),
        ("uuid4", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("date-time", r"2026-01-\d\dT\d\d:\d\d:\d\dZ"),
        ("date", r"2026-01-\d\d"),
    ],
)
def test_formats_look_as_expected(name: str, pattern: str) -> None:
    """Formats without a judge have their usual shape, and dates lie in January 2026."""
    assert re.fullmatch(pattern, made({"type": "string", "format": name}))


@pytest.mark.parametrize("name", ["email", "hostname", "uri", "uri-reference", "json-pointer", "byte"])
@pytest.mark.parametrize(("least", "most"), [(0, 8), (60, 90), (100, 140)])
def test_formats_keep_to_a_length(name: str, least: int, most: int) -> None:
    """A format with minLength and maxLength is shortened or lengthened."""
    value = made({"type": "string", "format": name, "minLength": least, "maxLength": most})
    assert least <= len(value) <= most


def test_formats_of_the_caller_are_checked() -> None:
    """A further format check decides; the pattern beside it supplies candidates."""
    schema = {"type": "string", "format": "even-length", "pattern": "^[a-z]+$"}
    for number in range(20):
        value = synthesise(
            schema, str(number).encode(), formats={"even-length": lambda text: len(text) % 2 == 0}
        )
        assert len(value) % 2 == 0


PATTERNS = [
    "^[A-Z]{2}-\\d{4}$",
    "^(foo|bar)+$",
    "abc",
    "^a|b$",
    "^[^a-z]$",
    "^\\w+@\\w+\\.com$",
    "^\\p{L}+$",
    "^.{3}$",
    "^(?:[0-9]{1,3}\\.){3}[0-9]{1,3}$",
    "^(?=.*\\d)(?=.*[A-Z]).{8,}$",
    "^(?!admin)[a-z]+$",
    "^\\u0041\\x42$",
    "^$",
    "^[\\w.-]+$",
    "^(a+)+$",
    "^#([0-9a-f]{3}|[0-9a-f]{6})$",
    "^\\/[^/]+\\/$",
    "^[a-z]+(-[a-z]+)*$",
    "^\\d{3}-?\\d{2}$",
    "^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$",
    "^\\S+$",
    "^[\\s\\S]{2,}$",
    "^[]a]*$|x",
    "^x{2,}?y$",
    "^a\\.b\\*$",
    "^arn:aws:[a-z]+:[a-z0-9-]*:\\d{12}:.+$",
    "^v[0-9]+(\\.[0-9]+){0,2}(-(alpha|beta)\\.[0-9]+)?$",
    "(?i)^abc$",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_are_matched_for_every_key(pattern: str) -> None:
    """Patterns as documents have them, for twenty keys each."""
    schema = {"type": "string", "pattern": pattern}
    for number in range(20):
        assert accepted(schema, synthesise(schema, str(number).encode()))


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        ("^[a-z]+$", 30, 30),
        ("^[a-z]*$", 0, 2),
        ("^(ab)+$", 7, 8),
        ("^[A-Z]{2}-\\d{4,}$", 12, 12),
        ("x", 40, 50),
    ],
)
def test_patterns_keep_to_a_length(pattern: str, least: int, most: int) -> None:
    """A pattern together with minLength and maxLength."""
    value = made({"type": "string", "pattern": pattern, "minLength": least, "maxLength": most})
    assert least <= len(value) <= most


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 10, "maximum": 10},
        {"type": "integer", "exclusiveMinimum": 3, "maximum": 4.5},
        {"type": "integer", "multipleOf": 7, "minimum": 50, "maximum": 60},
        {"type": "integer", "maximum": -1000},
        {"type": "number", "multipleOf": 0.01, "minimum": 0.35, "maximum": 0.351},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"type": "number", "exclusiveMinimum": 0.1, "exclusiveMaximum": 0.1001},
        {"type": "number", "not": {"type": "integer"}},
        {"type": "number", "minimum": 1e300},
        {"allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "type": "integer", "exclusiveMinimum": 12},
        {"allOf": [{"multipleOf": 0.3}, {"multipleOf": 0.2}], "type": "number", "exclusiveMinimum": 0},
        {"type": "integer", "minimum": 10**30},
        {"type": "number", "multipleOf": 2.5, "not": {"type": "integer"}},
    ],
)
def test_numbers_keep_to_their_bounds(schema: JSON) -> None:
    """Bounds and multipleOf, exact for decimal fractions, for twenty keys each."""
    for number in range(20):
        assert accepted(schema, synthesise(schema, str(number).encode()))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("int32", -(2**31), 2**31 - 1), ("int64", -(2**63), 2**63 - 1), ("uint8", 0, 255)],
)
def test_integer_formats_bound_a_number(name: str, low: int, high: int) -> None:
    """int32 and its kin have ranges, next to the bounds that the schema gives."""
    schema = {"type": "number", "format": name, "minimum": high - 2}
    value = made(schema)
    assert isinstance(value, int)
    assert low <= value <= high


LIKE: list[tuple[str, str, str]] = [
    ("email", "string", r"[a-z]+\.[a-z]+@example\.com"),
    ("contactEmail", "string", r".+@example\.com"),
    ("homepage_url", "string", r"https://example\.com/.+"),
    ("href", "string", r"https://.+"),
    ("first_name", "string", r"[A-Z][a-z]+"),
    ("lastName", "string", r"[A-Z][a-z]+"),
    ("created_at", "string", r"2026-01-\d\dT.+Z"),
    ("updatedAt", "string", r"2026-01-\d\dT.+Z"),
    ("city", "string", r"[A-Z][a-z]+"),
    ("currency", "string", r"[A-Z]{3}"),
    ("zipCode", "string", r"\d{5}"),
    ("order_id", "string", r"order_[0-9a-f]{8}"),
    ("id", "string", r"[0-9a-f]{12}"),
    ("slug", "string", r"[a-z]+-[a-z]+"),
    ("ip", "string", r"192\.0\.2\.\d+"),
    ("version", "string", r"\d\.\d\.\d"),
    ("locale", "string", r"[a-z]{2}-[A-Z]{2}"),
    ("price", "number", r"\d+(\.\d{1,2})?"),
    ("latitude", "number", r"52\.\d+"),
    ("score", "number", r"0\.\d+"),
    ("page", "integer", r"[1-5]"),
    ("total_count", "integer", r"\d\d?"),
    ("percent", "number", r"0\.\d+"),
    ("forks_count", "string", r"\d\d?"),
    ("duration", "string", r"\d{1,3}"),
    ("last4", "string", r"\d{4}"),
    ("routing_number", "string", r"\d{8}"),
    ("sha", "string", r"[0-9a-f]{40}"),
    ("issues_enabled", "string", r"true|false"),
    ("owned_by", "string", r"[A-Z][a-z]+ [A-Z][a-z]+"),
    ("default_branch", "string", r"main"),
]


@pytest.mark.parametrize(("name", "kind", "pattern"), LIKE)
def test_names_suggest_values(name: str, kind: str, pattern: str) -> None:
    """A plain property looks like what it is called."""
    value = made({"type": "object", "properties": {name: {"type": kind}}})
    assert re.fullmatch(pattern, str(value[name]))


def test_names_are_read_word_by_word() -> None:
    """`coffee` holds no `fee`, and `emailed` is no address."""
    value = made(
        {"type": "object", "properties": {"emailed": {"type": "string"}, "curly": {"type": "string"}}}
    )
    assert "@" not in value["emailed"]
    assert "https" not in value["curly"]


def test_bounds_beat_names() -> None:
    """A name never makes a value invalid."""
    schema = {
        "type": "object",
        "properties": {
            "email": {"type": "string", "maxLength": 3},
            "age": {"type": "integer", "minimum": 500},
            "price": {"type": "number", "maximum": 0.5},
        },
    }
    made(schema)


def test_ids_agree_within_a_thing() -> None:
    """`user_id` is the id of the sibling `user`, and different items have different ones."""
    uuid = {"type": "string", "format": "uuid"}
    user = {"type": "object", "properties": {"id": uuid, "name": {"type": "string"}}}
    row = {"type": "object", "properties": {"user_id": uuid, "user": user}}
    first, second = made({"type": "array", "items": row, "minItems": 2})
    assert first["user_id"] == first["user"]["id"]
    assert first["user_id"] != second["user_id"]


def test_another_request_gets_other_values() -> None:
    """Ids and texts differ between keys."""
    schema = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "uid": {"type": "string", "format": "uuid"}},
    }
    first, second = synthesise(schema, KEY), synthesise(schema, OTHER)
    assert first["id"] != second["id"]
    assert first["uid"] != second["uid"]


def test_a_property_keeps_its_value() -> None:
    """Another property beside it changes nothing."""
    small = {"type": "object", "properties": {"b": {"type": "string"}, "n": {"type": "integer"}}}
    large = {
        "type": "object",
        "properties": {"a": {"type": "string"}, **small["properties"], "c": {"type": "string"}},
    }
    less, more = made(small), made(large)
    assert {name: more[name] for name in less} == less


def test_what_is_returned_may_be_changed() -> None:
    """A caller who changes a value changes no later one."""
    schema = {"type": "object", "properties": {"a": {"type": "array", "example": [1, 2]}}}
    made(schema)["a"].append(3)
    assert made(schema) == {"a": [1, 2]}


CONTENT: list[tuple[JSON, Callable[[str], JSON]]] = [
    (
        {"contentMediaType": "application/json", "contentSchema": {"type": "array", "items": {"const": 1}}},
        json.loads,
    ),
    (
        {
            "contentMediaType": "application/json",
            "contentEncoding": "base64",
            "contentSchema": {"type": "array", "items": {"const": 1}},
        },
        lambda text: json.loads(base64.b64decode(text)),
    ),
]


@pytest.mark.parametrize(("schema", "read"), CONTENT)
def test_a_string_may_hold_a_document(schema: JSON, read: Callable[[str], JSON]) -> None:
    """contentMediaType, contentEncoding and contentSchema give a fitting text."""
    assert read(made({"type": "string", **schema})) == [1, 1]


def test_base64_alone() -> None:
    """contentEncoding without a media type gives base64 of some text."""
    assert base64.b64decode(made({"type": "string", "contentEncoding": "base64"}), validate=True)


@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize(
    "schema", [{"type": "string", "format": "date-time"}, {"type": "string"}, {"type": "integer"}]
)
def test_things_begin_before_they_change_and_end(schema: JSON, number: int) -> None:
    """Moments of one thing come in the order that their names say, as text and as Unix time."""
    names = ("created_at", "updated_at", "ended_at", "expires_at")
    value = synthesise({"type": "object", "properties": dict.fromkeys(names, schema)}, str(number).encode())
    moments = [value[name] for name in names]
    assert moments == sorted(moments)
    assert len(set(moments)) == len(names)


def test_a_text_in_place_of_a_thing_is_its_id() -> None:
    """Where the thing itself could stand, expanded, its id stands; the same id as elsewhere in the reply."""
    schema = {
        "type": "object",
        "properties": {
            "customer": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/customer"}]},
            "customer_id": {"type": "string"},
        },
        "$defs": {"customer": {"type": "object", "properties": {"name": {"type": "string"}}}},
    }
    value = made(schema)
    assert value["customer"].startswith("customer_")
    assert value["customer"] == value["customer_id"]


@pytest.mark.parametrize(
    ("owner", "name", "pattern"),
    [
        ("address", "state", r"[A-Z]{2}"),
        ("order", "state", r"active|pending|closed"),
        ("address", "line1", r"\d+ \w+ (Street|Lane|Road)"),
        ("address", "line2", r"Floor \d"),
        ("metadata", "uid", r"[0-9a-f]{8}-[0-9a-f-]{27}"),
        ("metadata", "resourceVersion", r"\d{4,5}"),
        ("account", "acct", r"\w+-\w+"),
    ],
)
def test_words_mean_what_their_owner_says(owner: str, name: str, pattern: str) -> None:
    """The state of an address is no state of an order."""
    inner = {"type": "object", "properties": {name: {"type": "string"}}}
    value = made({"type": "object", "properties": {owner: inner}})
    assert re.fullmatch(pattern, value[owner][name]), value
