"""The journal: in this process or in a database, filtered, bounded, and without secrets."""

import json
from pathlib import Path
from typing import Any

import pytest

from asgi import send
from documents import document, taking, written
from notes import Notes, folder_of, notes, play
from understudy.run import Play, build, create_app
from understudy.types import Request


@pytest.fixture(params=["own", "shared"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "state.sqlite") if request.param == "shared" else ""


@pytest.fixture
def client(tmp_path: Path, state: str) -> Notes:
    """After five requests: 1 write, 2 unreadable write, 3 read, 4 list in another test, 5 nowhere."""
    client = notes(tmp_path, state)
    client.ask("PUT", "/notes/a", ("understudy-namespace", "n"), body={})
    client.ask("PUT", "/notes/a", ("understudy-namespace", "n"), body=[])
    client.ask("GET", "/notes/a", ("understudy-namespace", "n"), ("understudy-test", "t"))
    client.ask("GET", "/notes", ("understudy-namespace", "m"), ("understudy-test", "t"))
    client.ask("GET", "/nowhere")
    return client


def numbers(client: Notes, query: str = "") -> list[int]:
    return [entry["number"] for entry in client.journal(query)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("namespace=n", [1, 2, 3]),
        ("namespace=", [5]),
        ("test=t", [3, 4]),
        ("namespace=n&test=t", [3]),
        ("operation=writeNote", [1, 2]),
        ("operation=GET%20/notes/{id}", [3]),
        ("method=get", [3, 4, 5]),
        ("path=/notes/a", [1, 2, 3]),
        ("status=404", [5]),
        ("violations=true", [2]),
        ("violations=false", [1, 3, 4, 5]),
        ("since=3", [4, 5]),
        ("limit=2", [4, 5]),
        ("since=1&limit=2", [2, 3]),
        ("since=5", []),
        ("namespace=none", []),
    ],
)
def test_requests_are_filtered(client: Notes, query: str, found: list[int]) -> None:
    """By each part and by several; `limit` takes the latest, after `since` the next."""
    assert numbers(client, query) == found


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "colour=red",
            "no filter 'colour'; there are: limit, method, namespace, operation, path, since, status, test,"
            " violations",
        ),
        ("violations=maybe", "violations=maybe: must be true or false"),
        ("status=ok", "status=ok: must be a whole number, 100 or more"),
        ("since=-1", "since=-1: must be a whole number, 0 or more"),
        ("limit=0", "limit=0: must be a whole number, 1 or more"),
        ("test=a&test=b", "the filter test is given twice"),
        (
            "operation=writeNotes",
            "no operation 'writeNotes'; the nearest are writeNote, listNotes, readNote",
        ),
    ],
)
def test_a_filter_that_there_is_not_is_told(tmp_path: Path, query: str, told: str) -> None:
    """With a 400 that says what there is."""
    response = notes(tmp_path).ask("GET", "/__understudy__/requests", query=query)
    assert (response.status, json.loads(response.body)) == (400, {"detail": told})


def test_an_entry_tells_all_of_it(client: Notes) -> None:
    """Request, reply, session, timing, and where in the document a violation is."""
    _, entry, *_ = client.journal()
    assert (entry["namespace"], entry["test"], entry["operationId"]) == ("n", "", "writeNote")
    assert entry["milliseconds"] > 0
    (violation,) = entry["violations"]
    assert violation["rule"] == "type"
    assert violation["pointer"].endswith("/put/requestBody/content/application~1json/schema/type")
    assert Path(violation["file"]).name == "notes.json"
    assert violation["line"] >= 1


def test_a_namespace_is_forgotten_alone(client: Notes) -> None:
    """By DELETE requests its entries, by POST reset all of it; numbers go on."""
    assert client.ask("DELETE", "/__understudy__/requests", query="namespace=m").status == 204
    assert numbers(client) == [1, 2, 3, 5]
    assert client.ask("POST", "/__understudy__/reset", query="namespace=n").status == 204
    assert numbers(client) == [5]
    assert client.ask("DELETE", "/__understudy__/requests").status == 204
    client.ask("GET", "/nowhere")
    assert numbers(client) == [6]
    assert client.ask("POST", "/__understudy__/reset", query="test=t").status == 400


def test_a_reset_leaves_other_namespaces_as_they_are(tmp_path: Path, state: str) -> None:
    """State, journal and coverage."""
    first = notes(tmp_path, state)
    first.headers = (("understudy-namespace", "1"),)
    second = Notes(first.app, "2")
    for one in (first, second):
        one.write("a", {})
    first.ask("POST", "/__understudy__/reset", query="namespace=1")
    assert (first.list(), second.list()) == ([], [["a", {}]])
    assert [entry["namespace"] for entry in first.journal()] == ["2", "1", "2"]
    told = json.loads(first.ask("GET", "/__understudy__/coverage").body)
    used = {test["namespace"]: [each["operationId"] for each in test["operations"]] for test in told["tests"]}
    assert used == {"1": ["listNotes"], "2": ["listNotes", "writeNote"]}


def test_the_journal_is_bounded(tmp_path: Path, state: str) -> None:
    """In number and in bytes; the latest stay."""
    client = notes(tmp_path, state, journal_entries=3)
    for _ in range(5):
        client.list()
    assert numbers(client) == [3, 4, 5]
    (tmp_path / "small").mkdir()
    small = notes(tmp_path / "small", state and f"{state}2", journal_bytes=10_000)
    for size in (1, 9_000, 20_000, 1):
        small.write("a", {"x": "x" * size})
    assert numbers(small) == [4]


def test_the_journal_is_there_again(tmp_path: Path) -> None:
    """With a file for the state, after a restart, and the numbers go on."""
    folder, state = folder_of(tmp_path), str(tmp_path / "state.sqlite")
    for expected in ([1], [1, 2]):
        client = Notes(create_app(build(play(folder, state))))
        client.list()
        assert numbers(client) == expected


LOGIN_BODY = {
    "type": "object",
    "required": ["api_key"],
    "properties": {
        "api_key": {"type": "string", "minLength": 10},
        "pin": {"type": "string", "format": "password"},
        "answer": {"type": "string", "writeOnly": True},
    },
}
TOKEN = {"application/json": {"example": {"access_token": "t0p", "token_type": "bearer"}}}
LOGIN = {
    "/login": {"post": {**taking(LOGIN_BODY), "responses": {"200": {"description": "", "content": TOKEN}}}}
}


def told_by(folder: Path, state: str, *bodies: Any) -> str:
    """What the journal tells of these logins."""
    app = create_app(build(Play((str(written(folder, document(LOGIN))),), state=state)))
    for body in bodies:
        sent = Request(
            "POST", "/login", "", (("content-type", "application/json"),), json.dumps(body).encode()
        )
        send(app, sent)
    return send(app, Request("GET", "/__understudy__/requests")).body.decode()


def test_no_secret_of_a_login_stands_in_the_journal(tmp_path: Path, state: str) -> None:
    """Neither key, password nor minted token, nor what a refusal repeats of them."""
    told = told_by(
        tmp_path,
        state,
        {"api_key": "s3cret-long-enough", "pin": "12-34", "answer": "b1ue"},
        {"api_key": "s3cret"},
    )
    assert json.loads(told)[0]["response"]["status"] == 200
    assert json.loads(told)[1]["response"]["status"] == 422
    assert not [secret for secret in ("s3cret", "12-34", "b1ue", "t0p") if secret in told], told
