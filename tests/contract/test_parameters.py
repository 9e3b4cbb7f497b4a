"""Parameters are read by style, explode and location, and told apart when they break the contract."""

import json
from pathlib import Path

import pytest

from documents import document, loaded, operation
from reference import ABSENT, suite
from understudy.contract import Reading
from understudy.contract.problems import problems
from understudy.errors import DocumentError
from understudy.types import JSON, Headers, Request

TABLE = suite("oas-3.1.1-style-examples.json")
STYLES = json.loads(TABLE.read_text()) if TABLE.is_file() else []

TEXT = {"type": "string"}
TEXTS = {"type": "array", "items": TEXT}
NUMBER = {"type": "integer"}
NUMBERS = {"type": "array", "items": NUMBER}
COLOUR = {"type": "object", "properties": {"R": NUMBER, "G": NUMBER, "B": NUMBER}}
COLOURED = {"R": 1, "G": 2}
MAP_OR_TEXT = {"type": ["object", "string"]}
KINDS = {"empty": TEXT, "string": TEXT, "array": TEXTS, "object": COLOUR}
DEEP = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "size": {"type": "object", "properties": {"min": NUMBER}, "additionalProperties": NUMBER},
        "tags": TEXTS,
    },
}


def read(
    folder: Path,
    parameters: list[JSON],
    path: str = "/p",
    query: str = "",
    headers: Headers = (),
    **rest: JSON,
) -> Reading:
    """A request read by an operation with these parameters, at `/{x}` or `/p`."""
    template = next(("/{" + p["name"] + "}" for p in parameters if p.get("in") == "path"), "/p")
    item = {"get": operation(parameters=parameters), **rest.pop("item", {})}
    match = loaded(folder, document({template: item}, **rest)).find("GET", path)
    assert match
    return match.operation.read(Request("GET", path, query, headers), match.path_parameters)


def parameter(location: str, schema: JSON, name: str = "x", **rest: JSON) -> JSON:
    return {"name": name, "in": location, "schema": schema, "required": location == "path", **rest}


def deep(name: str, depth: int) -> JSON:
    """An object in an object of the same name, so many times, and a text in the last."""
    value: JSON = "1"
    for _ in range(depth):
        value = {name: value}
    return value


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [(found.rule, found.place, "/".join(map(str, found.path))) for found in reading.violations]


def placed(location: str, serialised: str) -> dict[str, JSON]:
    """Where a row of the table goes in a request. In a cookie, pairs are set apart as cookies are."""
    match location:
        case "path":
            return {"path": f"/{serialised}"}
        case "query":
            return {"query": serialised}
        case "cookie":
            return {"headers": (("cookie", serialised.replace("&", "; ")),)}
        case _:
            return {"headers": (("color", serialised),)}


@pytest.mark.skipif(not STYLES, reason=ABSENT)
@pytest.mark.parametrize(
    ("row", "location"),
    [
        pytest.param(row, where, id=f"{row['style']}-{row['explode']}-{row['kind']}-{where}")
        for row in STYLES
        for where in row["where"]
    ],
)
def test_the_style_examples_of_the_specification(tmp_path: Path, row: dict[str, JSON], location: str) -> None:
    """Every row of the table in OpenAPI 3.1.1, section 4.8.12.3, is read back to its value."""
    declared = parameter(location, KINDS[row["kind"]], "color", style=row["style"], explode=row["explode"])
    reading = read(tmp_path, [declared], **placed(location, row["serialized"]))
    assert reading.violations == ()
    assert reading.parameters[location] == {"color": row["value"]}  # type: ignore[index]


