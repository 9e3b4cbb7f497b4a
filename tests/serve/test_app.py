"""The served fake, request by request, in process."""

import base64
import gzip
import json
import zlib
from typing import Any

import pytest

from asgi import send
from understudy.run import Play, build, create_app
from understudy.serve.options import ServeOptions
from understudy.types import Headers, Request, Response

RULE = "/api/v1/runs/rules/validate"
SCORER = "/v2/scorers/code/validate/log_record"
KEY = ("x-api-key", "k")
JSON_TYPE = ("content-type", "application/json")
VALID = b'{"display_name":"a","sampling_rate":0.5}'


@pytest.fixture(scope="module")
def app() -> Any:
    return create_app(build(Play()))


def made(**options: Any) -> Any:
    return create_app(build(Play(options=ServeOptions(**options))))


def ask(
    app: Any, method: str, path: str, *headers: tuple[str, str], body: bytes = b"", query: str = ""
) -> Response:
    return send(app, Request(method, path, query, headers, body))


def rule(app: Any, *headers: tuple[str, str], body: bytes = VALID) -> Response:
    return ask(app, "POST", RULE, JSON_TYPE, *headers, body=body)


def field(response: Response, name: str) -> str | None:
    return dict(response.headers).get(name)


def detail(response: Response) -> Any:
    return json.loads(response.body)["detail"]


def test_a_valid_request_is_answered_by_the_contract(app: Any) -> None:
    """The main road: 200, JSON, and a word on where the body came from."""
    response = rule(app, KEY)
    assert response.status == 200
    assert field(response, "content-type") == "application/json"
    assert field(response, "understudy-reply") == "stub"
    assert isinstance(json.loads(response.body), list)


def test_every_violation_is_told_in_the_declared_shape(app: Any) -> None:
    """An invalid request gets the declared 422 with all that is wrong with it."""
    response = rule(app, KEY, body=b'{"sampling_rate":"x","session_id":"y"}')
    assert response.status == 422
    assert field(response, "understudy-reply") == "error"
    assert [(item["type"], item["loc"]) for item in detail(response)] == [
        ("missing", ["body", "display_name"]),
        ("float_parsing", ["body", "sampling_rate"]),
        ("uuid_parsing", ["body", "session_id"]),
    ]


@pytest.mark.parametrize(
    ("credential", "status"),
    [
        ((), 401),
        ((("x-api-key", ""),), 401),
        ((("authorization", "Bearer"),), 401),
        ((("authorization", "Basic abc"),), 401),
        ((("authorization", "Bearer t"),), 200),
        ((("authorization", "bearer t"),), 200),
        ((("x-tenant-id", "t"),), 200),
        ((KEY, ("authorization", "nonsense")), 200),
        ((("x-api-key", "invalid"),), 401),
        ((("x-api-key", "my-expired-key"),), 401),
        ((("x-api-key", "forbidden"),), 403),
        ((("x-api-key", "ratelimited"),), 429),
        ((("x-api-key", "invalid"), ("authorization", "Bearer good")), 200),
    ],
    ids=str,
)
def test_credentials(app: Any, credential: Headers, status: int) -> None:
    """Any one alternative of the right shape suffices; magic credentials get their status."""
    assert rule(app, *credential).status == status


