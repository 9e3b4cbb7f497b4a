"""Bodies of every kind read by their media type: streams of items, XML, YAML, text, forms with encodings."""

from pathlib import Path

import pytest

from documents import document, loaded, operation
from streams import LINE, MIXED
from understudy.contract import Operation, Reading, xmltext
from understudy.contract.mediatype import covers, kind, select
from understudy.types import JSON, File, Request, Response

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def taking(folder: Path, media_type: str, content: JSON) -> Operation:
    body = {"required": True, "content": {media_type: content}}
    return loaded(
        folder, document({"/p": {"post": operation(requestBody=body)}}, version="3.2.0")
    ).operations[0]


def read(op: Operation, body: bytes, media_type: str) -> Reading:
    return op.read(Request("POST", "/p", "", (("content-type", media_type),), body), {})


def wrong(reading: Reading) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(violation.rule, violation.path) for violation in reading.violations]


@pytest.mark.parametrize(
    ("media_type", "found"),
    [
        ("application/json; charset=utf-8", "json"),
        ("application/problem+json", "json"),
        ("application/x-ndjson", "lines"),
        ("application/stream+json", "lines"),
        ("application/geo+json-seq", "sequence"),
        ("text/event-stream", "events"),
        ("text/xml", "xml"),
        ("application/atom+xml", "xml"),
        ("application/apply-patch+yaml", "yaml"),
        ("multipart/form-data; boundary=b", "form"),
        ("multipart/mixed", "form"),
        ("image/svg+xml", "text"),
        ("text/csv", "text"),
        ("image/png", "binary"),
        ("", "binary"),
    ],
)
def test_a_media_type_says_how_a_body_is_read(media_type: str, found: str) -> None:
    """By its name, else by its suffix, else by its type."""
    assert kind(media_type) == found


@pytest.mark.parametrize(
    ("declared", "sent", "taken"),
    [
        ("application/json", "Application/JSON; charset=utf-8", True),
        ("application/json; version=2", "application/json", True),
        ("application/json; version=2", "application/json; version=1", False),
        ('text/csv; header="present"', "text/csv;header=present", True),
        ("text/csv, text/comma-separated-values", "text/comma-separated-values", True),
        ("image/*", "image/png", True),
        ("image/*", "text/png", False),
        ("*/*", "anything/atall", True),
    ],
)
def test_what_a_declared_media_type_takes(declared: str, sent: str, taken: bool) -> None:
    """A range takes what it covers, a list each of its own; a parameter that both name must be the same."""
    assert covers(declared, sent) is taken


def test_the_most_specific_media_type_is_selected() -> None:
    """A range comes last, the one whose parameters were sent first."""
    declared = ["*/*", "text/*", "text/csv", "text/csv; header=absent"]
    assert select(declared, "text/csv; header=absent") == "text/csv; header=absent"
    assert select(declared, "text/csv; header=present") == "text/csv"
    assert select(declared, "text/html") == "text/*"
    assert select(declared, "image/png") == "*/*"


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/x-ndjson", b'{"n":1}\n\n{"n":2}'),
        ("application/jsonl", b'{"n":1}\r\n{"n":2}\r\n'),
        ("application/json-seq", b'\x1e{"n":1}\n\x1e{"n":2}\n'),
        (
            "text/event-stream",
            b': hello\n\ndata: {"n":\ndata: 1}\n\nevent: x\ndata:{"n":2}\n\ndata: [DONE]\n\n',
        ),
    ],
)
@pytest.mark.parametrize("keyword", ["itemSchema", "schema", "list"])
def test_a_stream_is_read_item_by_item(tmp_path: Path, media_type: str, body: bytes, keyword: str) -> None:
    """`itemSchema` is of each item; `schema` of the list if it takes one, else of each as well."""
    content = {"schema": {"type": "array", "items": LINE}} if keyword == "list" else {keyword: LINE}
    op = taking(tmp_path, media_type, content)
    reading = read(op, body, media_type)
    assert (reading.violations, reading.body) == ((), [{"n": 1}, {"n": 2}])
    assert wrong(read(op, body.replace(b"2", b'"x"'), media_type)) == [("type", (1, "n"))]
    assert wrong(read(op, body.replace(b"2", b"2,"), media_type)) == [("json", ())]


