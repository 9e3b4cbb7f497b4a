"""Operations are served below the base paths of their servers, and without them."""

from pathlib import Path

import pytest

from documents import document, loaded, operation
from understudy.contract import Contract
from understudy.types import JSON


def server(url: str, **variables: JSON) -> JSON:
    return {"url": url, "variables": variables}


def serving(folder: Path, *servers: JSON, version: str = "3.1.0") -> Contract:
    """One operation, `GET /pets`, on these servers."""
    paths = {"/pets": {"get": operation()}}
    return loaded(folder, document(paths, version=version, servers=list(servers)))


@pytest.mark.parametrize(
    ("declared", "path"),
    [
        (server("https://api.example/v1"), "/v1/pets"),
        (server("https://api.example/v1/"), "/v1/pets"),
        (server("https://api.example"), "/pets"),
        (server("/"), "/pets"),
        (server(""), "/pets"),
        (server("/v1"), "/v1/pets"),
        (server("v1"), "/v1/pets"),
        (server("./v1"), "/v1/pets"),
        (server("../v1"), "/v1/pets"),
        (server("//api.example/v1"), "/v1/pets"),
        (server("https://api.example/v1?x=1#y"), "/v1/pets"),
        (server("https://api.example/a%20b"), "/a%20b/pets"),
        (server("https://api.example/{v}", v={"default": "v1"}), "/v1/pets"),
        (server("https://api.example/{v}", v={"default": "v1"}), "/anything/pets"),
        (server("https://api.example/{v}", v={"default": "v1", "enum": ["v1", "v2"]}), "/v2/pets"),
        (server("https://api.example/{v}"), "/undeclared/pets"),
        (server("https://{host}:{port}/v1", host={"default": "a"}, port={"default": "80"}), "/v1/pets"),
        (server("{scheme}://api.example/v1", scheme={"default": "https"}), "/v1/pets"),
        (server("{root}/v1", root={"default": "https://api.example/api"}), "/api/v1/pets"),
        (server("/{a}/{b}", a={"default": "1", "enum": ["1", "2"]}, b={"default": "x/y"}), "/2/x/y/pets"),
    ],
)
def test_served_below_a_base_path(tmp_path: Path, declared: JSON, path: str) -> None:
    """Whatever the URL of a server is like; and at the root all the same."""
    contract = serving(tmp_path, declared)
    for asked in (path, "/pets"):
        match = contract.find("GET", asked)
        assert match
        assert (match.operation.name, match.path_parameters) == ("GET /pets", {})


@pytest.mark.parametrize(
    "declared",
    [
        server("https://api.example/{v}", v={"default": "v1", "enum": ["v1", "v2"]}),
        server("https://v3/v1"),
        None,
        "v3",
    ],
)
def test_not_served_below_another(tmp_path: Path, declared: JSON) -> None:
    """A value outside of the enum is no value of the variable; what is no server says nothing."""
    assert serving(tmp_path, declared).find("GET", "/v3/pets") is None


def test_many_values_are_bounded(tmp_path: Path) -> None:
    """A server has no more base paths than can be held, whatever its variables say."""
    values = [str(number) for number in range(100)]
    variables = {name: {"default": "0", "enum": values} for name in "abcd"}
    contract = serving(tmp_path, server("/{a}/{b}/{c}/{d}", **variables))
    assert 1 < len(contract.base_paths(contract.operations[0])) <= 65


def test_the_innermost_servers_hold(tmp_path: Path) -> None:
    """Those of an operation go before those of its path, and these before the document's."""
    paths = {
        "/doc": {"get": operation()},
        "/path": {"servers": [server("/p")], "get": operation(), "put": operation(servers=[server("/o")])},
    }
    contract = loaded(tmp_path, document(paths, servers=[server("/d")]))
    served = {base + one.path for base, one in contract.places if contract.find(one.method, base + one.path)}
    assert served == {"/doc", "/path", "/d/doc", "/p/path", "/o/path"}
    assert contract.find("PUT", "/p/path") is None


def test_a_path_that_stands_in_the_document_goes_before_a_base_path(tmp_path: Path) -> None:
    """`/v1/pets` is the key of that name, not `/pets` on a server at `/v1`."""
    paths = {"/pets": {"get": operation()}, "/v1/pets": {"get": operation()}}
    match = loaded(tmp_path, document(paths, servers=[server("/v1")])).find("GET", "/v1/pets")
    assert match
    assert match.operation.path == "/v1/pets"


def test_the_base_path_of_swagger(tmp_path: Path) -> None:
    """Swagger 2.0 has one, and says it apart."""
    root = {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "host": "a.example", "basePath": "/b"}
    contract = loaded(tmp_path, {**root, "paths": {"/pets": {"get": {"responses": {"200": {}}}}}})
    assert contract.find("GET", "/b/pets")


def test_parameters_of_a_path_hold_for_additional_operations(tmp_path: Path) -> None:
    """OpenAPI 3.2 has methods of any name, which share what their path declares."""
    named = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    item = {"parameters": [named], "additionalOperations": {"COPY": operation()}}
    match = loaded(tmp_path, document({"/x/{id}": item}, version="3.2.0")).find("COPY", "/x/1")
    assert match
    assert [parameter.name for parameter in match.operation.parameters] == ["id"]
