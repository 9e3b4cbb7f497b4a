"""Every violation of a request is told, with a place in the data and a place in the document."""

import json
import re
from pathlib import Path

import pytest

from documents import document, loaded, operation, taking
from understudy.contract import Operation, Reading
from understudy.contract.problems import problems
from understudy.types import JSON, Request, Violation

UUID4 = "7f1e4a52-3b0c-4d8e-9a6f-2c5b8d1e0f34"
UUID1 = "7f1e4a52-3b0c-11ee-9a6f-2c5b8d1e0f34"
PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string", "format": "uuid4"},
        "name": {"type": "string", "minLength": 1},
        "born": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "size": {"anyOf": [{"type": "integer", "minimum": 1}, {"enum": ["s", "m"]}]},
        "parent": {"$ref": "#/components/schemas/Pet"},
    },
    "additionalProperties": False,
}
COMPONENTS = {"schemas": {"Pet": PET}}
REF = {"$ref": "#/components/schemas/Pet"}
GOOD = {"id": UUID4, "name": "Ida"}


def post(folder: Path, schema: JSON, **rest: JSON) -> Operation:
    contract = loaded(folder, document({"/pets": {"post": taking(schema)}}, **rest))
    match = contract.find("POST", "/pets")
    assert match
    return match.operation


def read(op: Operation, body: JSON) -> Reading:
    request = Request("POST", "/pets", "", (("content-type", "application/json"),), json.dumps(body).encode())
    return op.read(request, {})


def told(found: tuple[Violation, ...]) -> list[tuple[str, str, str]]:
    return sorted(
        (violation.rule, "/".join(map(str, violation.path)), violation.pointer) for violation in found
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (GOOD, []),
        ([], [("type", "", "/components/schemas/Pet/type")]),
        (
            {},
            [
                ("required", "id", "/components/schemas/Pet/required"),
                ("required", "name", "/components/schemas/Pet/required"),
            ],
        ),
        ({**GOOD, "id": UUID1}, [("format", "id", "/components/schemas/Pet/properties/id/format")]),
        (
            {**GOOD, "id": 3, "name": ""},
            [
                ("minLength", "name", "/components/schemas/Pet/properties/name/minLength"),
                ("type", "id", "/components/schemas/Pet/properties/id/type"),
            ],
        ),
        (
            {**GOOD, "born": "x"},
            [("format", "born", "/components/schemas/Pet/properties/born/anyOf/0/format")],
        ),
        ({**GOOD, "born": None}, []),
        (
            {**GOOD, "a": 1, "b": 2},
            [
                ("additionalProperties", "a", "/components/schemas/Pet/additionalProperties"),
                ("additionalProperties", "b", "/components/schemas/Pet/additionalProperties"),
            ],
        ),
        (
            {**GOOD, "parent": {**GOOD, "tags": ["a", 1]}},
            [
                ("type", "parent/tags/1", "/components/schemas/Pet/properties/tags/items/type"),
            ],
        ),
        ({**GOOD, "size": 0}, [("anyOf", "size", "/components/schemas/Pet/properties/size/anyOf")]),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_all_violations_of_a_body(tmp_path: Path, body: JSON, expected: list[tuple[str, str, str]]) -> None:
    """Not only the first violation is told, and each with its keyword's own pointer in the document."""
    assert told(read(post(tmp_path, REF, components=COMPONENTS), body).violations) == expected


def test_a_failed_union_tells_the_violations_of_each_branch(tmp_path: Path) -> None:
    """`anyOf` of several real branches keeps them apart."""
    (violation,) = read(post(tmp_path, REF, components=COMPONENTS), {**GOOD, "size": 0}).violations
    assert [[inner.rule for inner in branch] for branch in violation.branches] == [["minimum"], ["enum"]]


def test_a_violation_has_a_line_in_the_document(tmp_path: Path) -> None:
    """The pointer of a violation leads to file and line."""
    path = tmp_path / "pets.yaml"
    path.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /pets:\n    post:\n      requestBody:\n"
        "        content:\n          application/json:\n            schema:\n              type: object\n"
        "              required:\n                - name\n      responses: {}\n"
    )
    from understudy.contract import contract

    loaded_contract = contract.load(path)
    match = loaded_contract.find("POST", "/pets")
    assert match
    (violation,) = read(match.operation, {}).violations
    assert loaded_contract.document.where(violation.pointer) == (str(path), 11)


def test_business_rules_are_told_last(tmp_path: Path) -> None:
    """A business rule speaks in its own words, and only when nothing else is wrong."""
    rule = {
        "type": "array",
        "items": {"type": "integer"},
        "maxItems": 0,
        "x-understudy-business-rule": "None, please.",
    }
    op = post(tmp_path, {"properties": {"a": rule}})
    assert [(v.rule, v.message, v.path) for v in read(op, {"a": [1]}).violations] == [
        ("business", "None, please.", ("a",))
    ]
    assert [violation.rule for violation in read(op, {"a": ["x"]}).violations] == ["type"]


