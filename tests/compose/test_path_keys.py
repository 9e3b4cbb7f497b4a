"""Sample requests for path keys and parameters of every kind are taken by the fake."""

from pathlib import Path

import pytest

from asgi import send
from documents import document, loaded, operation
from reference import ABSENT, CORPUS
from understudy.compose import sample
from understudy.run import Play, build, create_app
from understudy.types import JSON

STYLES = CORPUS / "rdme30-parameters-style.json" if CORPUS else Path("/nonexistent")

WORDS = {"name": "words", "in": "path", "required": True, "schema": {"const": "a b&c"}}
TARGET = {"name": "X-Target", "in": "header", "required": True, "schema": {"const": "Get"}}
TOKEN = {"name": "token", "in": "query", "required": True, "schema": {"const": "a=b"}}


@pytest.mark.parametrize(
    ("key", "declared", "path", "query"),
    [
        ("/x?action=A%26B", [], "/x", "action=A%26B"),
        ("/x?full", [], "/x", "full="),
        ("/x?q={words}", [WORDS], "/x", "q=a%20b%26c"),
        ("/x#op=A", [], "/x", "op=A"),
        ("/x#X-Target=Get", [TARGET], "/x", ""),
        ("/x?token=a%3Db", [TOKEN], "/x", "token=a%3Db"),
    ],
)
def test_a_request_says_what_its_key_asks_for(
    tmp_path: Path, key: str, declared: list[JSON], path: str, query: str
) -> None:
    """In the query, unless a parameter says it already; a fragment is never sent."""
    contract = loaded(tmp_path, document({key: {"get": operation(parameters=declared)}}))
    request = sample(contract.operations[0], {})
    assert (request.path, request.query) == (path, query)
    match = contract.find("GET", path, query, request.headers)
    assert match
    assert match.operation.read(request, match.path_parameters).violations == ()


@pytest.mark.parametrize(
    ("schema", "query"),
    [
        ({"type": "object", "required": ["R"], "properties": {"R": {"const": "a b"}}}, "R=a%20b"),
        ({"type": "string", "const": "a&b"}, "a%26b"),
    ],
)
def test_a_parameter_that_is_the_whole_query(tmp_path: Path, schema: JSON, query: str) -> None:
    """It is written by its media type, without a name."""
    kind = "application/x-www-form-urlencoded" if schema["type"] == "object" else "text/plain"
    declared = {"name": "q", "in": "querystring", "required": True, "content": {kind: {"schema": schema}}}
    contract = loaded(tmp_path, document({"/x": {"get": operation(parameters=[declared])}}, version="3.2.0"))
    request = sample(contract.operations[0], {})
    assert request.query == query
    assert contract.operations[0].read(request, {}).violations == ()


@pytest.mark.skipif(not STYLES.is_file(), reason=ABSENT)
def test_the_samples_of_a_document_full_of_styles() -> None:
    """Every one of them reaches its own operation, and is valid."""
    fake = build(Play((str(STYLES),)))
    app = create_app(fake)
    assert len(fake.roles) == 25
    for role in fake.roles.values():
        request = sample(role.operation, {})
        found, parameters = fake.routing.find(request)
        assert found.key == role.key
        assert found.operation.read(request, parameters).violations == ()
        assert send(app, request).status == 200


def test_a_required_parameter_is_never_empty_where_that_is_absent(tmp_path: Path) -> None:
    """An object without required members gets some: else nothing of it would be sent."""
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    declared = {"name": "filter", "in": "query", "required": True, "schema": schema}
    contract = loaded(tmp_path, document({"/x": {"get": operation(parameters=[declared])}}))
    request = sample(contract.operations[0], {})
    assert request.query.startswith("name=")
    assert contract.operations[0].read(request, {}).violations == ()
