"""What is written of a contract's bodies is read back as what it was, and is real."""

import json
import struct
import wave
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from asgi import send
from documents import document, written
from reference import ABSENT, CORPUS
from streams import LINE, MIXED
from understudy.compose import sample
from understudy.compose import written as body_of
from understudy.compose.specimens import specimen
from understudy.run import Play, build, create_app
from understudy.types import JSON, Request

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
BINARY = {"type": "string", "format": "binary"}
PET = {
    "type": "object",
    "required": ["id", "name", "tags", "toys"],
    "xml": {"name": "pet", "namespace": "urn:pets"},
    "properties": {
        "id": {"type": "integer", "xml": {"attribute": True}},
        "name": TEXT,
        "tags": {"type": "array", "minItems": 1, "xml": {"wrapped": True, "name": "labels"}, "items": TEXT},
        "toys": {"type": "array", "minItems": 2, "items": LINE},
    },
}
DEEP = {
    "type": "object",
    "required": ["items", "metadata"],
    "properties": {
        "items": {"type": "array", "minItems": 2, "items": LINE},
        "metadata": {"type": "object"},
        "csv": {"type": "array", "items": NUMBER},
    },
}
STYLES = {"items": {"style": "deepObject"}, "metadata": {"style": "deepObject"}, "csv": {"explode": False}}
UPLOAD = {
    "type": "object",
    "required": ["photo", "sheet", "meta"],
    "properties": {"photo": BINARY, "sheet": BINARY, "meta": LINE},
}
PARTS = {
    "photo": {
        "contentType": "image/*",
        "headers": {"X-Side": {"required": True, "schema": {"const": "front"}}},
    },
    "sheet": {"contentType": "text/csv"},
    "meta": {"contentType": "application/json"},
}
BODIES: list[tuple[str, JSON]] = [
    ("application/vnd.api+json", {"schema": LINE}),
    ("application/x-ndjson", {"itemSchema": LINE}),
    ("application/jsonl", {"schema": LINE}),
    ("application/json-seq", {"schema": {"type": "array", "items": LINE, "minItems": 2}}),
    ("text/event-stream", {"schema": {"type": "object"}}),
    ("text/event-stream", {"schema": LINE}),
    ("text/event-stream", {"schema": TEXT}),
    ("text/event-stream", {}),
    (
        "text/event-stream",
        {"itemSchema": {"type": "object", "required": ["data"], "properties": {"data": TEXT, "event": TEXT}}},
    ),
    ("text/event-stream", {"itemSchema": MIXED}),
    ("application/xml", {"schema": PET}),
    ("application/xml", {"schema": {"type": "array", "items": PET, "minItems": 2}}),
    ("text/xml", {"schema": TEXT}),
    ("application/xml", {}),
    ("application/yaml", {"schema": LINE}),
    ("application/apply-patch+yaml", {"schema": {"type": "object"}}),
    ("application/x-www-form-urlencoded", {"schema": DEEP, "encoding": STYLES}),
    ("multipart/form-data", {"schema": UPLOAD, "encoding": PARTS}),
    ("multipart/mixed", {"schema": UPLOAD}),
    ("text/plain", {"schema": NUMBER}),
    ("text/plain", {}),
    ("text/csv", {"schema": TEXT}),
    ("text/csv, text/comma-separated-values", {"schema": TEXT}),
    ("text/html; charset=utf-8", {"schema": {"type": "string", "maxLength": 5}}),
    ("image/png", {"schema": BINARY}),
    ("image/*", {}),
    ("application/pdf", {}),
    ("application/octet-stream", {"schema": {"type": "string", "contentEncoding": "base64"}}),
    ("*/*", {"schema": LINE}),
]


def both_ways(folder: Path, media_type: str, content: JSON, **rest: JSON) -> Any:
    """A fake of one operation that takes such a body and answers with one, and the operation."""
    carried = {"content": {media_type: content}}
    declared = {
        "requestBody": {"required": True, **carried},
        "responses": {"200": {"description": "", **carried}},
    }
    path = written(folder, document({"/p": {"post": {**declared, **rest}}}, version="3.2.0"))
    fake = build(Play(specs=(str(path),)))
    return create_app(fake), next(iter(fake.roles.values())).operation


@pytest.mark.parametrize(("media_type", "content"), BODIES, ids=lambda value: str(value)[:50])
def test_a_body_of_every_kind_is_sent_and_answered(tmp_path: Path, media_type: str, content: JSON) -> None:
    """The sample is taken and the reply keeps the contract, byte for byte the same every time."""
    app, op = both_ways(tmp_path, media_type, content)
    response = send(app, sample(op, {}))
    assert response.status == 200, response.body
    assert op.judge(response) == []
    assert response.body
    assert send(app, sample(op, {})) == response


def test_deep_forms_are_written_with_brackets(tmp_path: Path) -> None:
    """As the encoding says; what holds nothing is named all the same."""
    _, op = both_ways(tmp_path, "application/x-www-form-urlencoded", {"schema": DEEP, "encoding": STYLES})
    content = op.request_contents["application/x-www-form-urlencoded"]
    value = {"items": [{"n": 1}, {"n": 2}], "metadata": {}, "csv": [1, 2]}
    assert body_of(content, value)[1] == b"items%5B0%5D%5Bn%5D=1&items%5B1%5D%5Bn%5D=2&metadata=&csv=1%2C2"
    assert content.read("", body_of(content, value)[1]).data == value


