"""A companion brings paths to a document, and shares its schemas and security."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from documents import document, operation, taking, written
from understudy.contract import Contract, contract
from understudy.errors import DocumentError
from understudy.types import JSON, Request

SCHEMES = {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
PET = {"type": "object", "required": ["name"]}
ROOT = document(
    {"/v1/pets": {"post": {**taking({"$ref": "#/components/schemas/Pet"}), "security": [{"key": []}]}}},
    components={"schemas": {"Pet": PET}, "securitySchemes": SCHEMES},
    servers=[{"url": "/base"}],
)


def accompanied(folder: Path, paths: Mapping[str, JSON], **rest: JSON) -> Contract:
    """The contract of ROOT with a companion that has these paths."""
    companion = written(folder, document(paths, **rest), "companion.json")
    return contract.load(written(folder, ROOT), companions=(companion,))


def test_the_paths_of_a_companion_come_after_the_documents(tmp_path: Path) -> None:
    """Each operation says whether a companion has its path."""
    held = accompanied(tmp_path, {"/login": {"post": operation()}})
    assert [(op.name, op.declaration.companion) for op in held.operations] == [
        ("POST /v1/pets", ""),
        ("POST /login", "companion.json"),
    ]


def test_another_spelling_of_a_path_is_the_same_operation(tmp_path: Path) -> None:
    """A path item that is a `$ref` to the document's: the same places, and the same canonical request."""
    held = accompanied(tmp_path, {"/pets": {"$ref": "test.json#/paths/~1v1~1pets"}})
    first, second = held.operations
    assert first.declaration.pointer == second.declaration.pointer
    assert not second.is_of_companion
    request = Request("POST", "/", headers=(("content-type", "application/json"),), body=b'{"name": 1}')
    assert first.read(request, {}).canonical == second.read(request, {}).canonical


def test_security_schemes_are_the_documents(tmp_path: Path) -> None:
    """A companion's own default goes before the document's, which has none."""
    held = accompanied(tmp_path, {"/me": {"get": operation()}}, security=[{"key": []}])
    [pets, me] = held.operations
    assert me.security == pets.security
    assert me.is_of_companion


def test_a_companion_is_served_below_its_own_servers(tmp_path: Path) -> None:
    """The prefixes of the document are for the document's paths."""
    held = accompanied(tmp_path, {"/me": {"get": operation()}}, servers=[{"url": "/v2"}])
    assert [bool(held.find("GET", path)) for path in ("/me", "/v2/me", "/base/me")] == [True, True, False]
    assert held.find("POST", "/base/v1/pets")
    assert not held.find("POST", "/v2/v1/pets")


def test_a_violation_of_a_companion_is_found_in_its_file(tmp_path: Path) -> None:
    """And one of a schema that it shares in the document's."""
    paths = {
        "/a": {"post": taking({"type": "integer"})},
        "/b": {"post": taking({"$ref": "test.json#/components/schemas/Pet"})},
    }
    held = accompanied(tmp_path, paths)
    request = Request("POST", "/", headers=(("content-type", "application/json"),), body=b"{}")
    [own], [shared] = (op.read(request, {}).violations for op in held.operations[1:])
    assert held.document.where(own.pointer)[0] == str(tmp_path / "companion.json")
    assert held.document.where(shared.pointer)[0] == str(tmp_path / "test.json")


def test_an_operation_cannot_be_declared_twice(tmp_path: Path) -> None:
    """The companion says that the document forgot something; it does not change what is there."""
    held = accompanied(tmp_path, {"/v1/pets": {"post": operation()}})
    with pytest.raises(DocumentError, match=r"companion\.json:1: POST /v1/pets is declared a second time"):
        _ = held.operations


def test_a_companion_is_an_openapi_document(tmp_path: Path) -> None:
    """What is none is refused at once."""
    companion = written(tmp_path, {"paths": {}}, "companion.json")
    with pytest.raises(DocumentError, match="not an OpenAPI document"):
        contract.load(written(tmp_path, ROOT), companions=(companion,))
