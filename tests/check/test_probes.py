"""Our own cases: valid ones that are valid, and each thing on which services trip, told and sent."""

import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from documents import document, loaded, operation, taking
from understudy import content
from understudy.check import probes as rules
from understudy.check.case import Case, Credentials
from understudy.check.probes import probes
from understudy.contract import Contract, Reading, contract, form
from understudy.types import JSON, File

NOTHING = object()
ASTRAL = "\U0001f3ad \U00010348"
VALID = ("a small valid request", "a full valid request", "the same valid request")


@cache
def shipped(name: str) -> tuple[Contract, tuple[Case, ...]]:
    (api,) = content.find([name])
    held = contract.load(api.document, api.facts)
    return held, probed(held)


def probed(held: Contract) -> tuple[Case, ...]:
    return tuple(case for one in held.operations for group in probes(held, one) for case in group)


def read(held: Contract, case: Case) -> Reading:
    match = held.find(case.request.method, case.request.path)
    assert match is not None
    return match.operation.read(case.request, match.path_parameters)


def is_valid_by_its_words(case: Case) -> bool:
    return case.intent.startswith((*VALID, "no credentials", "good credentials", "a credential for"))


@pytest.mark.parametrize("name", ["galileo", "langsmith"])
def test_valid_requests_are_valid(name: str) -> None:
    """What is sent to be taken breaks nothing of the contract."""
    held, cases = shipped(name)
    base = [case for case in cases if is_valid_by_its_words(case)]
    assert len(base) > 20
    assert [(case.intent, read(held, case).violations) for case in base if read(held, case).violations] == []


@pytest.mark.parametrize("name", ["galileo", "langsmith"])
def test_requests_that_the_contract_forbids_are_there_too(name: str) -> None:
    """A good share of each kind."""
    held, cases = shipped(name)
    declared = [case for case in cases if case.request.method == "POST"]
    broken = sum(bool(read(held, case).violations) for case in declared)
    assert 0.3 < broken / len(declared) < 0.8


@pytest.mark.parametrize("name", ["galileo", "langsmith"])
def test_probes_are_bounded_and_none_is_there_twice(name: str) -> None:
    """An operation has its share of requests, however much its schema says."""
    _, cases = shipped(name)
    assert len(cases) <= rules.MAX_PROBES + 30
    assert max(Counter(case.id for case in cases).values()) == 1


# --- what is in JSON bodies ---------------------------------------------------------------------------


def at(body: JSON, pointer: str) -> JSON:
    """The value at a pointer, NOTHING where there is none."""
    for token in pointer.split("/")[1:]:
        try:
            body = body[int(token) if isinstance(body, list) else token]
        except (KeyError, IndexError, TypeError, ValueError):
            return NOTHING
    return body


def same(one: JSON, other: JSON) -> bool:
    """Equal, of the same type too, -0.0 not 0.0: dumps tells them apart."""
    return one is not NOTHING and json.dumps(one) == json.dumps(other)


@cache
def bodies() -> list[JSON]:
    found = []
    for case in shipped("langsmith")[1]:
        try:
            found.append(json.loads(case.request.body))
        except ValueError:
            continue
    return found