def test_an_event_is_read_as_the_schema_speaks_of_it(tmp_path: Path) -> None:
    """With its fields where `data` is one of the properties; a stream not ended by an empty line is cut."""
    event = {
        "type": "object",
        "required": ["data"],
        "properties": {"event": {"enum": ["a"]}, "data": LINE, "id": TEXT, "retry": NUMBER},
    }
    op = taking(tmp_path, "text/event-stream", {"itemSchema": event})
    body = b'event: a\nid: 7\nretry: 10\ndata: {"n":1}\n\ndata: {"n":2}\n'
    assert read(op, body, "text/event-stream").body == [
        {"event": "a", "id": "7", "retry": 10, "data": {"n": 1}}
    ]
    assert wrong(read(op, b'event: b\ndata: {"n":1}\n\n', "text/event-stream")) == [("enum", (0, "event"))]


@pytest.mark.parametrize(
    ("body", "violations"),
    [
        (b"event: text\ndata: hello\n\n", []),
        (b'event: line\ndata: {"n":1}\n\n', []),
        (b"event: text\ndata: 1\n\nevent: line\ndata: hello\n\n", [("content", (1, "data"))]),
        (b"event: line\ndata: {}\n\n", [("content", (0, "data"))]),
    ],
)
def test_json_in_the_text_of_an_event_is_held_to_its_content_schema(
    tmp_path: Path, body: bytes, violations: JSON
) -> None:
    """Of the kind of event that it is."""
    op = taking(tmp_path, "text/event-stream", {"itemSchema": MIXED})
    assert wrong(read(op, body, "text/event-stream")) == violations


def test_the_data_of_events_may_be_of_several_kinds(tmp_path: Path) -> None:
    """JSON where that fits, else the text."""
    kinds = {"type": "object", "properties": {"data": {"anyOf": [LINE, TEXT]}}}
    op = taking(tmp_path, "text/event-stream", {"itemSchema": kinds})
    told = read(op, b'data: {"n":1}\n\ndata: hello\n\ndata: 5\n\n', "text/event-stream")
    assert (told.violations, [event["data"] for event in told.body]) == ((), [{"n": 1}, "hello", "5"])


def test_a_stream_with_a_schema_of_text_is_text(tmp_path: Path) -> None:
    """Then nothing of it is taken apart."""
    op = taking(tmp_path, "application/x-ndjson", {"schema": {"type": "string", "maxLength": 4}})
    assert read(op, b"{\n", "application/x-ndjson").body == "{\n"
    assert wrong(read(op, b"12345", "application/x-ndjson")) == [("maxLength", ())]


PET = {
    "type": "object",
    "required": ["id", "name"],
    "xml": {"name": "pet"},
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "name": TEXT,
        "price": {"type": ["number", "null"]},
        "good": {"type": "boolean", "xml": {"name": "isGood", "prefix": "x", "namespace": "urn:x"}},
        "tags": {
            "type": "array",
            "xml": {"wrapped": True},
            "items": {"type": "string", "xml": {"name": "tag"}},
        },
        "toys": {"type": "array", "items": {"type": "object", "properties": {"size": NUMBER}}},
    },
}
XML = (
    b'<?xml version="1.0"?>\n<p:pet xmlns:p="urn:p" id="7">\n  <name> Bo &amp; Co </name>\n'
    b"  <price>1.5</price>\n"
    b'  <x:isGood xmlns:x="urn:x">true</x:isGood>\n  <tags><tag>a</tag><tag>b</tag></tags>\n'
    b"  <toys><size>1</size></toys><toys><size>2</size></toys>\n</p:pet>"
)
BO = {
    "id": 7, "name": " Bo & Co ", "price": 1.5, "good": True, "tags": ["a", "b"],
    "toys": [{"size": 1}, {"size": 2}],
}  # fmt: skip


