"""What a document alone makes the fake answer: examples, synthesised data, errors in its own shape."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from asgi import send
from documents import document, operation, taking, written
from understudy.run import Play, build, create_app
from understudy.types import JSON, Request, Response

PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "tag": {"type": "string"}},
}
BO = {"id": 2, "name": "Bo"}
TEXT = {"type": "string"}
PROBLEM = "application/problem+json"


def app(folder: Path, paths: JSON, **rest: JSON) -> Any:
    """The fake that plays a document with these paths."""
    return create_app(build(Play(specs=(str(written(folder, document(paths, **rest))),))))


def ask(
    app: Any,
    method: str = "GET",
    path: str = "/p",
    *headers: tuple[str, str],
    body: bytes = b"",
    query: str = "",
) -> Response:
    return send(app, Request(method, path, query, headers, body))


def replying(schema: JSON, **media: JSON) -> JSON:
    """An operation whose 200 is JSON of a schema."""
    return {
        "responses": {
            "200": {"description": "", "content": {"application/json": {"schema": schema, **media}}}
        }
    }


def failing(status: str, schema: JSON, parameter: JSON = None) -> JSON:
    """An operation that takes an integer `n` and declares an error of a schema."""
    declared = {"name": "n", "in": "query", "required": True, "schema": {"type": "integer"}}
    error = {"description": "", "content": {"application/json": {"schema": schema}}}
    return {"parameters": [declared], "responses": {"200": {"description": ""}, status: error}}


def field(response: Response, name: str) -> str | None:
    return dict(response.headers).get(name)


def origin(response: Response) -> str | None:
    return field(response, "understudy-reply")


@pytest.mark.parametrize(
    ("media", "told"),
    [
        ({"example": {"id": 1, "name": "Ida"}}, {"id": 1, "name": "Ida"}),
        ({"examples": {"a": {"value": BO}, "b": {"value": {}}}}, BO),
        ({"examples": {"a": {"value": {"id": "x"}}, "b": {"value": BO}}}, BO),
        ({"examples": {"a": {"externalValue": "x"}, "b": {"$ref": "#/components/examples/B"}}}, BO),
    ],
)  # fmt: skip
def test_an_example_of_the_document_comes_first(tmp_path: Path, media: JSON, told: JSON) -> None:
    """The first one that keeps the schema, byte for byte the same every time."""
    components = {"examples": {"B": {"value": BO}}}
    fake = app(tmp_path, {"/p": {"get": replying(PET, **media)}}, components=components)
    response = ask(fake)
    assert (response.status, origin(response)) == (200, "example")
    assert json.loads(response.body) == told
    assert ask(fake) == response


@pytest.mark.parametrize("media", [{}, {"example": {"id": "x"}}, {"examples": {"a": {"value": None}}}])
def test_without_a_valid_example_data_is_synthesised(tmp_path: Path, media: JSON) -> None:
    """An example that breaks its own schema is not served."""
    response = ask(app(tmp_path, {"/p": {"get": replying(PET, **media)}}))
    assert (response.status, origin(response)) == (200, "synthesised")
    jsonschema_rs.validate(PET, json.loads(response.body))


def test_the_reply_repeats_what_the_request_named(tmp_path: Path) -> None:
    """A pet asked for by its id has that id, one asked for by name that name."""
    name = {"name": "name", "in": "query", "schema": {"type": "string"}}
    number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    fake = app(tmp_path, {"/pets/{id}": {"get": replying(PET) | {"parameters": [number, name]}}})
    told = json.loads(ask(fake, path="/pets/4711", query="name=Ida").body)
    assert (told["id"], told["name"]) == (4711, "Ida")


def test_other_requests_get_other_data(tmp_path: Path) -> None:
    """And the same request the same bytes, from a second server too."""
    page = {"name": "page", "in": "query", "schema": {"type": "integer"}}
    paths = {"/p": {"get": replying({"type": "string", "format": "uuid"}) | {"parameters": [page]}}}
    first, second = app(tmp_path, paths), app(tmp_path, paths)
    bodies = [ask(first, query=f"page={n}").body for n in range(5)]
    assert len(set(bodies)) == 5
    assert bodies == [ask(second, query=f"page={n}").body for n in range(5)]


def test_declared_response_headers_are_filled(tmp_path: Path) -> None:
    """By their schemas, each in the `simple` style of a header (OpenAPI 3.1, section 4.8.21)."""
    size = {
        "type": "object",
        "required": ["w"],
        "properties": {"w": {"const": 2}},
        "additionalProperties": False,
    }
    headers = {
        "X-Count": {"schema": {"const": 7}},
        "X-List": {"schema": {"const": ["a", "b"]}},
        "X-Size": {"schema": size},
        "X-Sizes": {"schema": size, "explode": True},
        "X-Json": {"content": {"application/json": {"schema": size}}},
        "X-Linked": {"$ref": "#/components/headers/Flag"},
        "X-Lines": {"schema": {"const": "a\r\nb: c€"}},
    }
    components = {"headers": {"Flag": {"schema": {"const": True}}}}
    paths = {"/p": {"get": {"responses": {"200": {"description": "", "headers": headers}}}}}
    told = dict(ask(app(tmp_path, paths, components=components)).headers)
    assert {name: told[name] for name in told if name.startswith("x-")} == {
        "x-count": "7", "x-list": "a,b", "x-size": "w,2", "x-sizes": "w=2",
        "x-json": '{"w":2}', "x-linked": "true", "x-lines": "ab: c",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["200"], 200),
        (["404", "204", "200"], 200),
        (["2XX", "202"], 202),
        (["400", "2XX"], 200),
        (["default"], 200),
        (["500", "default"], 200),
        (["302"], 302),
        (["3XX"], 300),
        (["404"], 404),
    ],
)
def test_the_status_of_a_success(tmp_path: Path, statuses: list[str], status: int) -> None:
    """The lowest 2XX declared, else default, else the first one; a range begins with its hundred."""
    answers = {declared: {"description": ""} for declared in statuses}
    assert ask(app(tmp_path, {"/p": {"get": {"responses": answers}}})).status == status


@pytest.mark.parametrize("status", ["204", "304"])
@pytest.mark.parametrize("content", [{}, {"application/json": {"schema": PET}}])
def test_a_status_without_a_body_has_none(tmp_path: Path, status: str, content: JSON) -> None:
    """Even where the document declares one: HTTP allows no body there (RFC 9110, section 6.4.1)."""
    answers = {status: {"description": "", "content": content}}
    response = ask(app(tmp_path, {"/p": {"delete": {"responses": answers}}}), "DELETE")
    assert (response.status, response.body) == (int(status), b"")
    assert field(response, "content-type") is None
    assert field(response, "content-length") is None


def test_head_is_get_without_its_body(tmp_path: Path) -> None:
    """The same status and header fields; HEAD itself may be declared, and is then asked first."""
    paths = {
        "/p": {"get": replying(PET)},
        "/q": {"get": replying(PET), "head": {"responses": {"202": {"description": ""}}}},
    }
    fake = app(tmp_path, paths)
    got, head = ask(fake), ask(fake, "HEAD")
    assert (head.status, head.headers) == (got.status, got.headers)
    assert ask(fake, "HEAD", "/q").status == 202


def test_the_client_chooses_among_media_types(tmp_path: Path) -> None:
    """Text is written as text; a media type left open is JSON; one that nobody declares is 406."""
    content = {"application/json": {"schema": PET}, "text/plain": {"schema": {"const": "hello"}}}
    open_content = {"*/*": {"schema": PET}}
    fake = app(
        tmp_path,
        {
            "/p": {"get": {"responses": {"200": {"description": "", "content": content}}}},
            "/q": {"get": {"responses": {"200": {"description": "", "content": open_content}}}},
        },
    )
    plain = ask(fake, "GET", "/p", ("accept", "text/plain"))
    assert (field(plain, "content-type"), plain.body) == ("text/plain", b"hello")
    assert field(ask(fake, "GET", "/q", ("accept", "application/json")), "content-type") == "application/json"
    refused = ask(fake, "GET", "/p", ("accept", "image/png"))
    assert (refused.status, field(refused, "content-type")) == (406, PROBLEM)


ERRORS = {
    "flat": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
        "additionalProperties": False,
    },
    "nested": {
        "type": "object",
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["message", "status"],
                "properties": {"message": {"type": "string"}, "status": {"type": "integer"}},
            }
        },
    },
    "listed": {
        "type": "object",
        "required": ["errors"],
        "properties": {
            "errors": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "object", "required": ["message"], "properties": {"message": TEXT}},
            }
        },
    },
    "text": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}},
    "enum": {"type": "object", "required": ["code"], "properties": {"code": {"enum": ["a", "b"]}}},
}  # fmt: skip


@pytest.mark.parametrize("status", ["400", "422", "4XX", "default"])
@pytest.mark.parametrize("name", ERRORS)
def test_a_declared_error_is_filled_and_valid(tmp_path: Path, name: str, status: str) -> None:
    """An invalid request is answered in the API's own words, whatever they are."""
    response = ask(app(tmp_path, {"/p": {"get": failing(status, ERRORS[name])}}), query="n=x")
    assert (response.status, origin(response)) == (400 if status == "400" else 422, "error")
    assert field(response, "content-type") == "application/json"
    jsonschema_rs.validate(ERRORS[name], json.loads(response.body))


