"""What can be asked for is listed, and can be had by what is listed."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from asgi import send
from documents import document, operation, written
from running import Running, serving
from understudy.run import Play, build, create_app
from understudy.serve.options import ServeOptions
from understudy.types import JSON, Request, Response

CAT = {
    "type": "object",
    "title": "A cat",
    "required": ["lives"],
    "properties": {"lives": {"type": "integer"}},
}
DOG = {"type": "object", "required": ["tricks"], "properties": {"tricks": {"type": "array"}}}
PETS = {
    "operationId": "findPet",
    "summary": "Find one",
    "parameters": [{"name": "it's", "in": "query", "required": True, "schema": {"const": "a $(b)"}}],
    "responses": {
        "200": {
            "description": "found",
            "content": {
                "application/json": {
                    "schema": {"anyOf": [CAT, {"$ref": "#/components/schemas/Dog"}]},
                    "examples": {
                        "old cat": {"summary": "Nearly through", "value": {"lives": 1}},
                        "cow": {"value": {}},
                    },
                },
                "text/plain": {"schema": {"type": "string"}},
            },
        },
        "4XX": {"description": "not found"},
        "101": {"description": "switched"},
    },
}


def root(**paths: JSON) -> JSON:
    return document({"/pets": {"get": PETS}, **paths}, components={"schemas": {"Dog": DOG}})


def app(folder: Path, value: JSON, **options: Any) -> Any:
    return create_app(build(Play(specs=(str(written(folder, value)),), options=ServeOptions(**options))))


def ask(app: Any, query: str = "") -> Response:
    return send(app, Request("GET", "/__understudy__/operations", query))


def listed(app: Any, query: str = "") -> Any:
    return json.loads(ask(app, query).body)


def test_every_variant_is_listed(tmp_path: Path) -> None:
    """Statuses, media types, valid examples with their summaries, branches by name, delay and faults."""
    (entry,) = listed(app(tmp_path, root()))
    assert {key: entry[key] for key in ("method", "path", "operationId", "summary", "reply", "statuses")} == {
        "method": "GET", "path": "/pets", "operationId": "findPet", "summary": "Find one",
        "reply": "synthesised", "statuses": ["200", "4XX", "101"],
    }  # fmt: skip
    told = [
        (offer["kind"], offer["prefer"], offer["accept"], offer["status"], offer["summary"])
        for offer in entry["variants"]
    ]
    assert told == [
        ("status", "code=200", None, 200, "found"),
        ("example", 'code=200, example="old cat"', None, 200, "Nearly through"),
        ("branch", "code=200, branch=1", None, 200, "A cat"),
        ("branch", "code=200, branch=2", None, 200, "Dog"),
        ("dynamic", "code=200, dynamic=true", None, 200, "made from the schema"),
        ("status", "code=200", "text/plain", 200, "found"),
        ("dynamic", "code=200, dynamic=true", "text/plain", 200, "made from the schema"),
        ("status", "code=400", None, 400, "not found"),
        ("delay", "delay=1000", None, 200, "after a second"),
        ("fault", "fault=reset", None, 0, "the connection is reset, without a response"),
        ("fault", "fault=truncate", None, 200, "the body ends before its announced length"),
        ("fault", "fault=garbage", None, 200, "the body is no text and no JSON"),
        ("fault", "fault=wrong-type", None, 200, "the Content-Type is not the declared one"),
        ("fault", "fault=trickle", None, 200, "the body comes in pieces, for up to two seconds"),
    ]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    path = written(tmp_path_factory.mktemp("catalogue"), root())
    with serving(str(path), "langsmith", "galileo", "--no-overlay") as running:
        yield running


def test_each_curl_line_gets_what_it_says(server: Running) -> None:
    """Pasted into a shell, of every operation that is played; of the shipped documents without companions."""
    host = urlsplit(server.url).netloc
    response = server.send(Request("GET", "/__understudy__/operations", "", (("host", host),)))
    offers = [offer for entry in json.loads(response.body) for offer in entry["variants"]]
    quick = [offer for offer in offers if offer["kind"] != "delay" and offer["prefer"] != "fault=trickle"]
    assert len(quick) > 25
    for offer in quick:
        command = offer["curl"] + " -o /dev/null -w '%{http_code} %header{preference-applied}'"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        status = offer["status"]
        assert done.stdout == (f"{status} {offer['prefer']}" if status else "000 "), done.stderr


def test_of_many_operations_the_variants_are_asked_for_one_by_one(tmp_path: Path) -> None:
    """The listing stays short, and says where the rest is."""
    many = app(tmp_path, root(**{f"/p/{number}": {"get": operation()} for number in range(30)}))
    entries = listed(many)
    assert len(entries) == 31
    assert not any("variants" in entry for entry in entries)
    path, _, query = entries[0]["listing"].partition("?")
    assert path == "/__understudy__/operations"
    (entry,) = listed(many, query)
    assert (entry["path"], len(entry["variants"])) == ("/pets", 14)
    assert listed(many, "operation=findPet") == [entry]


def test_an_unknown_operation_names_the_nearest(tmp_path: Path) -> None:
    """400, for the query is wrong."""
    response = ask(app(tmp_path, root()), "operation=findPets")
    assert response.status == 400
    assert (
        json.loads(response.body)["detail"] == "no operation 'findPets'; the nearest are findPet, GET /pets"
    )


@pytest.mark.parametrize(
    ("broken", "words", "count"),
    [
        ({"responses": {"200": {"$ref": "nobody.json"}}}, "no such file", 0),
        (operation(parameters=[{"$ref": "nobody.json"}]), "no such file", 8),
    ],
)
def test_an_operation_that_cannot_be_played_says_why(
    tmp_path: Path, broken: JSON, words: str, count: int
) -> None:
    """The others are listed as ever."""
    first, second = listed(app(tmp_path, root(**{"/broken": {"get": broken}})))
    assert len(first["variants"]) == 14
    assert words in second["problem"]
    assert len(second["variants"]) == count


def test_configured_credentials_are_left_to_the_shell(tmp_path: Path) -> None:
    """They are in no listing: the curl line names the variable that they are read from."""
    key = {"securitySchemes": {"My Key": {"type": "apiKey", "in": "header", "name": "k"}}}
    value = document({"/p": {"get": operation(security=[{"My Key": []}])}}, components=key)
    response = ask(app(tmp_path, value, auth="strict", credentials={"My Key": "s3cret"}))
    assert b"s3cret" not in response.body
    assert '"$UNDERSTUDY_CREDENTIAL_MY_KEY"' in json.loads(response.body)[0]["variants"][0]["curl"]