@pytest.mark.parametrize(
    ("schema", "query", "value"),
    [
        (NUMBER, "x=12", 12),
        (NUMBER, "x=-0", 0),
        ({"type": "number"}, "x=1.5e-1", 0.15),
        ({"type": "boolean"}, "x=false", False),
        ({"type": ["integer", "null"]}, "x=", None),
        ({"type": ["string", "null"]}, "x=", None),
        (TEXT, "x=", ""),
        (TEXT, "x", ""),
        (TEXT, "x=12", "12"),
        (TEXT, "x=a%20b+c%2Bd", "a b c+d"),
        (TEXT, "x=%C3%A9%F0%9F%98%80", "é😀"),
        (TEXT, "x=a=b", "a=b"),
        (TEXT, "%78=a", "a"),
        ({"type": ["integer", "string"]}, "x=12", "12"),
        ({"type": "array", "items": NUMBER}, "x=1", [1]),
        ({"type": "array", "items": NUMBER}, "x=1&y=9&x=2", [1, 2]),
        ({"type": "array", "items": {"type": "boolean"}}, "x=true&x=false", [True, False]),
        ({"type": ["array", "null"], "items": TEXT}, "x=a&x=b", ["a", "b"]),
        ({"anyOf": [NUMBER, TEXTS]}, "x=a", ["a"]),
        ({"anyOf": [TEXT, TEXTS]}, "x=a", "a"),
        ({"anyOf": [TEXT, TEXTS]}, "x=a&x=b", ["a", "b"]),
        ({"enum": [1, 2]}, "x=2", 2),
        ({}, "x=2", "2"),
        (True, "x=2", "2"),
    ],
)
def test_a_text_is_read_by_its_schema(tmp_path: Path, schema: JSON, query: str, value: JSON) -> None:
    """The text of a query means what the schema takes: a number, null, a list, or simply the text."""
    reading = read(tmp_path, [parameter("query", schema)], query=query)
    assert reading.violations == ()
    assert reading.parameters["query"] == {"x": value}
    assert type(reading.parameters["query"]["x"]) is type(value)


