"""A document may be spread over files: every `$ref` leads to its place, every fault names its file."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from documents import document, operation, taking
from understudy.contract import Contract, contract
from understudy.contract.onefile import one_file
from understudy.contract.problems import problems
from understudy.errors import DocumentError
from understudy.types import JSON, Request, Violation

PET = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
ROOT = "api/openapi.json"


def spread(folder: Path, root: JSON, **files: JSON) -> Contract:
    """The contract of a document in `api/`, with these files around it; `__` in a name is a `/`."""
    for name, held in {
        ROOT: root,
        **{key.replace("__", "/") + ".json": held for key, held in files.items()},
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(held, indent=1))
    return contract.load(folder / ROOT)


def asked(held: Contract, body: JSON, path: str = "/pets") -> tuple[Violation, ...]:
    """The violations of a body posted to a path."""
    match = held.find("POST", path)
    assert match
    headers = (("content-type", "application/json"),)
    request = Request("POST", path, headers=headers, body=json.dumps(body).encode())
    return match.operation.read(request, match.path_parameters).violations


def posting(ref: str) -> Mapping[str, JSON]:
    """A document that takes at `/pets` what a `$ref` leads to."""
    return document({"/pets": {"post": taking({"$ref": ref})}})


@pytest.mark.parametrize(
    ("ref", "files"),
    [
        ("pet.json", {"api__pet": PET}),
        ("./pet.json#/$defs/Pet", {"api__pet": {"$defs": {"Pet": PET}}}),
        ("../shared/pet.json#/a~1b/c%20d", {"shared__pet": {"a/b": {"c d": PET}}}),
        ("first%20one.json", {"api__first one": {"$ref": "deep/pet.json"}, "api__deep__pet": PET}),
        ("pet.json#/a", {"api__pet": {"a": {"$ref": "#/b"}, "b": PET}}),
        ("back.json", {"api__back": {"$ref": "../api/openapi.json#/components/schemas/Pet"}}),
    ],
    ids=["whole file", "pointer", "beside the folder", "from file to file", "inside a file", "back"],
)
def test_a_ref_to_a_file_is_followed(tmp_path: Path, ref: str, files: Mapping[str, JSON]) -> None:
    """Relative to the file in which it stands, percent-encoded, with a pointer or without."""
    root = {**posting(ref), "components": {"schemas": {"Pet": PET}}}
    held = spread(tmp_path, root, **files)
    assert not asked(held, {"name": "Rex"})
    assert [found.path for found in asked(held, {"name": 7})] == [("name",)]


def test_a_violation_names_its_place_in_the_other_file(tmp_path: Path) -> None:
    """The pointer has the file's relative URI before it, and `where` finds file and line."""
    held = spread(tmp_path, posting("../shared/pet.json#/Pet"), shared__pet={"Pet": PET})
    [found] = asked(held, {"name": 7})
    assert found.pointer == "../shared/pet.json#/Pet/properties/name/type"
    assert held.document.where(found.pointer) == (str(tmp_path / "shared" / "pet.json"), 9)


def test_schemas_may_refer_to_each_other_in_circles(tmp_path: Path) -> None:
    """A tree whose nodes are described in two files by turns."""
    even = {"type": "object", "properties": {"odd": {"$ref": "odd.json"}}, "additionalProperties": False}
    odd = {"type": "object", "properties": {"even": {"$ref": "even.json"}}, "additionalProperties": False}
    held = spread(tmp_path, posting("even.json"), api__even=even, api__odd=odd)
    assert not asked(held, {"odd": {"even": {"odd": {}}}})
    assert [found.path for found in asked(held, {"odd": {"even": {"even": {}}}})] == [("odd", "even", "even")]


def test_paths_parameters_bodies_and_responses_may_stand_in_other_files(tmp_path: Path) -> None:
    """Every Reference Object of an operation, and a path item, is followed."""
    item = {
        "parameters": [{"$ref": "../parts.json#/Page"}],
        "post": {**operation(), "requestBody": {"$ref": "../parts.json#/Body"}},
    }
    parts = {
        "Page": {"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}},
        "Body": {"content": {"application/json": {"schema": PET}}},
    }
    root = document({"/pets": {"$ref": "paths/pets.json"}})
    held = spread(tmp_path, root, api__paths__pets=item, api__parts=parts)
    assert [(found.place, found.path) for found in asked(held, {})] == [
        ("query", ("page",)),
        ("body", ("name",)),
    ]


def test_an_operation_may_stand_in_another_file(tmp_path: Path) -> None:
    """As all of DigitalOcean do, though by the specification only a path item may; lost ones are told."""
    item = {"post": {"$ref": "ops/create.json"}, "get": {"$ref": "ops/lost.json"}}
    held = spread(
        tmp_path, document({"/pets": item}), api__ops__create=taking({"$ref": "../pet.json"}), api__pet=PET
    )
    assert [operation.name for operation in held.operations] == ["POST /pets"]
    assert [found.path for found in asked(held, {})] == [("name",)]
    [told] = problems(held.document)
    assert "ops/lost.json" in told
    assert told.endswith("this operation is left out")


def test_the_root_is_read_once_however_often_other_files_lead_back_to_it(tmp_path: Path) -> None:
    """A place of the document keeps its plain pointer, whichever file refers to it."""
    back = {"$ref": "openapi.json#/components/schemas/Pet"}
    held = spread(tmp_path, {**posting("back.json"), "components": {"schemas": {"Pet": PET}}}, api__back=back)
    [found] = asked(held, {})
    assert found.pointer == "/components/schemas/Pet/required"


@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("https://example.org/pet.json", "nothing is fetched: put a copy beside the document"),
        ("//example.org/pet.json", "nothing is fetched"),
        ("file:///etc/passwd", "nothing is fetched"),
        ("/etc/passwd", "by a path relative to the file"),
        ("pet.json?raw", "by a path relative to the file"),
        ("nobody.json", "nobody.json: no such file"),
        ("folder", "folder: no such file"),
        ("text.json", "text.json:1: neither an object nor an array"),
        ("#Pet", "no schema has that $id or anchor"),
    ],
)
def test_a_ref_that_is_not_followed_is_told_where_it_stands(tmp_path: Path, ref: str, told: str) -> None:
    """File and line of the `$ref` itself, and what to do."""
    (tmp_path / "api" / "folder").mkdir(parents=True)
    held = spread(tmp_path, posting(ref), api__text="just a text")
    [problem] = problems(held.document)
    text = (tmp_path / ROOT).read_text()
    line = text.count("\n", 0, text.index('"$ref"')) + 1
    assert problem.startswith(f"{tmp_path / ROOT}:{line}: ")
    assert "not followed" in problem
    assert told in problem


