"""Which of its possible answers an operation gives, when a client prefers one."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from asgi import send
from documents import document, written
from understudy.run import Play, build, create_app
from understudy.types import JSON, Request, Response

CAT = {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "cat"}}}
DOG = {
    "type": "object",
    "required": ["kind", "friends"],
    "properties": {
        "kind": {"const": "dog"},
        "friends": {"type": "array", "minItems": 3, "items": {"$ref": "#/components/schemas/Pet"}},
    },
}
PET = {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]}
ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
}
SCHEMAS = {"Cat": CAT, "Dog": DOG, "Pet": PET, "Error": ERROR}
PROBLEM = "application/problem+json"
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}


def content(schema: JSON, **rest: JSON) -> JSON:
    return {"application/json": {"schema": schema, **rest}}


def ref(name: str) -> JSON:
    return {"$ref": f"#/components/schemas/{name}"}


def responses(**declared: JSON) -> JSON:
    """`_200` is the response of 200; each is the content of one, with a description."""
    return {
        status.removeprefix("_"): {"description": f"It is {status}", "content": media}
        if media
        else {"description": ""}
        for status, media in declared.items()
    }


PETS = responses(
    _200={
        **content(
            ref("Pet"),
            examples={
                "cat": {"value": {"kind": "cat"}},
                "the dog": {"value": {"kind": "dog", "friends": [{"kind": "cat"}] * 3}},
                "cow": {"value": {"kind": "cow"}},
                "elsewhere": {"externalValue": "https://example.test/cat.json"},
            },
        ),
        "text/plain": {"schema": {"type": "string"}, "examples": {"word": {"value": "cat"}}},
    },
    _404=content(ref("Error"), examples={"gone": {"value": {"code": 4040, "message": "It went away"}}}),
    _409=None,
    _4XX=content(ref("Error")),
    default=content(ref("Error")),
)
"""The responses of the operation that most tests ask."""


def fake(folder: Path, declared: JSON = PETS, **rest: JSON) -> Any:
    operation = {"operationId": "listPets", "parameters": [LIMIT], "responses": declared, **rest}
    schemes = {"key": {"type": "apiKey", "in": "header", "name": "k"}}
    components = {"schemas": SCHEMAS, "securitySchemes": schemes}
    root = document({"/pets": {"get": operation}}, components=components)
    return create_app(build(Play(specs=(str(written(folder, root)),))))


def ask(app: Any, prefer: str, *headers: tuple[str, str], query: str = "") -> Response:
    return send(app, Request("GET", "/pets", query, (("prefer", prefer), *headers)))


def field(response: Response, name: str) -> str | None:
    return dict(response.headers).get(name)


def body(response: Response) -> Any:
    return json.loads(response.body)


@pytest.mark.parametrize(
    ("prefer", "status", "origin"),
    [
        ("code=200", 200, "example"),
        ("code=404", 404, "example"),
        ("code=409", 409, "error"),
        ("code=418", 418, "error"),
        ("code=429", 429, "error"),
        ("code=503", 503, "error"),
        ("code=302", 302, "synthesised"),
        ("code=404, dynamic=true", 404, "synthesised"),
        ("code=200, dynamic=true", 200, "synthesised"),
        ("dynamic=true", 200, "synthesised"),
        ("example=cat", 200, "example"),
        ('example="the dog"', 200, "example"),
        ("example=gone", 404, "example"),
        ("example=word", 200, "example"),
        ("code=404, example=gone", 404, "example"),
        ("branch=2", 200, "synthesised"),
        ("code=200, branch=1, dynamic=true", 200, "synthesised"),
    ],
)
def test_the_preferred_answer_is_given(tmp_path: Path, prefer: str, status: int, origin: str) -> None:
    """Exact statuses, ranges and `default`; examples; branches; and what was applied comes back."""
    response = ask(fake(tmp_path), prefer)
    assert (response.status, field(response, "understudy-reply")) == (status, origin)
    assert field(response, "preference-applied") == prefer
    assert field(response, "vary") == "Prefer"


@pytest.mark.parametrize(
    ("prefer", "offered"),
    [
        ("code=99", "200, 404, 409, 4XX, default"),
        ("code=101", "200, 404, 409, 4XX, default"),
        ("code=much", "200, 404, 409, 4XX, default"),
        ("example=bird", "cat, the dog, word (200); gone (404)"),
        ("code=200, example=gone", "there are: cat, the dog, word (200)"),
        ("example=elsewhere", "cat, the dog, word"),
        ("example=cow", "breaks its own schema"),
        ("branch=0", "1 (Cat), 2 (Dog)"),
        ("branch=3", "1 (Cat), 2 (Dog)"),
        ("branch=Cat", "1 (Cat), 2 (Dog)"),
        ("code=404, branch=1", "no branches"),
        ("code=409, branch=1", "no branches"),
    ],
)
def test_what_there_is_not_is_a_mistake_and_lists_what_there_is(
    tmp_path: Path, prefer: str, offered: str
) -> None:
    """A 400 in words of the fake's own: a declared 404 is the API's, and would be taken for that."""
    response = ask(fake(tmp_path), prefer)
    assert (response.status, field(response, "content-type")) == (400, PROBLEM)
    assert field(response, "preference-applied") is None
    assert offered in body(response)["detail"]


def test_a_preference_that_makes_no_sense_is_400(tmp_path: Path) -> None:
    """Whatever the operation is: no document could declare it."""
    response = ask(fake(tmp_path), "fault=fire")
    assert (response.status, field(response, "content-type")) == (400, PROBLEM)
    assert "reset, truncate" in body(response)["detail"]


@pytest.mark.parametrize(
    ("query", "headers", "status", "applied"),
    [
        ("__code=404", (), 404, "code=404"),
        ("limit=3&__code=404&__dynamic=true", (), 404, "code=404, dynamic=true"),
        ("__example=the%20dog", (), 200, 'example="the dog"'),
        ("__code=404", (("prefer", "code=409"),), 409, "code=409"),
        ("__code=404&limit=x", (), 422, None),
        ("__codes=404", (), 200, None),
    ],
)
def test_a_link_can_prefer_too(
    tmp_path: Path, query: str, headers: tuple[tuple[str, str], ...], status: int, applied: str | None
) -> None:
    """In its query, as in Prism; a header comes before it, and what is wrong with the request before both."""
    response = send(fake(tmp_path), Request("GET", "/pets", query, headers))
    assert (response.status, field(response, "preference-applied")) == (status, applied)


def test_an_example_without_a_name_goes_by_its_media_type(tmp_path: Path) -> None:
    """Those of Swagger 2.0 have no other."""
    unnamed = {"description": "", "content": {"application/json": {"example": {"name": "rex"}}}}
    response = ask(fake(tmp_path, {"200": unnamed}), "example=application/json")
    assert (response.status, body(response)) == (200, {"name": "rex"})


def test_a_status_that_is_not_declared_cannot_be_had(tmp_path: Path) -> None:
    """Without a range or a default only the declared ones are there."""
    response = ask(fake(tmp_path, responses(_200=content({}))), "code=500")
    assert (response.status, body(response)["detail"]) == (
        400,
        "Prefer: code=500 cannot be met; declared are: 200",
    )


@pytest.mark.parametrize(("branch", "kind"), [(1, "cat"), (2, "dog")])
@pytest.mark.parametrize(
    ("schema", "where"),
    [
        (ref("Pet"), []),
        ({"type": "array", "minItems": 1, "items": ref("Pet")}, [0]),
        ({"type": "object", "required": ["pet"], "properties": {"pet": ref("Pet")}}, ["pet"]),
        ({"allOf": [{"type": "object"}, ref("Pet")]}, []),
        ({"anyOf": [ref("Cat"), ref("Dog")], "properties": {"kind": {"type": "string"}}}, []),
        (
            {
                "type": "object",
                "required": ["pets"],
                "properties": {
                    "note": {"anyOf": [ref("Error"), {"type": "null"}]},
                    "size": {"type": ["integer", "string"]},
                    "pets": {"type": "array", "minItems": 1, "items": ref("Pet")},
                },
            },
            ["pets", 0],
        ),
    ],
)  # fmt: skip
def test_a_branch_is_an_option_of_the_outermost_union(
    tmp_path: Path, schema: JSON, where: list[str | int], branch: int, kind: str
) -> None:
    """At the root, in a list, in an envelope. Further in the reply everything is as it was."""
    response = ask(fake(tmp_path, responses(_200=content(schema))), f"branch={branch}")
    assert response.status == 200
    value = body(response)
    jsonschema_rs.validate({**schema, "components": {"schemas": SCHEMAS}}, value)
    for token in where:
        value = value[token]
    assert value["kind"] == kind


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": ["integer", "string"]}, [int, str]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, [str, type(None)]),
        ({"anyOf": [{"type": "array"}, {"type": "boolean"}, {"type": "integer"}]}, [list, bool, int]),
    ],
)
def test_branches_of_plain_values(tmp_path: Path, schema: JSON, values: list[type]) -> None:
    """Several types are branches too, and so is null at the root."""
    app = fake(tmp_path, responses(_200=content(schema)))
    told = [body(ask(app, f"branch={number}")) for number in range(1, len(values) + 1)]
    assert [type(value) for value in told] == values


def test_a_branch_that_overlaps_another_keeps_the_whole_schema(tmp_path: Path) -> None:
    """What fits both options of a oneOf is no valid reply."""
    small = {"type": "integer", "minimum": 0, "maximum": 10}
    schema = {"oneOf": [small, {"type": "integer", "minimum": 1, "maximum": 20}]}
    app = fake(tmp_path, responses(_200=content(schema)))
    assert body(ask(app, "branch=1")) == 0
    assert 10 < body(ask(app, "branch=2")) <= 20


def test_a_branch_that_nothing_satisfies_is_501(tmp_path: Path) -> None:
    """The contradiction is the document's, and is named."""
    schema = {"oneOf": [{"type": "string"}, {"type": "integer", "minimum": 2, "maximum": 1}]}
    response = ask(fake(tmp_path, responses(_200=content(schema))), "branch=2")
    assert (response.status, field(response, "content-type")) == (501, PROBLEM)
    assert "GET /pets cannot be played" in body(response)["detail"]


