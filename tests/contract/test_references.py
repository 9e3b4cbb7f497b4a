"""What the references of a schema mean: `$id`, `$anchor`, `$dynamicRef`, and pointers of their own."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from asgi import send
from documents import document, loaded, operation, taking, written
from hostile import schemas
from understudy.contract.problems import problems
from understudy.contract.schema import Schema
from understudy.errors import UnderstudyError
from understudy.run import Play, build, create_app
from understudy.types import JSON, Request

TREE = {
    "$id": "https://example.org/tree",
    "$dynamicAnchor": "node",
    "type": "object",
    "properties": {"data": True, "children": {"items": {"$dynamicRef": "#node"}}},
}
STRICT = {"$id": "https://example.org/strict", "$dynamicAnchor": "node", "$ref": "tree"}
META = "https://json-schema.org/draft/2020-12/schema"


def body(folder: Path, schema: JSON, **components: JSON) -> Schema:
    """The compiled schema of the body of `POST /a`."""
    root = document({"/a": {"post": taking(schema)}}, components={"schemas": components})
    return bodies(folder, root)[0]


def bodies(folder: Path, root: dict[str, JSON]) -> list[Schema]:
    """The compiled schemas of the bodies of all operations."""
    found = [one.request_contents["application/json"].schema for one in loaded(folder, root).operations]
    return [schema for schema in found if schema is not None]


def referring(name: str) -> JSON:
    """An operation that takes a component."""
    return taking({"$ref": f"#/components/schemas/{name}"})


def linked(name: str) -> JSON:
    """An object with a component inside."""
    return {"type": "object", "properties": {"next": {"$ref": f"#/components/schemas/{name}"}}}


@pytest.mark.parametrize(
    ("ref", "components"),
    [
        ("https://example.org/count", {"Count": {"$id": "https://example.org/count", "type": "integer"}}),
        ("#count", {"Count": {"$anchor": "count", "type": "integer"}}),
        ("urn:x:count", {"Count": {"$id": "urn:x:count", "type": "integer"}}),
        ("count", {"Count": {"$id": "count", "type": "integer"}}),
        (
            "https://example.org/all#count",
            {
                "A": {
                    "$id": "https://example.org/all",
                    "$defs": {"b": {"$anchor": "count", "type": "integer"}},
                }
            },
        ),
        (
            "https://example.org/v1/a",
            {
                "A": {"$id": "https://example.org/v1/a", "$ref": "b"},
                "B": {"$id": "https://example.org/v1/b", "type": "integer"},
            },
        ),
    ],
)
def test_a_name_leads_to_the_schema_that_has_it(tmp_path: Path, ref: str, components: dict[str, Any]) -> None:
    """Wherever it stands in the document; a relative one is worked out against the `$id` around it."""
    schema = body(tmp_path, {"properties": {"n": {"$ref": ref}}}, **components)
    assert schema.is_valid({"n": 1})
    [found] = schema.violations({"n": "x"})
    assert found.pointer.startswith("/components/schemas/")
    assert found.pointer.endswith("/type")


def test_a_pointer_means_the_schema_with_the_id_first_and_then_the_document(tmp_path: Path) -> None:
    """Documents that give a component an `$id` still refer by pointers of the document."""
    own = {"$id": "https://example.org/a", "$defs": {"x": {"type": "integer"}}}
    near = {**own, "properties": {"n": {"$ref": "#/$defs/x"}, "m": {"$ref": "#/components/schemas/Text"}}}
    schema = body(tmp_path, near, Text={"type": "string"})
    assert schema.is_valid({"n": 1, "m": "a"})
    assert [one.path for one in schema.violations({"n": "a", "m": 1})] == [("m",), ("n",)]


def test_a_pointer_to_nothing_in_the_document_means_the_schema_around_it(tmp_path: Path) -> None:
    """Schemas that were pasted into a document whole bring `#` and `#/$defs` of their own."""
    pasted = {
        "type": "object",
        "properties": {"inner": {"$ref": "#"}, "n": {"$ref": "#/$defs/x"}},
        "$defs": {"x": {"type": "integer"}},
    }
    schema = body(tmp_path, pasted)
    assert schema.is_valid({"inner": {"inner": {"n": 1}}})
    assert not schema.is_valid({"inner": {"inner": {"n": "a"}}})
    assert not schema.is_valid({"inner": 1})


def test_a_dynamic_reference_means_what_the_way_to_it_says(tmp_path: Path) -> None:
    """A schema that another extends is judged by that one all the way down; reached alone, by itself."""
    strict = {**STRICT, "unevaluatedProperties": False}
    paths = {f"/{name}": {"post": referring(name)} for name in ("Tree", "Strict")}
    root = document(paths, components={"schemas": {"Tree": TREE, "Strict": strict}})
    tree, tight = bodies(tmp_path, root)
    typo = {"children": [{"children": [], "dat": 1}]}
    assert tree.is_valid(typo)
    assert not tight.is_valid(typo)
    assert tight.is_valid({"children": [{"data": 1}]})
    assert {one.pointer for one in tight.violations(typo)} == {
        "/components/schemas/Strict/unevaluatedProperties"
    }


def test_the_meta_schema_is_known(tmp_path: Path) -> None:
    """What breaks it is told at the schema that refers to it, and it is not fetched."""
    schema = body(tmp_path, {"properties": {"s": {"$ref": META}}})
    assert schema.is_valid({"s": {"type": "string"}})
    found = schema.violations({"s": {"minLength": -1}})
    assert {one.path for one in found} == {("s", "minLength")}
    assert "https://json-schema.org/draft/2020-12/meta/validation" in found[0].message


def test_a_name_that_nothing_has_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    """With the file and the line of the reference."""
    held = loaded(tmp_path, document({"/a": {"post": taking({"$ref": "#nobody"})}}))
    [problem] = problems(held.document)
    assert problem.startswith(f"{tmp_path / 'test.json'}:1: ")
    assert "no schema has that $id or anchor" in problem


def test_the_nearest_of_several_schemas_with_one_name_counts(tmp_path: Path) -> None:
    """Documents put together from parts name things twice."""
    number = {"$ref": "#x", "$defs": {"d": {"$anchor": "x", "type": "integer"}}}
    text = {"$ref": "#x", "$defs": {"d": {"$anchor": "x", "type": "string"}}}
    root = document({"/a": {"post": taking(number)}, "/b": {"post": taking(text)}})
    first, second = bodies(tmp_path, root)
    assert first.is_valid(1)
    assert second.is_valid("a")
    assert not first.is_valid("a")


def test_a_large_schema_judges_like_a_small_one(tmp_path: Path) -> None:
    """Schemas that reach many others share a validator, which shows in no place and no message."""
    components = {f"S{index}": linked(f"S{index + 1}") for index in range(60)}
    components["S60"] = {"type": "object", "properties": {"n": {"type": "integer"}}}
    paths = {f"/{name}": {"post": referring(name)} for name in ("S0", "S1", "S59")}
    first, second, small = bodies(tmp_path, document(paths, components={"schemas": components}))
    value: JSON = {"n": "a"}
    for depth in range(60, -1, -1):
        if depth == 59:
            assert [one.path for one in small.violations(value)] == [("next", "n")]
        if depth == 1:
            assert [one.path for one in second.violations(value)] == [("next",) * 59 + ("n",)]
        if depth == 0:
            [found] = first.violations(value)
            assert found.path == ("next",) * 60 + ("n",)
            assert found.pointer == "/components/schemas/S60/properties/n/type"
            assert found.message == 'must be of type integer, got string "a"'
        value = {"next": value}
    assert not first.is_valid(1)


NAMES = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$ref")
TARGETS = (
    "a",
    "b",
    "#a",
    "#b",
    "x",
    "http://e/x#a",
    "#",
    "",
    5,
    None,
    "a b",
    "#/$defs/a",
    META,
    f"{META}#/$defs/a",
)


@pytest.mark.parametrize("seed", range(60))
def test_no_schema_brings_the_server_down(tmp_path: Path, seed: int) -> None:
    """Whatever the schemas of a body and a reply say and name, the answer is a reply or a reason."""
    random = Random(seed)
    taken, given = (_named(random, schemas.schema(random)) for _ in range(2))
    content = {"application/json": {"schema": given}}
    reply = operation(responses={"200": {"description": "ok", "content": content}})
    root = document({"/a": {"post": taking(taken), "get": reply}})
    try:
        app = create_app(build(Play((str(written(tmp_path, root)),))))
    except UnderstudyError:
        return
    for method, sent in (
        ("POST", b"{}"),
        ("POST", b'{"a":[1,{"a":5}],"b":"x"}'),
        ("POST", b"5"),
        ("GET", b""),
    ):
        headers = (("content-type", "application/json"),) if sent else ()
        response = send(app, Request(method, "/a", "", headers, sent))
        assert response.status in (200, 422, 501), response.body


def _named(random: Random, schema: JSON) -> JSON:
    """A copy in which some schemas have names and refer to names."""
    if isinstance(schema, list):
        return [_named(random, item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {key: _named(random, value) for key, value in schema.items()}
    return {**copied, random.choice(NAMES): random.choice(TARGETS)} if random.random() < 0.2 else copied
