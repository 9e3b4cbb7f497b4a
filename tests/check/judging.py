"""A small shop and hand-made exchanges for tests of what judges them."""

from pathlib import Path

from documents import document, loaded, operation
from understudy.check.case import Case, Credentials
from understudy.check.drive import Sent
from understudy.contract import Contract
from understudy.types import JSON, Failure, Headers, Request, Response

JSON_TYPE = (("content-type", "application/json"),)
PET: JSON = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "weights": {"type": "object", "additionalProperties": {"type": "number"}},
    },
}
FORM: JSON = {"type": "object", "properties": {"note": {"type": "string"}, "count": {"type": "integer"}}}
ANSWERS = {
    "200": {"description": "ok", "content": {"application/json": {"schema": PET}}},
    "422": {"description": "no", "content": {"application/json": {"schema": {"type": "object"}}}},
}
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}


def shop(folder: Path) -> Contract:
    """Pets are added as JSON, with a key; notes as a form."""
    bodies = {"application/json": PET}, {"multipart/form-data": FORM}
    pets, notes = (
        {"required": True, "content": {name: {"schema": schema} for name, schema in body.items()}}
        for body in bodies
    )
    paths = {
        "/pets": {"post": operation(requestBody=pets, responses=ANSWERS, security=[{"Key": []}])},
        "/notes": {"post": operation(requestBody=notes, responses=ANSWERS)},
    }
    return loaded(folder, document(paths, components={"securitySchemes": {"Key": KEY}}))


def answer(status: int = 200, body: bytes = b'{"name": "Rex"}', headers: Headers = JSON_TYPE) -> Response:
    return Response(status, headers, body)


def sent(
    outcome: Response | Failure | None = None,
    *,
    body: bytes = b'{"name": "Rex"}',
    method: str = "POST",
    kind: str = "good",
    intent: str = "tries",
    repeat: int = 0,
) -> Sent:
    """A pet was added, and this came back."""
    request = Request(method, "/pets", headers=JSON_TYPE, body=body)
    credentials = Credentials(kind, None if kind == "none" else "Key")  # type: ignore[arg-type]
    case = Case("POST /pets", "probes", intent, request, credentials, repeat)
    return Sent(case, request, outcome if outcome is not None else answer(), 0.01)