def test_an_invalid_request_is_told_so_first(tmp_path: Path) -> None:
    """As in Prism: a preferred reply is for a request that keeps the contract."""
    response = ask(fake(tmp_path), "code=200, delay=1", query="limit=many")
    assert response.status == 422
    assert "integer" in body(response)["message"]
    assert field(response, "preference-applied") == "delay=1"


def test_a_refusal_comes_before_a_preference(tmp_path: Path) -> None:
    """Nobody gets in by asking for a 200."""
    response = ask(fake(tmp_path, security=[{"key": []}]), "code=200")
    assert (response.status, field(response, "preference-applied")) == (401, None)


def test_the_preference_is_part_of_the_request(tmp_path: Path) -> None:
    """The same one gives the same bytes, from another server too; how it is sent changes nothing."""
    schema = {"type": "string", "format": "uuid"}
    folder = tmp_path / "other"
    folder.mkdir()
    one, other = (
        fake(tmp_path, responses(_200=content(schema))),
        fake(folder, responses(_200=content(schema))),
    )
    told = [ask(one, prefer).body for prefer in ("", "code=200", "dynamic=true", "code=200")]
    assert len(set(told)) == 3
    assert told == [
        ask(other, prefer).body for prefer in ("handling=strict", "code=200", "dynamic", "CODE=200")
    ]
    assert ask(one, "delay=1").body == told[0]


