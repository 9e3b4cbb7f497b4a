"""State inferred from the document: what is created is found, listed, changed and removed, without a stub."""

import json
from pathlib import Path
from urllib.parse import urljoin

import pytest

from library import PATHS, Library, field
from running import serving
from understudy.types import JSON, Request

SHELF = {"room": "east"}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.in_folder(tmp_path)


def test_the_life_of_what_is_created(library: Library) -> None:
    """It is read, listed, changed and removed, and then it is not there."""
    made = library.post("/shelves", SHELF)
    assert made["room"] == "east"
    assert library.get("/shelves/1") == made
    assert library.get("/shelves")["shelves"] == [made]
    assert library.status("PATCH", "/shelves/1", {"room": "west"}) == 200
    assert library.get("/shelves/1") == {**made, "room": "west"}
    assert library.status("DELETE", "/shelves/1") == 204
    gone = library.ask("GET", "/shelves/1")
    assert (gone.status, json.loads(gone.body)) == (404, {"error": {"message": "there is no /shelves/1"}})
    assert library.get("/shelves")["shelves"] == []


def test_a_reply_says_that_its_state_is_inferred(library: Library) -> None:
    """And an error that it is one."""
    assert field(library.ask("POST", "/shelves", SHELF), "understudy-reply") == "inferred"
    assert field(library.ask("GET", "/shelves/7"), "understudy-reply") == "error"


def test_the_same_request_creates_another_each_time(library: Library) -> None:
    """Numbers count up and are not used again; other ids differ too."""
    assert [library.post("/shelves", SHELF)["id"] for _ in range(2)] == [1, 2]
    library.ask("DELETE", "/shelves/2")
    assert library.post("/shelves", SHELF)["id"] == 3
    books = [library.post("/shelves/1/books", {"title": "Emma"})["data"]["uuid"] for _ in range(2)]
    assert len(set(books)) == 2


def test_the_address_of_what_was_created_is_told(library: Library) -> None:
    """In `Location`, where that is declared."""
    assert field(library.ask("POST", "/shelves", SHELF), "location") == "/shelves/1"


def test_only_what_was_sent_is_there(library: Library) -> None:
    """What a client may leave out is its default, else it is absent; null is what was sent."""
    assert library.post("/shelves", SHELF).keys() == {"id", "room", "floor", "created_at"}
    assert library.post("/shelves", {**SHELF, "label": None, "floor": 3}) == library.get("/shelves/2")
    told = library.get("/shelves/2")
    assert (told["label"], told["floor"], library.get("/shelves/1")["floor"]) == (None, 3, 1)


def test_a_part_of_what_was_sent_is_completed(library: Library) -> None:
    """The reply's schema wants more of `light` than a request has to say."""
    assert library.post("/shelves", {**SHELF, "light": {"level": 3}})["light"].keys() == {"on", "level"}


def test_what_only_requests_may_hold_never_comes_back(library: Library) -> None:
    """Neither from the request nor made up."""
    library.post("/shelves", {**SHELF, "code": "x", "light": {"level": 3, "pin": "z"}})
    made = library.post("/shelves/1/books", {"title": "Emma", "secret": "y"})["data"]
    assert not {"code", "pin"} & {*library.get("/shelves/1"), *library.get("/shelves/1")["light"]}
    assert made.keys() == {"uuid", "title"}
    assert library.get(f"/shelves/1/books/{made['uuid']}") == {"data": made}
    assert library.get("/shelves/1/books") == [made]


def test_a_patch_is_merged(library: Library) -> None:
    """What it does not name stays, inside objects too."""
    made = library.post("/shelves", {**SHELF, "label": "A", "light": {"level": 3}})
    library.ask("PATCH", "/shelves/1", {"label": None, "light": {"level": 4}})
    assert library.get("/shelves/1") == {**made, "label": None, "light": {**made["light"], "level": 4}}


def test_null_takes_away_what_cannot_be_null(library: Library) -> None:
    """The reply's schema has a colour or none."""
    library.post("/tags", {"name": "a", "colour": "red"})
    assert json.loads(library.ask("PATCH", "/tags/a", {"colour": None}).body) == {"name": "a"}
    assert library.get("/tags/a") == {"name": "a"}


def test_a_put_replaces_what_a_client_can_set(library: Library) -> None:
    """What the server made stays, what is not sent goes; an unknown id is a 404."""
    made = library.post("/shelves", {**SHELF, "label": "A"})
    assert library.status("PUT", "/shelves/1", {"room": "west"}) == 200
    assert library.get("/shelves/1") == {
        "id": 1, "room": "west", "floor": 1, "created_at": made["created_at"]
    }  # fmt: skip
    assert library.status("PUT", "/shelves/2", SHELF) == 404


