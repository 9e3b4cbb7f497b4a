"""For this test, the next call of an operation answers this."""

import json
from pathlib import Path
from typing import Any

import pytest

from pets import ADMIN, Pets, field
from understudy.serve.store import Store
from understudy.session import NOBODY
from understudy.types import JSON

BUSY = {"operation": "listPets", "status": 503, "unchecked": True, "headers": {"Retry-After": 2}}


@pytest.fixture
def pets(tmp_path: Path) -> Pets:
    return Pets.in_folder(tmp_path)


def test_the_next_call_is_answered_so(pets: Pets) -> None:
    """Once, and then all is as ever."""
    before = pets.see()
    pets.expect({"operation": "listPets", "body": [{"id": 7}]})
    response = pets.see()
    assert (response.status, json.loads(response.body)) == (200, [{"id": 7}])
    assert field(response, "understudy-reply") == "stub"
    assert field(response, "understudy-rule") == "expectation/1"
    assert pets.see() == before


def test_what_is_left_is_shown(pets: Pets) -> None:
    """As it was set, with how often it is still to be used; what is used up is gone."""
    pets.expect({**BUSY, "times": 2}, {"operation": "GET /pets", "prefer": "code=429"})
    assert pets.see().status == 503
    assert pets.left() == [
        {"id": 1, **BUSY, "times": 2, "left": 1},
        {"id": 2, "operation": "GET /pets", "prefer": "code=429", "left": 1},
    ]
    assert pets.statuses(3) == [503, 429, 200]
    assert pets.left() == []


def test_others_are_not_touched(pets: Pets) -> None:
    """An expectation waits for its own operation."""
    pets.expect(BUSY)
    assert pets.create().status == 201
    assert pets.see().status == 503


def test_any_operation_can_be_meant(pets: Pets) -> None:
    """By naming none."""
    pets.expect({"status": 502, "unchecked": True})
    assert (pets.create().status, pets.create().status) == (502, 201)


@pytest.mark.parametrize(
    ("match", "fits", "misses"),
    [
        ({"body": {"name": "Ida"}}, {"name": "Ida"}, {"name": "Eva"}),
        (
            {"body": {"/tags/1": {"b": 1, "a": 2}}},
            {"tags": [0, {"a": 2, "b": 1}]},
            {"tags": [{"a": 2, "b": 1}]},
        ),
        ({"body": {"": {"name": "Ida"}}}, {"": {"name": "Ida"}}, {"name": "Ida"}),
        ({"body": {"n": 1}}, {"n": 1.0}, {"n": True}),
        ({"body": {"n": None}}, {"n": None}, {}),
    ],
    ids=str,
)
def test_a_request_has_to_hold_what_is_told(pets: Pets, match: JSON, fits: Any, misses: Any) -> None:
    """Members of the body by name or by pointer, numbers by value."""
    pets.expect({"operation": "createPet", "match": match, "status": 201, "body": {"id": 9}})
    for body in (misses, fits):
        response = pets.ask("POST", "/pets", {"name": "x", **body})
        assert (response.body == b'{"id":9}') is (body is fits)


def test_query_and_header_are_compared_as_text(pets: Pets) -> None:
    """A number in a rule is the text of the number."""
    pets.expect({**BUSY, "match": {"query": {"n": 5}, "header": {"X-Tenant": "t1"}}})
    assert pets.see("n=5").status == 200
    assert pets.see("n=6", x_tenant="t1").status == 200
    assert pets.see("n=5", x_tenant="t1").status == 503


def test_an_expectation_outranks_a_scenario(pets: Pets) -> None:
    """And the scenario does not count the call."""
    pets.play("default", {"operation": "listPets", "times": 1, "prefer": "code=429"})
    pets.expect(BUSY)
    assert pets.statuses(3) == [503, 429, 200]


def test_they_are_played_in_order(pets: Pets) -> None:
    """Each is used up before the next has its turn."""
    pets.expect({"operation": "listPets", "body": [], "times": 2})
    pets.expect(BUSY)
    assert pets.statuses(4) == [200, 200, 503, 200]