@pytest.mark.parametrize(
    ("declared", "sent", "value"),
    [
        (parameter("query", TEXTS, explode=False), {"query": "x=a,b&x=c"}, ["a", "b", "c"]),
        (parameter("query", TEXTS, explode=False), {"query": "x="}, []),
        (parameter("query", TEXTS, style="pipeDelimited"), {"query": "x=a|b"}, ["a", "b"]),
        (parameter("query", TEXTS, style="pipeDelimited", explode=True), {"query": "x=a&x=b"}, ["a", "b"]),
        (parameter("query", TEXTS, style="spaceDelimited"), {"query": "x=a+b"}, ["a", "b"]),
        (parameter("query", DEEP, style="deepObject"), {"query": "x[name]=1"}, {"name": "1"}),
        (
            parameter("query", DEEP, style="deepObject"),
            {"query": "x[size][min]=1&x[size][max]=2&x[tags][]=a&x[tags][]=b&y[name]=z"},
            {"size": {"min": 1, "max": 2}, "tags": ["a", "b"]},
        ),
        (parameter("query", DEEP, style="deepObject"), {"query": "x[tags]=a"}, {"tags": ["a"]}),
        (parameter("header", NUMBER, "X-Count"), {"headers": (("x-count", "3"),)}, 3),
        (parameter("header", TEXTS, "X-L"), {"headers": (("x-l", "a, b"), ("x-l", "c"))}, ["a", "b", "c"]),
        (parameter("header", COLOUR, "x"), {"headers": (("x", "R,1,G,2"),)}, {"R": 1, "G": 2}),
        (parameter("cookie", NUMBER), {"headers": (("cookie", "y=1; x=2; z"),)}, 2),
        (parameter("cookie", TEXT), {"headers": (("cookie", "y=1"), ("cookie", "x=a=b"))}, "a=b"),
        (parameter("cookie", TEXTS, explode=False), {"headers": (("cookie", "x=a,b"),)}, ["a", "b"]),
        (parameter("path", TEXT), {"path": "/a%2Fb%20c+d"}, "a/b c+d"),
        (parameter("path", NUMBER), {"path": "/7"}, 7),
        (parameter("path", TEXTS), {"path": "/a,b"}, ["a", "b"]),
        (parameter("path", NUMBER, style="label"), {"path": "/.7"}, 7),
        (parameter("path", NUMBER, style="matrix"), {"path": "/;x=7"}, 7),
        (parameter("path", TEXTS), {"path": "/a%2Cb,c"}, ["a,b", "c"]),
        (parameter("path", TEXTS), {"path": "/"}, []),
        (parameter("path", COLOUR), {"path": "/"}, {}),
        (parameter("path", COLOUR, explode=True), {"path": "/R=1,G=2"}, {"R": 1, "G": 2}),
        (parameter("path", TEXTS, style="label"), {"path": "/.a.b"}, ["a", "b"]),
        (parameter("path", TEXTS, style="label"), {"path": "/.a.b,c"}, ["a.b", "c"]),
        (parameter("path", TEXTS, style="label", explode=True), {"path": "/.a%2Eb.c"}, ["a.b", "c"]),
        (parameter("path", TEXTS, style="matrix"), {"path": "/;x=a;b,c"}, ["a;b", "c"]),
        (parameter("path", TEXTS, "ä", style="matrix"), {"path": "/;%C3%A4=a"}, ["a"]),
        (parameter("path", TEXTS, style="pipeDelimited"), {"path": "/a%7Cb"}, ["a", "b"]),
        (parameter("path", NUMBER, style="matrix"), {"path": "/%3Bx%3D7"}, 7),
        (parameter("path", NUMBERS, style="matrix", explode=True), {"path": "/%3Bx%3D7%3Bx=8"}, [7, 8]),
        (parameter("path", COLOUR, explode=True), {"path": "/R%3D1%2CG%3D2"}, {"R": 1, "G": 2}),
        (parameter("path", TEXT, style="matrix"), {"path": "/%3Bx%3D%2525"}, "%25"),
        (parameter("query", TEXTS, explode=False), {"query": "x=a%2Cb,c"}, ["a,b", "c"]),
        (parameter("query", NUMBERS | {"minItems": 3}, explode=False), {"query": "x=1%2C2%2C3"}, [1, 2, 3]),
        (parameter("query", NUMBERS, explode=False), {"query": "x=1%2C2"}, [1, 2]),
        (parameter("query", COLOUR, explode=False), {"query": "x=R%2C1%2CG%2C2"}, {"R": 1, "G": 2}),
        (parameter("query", TEXTS, style="spaceDelimited"), {"query": "x=a%20b"}, ["a", "b"]),
        (parameter("query", TEXTS, style="pipeDelimited"), {"query": "x=a%7Cb,c|d"}, ["a", "b,c", "d"]),
        (parameter("query", COLOUR, style="pipeDelimited"), {"query": "x=R|1|G|2"}, {"R": 1, "G": 2}),
        (parameter("query", TEXT, allowReserved=True), {"query": "x=a+b/c?d%26e"}, "a+b/c?d&e"),
        (parameter("query", {"type": ["object", "integer"]}, style="deepObject"), {"query": "x=3"}, 3),
        (parameter("query", MAP_OR_TEXT, style="deepObject"), {"query": "x="}, ""),
        (parameter("query", MAP_OR_TEXT, style="deepObject"), {"query": "x[a]=b"}, {"a": "b"}),
        (parameter("query", COLOUR | {"type": ["object", "integer"]}), {"query": "x=3"}, 3),
        (parameter("query", TEXTS, style="label"), {"query": "x=a&x=b"}, ["a", "b"]),
        (parameter("header", COLOUR, "x", explode=True), {"headers": (("x", "R=1, G=2"),)}, {"R": 1, "G": 2}),
        (parameter("header", TEXT, "x"), {"headers": (("x", "a%20b"),)}, "a%20b"),
        (parameter("cookie", TEXT), {"headers": (("cookie", "x=a%20b+c"),)}, "a b+c"),
        (parameter("cookie", TEXT, style="cookie"), {"headers": (("cookie", "x=a%20b"),)}, "a%20b"),
        (parameter("cookie", TEXTS, style="cookie"), {"headers": (("cookie", "x=a; x=b"),)}, ["a", "b"]),
        (parameter("cookie", COLOUR, style="cookie"), {"headers": (("cookie", "R=1; G=2"),)}, COLOURED),
        (parameter("cookie", COLOUR), {"headers": (("cookie", "y=1; R=1&G=2"),)}, COLOURED),
        (parameter("cookie", TEXTS), {"headers": (("cookie", "x=a&x=b; y=1"),)}, ["a", "b"]),
        (parameter("cookie", TEXT), {"headers": (("cookie", "x=a&b"),)}, "a&b"),
    ],
)  # fmt: skip
def test_other_ways_to_write_a_value(
    tmp_path: Path, declared: JSON, sent: dict[str, JSON], value: JSON
) -> None:
    """Lists that come in pieces, nested objects, cookies among cookies, escapes in paths."""
    reading = read(tmp_path, [declared], **sent)
    assert reading.violations == ()
    assert list(reading.parameters[declared["in"]].values()) == [value]