def test_a_put_creates_where_201_is_declared(library: Library) -> None:
    """Under the id of its path; the next one changes."""
    assert library.status("GET", "/flags/dark") == 404
    assert [library.status("PUT", "/flags/dark", {"on": on}) for on in (True, False)] == [201, 204]
    assert library.get("/flags/dark") == {"key": "dark", "on": False}


def test_a_client_may_name_what_it_creates(library: Library) -> None:
    """A name that is taken is the declared 409, and nothing changes."""
    assert library.post("/tags", {"name": "new/old", "colour": "red"}) == library.get("/tags/new%2Fold")
    again = library.ask("POST", "/tags", {"name": "new/old"})
    assert (again.status, json.loads(again.body)["error"]["message"]) == (
        409,
        "there is a /tags/new%2Fold already",
    )
    assert library.get("/tags")["data"] == [{"name": "new/old", "colour": "red"}]


def test_what_belongs_to_another_is_there_with_it(library: Library) -> None:
    """Not elsewhere, not before it and not after it."""
    for _ in range(2):
        library.post("/shelves", SHELF)
    book = library.post("/shelves/1/books", {"title": "Emma"})["data"]["uuid"]
    assert library.status("GET", f"/shelves/2/books/{book}") == 404
    assert library.status("POST", "/shelves/3/books", {"title": "Emma"}) == 404
    assert json.loads(library.ask("DELETE", f"/shelves/1/books/{book}").body) == {
        "uuid": book,
        "deleted": True,
    }
    library.ask("DELETE", "/shelves/1")
    assert library.status("GET", "/shelves/1/books") == 404


def test_what_belongs_to_another_goes_with_it(library: Library) -> None:
    """A parent of the same name, created again, has nothing of the old one."""
    for _ in range(2):
        library.post("/tags", {"name": "a"})
        assert library.get("/tags/a/notes") == []
        library.post("/tags/a/notes", {"text": "x"})
        assert library.status("DELETE", "/tags/a") == 204


def test_an_id_that_only_the_server_sets_is_the_servers(library: Library) -> None:
    """Whatever a client sends."""
    library.post("/tags", {"name": "a"})
    assert library.post("/tags/a/notes", {"id": 9, "text": "x"}) == {"id": 1, "text": "x"}


def test_a_list_comes_in_pages_by_offset(library: Library) -> None:
    """25 things, ten at a time as the document's default says; `next` leads through all of them."""
    made = [library.post("/shelves", SHELF) for _ in range(25)]
    found, path = [], "/shelves"
    for more in (True, True, False):
        page = library.get(path)
        assert (page["total"], page["has_more"]) == (25, more)
        found += page["shelves"]
        path = page["next"]
    assert (found, path) == (made, None)
    assert [shelf["id"] for shelf in library.get("/shelves?limit=3&offset=23")["shelves"]] == [24, 25]
    assert library.get("/shelves?limit=100&offset=100")["shelves"] == []


def test_a_list_comes_in_pages_by_number(library: Library) -> None:
    """Twenty at a time where nothing says how many; header fields tell the rest."""
    library.post("/shelves", SHELF)
    for number in range(25):
        library.post("/shelves/1/books", {"title": str(number)})
    first = library.ask("GET", "/shelves/1/books")
    assert (len(json.loads(first.body)), field(first, "x-total-count")) == (20, "25")
    link = field(first, "link") or ""
    assert link == '</shelves/1/books?page=2>; rel="next"'
    second = library.ask("GET", urljoin("/shelves/1/books", link[1:].partition(">")[0]))
    assert [book["title"] for book in json.loads(second.body)] == ["20", "21", "22", "23", "24"]
    assert field(second, "link") is None


def test_a_list_comes_in_pages_by_cursor(library: Library) -> None:
    """The token that a page tells leads to the next one; the last page tells none."""
    for number in range(25):
        library.post("/tags", {"name": f"t{number}"})
    found: list[JSON] = []
    cursor = ""
    for count in (10, 10, 5):
        page = library.get(f"/tags?limit=10&cursor={cursor}")
        assert len(page["data"]) == count
        found += page["data"]
        cursor = page.get("next_cursor", "")
    assert ([tag["name"] for tag in found], cursor) == ([f"t{number}" for number in range(25)], "")


def test_a_list_is_filtered_by_members(library: Library) -> None:
    """A query parameter that is called like a member asks for its value; the numbers follow."""
    for room in ("east", "west", "east"):
        library.post("/shelves", {"room": room})
    page = library.get("/shelves?room=east&limit=1")
    assert ([shelf["id"] for shelf in page["shelves"]], page["total"]) == ([1], 2)
    assert page["next"] == "/shelves?limit=1&room=east&offset=1"
    library.post("/shelves/1/books", {"title": "Emma", "lent": True})
    assert [len(library.get(f"/shelves/1/books?lent={lent}")) for lent in ("true", "false")] == [1, 0]