def test_a_pointer_to_nothing_in_another_file_is_told(tmp_path: Path) -> None:
    """The place is named as people write it."""
    held = spread(tmp_path, posting("pet.json#/Nobody"), api__pet={"Pet": PET})
    [problem] = problems(held.document)
    assert "nothing stands at pet.json#/Nobody" in problem


def test_a_file_is_read_when_something_first_refers_to_it(tmp_path: Path) -> None:
    """A broken file harms the operations that need it and no others."""
    lost = {"post": operation(requestBody={"$ref": "broken.json"})}
    held = spread(
        tmp_path, document({"/pets": {"post": taking(PET)}, "/broken": lost}), api__broken="no object"
    )
    assert not asked(held, {"name": "Rex"})
    with pytest.raises(DocumentError, match=r"broken\.json"):
        asked(held, {}, "/broken")


def test_many_files_are_one_document(tmp_path: Path) -> None:
    """One file for each of five hundred paths, each with a schema in a file of its own."""
    count = 500
    items = {
        f"api__paths__p{number}": {"post": taking({"$ref": f"../schemas/s{number}.json"})}
        for number in range(count)
    }
    schemas = {f"api__schemas__s{number}": {"const": number} for number in range(count)}
    root = document({f"/p{number}": {"$ref": f"paths/p{number}.json"} for number in range(count)})
    held = spread(tmp_path, root, **items, **schemas)
    assert len(held.operations) == count
    assert not asked(held, 417, "/p417")
    assert asked(held, 416, "/p417")


def test_a_file_of_another_version_is_read_by_its_own(tmp_path: Path) -> None:
    """`nullable` means null in a 3.0 document and nothing in a 3.1 one that refers to it."""
    other = {"openapi": "3.0.3", "components": {"schemas": {"Pet": {"type": "string", "nullable": True}}}}
    held = spread(tmp_path, posting("other.json#/components/schemas/Pet"), api__other=other)
    assert not asked(held, None)


def test_the_id_of_a_schema_does_not_change_what_its_refs_mean(tmp_path: Path) -> None:
    """A `$ref` is relative to its file, whatever `$id` and `$schema` the schema gives itself."""
    pet = {
        "$id": "https://example.org/pet.json",
        "$ref": "#/$defs/Name",
        "$defs": {"Name": {"type": "string"}},
    }
    held = spread(tmp_path, posting("pet.json"), api__pet=pet)
    assert not asked(held, "Rex")
    assert asked(held, 7)


def test_one_file_holds_all_that_a_document_reaches(tmp_path: Path) -> None:
    """For tools that read no other files every `$ref` becomes a pointer into the one."""
    files: dict[str, JSON] = {
        "api__a b": {"$ref": "c.json#/x~1y"},
        "api__c": {"x/y": {"$ref": "openapi.json#/components/schemas/Pet"}},
    }
    root = {**posting("a%20b.json"), "components": {"schemas": {"Pet": PET}}}
    one = one_file(spread(tmp_path, root, **files).document)
    (tmp_path / "one.json").write_text(json.dumps(one))
    held = contract.load(tmp_path / "one.json")
    assert not asked(held, {"name": "Rex"})
    assert asked(held, {})


def test_one_file_has_the_operations_of_other_files_in_their_places(tmp_path: Path) -> None:
    """With what their path item says beside them, wherever that stands."""
    item = {"parameters": [{"$ref": "parts.json#/Page"}], "post": {"$ref": "ops/create.json"}}
    parts = {"Page": {"name": "page", "in": "query", "schema": {"type": "integer"}}}
    root = document({"/pets": {"$ref": "item.json"}})
    create = taking({"$ref": "../pet.json"})
    held = spread(tmp_path, root, api__item=item, api__parts=parts, api__ops__create=create, api__pet=PET)
    told = one_file(held.document)["paths"]["/pets"]
    schema = told["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/x-understudy-files/pet.json"}
    assert told["parameters"] == [{"$ref": "#/x-understudy-files/parts.json/Page"}]


def test_a_document_in_one_file_is_left_as_it_is(tmp_path: Path) -> None:
    """Nothing is copied where there is nothing to bring in."""
    held = spread(tmp_path, {**posting("#/components/schemas/Pet"), "components": {"schemas": {"Pet": PET}}})
    assert one_file(held.document) is held.document.root