@pytest.mark.parametrize(
    ("name", "where"),
    [("flat", ["message"]), ("nested", ["error", "message"]), ("listed", ["errors", 0, "message"])],
)
def test_a_declared_error_says_what_is_wrong(tmp_path: Path, name: str, where: list[str | int]) -> None:
    """The member that is there for words holds the violation, wherever the schema puts it."""
    value = json.loads(ask(app(tmp_path, {"/p": {"get": failing("400", ERRORS[name])}}), query="n=x").body)
    for token in where:
        value = value[token]
    assert "must be of type integer" in value


@pytest.mark.parametrize(
    ("media", "told"),
    [
        ({"application/json": {"example": "no"}}, ("application/json", b'"no"')),
        ({"application/json": {"examples": {"a": {"value": [1]}}}}, ("application/json", b"[1]")),
        ({"text/plain": {"example": "no"}}, ("text/plain", b"no")),
        ({"image/png": {}, "text/plain": {}, "application/json": {"example": 1}}, ("application/json", b"1")),
    ],
)
@pytest.mark.parametrize("status", ["401", "422"])
def test_an_error_without_a_schema_is_its_example(
    tmp_path: Path, status: str, media: JSON, told: tuple[str, bytes]
) -> None:
    """Nothing says where else a violation or a refusal would stand."""
    schemes = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "k"}}}
    declared = failing("422", TEXT) | {"security": [{"key": []}] if status == "401" else []}
    declared["responses"] = {status: {"description": "", "content": media}}
    response = ask(app(tmp_path, {"/p": {"get": declared}}, components=schemes))
    assert response.status == int(status)
    assert (field(response, "content-type"), response.body) == told