def test_an_error_says_what_its_response_is_for(tmp_path: Path) -> None:
    """The first line of the description; one that is declared without content has no body."""
    app = fake(tmp_path)
    assert body(ask(app, "code=418")) == {"code": 418, "message": "It is _4XX"}
    gone = ask(app, "code=409")
    assert (gone.status, field(gone, "content-type"), gone.body) == (409, None, b"")


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        (401, "www-authenticate", 'ApiKey realm="key", in="header", name="k"'),
        (429, "retry-after", "1"),
        (503, "retry-after", "1"),
        (404, "retry-after", None),
    ],
)
def test_a_status_has_its_customary_header(tmp_path: Path, code: int, name: str, value: str | None) -> None:
    """What a client library looks at when it gets the status."""
    response = ask(fake(tmp_path, security=[{"key": []}]), f"code={code}", ("k", "demo"))
    assert (response.status, field(response, name)) == (code, value)


def test_a_declared_header_is_not_given_twice(tmp_path: Path) -> None:
    """What the document says of Retry-After counts."""
    declared = responses(_429=content(ref("Error")), _200=content({}))
    declared["429"]["headers"] = {"Retry-After": {"schema": {"const": 30}}}
    response = ask(fake(tmp_path, declared), "code=429")
    assert [value for name, value in response.headers if name == "retry-after"] == ["30"]