@pytest.mark.parametrize(
    ("schema", "query", "rule"),
    [
        (NUMBER, "x=1.5", "type"),
        (NUMBER, "x=", "type"),
        (NUMBER, "x=%2B1", "type"),
        (NUMBER, "x=01", "type"),
        (NUMBER, "x=1&x=2", "type"),
        ({"type": "integer", "maximum": 3}, "x=4", "maximum"),
        ({"type": "boolean"}, "x=yes", "type"),
        ({"enum": ["a"]}, "x=b", "enum"),
        ({"type": "string", "minLength": 1}, "x", "minLength"),
        ({"type": "string", "format": "uuid"}, "x=1", "format"),
        ({"type": "array", "items": NUMBER, "maxItems": 1}, "x=1&x=2", "maxItems"),
    ],
)
def test_a_value_against_its_schema_is_told_with_its_place(
    tmp_path: Path, schema: JSON, query: str, rule: str
) -> None:
    """The violation names the location and the parameter."""
    assert told(read(tmp_path, [parameter("query", schema)], query=query)) == [(rule, "query", "x")]


def test_a_violation_inside_a_value_is_told_where_it_is(tmp_path: Path) -> None:
    """The path goes on into lists and objects."""
    declared = [
        parameter("query", {"type": "array", "items": NUMBER}),
        parameter("query", DEEP, "d", style="deepObject"),
    ]
    reading = read(tmp_path, declared, query="x=1&x=b&d[size][min]=c")
    assert told(reading) == [("type", "query", "x/1"), ("type", "query", "d/size/min")]


@pytest.mark.parametrize(
    "declared",
    [
        parameter("query", TEXT, required=True),
        parameter("query", COLOUR, required=True),
        parameter("query", COLOUR, required=True, style="deepObject"),
        parameter("query", {}, required=True, content={"application/json": {"schema": {}}}),
        parameter("header", TEXT, "X-Needed", required=True),
        parameter("cookie", TEXT, required=True),
    ],
)
def test_a_missing_required_parameter_is_told(tmp_path: Path, declared: JSON) -> None:
    """With its name as declared and a pointer to what asks for it."""
    reading = read(tmp_path, [parameter("query", TEXT, "other"), declared])
    assert told(reading) == [("required", declared["in"], declared["name"])]
    assert reading.violations[0].pointer == "/paths/~1p/get/parameters/1/required"


