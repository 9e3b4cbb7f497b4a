"""Forms varied in one part at a time: files, list forms, null forms, repeated parts, JSON inside of text."""

from collections.abc import Iterator
from itertools import chain

from understudy.check import values
from understudy.check.spots import (
    by_turns,
    full_value,
    made,
    misplaced,
    namesakes,
    replaced,
    small_value,
    spots,
    without,
)
from understudy.compose.forms import BOUNDARY, Part, encoded, form, member, parts
from understudy.compose.parameters import text
from understudy.contract import jsontext, mediatype, pointer
from understudy.contract.body import Content
from understudy.contract.fields import Field
from understudy.contract.schema import compile_schema
from understudy.contract.wording import shown
from understudy.errors import UnderstudyError
from understudy.types import JSON

_MEGABYTE = 1 << 20

Variation = tuple[str, list[Part]]
"""What is tried, and what is sent in place of a field."""


def variants(content: Content) -> Iterator[tuple[str, str, bytes]]:
    """What is tried, the Content-Type and the body; nothing where the schema is of no object with parts.

    Raises Unsatisfiable and DocumentError.
    """
    schema = content.field.schema
    least, most = small_value(schema), full_value(schema)
    if not (isinstance(least, dict) and isinstance(most, dict)):
        return
    names = dict.fromkeys(
        name for leaf, _ in content.field.alternatives for name in leaf.get("properties", ())
    )
    kept = {name: list(member(content, name, least[name])) for name in least}
    yield from _broken(content, form(content, least))
    for words, name, sent in by_turns(
        _field(content.field.member(name), name, most.get(name)) for name in names
    ):
        whole = {**kept, name: sent}
        yield words, *encoded(content.media_type, chain.from_iterable(whole.values()))
    for words, whole in values.together(content.field, most):
        yield f"form: {words}", *encoded(content.media_type, form(content, whole))
    for part in (Part(values.UNKNOWN, b"1"), Part("", b"1"), Part(values.ASTRAL, b"1")):
        yield f"part {part.name!r}: unknown", *encoded(content.media_type, [*chain(*kept.values()), part])