def test_a_part_is_written_as_its_encoding_says(tmp_path: Path) -> None:
    """With its media type, its header fields, and a file that is one."""
    _, op = both_ways(tmp_path, "multipart/form-data", {"schema": UPLOAD, "encoding": PARTS})
    body = sample(op, {}).body
    assert (
        b'name="photo"; filename="photo.png"\r\nContent-Type: image/png\r\nX-Side: front\r\n\r\n\x89PNG'
        in body
    )
    assert b'name="sheet"; filename="sheet.csv"\r\nContent-Type: text/csv\r\n\r\nid,name' in body
    assert b'name="meta"\r\nContent-Type: application/json\r\n\r\n{"n":' in body


@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_form_of_which_nothing_is_said_has_a_part(tmp_path: Path, media_type: str) -> None:
    """It is a form all the same, and is read as one."""
    app, op = both_ways(tmp_path, media_type, {"schema": {}})
    request = sample(op, {})
    assert list(op.read(request, {}).body) == ["name"]
    assert send(app, request).status == 200


def test_a_stream_has_several_items(tmp_path: Path) -> None:
    """Each unlike the others, on a line or in an event of its own."""
    app, op = both_ways(tmp_path, "application/x-ndjson", {"itemSchema": LINE})
    lines = send(app, sample(op, {})).body.splitlines()
    assert len({json.loads(line)["n"] for line in lines}) == len(lines) == 3
    app, op = both_ways(tmp_path, "text/event-stream", {"schema": LINE})
    events = send(app, sample(op, {})).body.split(b"\n\n")[:-1]
    assert len(set(events)) == 3
    assert all("n" in json.loads(event.removeprefix(b"data: ")) for event in events)


def test_xml_has_its_names_and_namespace(tmp_path: Path) -> None:
    """Another parser finds what the schema says."""
    app, op = both_ways(tmp_path, "application/xml", {"schema": PET})
    root = ElementTree.fromstring(send(app, sample(op, {})).body)
    assert root.tag == "{urn:pets}pet"
    assert root.attrib["id"].lstrip("-").isdigit()
    assert len(root.findall("{urn:pets}toys")) >= 2
    assert len(root.findall("{urn:pets}labels/{urn:pets}labels")) >= 1


def test_a_value_that_xml_cannot_hold_is_told(tmp_path: Path) -> None:
    """An element cannot be called by any name: 501 says which, and nothing invalid is sent."""
    schema = {"type": "object", "required": ["a b"], "properties": {"a b": NUMBER}}
    answers = {"200": {"description": "", "content": {"application/xml": {"schema": schema}}}}
    app = create_app(
        build(Play(specs=(str(written(tmp_path, document({"/p": {"get": {"responses": answers}}}))),)))
    )
    response = send(app, Request("GET", "/p"))
    assert response.status == 501
    assert "'a b' is no name of an element" in json.loads(response.body)["detail"]


def test_a_reply_repeats_only_what_its_media_type_can_hold(tmp_path: Path) -> None:
    """A member of the request that is no name of an element does not get into XML."""
    part = {"type": "object", "properties": {"n": NUMBER}}
    schema = {"type": "object", "required": ["part"], "properties": {"part": part}}
    request = {"content": {"application/json": {"schema": schema}}}
    answers = {"200": {"description": "", "content": {"application/xml": {"schema": schema}}}}
    path = written(tmp_path, document({"/p": {"post": {"requestBody": request, "responses": answers}}}))
    app = create_app(build(Play(specs=(str(path),))))
    headers = (("content-type", "application/json"),)
    told = send(app, Request("POST", "/p", "", headers, b'{"part":{"n":7}}'))
    assert b"<part><n>7</n></part>" in told.body
    assert send(app, Request("POST", "/p", "", headers, b'{"part":{"n":7,"":1}}')).status == 200


def test_specimens_are_what_they_are_called() -> None:
    """Their own readers take them."""
    png = specimen("image/png") or b""
    size, kind = struct.unpack(">I4s", png[8:16])
    assert (png[:8], kind, zlib.crc32(png[12 : 16 + size])) == (
        b"\x89PNG\r\n\x1a\n", b"IHDR", struct.unpack(">I", png[16 + size : 20 + size])[0],
    )  # fmt: skip
    assert zipfile.ZipFile(BytesIO(specimen("application/zip") or b"")).testzip() is None
    with wave.open(BytesIO(specimen("audio/wav") or b"")) as sound:
        assert sound.getnframes() == 1
    pdf = specimen("application/pdf") or b""
    table = int(pdf.split(b"startxref\n")[1].split()[0])
    assert pdf[table:].startswith(b"xref\n")
    offsets = [int(line[:10]) for line in pdf[table:].splitlines()[3:6]]
    assert [pdf[offset : offset + 7] for offset in offsets] == [b"1 0 obj", b"2 0 obj", b"3 0 obj"]
    assert ElementTree.fromstring(specimen("image/svg+xml") or b"").tag.endswith("svg")
    assert specimen("application/octet-stream") is None


NAMED = (
    *("rdme30-response-multiple-mediatypes.json", "rdme30-response-examples.json", "rdme30-form-data.json"),
    *(
        "rdme30-file-uploads.json",
        "hey31-sse-post.yaml",
        "airflow.yaml",
        "k8s-core-v1.json",
        "petstorev3.json",
    ),
    *("openapi-issue-418.yaml", "stripe-2022.yaml"),
)


@pytest.mark.skipif(CORPUS is None, reason=ABSENT)
@pytest.mark.parametrize("name", NAMED)
def test_operations_of_real_documents_take_their_own_sample(name: str) -> None:
    """And answer with a declared success that keeps the contract, if they declare one."""
    assert CORPUS is not None
    fake = build(Play(specs=(str(CORPUS / name),)))
    app = create_app(fake)
    for role in fake.roles.values():
        response = send(app, sample(role.operation, {}))
        assert role.operation.judge(response) == [], role.operation.name
        if any(status[0] in "2d" for status in role.operation.responses):
            assert 200 <= response.status < 300, (role.operation.name, response.body)
