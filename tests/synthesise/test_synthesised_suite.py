"""The JSON Schema test suite for 2020-12: wherever a group has a valid instance, one is synthesised."""

import json
from collections.abc import Iterator

import pytest
from judging import accepted

from reference import ABSENT, suite
from understudy.errors import Unsatisfiable
from understudy.synthesise import synthesise
from understudy.types import JSON

SUITE = suite("json-schema-draft2020-12")

REMOTE = "it refers to documents that only the suite's own web server has"
EXCLUDED = {
    "refRemote.json": REMOTE,
    "dynamicRef.json: strict-tree schema, guards against misspelled properties": REMOTE,
    "dynamicRef.json: tests for implementation dynamic anchor and reference link": REMOTE,
    "dynamicRef.json: $ref and $dynamicAnchor are independent of order - $defs first": REMOTE,
    "dynamicRef.json: $ref and $dynamicAnchor are independent of order - $ref first": REMOTE,
    "dynamicRef.json: $ref to $dynamicRef finds detached $dynamicAnchor": REMOTE,
    "cross-draft.json: refs to historic drafts are processed as historic drafts": REMOTE,
}


def groups() -> Iterator[tuple[str, JSON, bool]]:
    """Name, schema, and whether some instance is valid."""
    for path in sorted(SUITE.rglob("*.json")):
        if path.name not in EXCLUDED:
            for group in json.loads(path.read_text(encoding="utf-8")):
                name = f"{path.name}: {group['description']}"
                if name not in EXCLUDED:
                    yield name, group["schema"], any(test["valid"] for test in group["tests"])


CASES = list(groups())


@pytest.mark.skipif(not CASES, reason=ABSENT)
def test_the_suite_was_found() -> None:
    """All of the suite is here, not a part of it."""
    assert sum(valid for _, _, valid in CASES) >= 400


@pytest.mark.parametrize(("schema", "valid"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_suite(schema: JSON, valid: bool) -> None:
    """A group with a valid instance gets one; of the others what comes out is valid too, or there is none."""
    try:
        value = synthesise(schema, b"suite")
    except Unsatisfiable:
        assert not valid
    else:
        assert accepted(schema, value), value