@pytest.mark.parametrize("media", [{}, {"schema": TEXT}, {"schema": TEXT, "example": "Fine"}])
def test_an_error_of_text_is_a_sentence(tmp_path: Path, media: JSON) -> None:
    """Which says what is wrong, unless an example is all that there is."""
    declared = failing("400", TEXT)
    declared["responses"]["400"]["content"] = {"text/plain": media}
    response = ask(app(tmp_path, {"/p": {"get": declared}}), query="n=x")
    assert (response.status, field(response, "content-type")) == (400, "text/plain")
    assert response.body.startswith(b"1 violation of the contract: ")


def test_undeclared_errors_are_problem_details(tmp_path: Path) -> None:
    """RFC 9457, with every violation, its place and the line of the contract that it breaks."""
    needed = {"name": "X-Needed", "in": "header", "required": True, "schema": {"type": "string"}}
    number = {"name": "n", "in": "query", "schema": {"type": "integer", "maximum": 3}}
    body = {"required": True, "content": {"application/json": {"schema": PET}}}
    fake = app(tmp_path, {"/p": {"post": operation(parameters=[needed, number], requestBody=body)}})
    response = ask(fake, "POST", "/p", ("content-type", "application/json"), query="n=4", body=b'{"id":"x"}')
    told = json.loads(response.body)
    assert (response.status, field(response, "content-type")) == (422, PROBLEM)
    assert {key: told[key] for key in ("type", "title", "status")} == {
        "type": "about:blank", "title": "Unprocessable Content", "status": 422,
    }  # fmt: skip
    assert told["detail"].startswith("4 violations of the contract: ")
    assert [
        (item.get("in"), item.get("name"), item.get("pointer"), item["rule"]) for item in told["errors"]
    ] == [
        ("header", "X-Needed", None, "required"),
        ("query", "n", None, "maximum"),
        (None, None, "#/id", "type"),
        (None, None, "#/name", "required"),
    ]
    assert told["errors"][1]["contract"] == "#/paths/~1p/post/parameters/1/schema/maximum"


