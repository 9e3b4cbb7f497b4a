"""Documents of every version of OpenAPI are read as one and the same contract."""

import json
from pathlib import Path

import pytest

from documents import document, operation, written
from understudy.contract import Contract, Operation, contract
from understudy.contract.problems import problems
from understudy.errors import DocumentError
from understudy.types import JSON, Request

PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
OK = {"description": "ok", "schema": {"$ref": "#/definitions/Pet"}}


def swagger(paths: JSON, **rest: JSON) -> JSON:
    """A Swagger 2.0 document with these paths."""
    info = {"title": "Test", "version": "1"}
    return {"swagger": "2.0", "info": info, "paths": paths, "definitions": {"Pet": PET}, **rest}


def loaded(folder: Path, root: JSON) -> Contract:
    (folder / "test.json").write_text(json.dumps(root, indent=1))
    return contract.load(folder / "test.json")


def only(folder: Path, declared: JSON, **rest: JSON) -> Operation:
    """The one operation of a Swagger document, `POST /pets`."""
    [found] = loaded(
        folder, swagger({"/pets": {"post": {"responses": {"200": OK}, **declared}}}, **rest)
    ).operations
    return found


def told(op: Operation, request: Request) -> list[tuple[str, str, str]]:
    """Rule, place in the data and pointer as the author wrote it."""
    violations = op.read(request, {}).violations
    return [(one.rule, "/".join(map(str, one.path)), op.document.authored(one.pointer)) for one in violations]


def posted(content_type: str, body: bytes, query: str = "") -> Request:
    return Request("POST", "/pets", query, (("content-type", content_type),), body)


def test_a_body_parameter_is_the_request_body(tmp_path: Path) -> None:
    """Its schema judges the body, and the pointer is the one in the author's file."""
    body = {"in": "body", "name": "pet", "required": True, "schema": {"$ref": "#/definitions/Pet"}}
    op = only(tmp_path, {"parameters": [body], "consumes": ["application/json", "application/xml"]})
    assert list(op.request_contents) == ["application/json", "application/xml"]
    assert told(op, posted("application/json", b"{}")) == [("required", "name", "/definitions/Pet/required")]
    missing = told(op, Request("POST", "/pets"))
    assert missing == [("required", "", "/paths/~1pets/post/parameters/0/required")]


def test_an_inline_body_schema_keeps_its_line(tmp_path: Path) -> None:
    """File and line of a violation are where the author wrote the schema."""
    body = {"in": "body", "name": "pet", "schema": {"type": "object", "required": ["a"]}}
    op = only(tmp_path, {"parameters": [body]})
    [violation] = op.read(posted("application/json", b"{}"), {}).violations
    file, line = op.document.where(violation.pointer)
    assert "required" in Path(file).read_text().splitlines()[line - 1]
    assert op.document.authored(violation.pointer).startswith("/paths/~1pets/post/parameters/0/schema")


def test_form_parameters_are_one_form(tmp_path: Path) -> None:
    """Fields are read as typed; with a file among them the form is multipart."""
    count = {"in": "formData", "name": "count", "type": "integer", "required": True}
    op = only(tmp_path, {"parameters": [count]})
    assert list(op.request_contents) == ["application/x-www-form-urlencoded"]
    form = "application/x-www-form-urlencoded"
    assert op.read(posted(form, b"count=3"), {}).body == {"count": 3}
    assert told(op, posted(form, b"count=x")) == [("type", "count", "/paths/~1pets/post/parameters/0/type")]
    upload = {"in": "formData", "name": "photo", "type": "file", "required": True}
    op = only(tmp_path, {"parameters": [count, upload], "consumes": ["multipart/form-data"]})
    assert list(op.request_contents) == ["multipart/form-data"]
    assert op.request_contents["multipart/form-data"].field.member("photo").is_binary


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [(None, []), (True, []), (False, [("minLength", "note", "/paths/~1pets/post/parameters/0/minLength")])],
)
def test_a_field_that_may_not_be_empty(
    tmp_path: Path, allowed: bool | None, expected: list[tuple[str, str, str]]
) -> None:
    """Where the document says so in as many words: false is what 2.0 assumes, and nobody means it."""
    note: JSON = {"in": "formData", "name": "note", "type": "string"}
    note |= {} if allowed is None else {"allowEmptyValue": allowed}
    op = only(tmp_path, {"parameters": [note]})
    form = "application/x-www-form-urlencoded"
    assert [told(op, posted(form, body)) for body in (b"note", b"note=", b"note=x")] == [
        expected,
        expected,
        [],
    ]
    for violation in op.read(posted(form, b"note="), {}).violations:
        assert op.document.where(violation.pointer)[1] > 1


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        (None, "tag=a,b"),
        ("csv", "tag=a,b"),
        ("multi", "tag=a&tag=b"),
        ("ssv", "tag=a%20b"),
        ("pipes", "tag=a%7Cb"),
    ],
)
def test_collection_formats(tmp_path: Path, collection: str | None, query: str) -> None:
    """An array in the query is taken apart as its collectionFormat says."""
    tags: JSON = {"in": "query", "name": "tag", "type": "array", "items": {"type": "string"}}
    tags |= {"collectionFormat": collection} if collection else {}
    op = only(tmp_path, {"parameters": [tags]})
    assert op.read(Request("POST", "/pets", query), {}).parameters["query"] == {"tag": ["a", "b"]}


