"""Any schema at all: a valid instance or a plain refusal, the same each time, in bounded time."""

import json
import os
import subprocess
import sys
from pathlib import Path

from arbitrary_schemas import schemas
from hypothesis import HealthCheck, example, given, settings
from judging import KEY, accepted, seconds

from understudy.errors import Unsatisfiable
from understudy.synthesise import synthesise
from understudy.types import JSON

SLOW = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)


@SLOW
@given(schemas())
@example({"oneOf": [{"$ref": "#"}, {"contentMediaType": "application/json"}], "allOf": [{"$ref": "#"}]})
def test_any_schema(schema: JSON) -> None:
    """Valid or Unsatisfiable, with a pointer and a reason, and never anything else."""
    first, second = (_outcome(schema) for _ in range(2))
    assert first == second


def _outcome(schema: JSON) -> str:
    try:
        value = synthesise(schema, KEY)
    except Unsatisfiable as error:
        return f"{error.pointer} {error.reason}"
    assert accepted(schema, value), value
    return json.dumps(value)


@SLOW
@given(schemas())
def test_any_schema_in_bounded_time(schema: JSON) -> None:
    """A few seconds of CPU bound the worst of them."""
    assert seconds(schema) < 4


SCRIPT = """
import json, sys
from understudy.errors import Unsatisfiable
from understudy.synthesise import synthesise
for line in sys.stdin:
    try:
        print(json.dumps(synthesise(json.loads(line), b"key", echo={"a": 1, "b": "x", "name": "Ada"})))
    except Unsatisfiable as error:
        print(error)
"""


def test_the_same_in_every_process(tmp_path: Path) -> None:
    """Hash seeds, and the order in which schemas are asked for, change nothing."""
    found: list[JSON] = []

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(schemas())
    def collect(schema: JSON) -> None:
        found.append(schema)

    collect()
    lines = [json.dumps(schema) for schema in found]
    forward = _in_a_process(lines, "1", tmp_path)
    assert _in_a_process(lines[::-1], "2", tmp_path)[::-1] == forward
    assert len(set(forward)) > 10


def _in_a_process(lines: list[str], hash_seed: str, folder: Path) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    made = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input="\n".join(lines),
        env=environment,
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return made.stdout.splitlines()