@pytest.mark.parametrize(
    ("declared", "status"),
    [("415", 415), ("400", 400), ("422", 422), ("default", 415), ("4XX", 415), ("404", 415)],
)
def test_a_wrong_media_type_is_415_unless_invalid_requests_have_a_status(
    tmp_path: Path, declared: str, status: int
) -> None:
    """Where the document says how invalid requests are answered, it is a violation like any other."""
    body = {"required": True, "content": {"application/json": {"schema": PET}}}
    answers = {"200": {"description": ""}, declared: {"description": ""}}
    fake = app(tmp_path, {"/p": {"post": {"requestBody": body, "responses": answers}}})
    response = ask(fake, "POST", "/p", ("content-type", "text/plain"), body=b"x")
    assert response.status == status
    if declared in ("default", "404"):
        assert json.loads(response.body)["errors"][0]["rule"] == "media-type"


@pytest.mark.parametrize("declared", ["400", "422", "4XX", "default"])
def test_an_error_that_is_declared_without_content_has_no_body(tmp_path: Path, declared: str) -> None:
    """As in Prism; `default` stands for what nobody foresaw, and is told as ever."""
    failure = failing(declared, TEXT)
    del failure["responses"][declared]["content"]
    response = ask(app(tmp_path, {"/p": {"get": failure}}), query="n=x")
    assert (response.status, origin(response)) == (400 if declared == "400" else 422, "error")
    assert (response.body == b"") is (declared != "default")


@pytest.mark.parametrize(
    ("status", "kind"),
    [("401", "credential"), ("404", "path"), ("405", "method")],
)
def test_refusals_are_problem_details(tmp_path: Path, status: str, kind: str) -> None:
    """What is refused before its operation is asked says so in the same words."""
    schemes = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "k"}}}
    fake = app(tmp_path, {"/p": {"get": operation(security=[{"key": []}])}}, components=schemes)
    response = {
        "credential": lambda: ask(fake),
        "path": lambda: ask(fake, "GET", "/nothing"),
        "method": lambda: ask(fake, "POST"),
    }[kind]()
    assert (str(response.status), field(response, "content-type")) == (status, PROBLEM)
    assert json.loads(response.body)["status"] == response.status


IMPOSSIBLE = {
    "type": "object",
    "required": ["a"],
    "properties": {"a": {"type": "integer", "minimum": 2, "maximum": 1}},
}
BROKEN = {"$ref": "#/components/schemas/Nobody"}
KEY = {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "k"}}}


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (replying(IMPOSSIBLE), "minimum"),
        (replying({"$vocabulary": 5}), "not a JSON Schema"),
        (operation(parameters=[{"$ref": "nobody.json"}]), "no such file"),
        ({"responses": {"200": {"$ref": "nobody.json"}}}, "no such file"),
        (operation(requestBody={"$ref": "nobody.json"}), "no such file"),
        (replying({}, examples={"a": {"$ref": "nobody.json"}}), "no such file"),
    ],
)
def test_an_operation_that_cannot_be_played_is_501_and_says_why(
    tmp_path: Path, broken: JSON, words: str
) -> None:
    """The others are served as if nothing were wrong."""
    fake = app(tmp_path, {"/p": {"get": replying(PET)}, "/broken": {"get": broken}})
    response = ask(fake, "GET", "/broken")
    assert (response.status, field(response, "content-type")) == (501, PROBLEM)
    assert words in json.loads(response.body)["detail"]
    assert "GET /broken" in json.loads(response.body)["detail"]
    assert ask(fake).status == 200


@pytest.mark.parametrize(
    "broken",
    [
        replying(BROKEN),
        replying({"type": "nonsense"}),
        operation(parameters=[{"name": "n", "in": "query", "schema": BROKEN}]),
        operation(parameters=[{"name": "n", "in": "nowhere", "schema": {}}]),
        {"responses": {"200": {"$ref": "#/components/responses/Nobody"}}},
        operation(requestBody={"$ref": "#/components/requestBodies/Nobody"}),
        replying({}, examples={"a": {"$ref": "#/components/examples/Nobody"}}),
    ],
)
def test_a_malformed_spot_costs_no_operation_its_reply(tmp_path: Path, broken: JSON) -> None:
    """It is a warning; what is left of the operation is served."""
    assert ask(app(tmp_path, {"/broken": {"get": broken}}), "GET", "/broken").status == 200


def test_headers_of_the_transport_are_not_made_up(tmp_path: Path) -> None:
    """A reply that says it is compressed, and is not, can be read by no client."""
    names = ("Content-Encoding", "Content-Length", "Transfer-Encoding", "X-Kept")
    headers = {name: {"schema": {"type": "string", "example": "7"}} for name in names}
    content = {"application/json": {"schema": PET}}
    reply = {"responses": {"200": {"description": "", "headers": headers, "content": content}}}
    response = ask(app(tmp_path, {"/p": {"get": reply}}))
    assert field(response, "x-kept") == "7"
    assert not {"content-encoding", "transfer-encoding"} & dict(response.headers).keys()
    assert field(response, "content-length") in (None, "", str(len(response.body)))