STRUCTURED = "/evaluators/0/structured"
SENT: list[tuple[str, JSON]] = [
    *(("/sampling_rate", value) for value in (0, -0.0, -1, 1, 1.0, 2**63, 10**30, 1.7976931348623157e308)),
    *(("/evaluator_version", value) for value in (0, -1, 1.0, 1.5, 2**31, 2**63, -(2**63) - 1, 10**30)),
    *(("/display_name", value) for value in ("", ASTRAL, None, 7, [], {}, True)),
    *(("/session_id", value) for value in (None, "", "8E7C2F0A-6F4E-4D2B-9A55-3F1C0B7D9E21", "not-a-uuid")),
    *(("/session_id", f"8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e2{end}") for end in ("g", "1\n", "1-tail")),
    ("/session_id", "urn:uuid:8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21"),
    ("/session_id", "{8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21}"),
    ("/session_id", "8e7c2f0a-6f4e-1d2b-9a55-3f1c0b7d9e21"),
    ("/backfill_from", "2024-05-06T07:08:09+05:30"),
    ("/backfill_from", "2024-05-06T07:08:09"),
    ("/backfill_from", "2016-12-31T23:59:60Z"),
    ("/backfill_from", "2024-05-06t07:08:09z"),
    ("/backfill_from", "2024-05-06 07:08:09Z"),
    ("/backfill_from", "2024-13-06T07:08:09Z"),
    ("/display_name", "long " * 1000),
    *(("/is_enabled", value) for value in (True, False, None, 0, "true")),
    *(("/group_by", value) for value in ("thread_id", "THREAD_ID", "", "understudy_unknown", None)),
    *(("/alerts/0/severity", value) for value in ("critical", "warning", "error", "info", None)),
    *(("/evaluators", value) for value in ([], None, [None])),
    *(("/test_inputs", value) for value in ({}, None, {"key": None}, [])),
    ("/test_inputs/", "{any}"),
    ("/webhooks/0/headers/key", None),
    ("/spend_limit/limit_usd", 0),
    ("/spend_limit/limit_usd", 0.01),
    ("/spend_limit/limit_usd", -0.01),
    ("/understudy_unknown", 1),
    ("/spend_limit/understudy_unknown", 1),
    (f"{STRUCTURED}/understudy_unknown", 1),
    (f"{STRUCTURED}/prompt", None),
    (f"{STRUCTURED}/prompt", []),
    (f"{STRUCTURED}/prompt/0/0", ASTRAL),
    (f"{STRUCTURED}/model/key", None),
    ("/code_evaluators/0/code", ASTRAL),
]


@pytest.mark.parametrize(("pointer", "value"), SENT, ids=lambda value: ascii(value)[:60])
def test_a_value_is_tried(pointer: str, value: JSON) -> None:
    """Some body has this value at this place."""
    found = [at(body, pointer) for body in bodies()]
    if value == "{any}":
        assert any(one is not NOTHING for one in found)
    else:
        assert any(same(one, value) for one in found)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 101])
def test_lists_of_several_lengths_are_sent(count: int) -> None:
    """None, one, some and many items."""
    lists = [body.get("evaluators") for body in bodies() if isinstance(body, dict)]
    assert count in {len(items) for items in lists if isinstance(items, list)}


ALIKE = [("is_enabled", "transient", True), ("is_enabled", "transient", False), ("filter", "alerts", None)]


@pytest.mark.parametrize(("one", "other", "value"), ALIKE)
def test_members_of_a_kind_are_sent_alike(one: str, other: str, value: JSON) -> None:
    """Every flag set, every flag cleared, null wherever it may be, each in one body."""
    pairs = [(at(body, f"/{one}"), at(body, f"/{other}")) for body in bodies()]
    assert any(pair[0] is value and pair[1] is value for pair in pairs)


def test_a_deep_value_and_a_large_body_are_sent() -> None:
    """Both valid: what a service can bear is for it to say."""
    held, cases = shipped("langsmith")
    deep = [case for case in cases if b"[{" * 30 in case.request.body.replace(b'"er":', b"")]
    large = [case for case in cases if len(case.request.body) > 100_000]
    assert deep
    assert large
    assert [case.intent for case in (*deep, *large) if read(held, case).violations] == []


@pytest.mark.parametrize("length", [0, 1, 3])
def test_tuples_too_short_and_too_long_are_tried(length: int) -> None:
    """A pair with one part too few and one too many."""
    pairs = [at(body, f"{STRUCTURED}/prompt/0") for body in bodies()]
    assert any(isinstance(pair, list) and len(pair) == length for pair in pairs)


MISSING = ["/display_name", "/sampling_rate", STRUCTURED, "/alerts/0/routing_key", "/webhooks/0/url",
           "/spend_limit/limit_usd", "/code_evaluators/0/code"]  # fmt: skip


@pytest.mark.parametrize("pointer", MISSING)
def test_a_required_member_is_left_out_at_each_level(pointer: str) -> None:
    """Its object is there, it is not."""
    _, cases = shipped("langsmith")
    (case,) = (case for case in cases if case.intent == f"body {pointer}: missing")
    body = json.loads(case.request.body)
    assert at(body, pointer.rpartition("/")[0]) is not NOTHING
    assert at(body, pointer) is NOTHING


def test_one_thing_is_varied_at_a_time() -> None:
    """A body differs from the small valid one in one member at most."""
    _, cases = shipped("langsmith")
    (small,) = (json.loads(case.request.body) for case in cases if case.intent == "a small valid request")
    for case in (case for case in cases if case.intent.startswith("body /")):
        body = json.loads(case.request.body)
        differing = [name for name in small | body if not same(body.get(name, NOTHING), small.get(name))]
        assert len(differing) <= 1, case.intent


