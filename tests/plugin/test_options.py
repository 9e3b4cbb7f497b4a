"""What pytest's ini file and command line say of the fixtures."""

import re
from pathlib import Path

import pytest

from suites import run
from understudy.testing.options import INI

TESTING = Path(__file__).parent.parent.parent / "docs" / "testing.md"
STRICT = """
understudy_specs = langsmith
understudy_auth = strict
understudy_seed = 7
understudy_credentials =
    API Key=s3cret
"""
RULE = """
RULE = {"display_name": "x", "sampling_rate": 1, "evaluators": [{"structured": {}}]}

def validate(client, key):
    return client.post("/api/v1/runs/rules/validate", headers={"X-API-Key": key}, json=RULE)
"""


def test_the_ini_says_what_is_played_and_how(pytester: pytest.Pytester) -> None:
    """API, credentials and seed; the command line's seed comes first."""
    pytester.makeini("[pytest]" + STRICT)
    pytester.makepyfile(f"""{RULE}
def test_it(understudy_client):
    assert understudy_client.get("/projects").status_code == 404
    assert validate(understudy_client, "other").status_code == 401
    answer = validate(understudy_client, "s3cret")
    assert answer.status_code == 200
    print("run", answer.json()[0]["run_id"])
""")
    results = [run(pytester, "-s", *typed) for typed in ((), (), ("--understudy-seed=8",))]
    for result in results:
        result.assert_outcomes(passed=1)
    first, again, other = (re.findall("run (.*)", str(result.stdout)) for result in results)
    assert first == again != other


def test_files_are_named_from_where_the_ini_is(client_suite: pytest.Pytester) -> None:
    """Wherever pytest is started."""
    client_suite.makepyfile("""
        def test_it(understudy_client):
            understudy_client.post("/things", json={"name": "kept"})
            assert understudy_client.get("/things").json()[0]["name"] == "kept"
    """)
    Path("inner").mkdir()
    client_suite.chdir()
    [file] = Path().glob("test_*.py")
    file.rename(f"inner/{file.name}")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir("inner")
        run(client_suite, "--rootdir=..", "-c", "../tox.ini", ".").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("understudy_auth = sometimes", "understudy_auth: no mode 'sometimes'; there are: off, spec, strict"),
        ("understudy_seed = x", "understudy_seed: is to be a whole number"),
        ("understudy_spec = x", "unknown ini option 'understudy_spec'; did you mean 'understudy_specs'?"),
        ("understudy_stubs = nowhere", "understudy_stubs: no such file or folder: *nowhere"),
        ("understudy_scenarios = nowhere", "understudy_scenarios: no such file or folder: *nowhere"),
        ("understudy_credentials = abc", "understudy_credentials: 'abc' is not SCHEME=VALUE"),
        ("understudy_server = there", "understudy_server: 'there' is no http or https URL, such as *"),
    ],
)
def test_a_bad_value_is_a_usage_error(pytester: pytest.Pytester, line: str, told: str) -> None:
    """Before any test runs: what is wrong, and what there is."""
    pytester.makeini(f"[pytest]\n{line}\n")
    pytester.makepyfile("def test_it():\n    pass\n")
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {told}"])


def test_a_value_of_another_type_is_a_usage_error(pytester: pytest.Pytester) -> None:
    """In the types of TOML."""
    pytester.makepyprojecttoml('[tool.pytest]\nunderstudy_seed = 7\nunderstudy_specs = "langsmith"\n')
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *'understudy_specs' expects a list*"])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("understudy_specs = nowhere.yaml", "understudy: nowhere.yaml: no such file or folder, nor *"),
        ("understudy_credentials = Nobody=x", "understudy: no security scheme 'Nobody'; there are: *"),
        ("understudy_target = there", "understudy: target: 'there' is no http or https URL, such as *"),
    ],
)
def test_what_cannot_be_played_is_told_by_the_tests(pytester: pytest.Pytester, line: str, told: str) -> None:
    """Those that use a fixture fail in its words alone; the others run."""
    pytester.makeini(f"[pytest]\n{line}\n")
    pytester.makepyfile("def test_it(understudy_client):\n    pass\ndef test_other():\n    pass\n")
    result = run(pytester)
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([told])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*During handling*")


def test_the_readme_lists_every_option() -> None:
    """Each key of the ini file, and no other."""
    table = TESTING.read_text().partition("| in pytest's ini |")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| `understudy_(\w+)`", table, re.MULTILINE)
    assert listed == list(INI)