def test_an_optional_parameter_may_be_left_out(tmp_path: Path) -> None:
    """What was not sent is not there, not even as null; what was not declared is not told."""
    declared = [parameter(where, NUMBER) for where in ("query", "header", "cookie")]
    reading = read(tmp_path, declared, query="y=1", headers=(("cookie", "z=1"),))
    assert reading.violations == ()
    assert reading.parameters == {"path": {}, "query": {}, "header": {}, "cookie": {}}


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ("%7B%22a%22%3A1%7D", {"a": 1}, []),
        ('{"a": "b"}', {"a": "b"}, [("type", "query", "x/a")]),
        ("[1]", [1], [("type", "query", "x")]),
        ("{", "{", [("content", "query", "x")]),
        ("", "", [("content", "query", "x")]),
    ],
)
def test_a_parameter_with_json_content(tmp_path: Path, text: str, value: JSON, found: list[JSON]) -> None:
    """The whole text is one JSON value, judged by the schema of the media type."""
    schema = {"type": ["object", "string"] if value in ("{", "") else "object", "properties": {"a": NUMBER}}
    declared = {"name": "x", "in": "query", "content": {"application/json": {"schema": schema}}}
    reading = read(tmp_path, [declared], query=f"x={text}")
    assert reading.parameters["query"] == {"x": value}
    assert told(reading) == found


def test_a_parameter_with_other_content_is_its_text(tmp_path: Path) -> None:
    """Nothing but JSON is taken apart."""
    declared = {"name": "x", "in": "query", "content": {"text/csv": {"schema": TEXT}}}
    assert read(tmp_path, [declared], query="x=1%2C2").parameters["query"] == {"x": "1,2"}


def test_an_operation_replaces_parameters_of_its_path(tmp_path: Path) -> None:
    """The same name in another location is another parameter."""
    item = {
        "parameters": [
            parameter("query", NUMBER),
            parameter("header", NUMBER),
            parameter("query", NUMBER, "y"),
        ]
    }
    reading = read(tmp_path, [parameter("query", TEXT)], query="x=a&y=b", headers=(("x", "1"),), item=item)
    assert reading.parameters["query"] == {"x": "a", "y": "b"}
    assert reading.parameters["header"] == {"x": 1}
    assert told(reading) == [("type", "query", "y")]
    assert reading.violations[0].pointer == "/paths/~1p/parameters/2/schema/type"


def test_a_parameter_may_be_a_reference(tmp_path: Path) -> None:
    """Violations point at the component, not at the reference."""
    components = {"parameters": {"Page": parameter("query", {"$ref": "#/components/schemas/Page"}, "page")}}
    components["schemas"] = {"Page": {"type": "integer", "minimum": 1}}
    reading = read(
        tmp_path, [{"$ref": "#/components/parameters/Page"}], query="page=0", components=components
    )
    assert told(reading) == [("minimum", "query", "page")]
    assert reading.violations[0].pointer == "/components/schemas/Page/minimum"


@pytest.mark.parametrize("name", ["Accept", "content-type", "Authorization"])
def test_headers_described_elsewhere_are_no_parameters(tmp_path: Path, name: str) -> None:
    """OpenAPI says to ignore a header parameter of these names (section 4.8.12.2.1)."""
    assert read(tmp_path, [parameter("header", NUMBER, name, required=True)]).violations == ()


@pytest.mark.parametrize(
    ("schema", "query", "value"),
    [
        ({"type": "object", "additionalProperties": NUMBER}, "a=1&limit=3&b=2", {"a": 1, "b": 2}),
        (COLOUR | {"additionalProperties": TEXT}, "R=1&limit=3&b=2", {"R": 1, "b": "2"}),
        ({"type": "object"}, "a=1&limit=3", {"a": "1"}),
        (COLOUR, "R=1&limit=3&b=2", {"R": 1}),
    ],
)
def test_an_exploded_object_takes_what_no_other_parameter_claims(
    tmp_path: Path, schema: JSON, query: str, value: JSON
) -> None:
    """Free-form members are open to every name (OpenAPI 3.1, section 4.8.12.4) but to declared ones."""
    reading = read(tmp_path, [parameter("query", schema), parameter("query", NUMBER, "limit")], query=query)
    assert reading.parameters["query"] == {"x": value, "limit": 3}
    assert reading.violations == ()


