"""Requests to both shipped fakes: valid ones, invalid ones, and ones that no operation takes."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from urllib3.filepost import encode_multipart_formdata

import invalid_requests
from understudy.types import JSON, Headers, Request

RULE = "/api/v1/runs/rules/validate"
SCORER = "/v2/scorers/code/validate/log_record"
RULE_KEY: Headers = (("x-api-key", "key"),)
SCORER_KEY: Headers = (("galileo-api-key", "key"),)
JSON_TYPE = ("content-type", "application/json")
FILE = ("file", ("scorer.py", b"def scorer_fn(**_): return 1", "text/x-python"))

Part = tuple[str, Any]


def rule(body: JSON, *, credentials: Headers = RULE_KEY) -> Request:
    """A request to the JSON operation."""
    return rule_text(json.dumps(body).encode(), credentials=credentials)


def rule_text(text: bytes, *, credentials: Headers = RULE_KEY) -> Request:
    return Request("POST", RULE, "", (JSON_TYPE, *credentials), text)


def scorer(*parts: Part, boundary: str = "between-the-parts", credentials: Headers = SCORER_KEY) -> Request:
    """A request to the multipart operation."""
    body, content_type = encode_multipart_formdata(parts, boundary=boundary)
    return Request("POST", SCORER, "", (("content-type", content_type), *credentials), body)


def with_headers(request: Request, *headers: tuple[str, str]) -> Request:
    """The same request with more headers."""
    return Request(request.method, request.path, request.query, (*request.headers, *headers), request.body)


WHOLE = {name: value for name, value in invalid_requests.RULE.items() if name != "code_evaluators"}
"""A rule with every member that may stand in one."""

_SCORED = {"type": "object", "properties": {"score": {"type": "integer"}, "why": {"type": "string"}}}
_SCHEMAS: Sequence[JSON] = (
    _SCORED,
    {"name": "f", "description": "", "parameters": _SCORED},
    {"type": "object", "properties": {"verdict": {"enum": ["good", "bad"]}}, "required": ["verdict"]},
    {"$defs": {"n": {"properties": {"next": {"$ref": "#/$defs/n"}}}}, "$ref": "#/$defs/n", "type": "object"},
    {"type": "object", "properties": {"when": {"format": "date-time"}, "id": {"format": "uuid"}}},
    {"allOf": [{"type": "object"}, {"type": "string"}]},
    {"$ref": "http://schemas.invalid/remote.json"},
    {"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 3},
)
EVALUATORS: Sequence[JSON] = [{"structured": {"schema": schema}} for schema in _SCHEMAS]


def valid_rules() -> list[Request]:
    """Bodies of different meanings, each with at least one evaluator."""
    bodies = [
        *(WHOLE | {"evaluators": [evaluator]} for evaluator in EVALUATORS),
        WHOLE,
        WHOLE | {"evaluators": EVALUATORS},
        WHOLE | {"sampling_rate": 0.25},
        WHOLE | {"sampling_rate": 10**30},
        WHOLE | {"display_name": "Prüfer \u0000 \U0001f600"},
        WHOLE | {"test_inputs": {"b": 1, "a": [1.5, None, {}]}},
        WHOLE | {"a": 1, "undeclared": {"é": []}},
    ]
    return [rule(body) for body in bodies]


def valid_scorers() -> list[Request]:
    """Forms of different meanings."""
    stream = ("log_stream_id", "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21")
    other = ("log_stream_id", "11111111-6f4e-4d2b-9a55-3f1c0b7d9e21")
    forms: Iterable[Sequence[Part]] = (
        (FILE,),
        (FILE, stream),
        (FILE, other),
        (FILE, ("experiment_id", stream[1])),
        (FILE, stream, ("limit", "5")),
        (FILE, stream, ("limit", "6"), ("starting_token", "0")),
        (FILE, ("required_scorers", "a"), ("required_scorers", "b")),
        (FILE, ("required_scorers", "b"), ("required_scorers", "a")),
        (FILE, ("filters", '[{"type":"id","column_id":"id","value":"x"}]')),
        (FILE, ("sort", '{"column_id":"id"}'), ("undeclared", "é")),
        (("file", ("scorer.py", b"\x00\xff", "text/x-python")),),
        (("file", ("other.py", FILE[1][1], "text/x-python")), stream),
    )
    return [scorer(*parts) for parts in forms]


def invalid(number: int) -> list[Request]:
    """Invalid requests to both operations, of every kind there is."""
    rules = invalid_requests.langsmith()[:: 4000 // number]
    scorers = invalid_requests.galileo()[:: 4000 // number]
    return [
        *(with_headers(case.request, *RULE_KEY) for case in rules),
        *(with_headers(case.request, *SCORER_KEY) for case in scorers),
    ]


def refused() -> list[Request]:
    """Requests that are answered before their body is looked at, or without one."""
    valid = rule(WHOLE)
    ill = ["invalid", "expired", "forbidden", "ratelimited"]
    return [
        rule(WHOLE, credentials=()),
        scorer(FILE, credentials=()),
        *(rule(WHOLE, credentials=(("x-api-key", word),)) for word in ill),
        *(Request(method, RULE, "", RULE_KEY) for method in ("GET", "HEAD", "PUT", "OPTIONS")),
        Request("GET", "/nowhere", "", RULE_KEY),
        Request("POST", RULE + "s", "", RULE_KEY, b"{}"),
        with_headers(valid, ("accept", "text/html")),
        with_headers(valid, ("content-encoding", "br")),
        with_headers(valid, ("prefer", "code=422")),
        with_headers(valid, ("prefer", "dynamic=true")),
        with_headers(valid, ("origin", "http://localhost:3000")),
    ]


def everything() -> list[Request]:
    """Some 120 requests, all different."""
    return [*valid_rules(), *valid_scorers(), *invalid(80), *refused()]
