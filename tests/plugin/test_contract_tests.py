"""The tests that `understudy.contract` makes, in a user's own suite."""

from pathlib import Path
from typing import Any

import pytest

import understudy
import understudy.checking
from gallery.serving import serve
from suites import run
from things import make_app
from understudy.report.words import RULES

TESTING = Path(__file__).parent.parent.parent / "docs" / "testing.md"
TESTS = len(RULES)
"""The suite is about one operation."""
OF_POST = """
import understudy

test_things = understudy.contract("things.json", max_examples=0, include=["POST /things"]{})
"""


def test_the_public_names() -> None:
    """`import understudy` gives a version and one function, and what is loaded later hides neither."""
    assert understudy.__all__ == ["__version__", "contract"]
    assert callable(understudy.contract)


def test_one_test_for_each_operation_and_rule(suite: pytest.Pytester) -> None:
    """Their names say both, in the order of the document and of the report."""
    listed = [line for line in run(suite, "--collect-only", "-q").outlines if "::" in line]
    assert len(listed) == TESTS
    assert listed[0] == "test_api.py::test_things[GET /things | answers]"
    assert "test_api.py::test_things[GET /things | refuses]" in listed


def test_our_own_fake_conforms(suite: pytest.Pytester) -> None:
    """Without a target, our own fake of the document is held to it."""
    run(suite).assert_outcomes(passed=TESTS)


def test_a_fault_is_told_in_the_findings_own_words(suite: pytest.Pytester) -> None:
    """The rule's test fails: cause, place in the document, expected, got, a curl line, and no traceback."""
    suite.makepyfile(test_api=OF_POST.format(""))
    with serve(make_app("null name")) as url:
        result = run(suite, f"--understudy-target={url}")
    result.assert_outcomes(failed=1, passed=len(RULES) - 1)
    result.stdout.re_match_lines(
        [
            r"_+ test_things\[POST /things \| body\] _+",
            r"server: In the body of the 201 answer: `name` must be of type string, got null",
            r"  at things.json:1 /paths/~1things/post/responses/201/content/application~1json/schema/"
            r"properties/name/type",
            r'  expected "string", got null',
            r"  seen \d+ times, finding [0-9a-f]{12}",
            r"  curl -sS \"\$TARGET\"/things -H 'content-type: application/json' --data-raw .*",
            r"=+ short test summary info =+",
        ],
        consecutive=True,
    )


def test_workers_share_one_check(suite: pytest.Pytester) -> None:
    """Under pytest-xdist the requests are sent once, by one worker, and every worker has the report."""
    app = make_app()
    asked: list[str] = []

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        await app(scope, receive, send)

    with serve(counting) as url:
        run(suite, f"--understudy-target={url}").assert_outcomes(passed=TESTS)
        alone = len(asked)
        run(suite, f"--understudy-target={url}", "-n", "2").assert_outcomes(passed=TESTS)
    assert len(asked) == 2 * alone


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_dead_target_is_told_once(suite: pytest.Pytester, workers: str) -> None:
    """One test says that nothing answers, and the others are skipped."""
    result = run(suite, "--understudy-target=http://127.0.0.1:9", "-n", workers)
    result.assert_outcomes(errors=1, skipped=TESTS - 1)
    result.stdout.fnmatch_lines(["http://127.0.0.1:9: Could not be tested: no answer of things: Refused: *"])


def test_a_target_that_is_no_url_is_told_once(suite: pytest.Pytester) -> None:
    """So is what the options have wrong."""
    result = run(suite, "--understudy-target=nonsense")
    result.assert_outcomes(errors=1, skipped=TESTS - 1)
    result.stdout.fnmatch_lines(["nonsense: *no http or https URL*"])


def test_a_document_that_is_not_there(pytester: pytest.Pytester) -> None:
    """One test says which."""
    pytester.makepyfile("import understudy\ntest_it = understudy.contract('nowhere.yaml')")
    result = run(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["understudy.contract('nowhere.yaml'): nowhere.yaml: no such file or folder*"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_include_and_exclude(pytester: pytest.Pytester, suite: pytest.Pytester) -> None:
    """Operations that are not meant have no tests."""
    pytester.makepyfile(
        test_api="import understudy\n"
        "test_it = understudy.contract('things.json', include=['GET *'], exclude=['getOwner'])"
    )
    listed = [line for line in run(suite, "--collect-only", "-q").outlines if "::" in line]
    assert {line.split(" | ")[0] for line in listed} == {
        "test_api.py::test_it[GET /things",
        "test_api.py::test_it[GET /things/{id}",
    }


@pytest.mark.parametrize(("strict", "failed"), [(False, 0), (True, 1)])
def test_strict(suite: pytest.Pytester, strict: bool, failed: int) -> None:
    """What the server lets pass fails only where that is asked for, and is shown either way."""
    suite.makepyfile(test_api=OF_POST.format(f", strict={strict}"))
    with serve(make_app("long names")) as url:
        result = run(suite, f"--understudy-target={url}", "-rA")
    result.assert_outcomes(failed=failed, passed=len(RULES) - failed)
    result.stdout.fnmatch_lines(["lenient: Takes what the contract refuses: *"])


def test_the_engine_is_loaded_only_when_it_is_needed(pytester: pytest.Pytester) -> None:
    """A suite without such tests does not wait for it, and to collect them a document is enough."""
    pytester.makeconftest(
        "import sys\n"
        "def pytest_sessionfinish():\n"
        "    wanted = ('connexion', 'schemathesis', 'understudy.checking', 'understudy.ruling')\n"
        "    print('\\nLOADED', *[name for name in wanted if name in sys.modules])\n"
    )
    pytester.makepyfile(test_other="def test_it():\n    pass\n")
    assert "LOADED" in run(pytester, "-s").outlines
    pytester.makepyfile(test_api="import understudy\ntest_it = understudy.contract('galileo')")
    listed = run(pytester, "-s", "--collect-only").outlines
    assert "LOADED understudy.ruling" in listed


def test_the_engine_runs_where_every_warning_is_an_error(suite: pytest.Pytester) -> None:
    """What its libraries say of each other is kept from the user's suite."""
    run(suite, "-W", "error").assert_outcomes(passed=TESTS)


def test_the_sample_of_the_readme(pytester: pytest.Pytester) -> None:
    """The suite that docs/testing.md shows has tests, with whatever other plugins are installed."""
    text = TESTING.read_text().partition("## The contract as tests")[2]
    pytester.makepyfile(test_api=text.partition("```python\n")[2].partition("```")[0])
    lines = pytester.runpytest_subprocess("--collect-only", "-q", "-p", "no:randomly").outlines
    listed = [line for line in lines if "::" in line]
    assert listed[0] == "test_api.py::test_langsmith[POST /api/v1/runs/rules/validate | answers]"
    assert len(listed) == len(RULES)
