"""Documents and stubs that cannot be served: one line that says where, exit 2, and no traceback."""

from pathlib import Path

import pytest

from cli.running import run

GOOD = """
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: getA
      responses: {'204': {description: none}}
"""
SWAGGER = "swagger: '1.2'\ninfo: {title: t, version: '1'}\npaths: {}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("openapi: 3.1.0\npaths: [\n  a: b\n", "bad.yaml:"),
        ("openapi: 3.1.0\n\tpaths: {}\n", "bad.yaml:2"),
        ("title: no OpenAPI\n", "bad.yaml"),
        ("- 1\n", "bad.yaml"),
        ("", "bad.yaml"),
        ("\x00", "bad.yaml"),
        (SWAGGER, "bad.yaml"),
        (GOOD.replace("3.1.0", "4.0.0"), "bad.yaml"),
        ("openapi: 3.1.0\ninfo: {}\npaths: 5\n", "bad.yaml"),
    ],
    ids=["unclosed", "tab", "foreign", "list", "empty", "nul", "swagger", "version", "paths"],
)
def test_a_bad_document_is_one_line(tmp_path: Path, text: str, told: str) -> None:
    """The line names the file, and the line in it where there is one."""
    (tmp_path / "bad.yaml").write_text(text)
    done = run("serve", str(tmp_path / "bad.yaml"), "--port", "0")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["none.yaml", "nothing", "empty"])
def test_a_document_that_is_not_there(tmp_path: Path, name: str) -> None:
    """A file, a shipped name, or a folder without a document."""
    (tmp_path / "empty").mkdir()
    done = run("serve", name, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"understudy: {name}: no ")


@pytest.mark.parametrize(
    ("stub", "told"),
    [
        ("from understudy.stub import *\n\ndef broken(:\n", "pets.py:3: SyntaxError"),
        ("\nraise KeyError('boom')\n", "pets.py:2: KeyError"),
        ("import no_such_module\n", "pets.py:1: ModuleNotFoundError"),
        ("from understudy.stub import answers\n@answers('getB')\ndef b(call): ...\n", "no operation 'getB'"),
        (
            "from understudy.stub import answers\n@answers('getA')\ndef a(call): ...\n"
            "@answers('getA')\ndef b(call): ...\n",
            "two stubs answer 'getA'",
        ),
        ("raise SystemExit(0)\n", "pets.py:1: SystemExit"),
    ],
    ids=["syntax", "raises", "import", "unknown", "twice", "exits"],
)
def test_a_bad_stub_file_is_one_line(tmp_path: Path, stub: str, told: str) -> None:
    """The line names the stub file and the line in it, or the operation."""
    (tmp_path / "pets.yaml").write_text(GOOD)
    (tmp_path / "stubs").mkdir()
    (tmp_path / "stubs" / "pets.py").write_text(stub)
    done = run("serve", "pets.yaml", "--stubs", "stubs", "--port", "0", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert told in done.stderr


def test_two_apis_of_one_name(tmp_path: Path) -> None:
    """Which of the two is meant nobody could tell."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pets.yaml").write_text(GOOD)
    done = run("list", "a/pets.yaml", "b/pets.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "two APIs called 'pets'" in done.stderr
