"""Malformed spots of a document are told and served all the same; none takes an operation down."""

import json
from pathlib import Path

import pytest

from asgi import send
from documents import document, loaded, operation, written
from understudy.contract import Contract
from understudy.contract.mend_schema import faults, mended
from understudy.contract.problems import problems
from understudy.run import Play, build, create_app
from understudy.types import JSON, Request

BROKEN = """\
openapi: 3.0.1
info: {title: Broken, version: 1}
servers: null
security: oops
components:
  schemas:
    Self: {$ref: '#/components/schemas/Self'}
paths:
  /null: null
  /list: []
  /lost: {$ref: '#/paths/~1none'}
  /operation:
    get: null
    post: {responses: null}
  /responses:
    get: {responses: {'200': null, abc: {}}}
  /response: {get: {responses: {'200': {$ref: '#/components/responses/None'}}}}
  /content: {get: {responses: {'200': {description: '', content: []}}}}
  /media: {get: {responses: {'200': {description: '', content: {application/json: null}}}}}
  /headers: {get: {responses: {'200': {description: '', headers: {A: null, B: x, C: {type: integer}}}}}}
  /self:
    get:
      responses:
        '200':
          description: ''
          content: {application/json: {schema: {$ref: '#/components/schemas/Self'}}}
  /body: {post: {requestBody: null, responses: {'200': {description: ''}}}}
  /security: {get: {security: [oops], responses: {'200': {description: ''}}}}
  /parameters: {get: {parameters: {name: q, in: query}, responses: {'200': {description: ''}}}}
  slashless: {get: {responses: {'200': {description: ''}}}}
"""
SERVED = [
    ("POST", "/operation"),
    ("GET", "/responses"),
    ("GET", "/response"),
    ("GET", "/content"),
    ("GET", "/media"),
    ("GET", "/headers"),
    ("GET", "/self"),
    ("POST", "/body"),
    ("GET", "/security"),
    ("GET", "/parameters"),
    ("GET", "/slashless"),
]


def replying(schema: JSON) -> JSON:
    content = {"application/json": {"schema": schema}}
    return operation(responses={"200": {"description": "", "content": content}})


def told(held: Contract) -> list[str]:
    return [problem.partition(": ")[2] for problem in problems(held.document)]


@pytest.mark.parametrize(("method", "path"), SERVED)
def test_what_is_around_a_malformed_spot_is_served(tmp_path: Path, method: str, path: str) -> None:
    """Nodes of a wrong type, references to nowhere and in a circle, names that cannot be."""
    file = tmp_path / "api.yaml"
    file.write_text(BROKEN)
    app = create_app(build(Play((str(file),))))
    answer = send(app, Request(method, path, "", (), b""))
    assert answer.status == 200, answer.body


def test_every_malformed_spot_is_told_with_its_line(tmp_path: Path) -> None:
    """In the order of the document, the objects first."""
    file = tmp_path / "api.yaml"
    file.write_text(BROKEN)
    lines = file.read_text().splitlines()
    found = set(problems(build(Play((str(file),))).apis[0].contract.document))
    for line, message in (
        ("  /null: null", "a path item is expected, not null; read as empty"),
        ("    get: null", "an operation is expected, not null; left out"),
        ("  slashless:", "a path begins with a slash; served as /slashless"),
        ("    get: {responses: {'200': null", "'abc' is no status: one such as 200, 2XX or default"),
        ("security: oops", "an array is expected, not 'oops'"),
    ):
        number = next(index for index, text in enumerate(lines, 1) if text.startswith(line))
        assert any(problem.startswith(f"{file}:{number}: {message}") for problem in found), message


def test_a_parameter_left_out_moves_no_line(tmp_path: Path) -> None:
    """Those behind it are still told where their author wrote them."""
    file = tmp_path / "api.yaml"
    file.write_text(
        "openapi: 3.1.0\ninfo: {}\npaths:\n  /a:\n    get:\n      parameters:\n      - null\n"
        "      - {name: q, in: query, schema: null}\n"
    )
    found = list(problems(build(Play((str(file),))).apis[0].contract.document))
    assert [problem.partition(": ")[0] for problem in found] == [f"{file}:7", f"{file}:8"]


