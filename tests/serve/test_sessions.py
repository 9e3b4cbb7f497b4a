"""Which session a request belongs to, whatever carries it, and that nothing else notices."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from notes import Notes, notes


@pytest.fixture
def client(tmp_path: Path) -> Notes:
    return notes(tmp_path)


def token(claims: Any) -> str:
    """A JSON Web Token, unsigned."""
    parts = (json.dumps({"alg": "none"}), json.dumps(claims), "x")
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:p+ns=no".encode()).decode()


def whoami(client: Notes, *headers: tuple[str, str], query: str = "") -> Any:
    return json.loads(client.ask("GET", "/whoami", *headers, query=query).body)


TOKEN = token({"sub": "me", "understudy": {"ns": "t", "test": "x"}})


@pytest.mark.parametrize(
    ("header", "query", "session"),
    [
        (("understudy-namespace", "a%20b"), "", ["a b", "", ""]),
        (("understudy-scenario", "default"), "", ["", "default", ""]),
        (("understudy-test", "t.py::t"), "", ["", "", "t.py::t"]),
        (("x-api-key", "k+ns=a+scenario=default+test=t"), "", ["a", "default", "t"]),
        (("authorization", "Bearer k+ns=a"), "", ["a", "", ""]),
        (("authorization", basic("me+ns=a")), "", ["a", "", ""]),
        (("authorization", f"Bearer {TOKEN}"), "", ["t", "", "x"]),
        (("authorization", f"Bearer {TOKEN}+ns=a"), "", ["a", "", "x"]),
        (("cookie", "a=b+ns=no; session=k+ns=a"), "", ["a", "", ""]),
        (("accept", "*/*"), "key=k+ns=a", ["a", "", ""]),
        (("accept", "*/*"), "key=k%2Bns%3Da", ["a", "", ""]),
        (("accept", "*/*"), "other=k%2Bns%3Da", ["", "", ""]),
        (("x-other", "k+ns=a"), "", ["", "", ""]),
        (("authorization", "Bearer a.b.c"), "", ["", "", ""]),
        (("authorization", "Basic %%%"), "", ["", "", ""]),
    ],
    ids=str,
)
def test_a_session_is_read_from_a_request(
    client: Notes, header: tuple[str, str], query: str, session: list[str]
) -> None:
    """By header, riding on any kind of credential, or in the claim of a token."""
    assert whoami(client, header, query=query) == session


def test_headers_win(client: Notes) -> None:
    """Part by part: what a header leaves open the credential may tell."""
    headers = (
        ("understudy-namespace", "h"),
        ("x-api-key", "k+ns=a+test=t"),
        ("authorization", f"Bearer {TOKEN}"),
    )
    assert whoami(client, *headers) == ["h", "", "t"]


def test_a_bad_session_is_a_400_that_says_why(client: Notes) -> None:
    """Whether it came by header or by credential."""
    twice = client.ask("GET", "/whoami", ("understudy-test", "a"), ("understudy-test", "b"))
    assert (twice.status, json.loads(twice.body)["detail"]) == (400, "the session's test is given twice")
    unknown = client.ask("GET", "/whoami", ("x-api-key", "k+ns=a+tset=b"))
    assert (unknown.status, "there are: ns, scenario, test" in unknown.body.decode()) == (400, True)


def test_no_magic_word_of_a_session_fires(client: Notes) -> None:
    """A test may be called test_expired; a credential that is expired still is."""
    assert client.ask("GET", "/guarded", ("x-api-key", "k+test=test_expired")).status == 200
    assert client.ask("GET", "/guarded", ("x-api-key", "expired+test=t")).status == 401


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (("x-api-key", "right+ns=a"), 200),
        (("x-api-key", "wrong+ns=a"), 401),
        (("authorization", basic("me+ns=a")), 200),
        (("authorization", basic("you+ns=a")), 401),
    ],
    ids=str,
)
def test_a_session_does_not_change_who_is_let_in(
    tmp_path: Path, header: tuple[str, str], status: int
) -> None:
    """`--auth strict` compares the credential as it would be without."""
    client = notes(tmp_path, auth="strict", credentials={"Key": "right", "Basic": "me:p+ns=no"})
    assert client.ask("GET", "/guarded", header).status == status


def test_the_journal_tells_the_session_and_keeps_no_credential(client: Notes) -> None:
    """What rode on a credential is told as namespace and test."""
    client.ask("GET", "/notes", ("x-api-key", "s3cret+ns=a+test=t"))
    client.ask("GET", "/notes", query="key=s3cret%2Bns%3Db")
    client.ask("GET", "/notes", ("cookie", "session=s3cret+ns=c"))
    client.ask("GET", "/nowhere", ("x-api-key", "s3cret+ns=d"))
    listed = client.ask("GET", "/__understudy__/requests")
    told = [(entry["namespace"], entry["test"]) for entry in json.loads(listed.body)]
    assert told == [("a", "t"), ("b", ""), ("c", ""), ("d", "")]
    assert b"s3cret" not in listed.body


def test_a_login_is_written_down_where_its_body_says(client: Notes) -> None:
    """A stub may tell the session that it found in a body."""
    response = client.ask("POST", "/login", body={"key": "k+ns=a"})
    assert json.loads(response.body) == {"key": "k", "claims": {"ns": "a"}}
    assert [entry["namespace"] for entry in client.journal()] == ["a"]