def test_on_which_calls_is_told_by_every_and_times(pets: Pets) -> None:
    """Every second call, twice altogether; without end where `times` is null."""
    pets.expect({**BUSY, "every": 2, "times": 2})
    assert pets.statuses(6) == [200, 503, 200, 503, 200, 200]
    pets.expect({**BUSY, "times": None})
    assert pets.statuses(3) == [503, 503, 503]
    assert pets.left() == [{"id": 2, **BUSY, "times": None, "left": None}]


def test_a_namespace_has_its_own(pets: Pets) -> None:
    """By header, by query, or riding on the credential; a reset forgets those of one namespace alone."""
    pets.expect(BUSY, namespace="a")
    assert pets.ask("POST", ADMIN + "expectations", BUSY, "namespace=b").status == 200
    assert pets.see().status == 200
    assert [len(pets.left(namespace=name)) for name in ("a", "b", "")] == [1, 1, 0]
    assert pets.see(namespace="a").status == 503
    assert pets.see(namespace="b").status == 503


def test_reset_and_delete_forget_them(pets: Pets) -> None:
    """The count of the calls too."""
    for forget in (("DELETE", "expectations"), ("POST", "reset")):
        pets.expect({**BUSY, "every": 2})
        assert pets.see().status == 200
        assert pets.ask(forget[0], ADMIN + forget[1]).status == 204
        assert pets.left() == []
        pets.expect({**BUSY, "every": 2})
        assert pets.statuses(2) == [200, 503]


def test_what_is_used_up_or_withdrawn_leaves_no_count(tmp_path: Path) -> None:
    """The state of a namespace does not grow with the expectations it once had."""
    location = str(tmp_path / "state.sqlite")
    pets = Pets.in_folder(tmp_path, state=location)
    pets.expect({**BUSY, "every": 2}, {**BUSY, "every": 9})
    assert pets.statuses(2) == [200, 503]
    with Store(location).transaction(NOBODY) as state:
        assert list(state.all("understudy calls")) == ["expectation/2"]
    assert pets.ask("DELETE", ADMIN + "expectations").status == 204
    with Store(location).transaction(NOBODY) as state:
        assert state.all("understudy calls") == {}


def test_an_own_answer_is_for_any_request(pets: Pets) -> None:
    """As a broken gateway's: it does not look whether the request is valid. `prefer` is as the header."""
    pets.expect({"operation": "createPet", "status": 422, "body": {"why": "no"}})
    assert json.loads(pets.create(name=7).body) == {"why": "no"}
    pets.expect({"operation": "createPet", "prefer": "code=201, fault=garbage"})
    invalid = pets.create(name=7)
    assert (invalid.status, field(invalid, "understudy-reply")) == (422, "fault")


def test_what_a_rule_leaves_open_the_client_may_prefer(pets: Pets) -> None:
    """What it decides, it decides against the client's header."""
    pets.expect({"operation": "listPets", "prefer": "delay=1"}, {"operation": "listPets", "body": []})
    delayed = pets.see(prefer="code=429")
    assert (delayed.status, field(delayed, "preference-applied")) == (429, "code=429")
    decided = pets.see(prefer="code=429, fault=garbage")
    assert (decided.status, field(decided, "preference-applied")) == (200, "fault=garbage")


def test_header_fields_replace_those_of_the_answer(pets: Pets) -> None:
    """Of a reply that the contract makes too."""
    pets.expect({"operation": "listPets", "prefer": "code=429", "headers": {"Retry-After": 60, "X-A": "b"}})
    response = pets.see()
    assert [value for name, value in response.headers if name == "retry-after"] == ["60"]
    assert field(response, "x-a") == "b"