@pytest.mark.parametrize(
    ("content_type", "body", "rule"),
    [
        ("application/json", b"{", "json"),
        ("application/json", b"", "required"),
        ("text/plain", b"{}", "media-type"),
        ("", b"{}", "media-type"),
        ("application/json; charset=utf-8", b"{}", None),
        ("APPLICATION/JSON", b"{}", None),
    ],
)
def test_bodies_that_cannot_be_read(tmp_path: Path, content_type: str, body: bytes, rule: str | None) -> None:
    """A missing, broken or foreign body is one violation."""
    op = post(tmp_path, {})
    headers = (("content-type", content_type),) if content_type else ()
    found = op.read(Request("POST", "/pets", "", headers, body), {}).violations
    assert [violation.rule for violation in found] == ([rule] if rule else [])


def test_the_number_of_violations_is_bounded(tmp_path: Path) -> None:
    """A value that is wrong a million times is told to be wrong some hundred times."""
    op = post(tmp_path, {"type": "array", "items": {"type": "string"}})
    assert len(read(op, [1] * 100_000).violations) == 500


def test_read_only_properties_are_not_required_of_a_request(tmp_path: Path) -> None:
    """`required` does not count for readOnly properties in a request, nor for writeOnly in a response."""
    schema = {
        "required": ["id", "secret"],
        "properties": {"id": {"readOnly": True}, "secret": {"writeOnly": True}},
    }
    contract = loaded(tmp_path, document({"/pets": {"post": taking(schema)}}))
    match = contract.find("POST", "/pets")
    assert match
    assert told(read(match.operation, {}).violations)[0][1] == "secret"
    assert len(read(match.operation, {}).violations) == 1


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "string", "nullable": True}, None, 1),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, 4, 3),
        ({"type": "integer", "maximum": 3, "exclusiveMaximum": False}, 3, 4),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None, "b"),
        ({"$ref": "#/components/schemas/Text", "type": "integer"}, "x", 1),
    ],
)
def test_openapi_30_schemas(tmp_path: Path, schema: JSON, good: JSON, bad: JSON) -> None:
    """3.0's own keywords mean what 3.0 says."""
    op = post(tmp_path, schema, version="3.0.3", components={"schemas": {"Text": {"type": "string"}}})
    assert not read(op, good).violations
    assert read(op, bad).violations


def test_a_ref_to_nowhere_names_file_and_line(tmp_path: Path) -> None:
    """A broken `$ref` is a problem of the document, not of the request: it says nothing of the body."""
    op = post(tmp_path, {"$ref": "#/components/schemas/Nobody"})
    [problem] = problems(op.document)
    assert re.match(rf"{tmp_path}/test\.json:\d+: nothing stands at #/components/schemas/Nobody", problem)
    assert not read(op, {}).violations


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9/x.json", "other.yaml#/a", "file:///etc/passwd"])
def test_no_remote_ref_is_followed(tmp_path: Path, uri: str) -> None:
    """A `$ref` to another host, or to a file that is not there, is told; nothing is fetched."""
    op = post(tmp_path, {"$ref": uri})
    [problem] = problems(op.document)
    assert "not followed" in problem
    assert not read(op, {}).violations


def test_only_reachable_components_are_compiled(tmp_path: Path) -> None:
    """A schema is bundled with what it reaches, so a broken component elsewhere does no harm."""
    components = {"schemas": {"Pet": PET, "Broken": {"type": 12}}}
    op = post(tmp_path, REF, components=components)
    content = op.request_contents["application/json"]
    assert content.schema
    assert set(content.schema.bundle["$defs"]) == {
        "/paths/~1pets/post/requestBody/content/application~1json/schema",
        "/components/schemas/Pet",
    }


def test_two_operations_on_one_path(tmp_path: Path) -> None:
    """Method and path find the operation; another method of the path is known."""
    contract = loaded(tmp_path, document({"/pets": {"get": operation(), "post": taking({})}}))
    match = contract.find("GET", "/pets")
    assert match
    assert match.operation.name == "GET /pets"
    assert contract.find("PUT", "/pets") is None
    assert contract.methods("/pets") == ("GET", "POST")


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [("", True), ("YQ==", True), ("YWI=", True), ("a+/9", True), ("%", False), ("YQ", False), ("é", False)],
)
def test_bytes_are_base64(tmp_path: Path, text: str, is_valid: bool) -> None:
    """The format `byte` is judged, padding and all (RFC 4648, section 4)."""
    found = read(post(tmp_path, {"type": "string", "format": "byte"}), text).violations
    assert [violation.rule for violation in found] == ([] if is_valid else ["format"])
