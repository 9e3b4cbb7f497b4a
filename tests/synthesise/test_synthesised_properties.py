"""Any schema at all: a valid instance or a plain refusal, the same each time, in bounded time."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from arbitrary_schemas import schemas
from hypothesis import HealthCheck, Phase, example, given, settings
from judging import KEY, accepted

from understudy.errors import Unsatisfiable
from understudy.synthesise import synthesise
from understudy.types import JSON

WIDE = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.explicit, Phase.generate],
)


@settings(WIDE, max_examples=250)
@given(schemas())
@example({"oneOf": [{"$ref": "#"}, {"contentMediaType": "application/json"}], "allOf": [{"$ref": "#"}]})
def test_any_schema(schema: JSON) -> None:
    """Valid or Unsatisfiable, and never anything else; the same again; within seconds of CPU."""
    start = time.process_time()
    first = _outcome(schema)
    assert time.process_time() - start < 4
    assert _outcome(schema) == first


def _outcome(schema: JSON) -> str:
    try:
        value = synthesise(schema, KEY)
    except Unsatisfiable as error:
        return f"{error.pointer} {error.reason}"
    assert accepted(schema, value), value
    return json.dumps(value)


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


RICH = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string"},
        "created_at": {"type": "string"},
        "tags": {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"type": "string"}},
        "kind": {"enum": ["a", "b", "c"]},
        "prices": {"type": "object", "additionalProperties": {"type": "number"}},
    },
}


def test_the_same_in_every_process(tmp_path: Path) -> None:
    """Hash seeds, and the order in which schemas are asked for, change nothing."""
    found: list[JSON] = [RICH]

    @settings(WIDE, max_examples=150, derandomize=True)
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
