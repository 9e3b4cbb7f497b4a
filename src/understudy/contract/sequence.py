"""Bodies that hold one item after another: JSON lines, JSON text sequences (RFC 7464), server-sent events."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from understudy.contract import jsontext
from understudy.contract.mediatype import Kind
from understudy.types import JSON

MAX_ITEMS = 1_000_000
_SEPARATOR = b"\x1e"
_LINE_END = re.compile(r"\r\n|\r|\n")
_END = "[DONE]"
"""What many services send in place of data when a stream of events is over."""
_FIELDS = ("event", "data", "id", "retry")


class SequenceError(ValueError):
    """The body cannot be taken apart, or an item of it cannot be read."""


def items(kind: Kind, raw: bytes) -> list[JSON]:
    """The items of a body; an event is an object of its fields. Raises SequenceError."""
    if kind == "events":
        return list(_events(raw.decode("utf-8", "replace").removeprefix("\ufeff")))
    separator = _SEPARATOR if kind == "sequence" else b"\n"
    if raw.count(separator) > MAX_ITEMS:
        raise SequenceError(f"more than {MAX_ITEMS} items")
    texts = [text.strip() for text in raw.split(separator)]
    return [parsed(index, text) for index, text in enumerate(filter(None, texts))]


def parsed(index: int, text: bytes) -> JSON:
    """One JSON text. Raises SequenceError."""
    try:
        return jsontext.loads(text)
    except jsontext.JsonError as error:
        raise SequenceError(f"item {index + 1} is not JSON: {error.reason}") from None


def _events(text: str) -> Iterator[dict[str, JSON]]:
    """The events of a stream (HTML, section 9.2.6); one that the stream does not end is not told."""
    data: list[str] = []
    event: dict[str, JSON] = {}
    for line in _LINE_END.split(text)[:-1]:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            data.append(value)
        elif name == "retry" and value.isascii() and value.isdecimal():
            event["retry"] = int(value[:18])
        elif name in ("event", "id"):
            event[name] = value
        elif not line:
            if data and data != [_END]:
                yield {**event, "data": "\n".join(data)}
            data, event = [], {}


def written(kind: Kind, values: Sequence[JSON]) -> bytes:
    """The body that holds the items; an event is an object of its fields."""
    if kind == "events":
        return b"".join(_event(value) for value in values)
    start = _SEPARATOR if kind == "sequence" else b""
    return b"".join(start + jsontext.dumps(value) + b"\n" for value in values)


def _event(value: JSON) -> bytes:
    return "".join(f"{line}\n" for line in _lines(value)).encode("utf-8", "replace") + b"\n"


def _lines(event: Mapping[str, JSON]) -> Iterable[str]:
    for name in _FIELDS:
        if event.get(name) is not None:
            for line in _LINE_END.split(_text(event[name])):
                yield f"{name}: {line}"


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else jsontext.dumps(value).decode()
