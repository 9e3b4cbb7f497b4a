"""A user's own `specs/` and `stubs/`: an OpenAPI 3.0 document that nobody here has seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.running import Running, running

ZOO = """
openapi: 3.0.3
info: {title: Zoo, version: '1'}
paths:
  /animals:
    get:
      parameters:
        - {name: tag, in: query, schema: {type: array, items: {type: integer}}}
        - {name: limit, in: query, required: true, schema: {type: integer, minimum: 1}}
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [tag, limit]
                properties:
                  tag: {type: array, items: {type: integer}}
                  limit: {type: integer}
                  next: {type: string, nullable: true}
  /animals/{id}:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Animal'}
              example: {id: 3, name: Bao Bao}
    delete:
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {'204': {description: gone}}
  /remote:
    get:
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {$ref: 'https://example.org/x.json'}}}
  /stubs/good:
    get:
      operationId: good
      responses: &animal
        '201':
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/Animal'}}}
  /stubs/raises: {get: {operationId: raises, responses: *animal}}
  /stubs/wrong: {get: {operationId: wrong, responses: *animal}}
  /stubs/undeclared: {get: {operationId: undeclared, responses: *animal}}
  /stubs/nothing: {get: {operationId: nothing, responses: *animal}}
  /stubs/unwritable: {get: {operationId: unwritable, responses: *animal}}
components:
  schemas:
    Animal:
      type: object
      required: [id, name]
      properties: {id: {type: integer}, name: {type: string}}
"""
STUBS = '''
from understudy.stub import Call, Reply, answers


@answers("good")
def good(call: Call) -> Reply:
    return Reply({"id": 1, "name": call.uuid("name")}, status=201)


@answers("raises")
def raises(call: Call) -> Reply:
    raise LookupError("no such bear")


@answers("wrong")
def wrong(call: Call) -> Reply:
    return Reply({"id": "one"}, status=201)


@answers("GET /stubs/undeclared")
def undeclared(call: Call) -> Reply:
    return Reply({"id": 1, "name": "a"}, status=418)


@answers("nothing")
def nothing(call: Call) -> None:
    """Forgets to return."""


@answers("unwritable")
def unwritable(call: Call) -> Reply:
    return Reply({"id": 1, "name": "a", "tags": {"a", "b"}}, status=201)
'''


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server of a folder with `specs/zoo/openapi.yaml` and `stubs/zoo.py`, asked for as the folder."""
    folder = tmp_path_factory.mktemp("mine")
    for name, text in (("specs/zoo/openapi.yaml", ZOO), ("stubs/zoo.py", STUBS)):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    with running(str(folder)) as server:
        yield server


@pytest.mark.parametrize(
    "arguments", [("specs/zoo",), ("specs/zoo/openapi.yaml", "--stubs", "stubs")], ids=str
)
def test_the_stubs_are_found_by_every_road(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Beside the folder of the documents, or where --stubs says."""
    for name, text in (("specs/zoo/openapi.yaml", ZOO), ("stubs/zoo.py", STUBS)):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    with running(*arguments, cwd=tmp_path) as server:
        assert server.ask("GET", "/stubs/good").headers["understudy-reply"] == "stub"


def test_a_stub_of_ones_own_answers(zoo: Running) -> None:
    """Found by the folder's name, and called by operationId."""
    answer = zoo.ask("GET", "/stubs/good")
    assert (answer.status, answer.json["id"], len(answer.json["name"])) == (201, 1, 36)
    assert f"GET {zoo.url}/stubs/good  stub" in zoo.started.splitlines()


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("raises", ("raises", "LookupError", "no such bear")),
        ("wrong", ("wrong", "/id", "/name")),
        ("undeclared", ("undeclared", "418", "201")),
        ("nothing", ("nothing", "NoneType")),
        ("unwritable", ("unwritable", "set")),
    ],
)
def test_a_bad_stub_is_a_500_that_names_it(zoo: Running, path: str, names: tuple[str, ...]) -> None:
    """The reply names the stub and what it did; the server goes on."""
    answer = zoo.ask("GET", f"/stubs/{path}")
    assert (answer.status, answer.headers["content-type"]) == (500, "application/problem+json")
    assert not [name for name in names if name not in answer.json["detail"]]
    assert zoo.ask("GET", "/stubs/good").status == 201


def test_what_has_no_stub_is_its_example_or_synthesised(zoo: Running) -> None:
    """An example is given as it stands; otherwise same-named values of the request come back."""
    example = zoo.ask("GET", "/animals/7")
    assert (example.json, example.headers["understudy-reply"]) == ({"id": 3, "name": "Bao Bao"}, "example")
    made = zoo.ask("GET", "/animals?tag=1&tag=2&limit=5")
    assert made.headers["understudy-reply"] == "synthesised"
    assert (made.json["tag"], made.json["limit"]) == ([1, 2], 5)
    assert zoo.ask("GET", "/animals?tag=9&limit=5").json["tag"] == [9]


def test_204_and_head_have_no_body(zoo: Running) -> None:
    """HEAD has the headers of GET."""
    gone = zoo.ask("DELETE", "/animals/7")
    assert (gone.status, gone.body) == (204, b"")
    assert "content-length" not in gone.headers
    head, get = zoo.ask("HEAD", "/animals/7"), zoo.ask("GET", "/animals/7")
    assert (head.status, head.body) == (200, b"")
    assert head.headers == get.headers


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/animals", {"in": "query", "name": "limit"}),
        ("/animals?limit=0", {"in": "query", "name": "limit"}),
        ("/animals?limit=1&tag=x", {"in": "query", "name": "tag"}),
        ("/animals/x", {"in": "path", "name": "id"}),
    ],
)
def test_bad_parameters_are_told(zoo: Running, path: str, where: dict[str, str]) -> None:
    """No error is declared here, so problem details name the place."""
    answer = zoo.ask("GET", path)
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [{name: error[name] for name in where} for error in answer.json["errors"]] == [where]


def test_a_remote_reference_is_not_followed(zoo: Running) -> None:
    """It is never fetched: a warning says so, and the operation is served without it."""
    answer = zoo.ask("GET", "/remote")
    assert answer.status == 200
