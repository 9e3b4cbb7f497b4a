"""Both operations under Schemathesis: every phase, valid and invalid data, every check."""

import copy
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from urllib3.filepost import encode_multipart_formdata

import fastapi_twin
import invalid_requests
from running import serving
from understudy import content
from understudy.contract import Contract, contract
from understudy.run import Play, build, create_app
from understudy.types import JSON, Request

APIS = {"galileo": "Galileo-API-Key", "langsmith": "X-API-Key"}
"""Each API and the header of its key."""
CHECKS = {
    "allow_header_conformance",
    "content_type_conformance",
    "ensure_resource_availability",
    "ignored_auth",
    "missing_required_header",
    "negative_data_rejection",
    "not_a_server_error",
    "object_level_authorization",
    "positive_data_acceptance",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
    "use_after_free",
}
"""All that Schemathesis 4.32 has; none is switched off."""
NEGATIVE_ACCEPTED = "ST201"
FILTERS = [
    {"type": "id", "column_id": "id", "value": ["a", "b"]},
    {"type": "number", "column_id": "score", "operator": "between", "value": [0, 1.5]},
    {"type": "text", "column_id": "input", "operator": "contains", "value": "é", "case_sensitive": False},
]
SORTS = [{"column_id": "created_at"}, {"column_id": "id", "ascending": False, "sort_type": "column"}]

# Schemathesis knows neither this format, nor strings that hold JSON (see `_drawable`).
schemathesis.openapi.format("uuid4", st.uuids(version=4).map(str))
schemathesis.openapi.format("json:filters", st.lists(st.sampled_from(FILTERS), max_size=3).map(json.dumps))
schemathesis.openapi.format("json:sort", st.sampled_from(SORTS).map(json.dumps))


@dataclass
class Run:
    """What came of one run of the engine."""

    cases: Counter[tuple[str, str]] = field(default_factory=Counter)
    checks: set[str] = field(default_factory=set)
    failures: Counter[str] = field(default_factory=Counter)
    """By code; what is nothing but noise is left out."""
    reports: list[str] = field(default_factory=list)
    noise: int = 0


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the engine may write does not land in the checkout."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("transport", ["in process", "socket"])
def test_the_fake_keeps_its_contract(api: str, transport: str) -> None:
    """No check of any phase finds anything, in process or over a socket.

    The document with its overlays is played without its companion, of which the engine knows nothing.
    """
    [found] = content.find([api])
    overlays = [str(path) for path in (*found.facts, *found.fake)]
    with ExitStack() as stack:
        if transport == "socket":
            given = [word for path in overlays for word in ("--overlay", path)]
            server = stack.enter_context(serving(str(found.document), "--no-overlay", *given))
            run = _run(api, url=server.url)
        else:
            play = Play((str(found.document),), overlays=tuple(overlays), use_overlays=False)
            run = _run(api, app=create_app(build(play)))
    assert run.reports == []
    assert run.checks == CHECKS
    assert {phase for phase, _ in run.cases} == {"coverage", "fuzzing"}  # no examples, no links to follow
    assert {mode for _, mode in run.cases} == {"positive", "negative"}
    assert run.cases.total() >= 140
    assert run.noise <= run.cases.total() // 10


@pytest.mark.parametrize("api", APIS)
def test_a_server_that_takes_everything_is_found_out(api: str) -> None:
    """Invalid data taken, and credentials not looked at: the run can fail, and the filter lets it."""
    run = _run(api, app=_always(200, _valid_reply(api)), phase="coverage")
    assert run.failures[NEGATIVE_ACCEPTED] >= 8
    assert run.failures["ST401"] >= 1


@pytest.mark.parametrize(
    ("code", "status", "body"),
    [
        ("ST101", 500, b'{"detail":"sorry"}'),
        ("ST103", 201, b"{}"),
        ("ST108", 200, b'{"project_id":5}'),
        ("ST109", 200, b"not JSON"),
        ("ST202", 422, b'{"detail":[]}'),
    ],
)
def test_a_broken_server_is_found_out(code: str, status: int, body: bytes) -> None:
    """Servers that fail, stray from the document or refuse what is valid."""
    assert _run("galileo", app=_always(status, body), phase="coverage").failures[code] >= 1


def test_what_is_valid_on_the_wire_is_noise() -> None:
    """The text `true` for a list of strings is a string; `required_scorers` takes strings."""
    fields = [("required_scorers", "true"), ("file", ("scorer.py", b"", "text/x-python"))]
    body, content_type = encode_multipart_formdata(fields)
    path = "/v2/scorers/code/validate/log_record"
    request = Request("POST", path, headers=(("content-type", content_type),), body=body)
    assert _is_valid_on_the_wire("galileo", request)


