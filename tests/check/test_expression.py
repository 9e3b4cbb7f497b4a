"""Runtime expressions, and templates of them."""

from pathlib import Path

import pytest

from documents import document, loaded, taking
from understudy.check.expression import Told, evaluate, expressions, filled
from understudy.types import JSON, Request, Response

VALUES: list[tuple[str, JSON]] = [
    ("$url", "http://target/base/things/a%20b?tag=x%2Fy"),
    ("$method", "POST"),
    ("$statusCode", 201),
    ("$request.path.id", "a b"),
    ("$request.query.tag", "x/y"),
    ("$request.header.X-Trace", "t1"),
    ("$request.body", {"name": "Ada", "a/b": [1, 2]}),
    ("$request.body#/name", "Ada"),
    ("$request.body#/a~1b/1", 2),
    ("$response.body#/id", 7),
    ("$response.body#/items/0/id", "x"),
    ("$response.header.Location", "/things/7"),
]
MISSING = [
    "$response.body#/none",
    "$response.body#/items/3",
    "$response.header.ETag",
    "$response.query.tag",
    "$request.path.none",
    "$request.query.none",
    "$nothing",
    "$response.nothing",
]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """An exchange that has everything."""
    contract = loaded(tmp_path, document({"/things/{id}": {"post": taking({"type": "object"})}}))
    request = Request(
        "POST",
        "/things/a%20b",
        "tag=x%2Fy",
        (("content-type", "application/json"), ("x-trace", "t1")),
        b'{"name": "Ada", "a/b": [1, 2]}',
    )
    response = Response(201, (("location", "/things/7"),), b'{"id": 7, "items": [{"id": "x"}]}')
    return Told(contract.operations[0], {"id": "a b"}, request, response, "http://target/base")


@pytest.mark.parametrize(("expression", "value"), VALUES)
def test_values(told: Told, expression: str, value: JSON) -> None:
    """Each kind of expression has the value that the exchange has there."""
    assert evaluate(expression, told) == value


@pytest.mark.parametrize("expression", MISSING)
def test_what_is_not_there(told: Told, expression: str) -> None:
    """An expression without a value is a LookupError, never a guess."""
    with pytest.raises(LookupError):
        evaluate(expression, told)


def test_a_template_is_filled_in() -> None:
    """A whole text keeps the type of its value; one in braces becomes a part of the text."""
    template = {"id": "$response.body#/id", "to": ["/things/{$response.body#/id}?m={$method}", 1], "a": "b"}
    assert list(expressions(template)) == ["$response.body#/id", "$response.body#/id", "$method"]
    values = {"$response.body#/id": 7, "$method": "POST"}
    assert filled(template, values.__getitem__) == {"id": 7, "to": ["/things/7?m=POST", 1], "a": "b"}