@pytest.mark.parametrize("query", ["x=", "x"])
def test_an_empty_value_passes_where_it_is_allowed(tmp_path: Path, query: str) -> None:
    """`allowEmptyValue` lets a name come without a value (section 4.8.12.2.1), whatever its schema."""
    assert read(tmp_path, [parameter("query", NUMBER, allowEmptyValue=True)], query=query).violations == ()
    assert told(read(tmp_path, [parameter("query", NUMBER, allowEmptyValue=True)], query="x=a")) != []


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (
            {"name": "x", "in": "body", "schema": {}},
            "a parameter is in path, query, header or cookie, not 'body'",
        ),
        ({"name": "x", "schema": {}}, "a parameter is in path, query, header or cookie, not None"),
        ({"in": "query", "schema": {}}, "a parameter without a name"),
        (None, "a parameter is expected, not null"),
        ({"$ref": "#/components/parameters/None"}, "nothing stands at #/components/parameters/None"),
    ],
)
def test_a_parameter_that_is_none_is_left_out(tmp_path: Path, declared: JSON, message: str) -> None:
    """The operation is served without it, and the document's problems say why, with file and line."""
    sound = parameter("query", NUMBER, name="y")
    held = loaded(tmp_path, document({"/p": {"get": operation(parameters=[declared, sound])}}))
    assert [each.name for each in held.operations[0].parameters] == ["y"]
    assert list(problems(held.document)) == [f"{tmp_path / 'test.json'}:1: {message}; left out"]


CHARGES = {
    "type": "object",
    "properties": {
        "expand": TEXTS,
        "created": {"anyOf": [{"type": "object", "properties": {"gte": NUMBER}}, NUMBER]},
        "items": {
            "type": "array",
            "items": {"type": "object", "properties": {"price": TEXT, "quantity": NUMBER, "taxes": TEXTS}},
        },
        "metadata": {"type": "object", "additionalProperties": TEXT},
    },
}


@pytest.mark.parametrize(
    ("query", "value"),
    [
        ("x[expand][]=a&x[expand][]=b", {"expand": ["a", "b"]}),
        ("x[expand][0]=a&x[expand][1]=b", {"expand": ["a", "b"]}),
        ("x[expand][1]=b&x[expand][0]=a", {"expand": ["a", "b"]}),
        ("x[expand][10]=b&x[expand][9]=a", {"expand": ["a", "b"]}),
        ("x%5Bexpand%5D%5B0%5D=a%5B", {"expand": ["a["]}),
        ("x[created][gte]=5", {"created": {"gte": 5}}),
        ("x[created]=5", {"created": 5}),
        (
            "x[items][0][price]=p&x[items][0][quantity]=2&x[items][1][price]=q&x[items][1][taxes][]=t",
            {"items": [{"price": "p", "quantity": 2}, {"price": "q", "taxes": ["t"]}]},
        ),
        ("x[metadata][7]=a&x[metadata][order id]=b", {"metadata": {"7": "a", "order id": "b"}}),
        ("x" + "[a]" * 40 + "=1", {"a": deep("a", 15)}),
        ("x[created]=5&x[created][gte]=6", {"created": {"gte": 6}}),
    ],
)
def test_objects_and_lists_nested_in_brackets(tmp_path: Path, query: str, value: JSON) -> None:
    """As Stripe and its clients write them; how deep they may go is bounded."""
    reading = read(tmp_path, [parameter("query", CHARGES, style="deepObject")], query=query)
    assert reading.violations == ()
    assert reading.parameters["query"] == {"x": value}


@pytest.mark.parametrize("query", ["x[]=1&x[]=2", "x[0]=1&x[1]=2", "x=1&x=2"])
def test_a_list_in_brackets(tmp_path: Path, query: str) -> None:
    """A parameter that is a list itself is written with brackets too, where its style is `deepObject`."""
    reading = read(tmp_path, [parameter("query", NUMBERS, style="deepObject", explode=True)], query=query)
    assert reading.violations == ()
    assert reading.parameters["query"] == {"x": [1, 2]}


