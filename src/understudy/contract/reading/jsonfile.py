"""JSON: the standard parser does the work; a fault is looked for a second time, by tokens, for its line."""

import itertools
import json
import re
from collections.abc import Iterator
from functools import partial

from understudy.contract.reading.faults import MAX_DEPTH, TOO_DEEP, bad_number, fault
from understudy.contract.reading.places import Duplicates, Mark, on_lines, pointers, repeated
from understudy.contract.reading.scalars import BadNumber, finite, integer
from understudy.contract.reading.surrogates import refuse_lone_surrogates
from understudy.errors import DocumentError
from understudy.types import JSON

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s,:{}\[\]"]+')


class _Duplicate(Exception):
    """A member name that stands twice in one object."""


def _unique(members: list[tuple[str, JSON]]) -> dict[str, JSON]:
    node = dict(members)
    if len(node) != len(members):
        raise _Duplicate
    return node


_decoder = partial(json.JSONDecoder, parse_int=integer, parse_float=finite, parse_constant=finite)
_STRICT = _decoder(object_pairs_hook=_unique)
_LAST_COUNTS = _decoder()


def read_json(name: str, text: str) -> tuple[JSON, Duplicates]:
    """What a text holds, and the keys that stand twice. Raises json.JSONDecodeError and DocumentError."""
    try:
        root, duplicates = _decoded(text)
    except BadNumber as error:
        offset = next((m.start() for m in _TOKEN.finditer(text) if m[0] == str(error)), None)
        raise bad_number(str(error), name, text, offset) from None
    except RecursionError:
        raise _too_deep(name, text) from None
    if _deeper_than(root, MAX_DEPTH):
        raise _too_deep(name, text)
    refuse_lone_surrogates(name, text)
    return root, duplicates


def _decoded(text: str) -> tuple[JSON, Duplicates]:
    try:
        return _STRICT.decode(text), ()
    except _Duplicate:
        root = _LAST_COUNTS.decode(text)
    return root, tuple(on_lines(text, repeated(pointers(json_marks(text)))))


def json_marks(text: str) -> Iterator[Mark]:
    """The marks of a text that is JSON."""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in ("{", "}", "[", "]"):
            yield token, "", match.start()
        else:
            yield "", json.loads(token) if token[0] == '"' else token, match.start()


def _deeper_than(root: JSON, limit: int) -> bool:
    level = [root]
    for _ in range(limit):
        children = itertools.chain.from_iterable(n.values() if type(n) is dict else n for n in level)
        level = [child for child in children if type(child) is dict or type(child) is list]
        if not level:
            return False
    return True


def _too_deep(name: str, text: str) -> DocumentError:
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token[0] in "{[") - (token[0] in "}]")
        if depth > MAX_DEPTH:
            return fault(TOO_DEEP, name, text, token.start())
    return fault(TOO_DEEP, name, text, None)
