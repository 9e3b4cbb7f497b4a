"""What the author of a stub is given, and what becomes of the reply."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema_rs
import pytest

from asgi import send
from documents import document, operation, written
from understudy.run import Play, build, create_app
from understudy.serve.store import Store
from understudy.session import Session
from understudy.stub import Call, Reply, Unsatisfiable, answers
from understudy.synthesise import synthesise
from understudy.types import JSON, Request, Response

PET = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "format": "uuid"}},
    "additionalProperties": False,
}
HEAD = "from understudy.stub import NOW, Call, File, Reply, answers\n\n"


def call(key: bytes = b"k" * 32, seed: bytes = b"s" * 32) -> Call:
    with Store().transaction(Session()) as state:
        return Call("GET /p", {}, {}, {}, {}, None, seed, key, synthesise, state)


def app(folder: Path, declared: JSON, body: str, *, seed: int = 0) -> Any:
    """The fake whose `POST /p/{id}` is played by a function `play(call)` with this body."""
    (folder / "stubs").mkdir(exist_ok=True)
    marked = f'@answers("POST /p/{{id}}")\ndef play(call: Call) -> Reply:\n    {body}\n'
    (folder / "stubs" / "test.py").write_text(HEAD + marked)
    path = written(folder, document({"/p/{id}": {"post": declared}}))
    play = Play(specs=(str(path),), stubs=str(folder / "stubs"))
    return create_app(build(replace(play, options=replace(play.options, seed=seed))))


def ask(
    app: Any, path: str = "/p/1", body: bytes = b"", *headers: tuple[str, str], query: str = ""
) -> Response:
    return send(app, Request("POST", path, query, headers, body))


def replying(schema: JSON, status: str = "200", **rest: JSON) -> JSON:
    content = {"application/json": {"schema": schema}}
    number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    return {"parameters": [number], "responses": {status: {"description": "", "content": content} | rest}}


def test_ids_of_a_call_are_its_own() -> None:
    """The same request and names give the same UUID; another request, or other names, another one."""
    assert call().uuid("a", "b") == call().uuid("a", "b")
    assert (
        len({call().uuid(), call().uuid("a"), call().uuid("b"), call().uuid("a", "b"), call(b"x").uuid()})
        == 5
    )
    assert UUID(call().uuid("a")).version == 4


def test_shared_ids_depend_on_the_seed_alone() -> None:
    """So that a later request can be told of what an earlier one made."""
    assert call(b"x").shared_uuid("a") == call(b"y").shared_uuid("a")
    assert call(seed=b"x").shared_uuid("a") != call(seed=b"y").shared_uuid("a")
    assert call().shared_uuid("a") != call().shared_uuid("b")
    assert UUID(call().shared_uuid("a")).version == 4


def test_ids_are_the_same_for_ever() -> None:
    """A release that changed them would change every reply; these were written down once."""
    assert call().uuid("pet") == "b2429bc4-4244-4066-a4ad-1a8460e70eef"
    assert call().shared_uuid("pet") == "ba59c100-4503-417a-a11f-17451986352d"


def test_data_synthesised_by_a_call_is_valid_and_stable() -> None:
    """By schema and names."""
    made = call().synthesise(PET, "pet")
    jsonschema_rs.validate(PET, made)
    assert made == call().synthesise(PET, "pet")
    assert made != call().synthesise(PET, "other")
    with pytest.raises(Unsatisfiable):
        call().synthesise({"allOf": [{"type": "string"}, {"type": "integer"}]})


def test_a_function_stays_what_it_was() -> None:
    """`answers` marks, and does not wrap."""

    def play(call: Call) -> Reply:
        return Reply(call.operation)

    assert answers("GET /p")(play) is play
    assert play(call()).body == "GET /p"


def test_a_stub_sees_the_request_decoded(tmp_path: Path) -> None:
    """Parameters by their schemas, the body by its media type."""
    declared = replying({}) | {
        "requestBody": {"content": {"application/json": {"schema": {}}}},
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
            {"name": "n", "in": "query", "schema": {"type": "array", "items": {"type": "number"}}},
            {"name": "X-Y", "in": "header", "schema": {"type": "boolean"}},
            {"name": "c", "in": "cookie", "schema": {}},
        ],
    }
    told = "[call.operation, call.path, call.query, call.header, call.cookie, call.body]"
    fake = app(tmp_path, declared, f"return Reply({told})")
    headers = (("content-type", "application/json"), ("x-y", "true"), ("cookie", "c=1"))
    response = ask(fake, "/p/7", b'{"a": [1]}', *headers, query="n=1.5&n=2")
    assert json.loads(response.body) == [
        "POST /p/{id}", {"id": 7}, {"n": [1.5, 2]}, {"X-Y": True}, {"c": "1"}, {"a": [1]},
    ]  # fmt: skip


def test_a_stub_sees_the_files_of_a_form(tmp_path: Path) -> None:
    """With name, type and content."""
    schema = {"type": "object", "properties": {"f": {"type": "string", "format": "binary"}}}
    declared = replying({}) | {"requestBody": {"content": {"multipart/form-data": {"schema": schema}}}}
    told = "[f.filename, f.content_type, f.content.decode(), isinstance(f, File)]"
    fake = app(tmp_path, declared, f'f = call.body["f"]; return Reply({told})')
    part = (
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Type: text/x\r\n\r\nhi'
    )
    response = ask(fake, "/p/1", part + b"\r\n--b--\r\n", ("content-type", "multipart/form-data; boundary=b"))
    assert json.loads(response.body) == ["a.txt", "text/x", "hi", True]


def test_the_reply_of_a_stub_goes_out_as_it_is(tmp_path: Path) -> None:
    """Status, headers and body."""
    declared = replying(PET, "201", headers={"X-A": {"schema": {"type": "integer"}, "required": True}})
    fake = app(tmp_path, declared, 'return Reply({"id": call.uuid()}, 201, {"X-A": "1"})')
    response = ask(fake)
    assert (response.status, dict(response.headers)["x-a"]) == (201, "1")
    assert dict(response.headers)["understudy-reply"] == "stub"
    jsonschema_rs.validate(PET, json.loads(response.body))


def test_ids_follow_the_request_and_the_seed(tmp_path: Path) -> None:
    """The same request the same bytes; another path, or another seed, other ids."""
    reply = 'return Reply([call.uuid("a"), call.shared_uuid("a")])'
    first, second = (app(tmp_path, replying({}), reply, seed=seed) for seed in (0, 1))
    one, same, other = (json.loads(ask(first, path).body) for path in ("/p/1", "/p/1", "/p/2"))
    assert one == same
    assert one[0] != other[0]
    assert one[1] == other[1]
    assert all(a != b for a, b in zip(one, json.loads(ask(second).body), strict=True))


@pytest.mark.parametrize(
    ("declared", "body", "words"),
    [
        (replying(PET), 'return Reply({"id": 1})', "answered 200 against the contract: /id: must be"),
        (replying(PET), "return Reply({})", "answered 200 against the contract: /id: "),
        (replying(PET), 'return Reply({"id": call.uuid()}, 404)', "status 404 is not declared"),
        (
            replying(PET, headers={"X-A": {"schema": {"type": "integer"}, "required": True}}),
            'return Reply({"id": call.uuid()})',
            "/X-A: header parameter 'X-A' is missing",
        ),
        (
            replying(PET, headers={"X-A": {"schema": {"type": "integer"}}}),
            'return Reply({"id": call.uuid()}, 200, {"x-a": "b"})',
            "/X-A: must be of type integer",
        ),
        (replying(PET), "return 1", "returned int, not a Reply"),
        (replying(PET), "return call.body['x']", "raised TypeError: "),
        (replying(PET), "raise ValueError('why')", "raised ValueError: why"),
    ],
)  # fmt: skip
def test_a_stub_that_breaks_the_contract_is_500_and_named(
    tmp_path: Path, declared: JSON, body: str, words: str
) -> None:
    """The fake never breaks its own contract: what is wrong is told instead, as problem details."""
    response = ask(app(tmp_path, declared, body))
    assert (response.status, dict(response.headers)["content-type"]) == (500, "application/problem+json")
    assert json.loads(response.body)["detail"].startswith("the stub play ")
    assert words in json.loads(response.body)["detail"]


def test_an_invalid_request_never_reaches_the_stub(tmp_path: Path) -> None:
    """It is answered from the contract alone."""
    response = ask(app(tmp_path, replying({}), "raise ValueError"), "/p/x")
    assert response.status == 422
    assert json.loads(response.body)["errors"][0]["name"] == "id"


@pytest.mark.parametrize("body", ["None", "{}"])
def test_a_stub_may_answer_without_a_body(tmp_path: Path, body: str) -> None:
    """A response that declares no content has none, whatever the stub says."""
    declared = operation(responses={"204": {"description": ""}})
    response = ask(app(tmp_path, declared, f"return Reply({body}, 204)"))
    assert (response.status, response.body) == (204, b"")


def test_a_stub_by_operation_id(tmp_path: Path) -> None:
    """The name that the document gives an operation is as good as its path."""
    fake_of = app(tmp_path, replying({}) | {"operationId": "makePet"}, "return Reply(1)")
    assert ask(fake_of).body == b"1"
    stub = tmp_path / "stubs" / "test.py"
    stub.write_text(stub.read_text().replace("POST /p/{id}", "makePet").replace("Reply(1)", "Reply(2)"))
    play = Play(specs=(str(tmp_path / "test.json"),), stubs=str(tmp_path / "stubs"))
    assert ask(create_app(build(play))).body == b"2"