def test_namespaces_have_each_their_own(library: Library) -> None:
    """What one of them creates no other sees, and the same history gives the same bytes."""
    one, other = Library(library.app, "1"), Library(library.app, "2")
    histories = [_history(one), _history(other)]
    assert histories[0] == histories[1]
    assert library.get("/shelves")["shelves"] == []
    assert len(one.get("/shelves")["shelves"]) == 2


def test_the_same_history_gives_the_same_bytes_in_another_process(library: Library, tmp_path: Path) -> None:
    """Ids and made up members are a function of what was asked before."""
    spec = str(tmp_path / "library.json")
    with serving(spec, "--infer-state", environment={"PYTHONHASHSEED": "7"}) as server:
        there = [server.send(request).body for request in _REQUESTS]
    assert there == _history(library)


def test_what_was_created_survives_a_restart(library: Library, tmp_path: Path) -> None:
    """With `--state FILE`."""
    arguments = (str(tmp_path / "library.json"), "--infer-state", "--state", str(tmp_path / "state"))
    for count in (1, 2):
        with serving(*arguments) as server:
            made = server.send(_post("/shelves", SHELF))
            assert json.loads(made.body)["id"] == count
            assert json.loads(server.send(Request("GET", "/shelves")).body)["total"] == count


def test_a_reset_forgets_what_was_created(library: Library) -> None:
    """Ids begin anew as well."""
    for _ in range(2):
        assert library.post("/shelves", SHELF)["id"] == 1
        assert library.status("POST", "/__understudy__/reset") == 204
    assert library.get("/shelves")["total"] == 0


def test_what_has_no_plain_shape_is_synthesised(library: Library) -> None:
    """What is created by nothing, a list of changes, an answer that lists: each is as ever."""
    told = {
        f"{one['method']} {one['path']}": one["reply"] for one in library.get("/__understudy__/operations")
    }
    assert [name for name, reply in told.items() if reply == "synthesised"] == [
        "PATCH /shelves/{shelf}/books/{book_uuid}",
        "POST /searches",
        "GET /rooms",
        "GET /rooms/{id}",
    ]
    assert set(told.values()) == {"inferred", "synthesised"}
    assert library.get("/rooms/5") == {"id": 5}


STUB = """
from understudy.stub import Call, Reply, answers


@answers("{0}")
def own(call: Call) -> Reply:
    return Reply({1})
"""


def test_a_stub_comes_before_what_is_inferred(tmp_path: Path) -> None:
    """The operations beside it stay inferred."""
    client = _with_stub(tmp_path, "GET /shelves", {"shelves": [], "total": 7})
    client.post("/shelves", SHELF)
    assert client.get("/shelves") == {"shelves": [], "total": 7}
    assert client.get("/shelves/1")["room"] == "east"


def test_what_a_stub_creates_is_the_stubs(tmp_path: Path) -> None:
    """Nothing of it is inferred, and what belongs to it needs it no more."""
    client = _with_stub(tmp_path, "POST /tags", {"name": "own"}, status=201)
    assert client.post("/tags", {"name": "a"}) == {"name": "own"}
    assert field(client.ask("GET", "/tags/a"), "understudy-reply") == "synthesised"


def test_nothing_is_inferred_unless_that_is_asked_for(library: Library, tmp_path: Path) -> None:
    """Every request stands alone then."""
    with serving(str(tmp_path / "library.json")) as server:
        assert [json.loads(server.send(_post("/shelves", SHELF)).body)["room"] for _ in range(2)] == [
            "east"
        ] * 2
        assert server.send(Request("GET", "/shelves/9")).status == 200


def _with_stub(folder: Path, operation: str, body: JSON, **rest: JSON) -> Library:
    told = "".join(f", {name}={value!r}" for name, value in rest.items())
    stubs = folder / "stubs"
    stubs.mkdir()
    (stubs / "library.py").write_text(STUB.format(operation, repr(body) + told))
    return Library.in_folder(folder, paths=PATHS, stubs=str(stubs))


def _post(path: str, body: JSON) -> Request:
    return Request("POST", path, "", (("content-type", "application/json"),), json.dumps(body).encode())


_REQUESTS = [
    *(_post("/shelves", SHELF) for _ in range(2)),
    _post("/shelves/2/books", {"title": "Emma"}),
    Request("GET", "/shelves/2/books"),
    Request("GET", "/shelves"),
]


def _history(client: Library) -> list[bytes]:
    return [
        client.ask(each.method, each.path, json.loads(each.body) if each.body else None).body
        for each in _REQUESTS
    ]
