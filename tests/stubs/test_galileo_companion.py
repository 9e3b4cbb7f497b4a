"""What the shipped Galileo answers to a client on its way to the validation."""

import json
from uuid import UUID

import jwt
import pytest

from understudy.stub import fingerprint

PROJECT = "74aec44e-ec21-4c9f-a3e2-b2ab2b81b4db"
OTHER_PROJECT = "1a0939d1-8b43-4fe3-a91c-196e2d9847e3"
OWN_PROJECT = "5d1b0a8e-3c57-4f0e-9d42-7a3f6c2e9b10"
"""Of the one test that creates a log stream, since the fake is shared."""


def login(ask, key):
    """What a key is traded for."""
    return ask.json("POST", "/login/api_key", {"api_key": key})


def test_a_token_can_be_decoded_and_is_good_for_long(ask):
    """As the clients decode it, without a look at who signed it."""
    status, token = login(ask, "demo")
    assert (status, token["token_type"]) == (200, "bearer")
    claims = jwt.decode(token["access_token"], options={"verify_signature": False})
    assert claims["exp"] > 4_000_000_000
    assert claims["understudy"] == {}


def test_the_session_of_a_key_goes_into_the_token(ask):
    """In the claim `understudy`; the key itself does not."""
    _, token = login(ask, "my-secret+ns=test-17+test=a[b]")
    claims = jwt.decode(token["access_token"], options={"verify_signature": False})
    assert claims["understudy"] == {"ns": "test-17", "test": "a[b]"}
    assert "my-secret" not in str(claims)


def test_a_key_with_a_session_that_is_none_gets_no_token(ask):
    """And is told what is wrong with it."""
    status, body = login(ask, "demo+ns=a+ns=b")
    assert (status, body) == (401, {"detail": "the session's namespace is given twice"})


def test_a_token_says_which_credential_it_was_minted_for(ask):
    """By a fingerprint: the key's, or that of name and password as basic credentials have them."""

    def minted_for(token):
        return jwt.decode(token["access_token"], options={"verify_signature": False})["understudy_credential"]

    _, token = login(ask, "a:demo+ns=x")
    _, by_password = ask.form("/login", {"username": "a", "password": "demo"})
    assert minted_for(token) == minted_for(by_password) == fingerprint("a:demo")
    assert minted_for(token) != minted_for(login(ask, "demo")[1])


@pytest.mark.parametrize("words", [(), ("forbidden",), ("ratelimited",), ("servererror", "ratelimited")])
def test_the_words_of_a_key_go_into_the_token(ask, words):
    """The token is still one that clients can decode."""
    _, token = login(ask, "-".join(("Key", *words)).upper())
    signature = token["access_token"].rpartition(".")[2]
    assert [word for word in ("forbidden", "ratelimited", "servererror") if word in signature] == sorted(
        words
    )
    assert jwt.decode(token["access_token"], options={"verify_signature": False})


@pytest.mark.parametrize("key", ["invalid", "Expired+ns=x"])
def test_a_bad_key_gets_no_token(ask, key):
    """401 with a text for its detail."""
    assert login(ask, key) == (401, {"detail": "Invalid credentials"})


def test_a_password_is_as_good_as_a_key(ask):
    """By form, as the clients send it."""
    status, token = ask.form("/login", {"username": "a", "password": "demo+ns=x"})
    claims = jwt.decode(token["access_token"], options={"verify_signature": False})
    assert (status, token["token_type"], claims["understudy"]) == (200, "bearer", {"ns": "x"})


def test_the_log_stream_of_a_project_leads_back_to_it(ask):
    """A scorer validated on the stream that a project lists has its experiment in that project."""
    _, [stream] = ask.json("GET", f"/projects/{PROJECT}/log_streams")
    assert (stream["name"], UUID(stream["id"]).version) == ("default", 4)
    told = json.loads(ask.galileo(("log_stream_id", stream["id"])).body)
    assert told["project_id"] == PROJECT


