"""Hand-picked requests: valid ones, invalid ones, and for each defect one that makes it show."""

import base64
import json
from typing import Any

from gallery.service import CREDENTIALS, PATHS
from understudy.types import JSON, Headers, Request

KEYS: dict[str, Headers] = {
    "galileo": (("galileo-api-key", CREDENTIALS["galileo"]["APIKeyHeader"]),),
    "langsmith": (("x-api-key", CREDENTIALS["langsmith"]["API Key"]),),
}
_ID = "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21"
_UUID1 = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
_SCORER = b"def scorer_fn(*, step_object, **kwargs):\n    return 1.0\n"
_JUDGE: JSON = {
    "structured": {
        "hub_ref": None,
        "prompt": [["system", "Judge."], ["human", "{answer}"]],
        "schema": {"type": "object"},
        "variable_mapping": {"answer": "output.answer"},
    }
}
_RULE: JSON = {"display_name": "correctness", "sampling_rate": 0.5, "evaluators": [_JUDGE]}
_GONE = object()


# --- how they are written -----------------------------------------------------------------------------


def rule(**members: Any) -> Request:
    """A valid rule with some members replaced, added or (`_GONE`) left out."""
    data = {name: value for name, value in (_RULE | members).items() if value is not _GONE}
    return rule_text(json.dumps(data, ensure_ascii=False).encode())


def rule_text(body: bytes, media_type: str = "application/json") -> Request:
    """These bytes as a rule."""
    headers = (*KEYS["langsmith"], ("content-type", media_type))
    return Request("POST", PATHS["langsmith"], "", headers, body)


def prompted(*prompt: JSON) -> Request:
    """A rule whose evaluator has this prompt."""
    return rule(evaluators=[{"structured": {"prompt": list(prompt)}}])


def form(
    *texts: tuple[str, str], file: bytes | None = _SCORER, filename: str | None = "scorer.py"
) -> Request:
    """A form of text parts and a file, which is None for no file; without a filename it is a text too."""
    parts = [_part(name, text.encode()) for name, text in texts]
    if file is not None:
        parts.append(_part("file", file, filename))
    return form_bytes(b"".join(parts) + b"--b0undary--\r\n")


def form_bytes(body: bytes, media_type: str = "multipart/form-data; boundary=b0undary") -> Request:
    """These bytes as a form."""
    headers = (*KEYS["galileo"], ("content-type", media_type))
    return Request("POST", PATHS["galileo"], "", headers, body)


def _part(name: str, content: bytes, filename: str | None = None) -> bytes:
    escaped = "" if filename is None else '; filename="' + filename.replace('"', '\\"') + '"'
    head = f'--b0undary\r\nContent-Disposition: form-data; name="{name}"{escaped}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def with_credentials(request: Request, *fields: tuple[str, str]) -> Request:
    """The request with these header fields in place of its API key."""
    content_type = tuple(field for field in request.headers if field[0] == "content-type")
    return Request(request.method, request.path, request.query, (*fields, *content_type), request.body)


def basic(value: str) -> tuple[str, str]:
    """The Authorization field for `user:password`."""
    return "authorization", "Basic " + base64.b64encode(value.encode()).decode()


def _get(api: str) -> Request:
    return Request("GET", PATHS[api], "", KEYS[api])


# --- valid and invalid --------------------------------------------------------------------------------

SIMPLE = {"galileo": form(), "langsmith": rule()}
REFUSED = {"galileo": form(("limit", "ten")), "langsmith": rule(display_name=7)}

_FILTERS: JSON = [
    {"type": "text", "column_id": "input", "operator": "contains", "value": "refund"},
    {"type": "date", "column_id": "created_at", "operator": "gte", "value": "2024-01-01T00:00:00+02:00"},
    {"type": "number", "column_id": "cost", "operator": "between", "value": [0, 2.5]},
    {"type": "boolean", "column_id": "ok", "value": False},
    {"type": "id", "column_id": "id", "value": _ID, "extra": None},
]

