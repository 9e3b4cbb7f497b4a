"""What the viewer tells of a document, and that no document is too odd for it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reference
from documents import document, loaded, operation, taking, written
from markup import Reader
from understudy.errors import UnderstudyError
from understudy.run import Play, build
from understudy.serve.docs import viewer
from understudy.serve.docs.schema import View
from understudy.serve.docs.schema import schema as describe
from understudy.serve.fake import Fake
from understudy.types import JSON

BASE = "http://127.0.0.1:4010"


def fake(folder: Path, root: JSON) -> Fake:
    """A fake of one document."""
    return build(Play((str(written(folder, root)),)))


def text(playing: Fake, place: str) -> str:
    """The words of the page of a place, one space between them."""
    page = viewer.at(playing, playing.apis[0], place, BASE)
    read = Reader(bytes(page.body).decode())
    return " ".join(" ".join(told for _, told in read.texts).split())


def body_text(folder: Path, schema: JSON, **components: JSON) -> str:
    """The words of the page of an operation whose body has a schema."""
    root = document({"/pets": {"post": taking(schema)}}, components={"schemas": components})
    return text(fake(folder, root), "/paths/~1pets/post")


def test_an_operation_is_told_in_full(tmp_path: Path) -> None:
    """Its summary, description, parameters, body and responses stand on its page."""
    parameter = {
        "name": "limit",
        "in": "query",
        "required": True,
        "schema": {"type": "integer", "maximum": 9},
    }
    pets = taking({"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}) | {
        "summary": "Make a pet",
        "description": "It is **alive**.",
        "operationId": "makePet",
        "parameters": [parameter],
        "responses": {
            "201": {
                "description": "Made",
                "headers": {"Location": {"schema": {"type": "string", "format": "uri"}}},
                "content": {"application/json": {"example": {"id": 7}}},
            }
        },
    }
    told = text(fake(tmp_path, document({"/pets": {"post": pets}})), "/paths/~1pets/post")
    for words in (
        "POST /pets Make a pet It is alive .",
        "Operation id makePet",
        "limit in query required",
        "integer maximum 9",
        "Request body required application/json",
        "name string required",
        "201 Made",
        'Example { "id": 7 }',
        "Header Location string format uri",
        f"curl -sS '{BASE}/pets?limit=",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string", "minLength": 2, "pattern": "^a+$"}, "string minLength 2 pattern ^a+$"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        (
            {"oneOf": [{"const": 1}, {"type": "object"}]},
            "one of one of (1) one of these const 1 one of (2) object",
        ),
        ({"enum": ["a", None]}, 'one of these enum "a", null'),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, "array of string minItems 1"),
        ({"type": "array", "prefixItems": [{"type": "integer"}]}, "array item (1) integer"),
        ({"type": "object", "additionalProperties": False}, "object any other member nothing"),
        ({"type": "object", "patternProperties": {"^x": {"type": "null"}}}, "names like ^x null"),
        ({"if": {"const": 1}, "then": {"type": "string"}}, "if one of these const 1 then string"),
        ({"x-understudy-business-rule": "Not on Sundays."}, "Rule: Not on Sundays."),
        ({"type": "string", "deprecated": True, "readOnly": True}, "string deprecated readOnly"),
        ({"default": "x", "examples": ["y"]}, 'default "x" for example "y"'),
        (True, "anything"),
        (False, "nothing"),
    ],
)
def test_a_schema_is_told_in_words(tmp_path: Path, schema: JSON, words: str) -> None:
    """Every keyword of JSON Schema 2020-12 that says what is valid stands on the page."""
    assert words in body_text(tmp_path, schema)


def test_a_component_is_unfolded_where_it_is_used(tmp_path: Path) -> None:
    """What stands beside a $ref and what it leads to are both told, with a link to the component."""
    pet = {"type": "object", "properties": {"age": {"type": "integer"}}}
    told = body_text(tmp_path, {"$ref": "#/components/schemas/Pet", "description": "The new one."}, Pet=pet)
    assert "object Pet The new one. age integer" in told


def test_a_schema_inside_itself_ends(tmp_path: Path) -> None:
    """The second time a component is met it is named and not unfolded."""
    tree = {"type": "object", "properties": {"left": {"$ref": "#/components/schemas/Tree"}}}
    assert "left object as above" in body_text(tmp_path, {"$ref": "#/components/schemas/Tree"}, Tree=tree)


def test_a_wide_schema_is_bounded(tmp_path: Path) -> None:
    """Components that use one another again and again do not make a page without end."""
    layers = {
        f"L{depth}": {
            "properties": {name: {"$ref": f"#/components/schemas/L{depth + 1}"} for name in "abcdefgh"}
        }
        for depth in range(8)
    } | {"L8": {"type": "string"}}
    root = document(
        {"/a": {"post": taking({"$ref": "#/components/schemas/L0"})}}, components={"schemas": layers}
    )
    playing = fake(tmp_path, root)
    page = viewer.at(playing, playing.apis[0], "/paths/~1a/post", BASE)
    assert len(page.body) < 1_000_000


def test_a_place_inside_leads_to_the_page_that_holds_it(tmp_path: Path) -> None:
    """A pointer of a violation leads to its operation or component; one that is nowhere, to the API."""
    playing = fake(tmp_path, document({"/a": {"get": operation()}}, components={"schemas": {"Pet": {}}}))
    assert "GET /a" in text(playing, "/paths/~1a/get/responses/200/content")
    assert "Pet" in text(playing, "/components/schemas/Pet/properties/name/type")
    assert "Version 1" in text(playing, "/nowhere")


def test_a_description_is_formatted_and_never_markup(tmp_path: Path) -> None:
    """Markdown becomes formatting; HTML in it stays text, an image its words, an odd link no link."""
    description = (
        "**bold** <b>plain</b> ![picture](http://x/y.png) [go](javascript:x()) [on](https://example.com)"
    )
    root = document({"/a": {"get": operation(description=description)}})
    playing = fake(tmp_path, root)
    page = bytes(viewer.at(playing, playing.apis[0], "/paths/~1a/get", BASE).body).decode()
    assert "<strong>bold</strong> &lt;b&gt;plain&lt;/b&gt;" in page
    assert "<img" not in page
    assert "javascript:x" not in [value for _, value in Reader(page).having("href")]
    assert 'href="https://example.com"' in page


KEYWORDS = ("type", "$ref", "properties", "items", "anyOf", "allOf", "required", "enum", "examples")
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(schema=ODD)
def test_no_schema_is_too_odd(tmp_path_factory: pytest.TempPathFactory, schema: JSON) -> None:
    """Whatever stands where a schema should be, it is told as whole markup."""
    root = document({}, components={"schemas": {"Odd": schema}})
    contract = loaded(tmp_path_factory.mktemp("odd"), root)
    Reader(describe(View(contract.document), "/components/schemas/Odd"))


@pytest.mark.skipif(not reference.DOCUMENTS, reason=reference.ABSENT)
def test_documents_by_others_can_be_looked_at() -> None:
    """Every page of every document of the reference data is whole."""
    for path in reference.DOCUMENTS:
        try:
            playing = build(Play((str(path),)))
            roles = list(playing.roles.values())
        except UnderstudyError:
            continue
        for role in roles[:: max(1, len(roles) // 10)]:
            assert role.operation.path in text(playing, role.operation.declaration.pointer)


def test_what_an_api_sends_by_itself_is_told(tmp_path: Path) -> None:
    """A webhook has a page, a callback stands with its operation, a link with its response."""
    event = {"type": "object", "properties": {"paid": {"type": "boolean"}}}
    hook = taking(event) | {"summary": "An order was paid", "parameters": [
        {"name": "X-Signature", "in": "header", "schema": {"type": "string"}}
    ]}  # fmt: skip
    link = {"operationId": "getOrder", "parameters": {"id": "$response.body#/id"}, "description": "Read it"}
    order = operation() | {
        "callbacks": {"settled": {"{$request.body#/url}": {"post": taking(event)}}},
        "responses": {"201": {"description": "Made", "links": {"theOrder": link}}},
    }
    root = document({"/orders": {"post": order}}) | {"webhooks": {"order paid": {"post": hook}}}
    playing = fake(tmp_path, root)
    assert "Webhooks 1 order paid" in text(playing, "")
    told = text(playing, "/webhooks/order paid/post/requestBody")
    for words in ("A webhook: the API sends this request.", "POST An order was paid", "X-Signature", "paid"):
        assert words in told
    told = text(playing, "/paths/~1orders/post")
    for words in (
        "Callbacks settled to {$request.body#/url} POST",
        "paid boolean",
        "Link theOrder to getOrder",
    ):
        assert words in told
    assert '"id": "$response.body#/id"' in told


@pytest.mark.parametrize(
    "odd", [None, [], 7, {"a": None}, {"a": {"post": []}}, {"a": {"post": {"responses": 7}}}]
)
def test_odd_webhooks_callbacks_and_links_are_no_trouble(tmp_path: Path, odd: JSON) -> None:
    """They are shown as far as they can be."""
    root = document({"/a": {"get": operation() | {"callbacks": {"b": odd}}}}) | {"webhooks": odd}
    playing = fake(tmp_path, root)
    for place in ("", "/webhooks/a", "/paths/~1a/get"):
        assert text(playing, place)
