"""Arbitrary schemas and arbitrary bodies: always a clean answer, and the one that JSON Schema demands."""

import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import json_schemas
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError
from referencing import Registry
from second_judge import is_valid_rule, rule_schema
from urllib3.filepost import encode_multipart_formdata

import fastapi_twin
import invalid_requests
from asgi import send
from understudy.run import Play, build, create_app
from understudy.serve.options import ServeOptions
from understudy.types import JSON, Path, Request, Response

RULE = "/api/v1/runs/rules/validate"
SCORER = "/v2/scorers/code/validate/log_record"
BOUNDARY = "between-the-parts"
NO_OUTPUTS = "structured.schema has no outputs: "


def examples(number: int) -> settings:
    """The same examples on every run, and five seconds for each: none may take unbounded time."""
    return settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=timedelta(seconds=5),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@pytest.fixture(scope="module")
def app() -> Any:
    """Both shipped fakes, asking for no credentials."""
    return create_app(build(Play(options=ServeOptions(auth="off"))))


# --- arbitrary schemas --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sound", "wild"])
def test_every_schema_is_answered_by_valid_outputs_or_an_error(app: Any, kind: str) -> None:
    """One item per evaluator, whose outputs an independent validator accepts, or which says why not."""
    seen: Counter[str] = Counter()

    @examples(150)
    @given(st.lists(getattr(json_schemas, kind), min_size=1, max_size=3), st.booleans())
    def hold(schemas: list[JSON], as_function: bool) -> None:
        for schema, item in zip(schemas, _judged(app, schemas, as_function), strict=True):
            seen["error" if item["outputs"] is None else "outputs"] += 1
            assert _is_honest(schema, item)

    hold()
    assert seen["outputs"] > seen.total() // 5
    assert seen["error"] > 0


def test_a_satisfiable_schema_gets_outputs(app: Any) -> None:
    """No error where the schema has instances by the way it was made."""

    @examples(100)
    @given(json_schemas.satisfiable, st.booleans())
    def hold(schema: JSON, as_function: bool) -> None:
        (item,) = _judged(app, [schema], as_function)
        assert item["error"] is None
        assert _is_valid(schema, item["outputs"])
        assert [entry["key"] for entry in item["feedback"]] == list(item["outputs"])

    hold()


