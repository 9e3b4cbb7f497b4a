"""Invalid requests for the two vendored operations: the same ones, in the same order, on every run.

Each breaks a valid request in one way or, further down the list, in several ways at once. Where FastAPI
is laxer than the document (UUIDs without hyphens, `"yes"` for a boolean, a date without its offset) the
request is invalid by the document alone, so not every server refuses every one; such a fault never comes
together with another, where it would only hide what the two servers say of that one.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import count, islice
from random import Random
from typing import NamedTuple

from understudy.types import JSON, Headers, Path, Request


class Case(NamedTuple):
    """One invalid request, and for a person what is wrong with it."""

    fault: str
    request: Request


class Fault(NamedTuple):
    """A wrong value for one place of a valid body."""

    path: Path
    value: JSON


def langsmith(number: int = 2000) -> list[Case]:
    """Invalid requests for the JSON operation."""
    return list(islice(_rules(), number))


def galileo(number: int = 2000) -> list[Case]:
    """Invalid requests for the multipart operation."""
    return list(islice(_forms(), number))


# --- the JSON operation -------------------------------------------------------------------------------

_ID = "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21"
RULE: dict[str, JSON] = {
    "display_name": "correctness",
    "session_id": _ID,
    "is_enabled": True,
    "dataset_id": _ID,
    "sampling_rate": 0.5,
    "filter": "eq(name, 'x')",
    "trace_filter": None,
    "tree_filter": None,
    "backfill_from": "2024-05-06T07:08:09Z",
    "use_corrections_dataset": False,
    "num_few_shot_examples": 3,
    "extend_only": False,
    "transient": False,
    "add_to_annotation_queue_id": None,
    "add_to_dataset_id": _ID,
    "add_to_dataset_prefer_correction": False,
    "evaluators": [
        {
            "structured": {
                "hub_ref": None,
                "prompt": [["system", "Judge."], ["human", "{answer}"]],
                "template_format": "f-string",
                "schema": {"type": "object"},
                "variable_mapping": {"answer": "output.answer"},
                "model": {},
            }
        }
    ],
    "code_evaluators": [{"code": "def judge(run): ...", "language": "python"}],
    "evaluator_id": None,
    "alerts": [{"type": "pagerduty", "routing_key": "k", "summary": "s", "severity": "warning"}],
    "webhooks": [{"url": "https://example.com/hook", "headers": {"a": "b"}}],
    "evaluator_version": 1,
    "create_alignment_queue": False,
    "include_extended_stats": False,
    "group_by": "thread_id",
    "spend_limit": {"limit_usd": 5, "window": "weekly"},
    "tracer_session_issue_id": None,
    "test_inputs": {"question": "?"},
    "test_outputs": {"answer": "!"},
    "test_reference_outputs": None,
    "test_attachments": None,
}
_STRUCTURED: Path = ("evaluators", 0, "structured")
_KINDS: dict[str, list[Path]] = {
    "text": [
        ("display_name",),
        ("code_evaluators", 0, "code"),
        ("alerts", 0, "routing_key"),
        ("webhooks", 0, "url"),
        ("webhooks", 0, "headers", "a"),
        (*_STRUCTURED, "variable_mapping", "answer"),
        (*_STRUCTURED, "prompt", 0, 0),
        (*_STRUCTURED, "prompt", 1, 1),
    ],
    "text?": [
        ("filter",),
        ("trace_filter",),
        ("tree_filter",),
        ("alerts", 0, "summary"),
        (*_STRUCTURED, "hub_ref"),
        (*_STRUCTURED, "template_format"),
    ],
    "uuid?": [
        ("session_id",),
        ("dataset_id",),
        ("add_to_annotation_queue_id",),
        ("add_to_dataset_id",),
        ("evaluator_id",),
        ("tracer_session_issue_id",),
    ],
    "flag": [
        ("is_enabled",),
        ("use_corrections_dataset",),
        ("extend_only",),
        ("transient",),
        ("add_to_dataset_prefer_correction",),
        ("create_alignment_queue",),
        ("include_extended_stats",),
    ],
    "number": [("sampling_rate",)],
    "whole?": [("num_few_shot_examples",), ("evaluator_version",)],
    "moment?": [("backfill_from",)],
    "word?": [
        ("group_by",),
        ("code_evaluators", 0, "language"),
        ("alerts", 0, "type"),
        ("alerts", 0, "severity"),
    ],
    "word": [("spend_limit", "window")],
    "money": [("spend_limit", "limit_usd")],
    "list?": [("evaluators",), ("code_evaluators",), ("alerts",), ("webhooks",)],
    "pairs?": [(*_STRUCTURED, "prompt")],
    "model": [(), ("evaluators", 0), ("code_evaluators", 0), ("alerts", 0), ("webhooks", 0)],
    "model?": [("spend_limit",)],
    "open model": [_STRUCTURED],
    "map?": [
        ("test_inputs",),
        ("test_outputs",),
        ("test_reference_outputs",),
        ("test_attachments",),
        (*_STRUCTURED, "schema"),
        (*_STRUCTURED, "model"),
    ],
    "texts?": [("webhooks", 0, "headers"), (*_STRUCTURED, "variable_mapping")],
}
_ANY: list[JSON] = [
    None, True, False, 0, 1, -1, 2, 2.5, -0.0, "", "abc", "5", "true", "None", "é",
    [], [1], [[]], [None], {}, {"a": 1}, {"a": None}, 10**30, -(2**63), -1e300,
]  # fmt: skip


def _never(_: JSON) -> bool:
    return False


_FITS: dict[str, Callable[[JSON], bool]] = {
    "text": lambda value: isinstance(value, str),
    "flag": lambda value: isinstance(value, bool),
    "number": lambda value: type(value) in (int, float),
    "whole": lambda value: type(value) is int or (type(value) is float and value.is_integer()),
    "money": lambda value: isinstance(value, str) or (type(value) in (int, float) and value > 0),
    "list": lambda value: value == [],
    "pairs": lambda value: value == [],
    "map": lambda value: isinstance(value, dict),
    "open model": lambda value: isinstance(value, dict),
    "texts": lambda value: value == {},
}
_LAX_UUIDS = [
    "8e7c2f0a6f4e4d2b9a553f1c0b7d9e21",
    "{8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21}",
    "urn:uuid:8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21",
]
_LAX: dict[str, list[JSON]] = {
    "uuid": list(_LAX_UUIDS),
    "moment": [
        0, 1, -1, 2, 2.5, -0.0, "5", "2024", "1704067200", "2024-01-01", "2024-01-01T00:00:00",
        "2024-01-01 00:00:00",
    ],
    "flag": [0, 1, -0.0, 1.0, "true", "yes", "FALSE"],
    "whole": [True, False, "5", " 5", "5_0", "5.0"],
    "number": [True, False, "5", "1.5"],
}  # fmt: skip
"""What FastAPI takes and the document does not."""
_BAD_UUIDS = [
    "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e2",
    "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e210", "8e7c2f0a-6f4e-4d2b-9a553f1c0b7d9e21",
    "8e7c2f0a_6f4e_4d2b_9a55_3f1c0b7d9e21", "ge7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21",
    "8e7c2f0-a6f4e-4d2b-9a55-3f1c0b7d9e21", " 8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21",
    "{8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21", "null", "8e7c2f0a--6f4e-4d2b-9a55-3f1c0b7d9e21",
    "None", "zzzz", "0" * 36, "-" * 36, "a" * 99,
]  # fmt: skip
_BAD_MOMENTS = [
    "2024-01", "2024-13-01", "2024-02-30", "2024-02-30T00:00:00Z", "2024-01-01T", "2024-01-01T25:00:00Z",
    "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z", "2024-01-01T00:00:00+25:00", "2024-01-01T00:00:00+1",
    "2024-01-01T00:00:00Zx", "2024/01/01T00:00:00Z", "01-01-2024T00:00:00Z", "24-01-01T00:00:00Z",
    "2024-1-1T00:00:00Z", "0000-00-01T00:00:00Z", "2024-01-01x00:00:00Z", "yesterday at noon", "now",
    "12:00:00", "T12:00:00Z", "Mon, 01 Jan 2024 00:00:00 GMT", "2024-W01-1T00:00:00Z", "1e10",
    " 2024-01-01T00:00:00Z", "2024-01-01T00:00:00.Z", "2024-01-0aT00:00:00Z", "2024-01-00T00:00:00Z",
]  # fmt: skip
_MORE: dict[str, list[JSON]] = {
    "uuid": list(_BAD_UUIDS),
    "moment": list(_BAD_MOMENTS),
    "word": ["Weekly", "weekly ", "thread", "PYTHON", ["weekly"]],
    "flag": ["nope", " true", 3.0],
    "whole": ["1.5", "1e3", "0x1", 0.1, -2.75],
    "number": ["1,5", "0x1", " "],
    "list": [[None], ["x"], [[]], [{}, 1], {"0": {}}],
    "pairs": [
        [["a"]], [["a", "b", "c"]], [["a", 1]], [[1, None]], [[1]], [[1, 2, 3]], [{}], ["ab"],
        [["a", "b"], ["c"]], [["a", "b"], "cd", []], [{"0": "a", "1": "b"}],
    ],
    "texts": [{"a": True}, {"a": []}, {"a": {}, "b": 2}, {"": None}, {"1": None}],
    "model": [[{}], "{}"],
}  # fmt: skip
_REQUIRED: list[Path] = [
    ("display_name",),
    ("sampling_rate",),
    ("evaluators", 0, "structured"),
    ("code_evaluators", 0, "code"),
    ("alerts", 0, "routing_key"),
    ("webhooks", 0, "url"),
    ("spend_limit", "limit_usd"),
    ("spend_limit", "window"),
]
_GONE = object()
_BROKEN_JSON = [
    b"", b" ", b"{", b"[", b"}", b"]", b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b'{"a":1,}', b"[1,]",
    b"[1 2]", b"{'a': 1}", b"{a: 1}", b"{1: 2}", b'{"a" 1}', b'{"a":1 "b":2}', b'{"a":1}}', b"{}{}",
    b"{} {}", b"1,2", b"NaN", b"Infinity", b"-Infinity", b'{"sampling_rate":NaN}',
    b'{"display_name":"x","sampling_rate":-Infinity}', b"nul", b"True", b"None", b"undefined", b"-", b"+1",
    b".5", b"01", b"1.", b"1e", b"0x1", b'"abc', b'"a\nb"', b'"a\tb"', b'"\\x"', b'"\\u12"', b'"\\', b"'a'",
    b"// note\n{}", b"/* note */ {}", b"# note", b"\x00", b"{\x00}", b"\xff", b'"\xff"',
    b'{"display_name":"\xc3"}', b"\xef\xbb\xbf{}", '{"é":é}'.encode(), '"é'.encode(), "{}".encode("utf-16"),
    '\u00a0{}'.encode(), b"a=1&b=2", b"<a/>", b"---\na: 1\n", b"{}\x00", b"{,}", b"[,]", b'{"a":,}',
    b'{"a":1;"b":2}', b"{]", b"[}", b'[1}', b'{"display_name":"x","display_name":1,"sampling_rate":1}',
    b"[" * 300, b'{"a":' * 300, b"9" * 500, b'{"display_name":"\\ud800","sampling_rate":[]}',
]  # fmt: skip
_NOT_JSON = [
    None, "", "text/plain", "text/plain; charset=utf-8", "application/xml", "application", "json", "*/*",
    "application/jsonx", "application/octet-stream", "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b", "application/x-ndjson", "text/html", "image/png",
]  # fmt: skip


def _rules() -> Iterator[Case]:
    singles = list(_rule_faults())
    for fault in (*singles, *_lax_faults()):
        yield _rule(fault)
    for text in _broken_texts():
        yield Case(f"text {text[:40]!r}", _post_rule(text))
    for media_type in _NOT_JSON:
        for body in (RULE, {"display_name": "x", "sampling_rate": 1}):
            yield Case(f"media type {media_type}", _post_rule(json.dumps(body).encode(), media_type))
        yield Case(f"no body as {media_type}", _post_rule(b"", media_type))
    nested = [fault for fault in singles if fault.path]
    for seed in count():
        yield _rule(*_disjoint(Random(seed), nested))


def _rule_faults() -> Iterator[Fault]:
    for kind, paths in _KINDS.items():
        for path in paths:
            yield from (Fault(path, value) for value in _wrong(kind))
    yield from (Fault(path, _GONE) for path in _REQUIRED)


def _lax_faults() -> Iterator[Fault]:
    for kind, paths in _KINDS.items():
        for path in paths:
            yield from (Fault(path, value) for value in _LAX.get(kind.removesuffix("?"), []))


def _wrong(kind: str) -> list[JSON]:
    name = kind.removesuffix("?")
    fits = _FITS.get(name, _never)
    lax = [repr(value) for value in _LAX.get(name, [])]
    wrong = [value for value in _ANY if not fits(value) and repr(value) not in lax] + _MORE.get(name, [])
    return [value for value in wrong if value is not None or not kind.endswith("?")]


def _disjoint(random: Random, faults: list[Fault]) -> list[Fault]:
    """Two to six faults, none at or below the place of another."""
    chosen: list[Fault] = []
    for fault in random.sample(faults, random.randint(2, 6)):
        if not any(_within(fault.path, other.path) for other in chosen):
            chosen.append(fault)
    return chosen


def _within(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _rule(*faults: Fault) -> Case:
    body: JSON = json.loads(json.dumps(RULE))
    for path, value in faults:
        body = _replaced(body, path, value)
    named = (
        f"/{'/'.join(map(str, path))} = {'(absent)' if value is _GONE else repr(value)}"
        for path, value in faults
    )
    return Case("; ".join(named), _post_rule(json.dumps(body).encode()))


def _replaced(body: JSON, path: Path, value: JSON) -> JSON:
    if not path:
        return value
    holder = body
    for token in path[:-1]:
        holder = holder[token]
    if value is _GONE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return body


def _broken_texts() -> Iterator[bytes]:
    yield from _BROKEN_JSON
    body = {"display_name": 'a "é"', "sampling_rate": 0.5, "alerts": [{"routing_key": "\n", "summary": None}]}
    text = json.dumps(body).encode()
    for end in range(1, len(text)):
        yield text[:end]
        yield text[:end] + b"\x01" + text[end:]


def _post_rule(body: bytes, media_type: str | None = "application/json") -> Request:
    headers = () if media_type is None else (("content-type", media_type),)
    return Request("POST", "/api/v1/runs/rules/validate", "", headers, body)


# --- the multipart operation --------------------------------------------------------------------------


class Part(NamedTuple):
    """One part of a form; with a filename it is a file."""

    name: str
    content: bytes
    filename: str | None = None
    media_type: str | None = None


_BOUNDARY = "understudy-b0undary"
_MULTIPART = f"multipart/form-data; boundary={_BOUNDARY}"
FORM: dict[str, list[Part]] = {
    "log_stream_id": [Part("log_stream_id", _ID.encode())],
    "experiment_id": [],
    "limit": [Part("limit", b"10")],
    "file": [Part("file", b"def scorer_fn(**kwargs): return 1\n", "scorer.py", "text/x-python")],
    "starting_token": [Part("starting_token", b"0", None, "text/plain")],
    "filters": [Part("filters", b"[]")],
    "sort": [],
    "required_scorers": [Part("required_scorers", b"a"), Part("required_scorers", b"b")],
    "scoreable_node_types": [Part("scoreable_node_types", b'["llm"]')],
}
_BAD_VERSIONS = [f"8e7c2f0a-6f4e-{version}d2b-9a55-3f1c0b7d9e21" for version in "12356789abcdef0"]
_BAD_TEXTS: dict[str, list[str]] = {
    "uuid4": [*_BAD_UUIDS, *_BAD_VERSIONS, "abc", "1.5", "é", "[]", "{}", '"abc"', "true"],
    "integer": [
        "abc", "1.5", "None", "null", "true", "0x10", "-", "--1", "1,000", "5 5", "five", "[]", "[1]",
        "{}", '"5"', "NaN", "inf", "é", " ", "٣", "1.", "5.0.0", "+",
    ],
}  # fmt: skip
_GOOD_TEXTS = {"uuid4": _ID.encode(), "integer": b"7"}
_LAX_TEXTS: dict[str, list[str]] = {"uuid4": _LAX_UUIDS, "integer": [" 5", "5 ", "+5", "1_0", "1e3"]}
_FIELDS = {
    "log_stream_id": "uuid4",
    "experiment_id": "uuid4",
    "limit": "integer",
    "starting_token": "integer",
}
_HEAD = b"--understudy-b0undary\r\n"
_BROKEN_FORMS = [
    b"", b"--", b"hello", _HEAD, _HEAD + b"\r\n", b"--understudy-b0undary--\r\n", b"--understudy-b0undary",
    b"--other\r\n\r\n", _HEAD + b"\r\nno headers\r\n--understudy-b0undary--\r\n",
    _HEAD + b"Content-Disposition: form-data\r\n\r\nno name\r\n--understudy-b0undary--\r\n",
    _HEAD + b'Content-Disposition: attachment; name="file"\r\n\r\nx\r\n--understudy-b0undary--\r\n',
    _HEAD + b"no colon\r\n\r\nx\r\n--understudy-b0undary--\r\n", b'{"file": "x"}', b"file=x&limit=5",
    b"\x00\xff\xfe",
]  # fmt: skip
_NOT_MULTIPART = [
    None, "", "application/json", "text/plain", "application/octet-stream",
    "multipart/mixed; boundary=understudy-b0undary", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=other", "form-data",
    "application/x-www-form-urlencoded",
]  # fmt: skip


def _forms() -> Iterator[Case]:
    singles = list(_form_faults())
    for field, parts in singles:
        yield _form((field, parts))
    for field, parts in _lax_parts():
        yield _form((field, parts))
    yield from _broken_forms()
    for seed in count():
        random = Random(seed)
        chosen = dict(random.sample(singles, random.randint(2, 8)))
        yield _form(*chosen.items())


def _form_faults() -> Iterator[tuple[str, list[Part]]]:
    """A field and the parts to send in its place."""
    for field, kind in _FIELDS.items():
        good = _GOOD_TEXTS[kind]
        for text in _BAD_TEXTS[kind]:
            yield field, [Part(field, text.encode())]
        yield field, [Part(field, b"abc"), Part(field, b"abc")]
        yield field, [Part(field, good), Part(field, b"abc")]
        yield field, [Part(field, b"abc", None, "application/json")]
    for field in FORM:
        if field != "file":
            yield field, [Part(field, b"abc", "abc.txt", "text/plain")]
    yield from (("file", parts) for parts in _bad_files())


def _lax_parts() -> Iterator[tuple[str, list[Part]]]:
    """FastAPI takes the last of repeated parts for a single value, and reads what is not UTF-8 as Latin-1."""
    for field, kind in _FIELDS.items():
        good = _GOOD_TEXTS[kind]
        yield from ((field, [Part(field, text.encode())]) for text in _LAX_TEXTS[kind])
        yield field, [Part(field, b"abc"), Part(field, good)]
        yield field, [Part(field, good), Part(field, good)]
        yield field, [Part(field, b"\xff\xfe")]
    yield from ((field, [Part(field, b"a\xff")]) for field in ("filters", "sort", "required_scorers"))


def _bad_files() -> Iterator[list[Part]]:
    yield []
    yield [Part("file", b"")]
    yield [Part("file", b"def scorer_fn(): ...")]
    yield [Part("file", b"x", None, "text/x-python")]
    yield [Part("File", b"x", "scorer.py")]
    yield [Part("file[]", b"x", "scorer.py")]
    yield [*FORM["file"], Part("file", b"text after")]


def _broken_forms() -> Iterator[Case]:
    for body in _BROKEN_FORMS:
        yield Case(f"multipart {body[:60]!r}", _post_form(body))
    whole = _encoded([part for parts in FORM.values() for part in parts])
    for media_type in _NOT_MULTIPART:
        yield Case(f"media type {media_type}", _post_form(whole, media_type))
        yield Case(f"no body as {media_type}", _post_form(b"", media_type))
    for end in range(0, len(whole), 7):
        yield Case(f"multipart cut after {whole[max(0, end - 30) : end]!r}", _post_form(whole[:end]))


def _form(*faults: tuple[str, list[Part]]) -> Case:
    fields = FORM | dict(faults)
    named = "; ".join(f"{field} = {[tuple(part)[1:3] for part in parts]}" for field, parts in faults)
    return Case(named, _post_form(_encoded(part for parts in fields.values() for part in parts)))


def _encoded(parts: Iterable[Part]) -> bytes:
    return b"".join(_part(part) for part in parts) + f"--{_BOUNDARY}--\r\n".encode()


def _part(part: Part) -> bytes:
    filename = "" if part.filename is None else f'; filename="{part.filename}"'
    media_type = "" if part.media_type is None else f"\r\nContent-Type: {part.media_type}"
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{part.name}"{filename}{media_type}\r\n\r\n'
    )
    return head.encode() + part.content + b"\r\n"


def _post_form(body: bytes, media_type: str | None = _MULTIPART) -> Request:
    headers: Headers = () if media_type is None else (("content-type", media_type),)
    return Request("POST", "/v2/scorers/code/validate/log_record", "", headers, body)