@pytest.mark.parametrize(
    ("schema", "sound"),
    [
        ({"type": "any"}, {}),
        ({"type": "String"}, {"type": "string"}),
        ({"type": "int"}, {"type": "integer"}),
        ({"type": ["string", None]}, {"type": ["string", "null"]}),
        ({"type": ["string", "strange"]}, {}),
        ({"type": "string", "required": True}, {"type": "string"}),
        ({"required": ["a", "a"]}, {"required": ["a"]}),
        ({"maxLength": "12"}, {"maxLength": 12}),
        ({"maxLength": -1}, {}),
        ({"minimum": "low"}, {}),
        ({"multipleOf": 0}, {}),
        ({"enum": "red"}, {}),
        ({"properties": {"a": None, "b": {}}}, {"properties": {"a": {}, "b": {}}}),
        ({"properties": []}, {}),
        ({"items": [{"type": "string"}]}, {"items": {"type": "string"}}),
        ({"items": [{}, {"type": "string"}]}, {"items": {"anyOf": [{}, {"type": "string"}]}}),
        ({"items": None}, {}),
        ({"allOf": {"type": "string"}}, {"allOf": [{"type": "string"}]}),
        ({"oneOf": []}, {}),
        ({"$ref": ""}, {}),
        ({"$ref": 5}, {}),
        ({"pattern": "["}, {}),
        ({"pattern": "/^a+$/i"}, {"pattern": "(?i)^a+$"}),
        ({"pattern": r"\Aa\Z"}, {"pattern": "^a$"}),
        ({"pattern": r"^[\w-.]+$"}, {"pattern": r"^[\w\-.]+$"}),
        ({"format": "date-time", "enum": ["now"]}, {"enum": ["now"]}),
        ({"additionalProperties": "no"}, {}),
        ({"uniqueItems": "true"}, {"uniqueItems": True}),
    ],
)
def test_a_malformed_schema_is_read_as_it_was_meant_or_without_the_keyword(schema: JSON, sound: JSON) -> None:
    """And it is told."""
    assert mended(schema) == sound
    assert len(list(faults(schema))) == 1


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", "null"], "enum": ["a", None]},
        {"pattern": r"^\p{L}+(?<!x)$", "patternProperties": {"^a": True}},
        {"type": "string", "format": "unheard-of", "enum": ["a"]},
        {"maxLength": 12.0, "exclusiveMinimum": 0, "items": False, "const": None},
        {"enum": []},
    ],
)
def test_a_sound_schema_stays_the_same_object(schema: dict[str, JSON]) -> None:
    """Nothing is copied, and nothing told."""
    assert mended(schema) is schema
    assert not list(faults(schema))


def test_schemas_are_told_wherever_they_stand(tmp_path: Path) -> None:
    """In a component that nothing reaches as well as in a reply, by the keyword's own place."""
    schemas: JSON = {"A": {"items": {"type": "strange"}}}
    root = document(
        {"/a": {"get": replying({"properties": {"b": {"enum": 7}}})}}, components={"schemas": schemas}
    )
    types = "null, boolean, object, array, number, string, integer"
    assert told(loaded(tmp_path, root)) == [
        "`enum` must be a list of values, not 7; left out",
        f"`type` must be one of {types}, not 'strange'; left out",
    ]


def test_an_operation_id_given_twice_is_told(tmp_path: Path) -> None:
    """With the name by which the second operation can be meant."""
    one = operation(operationId="look")
    root = document({"/a": {"get": one}, "/b": {"get": one}})
    assert told(loaded(tmp_path, root)) == [
        "operationId 'look' is that of GET /a too; call this one 'GET /b'"
    ]


def test_a_reply_has_nothing_that_is_only_written(tmp_path: Path) -> None:
    """A property of `writeOnly` is taken in a request and left out of what is made for a reply."""
    secret = {"type": "object", "properties": {"name": {"type": "string"}, "key": {"writeOnly": True}}}
    root = document({"/a": {"get": replying(secret)}})
    app = create_app(build(Play((str(written(tmp_path, root)),))))
    assert list(json.loads(send(app, Request("GET", "/a", "", (), b"")).body)) == ["name"]