BROKEN: list[tuple[str, Callable[[bytes], bool]]] = [
    ("empty", lambda body: body == b""),
    ("NaN", lambda body: b":NaN" in body),
    ("Infinity", lambda body: b":Infinity" in body),
    ("cut", lambda body: body.count(b"{") > body.count(b"}") > -1 and body.startswith(b'{"')),
    ("trailing comma", lambda body: body.endswith(b",}")),
    ("byte order mark", lambda body: body.startswith(b"\xef\xbb\xbf{")),
    ("lone surrogate", lambda body: b'"\\ud800"' in body),
    ("not UTF-8", lambda body: b"\xff}" in body),
    ("duplicate member", lambda body: body.count(b'"display_name":') == 2 and b"}{" not in body),
    ("deep", lambda body: body.startswith(b"[" * 300)),
]


@pytest.mark.parametrize(("words", "is_broken"), BROKEN, ids=[words for words, _ in BROKEN])
def test_broken_json_is_sent(words: str, is_broken: Callable[[bytes], bool]) -> None:
    """JSON that is none, as the declared media type."""
    held, cases = shipped("langsmith")
    found = [
        case
        for case in cases
        if ("content-type", "application/json") in case.request.headers and is_broken(case.request.body)
    ]
    assert found
    assert all(read(held, case).violations for case in found)


# --- what is in forms ---------------------------------------------------------------------------------


@cache
def forms() -> list[form.Parts]:
    found = []
    for case in shipped("galileo")[1]:
        try:
            found.append(form.parse(dict(case.request.headers).get("content-type", ""), case.request.body))
        except form.FormError:
            continue
    return found


TEXTS: list[tuple[str, list[str]]] = [
    *(("log_stream_id", [text]) for text in ("", "null", "None", "not-a-uuid", "{}", "[]")),
    ("experiment_id", ["8E7C2F0A-6F4E-4D2B-9A55-3F1C0B7D9E21"]),
    ("experiment_id", ["8e7c2f0a-6f4e-1d2b-9a55-3f1c0b7d9e21"]),
    ("experiment_id", ["urn:uuid:8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21"]),
    ("experiment_id", ["{8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21}"]),
    *(("limit", [text]) for text in ("0", "-1", "1.5", "9223372036854775808", str(10**30), "", "abc")),
    *(("starting_token", [text]) for text in ("0", "-1", "null", "None", "")),
    *(("required_scorers", [text]) for text in ("", "[]", "null", ASTRAL)),
    *(("filters", [text]) for text in ("[]", "null", "{}", "")),
    *(("sort", [text]) for text in ("{}", "null")),
    ("understudy_unknown", ["1"]),
    ("", ["1"]),
]


@pytest.mark.parametrize(("name", "texts"), TEXTS, ids=lambda value: ascii(value)[:60])
def test_a_text_is_tried(name: str, texts: list[str]) -> None:
    """Some form has these parts under this name."""
    assert any(parts.get(name) == texts for parts in forms())


@pytest.mark.parametrize("name", ["log_stream_id", "experiment_id", "limit", "starting_token", "sort"])
def test_a_scalar_is_sent_twice(name: str) -> None:
    """Two parts of one name where one is wanted."""
    assert any(len(parts.get(name, ())) == 2 for parts in forms())


