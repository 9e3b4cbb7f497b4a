"""A suite of a user's, run by a pytest of its own."""

import json
from pathlib import Path

import pytest

from things import things

SUITE = """
import understudy

test_things = understudy.contract("things.json", max_examples=0, include=["GET /things"])
"""
STUBS = """
from understudy.stub import Call, Reply, answers

@answers("POST /things")
def make(call: Call) -> Reply:
    thing = {"id": len(call.state.all("thing")) + 1, "name": call.body["name"]}
    call.state.put("thing", str(thing["id"]), thing)
    return Reply(thing, status=201)

@answers("GET /things")
def listed(call: Call) -> Reply:
    return Reply(list(call.state.all("thing").values()))
"""
INI = """
[pytest]
understudy_specs = things.json
understudy_stubs = stubs
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with the document of the things and a suite that holds a server to it."""
    Path("things.json").write_text(json.dumps(things()))
    pytester.makepyfile(test_api=SUITE)
    return pytester


@pytest.fixture
def client_suite(suite: pytest.Pytester) -> pytest.Pytester:
    """The same folder for the tests of a client; the fake remembers the things that are made."""
    Path("test_api.py").unlink()
    Path("stubs").mkdir()
    Path("stubs/things.py").write_text(STUBS)
    suite.makeini(INI)
    return suite
