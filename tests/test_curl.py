"""The command to paste: a valid sample of an operation, written for a shell."""

import base64
import json
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from documents import document, loaded, operation, taking
from understudy.compose import sample
from understudy.contract import Operation
from understudy.contract.form import parse
from understudy.curl import curl
from understudy.types import JSON, File, Request

TARGET = "http://127.0.0.1:4010"
TEXT = {"type": "string"}
TWO_ONES = {"type": "array", "items": {"const": 1}, "minItems": 2, "maxItems": 2}
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "oauth": {"type": "oauth2", "flows": {}},
}


def only(folder: Path, path: str, method: str, declared: JSON) -> Operation:
    root = document({path: {method: declared}}, components={"securitySchemes": SCHEMES})
    return loaded(folder, root).operations[0]


def options(command: str, *names: str) -> list[str]:
    """The values of options of a command, in order."""
    words = shlex.split(command)
    return [value for name, value in pairwise(words) if name in names]


def url(command: str) -> str:
    return next(word for word in shlex.split(command) if word.startswith(TARGET))


def is_taken(op: Operation, request: Request) -> bool:
    """Whether the contract takes the request, found by its path."""
    from_path = dict(zip(op.path.split("/"), map(unquote, request.path.split("/")), strict=True))
    parameters = {name[1:-1]: text for name, text in from_path.items() if name.startswith("{")}
    return op.read(request, parameters).violations == ()


def test_a_json_body(tmp_path: Path) -> None:
    """POST is what curl does with a body; the body holds what is required, and quotes survive the shell."""
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"const": 'it\'s "$HOME" `x` \\ é'}, "tag": TEXT},
    }
    op = only(tmp_path, "/pets", "post", taking(schema))
    command = curl(sample(op, {}), TARGET)
    assert shlex.split(command)[:3] == ["curl", "-sS", f"{TARGET}/pets"]
    assert options(command, "-H") == ["content-type: application/json"]
    assert json.loads(options(command, "--data-raw")[0]) == {"name": 'it\'s "$HOME" `x` \\ é'}
    assert is_taken(op, sample(op, {}))


@pytest.mark.parametrize(
    ("method", "declared", "words"),
    [
        ("get", operation(), ["curl", "-sS"]),
        ("post", operation(), ["curl", "-sS", "-X", "POST"]),
        ("delete", operation(), ["curl", "-sS", "-X", "DELETE"]),
        ("put", taking({"const": 1}), ["curl", "-sS", "-X", "PUT"]),
        ("head", operation(), ["curl", "-sS", "-I"]),
    ],
)
def test_the_method(tmp_path: Path, method: str, declared: JSON, words: list[str]) -> None:
    """Named where curl would take another; HEAD is an option, as curl would wait for a body."""
    command = curl(sample(only(tmp_path, "/p", method, declared), {}), TARGET)
    assert shlex.split(command)[: len(words) + 1] == [*words, f"{TARGET}/p"]


def test_a_form_with_a_file(tmp_path: Path) -> None:
    """The file is fed from standard input under its name; curl writes the Content-Type itself."""
    schema = {
        "type": "object",
        "required": ["file", "name", "tags"],
        "properties": {
            "file": {"type": "string", "format": "binary", "const": "sample"},
            "name": {"const": "Ida"},
            "tags": {"type": "array", "items": {"const": "@a;b"}, "minItems": 2, "maxItems": 2},
        },
    }
    op = only(tmp_path, "/files", "post", taking(schema, "multipart/form-data"))
    feed, _, command = curl(sample(op, {}), TARGET).partition(" | ")
    assert shlex.split(feed) == ["printf", "%s", "sample"]
    assert sorted(options(command, "-F")) == ["file=@-;filename=file.txt", "name=Ida"]
    assert options(command, "--form-string") == ["tags=@a;b", "tags=@a;b"]
    assert options(command, "-H") == []
    assert is_taken(op, sample(op, {}))