def test_an_error_is_told_in_any_media_type(tmp_path: Path) -> None:
    """A client that takes only text still gets its 404; a success in a foreign type is 406."""
    assert ask(fake(tmp_path), "code=404", ("accept", "text/plain")).status == 404
    assert ask(fake(tmp_path), "code=200", ("accept", "image/png")).status == 406
    assert ask(fake(tmp_path), "example=word", ("accept", "application/json")).status == 406


RULE = "/api/v1/runs/rules/validate"
VALID = b'{"display_name":"a","sampling_rate":0.5}'


def rule(app: Any, prefer: str) -> Response:
    headers = (("x-api-key", "k"), ("content-type", "application/json"), ("prefer", prefer))
    return send(app, Request("POST", RULE, "", headers, VALID))


@pytest.fixture(scope="module")
def shipped() -> Any:
    return create_app(build(Play(specs=("langsmith", "galileo"))))


def test_a_422_of_a_valid_request_tells_what_an_empty_one_lacks(shipped: Any) -> None:
    """FastAPI's own items, each with its place; the journal has no violation of this request."""
    response = rule(shipped, "code=422")
    assert response.status == 422
    assert [(item["type"], item["loc"]) for item in body(response)["detail"]] == [
        ("missing", ["body", "display_name"]),
        ("missing", ["body", "sampling_rate"]),
    ]
    entries = body(send(shipped, Request("GET", "/__understudy__/requests")))
    assert entries[-1]["violations"] == []


def test_a_422_of_an_operation_that_needs_nothing_is_filled_too(tmp_path: Path) -> None:
    """With one item about the body, in the shape that FastAPI declares."""
    location = {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]}}
    item = {
        "type": "object",
        "required": ["loc", "msg", "type"],
        "properties": {"loc": location, "msg": {"type": "string"}, "type": {"type": "string"}},
    }
    schema = {"type": "object", "properties": {"detail": {"type": "array", "items": item}}}
    response = ask(fake(tmp_path, responses(_200=content({}), _422=content(schema))), "code=422")
    assert body(response)["detail"][0]["msg"] == "Value error, It is _422"


def test_a_stub_answers_for_its_own_status_alone(shipped: Any) -> None:
    """`code=200` is the stub's, 401 the document's, `dynamic` the schema's."""
    origins = [
        field(rule(shipped, text), "understudy-reply") for text in ("code=200", "code=401", "dynamic=true")
    ]
    assert origins == ["stub", "example", "synthesised"]
