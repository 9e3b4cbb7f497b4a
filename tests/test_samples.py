"""The samples of the documentation that print nothing by themselves: they do what is said of them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from documents import document, loaded, operation, taking, written
from running import serving
from understudy.types import Request

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PET = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "name": {"type": "string"}},
}


def samples(page: str, language: str) -> list[str]:
    return [body for name, body in BLOCK.findall((ROOT / page).read_text()) if name == language]


def understudy(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "KEY": "k", "GALILEO_KEY": "k"}
    command = [sys.executable, "-m", "understudy", *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_scenarios_play_as_they_are_written(tmp_path: Path) -> None:
    """Two calls fail and the next one is answered; another session is only slow."""
    [sample] = samples("docs/fake.md", "yaml")
    (tmp_path / "scenarios.yaml").write_text(sample)
    body = b'{"display_name": "x", "sampling_rate": 1}'
    headers = (("content-type", "application/json"), ("x-api-key", "demo+scenario=flaky"))
    flaky = Request("POST", "/api/v1/runs/rules/validate", "", headers, body)
    with serving("langsmith", "--scenarios", str(tmp_path / "scenarios.yaml")) as server:
        assert [server.send(flaky).status for _ in range(4)] == [503, 503, 200, 200]


def test_the_stubs_answer(tmp_path: Path) -> None:
    """The first creates a pet; the second finds none that was never kept."""
    create, read = samples("docs/documents.md", "python")
    ok = {"description": "", "content": {"application/json": {"schema": PET}}}
    paths = {
        "/pets": {"post": taking({"required": ["name"]}) | {"responses": {"201": ok}}},
        "/pets/{id}": {
            "get": operation(
                parameters=[{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
                responses={"200": ok, "404": {"description": ""}},
            )
        },
    }
    (tmp_path / "stubs").mkdir()
    (tmp_path / "stubs" / "pets.py").write_text(f"{create}\n\n{read}")
    spec = written(tmp_path, document(paths), "pets.json")
    headers = (("content-type", "application/json"),)
    with serving(str(spec), "--stubs", str(tmp_path / "stubs")) as server:
        made = server.send(Request("POST", "/pets", "", headers, b'{"name": "rex"}'))
        assert (made.status, json.loads(made.body)["name"]) == (201, "rex")
        assert server.send(Request("GET", "/pets/7")).status == 404


def test_the_settings_are_read(tmp_path: Path) -> None:
    """Every key of them is known, and both APIs are planned for."""
    [sample] = samples("docs/check.md", "toml")
    (tmp_path / "understudy.toml").write_text(sample)
    (tmp_path / "specs").mkdir()
    written(tmp_path / "specs", document({"/a": {"get": operation(), "delete": operation()}}), "shop.yaml")
    done = understudy("check", "--dry-run", "--update-baseline", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "galileo" in done.stdout
    assert "shop" in done.stdout


@pytest.mark.parametrize("number", range(3))
def test_the_commands_of_a_check_are_taken(tmp_path: Path, number: int) -> None:
    """Planned alone, for the real server is not there."""
    [sample] = [text for text in samples("README.md", "sh") if "understudy check" in text]
    commands = sample.replace("\\\n", " ").strip().splitlines()
    assert len(commands) == 3
    words = commands[number].partition("#")[0].replace("$KEY", "k").split()
    done = understudy(*words[1:], *([] if "--dry-run" in words else ["--dry-run"]), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "POST /v2/scorers/code/validate/log_record" in done.stdout or "curl " in done.stdout


def test_a_wrong_spelling_is_told_in_these_words(tmp_path: Path) -> None:
    """Of a list and of an object, each in a style that is not its own."""
    [sample] = samples("docs/documents.md", "text")
    numbers = {"type": "array", "items": {"type": "integer"}}
    period = {"type": "object", "properties": {key: {"type": "integer"} for key in ("from", "to")}}
    parameters = [
        {"name": "ids", "in": "query", "schema": numbers},
        {"name": "filter", "in": "query", "style": "deepObject", "schema": period},
    ]
    match = loaded(tmp_path, document({"/p": {"get": operation(parameters=parameters)}})).find("GET", "/p")
    assert match
    reading = match.operation.read(Request("GET", "/p", "ids=1,2&filter=from,1"), {})
    assert [violation.message for violation in reading.violations] == sample.splitlines()
