"""Values of a contract's schemas: those of the schema alone, however many schemas the document has."""

import json
from pathlib import Path

import pytest

from documents import document, loaded, operation
from reference import ABSENT, DOCUMENTS
from understudy.compose import sample
from understudy.contract import Contract, contract
from understudy.contract.formats import FORMATS
from understudy.contract.schema import Schema
from understudy.errors import DocumentError, Unsatisfiable
from understudy.instance import instance, small_instance
from understudy.synthesise import synthesise
from understudy.types import JSON

LINKED = {
    "Order": {
        "type": "object",
        "required": ["id", "customer"],
        "properties": {
            "id": {"type": "string"},
            "customer": {"anyOf": [{"type": "string"}, {"$ref": "#/components/schemas/Customer"}]},
            "lines": {
                "type": "array",
                "items": {"oneOf": [{"$ref": "#/components/schemas/Line"}, {"type": "null"}]},
            },
        },
    },
    "Customer": {
        "type": "object",
        "properties": {"orders": {"type": "array", "items": {"$ref": "#/components/schemas/Order"}}},
    },
    "Line": {"type": "object", "properties": {"amount": {"type": "number"}}, "not": {"required": ["secret"]}},
}


def replying(name: str) -> JSON:
    """An operation that answers a component."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"get": operation(responses={"200": {"description": "ok", "content": content}})}


def replies(held: Contract) -> list[Schema]:
    """The schemas of all declared JSON replies."""
    return [
        content.schema
        for one in held.operations
        for response in one.responses.values()
        for content in response.contents.values()
        if content.schema is not None
    ]


def outcome(schema: Schema, *, alone: bool) -> str:
    try:
        value = synthesise(schema.bundle, b"k", formats=FORMATS) if alone else instance(schema, b"k")
        return json.dumps(value)
    except Unsatisfiable as error:
        return str(error)


@pytest.mark.parametrize("order", [LINKED, dict(reversed(LINKED.items()))], ids=["forth", "back"])
def test_a_value_is_that_of_the_schema_alone(tmp_path: Path, order: dict[str, JSON]) -> None:
    """What was made before, of it or of others of the document, does not show."""
    paths = {f"/{name}": replying(name) for name in order}
    for schema in replies(loaded(tmp_path, document(paths, components={"schemas": LINKED}))):
        assert outcome(schema, alone=False) == outcome(schema, alone=True)
        assert outcome(schema, alone=False) == outcome(schema, alone=False)


@pytest.mark.skipif(not DOCUMENTS, reason=ABSENT)
@pytest.mark.parametrize(
    "name", ["airflow.yaml", "hey30-clerk-2025-11-10.yaml", "rdme30-schema-circular.json"]
)
def test_a_value_in_a_real_document_is_that_of_the_schema_alone(name: str) -> None:
    """With its recursion, and its schemas that nothing satisfies."""
    [path] = [path for path in DOCUMENTS if path.name == name]
    for schema in replies(contract.load(path))[:120:4]:
        assert outcome(schema, alone=False) == outcome(schema, alone=True)


def test_a_small_value_is_a_full_one_where_nothing_less_will_do(tmp_path: Path) -> None:
    """The optional member that another keyword asks for is there."""
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "c": {"type": "integer"}},
        "minProperties": 2,
    }
    [compiled] = replies(
        loaded(tmp_path, document({"/a": replying("A")}, components={"schemas": {"A": schema}}))
    )
    assert compiled.is_valid(small_instance(compiled, b"k"))
    lean = {**schema, "minProperties": 0}
    [compiled] = replies(
        loaded(tmp_path, document({"/a": replying("A")}, components={"schemas": {"A": lean}}))
    )
    assert list(small_instance(compiled, b"k")) == ["a"]


def test_what_is_no_schema_is_told_with_file_and_line(tmp_path: Path) -> None:
    """As every fault of a document is."""
    lost = {"$vocabulary": 5}
    [compiled] = replies(
        loaded(tmp_path, document({"/a": replying("A")}, components={"schemas": {"A": lost}}))
    )
    with pytest.raises(DocumentError, match=r"test\.json:1: not a JSON Schema"):
        instance(compiled, b"k")


def test_a_sample_fills_a_path_with_what_its_names_say(tmp_path: Path) -> None:
    """An id looks like one, and a name has no space."""
    text = {"type": "string"}
    names = ("order_id", "fileName")
    parameters = [{"name": name, "in": "path", "required": True, "schema": text} for name in names]
    path = "/orders/{order_id}/{fileName}"
    [found] = loaded(tmp_path, document({path: {"get": operation(parameters=parameters)}})).operations
    _, _, order, file = sample(found, {}).path.split("/")
    assert order.startswith("order_")
    assert "%" not in file