@pytest.mark.parametrize("api", APIS)
def test_no_invalid_request_is_taken_for_noise(api: str) -> None:
    """Of many requests known to be invalid none would be filtered."""
    cases = getattr(invalid_requests, api)(400)
    assert [case.fault for case in cases if _is_valid_on_the_wire(api, case.request)] == []


# --- one run ------------------------------------------------------------------------------------------


def _run(api: str, *, app: Any = None, url: str | None = None, phase: str | None = None) -> Run:
    """The engine against an application or a URL, in all its phases or in one."""
    schema = schemathesis.openapi.from_dict(_drawable(api), config=_config(api, url, phase))
    schema.app = app
    run = Run()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            run.reports.append(f"the engine itself: {event.info if hasattr(event, 'info') else event}")
        elif isinstance(event, events.ScenarioFinished):
            _note(api, event, run)
    return run


def _config(api: str, url: str | None, phase: str | None) -> SchemathesisConfig:
    phases = ("examples", "coverage", "fuzzing", "stateful")
    return SchemathesisConfig.from_dict(
        {
            "seed": 6,
            "continue-on-failure": True,
            "headers": {APIS[api]: "key"},
            "generation": {"database": "none", "max-examples": 100},
            "phases": {name: {"enabled": phase in (None, name)} for name in phases},
            "cache": {"enabled": False},
            # Literals out of the application's source would be drawn as values, and change when it does.
            "analysis": {"constants": {"enabled": False}},
            **({"base-url": url} if url else {}),
        }
    )


def _note(api: str, event: events.ScenarioFinished, run: Run) -> None:
    for identity, node in event.recorder.cases.items():
        checks = event.recorder.checks.get(identity, [])
        if checks:
            run.cases[event.phase.value, node.value.meta.generation.mode.value] += 1
        run.checks.update(check.name for check in checks)
        for check in checks:
            if check.status == Status.FAILURE:
                _judge(api, check.failure_info.failure, event.recorder.interactions[identity], run)


def _judge(api: str, failure: Any, interaction: Any, run: Run) -> None:
    """A failure is reported, unless the data was invalid only before it was written on the wire."""
    request = _request(interaction.request)
    if failure.code == NEGATIVE_ACCEPTED and api == "galileo" and _is_valid_on_the_wire(api, request):
        run.noise += 1
        return
    run.failures[failure.code] += 1
    run.reports.append(
        f"{failure.code} {failure.title}: {failure.message}\n{request}\n{interaction.response}"
    )


def _request(sent: Any) -> Request:
    parts = urlsplit(sent.uri)
    headers = tuple((name.lower(), value) for name, values in sent.headers.items() for value in values)
    return Request(sent.method, parts.path, parts.query, headers, sent.body or b"")


# --- noise: a form has one way to write `true` and "true", so that some invalid data are valid once sent ---


def _is_valid_on_the_wire(api: str, request: Request) -> bool:
    """Whether both the contract and the operation as declared in FastAPI take these very bytes."""
    match = _contract(api).find(request.method, request.path)
    if match is None or match.operation.read(request, match.path_parameters).violations:
        return False
    return fastapi_twin.answers([request])[0].status == 200


# --- what Schemathesis is given -----------------------------------------------------------------------


@cache
def _contract(api: str) -> Contract:
    found = content.find((api,))[0]
    return contract.load(found.document, (*found.facts, *found.fake))


def _drawable(api: str) -> dict[str, JSON]:
    """The document with its overlays, its forms rewritten where Schemathesis cannot write what it draws.

    Null has no way to be written in a form (it would send the text `null`), and a string that holds JSON
    of its `contentSchema` is drawn as any string; a format of that name stands for it.
    """
    root = copy.deepcopy(_contract(api).document.root)
    for schema in _form_schemas(root):
        for name, member in schema["properties"].items():
            if "anyOf" in member:
                member["anyOf"] = [_named(name, one) for one in member["anyOf"] if one != {"type": "null"}]
    return root


def _form_schemas(root: dict[str, JSON]) -> Iterator[dict[str, JSON]]:
    for declaration in _operations(root):
        taken = declaration["requestBody"]["content"].get("multipart/form-data")
        if taken:
            yield root["components"]["schemas"][taken["schema"]["$ref"].rpartition("/")[2]]


def _operations(root: dict[str, JSON]) -> Iterator[dict[str, JSON]]:
    return (operation for item in root["paths"].values() for operation in item.values())


def _named(name: str, schema: dict[str, JSON]) -> dict[str, JSON]:
    return {"type": "string", "format": f"json:{name}"} if "contentSchema" in schema else schema


# --- broken servers -----------------------------------------------------------------------------------


def _always(status: int, body: bytes) -> Any:
    """An application that has one answer to everything."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


def _valid_reply(api: str) -> bytes:
    identity = "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21"
    replies: dict[str, JSON] = {
        "galileo": {"metrics_experiment_id": identity, "project_id": identity},
        "langsmith": [],
    }
    return json.dumps(replies[api]).encode()