VALID: dict[str, tuple[Request, ...]] = {
    "langsmith": (
        rule(),
        rule(evaluators=None, session_id=None),
        rule(evaluators=[]),
        rule(evaluators=[_JUDGE, _JUDGE]),
        prompted(),
        rule(evaluators=[{"structured": {"prompt": None, "schema": None, "model": {"x": None}}}]),
        rule(evaluators=[{"structured": {}}]),
        rule(sampling_rate=0),
        rule_text(b'{"display_name":"","sampling_rate":-0.0}'),
        rule(sampling_rate=1.7976931348623157e308, evaluator_version=2**70),
        rule(sampling_rate=-3),
        rule_text(b'{"display_name":"n","sampling_rate":1,"evaluator_version":3.0}'),
        rule(session_id=_ID.upper(), dataset_id=_UUID1),
        rule(is_enabled=False, transient=True),
        rule(display_name="\U0001f3ad says", test_inputs={"": None, "\U0001f3ad": [None]}),
        rule(backfill_from="2024-05-06T07:08:09.123+05:30"),
        rule(backfill_from="2016-12-31T23:59:60Z"),
        rule(group_by="thread_id", spend_limit={"limit_usd": "five", "window": "weekly"}),
        rule(spend_limit={"limit_usd": 0.01, "window": "weekly"}),
        rule(alerts=[{"routing_key": "k", "severity": None, "type": "pagerduty"}]),
        rule(webhooks=[{"url": "x", "headers": {"": ""}}], code_evaluators=[]),
        rule(priority={"unknown": True}),
        rule_text(SIMPLE["langsmith"].body, "application/json; charset=utf-8"),
    ),
    "galileo": (
        form(),
        form(file=b""),
        form(file=b"\x00\xff\r\n--b0und" * 9, filename='a "b" \u00e9\U0001f3ad.py'),
        form(file=b"x" * 100_000),
        form(("limit", "0"), ("starting_token", "-5")),
        form(("limit", "100000000000000000000"), ("starting_token", "7.0")),
        form(("starting_token", ""), ("log_stream_id", ""), ("filters", ""), ("sort", "")),
        form(("log_stream_id", _ID), ("experiment_id", _ID.upper())),
        form(("required_scorers", "a"), ("required_scorers", "b")),
        form(("required_scorers", '["a"]'), ("scoreable_node_types", "llm")),
        form(("required_scorers", "\U0001f3ad"), ("scoreable_node_types", "")),
        form(("scoreable_node_types", "[1]")),
        form(("filters", json.dumps(_FILTERS)), ("sort", '{"column_id":"x","ascending":false}')),
        form(("filters", "[]"), ("note", "unknown")),
    ),
}

INVALID: dict[str, tuple[Request, ...]] = {
    "langsmith": (
        rule(display_name=_GONE),
        rule(sampling_rate=_GONE),
        rule(display_name=None),
        rule(evaluators=[{}]),
        rule(session_id="nobody"),
        rule(backfill_from="yesterday"),
        rule(group_by="run_id"),
        rule(is_enabled=None),
        prompted(["system"]),
        prompted(["system", "a", "b"]),
        prompted(["system", 1]),
        rule(spend_limit={"limit_usd": 0, "window": "weekly"}),
        rule(spend_limit={"limit_usd": 1, "window": "monthly"}),
        rule(alerts=[{"routing_key": "k", "severity": "mild"}]),
        rule(webhooks=[{"url": "x", "headers": {"a": None}}]),
        rule(code_evaluators=[{"code": "x = 1"}]),
        rule(code_evaluators=[{"code": 1}]),
        rule_text(b"[]"),
        rule_text(b"null"),
        rule_text(b""),
        rule_text(b'{"display_name": "x", '),
        rule_text(SIMPLE["langsmith"].body, "application/xml"),
    ),
    "galileo": (
        form(file=None),
        form(filename=None),
        form(("log_stream_id", "nobody")),
        form(("experiment_id", _UUID1)),
        form(("limit", "ten")),
        form(("limit", "None")),
        form(("limit", "1.5")),
        form(("filters", "type=id")),
        form(("filters", '{"type":"id"}')),
        form(("filters", '[{"type":"colour","column_id":"a","value":"b"}]')),
        form(("filters", '[{"type":"number","column_id":"a","operator":"eq","value":"b"}]')),
        form(("sort", "created_at")),
        form(("sort", '{"ascending":true}')),
        form_bytes(b"file=x", "application/x-www-form-urlencoded"),
    ),
}

