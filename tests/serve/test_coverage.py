"""What the tests of a client have used of a document, and what none of them has."""

import json
from pathlib import Path
from typing import Any

import pytest

from asgi import send
from documents import ANY, document, written
from understudy.run import Play, build, create_app
from understudy.types import Request

SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "kind": {"enum": ["cat", "dog"]},
        "tags": {"type": "array", "items": {"type": "object", "properties": {"label": {}, "note": {}}}},
    },
}
PARAMETERS = [
    {"name": "sort", "in": "query", "schema": {"type": "array", "items": {"enum": ["up", "down"]}}},
    {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
]
CONTENT = {"application/json": {"schema": SCHEMA}, "application/x-www-form-urlencoded": {"schema": SCHEMA}}
ADD = {
    "operationId": "addPet",
    "parameters": PARAMETERS,
    "requestBody": {"content": CONTENT},
    "security": [{"Key": []}],
    "responses": {"200": ANY, "4XX": {"description": "", "content": {"application/problem+json": {}}}},
}
SCHEMES = {"Key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}
DOCUMENT = document(
    {"/pets": {"post": ADD, "get": {"responses": {"200": ANY}}}}, components={"securitySchemes": SCHEMES}
)


class Pets:
    """A client of the API, whose tests name themselves."""

    def __init__(self, folder: Path, state: str) -> None:
        self.app = create_app(build(Play((str(written(folder, DOCUMENT)),), state=state)))

    def add(self, test: str, body: Any, *headers: tuple[str, str], query: str = "") -> int:
        named = (("understudy-test", test), ("x-api-key", "k"), ("content-type", "application/json"))
        return send(
            self.app, Request("POST", "/pets", query, (*headers, *named), json.dumps(body).encode())
        ).status

    def coverage(self, query: str = "") -> Any:
        return json.loads(send(self.app, Request("GET", "/__understudy__/coverage", query)).body)

    def reset(self, query: str) -> int:
        return send(self.app, Request("POST", "/__understudy__/reset", query)).status

    def entries(self) -> Any:
        return json.loads(send(self.app, Request("GET", "/__understudy__/requests")).body)

    def used(self, test: str, query: str = "") -> Any:
        tests = {told["test"]: told["operations"] for told in self.coverage(query)["tests"]}
        return tests[test][0]["used"] if test in tests else None


@pytest.fixture(params=["own", "shared"])
def pets(request: pytest.FixtureRequest, tmp_path: Path) -> Pets:
    return Pets(tmp_path, str(tmp_path / "state.sqlite") if request.param == "shared" else "")


def test_each_test_is_told_what_it_used(pets: Pets) -> None:
    """Parameters, properties, values of enumerations, media types, statuses and replies."""
    body = {"name": "n", "kind": "cat", "tags": [{}, {"label": 1}], "other": 1}
    assert pets.add("one", body, query="sort=up&sort=down&none=1") == 200
    assert pets.add("two", {}) == 422
    assert pets.used("one") == {
        "parameters": ["query sort"],
        "properties": ["name", "kind", "tags", "tags.*", "tags.*.label"],
        "values": ['query sort="up"', 'query sort="down"', 'body kind="cat"'],
        "mediaTypes": ["request application/json", "200 application/json"],
        "statuses": ["200"],
        "replies": ["synthesised 200"],
    }
    assert pets.used("two") == {
        "mediaTypes": ["4XX application/problem+json"],
        "statuses": ["4XX"],
        "replies": ["error 422"],
    }


def test_what_no_test_used_is_told_by_operation(pets: Pets) -> None:
    """Of an operation that was never asked only that."""
    pets.add("one", {"name": "n", "kind": "cat"}, query="sort=up")
    pets.add("", {"name": "n"}, ("x-trace", "t"))
    read, add = pets.coverage()["operations"]
    assert add == {
        "api": "test",
        "operation": "POST /pets",
        "operationId": "addPet",
        "used": True,
        "unused": {
            "properties": ["tags", "tags.*", "tags.*.label", "tags.*.note"],
            "values": ['query sort="down"', 'body kind="dog"'],
            "mediaTypes": ["request application/x-www-form-urlencoded", "4XX application/problem+json"],
            "statuses": ["4XX"],
        },
    }
    assert read == {"api": "test", "operation": "GET /pets", "operationId": None, "used": False}


def test_a_request_that_is_not_let_in_counts_by_its_answer(pets: Pets) -> None:
    """What else it held nobody read."""
    send(pets.app, Request("POST", "/pets", "sort=up", (("understudy-test", "t"),)))
    assert pets.used("t") == {
        "mediaTypes": ["4XX application/problem+json"],
        "statuses": ["4XX"],
        "replies": ["error 401"],
    }


def test_a_reset_may_keep_it(pets: Pets) -> None:
    """What is forgotten then is all the rest; and there is nothing else to be kept."""
    pets.add("one", {"name": "n"})
    assert pets.reset("keep=coverage&namespace=") == 204
    assert pets.used("one")
    assert pets.entries() == []
    assert pets.reset("keep=journal") == 400
    assert pets.reset("namespace=") == 204
    assert pets.used("one") is None


def test_a_request_seen_before_counts_for_another_test_and_after_a_reset(pets: Pets) -> None:
    """And is told of one namespace, if one is asked for."""
    for test in ("a", "b", "a"):
        pets.add(test, {"name": "n"})
    assert pets.used("a") == pets.used("b")
    assert pets.used("a")["properties"] == ["name"]
    assert pets.used("a", "namespace=other") is None
    assert send(pets.app, Request("POST", "/__understudy__/reset")).status == 204
    assert pets.coverage()["tests"] == []
    pets.add("a", {"name": "n"})
    assert pets.used("a")["properties"] == ["name"]


def test_another_fake_goes_on_from_what_is_known(tmp_path: Path) -> None:
    """Edited documents change nothing of what the tests have used."""
    played = Play((str(written(tmp_path, DOCUMENT)),))
    first, second = build(played), build(played)
    pets = Pets(tmp_path, "")
    pets.app = create_app(first)
    pets.add("a", {"name": "n"})
    second.go_on_from(first)
    pets.app = create_app(second)
    pets.add("a", {"name": "n", "kind": "dog"})
    assert pets.used("a")["properties"] == ["name", "kind"]