@pytest.mark.parametrize("name", ["required_scorers", "scoreable_node_types"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_list_is_sent_in_both_wire_forms(name: str, count: int) -> None:
    """As repeated parts, and as one part of JSON."""
    sent = [parts[name] for parts in forms() if name in parts]
    assert any(len(texts) == count for texts in sent)
    whole = [
        json.loads(str(texts[0]))
        for texts in sent
        if len(texts) == 1 and re.match(r'\["\w', str(texts[0])) and str(texts[0]).endswith("]")
    ]
    assert any(len(items) == count for items in whole)


FILES: list[tuple[str, Callable[[list[form.Part]], bool]]] = [
    ("none", lambda parts: not parts),
    ("text", lambda parts: len(parts) == 1 and isinstance(parts[0], str)),
    ("empty", lambda parts: isinstance(parts[0], File) and parts[0].content == b""),
    ("large", lambda parts: isinstance(parts[0], File) and len(parts[0].content) == 1 << 20),
    ("quotes", lambda parts: isinstance(parts[0], File) and parts[0].filename == 'quoted "name".txt'),
    ("non-ASCII", lambda parts: isinstance(parts[0], File) and "é" in parts[0].filename),
    ("astral", lambda parts: isinstance(parts[0], File) and ASTRAL in parts[0].filename),
    ("no name", lambda parts: isinstance(parts[0], File) and parts[0].filename == ""),
    ("two", lambda parts: len(parts) == 2),
]


@pytest.mark.parametrize(("words", "is_so"), FILES, ids=[words for words, _ in FILES])
def test_a_file_is_sent_in_every_way(words: str, is_so: Callable[[list[form.Part]], bool]) -> None:
    """Empty, large, oddly named, twice, and not as a file at all."""
    sent = [parts.get("file", []) for parts in forms()]
    assert any(is_so(parts) for parts in sent if parts or words == "none")


def test_a_quote_in_a_file_name_is_escaped() -> None:
    """Readers differ on a bare one; what is tried is a name with quotes, not a broken header."""
    sent = b"".join(case.request.body for case in shipped("galileo")[1] if "quoted" in case.intent)
    assert rb'filename="quoted \"name\".txt"' in sent


@pytest.mark.parametrize("name", ["filters", "sort"])
def test_json_inside_of_a_text_is_broken_and_varied(name: str) -> None:
    """Broken JSON, JSON of another shape, and valid JSON."""
    held, cases = shipped("galileo")
    inner = [case for case in cases if case.intent.startswith(f"part {name} as JSON")]
    broken = [bool(read(held, case).violations) for case in inner]
    assert sum(broken) > 15
    assert broken.count(False) > 3


@cache
def filters() -> list[JSON]:
    """The first filter of each list of filters."""
    found = []
    for parts in forms():
        try:
            found += json.loads(str(parts["filters"][0]))[:1]
        except (ValueError, TypeError, LookupError):
            continue
    return [each for each in found if isinstance(each, dict)]


KINDS = ["id", "date", "number", "boolean", "collection", "text"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_condition_asks_for_is_varied(kind: str) -> None:
    """Each `then` in a value for which it counts: as it is, a member left out, one that others may have."""
    mine = [each for each in filters() if each.get("type") == kind]
    assert any({"column_id", "operator", "value"} <= each.keys() for each in mine)
    assert any("value" not in each for each in mine)
    assert any("column_id" not in each for each in mine)
    operators = {each["operator"] for each in mine if isinstance(each.get("operator"), str)}
    assert operators >= {"eq", "between", "understudy_unknown"}


def test_a_list_is_tried_where_a_scalar_will_do() -> None:
    """A value that may be a text or a list of texts: both, and a list of something else."""
    values = [each.get("value") for each in filters()]
    assert any(isinstance(value, str) for value in values)
    assert any(isinstance(value, list) and value and isinstance(value[0], str) for value in values)
    assert any(isinstance(value, list) and value and value[0] is None for value in values)


def test_what_a_text_leaves_open_is_not_tried() -> None:
    """Whether `1.0` is an integer is a question of JSON, and no reason to blame who reads a form."""
    limits = [parts["limit"] for parts in forms() if "limit" in parts]
    assert ["1"] in limits
    assert ["1.0"] not in limits


def test_a_boundary_in_quotes_and_many_parts_are_sent() -> None:
    """Both valid, and more than some readers expect."""
    held, cases = shipped("galileo")
    quoted = [case for case in cases if 'boundary="' in dict(case.request.headers).get("content-type", "")]
    many = [case for case in cases if case.request.body.count(b"Content-Disposition") > 100]
    assert quoted
    assert many
    assert [case.intent for case in (*quoted, *many) if read(held, case).violations] == []


def test_text_that_is_not_utf_8_is_sent() -> None:
    """Latin-1 in a text part."""
    assert any(isinstance(part, form.Undecodable) for parts in forms() for part in parts.get("sort", ()))


# --- everything else ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["galileo", "langsmith"])
def test_every_security_alternative_is_tried_alone_and_wrongly(name: str) -> None:
    """Good alone, wrong and malformed for each scheme, and none; always with the same valid request."""
    held, cases = shipped(name)
    schemes = [alternative[0].name for one in held.operations for alternative in one.security]
    kinds = ("good", "wrong", "malformed", "short", "long", "headed", "altered")
    wanted = {Credentials(kind, scheme) for scheme in schemes for kind in kinds} | {Credentials("none")}  # type: ignore[arg-type]
    assert wanted <= {case.credentials for case in cases}
    requests = {case.request for case in cases if case.credentials in wanted}
    assert len(requests) == 1


def test_a_credential_is_made_wrong_as_its_scheme_allows() -> None:
    """The parts of a basic one for themselves, the case of any other."""
    _, cases = shipped("galileo")
    kinds = {(case.credentials.scheme, case.credentials.kind) for case in cases}
    basic = {("HTTPBasic", kind) for kind in ("no-password", "other-password", "other-user")}
    assert basic | {("APIKeyHeader", "swapped"), ("OAuth2PasswordBearer", "swapped")} <= kinds
    assert not {("HTTPBasic", "swapped"), ("APIKeyHeader", "other-user")} & kinds


MEDIA_TYPES = [None, "text/plain", "application/xml", "application/octet-stream", "json",
               "application/x-www-form-urlencoded"]  # fmt: skip


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@pytest.mark.parametrize("name", ["galileo", "langsmith"])
def test_wrong_and_missing_media_types_are_sent(name: str, media_type: str | None) -> None:
    """The valid body under a media type that is not its own, or under none."""
    _, cases = shipped(name)
    (small,) = (case.request.body for case in cases if case.intent == "a small valid request")
    sent = {dict(case.request.headers).get("content-type") for case in cases if case.request.body == small}
    assert media_type in sent


@pytest.mark.parametrize("name", ["galileo", "langsmith"])
def test_undeclared_methods_are_sent(name: str) -> None:
    """Each method that the path does not declare, without a body."""
    _, cases = shipped(name)
    others = {case.request.method: case.request.body for case in cases if case.request.method != "POST"}
    assert others == dict.fromkeys(("GET", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"), b"")


def test_declared_methods_are_not_probed_as_undeclared(tmp_path: Path) -> None:
    """Not those of another operation of the path, nor HEAD beside GET; and once for each path."""
    held = loaded(tmp_path, document({"/a": {"get": operation(), "put": operation()}}))
    methods = Counter(case.request.method for case in probed(held) if case.intent.startswith("method "))
    assert methods == dict.fromkeys(("POST", "DELETE", "OPTIONS", "PATCH"), 1)


@pytest.mark.parametrize("name", ["galileo", "langsmith"])
def test_the_same_request_is_sent_again_and_again_and_after_others(name: str) -> None:
    """Ten times in a row; then each time after another request, an invalid one among them."""
    held, cases = shipped(name)
    steady = [case for case in cases if case.repeat]
    small = steady[0].request
    assert [case.repeat for case in steady[:10]] == list(range(1, 11))
    assert {case.request for case in steady[:10]} == {small}
    assert [case.request == small and case.credentials.kind == "good" for case in steady[10:]] == [
        False,
        True,
    ] * 4
    assert any(read(held, case).violations for case in steady[10::2])
    assert any(not read(held, case).violations for case in steady[10::2])
    assert cases[-len(steady) :] == tuple(steady)


# --- documents that nobody has seen -------------------------------------------------------------------

PARAMETERS: list[tuple[dict[str, JSON], set[str]]] = [
    ({"name": "n", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 9}},
     {"", "n=0", "n=1", "n=9", "n=10", "n=abc", "n=", "n=-1"}),
    ({"name": "q", "in": "query", "schema": {"enum": ["up", "down"]}}, {"q=up", "q=down", "q=UP"}),
    ({"name": "l", "in": "query", "schema": {"type": "array", "items": {"enum": ["a"]}, "maxItems": 2}},
     {"l=a", "l=a&l=a", "l=a&l=a&l=a"}),
    ({"name": "l", "in": "query", "explode": False, "schema": {"type": "array", "items": {"enum": ["a"]}}},
     {"l=a", "l=a,a"}),
    ({"name": "o", "in": "query", "style": "deepObject",
      "schema": {"type": "object", "required": ["k"], "properties": {"k": {"const": "v"}}}},
     {"o%5Bk%5D=v"}),
]  # fmt: skip


@pytest.mark.parametrize(("parameter", "expected"), PARAMETERS, ids=range(len(PARAMETERS)))
def test_query_parameters_are_varied_in_their_style(
    tmp_path: Path, parameter: dict[str, JSON], expected: set[str]
) -> None:
    """Left out, at their bounds and beyond, in the wire form that the style gives."""
    held = loaded(tmp_path, document({"/a": {"get": operation(parameters=[parameter])}}))
    assert expected <= {case.request.query for case in probed(held)}


@pytest.mark.parametrize(
    "schema", [{"type": "string"}, {"type": "object", "properties": {"k": {"enum": ["v", "w"]}}}]
)
def test_a_path_parameter_never_leads_elsewhere(tmp_path: Path, schema: JSON) -> None:
    """No value that would make another path of it."""
    parameter = {"name": "id", "in": "path", "required": True, "schema": schema}
    held = loaded(tmp_path, document({"/a/{id}": {"get": operation(parameters=[parameter])}}))
    paths = {case.request.path for case in probed(held)}
    assert len(paths) > 2
    assert all(path.startswith("/a/") and path.count("/") == 2 and path != "/a/" for path in paths)


def test_headers_and_cookies_can_be_sent(tmp_path: Path) -> None:
    """Only what HTTP has a place for."""
    declared = [
        {"name": name, "in": where, "required": True, "schema": {"type": "string"}}
        for name, where in (("X-Trace", "header"), ("crumb", "cookie"))
    ]
    held = loaded(tmp_path, document({"/a": {"get": operation(parameters=declared)}}))
    values = [value for case in probed(held) for _, value in case.request.headers]
    assert any(value.startswith("crumb=") for value in values)
    assert all(value.isascii() and value.isprintable() for value in values)


NODE: JSON = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 2, "maxLength": 4},
        "next": {"$ref": "#/components/schemas/Node"},
        "others": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}, "minItems": 1},
    },
}


