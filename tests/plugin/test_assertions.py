"""Assertions over what was called: partial matches, and failures that show the nearest misses."""

import textwrap

import pytest

from suites import run, told
from understudy.testing.calls import call
from understudy.testing.compare import differences
from understudy.testing.recorded import Wanted
from understudy.types import JSON

HEAD = """
import pytest

@pytest.fixture
def called(understudy_server, understudy_client):
    return understudy_server.requests.assert_called

def put(client, number, **body):
    client.put(f"/things/{number}?dry=1", json=body)
"""


def failing(suite: pytest.Pytester, body: str) -> list[str]:
    """What the one assertion of a test says."""
    lines = textwrap.indent(textwrap.dedent(body), "    ")
    suite.makepyfile(f"{HEAD}\ndef test_it(called, understudy_server, understudy_client):\n{lines}")
    result = run(suite)
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*src/understudy*")
    return told(result)


def test_the_nearest_misses(client_suite: pytest.Pytester) -> None:
    """The calls of the operation that differ least come first, the latest of equals, with what differs."""
    assert failing(
        client_suite,
        """
        put(understudy_client, 1, name="a")
        put(understudy_client, 2, name="b", size=1)
        put(understudy_client, 3, name="c", size=2)
        put(understudy_client, 4)
        understudy_client.get("/things")
        called("PUT /things/{id}", times=1, body={"name": "c", "size": 1}, query={"dry": 1}, status=200)
        """,
    ) == [
        "AssertionError: expected 1 call, got 0: PUT /things/{id}"
        ' with body={"name": "c", "size": 1}, query={"dry": 1}, status=200',
        "nearest misses (- expected, + got):",
        "call 3: PUT /things/3, answered 422",
        "- status: 200",
        "+ status: 422",
        "- body.size: 1",
        "+ body.size: 2",
        "call 2: PUT /things/2, answered 422",
        "- status: 200",
        "+ status: 422",
        '- body.name: "c"',
        '+ body.name: "b"',
        "call 1: PUT /things/1, answered 200",
        '- body.name: "c"',
        '+ body.name: "a"',
        "- body.size: 1",
        "+ body.size: (not there)",
        "and 1 that differs more",
    ]


def test_an_operation_that_was_never_called(client_suite: pytest.Pytester) -> None:
    """What was called instead is listed, that of no operation too."""
    assert failing(
        client_suite,
        """
        understudy_client.get("/things")
        understudy_client.get("/thing/1")
        called("getThing")
        """,
    ) == [
        "AssertionError: expected at least 1 call, got 0: getThing",
        "what was called:",
        "call 1: GET /things, answered 200",
        "call 2: GET /thing/1, answered 404",
    ]


def test_nothing_was_called(client_suite: pytest.Pytester) -> None:
    """It says so."""
    assert failing(client_suite, "called('getThing', headers={'X-Trace': 1})") == [
        'AssertionError: expected at least 1 call, got 0: getThing with headers={"X-Trace": 1}',
        "nothing was called in this test",
    ]


def test_called_too_often(client_suite: pytest.Pytester) -> None:
    """The calls that were too many are listed; so they are where none was expected."""
    lines = failing(
        client_suite,
        """
        for number in range(25):
            understudy_client.get(f"/things/{number + 1}")
        understudy_server.requests.assert_not_called("GET /things/{id}", status=200)
        """,
    )
    assert lines[:2] == [
        "AssertionError: expected 0 calls, got 25: GET /things/{id} with status=200",
        "call 6: GET /things/6, answered 200",
    ]
    assert lines[-2:] == ["call 25: GET /things/25, answered 200", "and 5 before these"]


def test_called_too_seldom(client_suite: pytest.Pytester) -> None:
    """Those that are as expected are told apart from the near misses."""
    assert failing(
        client_suite,
        """
        understudy_client.get("/things/1")
        understudy_client.get("/things/2", headers={"X-Trace": "b"})
        called("getThing", times=2, headers={"x-trace": "b"})
        """,
    ) == [
        'AssertionError: expected 2 calls, got 1: getThing with headers={"x-trace": "b"}',
        "call 2: GET /things/2, answered 200",
        "near miss (- expected, + got):",
        "call 1: GET /things/1, answered 200",
        '- headers.x-trace: "b"',
        "+ headers.x-trace: (not there)",
    ]


def test_an_unknown_operation(client_suite: pytest.Pytester) -> None:
    """A typing error is no call that is missing, nor one that was never made."""
    [line] = failing(client_suite, "understudy_server.requests.assert_not_called('getThings')")
    assert line.startswith("understudy.errors.UsageError: no operation 'getThings'; the nearest are getThing")


def test_an_unknown_criterion(client_suite: pytest.Pytester) -> None:
    """Nothing that is misspelt passes for fulfilled."""
    assert "unexpected keyword argument 'boddy'" in failing(client_suite, "called('getThing', boddy={})")[0]


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": {"b": [1, {"c": None}]}}, {"a": {"b": [1, {"c": None, "d": 1}], "e": 1}}),
        (1, 1.0),
        ({}, {"a": 1}),
        ((1, 2), [1, 2]),
        ({"a": pytest.approx(0.3)}, {"a": 0.1 + 0.2}),
    ],
)
def test_a_partial_match(expected: JSON, got: JSON) -> None:
    """An object may have other members, at any depth; numbers count by value."""
    assert not list(differences("body", expected, got))


@pytest.mark.parametrize(
    ("expected", "got", "where"),
    [
        ({"a": 1}, {"a": 2}, ["body.a"]),
        ({"a": 1}, {}, ["body.a"]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ["body.a.b.1"]),
        ([1], [1, 2], ["body"]),
        (1, True, ["body"]),
        (False, 0, ["body"]),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}, ["body.a", "body.b"]),
        ({"a": 1}, "text", ["body"]),
    ],
)
def test_no_match(expected: JSON, got: JSON, where: list[str]) -> None:
    """Each place that differs is told; a list has no other items, and `true` is no number."""
    assert [difference.where for difference in differences("body", expected, got)] == where


FORM = (
    '--x\r\nContent-Disposition: form-data; name="limit"\r\n\r\n5\r\n'
    '--x\r\nContent-Disposition: form-data; name="file"; filename="a.py"\r\nContent-Type: text/plain\r\n\r\n'
    "pass\r\n--x--\r\n"
)


@pytest.mark.parametrize(
    ("media_type", "body", "expected"),
    [
        ("application/json; charset=utf-8", '{"a": 1}', {"a": 1}),
        ("application/json", "{broken", "{broken"),
        ("text/plain", "hello", "hello"),
        ("application/x-www-form-urlencoded", "a=1&b=x&b=y", {"a": 1, "b": ["x", "y"]}),
        (
            "multipart/form-data; boundary=x",
            FORM,
            {"limit": 5, "file": {"filename": "a.py", "content": "pass"}},
        ),
        ("multipart/form-data", FORM, FORM),
    ],
)
def test_bodies(media_type: str, body: str, expected: JSON) -> None:
    """JSON is its value, a form its fields and files, anything else its text."""
    asked = {
        "method": "POST",
        "path": "/",
        "query": "",
        "headers": [["content-type", media_type]],
        "body": body,
    }
    entry = {
        **{"number": 1, "operation": None, "operationId": None, "violations": [], "request": asked},
        "response": {"status": 200, "headers": [], "body": ""},
    }
    assert not list(Wanted(None, body=expected).differences(call(entry)))