def test_no_schema_is_fetched(app: Any) -> None:
    """A reference to another host is an error of the item, and nobody is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        remote = f"http://127.0.0.1:{listening.getsockname()[1]}/schema.json"
        for schema in ({"$ref": remote}, {"properties": {"a": {"$ref": remote}}, "required": ["a"]}):
            (item,) = _judged(app, [schema], False)
            assert item["error"].startswith(NO_OUTPUTS)
        with pytest.raises(BlockingIOError):
            listening.accept()


def _judged(app: Any, schemas: list[JSON], as_function: bool) -> list[JSON]:
    """The items for evaluators with these schemas, bare or as the parameters of a function."""
    wrapped = [{"name": "f", "description": "", "parameters": one} if as_function else one for one in schemas]
    evaluators = [{"structured": {"schema": schema}} for schema in wrapped]
    body = {"display_name": "x", "sampling_rate": 1, "evaluators": evaluators}
    response = _post(app, json.dumps(body).encode())
    assert response.status == 200
    items: list[JSON] = json.loads(response.body)
    return items


def _is_honest(schema: JSON, item: JSON) -> bool:
    """Whether an item has valid outputs and no error, or no outputs and an error that says why."""
    if item["outputs"] is None:
        return bool(re.match(re.escape(NO_OUTPUTS) + ".{5}", item["error"])) and item["feedback"] == []
    return item["error"] is None and _is_valid(schema, item["outputs"])


def _is_valid(schema: JSON, value: JSON) -> bool:
    """What the `jsonschema` library says, which may fetch nothing. No value is valid by what is no schema.

    References that never end have no defined meaning (2020-12, section 9.4.1): it cannot judge them.
    """
    try:
        Draft202012Validator.check_schema(schema, format_checker=FormatChecker(formats=()))
        return Draft202012Validator(schema, registry=Registry()).is_valid(value)
    except SchemaError:
        return False
    except RecursionError:
        return True


# --- arbitrary bodies of the JSON operation ------------------------------------------------------------


def _drawable(schema: JSON) -> JSON:
    """The schema in the words of draft 7, which is what hypothesis-jsonschema reads."""
    if isinstance(schema, list):
        return [_drawable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {"items" if key == "prefixItems" else key: _drawable(value) for key, value in schema.items()}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _rules(*required: str) -> st.SearchStrategy[JSON]:
    """Bodies by the document; left to itself hypothesis-jsonschema seldom adds an optional member."""
    schema = _drawable(rule_schema(overlaid=False))
    schema["components"]["schemas"]["RunRulesValidateSchema"]["required"] += required
    return from_schema(schema, custom_formats={"uuid": st.uuids().map(str)})


_RULES = _rules() | _rules("evaluators", "backfill_from", "session_id") | _rules("code_evaluators", "alerts")


@examples(80)
@given(body=_RULES)
def test_every_valid_rule_is_taken(app: Any, body: JSON) -> None:
    """A body drawn from the document is answered 200, with code evaluators 422."""
    response = _post(app, json.dumps(body).encode())
    assert response.status == (422 if body.get("code_evaluators") else 200)


_WHOLE = {name: value for name, value in invalid_requests.RULE.items() if name != "code_evaluators"}


@st.composite
def _near_rules(draw: Any) -> JSON:
    """A valid rule with a few of its values changed, each a little or altogether."""
    body = draw(st.just(_WHOLE) | _RULES)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(_paths(body))))
        body = _replaced(body, path, draw(_changed(_at(body, path))))
    return body


@examples(200)
@example(body=_WHOLE | {"backfill_from": "2024-05-06T07:08:0/Z"})
@example(body=_WHOLE | {"backfill_from": "0000-02-29t00:00:00.5-23:59"})
@given(body=_near_rules() | _VALUES)
def test_every_json_body_is_judged_as_json_schema_says(app: Any, body: JSON) -> None:
    """What is answered 200 the `jsonschema` library accepts, what is answered 422 it refuses."""
    _assert_judged_alike(app, json.dumps(body).encode())


@st.composite
def _near_texts(draw: Any) -> bytes:
    """The text of a rule, with a few of its bytes gone, changed or doubled."""
    text = draw(st.sampled_from(_TEXTS))
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 3)))
        text = text[:start] + draw(st.sampled_from(_BYTES) | st.binary(max_size=2)) + text[end:]
    return text


_TEXTS = [
    json.dumps(_WHOLE).encode(),
    '{"display_name":"é\\u00e9\\ud83d\\ude00","sampling_rate":1.5e3,"test_inputs":{"a":[1,{}]}}'.encode(),
    b'{"display_name":"","sampling_rate":-0}',
]
_BYTES = [
    b"",
    b",",
    b"[",
    b"{}",
    b'"',
    b"\\",
    b"0",
    b".",
    b"e",
    b"-",
    b"null",
    b"NaN",
    b"1e999",
    b"\xef\xbb\xbf",
]


@examples(300)
@example(text=b'{"display_name":"a","display_name":"b","sampling_rate":1}')
@example(text=b'{"display_name":"a","sampling_rate":1,"test_inputs":{"n":NaN}}')
@example(text=b'{"display_name":"a","sampling_rate":1,"test_inputs":{"n":-Infinity}}')
@example(text=b'{"display_name":"a","sampling_rate":1e999}')
@example(text=b'{"display_name":"\\ud800","sampling_rate":1}')
@example(text=b'\xef\xbb\xbf{"display_name":"a","sampling_rate":1}')
@example(text='{"display_name":"a","sampling_rate":1}'.encode("utf-16"))
@given(text=_near_texts() | st.binary(max_size=30))
def test_every_text_is_judged_as_json_and_json_schema_say(app: Any, text: bytes) -> None:
    """Arbitrary bytes are answered 200 only when they are strict JSON that the schema accepts."""
    _assert_judged_alike(app, text)


def _assert_judged_alike(app: Any, text: bytes) -> None:
    response = _post(app, text)
    assert response.status == (200 if is_valid_rule(text) else 422)
    if response.status == 422:
        assert json.loads(response.body)["detail"]


def _post(app: Any, body: bytes) -> Response:
    return send(app, Request("POST", RULE, headers=(("content-type", "application/json"),), body=body))


# --- changing a value ------------------------------------------------------------------------------------


def _paths(value: JSON, here: Path = ()) -> Iterator[Path]:
    yield here
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for token, member in members:
        yield from _paths(member, (*here, token))


def _at(value: JSON, path: Path) -> JSON:
    for token in path:
        value = value[token]
    return value


def _replaced(value: JSON, path: Path, new: JSON) -> JSON:
    if not path:
        return new
    copied = value.copy()
    copied[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copied


def _changed(value: JSON) -> st.SearchStrategy[JSON]:
    """Other values, near ones among them."""
    if isinstance(value, str) and value:
        wrong = st.builds(_misspelt, st.just(value), st.integers(0, len(value) - 1), _CHARACTERS)
        return wrong | wrong | _VALUES
    if isinstance(value, dict) and value:
        less = st.sampled_from(sorted(value)).map(lambda name: {**value, name: None})
        return less | st.sampled_from(sorted(value)).map(lambda name: _without(value, name)) | _VALUES
    if isinstance(value, int | float):
        return st.sampled_from([str(value), float(value), -value, value + 0.5, [value]]) | _VALUES
    return _VALUES


_CHARACTERS = st.sampled_from(["", *"0129aFgTtzZ+-:. é٣"])


def _misspelt(value: str, index: int, character: str) -> str:
    return value[:index] + character + value[index + 1 :]


def _without(value: dict[str, JSON], name: str) -> dict[str, JSON]:
    return {key: member for key, member in value.items() if key != name}


# --- arbitrary bodies of the multipart operation -----------------------------------------------------------

_TEXTS_OF_PARTS = st.one_of(
    st.text(max_size=8),
    st.integers().map(str),
    st.uuids().map(str),
    _VALUES.map(json.dumps),
    st.sampled_from(["", "null", "1.0", "[]", '["llm"]', '{"column_id":"id"}', "\x00", "--" + BOUNDARY]),
)
_NAMES_OF_PARTS = st.sampled_from([*invalid_requests.FORM, *invalid_requests.FORM, "other", "", 'q"\r\n'])
_FILES = st.tuples(st.text("ab./é", max_size=5), st.binary(max_size=9), st.sampled_from(["text/plain", "x"]))
_PARTS = st.lists(st.tuples(_NAMES_OF_PARTS, _TEXTS_OF_PARTS | _FILES), max_size=4)
_FILE = ("file", ("scorer.py", b"def scorer_fn(**_): ...", "text/x-python"))


@examples(150)
@example(parts=[("file", "text")], with_file=False)
@example(parts=[("limit", "5"), ("limit", "x")], with_file=True)
@given(parts=_PARTS, with_file=st.booleans())
def test_what_fastapi_refuses_the_fake_refuses(app: Any, parts: list[Any], with_file: bool) -> None:
    """Arbitrary parts are answered 200 or 422, and 200 only where the twin in FastAPI answers 200 too."""
    body, _ = encode_multipart_formdata([*parts, _FILE] if with_file else parts, boundary=BOUNDARY)
    _assert_no_laxer_than_fastapi(app, body)


@examples(150)
@given(start=st.integers(0, 400), length=st.integers(0, 20), noise=st.binary(max_size=4), whole=st.booleans())
def test_every_multipart_text_is_answered(
    app: Any, start: int, length: int, noise: bytes, whole: bool
) -> None:
    """Multipart bodies with some bytes changed or the end cut off are never a fault of the server."""
    body, _ = encode_multipart_formdata([("limit", "5"), ("sort", "é"), _FILE], boundary=BOUNDARY)
    rest = body[start + length :] if whole else b""
    _assert_no_laxer_than_fastapi(app, body[:start] + noise + rest)


def _assert_no_laxer_than_fastapi(app: Any, body: bytes) -> None:
    headers = (("content-type", f"multipart/form-data; boundary={BOUNDARY}"),)
    request = Request("POST", SCORER, headers=headers, body=body)
    response = send(app, request)
    assert response.status in (200, 422)
    if response.status == 200:
        assert fastapi_twin.answers([request])[0].status == 200