def test_a_recursive_schema_is_walked_so_far_and_no_farther(tmp_path: Path) -> None:
    """A schema that holds itself gives a bounded plan."""
    paths = {"/a": {"post": taking({"$ref": "#/components/schemas/Node"})}}
    held = loaded(tmp_path, document(paths, components={"schemas": {"Node": NODE}}))
    cases = probed(held)
    assert 100 < len(cases) <= rules.MAX_PROBES + 30
    names = [
        at(json.loads(case.request.body), "/name")
        for case in cases
        if case.intent.startswith(("body /name", "a small valid"))
    ]
    assert {len(name) for name in names if isinstance(name, str)} >= {1, 2, 4, 5}


def test_each_alternative_of_a_body_is_tried(tmp_path: Path) -> None:
    """Members of every branch are varied, in a body of that branch."""
    shapes: JSON = {
        "oneOf": [
            {"type": "object", "required": [name], "additionalProperties": False,
             "properties": {name: {"type": "integer"}}}
            for name in ("radius", "side")
        ]
    }  # fmt: skip
    held = loaded(tmp_path, document({"/a": {"post": taking(shapes)}}))
    cases = probed(held)
    for name in ("radius", "side"):
        sent = [case for case in cases if case.intent == f"body /{name}: 0"]
        assert [read(held, case).violations for case in sent] == [()]