BROKEN_FORM = form_bytes(b"not a form")

LENIENCIES: dict[str, tuple[Request, ...]] = {
    "langsmith": (
        rule(sampling_rate="0.5"),
        rule(is_enabled="yes"),
        rule(session_id=_ID.replace("-", "")),
        rule(backfill_from="2024-01-01"),
        rule(evaluator_version=True),
        rule_text(b'{"display_name":"a","sampling_rate":NaN}'),
        rule_text(b'{"display_name":"a","display_name":"b","sampling_rate":1}'),
    ),
    "galileo": (
        form(("log_stream_id", _ID.replace("-", ""))),
        form(("limit", "")),
        form(("limit", " 5")),
        form(("limit", "5"), ("limit", "6")),
        form(("sort", ""), ("sort", "")),
        form_bytes(form().body.replace(b"--b0undary--", _part("note", b"\xff") + b"--b0undary--")),
    ),
}
"""What FastAPI takes and the contract does not."""


# --- what makes each defect show ----------------------------------------------------------------------

_Each = dict[str, tuple[Request, ...]]
_FIVE: _Each = {api: (request,) * 5 for api, request in SIMPLE.items()}
_LEAK: _Each = {api: (REFUSED[api], SIMPLE[api]) for api in SIMPLE}
_TWICE: _Each = {api: (SIMPLE[api],) * 2 for api in SIMPLE}
_ANYBODY: _Each = {api: (with_credentials(request),) for api, request in SIMPLE.items()}
_WRONG: _Each = {api: (request,) for api, request in REFUSED.items()}
_LATIN1 = form_bytes(_part("sort", b"\xff") + form().body)


def _key(api: str, value: str) -> tuple[Request, ...]:
    return (with_credentials(SIMPLE[api], (KEYS[api][0][0], value)),)


def _bearer(api: str, token: str) -> tuple[Request, ...]:
    return (with_credentials(SIMPLE[api], ("authorization", f"Bearer {token}")),)


def _keys(suffix: str = "", cut: int | None = None) -> dict[str, tuple[Request, ...]]:
    return {api: _key(api, field[1][:cut] + suffix) for api, (field,) in KEYS.items()}


_NAMES = [f"correct {number}" for number in range(50)]
_SUM_OF_FIVE = {
    "galileo": tuple(form(file=name.encode()) for name in _NAMES),
    "langsmith": tuple(rule(display_name=name) for name in _NAMES),
}
"""Valid requests, of which the bytes of some add up to a multiple of five."""


def _moody(api: str) -> tuple[Request, ...]:
    return (next(request for request in _SUM_OF_FIVE[api] if sum(request.body) % 5 == 0),)


_BOTH: dict[str, _Each] = {
    "moody-500": {api: _moody(api) for api in SIMPLE},
    **dict.fromkeys(("flaky-500", "flaky-502", "rate-limited"), _FIVE),
    **dict.fromkeys(("state-leak",), _LEAK),
    **dict.fromkeys(("taken-once",), _TWICE),
    **dict.fromkeys(
        ("open-to-all", "forbidden-for-401", "unauthorized-without-detail", "unauthorized-detail-list"),
        _ANYBODY,
    ),
    **dict.fromkeys(
        (
            *("invalid-is-500", "invalid-is-400", "html-error-500", "error-as-text", "error-as-object"),
            *("error-null", "error-without-loc", "error-loc-as-text", "error-loc-with-null", "problem-json"),
        ),
        _WRONG,
    ),
    "get-taken": {api: (_get(api),) for api in SIMPLE},
    "any-credential": _keys("", cut=0) | {api: _key(api, "nonsense") for api in SIMPLE},
    "empty-credential": _keys(cut=0),
    "credential-prefix": _keys(cut=5),
    "credential-with-tail": _keys("x"),
}

