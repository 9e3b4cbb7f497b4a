"""Named lists of rules that requests take part in."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from documents import document, written
from pets import ADMIN, PATHS, Pets
from running import Running, serving
from understudy.errors import DocumentError
from understudy.types import JSON, Request, Response

BUSY = {"operation": "listPets", "status": 503, "unchecked": True, "headers": {"Retry-After": 2}}
FILE = """\
flaky:
  - operation: listPets
    times: 2
    status: 503
    headers: {Retry-After: 1}
    unchecked: true
  - operation: listPets
    every: 3
    prefer: code=429
slow:
  - prefer: delay=1
"""


@pytest.fixture
def pets(tmp_path: Path) -> Pets:
    return Pets.in_folder(tmp_path, scenarios=file(tmp_path, FILE))


def file(folder: Path, text: str) -> str:
    path = folder / "scenarios.yaml"
    path.write_text(text)
    return str(path)


def test_a_scenario_is_played_in_its_order(pets: Pets) -> None:
    """The first two calls 503; every third of the others 429; else as ever."""
    assert pets.statuses(8, scenario="flaky") == [503, 503, 200, 200, 429, 200, 200, 429]


def test_only_those_who_name_it_take_part(pets: Pets) -> None:
    """By header, or riding on the credential."""
    assert pets.see().status == 200
    assert pets.see(scenario="slow").status == 200
    assert pets.see(scenario="flaky").status == 503


def test_an_unknown_scenario_is_refused(pets: Pets) -> None:
    """The answer lists what there is."""
    response = pets.see(scenario="flakey")
    assert response.status == 400
    assert "no scenario 'flakey'; there are: flaky, slow" in json.loads(response.body)["detail"]


def test_each_namespace_counts_for_itself(pets: Pets) -> None:
    """A reset of one starts its scenarios again, and no other's."""
    assert pets.statuses(2, scenario="flaky", namespace="a") == [503, 503]
    assert pets.statuses(1, scenario="flaky", namespace="b") == [503]
    assert pets.ask("POST", ADMIN + "reset").status == 204
    assert pets.statuses(3, scenario="flaky", namespace="a") == [503, 503, 200]


def test_the_default_scenario_is_for_all_who_name_none(pets: Pets) -> None:
    """Until it is deleted."""
    pets.play("default", BUSY)
    assert (pets.see().status, pets.see(scenario="slow").status) == (503, 200)
    assert pets.ask("DELETE", ADMIN + "scenarios/default").status == 204
    assert pets.see().status == 200