@pytest.mark.parametrize(
    ("media_type", "schema", "query", "value"),
    [
        ("application/x-www-form-urlencoded", COLOUR, "R=1&G=2&other=a+b", {"R": 1, "G": 2, "other": "a b"}),
        ("application/json", COLOUR, "%7B%22R%22%3A1%7D", {"R": 1}),
        ("text/plain", TEXT, "a%20b=c", "a b=c"),
    ],
)
def test_the_whole_query_as_one_parameter(
    tmp_path: Path, media_type: str, schema: JSON, query: str, value: JSON
) -> None:
    """`in: querystring` of OpenAPI 3.2 is a value of its media type."""
    content = {media_type: {"schema": schema}}
    declared = [{"name": "q", "in": "querystring", "required": True, "content": content}]
    reading = read(tmp_path, declared, query=query)
    assert reading.violations == ()
    assert reading.parameters["query"] == {"q": value}
    assert told(read(tmp_path, declared)) == [("required", "query", "q")]


@pytest.mark.parametrize(
    ("declared", "sent", "rule", "expected"),
    [
        (parameter("path", TEXT, style="label"), {"path": "/a"}, "style", ".1"),
        (parameter("path", TEXT, style="matrix"), {"path": "/a"}, "style", ";x=1"),
        (parameter("path", TEXT, style="matrix"), {"path": "/;y=a"}, "style", ";x=1"),
        (parameter("path", TEXTS, style="matrix"), {"path": "/a,b"}, "style", ";x=1,2"),
        (parameter("path", TEXTS, style="matrix", explode=True), {"path": "/;x=a;b"}, "style", ";x=1;x=2"),
        (parameter("path", TEXTS, style="label", explode=True), {"path": "/a.b"}, "style", ".1.2"),
        (parameter("path", COLOUR), {"path": "/R,1,G"}, "style", "R,1,G,2"),
        (parameter("path", COLOUR, explode=True), {"path": "/R,1"}, "style", "R=1,G=2"),
        (parameter("path", COLOUR, style="label", explode=True), {"path": "/.R.1"}, "style", ".R=1.G=2"),
        (parameter("path", COLOUR, style="matrix", explode=True), {"path": "/R=1"}, "style", ";R=1;G=2"),
        (parameter("query", COLOUR), {"query": "x=R,1"}, "style", "R=1&G=2"),
        (parameter("query", COLOUR, style="deepObject"), {"query": "x=R,1"}, "style", "x[R]=1&x[G]=2"),
        (parameter("query", COLOUR, explode=False), {"query": "x=R"}, "style", "x=R,1,G,2"),
        (parameter("query", COLOUR, style="spaceDelimited"), {"query": "x=R"}, "style", "x=R%201%20G%202"),
        (parameter("query", COLOUR, required=True), {}, "required", "R=1&G=2"),
        (parameter("query", NUMBERS), {"query": "x=1,2"}, "type", "x=1&x=2"),
        (parameter("query", NUMBERS), {"query": "x=[1,2]"}, "type", "x=1&x=2"),
        (parameter("query", NUMBERS, explode=False), {"query": "x=1|2"}, "type", "x=1,2"),
        (parameter("query", NUMBERS, style="pipeDelimited"), {"query": "x=1,2"}, "type", "x=1%7C2"),
        (parameter("cookie", NUMBERS), {"headers": (("cookie", "x=1,2"),)}, "type", "x=1; x=2"),
        (parameter("path", NUMBERS, style="label", explode=True), {"path": "/.1%2C2"}, "type", ".1.2"),
        (parameter("path", NUMBERS, style="label", explode=True), {"path": "/.1,2"}, "type", ".1.2"),
    ],
)
def test_another_spelling_is_refused_with_the_right_one(
    tmp_path: Path, declared: JSON, sent: dict[str, JSON], rule: str, expected: str
) -> None:
    """What is not written in the style of its parameter is told, and how it has to be written."""
    found = read(tmp_path, [declared], **sent).violations
    assert {(one.rule, one.place, one.path[0]) for one in found} == {(rule, declared["in"], "x")}
    assert f" written like {expected}" in found[0].message


