"""Contracts, trials and findings to make reports of."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from documents import document, loaded
from understudy.contract import Contract
from understudy.curl import curl
from understudy.report.fold import Ran, api_report
from understudy.report.model import ApiReport, NotTested, Report
from understudy.types import Failure, Finding, Request, Response, Trial

RAN = Ran(sha256="5" * 64, seed=0, plan="p" * 64)
JSON_TYPE = (("content-type", "application/json"),)
PET = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "object", "properties": {"label": {"type": "string"}}}},
        "owner": {"anyOf": [{"$ref": "#/components/schemas/Owner"}, {"type": "null"}]},
    },
}
OWNER = {"type": "object", "properties": {"boss": {"$ref": "#/components/schemas/Owner"}}}
ANSWERS = {
    "200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object"}}}},
    "4XX": {"description": "no", "content": {"application/problem+json": {"schema": {}}}},
}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
PETS = document(
    {
        "/pets": {
            "post": {
                "operationId": "addPet",
                "requestBody": {"required": True, "content": {"application/json": {"schema": PET}}},
                "security": [{"Key": []}, {"Basic": []}],
                "responses": ANSWERS,
            },
            "get": {"parameters": [LIMIT], "responses": ANSWERS},
        }
    },
    components={
        "schemas": {"Owner": OWNER},
        "securitySchemes": {
            "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "Basic": {"type": "http", "scheme": "basic"},
        },
    },
)
POST, GET = "POST /pets", "GET /pets"


def pets(folder: Path) -> Contract:
    """The contract of the pet shop."""
    return loaded(folder, PETS)


def adding(body: bytes = b'{"name": "Rex"}', *more: tuple[str, str], key: str | None = "$KEY") -> Request:
    """A request to add a pet."""
    headers = (("content-type", "application/json"), *((("x-key", key),) if key is not None else ()), *more)
    return Request("POST", "/pets", headers=headers, body=body)


def answer(status: int = 200, body: bytes = b"{}", content_type: str = "application/json") -> Response:
    return Response(status, (("content-type", content_type),), body)


def trial(
    contract: Contract,
    request: Request,
    outcome: Response | Failure | None = None,
    *,
    credentials: str = "good",
    phase: str = "coverage",
    case: str = "c",
    seconds: float = 0.01,
) -> Trial:
    """A request carried out; its violations are the contract's own."""
    match = contract.find(request.method, request.path)
    assert match is not None
    violations = match.operation.read(request, match.path_parameters).violations
    return Trial(
        case,
        contract.name,
        match.operation.name,
        phase,
        "tries",
        request,
        credentials,
        violations,
        outcome if outcome is not None else answer(),
        seconds,
    )


def finding(contract: Contract, id: str = "f1", **changes: Any) -> Finding:
    """A finding about the name of a pet."""
    request = changes.pop("request", adding())
    place = "/paths/~1pets/post/requestBody/content/application~1json/schema/properties/name/type"
    place = changes.pop("pointer", place)
    file, line = contract.document.where(place)
    made = Finding(
        id=id,
        api=contract.name,
        operation=POST,
        verdict="server",
        rule="type",
        place="body",
        path=("name",),
        pointer=place,
        file=file,
        line=line,
        message="must be of type string, got null",
        expected="string",
        got=None,
        proof="openapi-core",
        count=1,
        intents=("tries",),
        case="c",
        intent="tries",
        request=request,
        response=answer(body=b'{"name": null}'),
        curl=curl(request, "$TARGET"),
    )
    return replace(made, **changes)


def folded(contract: Contract, trials: Sequence[Trial] = (), findings: Sequence[Finding] = ()) -> ApiReport:
    return api_report(contract, RAN, trials, findings)


def report(contract: Contract, trials: Sequence[Trial] = (), findings: Sequence[Finding] = ()) -> Report:
    """A report of one API."""
    return Report("0.1", (folded(contract, trials, findings),))


def busy(contract: Contract) -> tuple[list[Trial], list[Finding]]:
    """Trials and findings of many kinds; the findings one for each exchange, as they were seen."""
    bodies = [b'{"name": "Rex"}', b'{"name": 1}', b"{", b'{"name": "a", "tags": [{"label": 2}]}', b"{}"]
    statuses = [200, 422, 404, 500, 429]
    trials = [
        trial(contract, adding(body), answer(status), case=f"{index}{status}", seconds=0.001 * status)
        for index, body in enumerate(bodies)
        for status in statuses
    ]
    trials += [
        trial(contract, adding(key=None), answer(401), credentials="none", case="n", phase="probes"),
        trial(contract, adding(key="wrong"), answer(), credentials="wrong", case="w", phase="probes"),
        trial(contract, adding(), Failure("timeout", "10 s"), case="t"),
        trial(contract, Request("GET", "/pets", "limit=2"), answer(content_type="text/html"), case="g"),
        trial(contract, Request("GET", "/pets", "limit=x"), answer(400), case="h"),
    ]
    verdicts = ["server", "auth", "lenient", "data", "document", "disputed", "infrastructure"]
    findings = [
        finding(
            contract, f"id{index % 9}", verdict=verdicts[index % 9 % 7], request=adding(b'"' + b"x" * size)
        )
        for index, size in enumerate(random.Random(5).choices(range(90), k=40))
    ]
    return trials, findings


def everything(contract: Contract) -> Report:
    """A report with something of everything in it."""
    trials, findings = busy(contract)
    ran = replace(RAN, timings=True)
    left = [NotTested(POST, "owner.boss", "too deep"), NotTested("", "", "stateful: no links")]
    return Report("0.1", (api_report(contract, ran, trials, findings, left),), {"max_examples": 100})