def _broken(content: Content, sent: list[Part]) -> Iterator[tuple[str, str, bytes]]:
    media_type, body = encoded(content.media_type, sent)
    if mediatype.essence(media_type) != "multipart/form-data":
        yield "form: a broken percent-encoding", media_type, body + b"&%zz=%"
        return
    yield "form: no boundary in the media type", content.media_type, body
    yield "form: another boundary in the media type", media_type + "x", body
    yield "form: no closing boundary", media_type, body.removesuffix(f"--{BOUNDARY}--\r\n".encode())
    yield "form: cut in half", media_type, body[: len(body) // 2]
    yield "form: only the closing boundary", media_type, f"--{BOUNDARY}--\r\n".encode()
    yield "form: a part without a name", media_type, body.replace(b"; name=", b"; title=", 1)
    yield "form: text before and after the parts", media_type, b"before\r\n" + body + b"after"
    yield "form: bare line feeds", media_type, body.replace(b"\r\n", b"\n")


def _field(field: Field, name: str, value: JSON) -> Iterator[tuple[str, str, list[Part]]]:
    """One field in every way it may and may not be sent."""
    found = _files(name) if field.is_binary or field.items.is_binary else _sent(field, name, value)
    yield from ((f"part {name}{words}", name, sent) for words, sent in found)


def _sent(field: Field, name: str, value: JSON) -> Iterator[Variation]:
    valid = list(parts(field, name, value))
    yield ": left out", []
    yield ": valid", valid
    for null in values.NULL_TEXTS:
        yield f": {null!r}", [Part(name, null.encode())]
    if "array" in field.types:
        yield from _lists(field, name)
    else:
        yield ": twice", valid * 2
    yield from _texts(field, name, value)
    yield from _content(field, name)
    yield ": as a file", [Part(part.name, part.content, "file.txt") for part in valid]
    yield ": as text/plain", [Part(name, part.content, None, "text/plain") for part in valid]
    yield ": as application/json", [Part(name, part.content, None, "application/json") for part in valid]
    yield ": not UTF-8", [Part(name, b"caf\xe9")]


def _files(name: str) -> Iterator[Variation]:
    content = b"sample\n"
    yield ": missing", []
    yield ": without a filename", [Part(name, content)]
    yield ": an empty text", [Part(name, b"")]
    yield ": an empty file", [Part(name, b"", "empty.txt", "text/plain")]
    yield ": a file of 1 MB", [Part(name, b"0123456789abcde\n" * (_MEGABYTE // 16), "large.txt")]
    yield ": a file that is no text", [Part(name, bytes(range(256)), "bytes.bin", "image/png")]
    yield ": without a media type", [Part(name, content, "sample.py")]
    yield ": two files", [Part(name, content, "one.txt"), Part(name, content, "two.txt")]
    yield ": a file and a text", [Part(name, content, "one.txt"), Part(name, b"text")]
    for filename in values.FILE_NAMES:
        yield f": file name {shown(filename)}", [Part(name, content, filename, "text/plain")]


def _lists(field: Field, name: str) -> Iterator[Variation]:
    """Both wire forms of a list, with none, one and two items."""
    try:
        item = text(made(field.items))
    except UnderstudyError:
        return
    tails = ("", "1", "2") if "string" in field.items.types else ("", "", "")
    for count in (1, 2, 3):
        items = [item + tail for tail in tails[:count]]
        repeated = [Part(name, one.encode()) for one in items]
        yield f": {count} repeated", repeated
        whole = jsontext.dumps([field.items.read(one) for one in items])
        yield f": a JSON list of {count}", [Part(name, whole)]
    yield ": 100 repeated", [Part(name, item.encode())] * 100
    yield ": a JSON list and a text", [Part(name, whole), Part(name, item.encode())]
    yield ": the same twice", [Part(name, item.encode())] * 2
    yield ": an empty one among others", [Part(name, item.encode()), Part(name, b"")]
    yield ": the name with brackets", [Part(f"{name}[]", item.encode())] * 2


def _texts(field: Field, name: str, value: JSON) -> Iterator[Variation]:
    kinds = sorted(field.types)
    texts = (word for kind in kinds for word in values.WRONG_TEXTS.get(kind, ()))
    for tried in chain(values.special(field, value), values.wrong(field), texts):
        if isinstance(tried, float) and tried.is_integer() and "number" not in field.types:
            continue  # whether 1.0 is an integer is a question of JSON; a text has no answer
        yield f": {shown(tried)}", [Part(name, text(tried).encode("utf-8", "surrogatepass"))]


def _content(field: Field, name: str) -> Iterator[Variation]:
    """JSON inside of a text, broken and varied as a body is."""
    if field.json_content is None:
        return
    schema = compile_schema(field.schema.document, field.json_content[1], "request")
    try:
        inner = list(
            spots(Field(schema, schema.bundle, schema.pointer), full_value(schema), full_value(schema))
        )
    except UnderstudyError:
        return
    for words, body in values.broken_json(jsontext.dumps(inner[0].value)):
        yield f" as JSON: {words}", [Part(name, body)]
    named = namesakes(inner)
    for spot in inner:
        place = f" as JSON {pointer.from_path(spot.path)}".rstrip()
        yield f"{place}: valid", [Part(name, jsontext.dumps(spot.whole))]
        if spot.path and isinstance(spot.path[-1], str):
            yield f"{place}: {spot.absence}", [Part(name, jsontext.dumps(without(spot.whole, spot.path)))]
        others = misplaced(spot, named)
        for tried in chain(values.special(spot.field, spot.value), values.wrong(spot.field), others):
            body = jsontext.dumps(replaced(spot.whole, spot.path, tried))
            yield f"{place}: {shown(tried)}", [Part(name, body)]