def test_xml_is_read_by_the_schema(tmp_path: Path) -> None:
    """Names, attributes, wrapped and bare lists, whatever the prefixes."""
    op = taking(tmp_path, "application/xml", {"schema": PET})
    reading = read(op, XML, "application/xml")
    assert (reading.violations, reading.body) == ((), BO)
    assert wrong(read(op, XML.replace(b">1<", b">one<"), "application/xml")) == [
        ("type", ("toys", 0, "size"))
    ]
    assert wrong(read(op, b'<pet id="7"/>', "application/xml")) == [("required", ("name",))]
    short = read(op, b'<pet id="7"><name/><toys><size>1</size></toys><tags/></pet>', "application/xml")
    assert (short.violations, short.body["toys"], short.body["tags"]) == ((), [{"size": 1}], [])


def test_what_is_written_as_xml_is_read_the_same(tmp_path: Path) -> None:
    """Null is told by xsi:nil, an absent list by nothing."""
    field = taking(tmp_path, "application/xml", {"schema": PET}).request_contents["application/xml"].field
    for value in (BO, {"id": 1, "name": "", "price": None}, {"id": 1, "name": "\u00e9\x00", "tags": []}):
        told = xmltext.loads(xmltext.dumps(value, field), field)
        assert told == {**value, "name": value["name"].replace("\x00", "")}
    assert xmltext.dumps(BO, field).splitlines()[1].startswith(b'<pet id="7"><name> Bo &amp; Co </name>')


def test_lists_whose_items_share_a_name_are_told_apart(tmp_path: Path) -> None:
    """As the ones of EC2: each is written within an element of its own."""
    item = {"type": "integer", "xml": {"name": "item"}}
    shared = {name: {"type": "array", "items": item, "xml": {"name": f"{name}Set"}} for name in ("id", "no")}
    schema = {"type": "object", "properties": shared}
    field = taking(tmp_path, "application/xml", {"schema": schema}).request_contents["application/xml"].field
    written = xmltext.dumps({"id": [1, 2], "no": [3]}, field)
    assert b"<idSet><item>1</item><item>2</item></idSet><noSet><item>3</item></noSet>" in written
    assert xmltext.loads(written, field) == {"id": [1, 2], "no": [3]}


def test_an_object_is_no_attribute_and_an_undeclared_prefix_is_left_out(tmp_path: Path) -> None:
    """S3 declares both of whom it grants something."""
    grantee = {"type": "object", "properties": {"kind": {"type": "string", "xml": {"name": "xsi:type"}}}}
    schema = {"type": "object", "properties": {"grantee": {**grantee, "xml": {"attribute": True}}}}
    field = taking(tmp_path, "application/xml", {"schema": schema}).request_contents["application/xml"].field
    written = xmltext.dumps({"grantee": {"kind": "Group"}}, field)
    assert b"<grantee><type>Group</type></grantee>" in written
    assert xmltext.loads(written, field) == {"grantee": {"kind": "Group"}}


BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><pet id="1"><name>&c;</name></pet>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<pet>",
        b"<pet></tep>",
        b"no xml",
        BOMB,
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><pet id="1"><name>&x;</name></pet>',
        b"<a>" * 200 + b"</a>" * 200,
        b"<a>" * 300_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_xml_or_not_harmless_is_a_violation(tmp_path: Path, body: bytes) -> None:
    """No entity is expanded, nothing is read from elsewhere, depth and size are bounded."""
    op = taking(tmp_path, "application/xml", {"schema": PET})
    assert wrong(read(op, body, "application/xml")) in ([("xml", ())], [("required", ())])