_ONE: dict[tuple[str, str], Request] = {
    ("galileo", "missing-field-when-sorted"): form(("sort", '{"column_id":"x"}')),
    ("galileo", "status-201-for-offset"): form(("starting_token", "10")),
    ("galileo", "status-501-for-experiment"): form(("experiment_id", _ID)),
    ("galileo", "too-large-413"): form(file=b"x" * 70_000),
    ("galileo", "missing-file-taken"): form(file=None),
    ("galileo", "anything-taken"): form(file=None),
    ("galileo", "text-for-file-taken"): form(filename=None),
    ("galileo", "garbage-for-uuid4-taken"): form(("log_stream_id", "nobody")),
    ("galileo", "uuid1-for-uuid4-taken"): form(("experiment_id", _UUID1)),
    ("galileo", "text-for-integer-taken"): form(("limit", "ten")),
    ("galileo", "repeated-scalar-taken"): form(("starting_token", "1"), ("starting_token", "2")),
    ("galileo", "bad-filters-taken"): form(("filters", "type=id")),
    ("galileo", "bad-sort-taken"): form(("sort", "created_at")),
    ("galileo", "latin-1-text-taken"): _LATIN1,
    ("galileo", "any-bearer"): _bearer("galileo", "nonsense")[0],
    ("galileo", "bearer-refused"): _bearer("galileo", CREDENTIALS["galileo"]["OAuth2PasswordBearer"])[0],
    ("galileo", "basic-refused"): with_credentials(form(), basic(CREDENTIALS["galileo"]["HTTPBasic"])),
    ("galileo", "crash-on-null"): form(("filters", "")),
    ("galileo", "crash-on-astral"): form(("required_scorers", "\U0001f3ad")),
    ("galileo", "crash-on-repeated-parts"): form(
        ("scoreable_node_types", "a"), ("scoreable_node_types", "b")
    ),
    ("galileo", "crash-on-large-upload"): form(file=b"x" * 70_000),
    ("galileo", "crash-on-empty-file"): form(file=b""),
    ("galileo", "crash-on-quoted-filename"): form(filename='a "b".py'),
    ("galileo", "crash-on-big-integer"): form(("starting_token", str(2**63))),
    ("galileo", "repeated-parts-refused"): form(("required_scorers", "a"), ("required_scorers", "b")),
    ("galileo", "json-list-part-refused"): form(("scoreable_node_types", '["llm"]')),
    ("galileo", "plain-list-part-refused"): form(("required_scorers", "a")),
    ("galileo", "empty-part-refused"): form(("experiment_id", "")),
    ("galileo", "upper-case-uuid-refused"): form(("log_stream_id", _ID.upper())),
    ("galileo", "zero-refused"): form(("limit", "0")),
    ("galileo", "negative-refused"): form(("starting_token", "-1")),
    ("galileo", "big-integer-refused"): form(("limit", str(2**63))),
    ("galileo", "astral-filename-refused"): form(filename="\U0001f3ad.py"),
    ("galileo", "unknown-part-refused"): form(("note", "x")),
    ("langsmith", "second-item-odd"): rule(evaluators=[_JUDGE, _JUDGE]),
    ("langsmith", "status-201-for-group-by"): rule(group_by="thread_id"),
    ("langsmith", "status-418-for-webhooks"): rule(webhooks=[{"url": "x"}]),
    ("langsmith", "wrong-type-415"): rule_text(SIMPLE["langsmith"].body, "text/plain"),
    ("langsmith", "missing-name-taken"): rule(display_name=_GONE),
    ("langsmith", "missing-nested-taken"): rule(evaluators=[{}]),
    ("langsmith", "number-for-name-taken"): rule(display_name=7),
    ("langsmith", "anything-taken"): rule(display_name=7),
    ("langsmith", "text-for-number-taken"): rule(sampling_rate="high"),
    ("langsmith", "text-for-flag-taken"): rule(is_enabled="perhaps"),
    ("langsmith", "bad-uuid-taken"): rule(session_id="nobody"),
    ("langsmith", "bad-date-taken"): rule(backfill_from="yesterday"),
    ("langsmith", "bad-const-taken"): rule(group_by="run_id"),
    ("langsmith", "long-tuple-taken"): prompted(["system", "a", "b"]),
    ("langsmith", "short-tuple-taken"): prompted(["system"]),
    ("langsmith", "number-in-tuple-taken"): prompted(["system", 1]),
    ("langsmith", "zero-limit-taken"): rule(spend_limit={"limit_usd": 0, "window": "weekly"}),
    ("langsmith", "bad-window-taken"): rule(spend_limit={"limit_usd": 1, "window": "monthly"}),
    ("langsmith", "bad-severity-taken"): rule(alerts=[{"routing_key": "k", "severity": "mild"}]),
    ("langsmith", "null-in-map-taken"): rule(webhooks=[{"url": "x", "headers": {"a": None}}]),
    ("langsmith", "code-evaluators-taken"): rule(code_evaluators=[{"code": "x = 1"}]),
    ("langsmith", "nan-taken"): rule_text(b'{"display_name":"a","sampling_rate":NaN}'),
    ("langsmith", "broken-json-taken"): rule_text(b'{"display_name":"a",'),
    ("langsmith", "double-member-taken"): rule_text(
        b'{"display_name":"a","sampling_rate":1,"sampling_rate":2}'
    ),
    ("langsmith", "any-media-type-taken"): rule_text(SIMPLE["langsmith"].body, "text/plain"),
    ("langsmith", "any-tenant"): with_credentials(rule(), ("x-tenant-id", _ID)),
    ("langsmith", "tenant-refused"): with_credentials(
        rule(), ("x-tenant-id", CREDENTIALS["langsmith"]["Tenant ID"])
    ),
    ("langsmith", "bearer-refused"): _bearer("langsmith", CREDENTIALS["langsmith"]["Bearer Auth"])[0],
    ("langsmith", "crash-on-null"): rule(filter=None),
    ("langsmith", "crash-on-nested-null"): rule(evaluators=[{"structured": {"prompt": None}}]),
    ("langsmith", "crash-on-null-in-map"): rule(test_inputs={"a": None}),
    ("langsmith", "crash-on-empty-list"): rule(evaluators=[]),
    ("langsmith", "crash-on-empty-text"): rule(display_name=""),
    ("langsmith", "crash-on-empty-key"): rule(test_inputs={"": 1}),
    ("langsmith", "crash-on-zero"): rule(sampling_rate=0),
    ("langsmith", "crash-on-big-integer"): rule(evaluator_version=2**63),
    ("langsmith", "crash-on-largest-float"): rule(sampling_rate=1.7976931348623157e308),
    ("langsmith", "crash-on-leap-second"): rule(backfill_from="2016-12-31T23:59:60Z"),
    ("langsmith", "crash-on-astral"): rule(display_name="\U0001f3ad"),
    ("langsmith", "crash-on-wrong-type"): rule(alerts="none"),
    ("langsmith", "false-refused"): rule(is_enabled=False),
    ("langsmith", "null-refused"): rule(dataset_id=None),
    ("langsmith", "zero-refused"): rule(sampling_rate=0),
    ("langsmith", "negative-rate-refused"): rule(sampling_rate=-0.5),
    ("langsmith", "whole-number-refused"): rule(sampling_rate=1),
    ("langsmith", "big-integer-refused"): rule(num_few_shot_examples=2**63),
    ("langsmith", "upper-case-uuid-refused"): rule(session_id=_ID.upper()),
    ("langsmith", "offset-refused"): rule(backfill_from="2024-05-06T07:08:09+02:00"),
    ("langsmith", "astral-refused"): rule(display_name="\U0001f3ad"),
    ("langsmith", "empty-list-refused"): rule(evaluators=[]),
    ("langsmith", "text-amount-refused"): rule(spend_limit={"limit_usd": "5", "window": "weekly"}),
    ("langsmith", "unknown-member-refused"): rule(priority=1),
}


def trigger(api: str, defect: str) -> tuple[Request, ...]:
    """Requests of which the last makes the defect show; for most of them any valid one does."""
    if (api, defect) in _ONE:
        return (_ONE[api, defect],)
    return _BOTH[defect][api] if defect in _BOTH else (SIMPLE[api],)