def test_shared_parameters_and_responses(tmp_path: Path) -> None:
    """Those of the document and of the path item count, and an operation's own comes first."""
    limit = {"in": "query", "name": "limit", "type": "integer", "minimum": 1}
    root = swagger(
        {
            "/pets": {
                "parameters": [
                    {"$ref": "#/parameters/Limit"},
                    {"in": "query", "name": "q", "type": "integer"},
                ],
                "get": {
                    "parameters": [{"in": "query", "name": "q", "type": "boolean"}],
                    "responses": {"200": {"$ref": "#/responses/Pets"}},
                },
            }
        },
        parameters={"Limit": limit},
        responses={"Pets": OK},
    )
    [op] = loaded(tmp_path, root).operations
    assert {one.name: one.field.types for one in op.parameters} == {"limit": {"integer"}, "q": {"boolean"}}
    assert told(op, Request("GET", "/pets", "limit=0")) == [("minimum", "limit", "/parameters/Limit/minimum")]
    assert list(op.responses["200"].contents) == ["application/json"]
    assert op.document.authored("/paths/~1pets/get/responses/200/content") == "/responses/Pets/content"


def test_responses_headers_and_examples(tmp_path: Path) -> None:
    """Each media type of `produces` has the schema, and its own example; headers are judged."""
    response = {
        **OK,
        "headers": {"X-Total": {"type": "integer"}},
        "examples": {"application/json": {"name": "Ida"}},
    }
    op = only(tmp_path, {"responses": {"200": response}, "produces": ["application/json", "text/csv"]})
    declared = op.responses["200"]
    assert list(declared.contents) == ["application/json", "text/csv"]
    assert op.document.at(declared.contents["application/json"].pointer)["example"] == {"name": "Ida"}
    assert [header.name for header in declared.headers] == ["X-Total"]


def test_security_and_base_path(tmp_path: Path) -> None:
    """Basic, API keys and OAuth2 ask for what they asked for; paths are served below basePath too."""
    schemes = {
        "basic": {"type": "basic"},
        "key": {"type": "apiKey", "in": "query", "name": "k"},
        "oauth": {"type": "oauth2", "flow": "accessCode", "scopes": {}},
    }
    root = swagger(
        {"/pets": {"get": {"responses": {"200": OK}}}},
        securityDefinitions=schemes,
        security=[{"basic": []}, {"key": []}, {"oauth": []}],
        host="api.example.com",
        basePath="/v1",
    )
    found = loaded(tmp_path, root)
    [op] = found.operations
    assert found.document.root["servers"] == [{"url": "https://api.example.com/v1"}]
    kinds = [(scheme.kind, scheme.location) for alternative in op.security for scheme in alternative]
    assert kinds == [("basic", "header"), ("apiKey", "query"), ("bearer", "header")]
    assert found.find("GET", "/v1/pets")
    assert found.find("GET", "/pets")


def test_vendor_nullable(tmp_path: Path) -> None:
    """`x-nullable` is how documents of 2.0 say that null is allowed."""
    schema = {"type": "object", "properties": {"a": {"type": "string", "x-nullable": True}}}
    op = only(tmp_path, {"parameters": [{"in": "body", "name": "pet", "schema": schema}]})
    assert told(op, posted("application/json", b'{"a": null}')) == []


def test_a_reference_to_nowhere_spoils_no_operation(tmp_path: Path) -> None:
    """Not even that one: it is told, and served without it."""
    broken = {"parameters": [{"$ref": "#/parameters/None"}], "responses": {"200": OK}}
    root = swagger({"/a": {"get": broken}, "/b": {"get": {"responses": {"200": OK}}}})
    held = loaded(tmp_path, root)
    [problem] = problems(held.document)
    assert "nothing stands at #/parameters/None" in problem
    assert [each.parameters for each in held.operations] == [(), ()]


def test_additional_operations(tmp_path: Path) -> None:
    """OpenAPI 3.2 declares methods of any name, and QUERY among the others."""
    item = {"query": operation(), "additionalOperations": {"LINK": operation()}}
    found = contract.load(written(tmp_path, document({"/pets": item}, version="3.2.0")))
    assert [op.name for op in found.operations] == ["QUERY /pets", "LINK /pets"]
    assert found.find("LINK", "/pets")


@pytest.mark.parametrize("version", ["1.2", "2.1", "4.0.0", "3.3.0"])
def test_an_unknown_version_is_named(tmp_path: Path, version: str) -> None:
    """With those that are known."""
    keyword = "swagger" if version < "3" else "openapi"
    path = written(tmp_path, {keyword: version, "info": {}, "paths": {}})
    with pytest.raises(DocumentError, match=rf"OpenAPI {version} is not served: 2.0, 3.0, 3.1 and 3.2 are"):
        contract.load(path)
