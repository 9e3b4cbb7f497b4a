"""What a stub keeps it finds again, in the same namespace and nowhere else."""

import json
from pathlib import Path

import pytest

from notes import Notes, notes


@pytest.fixture
def client(tmp_path: Path) -> Notes:
    return notes(tmp_path)


def test_what_is_kept_is_found_again(client: Notes) -> None:
    """Written, read, overwritten and removed."""
    assert client.read("a") is None
    assert json.loads(client.write("a", {"n": 1, "b": [None, "é\0"]}).body) == {
        "kept": {"n": 1, "b": [None, "é\0"]}
    }
    assert client.read("a") == {"n": 1, "b": [None, "é\0"]}
    client.write("a", {"n": 2})
    assert client.read("a") == {"n": 2}
    assert [client.ask("DELETE", "/notes/a").status for _ in range(2)] == [200, 404]
    assert client.read("a") is None


def test_a_value_keeps_the_place_where_it_was_created(client: Notes) -> None:
    """Values come in the order of their creation; a change does not move one."""
    for id in ("b", "a", "c"):
        client.write(id, {"v": 1})
    client.write("b", {"v": 2})
    assert client.list() == [["b", {"v": 2}], ["a", {"v": 1}], ["c", {"v": 1}]]


def test_namespaces_never_see_each_other(client: Notes) -> None:
    """The default one is one of them."""
    first, second = Notes(client.app, "1"), Notes(client.app, "2")
    first.write("a", {"of": 1})
    second.write("a", {"of": 2})
    assert (first.read("a"), second.read("a"), client.read("a")) == ({"of": 1}, {"of": 2}, None)
    assert second.ask("DELETE", "/notes/a").status == 200
    assert first.list() == [["a", {"of": 1}]]


def test_a_broken_reply_leaves_nothing(client: Notes) -> None:
    """What a call writes is kept only if its reply keeps the contract."""
    client.write("a", {})
    assert client.ask("POST", "/twice").status == 500
    assert client.list() == [["a", {}]]


def test_only_a_reply_without_state_is_given_again(client: Notes) -> None:
    """A stub that looks at nothing is asked once; one that looks at the session every time."""
    assert [json.loads(client.ask("POST", "/plain", body={}).body)["made"] for _ in range(3)] == [1, 1, 1]
    whoami = [client.ask("GET", "/whoami", ("understudy-test", name)).body for name in ("a", "b")]
    assert whoami == [b'["","","a"]', b'["","","b"]']


def test_a_stub_that_only_writes_is_asked_once(client: Notes) -> None:
    """What it wrote is written again with its reply, in whichever namespace the request comes."""
    other = Notes(client.app, "other")
    for asking in (client, other, client):
        assert json.loads(asking.ask("POST", "/jot", body={"a": 1}).body) == {"jotted": 1}
        assert asking.read("jot") == {"a": 1}
        assert asking.ask("DELETE", "/notes/jot").status == 200
    assert json.loads(client.ask("POST", "/jot", body={"a": 2}).body) == {"jotted": 2}
    assert (client.read("jot"), other.read("jot")) == ({"a": 2}, None)


def test_reset_forgets_what_was_kept(client: Notes) -> None:
    """POST reset is back to the start."""
    client.write("a", {})
    assert client.ask("POST", "/__understudy__/reset").status == 204
    assert client.list() == []
    assert len(client.journal()) == 1


def test_the_same_history_gives_the_same_bytes(client: Notes) -> None:
    """Whatever the namespace is called."""
    histories = []
    for name in ("1", "2"):
        one = Notes(client.app, name)
        asked = [
            one.write("b", {"x": 1}),
            one.write("a", {}),
            one.ask("DELETE", "/notes/b"),
            one.ask("GET", "/notes"),
        ]
        histories.append([response.body for response in asked])
    assert histories[0] == histories[1]


def test_a_namespace_holds_no_more_than_its_bound(tmp_path: Path) -> None:
    """A write beyond it is a 507 that says what to do and leaves all as it was; others go on."""
    client = notes(tmp_path, state_bytes=300)
    assert [client.write(id, {"x": "x" * 40}).status for id in ("a", "b", "b")] == [200, 507, 507]
    told = client.write("b", {"x": "x" * 40}).body
    assert b"would grow to 306 bytes, over the 300" in told
    assert b"POST /__understudy__/reset?namespace= forgets them" in told
    assert client.write("b", {}).status == 200
    assert Notes(client.app, "other").write("a", {"x": "x" * 40}).status == 200
    client.ask("DELETE", "/notes/a")
    assert client.write("b", {"x": "x" * 40}).status == 200
    assert [id for id, _ in client.list()] == ["b"]


def test_there_are_no_more_namespaces_than_their_bound(tmp_path: Path) -> None:
    """One more is a 507, until one of them is reset."""
    client = notes(tmp_path, state_namespaces=2)
    first, second, third = (Notes(client.app, name) for name in ("1", "2", "3"))
    assert [each.write("a", {}).status for each in (first, second, third, first)] == [200, 200, 507, 200]
    client.ask("POST", "/__understudy__/reset", query="namespace=2")
    assert [each.write("a", {}).status for each in (third, second)] == [200, 507]
