"""Form parts are read by the schema."""

from pathlib import Path

import pytest

from documents import document, loaded, taking
from understudy.contract import Reading
from understudy.types import JSON, File, Request

NULLABLE_TEXT = {"anyOf": [{"type": "string"}, {"type": "null"}]}
SCHEMA = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "count": {"type": "integer"},
        "ratio": {"type": "number"},
        "flag": {"type": "boolean"},
        "id": {"anyOf": [{"type": "string", "format": "uuid4"}, {"type": "null"}]},
        "names": {
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]
        },
        "numbers": {"type": "array", "items": {"type": "integer"}},
        "options": {"type": "object", "properties": {"a": {"type": "integer"}}},
        "filters": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"type": "array", "items": {"type": "object", "required": ["x"]}},
        },
    },
}
FILE = ("file", "a.py", b"print()")
Part = tuple[str, str | None, bytes]


def multipart(parts: list[Part], boundary: str = "frontier") -> bytes:
    lines = []
    for name, filename, content in parts:
        file = f'; filename="{filename}"' if filename is not None else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        lines.append(head.encode() + content + b"\r\n")
    return b"".join(lines) + f"--{boundary}--\r\n".encode()


def read(folder: Path, body: bytes, content_type: str = "multipart/form-data; boundary=frontier") -> Reading:
    contract = loaded(folder, document({"/f": {"post": taking(SCHEMA, "multipart/form-data")}}))
    match = contract.find("POST", "/f")
    assert match
    return match.operation.read(Request("POST", "/f", "", (("content-type", content_type),), body), {})


@pytest.mark.parametrize(
    ("parts", "name", "value"),
    [
        ([("count", None, b"5")], "count", 5),
        ([("count", None, b"-5.0")], "count", -5),
        ([("ratio", None, b"2.5")], "ratio", 2.5),
        ([("flag", None, b"true")], "flag", True),
        ([("id", None, b"")], "id", None),
        ([("names", None, b"a")], "names", "a"),
        ([("names", None, b"a"), ("names", None, b"b")], "names", ["a", "b"]),
        ([("names", None, b'["a"]')], "names", ["a"]),
        ([("names", None, b"[1]")], "names", "[1]"),
        ([("names", None, b"")], "names", None),
        ([("numbers", None, b"1")], "numbers", [1]),
        ([("numbers", None, b"1"), ("numbers", None, b"2")], "numbers", [1, 2]),
        ([("numbers", None, b"[1, 2]")], "numbers", [1, 2]),
        ([("options", None, b'{"a": 1}')], "options", {"a": 1}),
        ([("filters", None, b'[{"x": 1}]')], "filters", [{"x": 1}]),
        ([("unknown", None, "é".encode())], "unknown", "é"),
        ([("unknown", "x.bin", b"\xff")], "unknown", File("x.bin", "application/octet-stream", b"\xff")),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_read_by_the_schema(tmp_path: Path, parts: list[Part], name: str, value: JSON) -> None:
    """Text means what its property's schema lets it mean; an unknown part passes an open schema."""
    reading = read(tmp_path, multipart([FILE, *parts]))
    assert reading.violations == ()
    assert reading.body[name] == value
    assert reading.body["file"] == File("a.py", "application/octet-stream", b"print()")


@pytest.mark.parametrize(
    ("parts", "rule", "path"),
    [
        ([FILE, ("count", None, b"x")], "type", ("count",)),
        ([FILE, ("count", None, b"")], "type", ("count",)),
        ([FILE, ("count", None, b"1"), ("count", None, b"2")], "type", ("count",)),
        ([FILE, ("flag", None, b"yes")], "type", ("flag",)),
        ([FILE, ("id", None, b"null")], "format", ("id",)),
        ([FILE, ("id", None, b"None")], "format", ("id",)),
        ([FILE, ("numbers", None, b"[1, true]")], "type", ("numbers", 1)),
        ([FILE, ("filters", None, b"{")], "content", ("filters",)),
        ([FILE, ("filters", None, b"[{}]")], "content", ("filters",)),
        ([FILE, ("names", None, b"\xff")], "text", ("names",)),
        ([FILE, ("id", "x", b"x")], "type", ("id",)),
        ([("file", None, b"x")], "file", ("file",)),
        ([], "required", ("file",)),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_violations(tmp_path: Path, parts: list[Part], rule: str, path: tuple[str, ...]) -> None:
    """What the schema does not take is one violation at the part; `null` is no word for null."""
    reading = read(tmp_path, multipart(parts))
    assert [(violation.rule, violation.path) for violation in reading.violations] == [(rule, path)]


@pytest.mark.parametrize("media_type", ["multipart/form-data", "application/x-www-form-urlencoded"])
def test_a_form_whose_schema_is_of_a_text_is_not_taken_apart(tmp_path: Path, media_type: str) -> None:
    """As documents say that have no names for what a client may send."""
    paths = {"/f": {"post": taking({"type": "string", "format": "binary"}, media_type)}}
    contract = loaded(tmp_path, document(paths))
    body = multipart([FILE])
    sent = (("content-type", f"{media_type}; boundary=frontier"),)
    reading = contract.operations[0].read(Request("POST", "/f", "", sent, body), {})
    assert (reading.violations, reading.body) == ((), body.decode())


WHOLE = multipart([FILE, ("count", None, b"5")])


@pytest.mark.parametrize("length", range(1, len(WHOLE) - 4, 7))
def test_a_truncated_body_is_a_violation(tmp_path: Path, length: int) -> None:
    """A body cut short anywhere is malformed, however much of it could be read."""
    assert [violation.rule for violation in read(tmp_path, WHOLE[:length]).violations] == ["form"]


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=other"],
)
def test_a_wrong_boundary_is_a_violation(tmp_path: Path, content_type: str) -> None:
    """No boundary, or not the body's: the body cannot be taken apart."""
    assert [violation.rule for violation in read(tmp_path, WHOLE, content_type).violations] == ["form"]


def test_the_number_of_parts_is_bounded(tmp_path: Path) -> None:
    """A thousand parts are enough for anybody."""
    body = multipart([FILE, *[("a", None, b"")] * 1000])
    assert [violation.message for violation in read(tmp_path, body).violations] == ["more than 1000 parts"]


def test_canonical_form(tmp_path: Path) -> None:
    """Boundary and order of differently named parts do not count; order within a name and file bytes do."""
    one, two = ("names", None, b"a"), ("names", None, b"b")
    base = read(tmp_path, multipart([FILE, one, two, ("count", None, b"5")]))
    same = read(
        tmp_path,
        multipart([("count", None, b"5.0"), one, two, FILE], "other"),
        "multipart/form-data; boundary=other",
    )
    swapped = read(tmp_path, multipart([FILE, two, one, ("count", None, b"5")]))
    other = read(tmp_path, multipart([("file", "a.py", b"print(1)"), one, two, ("count", None, b"5")]))
    assert base.canonical == same.canonical
    assert len({base.canonical, swapped.canonical, other.canonical}) == 3
