"""The required tests of the JSON Schema suite for 2020-12, all in one OpenAPI document, over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from asgi import send
from documents import document, taking, written
from reference import ABSENT, suite
from understudy.run import Play, build, create_app
from understudy.types import JSON, Request, Response

REMOTE = "it refers to documents that only the suite's own web server has"
ANNOTATED = "it wants formats taken for comments; OpenAPI wants them kept"
EXCLUDED = {
    "refRemote.json": REMOTE,
    "dynamicRef.json: strict-tree schema, guards against misspelled properties": REMOTE,
    "dynamicRef.json: tests for implementation dynamic anchor and reference link": REMOTE,
    "dynamicRef.json: $ref and $dynamicAnchor are independent of order - $defs first": REMOTE,
    "dynamicRef.json: $ref and $dynamicAnchor are independent of order - $ref first": REMOTE,
    "dynamicRef.json: $ref to $dynamicRef finds detached $dynamicAnchor": REMOTE,
    "vocabulary.json: schema that uses custom metaschema with with no validation vocabulary": REMOTE,
    "format.json": ANNOTATED,
}


@dataclass(frozen=True)
class Group:
    """Tests of one schema."""

    name: str
    schema: JSON
    tests: list[dict[str, JSON]]

    @property
    def is_satisfiable(self) -> bool:
        return any(test["valid"] for test in self.tests)


def groups() -> Iterator[Group]:
    for path in sorted(suite("json-schema-draft2020-12").glob("*.json")):
        for group in json.loads(path.read_text(encoding="utf-8")):
            name = f"{path.name}: {group['description']}"
            if EXCLUDED.keys().isdisjoint((path.name, name)):
                yield Group(name, group["schema"], group["tests"])


GROUPS = list(groups())
NUMBERED = pytest.mark.parametrize("number", range(len(GROUPS)), ids=[group.name for group in GROUPS])
WRITTEN = pytest.mark.parametrize("moved", [False, True], ids=["as it is", "moved"])


def operation(number: int, group: Group, *, moved: bool) -> JSON:
    """One operation that takes what the schema takes, and one that answers it."""
    body = f"#/paths/~1t~1{number}/post/requestBody/content/application~1json/schema"
    reply = f"#/paths/~1t~1{number}/get/responses/200/content/application~1json/schema"
    content = {"application/json": {"schema": led(group.schema, reply if moved else "#")}}
    get = {"responses": {"200": {"description": "ok", "content": content}}}
    return {"post": taking(led(group.schema, body if moved else "#")), "get": get}


def led(schema: JSON, place: str) -> JSON:
    """A copy whose references to its own root lead to `place`, but for those inside an `$id`."""
    if isinstance(schema, list):
        return [led(item, place) for item in schema]
    if not isinstance(schema, dict) or isinstance(schema.get("$id"), str):
        return schema
    return {key: _led(key, value, place) for key, value in schema.items()}


def _led(key: str, value: JSON, place: str) -> JSON:
    if key in ("const", "enum"):
        return value
    is_local = isinstance(value, str) and (value == "#" or value.startswith("#/"))
    return place + value[1:] if key in ("$ref", "$dynamicRef") and is_local else led(value, place)


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Any]:
    """The fakes of the suite with its references as they are, and led to where they stand in the document."""
    folder = tmp_path_factory.mktemp("suite")
    made = {}
    for moved in (False, True):
        paths = {f"/t/{number}": operation(number, group, moved=moved) for number, group in enumerate(GROUPS)}
        path = written(folder, document(paths), f"suite-{moved}.json")
        made[moved] = create_app(build(Play((str(path),))))
    return made


@pytest.mark.skipif(not GROUPS, reason=ABSENT)
def test_the_suite_was_found() -> None:
    """All of the required tests are here, not a part of them."""
    assert sum(len(group.tests) for group in GROUPS) >= 1100


@WRITTEN
@NUMBERED
def test_the_suite_is_judged_over_http(apps: dict[bool, Any], number: int, moved: bool) -> None:
    """A valid instance is answered with success, an invalid one with a refusal."""
    for test in GROUPS[number].tests:
        response = asked(apps[moved], "POST", number, json.dumps(test["data"]).encode())
        expected = (200,) if test["valid"] else (400, 422)
        assert response.status in expected, (test["description"], response.body)


@WRITTEN
@NUMBERED
def test_the_suite_is_answered_over_http(apps: dict[bool, Any], number: int, moved: bool) -> None:
    """A schema that has an instance is answered with one; of one that has none, that is told."""
    group = GROUPS[number]
    response = asked(apps[moved], "GET", number)
    if group.is_satisfiable or response.status == 200:
        assert response.status == 200, response.body
        judge = Draft202012Validator(group.schema)
        assert judge.is_valid(json.loads(response.body)), response.body
    else:
        assert response.status == 501


def asked(app: Any, method: str, number: int, body: bytes = b"") -> Response:
    headers = (("content-type", "application/json"),) if body else ()
    return send(app, Request(method, f"/t/{number}", "", headers, body))


def test_references_are_led_to_the_document() -> None:
    """Only those to the root of the schema itself are; a property may be called `$ref`."""
    schema = {"items": {"$ref": "#"}, "$defs": {"a": {"$id": "x", "$ref": "#/b"}}, "$ref": "#named"}
    assert led(schema, "#/here") == {**schema, "items": {"$ref": "#/here"}}
