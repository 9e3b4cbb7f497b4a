"""`understudy list`, and how both commands look on a terminal."""

import os
import pty
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from cli.running import COMMAND, run, variables
from documents import document, operation, written
from library import PATHS

RULE = "/api/v1/runs/rules/validate"
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7]m")
OVERLAY = """
overlay: 1.0.0
info: {title: t, version: 1.0.0}
actions:
  - target: $.paths
    update:
      /added:
        get:
          responses: {'204': {description: none}}
"""


def on_terminal(environment: Mapping[str, str], *arguments: str) -> str:
    """What a server writes to a terminal until it is ready."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        with subprocess.Popen(
            [*COMMAND, *arguments], stdout=theirs, env=variables({"TERM": "xterm-256color", **environment})
        ) as process:
            os.close(theirs)
            shown = b""
            while b"Ctrl-C" not in shown:
                shown += screen.read(65536)
            process.terminate()
        return shown.decode()


def test_a_pipe_gets_plain_lines() -> None:
    """One line for each operation, in columns that `cut` takes apart."""
    done = run("list")
    assert done.returncode == 0
    assert [line for line in done.stderr.splitlines() if not line.startswith("warning: ")] == []
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line for line in lines if len(line) == 4] == [
        ["galileo", "POST", "/v2/scorers/code/validate/log_record", "stub"],
        ["langsmith", "POST", "/api/v1/runs/rules/validate", "stub"],
    ]
    assert ["langsmith", "GET", "/info", "synthesised", "companion"] in lines


def test_the_bare_document_has_no_companion() -> None:
    """Without the overlays beside it nothing that we wrote is listed, nor missed by its stubs."""
    done = run("list", "--no-overlay")
    assert [line.split("\t")[2] for line in done.stdout.splitlines()] == [
        "/v2/scorers/code/validate/log_record",
        RULE,
    ]


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)], ids=str)
def test_a_terminal_gets_colours_unless_it_wants_none(environment: dict[str, str], coloured: bool) -> None:
    """NO_COLOR takes the colours away; what is told stays the same."""
    shown = on_terminal(environment, "serve", "langsmith", "--port", "0")
    assert RULE in shown
    assert bool(COLOUR.search(shown)) is coloured


def test_what_is_inferred_is_told(tmp_path: Path) -> None:
    """With `--infer-state`; without it nothing is."""
    spec = str(written(tmp_path, document({"/flags/{key}": PATHS["/flags/{key}"]})))
    told = [run("list", spec, *more).stdout.split() for more in (("--infer-state",), ())]
    assert [words[3::4] for words in told] == [["inferred"] * 2, ["synthesised"] * 2]


def test_one_more_overlay(tmp_path: Path) -> None:
    """`--overlay FILE` is applied on top of those beside the document."""
    file = tmp_path / "more.yaml"
    file.write_text(OVERLAY)
    done = run("list", "langsmith", "--overlay", str(file))
    assert "langsmith\tGET\t/added\tsynthesised" in done.stdout.splitlines()


def test_an_overlay_that_is_none(tmp_path: Path) -> None:
    """One line, exit 2."""
    file = tmp_path / "more.yaml"
    file.write_text("a: 1\n")
    done = run("list", "langsmith", "--overlay", str(file))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert str(file) in done.stderr


def test_help_and_version() -> None:
    """What a newcomer types first."""
    assert "serve" in run("--help").stdout
    assert "--credential SCHEME=VALUE" in run("serve", "--help").stdout
    assert run("--version").stdout.startswith("understudy, version ")


def test_apis_that_take_the_same_requests_are_told_apart_at_the_start(tmp_path: Path) -> None:
    """By a line that says where they are served, and in the address of each operation."""
    for name in ("one", "two"):
        written(tmp_path, document({"/pets": {"get": operation()}}), f"{name}.json")
    shown = on_terminal({}, "serve", "--port", "0", str(tmp_path / "one.json"), str(tmp_path / "two.json"))
    assert "one, two take some of the same requests: each is served below its own name" in shown
    assert re.search(r"http://127\.0\.0\.1:[0-9]+/two/pets ", COLOUR.sub("", shown))