def test_a_refusal_by_an_operation_that_cannot_be_played_is_still_a_refusal(tmp_path: Path) -> None:
    """A missing credential is 401 even where the declared responses lead nowhere."""
    broken = {"responses": {"401": {"$ref": "#/components/responses/Nobody"}}, "security": [{"key": []}]}
    response = ask(app(tmp_path, {"/p": {"get": broken}}, components=KEY))
    assert (response.status, response.body) == (401, b"")


def test_an_error_that_cannot_be_filled_is_told_as_problem_details(tmp_path: Path) -> None:
    """A declared error that no value satisfies does not hide what is wrong with the request."""
    response = ask(app(tmp_path, {"/p": {"get": failing("400", IMPOSSIBLE)}}), query="n=x")
    assert (response.status, field(response, "content-type")) == (400, PROBLEM)
    assert json.loads(response.body)["errors"][0]["name"] == "n"


@pytest.mark.parametrize(
    ("media_type", "media", "expected"),
    [
        ("application/json", {}, {"title": "Not Acceptable"}),
        ("application/json", {"schema": {"properties": {"message": TEXT}}}, {"message": "this operation"}),
        ("application/json", {"schema": {"properties": {"detail": TEXT}}}, {"detail": "this operation"}),
        ("application/json", {"schema": {}, "example": {"no": "way"}}, {"no": "way"}),
        ("*/*", {"schema": {"properties": {"message": TEXT}}}, {"message": "this operation"}),
    ],
)
def test_an_error_keeps_the_media_type_that_is_declared_for_all(
    tmp_path: Path, media_type: str, media: JSON, expected: dict[str, str]
) -> None:
    """`default` with or without a schema: the error's own words stand in the members that suit them."""
    responses = {**replying({"type": "integer"})["responses"]}
    responses["default"] = {"description": "", "content": {media_type: media}}
    response = ask(app(tmp_path, {"/p": {"get": {"responses": responses}}}), "GET", "/p", ("accept", "a/b"))
    assert response.status == 406
    assert field(response, "content-type") == (PROBLEM if "*" in media_type else media_type)
    told = json.loads(response.body)
    assert all(told[name].startswith(words) for name, words in expected.items())


@pytest.mark.parametrize(
    ("media_type", "media", "expected"),
    [
        ("text/plain", {}, b"this operation answers"),
        ("text/plain", {"schema": TEXT, "example": "no"}, b"no"),
        ("application/xml", {"schema": {"type": "object"}}, b"<error>this operation answers"),
        ("application/xml", {"schema": {"type": "object"}, "example": "<no/>"}, b"<no/>"),
    ],
)
def test_an_error_that_is_declared_as_text_is_text(
    tmp_path: Path, media_type: str, media: JSON, expected: bytes
) -> None:
    """Where no JSON is declared an error is the document's example, else a sentence."""
    responses = {**replying({"type": "integer"})["responses"]}
    responses["406"] = {"description": "", "content": {media_type: media}}
    response = ask(app(tmp_path, {"/p": {"get": {"responses": responses}}}), "GET", "/p", ("accept", "a/b"))
    assert (response.status, field(response, "content-type")) == (406, media_type)
    assert response.body.startswith(expected)


def test_a_text_is_judged_as_what_it_says(tmp_path: Path) -> None:
    """Of XML the element, of plain text the number that it is."""
    paths = {
        "/p": {"post": taking({"type": "object"}, "application/xml")},
        "/n": {"post": taking({"type": "integer"}, "text/plain")},
    }
    played = app(tmp_path, paths)
    assert ask(played, "POST", "/p", ("content-type", "application/xml"), body=b"<pet/>").status == 200
    told = [ask(played, "POST", "/n", ("content-type", "text/plain"), body=body) for body in (b"7", b"x")]
    assert [response.status for response in told] == [200, 422]


def test_an_error_in_html_is_no_markup_of_the_request(tmp_path: Path) -> None:
    """What a request says stands escaped in an error page."""
    responses = {**replying({"type": "integer"})["responses"]}
    responses["406"] = {"description": "", "content": {"text/html": {}}}
    played = app(tmp_path, {"/p": {"get": {"responses": responses}}})
    assert b"<b>" not in ask(played, "GET", "/p", ("accept", "a/<b>")).body