@pytest.mark.parametrize("media_type", ["application/yaml", "application/apply-patch+yaml"])
def test_yaml_is_read_by_the_schema(tmp_path: Path, media_type: str) -> None:
    """As the documents themselves are: bounded, and no tag builds an object."""
    op = taking(tmp_path, media_type, {"schema": LINE})
    assert read(op, b"n: 1\nwhen: 2024-01-01\n", media_type).body == {"n": 1, "when": "2024-01-01"}
    assert wrong(read(op, b"n: one", media_type)) == [("type", ("n",))]
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9)
    )
    for body in (b"n: [", b"\xff", bomb, b"n: 1\n" * 500_000):
        assert wrong(read(op, body, media_type)) == [("yaml", ())]


@pytest.mark.parametrize(
    ("schema", "body", "media_type", "value"),
    [
        (TEXT, "é".encode(), "text/plain", "é"),
        (TEXT, b"\xe9", "text/plain; charset=iso-8859-1", "é"),
        (TEXT, b"\xe9", "text/plain", "é"),
        (NUMBER, b"5", "text/plain", 5),
        (LINE, b'{"n":1}', "text/plain", {"n": 1}),
        ({"type": "string", "format": "binary"}, b"\xff\x00", "image/png", b"\xff\x00"),
        (True, b"\xff", "application/octet-stream", b"\xff"),
    ],
)
def test_text_and_bytes(tmp_path: Path, schema: JSON, body: bytes, media_type: str, value: JSON) -> None:
    """A text means what its schema lets it mean; a length counts characters of a text and bytes of a file."""
    op = taking(tmp_path, media_type.partition(";")[0], {"schema": schema})
    assert (read(op, body, media_type).violations, read(op, body, media_type).body) == ((), value)


FORM = {
    "type": "object",
    "properties": {
        "item": {"type": "object", "properties": {"price": NUMBER, "tags": {"type": "array", "items": TEXT}}},
        "lines": {"type": "array", "items": LINE},
        "csv": {"type": "array", "items": NUMBER},
        "pipes": {"type": "array", "items": NUMBER},
        "spread": {"type": "object", "properties": {"left": NUMBER, "right": NUMBER}},
        "plain": {"type": "object", "properties": {"a": NUMBER}},
        "expand": {"type": "array", "items": TEXT},
    },
}
ENCODING = {
    "item": {"style": "deepObject", "explode": True},
    "lines": {"style": "deepObject"},
    "csv": {"explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "spread": {"style": "form"},
}
URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"item[price]=5&item[tags][]=a&item[tags][]=b", {"item": {"price": 5, "tags": ["a", "b"]}}),
        (b"item%5Btags%5D%5B1%5D=b&item%5Btags%5D%5B0%5D=a", {"item": {"tags": ["a", "b"]}}),
        (b"item=", {"item": {}}),
        (b"lines[0][n]=1&lines[1][n]=2", {"lines": [{"n": 1}, {"n": 2}]}),
        (b"csv=1,2", {"csv": [1, 2]}),
        (b"csv=", {"csv": []}),
        (b"pipes=1%7C2", {"pipes": [1, 2]}),
        (b"left=1&right=2", {"spread": {"left": 1, "right": 2}}),
        (b"plain=%7B%22a%22%3A1%7D", {"plain": {"a": 1}}),
        (b"plain[a]=1", {"plain": {"a": 1}}),
        (b"expand[]=a", {"expand": ["a"]}),
        (b"expand=a&expand=b", {"expand": ["a", "b"]}),
    ],
)
def test_the_properties_of_a_form_travel_as_their_encoding_says(
    tmp_path: Path, body: bytes, value: JSON
) -> None:
    """By style; brackets are understood wherever a property takes an object or a list."""
    op = taking(tmp_path, URLENCODED, {"schema": FORM, "encoding": ENCODING})
    reading = read(op, body, URLENCODED)
    assert (reading.violations, reading.body) == ((), value)