def test_a_part_has_its_media_type_and_header_fields(tmp_path: Path) -> None:
    """What curl would not write itself is told to it; quotes survive."""
    properties = {"meta": {"const": {"a": 'x"y;z'}}, "sheet": {"type": "string", "format": "binary"}}
    encoding = {
        "meta": {
            "contentType": "application/json",
            "headers": {"X-Side": {"required": True, "schema": {"const": 1}}},
        },
        "sheet": {"contentType": "text/csv"},
    }
    schema = {"type": "object", "required": ["meta", "sheet"], "properties": properties}
    declared = taking(schema, "multipart/form-data")
    declared["requestBody"]["content"]["multipart/form-data"]["encoding"] = encoding
    op = only(tmp_path, "/files", "post", declared)
    assert sorted(options(curl(sample(op, {}), TARGET), "-F")) == [
        r'meta="{\"a\":\"x\\\"y;z\"}";type=application/json;headers="x-side: 1"',
        "sheet=@-;filename=sheet.csv;type=text/csv",
    ]


def test_a_file_that_is_no_text_is_fed_decoded() -> None:
    """Bytes that no shell word can hold go through base64."""
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n\xff\x00\r\n--b--\r\n'
    request = Request("POST", "/f", "", (("content-type", "multipart/form-data; boundary=b"),), body)
    feed = curl(request, TARGET).split(" | ")[:2]
    assert feed == ["printf %s /wA=", "base64 -d"]


def test_an_urlencoded_form(tmp_path: Path) -> None:
    """Lists are sent as repeated fields."""
    schema = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"const": "x&y=z é"}, "b": TWO_ONES},
    }  # fmt: skip
    op = only(tmp_path, "/f", "post", taking(schema, "application/x-www-form-urlencoded"))
    command = curl(sample(op, {}), TARGET)
    assert sorted(parse_qsl(options(command, "--data-raw")[0])) == [("a", "x&y=z é"), ("b", "1"), ("b", "1")]
    assert is_taken(op, sample(op, {}))


def test_only_required_parameters_are_sent(tmp_path: Path) -> None:
    """Each in its place, escaped for it."""
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"const": "a/b ?"}},
        {"name": "q r", "in": "query", "required": True, "schema": {"const": "x&y+z"}},
        {"name": "X-Needed", "in": "header", "required": True, "schema": {"const": "h"}},
        {"name": "c", "in": "cookie", "required": True, "schema": {"const": "v"}},
        {"name": "d", "in": "cookie", "required": True, "schema": {"const": 2}},
        {"name": "other", "in": "query", "schema": TEXT},
    ]
    op = only(tmp_path, "/p/{id}", "get", operation(parameters=parameters))
    command = curl(sample(op, {}), TARGET)
    assert urlsplit(url(command)).path == "/p/a%2Fb%20%3F"
    assert parse_qsl(urlsplit(url(command)).query) == [("q r", "x&y+z")]
    assert options(command, "-H") == ["x-needed: h", "cookie: c=v; d=2"]
    assert is_taken(op, sample(op, {}))


