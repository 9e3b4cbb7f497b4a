"""Which media type a reply has, and what a client may send."""

import json
from pathlib import Path
from typing import Any

import pytest

from asgi import send
from documents import document, written
from streams import LINE
from understudy.run import Play, build, create_app
from understudy.types import JSON, Request, Response

TEXT = {"type": "string"}
BINARY = {"type": "string", "format": "binary"}


def app(folder: Path, operation: JSON) -> Any:
    declared = {"responses": {"200": {"description": ""}}, **operation}
    path = written(folder, document({"/p": {"get": declared, "post": declared}}, version="3.2.0"))
    return create_app(build(Play(specs=(str(path),))))


def answering(folder: Path, content: JSON) -> Any:
    return app(folder, {"responses": {"200": {"description": "", "content": content}}})


def get(app: Any, accept: str = "") -> Response:
    return send(app, Request("GET", "/p", "", (("accept", accept),) if accept else ()))


def post(app: Any, body: bytes, media_type: str = "") -> Response:
    headers = (("content-type", media_type),) if media_type else ()
    return send(app, Request("POST", "/p", "", headers, body))


def media_type(response: Response) -> str | None:
    return dict(response.headers).get("content-type")


@pytest.mark.parametrize(
    ("declared", "schema", "accept", "named"),
    [
        ("*/*", LINE, "", "application/json"),
        ("*/*", LINE, "text/html, */*;q=0.1", "application/json"),
        ("*/*", LINE, "application/xml", "application/xml"),
        ("*/*", TEXT, "text/html, */*;q=0.1", "text/html"),
        ("image/*", BINARY, "", "image/png"),
        ("image/*", BINARY, "image/*", "image/png"),
        ("image/*", BINARY, "image/webp, image/gif;q=0.5", "image/webp"),
        ("image/*", BINARY, "image/webp;q=0, image/gif;q=0.5", "image/gif"),
        ("text/csv, text/html", TEXT, "", "text/csv"),
        ("text/csv, text/html", TEXT, "text/html", "text/html"),
        ("text/html; charset=utf-8", TEXT, "text/html", "text/html; charset=utf-8"),
    ],
)
def test_a_media_type_left_open_is_the_clients_choice(
    tmp_path: Path, declared: str, schema: JSON, accept: str, named: str
) -> None:
    """Data is told as JSON where the client takes that; else what it asks for, else a customary one."""
    response = get(answering(tmp_path, {declared: {"schema": schema}}), accept)
    assert (response.status, media_type(response)) == (200, named)


def test_parameters_of_media_types_are_negotiated(tmp_path: Path) -> None:
    """A version that is asked for is the one that comes; one that nobody declares is 406 and told what is."""
    one, two = "application/vnd.shop+json; version=1", "application/vnd.shop+json; version=2"
    fake = answering(tmp_path, {one: {"schema": {"const": 1}}, two: {"schema": {"const": 2}}})
    assert get(fake).body == b"1"
    assert get(fake, two).body == b"2"
    assert get(fake, "application/vnd.shop+json;version=2;q=0.5, application/*;q=0.1").body == b"2"
    refused = get(fake, "application/vnd.shop+json; version=3")
    assert refused.status == 406
    assert json.loads(refused.body)["detail"] == (
        f"this operation answers {one} or {two}, not application/vnd.shop+json; version=3"
    )


@pytest.mark.parametrize(
    ("declared", "start"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n"),
        ("image/gif", b"GIF89a"),
        ("application/pdf", b"%PDF-1.4"),
        ("text/html", b"<!DOCTYPE html>"),
        ("text/csv", b"id,name"),
        ("text/event-stream", b"data: "),
        ("application/xml", b"<?xml"),
    ],
)
@pytest.mark.parametrize("content", [{}, {"schema": BINARY}, {"schema": TEXT}])
def test_what_is_no_data_is_real_all_the_same(
    tmp_path: Path, declared: str, start: bytes, content: JSON
) -> None:
    """An image is an image, a table a table: something that a client can open."""
    assert get(answering(tmp_path, {declared: content})).body.startswith(start)


def test_what_a_schema_or_an_example_says_goes_before_a_specimen(tmp_path: Path) -> None:
    """A text with a pattern has it, and the document's own page is the one that is shown."""
    coded = get(answering(tmp_path, {"text/csv": {"schema": {"type": "string", "enum": ["a,b"]}}}))
    assert coded.body == b"a,b"
    shown = get(answering(tmp_path, {"text/csv": {"schema": {"type": "string", "examples": ["a;b"]}}}))
    assert shown.body == b"a;b"
    page = {"text/html": {"schema": TEXT, "example": "<p>Hi</p>"}}
    assert get(answering(tmp_path, page)).body == b"<p>Hi</p>"


@pytest.mark.parametrize(
    ("declared", "schema", "example"),
    [
        ("application/xml", LINE, "<root><n>7</n></root>"),
        ("application/x-ndjson", LINE, '{"n":7}\n{"n":8}\n'),
        ("text/event-stream", LINE, 'data: {"n":7}\n\n'),
        ("application/yaml", LINE, "n: 7\n"),
    ],
)
def test_an_example_may_be_the_body_as_it_is_sent(
    tmp_path: Path, declared: str, schema: JSON, example: str
) -> None:
    """It is judged as such, and one that breaks the schema is not served."""
    told = get(answering(tmp_path, {declared: {"schema": schema, "example": example}}))
    assert (told.body, dict(told.headers)["understudy-reply"]) == (example.encode(), "example")
    broken = example.replace("7", "seven")
    other = get(answering(tmp_path, {declared: {"schema": schema, "example": broken}}))
    assert (other.status, dict(other.headers)["understudy-reply"]) == (200, "synthesised")


def test_an_example_of_data_is_written_in_its_media_type(tmp_path: Path) -> None:
    """An object becomes an element."""
    told = get(answering(tmp_path, {"application/xml": {"schema": LINE, "example": {"n": 7}}}))
    assert told.body.endswith(b"<xml><n>7</n></xml>")


TAKING = {"application/json": {"schema": LINE}, "text/csv": {"schema": TEXT}, "image/*": {"schema": BINARY}}


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize(
    ("body", "named", "rule"),
    [
        (b'{"n":1}', "application/json", None),
        (b"a,b", "text/csv; charset=utf-8", None),
        (b"\xff", "image/webp", None),
        (b"x", "text/plain", "media-type"),
        (b'{"n":1}', "", "media-type"),
        (b"", "application/json", "required"),
        (b"", "", "required"),
    ],
)
def test_what_a_client_may_send(
    tmp_path: Path, body: bytes, named: str, rule: str | None, required: bool
) -> None:
    """What is declared; without a Content-Type nothing is guessed; no body is fine where none need be."""
    fake = app(tmp_path, {"requestBody": {"required": required, "content": TAKING}})
    response = post(fake, body, named)
    if rule is None or (rule == "required" and not required):
        assert response.status == 200
        return
    assert response.status == (415 if rule == "media-type" else 422)
    [told] = json.loads(response.body)["errors"]
    assert told["rule"] == rule