PARTS = {"type": "object", "properties": {"photo": {"type": "string", "format": "binary"}, "meta": LINE}}
TYPED = {
    "photo": {
        "contentType": "image/png, image/jpeg",
        "headers": {"X-Side": {"required": True, "schema": {"enum": ["front", "back"]}}},
    }
}


def part(head: bytes, content: bytes) -> bytes:
    return b"--b\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("head", "violations"),
    [
        (b'name="photo"; filename="a.png"\r\nContent-Type: image/png\r\nX-Side: front', []),
        (b'name="photo"; filename="a.png"\r\nX-Side: back', []),
        (
            b'name="photo"; filename="a.gif"\r\nContent-Type: image/gif\r\nX-Side: front',
            [("media-type", ("photo",))],
        ),
        (b'name="photo"; filename="a.png"\r\nContent-Type: image/png', [("required", ("photo", "X-Side"))]),
        (
            b'name="photo"; filename="a.png"\r\nContent-Type: image/jpeg\r\nX-Side: top',
            [("enum", ("photo", "X-Side"))],
        ),
    ],
)
def test_a_part_is_of_a_declared_media_type_with_its_header_fields(
    tmp_path: Path, head: bytes, violations: JSON
) -> None:
    """Of what the encoding lists; a part that names no media type is taken for one of them."""
    op = taking(tmp_path, "multipart/form-data", {"schema": PARTS, "encoding": TYPED})
    assert wrong(read(op, part(head, b"x"), "multipart/form-data; boundary=b")) == violations


def test_a_blob_of_json_is_read_as_data(tmp_path: Path) -> None:
    """A browser sends an object of a form as a file named `blob`; where a file is wanted it stays one."""
    op = taking(tmp_path, "multipart/form-data", {"schema": PARTS})
    blob = b'filename="blob"\r\nContent-Type: application/json'
    told = read(op, part(b'name="meta"; ' + blob, b'{"n":1}'), "multipart/form-data; boundary=b")
    assert (told.violations, told.body) == ((), {"meta": {"n": 1}})
    kept = read(op, part(b'name="photo"; ' + blob, b"{}"), "multipart/form-data; boundary=b")
    assert kept.body == {"photo": File("blob", "application/json", b"{}")}


@pytest.mark.parametrize(
    ("media_type", "content", "body", "violations"),
    [
        ("application/xml", {"schema": PET}, XML, []),
        ("application/xml", {"schema": PET}, b'<pet id="x"><name/></pet>', [("type", ("id",))]),
        ("application/x-ndjson", {"itemSchema": LINE}, b'{"n":1}\n{"n":null}\n', [("type", (1, "n"))]),
        ("text/event-stream", {"schema": LINE}, b"data: {}\n\n", [("required", (0, "n"))]),
        ("text/event-stream", {"schema": LINE}, b"data: oops\n\n", [("json", ())]),
        ("application/yaml", {"schema": LINE}, b"n: x", [("type", ("n",))]),
        ("image/png", {"schema": {"type": "string", "maxLength": 2}}, b"\xff\xfe\xfd", [("maxLength", ())]),
        ("text/csv", {"schema": {"type": "string", "pattern": "^id,"}}, b"name", [("pattern", ())]),
    ],
)
def test_a_reply_of_every_kind_is_judged(
    tmp_path: Path, media_type: str, content: JSON, body: bytes, violations: JSON
) -> None:
    """Where it breaks its schema, and at which item."""
    answers = {"200": {"description": "", "content": {media_type: content}}}
    [op] = loaded(tmp_path, document({"/p": {"get": {"responses": answers}}}, version="3.2.0")).operations
    found = op.judge(Response(200, (("content-type", media_type),), body))
    assert [(violation.rule, violation.path) for violation in found] == violations