@pytest.mark.parametrize(
    ("value", "status"),
    [("dXNlcjpwYXNz", 200), (base64.b64encode(b"no colon").decode(), 401), ("%%%", 401), ("", 401)],
)
def test_basic_credentials_need_their_shape(app: Any, value: str, status: int) -> None:
    """A basic credential is base64 of user:password."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--x--\r\n'
    headers = (("authorization", f"Basic {value}"), ("content-type", "multipart/form-data; boundary=x"))
    assert ask(app, "POST", SCORER, *headers, body=body).status == status


def test_401_names_the_ways_in(app: Any) -> None:
    """An unauthenticated client is told which schemes there are, in the declared body."""
    response = rule(app)
    challenge = field(response, "www-authenticate") or ""
    assert "X-API-Key" in challenge
    assert "Bearer" in challenge
    assert isinstance(detail(response), str)


def test_429_says_when_to_come_back(app: Any) -> None:
    """A rate limit carries Retry-After."""
    assert field(rule(app, ("x-api-key", "ratelimited")), "retry-after") == "1"


def test_strict_takes_only_what_was_configured() -> None:
    """--auth strict takes the configured credential and no other."""
    app = made(auth="strict", credentials={"API Key": "s3cret"})
    assert rule(app, ("x-api-key", "s3cret")).status == 200
    assert rule(app, ("x-api-key", "other")).status == 401
    assert rule(app, ("x-tenant-id", "s3cret")).status == 401


def test_auth_off_asks_nothing() -> None:
    """--auth off lets everybody in."""
    assert rule(made(auth="off")).status == 200


def test_without_cors_no_page_of_another_origin_may_ask() -> None:
    """A preflight is a method that nothing declares, and nothing allows a page to read a reply."""
    app, origin = made(cors=False), ("origin", "http://localhost:3000")
    preflight = ask(app, "OPTIONS", RULE, origin, ("access-control-request-method", "POST"))
    assert (preflight.status, field(preflight, "allow")) == (405, "POST")
    replies = (preflight, rule(app, origin, KEY), rule(app, origin))
    assert [reply.status for reply in replies] == [405, 200, 401]
    assert not [name for reply in replies for name, _ in reply.headers if name.startswith("access-control")]


def test_an_unknown_path_names_the_nearest(app: Any) -> None:
    """A typo in the path is answered with what was probably meant."""
    response = ask(app, "POST", "/api/v1/runs/rule/validate", KEY)
    assert response.status == 404
    assert field(response, "content-type") == "application/problem+json"
    assert RULE in detail(response)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "BREW"])
def test_a_wrong_method_names_the_right_ones(app: Any, method: str) -> None:
    """405 carries Allow."""
    response = ask(app, method, RULE, KEY)
    assert (response.status, field(response, "allow")) == (405, "POST, OPTIONS")


def test_options_without_cors(app: Any) -> None:
    """OPTIONS tells the methods, and as any reply to a client that is no page that any origin may ask."""
    response = ask(app, "OPTIONS", RULE)
    assert (response.status, field(response, "allow"), response.body) == (204, "POST, OPTIONS", b"")
    assert field(response, "access-control-allow-origin") == "*"


def test_a_browser_may_ask_from_anywhere(app: Any) -> None:
    """A preflight is answered without credentials, and an error reply is readable by the page too."""
    origin = ("origin", "http://localhost:3000")
    wanted = (("access-control-request-method", "POST"), ("access-control-request-headers", "x-api-key"))
    preflight = ask(app, "OPTIONS", RULE, origin, *wanted)
    assert (preflight.status, preflight.body) == (204, b"")
    assert {name: value for name, value in preflight.headers if name.startswith(("access", "vary"))} == {
        "access-control-allow-origin": "http://localhost:3000",
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "x-api-key",
        "access-control-allow-credentials": "true",
        "access-control-max-age": "600",
        "vary": "origin",
    }
    refused = rule(app, origin)
    assert refused.status == 401
    assert field(refused, "access-control-allow-origin") == "http://localhost:3000"


def test_a_body_over_the_limit_is_413() -> None:
    """A large body is read away and refused, whether or not its length was announced."""
    app = made(max_body=100)
    assert rule(app, KEY, body=b" " * 60 + VALID).status == 200
    response = rule(app, KEY, body=b" " * 100 + VALID)
    assert (response.status, field(response, "connection")) == (413, "close")


def test_a_packed_body_is_unpacked(app: Any) -> None:
    """gzip and deflate are read as what they hold; another Content-Encoding is refused by name."""
    for named, packed in (("gzip", gzip.compress(VALID)), ("Deflate", zlib.compress(VALID))):
        assert rule(app, KEY, ("content-encoding", named), body=packed) == rule(app, KEY)
    assert rule(app, KEY, ("content-encoding", "identity")).status == 200
    refused = rule(app, KEY, ("content-encoding", "br"))
    assert (refused.status, field(refused, "accept-encoding")) == (415, "gzip, deflate, identity")
    assert "br" in detail(refused)


@pytest.mark.parametrize(
    ("packed", "status"),
    [(VALID, 400), (gzip.compress(VALID)[:-9], 400), (gzip.compress(b" " * 2_000_000), 413)],
    ids=["not packed", "cut short", "too large"],
)
def test_a_body_that_cannot_be_unpacked_is_refused(packed: bytes, status: int) -> None:
    """What is no gzip, what is cut short, and what is over the limit only once it is unpacked."""
    assert rule(made(max_body=1_000_000), KEY, ("content-encoding", "gzip"), body=packed).status == status


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("application/json", 200),
        ("application/*;q=0.5, text/html", 200),
        ("text/html", 406),
        ("application/json;q=0, text/html", 406),
        ("nonsense", 406),
    ],
)
def test_accept(app: Any, accept: str, status: int) -> None:
    """Only what the client accepts is sent."""
    assert rule(app, KEY, ("accept", accept)).status == status


@pytest.mark.parametrize(
    ("content_type", "status"), [("text/plain", 422), ("", 422), ("application/json;charset=utf-8", 200)]
)
def test_a_wrong_content_type_is_a_violation_as_in_fastapi(app: Any, content_type: str, status: int) -> None:
    """415 is not declared here, so a foreign body is the declared 422."""
    response = ask(app, "POST", RULE, KEY, ("content-type", content_type), body=VALID)
    assert response.status == status


def test_the_journal_tells_what_was_asked_and_keeps_no_secret() -> None:
    """Requests with their answers and violations, newest last; credentials redacted; DELETE forgets."""
    app = made()
    rule(app, ("x-api-key", "s3cret-one"), ("authorization", "Bearer s3cret-two"))
    rule(app, ("x-api-key", "s3cret-one"), body=b"{}")
    listed = ask(app, "GET", "/__understudy__/requests")
    entries = json.loads(listed.body)
    assert [entry["response"]["status"] for entry in entries] == [200, 422]
    assert [len(entry["violations"]) for entry in entries] == [0, 2]
    assert entries[0]["operation"] == f"POST {RULE}"
    assert b"s3cret" not in listed.body
    assert ask(app, "DELETE", "/__understudy__/requests").status == 204
    assert json.loads(ask(app, "GET", "/__understudy__/requests").body) == []


def test_the_journal_is_bounded() -> None:
    """Old entries go when there are too many, or too many bytes."""
    app = made(journal_entries=3, journal_bytes=1_000_000)
    for _ in range(5):
        rule(app, KEY)
    entries = json.loads(ask(app, "GET", "/__understudy__/requests").body)
    assert [entry["number"] for entry in entries] == [3, 4, 5]
    small = made(journal_bytes=10)
    rule(small, KEY)
    assert json.loads(ask(small, "GET", "/__understudy__/requests").body) == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ((("host", "127.0.0.1:4010"),), 200),
        ((("host", "localhost:4010"),), 200),
        ((("host", "[::1]:4010"),), 200),
        ((("host", "127.0.0.1:4010"), ("origin", "http://127.0.0.1:4010")), 200),
        ((("host", "127.0.0.1:4010"), ("origin", "http://evil.example")), 403),
        ((("host", "evil.example"),), 403),
        ((("host", ""),), 403),
        ((("host", "[::"),), 403),
    ],
    ids=str,
)
def test_admin_answers_its_own_origin_only(app: Any, headers: Headers, status: int) -> None:
    """No web page can read the journal, by cross-origin request or by DNS rebinding."""
    response = ask(app, "GET", "/__understudy__/health", *headers)
    assert response.status == status
    assert field(response, "access-control-allow-origin") is None


def test_admin_operations(app: Any) -> None:
    """The operations, and what answers each."""
    listed = json.loads(ask(app, "GET", "/__understudy__/operations").body)
    assert {
        (item["api"], item["method"], item["path"], item["reply"]) for item in listed if not item["companion"]
    } == {("galileo", "POST", SCORER, "stub"), ("langsmith", "POST", RULE, "stub")}
    assert ask(app, "PUT", "/__understudy__/health").status == 405
    assert ask(app, "GET", "/__understudy__/nothing").status == 404
