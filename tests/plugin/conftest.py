"""A suite of a user's, run by a pytest of its own."""

import json
from pathlib import Path

import pytest

from things import things

SUITE = """
import understudy

test_things = understudy.contract("things.json", max_examples=0, include=["GET /things"])
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with the document of the things and a suite that holds a server to it."""
    Path("things.json").write_text(json.dumps(things()))
    pytester.makepyfile(test_api=SUITE)
    return pytester