def test_a_urlencoded_form_is_varied(tmp_path: Path) -> None:
    """The fields of a form without files."""
    schema: JSON = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    held = loaded(tmp_path, document({"/a": {"post": taking(schema, "application/x-www-form-urlencoded")}}))
    sent = {case.request.body for case in probed(held)}
    assert {b"n=0", b"n=-1", b"n=abc", b"n=", b"", b"n=9223372036854775808"} <= sent


def test_an_operation_that_nothing_satisfies_has_no_probes(tmp_path: Path) -> None:
    """There is no valid request to start from; the rest of the plan stands."""
    paths = {
        "/a": {"post": taking({"type": "string", "minLength": 2, "maxLength": 1})},
        "/b": {"get": operation()},
    }
    assert {case.operation for case in probed(loaded(tmp_path, document(paths)))} == {"GET /b"}


@pytest.mark.parametrize("schema", [{}, {"type": "string", "format": "binary"}], ids=["any", "file"])
def test_a_form_without_declared_parts_is_not_varied(tmp_path: Path, schema: JSON) -> None:
    """As Spoonacular, Jira and Codat declare theirs: there is no part to vary, and the plan ends well."""
    held = loaded(tmp_path, document({"/f": {"post": taking(schema, "multipart/form-data")}}))
    assert not [case for case in probed(held) if case.intent.startswith(("form", "part"))]
