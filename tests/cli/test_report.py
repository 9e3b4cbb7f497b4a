"""`understudy report`: merge, compare and render, as they are typed."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from check.servers import Serving, listening
from check.shop import OPEN, keeping
from documents import written
from understudy.cli import main
from understudy.report.json import from_json, to_json


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `good.json` and `bad.json`: one API, checked twice."""
    folder = tmp_path_factory.mktemp("reports")
    document = str(written(folder, OPEN, "open.json"))

    def breaking(request: bytes) -> bytes:
        return keeping(request).replace(b"application/json", b"application/jsom")

    for name, reply in (("good", keeping), ("bad", breaking)):
        with listening(Serving(reply)) as url:
            report = ("--report", f"json={folder / name}.json")
            understudy("check", document, "--target", url, "--max-examples", "1", *report)
    return folder


@pytest.fixture(autouse=True)
def here(checked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy of it is the working folder."""
    shutil.copytree(checked, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


def understudy(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_compare() -> None:
    """What is new fails, what is fixed and what is still there does not."""
    worse = understudy("report", "compare", "good.json", "bad.json")
    assert worse.exit_code == 1
    assert worse.stdout.endswith("1 new, 0 fixed, 0 still there\n")
    better = understudy("report", "compare", "bad.json", "good.json")
    assert (better.exit_code, better.stdout.splitlines()[-1]) == (0, "0 new, 1 fixed, 0 still there")
    assert understudy("report", "compare", "bad.json", "bad.json").stdout.endswith("1 still there\n")


@pytest.mark.parametrize("form", ["html", "json", "junit", "markdown", "sarif", "text"])
def test_render(form: str) -> None:
    """To a file the same as to standard output."""
    shown = understudy("report", "render", "bad.json", form)
    assert shown.exit_code == 0
    assert understudy("report", "render", "bad.json", form, "-o", "out").exit_code == 0
    assert Path("out").read_text() == shown.stdout
    assert "jsom" in shown.stdout


def test_render_in_an_unknown_form() -> None:
    """Exit 2, with the forms that there are."""
    done = understudy("report", "render", "bad.json", "pdf")
    assert done.exit_code == 2
    assert "there are: html, json" in done.stderr


@pytest.mark.parametrize("command", [["render", "bad.json", "text"], ["merge", "bad.json"]])
def test_a_file_that_cannot_be_written(command: list[str]) -> None:
    """Exit 2 and one line."""
    done = understudy("report", *command, "-o", "no/such/folder.json")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "cannot write no/such/folder.json" in done.stderr


def test_what_is_no_report() -> None:
    """Exit 2 and one line that says where it fails."""
    Path("other.json").write_text('{"format": 1}')
    done = understudy("report", "render", "other.json", "text")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "not a report of Understudy" in done.stderr


def test_a_run_that_was_broken_off_is_shown_as_that(unused_url: str) -> None:
    """A report read again has the exit code and the words of the run."""
    arguments = ["open.json", "--target", unused_url, "--max-examples", "1", "--report", "json=dead.json"]
    assert understudy("check", *arguments).exit_code == 3
    assert "Broken off" in understudy("report", "render", "dead.json", "text").stdout
    assert understudy("report", "merge", "dead.json", "-o", "same.json").exit_code == 3
    assert Path("same.json").read_bytes() == Path("dead.json").read_bytes()


def test_merge_of_apis() -> None:
    """Reports of different APIs of one run are one report."""
    written(Path(), OPEN, "second.json")
    with listening(Serving(keeping)) as url:
        understudy(
            "check", "second.json", "--target", url, "--max-examples", "1", "--report", "json=two.json"
        )
    assert understudy("report", "merge", "good.json", "two.json", "-o", "both.json").exit_code == 0
    assert [api.name for api in from_json(Path("both.json").read_bytes()).apis] == ["open", "second"]


def test_merge_against_a_baseline() -> None:
    """Written of the whole, it makes the next merge pass; what is new fails, what is gone is told."""
    arguments = ("-o", "out.json", "--baseline", "known.yaml")
    assert understudy("report", "merge", "bad.json", *arguments).exit_code == 2
    assert understudy("report", "merge", "bad.json", *arguments, "--update-baseline").exit_code == 0
    assert understudy("report", "merge", "bad.json", *arguments).exit_code == 0
    (listed,) = from_json(Path("out.json").read_bytes()).baseline
    assert listed.state == "known"
    gone = understudy("report", "merge", "good.json", *arguments)
    assert (gone.exit_code, "Still in the baseline, but gone: 1 finding." in gone.stdout) == (0, True)
    Path("known.yaml").write_text("findings: []\n")
    assert understudy("report", "merge", "bad.json", *arguments).exit_code == 1


def test_a_baseline_is_not_written_of_some_shards() -> None:
    """What the missing ones would show is not forgotten."""
    whole = from_json(Path("bad.json").read_bytes())
    Path("one.json").write_text(to_json(replace(whole, shards=("1/2",))))
    done = understudy("report", "merge", "one.json", "-o", "out.json", "--baseline", "k", "--update-baseline")
    assert (done.exit_code, Path("k").exists()) == (2, False)
    assert "there is no shard 2/2" in done.stderr
