"""Requests find their operation, of one document or of many."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from asgi import send
from cli.running import run
from documents import document, operation, written
from understudy.run import Play, build, create_app
from understudy.serve.fake import Fake
from understudy.types import JSON, Request, Response


def answering(value: str) -> JSON:
    """An operation that answers just this."""
    return operation(
        responses={"200": {"description": "", "content": {"application/json": {"schema": {"const": value}}}}}
    )


def fake(folder: Path, **apis: Mapping[str, JSON]) -> Fake:
    """One server for these APIs: by name the paths of each."""
    files = [str(written(folder, document(paths), f"{name}.json")) for name, paths in apis.items()]
    return build(Play(tuple(files)))


def get(app: Any, path: str, method: str = "GET", query: str = "") -> Response:
    return send(app, Request(method, path, query))


def told(response: Response) -> JSON:
    assert response.status == 200, response.body
    return json.loads(response.body)


PETS = {"/pets": {"get": answering("a")}, "/pets/{id}": {"get": answering("a one")}}
SHOP = {"/pets": {"get": answering("b")}, "/shop": {"get": answering("b shop")}}


def test_apis_that_take_different_requests_stand_side_by_side(tmp_path: Path) -> None:
    """All of them at the root."""
    played = fake(tmp_path, a=PETS, b={"/shop": {"get": answering("b shop")}})
    assert set(played.mounts.values()) == {""}
    app = create_app(played)
    assert [told(get(app, path)) for path in ("/pets", "/shop")] == ["a", "b shop"]
    assert get(app, "/a/pets").status == 404


def test_apis_that_take_the_same_requests_are_served_by_name(tmp_path: Path) -> None:
    """Each whole below its own name; at the root the first one answers what both take."""
    app = create_app(fake(tmp_path, a=PETS, b=SHOP, c={"/other": {"get": answering("c")}}))
    paths = ("/a/pets", "/b/pets", "/b/shop", "/pets", "/shop", "/other", "/a/pets/7")
    assert [told(get(app, path)) for path in paths] == ["a", "b", "b shop", "a", "b shop", "c", "a one"]
    assert get(app, "/c/other").status == 404


def test_names_of_parameters_make_no_difference(tmp_path: Path) -> None:
    """`/pets/{id}` and `/pets/{name}` take the same requests; another method does not."""
    other = {"/pets/{name}": {"get": answering("b")}}
    assert set(fake(tmp_path, a=PETS, b=other).mounts.values()) == {"/a", "/b"}
    other = {"/pets/{name}": {"put": answering("b")}}
    assert set(fake(tmp_path, a=PETS, b=other).mounts.values()) == {""}


def test_a_mounted_api_keeps_its_base_path(tmp_path: Path) -> None:
    """Below its name it is served with and without it."""
    for name, root in (("a", document(PETS)), ("b c", document(SHOP, servers=[{"url": "https://x/v1"}]))):
        written(tmp_path, root, f"{name}.json")
    app = create_app(build(Play((str(tmp_path / "a.json"), str(tmp_path / "b c.json")))))
    assert [told(get(app, path)) for path in ("/b%20c/pets", "/b%20c/v1/pets")] == ["b", "b"]


def test_where_an_api_is_served_is_told(tmp_path: Path) -> None:
    """By `understudy list`, and in the listing of operations, with curl lines that work."""
    files = [
        str(written(tmp_path, document(paths), f"{name}.json")) for name, paths in (("a", PETS), ("b", SHOP))
    ]
    rows = [line.split("\t")[:3] for line in run("list", *files).stdout.splitlines()]
    assert ["b", "GET", "/b/pets"] in rows
    listed = json.loads(get(create_app(build(Play(tuple(files)))), "/__understudy__/operations").body)
    assert [entry["servedAt"] for entry in listed] == ["/a/pets", "/a/pets/{id}", "/b/pets", "/b/shop"]
    assert " http://127.0.0.1/b/pets " in listed[2]["variants"][0]["curl"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_path_as_it_stands_takes_its_own_methods_alone(tmp_path: Path, method: str) -> None:
    """Where it lacks one, a templated path does not take it: 405, with what it takes."""
    app = create_app(fake(tmp_path, a={**PETS, "/pets/mine": {"post": answering("mine")}}))
    response = get(app, "/pets/mine", method)
    assert response.status == 405
    assert dict(response.headers)["allow"] == "POST, OPTIONS"


def test_operations_that_differ_by_their_query(tmp_path: Path) -> None:
    """Each is found by it; without it nothing is, and the answer names what there is."""
    paths = {f"/x?action={name}": {"get": answering(name)} for name in "AB"}
    app = create_app(fake(tmp_path, a=paths))
    assert [told(get(app, "/x", query=f"action={name}")) for name in "AB"] == ["A", "B"]
    response = get(app, "/x", query="action=Z")
    assert response.status == 404
    assert (
        "no operation at /x with this query; the nearest is /x?action=" in json.loads(response.body)["detail"]
    )


def test_a_path_beyond_ascii_as_some_clients_send_it(tmp_path: Path) -> None:
    """Percent-encoded or not, it is the same path."""
    app = create_app(fake(tmp_path, a={"/näh": {"get": answering("a")}}))
    raw = "/näh".encode().decode("latin-1")
    assert [told(get(app, path)) for path in ("/n%C3%A4h", raw)] == ["a", "a"]


def test_templates_of_one_shape_are_told_apart_by_their_parameters(tmp_path: Path) -> None:
    """Of one API the first that takes the path answers; what none of them takes, the first one refuses."""
    schemas = {"filter": {"enum": ["open", "closed"]}, "id": {"type": "integer"}}
    paths = {
        f"/cards/{{{name}}}": {
            "parameters": [{"name": name, "in": "path", "required": True, "schema": schema}],
            "get": answering(name),
        }
        for name, schema in schemas.items()
    }
    app = create_app(fake(tmp_path, a=paths))
    assert [told(get(app, f"/cards/{text}")) for text in ("open", "7")] == ["filter", "id"]
    assert b"closed" in get(app, "/cards/x").body


def test_a_path_that_one_api_refuses_is_no_other_ones(tmp_path: Path) -> None:
    """At the root the first API answers it, though the second would take it."""
    paths = {
        kind: {
            f"/cards/{{{kind}}}": {
                "parameters": [{"name": kind, "in": "path", "required": True, "schema": {"type": kind}}],
                "get": answering(kind),
            }
        }
        for kind in ("integer", "string")
    }
    app = create_app(fake(tmp_path, **paths))
    assert [get(app, f"{mount}/cards/x").status for mount in ("", "/string")] == [422, 200]