def test_a_value_that_no_style_makes_valid_is_not_told_a_spelling(tmp_path: Path) -> None:
    """The spelling is not what is wrong with it."""
    (found,) = read(tmp_path, [parameter("query", NUMBERS)], query="x=1&x=a").violations
    assert "written" not in found.message


def test_an_exploded_object_leaves_alone_what_belongs_to_another(tmp_path: Path) -> None:
    """Names that another exploded object has members of are that one's."""
    page = {"type": "object", "properties": {"limit": NUMBER}}
    free = {"type": "object", "additionalProperties": TEXT}
    declared = [parameter("query", free, "filter"), parameter("query", page, "page")]
    reading = read(tmp_path, declared, query="limit=3&colour=red")
    assert reading.parameters["query"] == {"filter": {"colour": "red"}, "page": {"limit": 3}}


def test_defaults_of_what_is_not_sent(tmp_path: Path) -> None:
    """The operation knows them, but for those that break their own schema."""
    components = {"schemas": {"Size": {"type": "integer", "default": 20}}}
    declared = [
        parameter("query", {"$ref": "#/components/schemas/Size"}, "size"),
        parameter("query", {"type": "integer", "default": "many"}, "page"),
        parameter("header", TEXT | {"default": "en"}, "Language"),
    ]
    paths = {"/p": {"get": operation(parameters=declared)}}
    (one,) = loaded(tmp_path, document(paths, components=components)).operations
    assert one.defaults == {"path": {}, "query": {"size": 20}, "header": {"Language": "en"}, "cookie": {}}
    assert one.read(Request("GET", "/p"), {}).parameters["query"] == {}


@pytest.mark.parametrize(
    ("collection", "query"),
    [
        ("csv", "x=1,2"),
        ("ssv", "x=1%202"),
        ("ssv", "x=1+2"),
        ("tsv", "x=1%092"),
        ("pipes", "x=1|2"),
        ("pipes", "x=1%7C2"),
        ("multi", "x=1&x=2"),
        (None, "x=1,2"),
    ],
)
def test_the_collection_formats_of_swagger(tmp_path: Path, collection: str | None, query: str) -> None:
    """Each of them; without one it is csv."""
    declared = {"name": "x", "in": "query", **NUMBERS}
    if collection:
        declared["collectionFormat"] = collection
    paths = {"/p": {"get": {"parameters": [declared], "responses": {"200": {"description": "ok"}}}}}
    root = {"swagger": "2.0", "info": {"title": "t", "version": "1"}, "paths": paths}
    match = loaded(tmp_path, root).find("GET", "/p")
    assert match
    reading = match.operation.read(Request("GET", "/p", query), {})
    assert reading.violations == ()
    assert reading.parameters["query"] == {"x": [1, 2]}


def test_a_parameter_without_a_schema_is_described_by_its_own_keywords(tmp_path: Path) -> None:
    """As it would be in Swagger 2.0."""
    declared = {"name": "x", "in": "query", "type": "integer"}
    assert told(read(tmp_path, [declared], query="x=a")) != []
    assert read(tmp_path, [declared], query="x=1").parameters["query"] == {"x": 1}


def test_a_parameter_in_a_file_that_is_not_there_spoils_its_operation_alone(tmp_path: Path) -> None:
    """The error says why, with file and line."""
    lost = {"get": operation(parameters=[{"$ref": "other.yaml#/x"}])}
    first, second = loaded(tmp_path, document({"/p": lost, "/q": {"get": operation()}})).operations
    with pytest.raises(DocumentError, match=r"test\.json:1: \$ref to other\.yaml is not followed"):
        first.read(Request("GET", "/p"), {})
    assert not second.read(Request("GET", "/q"), {}).violations