def test_scenarios_are_set_read_and_deleted(pets: Pets) -> None:
    """A namespace's own comes before the file's of the same name, and its count is forgotten with it."""
    pets.play("flaky", {**BUSY, "times": 1}, namespace="a")
    pets.play("a%20b", BUSY, namespace="a")
    listed = json.loads(pets.ask("GET", ADMIN + "scenarios", namespace="a").body)
    assert [(name, len(rules)) for name, rules in listed.items()] == [("a%20b", 1), ("flaky", 1), ("slow", 1)]
    assert json.loads(pets.ask("GET", ADMIN + "scenarios/flaky", namespace="a").body) == [
        {**BUSY, "times": 1}
    ]
    assert pets.statuses(2, scenario="flaky", namespace="a") == [503, 200]
    pets.play("flaky", {**BUSY, "times": 1}, namespace="a")
    assert pets.statuses(2, scenario="flaky", namespace="a") == [503, 200]
    assert pets.ask("DELETE", ADMIN + "scenarios", namespace="a").status == 204
    assert pets.statuses(3, scenario="flaky", namespace="a") == [503, 503, 200]


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("GET", "scenarios/flakey", 404, "no scenario 'flakey'; there are: flaky, slow"),
        ("DELETE", "scenarios/flakey", 404, "no scenario 'flakey'; there are: none"),
        ("DELETE", "scenarios/flaky", 400, "is one of the file that the server was started with"),
        ("PUT", "scenarios/x", 400, "is to be a list of rules, and is {}"),
        ("PUT", f"scenarios/{'x' * 256}", 400, "256 characters long"),
        ("PUT", "scenarios/", 400, "a scenario has a name"),
        ("POST", "scenarios", 405, "takes GET, DELETE"),
    ],
)
def test_what_cannot_be_done_is_told(pets: Pets, method: str, path: str, status: int, told: str) -> None:
    """With what there is."""
    body: JSON = None
    if method == "PUT":
        body = {} if path.endswith("/x") else []
    response = pets.ask(method, ADMIN + path, body)
    assert (response.status, told in json.loads(response.body)["detail"]) == (status, True), response.body


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("[]", 1, "is to be an object"),
        ("a:\n  - operation: listPets\n    staus: 503\n", 3, "/a/0/staus: unknown key 'staus'; did you mean"),
        (
            "a:\n  - operation: listPet\n    status: 429\n",
            2,
            "no operation 'listPet'; the nearest are listPets",
        ),
        ("a: 7\n", 1, "/a: is to be a list of rules"),
        ("a:\n - times: 1\n", 2, "/a/0: says no answer"),
        ("a: []\nb: []\na: []\n", 3, "duplicate key 'a'"),
        ("a:\n  - operation: listPets\n    body:\n      - id: 1\n      - id: x\n", 5, "/a/0/body/1/id: "),
        ("{", 1, ""),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    """Before anything is served."""
    with pytest.raises(DocumentError) as raised:
        Pets.in_folder(tmp_path, scenarios=file(tmp_path, text))
    assert f"scenarios.yaml:{line}: " in str(raised.value)
    assert told in str(raised.value)


# --- two workers, which share their rules ------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("workers")
    spec = str(written(folder, document(PATHS)))
    with serving(spec, "--workers", "2", "--scenarios", file(folder, FILE)) as running:
        yield running


def ask(server: Running, method: str, path: str, body: JSON = None, **session: str) -> Response:
    fields = tuple((f"understudy-{name}", value) for name, value in session.items())
    text = b"" if body is None else json.dumps(body).encode()
    return server.send(Request(method, path, "", (*fields, ("content-type", "application/json")), text))


def statuses(server: Running, count: int, **session: str) -> list[int]:
    """Of so many requests at once."""
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: ask(server, "GET", "/pets", **session).status, range(count))
    return sorted(found)


def test_workers_count_together(server: Running) -> None:
    """Of many requests at once no more are answered by a rule than it says."""
    assert statuses(server, 20, namespace="n1", scenario="flaky") == [200] * 12 + [429] * 6 + [503] * 2


def test_what_is_set_at_one_worker_all_play(server: Running) -> None:
    """At once, and it is used up once."""
    for round in range(5):
        reply = ask(server, "POST", ADMIN + "expectations", [BUSY] * 3, namespace="n2")
        assert reply.status == 200, reply.body
        assert statuses(server, 8, namespace="n2") == [200] * 5 + [503] * 3, round
        assert ask(server, "GET", ADMIN + "expectations", namespace="n2").body == b"[]"


def test_a_reset_at_one_worker_all_follow(server: Running) -> None:
    """Even where the same rules are set again."""
    for _ in range(5):
        assert ask(server, "PUT", ADMIN + "scenarios/default", [BUSY], namespace="n3").status == 204
        assert statuses(server, 4, namespace="n3") == [503] * 4
        assert ask(server, "POST", ADMIN + "reset").status == 204
        assert statuses(server, 4, namespace="n3") == [200] * 4


def test_rules_outlive_a_server_with_state(tmp_path: Path) -> None:
    """As all that a namespace keeps."""
    arguments = (str(written(tmp_path, document(PATHS))), "--state", str(tmp_path / "state.sqlite"))
    with serving(*arguments) as running:
        assert ask(running, "POST", ADMIN + "expectations", {**BUSY, "times": 2}).status == 200
        assert ask(running, "GET", "/pets").status == 503
    with serving(*arguments) as running:
        assert [ask(running, "GET", "/pets").status for _ in range(2)] == [503, 200]