LIST = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3}
OBJECT = {
    "type": "object",
    "required": ["a", "b"],
    "properties": {"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}},
}


SCALARS = ({"enum": ["a b", "c"]}, {"type": "boolean"})
STYLES = [
    *((where, "simple", schema) for where in ("path", "header") for schema in (LIST, OBJECT, *SCALARS)),
    *(("path", style, schema) for style in ("label", "matrix") for schema in (LIST, OBJECT, *SCALARS)),
    *((where, "form", schema) for where in ("query", "cookie") for schema in (LIST, OBJECT, *SCALARS)),
    *(("query", style, schema) for style in ("spaceDelimited", "pipeDelimited") for schema in (LIST, OBJECT)),
    ("query", "deepObject", OBJECT),
]


@pytest.mark.parametrize("explode", [False, True])
@pytest.mark.parametrize(("location", "style", "schema"), STYLES)
def test_a_sample_keeps_the_contract_in_every_style(
    tmp_path: Path, location: str, style: str, schema: JSON, explode: bool
) -> None:
    """What the sample writes, the contract reads."""
    declared = {"name": "x", "in": location, "required": True, "schema": schema}
    styled = declared | {"style": style, "explode": explode}
    path = "/p/{x}" if location == "path" else "/p"
    op = only(tmp_path, path, "get", operation(parameters=[styled]))
    assert is_taken(op, sample(op, {}))


def test_a_parameter_with_json_content(tmp_path: Path) -> None:
    """Its whole value is one JSON text."""
    content = {"application/json": {"schema": {"const": "a"}}}
    declared = {"name": "x", "in": "query", "required": True, "content": content}
    op = only(tmp_path, "/p", "get", operation(parameters=[declared]))
    assert url(curl(sample(op, {}), TARGET)) == f"{TARGET}/p?x=%22a%22"
    assert is_taken(op, sample(op, {}))


@pytest.mark.parametrize(
    ("scheme", "given", "header"),
    [
        ("key", {}, ["x-key: demo"]),
        ("key", {"key": "secret"}, ["x-key: secret"]),
        ("cookie", {"cookie": "s"}, ["cookie: session=s"]),
        ("basic", {}, [f"authorization: Basic {base64.b64encode(b'demo:demo').decode()}"]),
        ("basic", {"basic": "é:x"}, [f"authorization: Basic {base64.b64encode('é:x'.encode()).decode()}"]),
        ("bearer", {}, ["authorization: Bearer demo"]),
        ("oauth", {"oauth": "t"}, ["authorization: Bearer t"]),
        ("query", {"query": "a&b"}, []),
    ],
)
def test_the_first_credential_is_shown(
    tmp_path: Path, scheme: str, given: dict[str, str], header: list[str]
) -> None:
    """The configured one, else a made-up one, and the scheme itself finds it in the request."""
    op = only(tmp_path, "/p", "get", operation(security=[{scheme: []}, {"key": []}]))
    request = sample(op, given)
    command = curl(request, TARGET)
    assert options(command, "-H") == header
    assert urlsplit(url(command)).query == ("api%20key=a%26b" if scheme == "query" else "")
    expected = given.get(scheme, "demo:demo" if scheme == "basic" else "demo")
    assert op.security[0][0].credential(dict(request.headers), request.query) == expected


def test_schemes_that_belong_together_are_all_shown(tmp_path: Path) -> None:
    """A cookie parameter and a cookie credential share one header."""
    declared = {"name": "c", "in": "cookie", "required": True, "schema": {"const": "v"}}
    op = only(tmp_path, "/p", "get", operation(security=[{"key": [], "cookie": []}], parameters=[declared]))
    assert options(curl(sample(op, {}), TARGET), "-H") == ["x-key: demo", "cookie: c=v; session=demo"]


def test_an_empty_header_is_sent() -> None:
    """`-H 'x:'` would take the header away (curl's manual, --header)."""
    assert options(curl(Request("GET", "/p", headers=(("x", ""),)), TARGET), "-H") == ["x;"]


FORM = (("content-type", "multipart/form-data; boundary=b"),)


def form(*parts: tuple[str, bytes]) -> Request:
    """A form of parts, each of a disposition and a content."""
    told = (
        f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
        for head, content in parts
    )
    return Request("POST", "/f", "", FORM, b"".join(told) + b"--b--\r\n")


@pytest.mark.parametrize(
    "request_",
    [
        form(('name="a"', b"x\0y")),
        form(('name="a"', b"x"), ('name="f"; filename="f.txt"', b"x\0y")),
        form(('name="f"; filename="f.txt"', b"one"), ('name="f"; filename="g.txt"', b"two")),
        form(('name="f"; filename="a \\"b\\";c.txt"', b"one")),
        form(('name="a=b"', b"x"), ('name="a;b"', b"@y")),
        form(('name="f"; filename="🎭.txt"', b"sample\n")),
        Request("POST", "/f", "", (("content-type", "application/x-www-form-urlencoded"),), b"a=x\0y"),
    ],
    ids=(
        "text with NUL",
        "file with NUL",
        "two files",
        "odd file name",
        "odd names",
        "emoji",
        "not multipart",
    ),
)
def test_a_command_sends_what_it_was_made_of(request_: Request) -> None:
    """A shell runs it, and the parts that arrive are those of the request, to the byte."""
    with arriving() as (target, bodies):
        ran = subprocess.run(
            ["sh", "-c", curl(request_, target)], capture_output=True, timeout=20, check=False
        )
    assert ran.returncode == 0, ran.stderr
    assert read_form(*bodies[0]) == read_form(request_.headers[0][1], request_.body)


def read_form(content_type: str, body: bytes) -> list[tuple[str, list[object]]]:
    """The parts, without the media types that curl adds to files."""
    return [
        (name, [(value.filename, value.content) if isinstance(value, File) else value for value in values])
        for name, values in parse(content_type, body).items()
    ]


@contextmanager
def arriving() -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A URL, and the Content-Types and bodies that are posted to it."""
    bodies: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            bodies.append((self.headers["content-type"], self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", bodies
        finally:
            server.shutdown()
            thread.join()