def test_a_log_stream_that_is_created_is_listed(ask):
    """Once, after `default`, in its own project alone; a scorer validated on it has that project."""
    streams = f"/projects/{OWN_PROJECT}/log_streams"
    status, made = ask.json("POST", streams, {"name": "nightly"})
    assert (status, made) == ask.json("POST", streams, {"name": "nightly"})
    _, [default, listed] = ask.json("GET", streams)
    assert (default["name"], listed) == ("default", made)
    _, first = ask.json("GET", f"{streams}/paginated?limit=1")
    assert (first["log_streams"], first["next_starting_token"]) == ([default], 1)
    _, second = ask.json("GET", f"{streams}/paginated?limit=1&starting_token=1")
    assert (second["log_streams"], second["next_starting_token"]) == ([made], None)
    _, others = ask.json("GET", f"/projects/{OTHER_PROJECT}/log_streams")
    assert [stream["name"] for stream in others] == ["default"]
    assert json.loads(ask.galileo(("log_stream_id", made["id"])).body)["project_id"] == OWN_PROJECT


def test_the_default_log_stream_is_not_created_again(ask):
    """It is the one that is there."""
    streams = f"/projects/{PROJECT}/log_streams"
    assert ask.json("POST", streams, {"name": "default"}) == (200, ask.json("GET", streams)[1][0])


@pytest.mark.parametrize("prefix", ["", "/v2", "/public/v2"])
def test_the_three_spellings_are_one_operation(ask, prefix):
    """Of the validation and of what is around it."""
    assert ask.galileo(prefix=prefix).body == ask.galileo().body
    path = f"/projects/{PROJECT}/log_streams"
    assert ask.json("GET", prefix + path) == ask.json("GET", path)


def test_a_project_has_its_name(ask):
    """Looked up or made: the same project."""
    _, [found] = ask.json("GET", "/projects?project_name=p1&type=gen_ai")
    assert (found["name"], found["type"]) == ("p1", "gen_ai")
    assert ask.json("POST", "/projects", {"name": "p1"}) == (200, found)
    assert ask.json("GET", "/projects/all") == ask.json("GET", "/projects?project_name=default")


def validate(ask, code, *texts):
    """The result of a scorer's validation on itself."""
    answer = ask.galileo(*texts, code=code, path="/scorers/code/validate")
    assert answer.status == 200, answer.body
    status, task = ask.json("GET", f"/scorers/code/validate/{json.loads(answer.body)['task_id']}")
    assert (status, task["status"]) == (200, "completed")
    return task["result"]["result"]


@pytest.mark.parametrize(
    ("texts", "kinds"),
    [
        ((), ["llm", "chat"]),
        ((("scoreable_node_types", "tool"),), ["tool"]),
        ((("scoreable_node_types", "tool"), ("scoreable_node_types", "llm")), ["tool", "llm"]),
        ((("scoreable_node_types", '["trace"]'),), ["trace"]),
    ],
)
def test_a_good_scorer_has_test_scores(ask, texts, kinds):
    """One for each kind of node that it scores, however the kinds are sent."""
    result = validate(ask, b"def scorer_fn(**_): return 1", *texts)
    assert (result["result_type"], result["scoreable_node_types"]) == ("valid", kinds)
    assert [0 <= score["score"] <= 1 for score in result["test_scores"]] == [True] * len(kinds)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (b"def scorer(**_): return 1", "no function scorer_fn"),
        (b"def scorer_fn(:", "SyntaxError: invalid syntax (line 1)"),
        (b"\0", "null bytes"),
        (b"(" * 10_000, "too many nested parentheses"),
        (b"-" * 900_000 + b"1", "cannot be read"),
        (b"#" * 1_000_001, "longer than"),
    ],
)
def test_bad_code_is_a_result(ask, code, told):
    """It is read and never executed; nothing in it is an error of the request."""
    result = validate(ask, code)
    assert result["result_type"] == "invalid"
    assert told in result["error_message"]


def test_a_task_that_nobody_started_is_not_found(ask):
    """404 with a text for its detail."""
    assert ask.json("GET", f"/scorers/code/validate/{PROJECT}") == (404, {"detail": "Task not found"})
