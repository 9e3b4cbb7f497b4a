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
COLOUR = {"type": "object", "properties": {"R": NUMBER, "G": NUMBER, "B": NUMBER}}
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
        if (where, row["kind"], row["style"]) != ("path", "empty", "simple")  # no path has an empty segment
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