def test_a_fault_without_a_body_to_spoil_is_left_out(pets: Pets) -> None:
    """A rule for all operations meets some that answer nothing."""
    pets.expect({"prefer": "fault=garbage", "times": 2})
    assert (pets.ask("DELETE", "/pets/1").status, pets.see().status) == (204, 200)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (7, ": is to be an object, and is 7"),
        ({}, ": says no answer"),
        (
            {"operation": "listPet", "status": 429},
            "/operation: no operation 'listPet'; the nearest are listPets",
        ),
        ({"staus": 1}, "/staus: unknown key 'staus'; did you mean 'status'?"),
        ({"match": {"bdy": {}}}, "/match/bdy: unknown key 'bdy'; did you mean 'body'?"),
        ({"times": 0}, "/times: is to be 1 or more, and is 0"),
        ({"every": True}, "/every: is to be a whole number, and is true"),
        (
            {"operation": "listPets", "prefer": "code=418"},
            "/prefer: Prefer: code=418 cannot be met; declared are",
        ),
        (
            {"operation": "listPets", "prefer": "coed=429"},
            "/prefer: unknown preference 'coed'; did you mean 'code'?",
        ),
        ({"prefer": "code=429"}, "/prefer: without an `operation` there are `delay` and `fault` alone"),
        (
            {"operation": "removePet", "prefer": "fault=garbage"},
            "/prefer: Prefer: fault=garbage cannot be met",
        ),
        (
            {"operation": "listPets", "prefer": "code=429", "status": 429},
            "/prefer: chooses a reply, and so does",
        ),
        ({"status": 503}, ": cannot be checked without an `operation`"),
        ({"operation": "listPets", "status": 503}, "/status: status 503 is not declared: 200, 429 are"),
        ({"operation": "listPets", "status": 99}, "/status: is to be a status from 200 to 599, and is 99"),
        ({"operation": "listPets", "status": 200}, "/status: say the `body` too; `prefer: code=200`"),
        ({"operation": "listPets", "status": 429}, "/headers: "),
        ({"operation": "listPets", "prefer": "code=429", "headers": {"Retry-After": "x"}}, "/headers: "),
        ({"operation": "listPets", "body": [{"id": 1}, {"id": "x"}]}, "/body/1/id: "),
        ({"operation": "removePet", "status": 204, "body": {}}, "/body: a 204 has no body"),
        (
            {"operation": "listPets", "headers": {"X-A": "b\r\nc: d"}},
            "/headers/X-A: holds what a header field",
        ),
        ({"operation": "listPets", "headers": {"a b": "c"}}, "/headers/a b: is no name of a header field"),
        (
            {"operation": "listPets", "headers": {"Content-Length": 3}},
            "/headers/Content-Length: is written by",
        ),
        ({"operation": "listPets", "headers": {"X-A": None}}, "/headers/X-A: is to be a text, and is null"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(pets: Pets, rule: JSON, told: str) -> None:
    """When it is set, with the place and what to do; nothing of the list is set."""
    assert pets.refused([BUSY, rule]).startswith("/1" + told)
    assert pets.left() == []


@pytest.mark.parametrize(
    "rule",
    [
        {"operation": "listPets", "status": 418, "body": "tea"},
        {"operation": "listPets", "body": {"no": "list"}},
        {"operation": "listPets", "status": 429},
        {"status": 200, "body": "<p>", "headers": {"Content-Type": "text/html"}},
    ],
    ids=str,
)
def test_unchecked_answers_anything(pets: Pets, rule: dict[str, JSON]) -> None:
    """For a test of what a client does with a server that breaks its contract."""
    assert pets.refused(rule)
    pets.expect({**rule, "unchecked": True})
    assert pets.see().status == rule.get("status", 200)


def test_bad_bodies_and_queries_are_told(pets: Pets) -> None:
    """And a body that is too large is not read."""
    response = pets.ask("POST", ADMIN + "expectations", BUSY, "nmaespace=b")
    assert (response.status, b"there is: namespace" in response.body) == (400, True)
    assert pets.ask("POST", ADMIN + "expectations", "x" * 2_000_000).status == 413
    assert pets.ask("POST", ADMIN + "expectations").status == 400
    assert "1000 are the most" in pets.refused([BUSY] * 1001)
    pets.expect(*[BUSY] * 600)
    assert "at most 1000 rules" in pets.refused([BUSY] * 600)
    assert len(pets.left()) == 600
