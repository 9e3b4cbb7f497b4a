"""The table of parameter styles in the specification, over HTTP."""

import json
from typing import Any

import pytest

from asgi import send
from documents import document, operation, written
from reference import ABSENT, suite
from understudy.run import Play, build, create_app
from understudy.types import JSON, Request

TABLE = suite("oas-3.1.1-style-examples.json")
ROWS = json.loads(TABLE.read_text()) if TABLE.is_file() else []
CASES = [(number, location) for number, row in enumerate(ROWS) for location in row["where"]]
TYPES = {"empty": "string", "string": "string", "array": "array", "object": "object"}

pytestmark = pytest.mark.skipif(not ROWS, reason=ABSENT)


def schema(row: JSON) -> JSON:
    """A schema that takes the row's value and nothing else."""
    exact = {"type": TYPES[row["kind"]], "const": row["value"]}
    if row["kind"] == "object":
        exact["properties"] = {name: {"type": "integer"} for name in row["value"]}
    return exact


def path_item(row: JSON, location: str) -> JSON:
    declared = {"name": row["name"], "in": location, "required": True, "schema": schema(row)}
    return {"get": operation(parameters=[declared | {"style": row["style"], "explode": row["explode"]}])}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A fake with one operation for each row and location."""
    paths = {
        f"/{number}/{location}"
        + ("/{" + ROWS[number]["name"] + "}" if location == "path" else ""): path_item(ROWS[number], location)
        for number, location in CASES
    }
    path = written(tmp_path_factory.mktemp("styles"), document(paths))
    return create_app(build(Play((str(path),))))


def asked(number: int, location: str, text: str) -> Request:
    """A request that carries a text as the parameter."""
    path = f"/{number}/{location}"
    match location:
        case "path":
            return Request("GET", f"{path}/{text}")
        case "query":
            return Request("GET", path, text)
        case "cookie":
            return Request("GET", path, "", (("cookie", text),))
        case _:
            return Request("GET", path, "", ((ROWS[number]["name"], text),))


def spellings(row: JSON, location: str) -> set[str]:
    """How a row may be written: label also as OpenAPI up to 3.0.3 does it, cookies also as cookies are."""
    text = row["serialized"]
    if row["style"] == "label" and not row["explode"]:
        return {text, text.replace(",", ".")}
    return {text, text.replace("&", "; ")} if location == "cookie" else {text}


@pytest.mark.parametrize(("number", "location"), CASES)
def test_a_row_is_read_to_its_value(app: Any, number: int, location: str) -> None:
    """The very value is taken, and one that differs is refused."""
    row = ROWS[number]
    for text in spellings(row, location):
        response = send(app, asked(number, location, text))
        assert response.status == 200, (row, response.body)
    other = row["serialized"].replace("blue", "red").replace("100", "101")
    if other != row["serialized"]:
        assert send(app, asked(number, location, other)).status in (400, 422)
    if row["kind"] == "empty":
        assert send(app, asked(number, location, row["serialized"] + "x")).status in (400, 404, 422)


def test_the_table_was_found() -> None:
    """All of its rows are here."""
    assert len(CASES) >= 53
