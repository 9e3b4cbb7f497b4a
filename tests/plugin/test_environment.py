"""`understudy_env`: the variables that tell unmodified clients their server, by `client.toml`."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from suites import run
from understudy import content
from understudy.contract import contract
from understudy.contract.security import schemes
from understudy.errors import UnderstudyError
from understudy.testing.environment import Clients, clients, credential
from understudy.testing.options import Options

CLIENT = """
[environment]
THINGS_URL = "{url}/v1"
THINGS_KEY = "{credential:Key}"
THINGS_HOME = "{folder}"
THINGS_MODE = "test"
"""


def test_the_variables_are_there_for_one_test(client_suite: pytest.Pytester) -> None:
    """URL, credential with the session riding on it, a folder of its own; then what was there before."""
    Path("client.toml").touch()
    Path("things.client.toml").write_text(CLIENT)
    client_suite.makepyfile("""
        import os
        from pathlib import Path

        os.environ["THINGS_MODE"] = "mine"

        def test_it(understudy_env, understudy_server):
            assert {name: os.environ[name] for name in understudy_env} == understudy_env
            assert understudy_env["THINGS_URL"] == understudy_server.url + "/v1"
            assert understudy_env["THINGS_KEY"] == understudy_server.key("demo")
            assert understudy_env["THINGS_KEY"].startswith("demo+ns=test-")
            assert understudy_env["THINGS_KEY"].endswith(".py::test_it")
            assert list(Path(understudy_env["THINGS_HOME"]).iterdir()) == []

        def test_after():
            assert "THINGS_URL" not in os.environ
            assert os.environ["THINGS_MODE"] == "mine"
    """)
    run(client_suite).assert_outcomes(passed=2)
    result = run(client_suite, "--understudy-target=http://127.0.0.1:9", "-k", "test_it")
    result.stdout.fnmatch_lines(["*KeyError: 'THINGS_KEY'"])  # a real server's key is the user's own


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "understudy: no client.toml, which says how a client finds its server, beside *things.json"),
        ("[environment", "understudy: *things.client.toml: not TOML: *"),
        ("[env]", "understudy: *things.client.toml: unknown key 'env'; there are: environment, forget"),
        (
            "[environment]\nA = 1",
            "understudy: *things.client.toml: `environment` is to be a table of texts *",
        ),
        ("forget = ['x']", "understudy: *things.client.toml: `forget` is to be a list of texts such as *"),
        ("[environment]\nA = '{uri}'", "understudy: *things.client.toml: unknown {uri}; there are: {url}, *"),
    ],
)
def test_a_file_that_makes_no_sense(client_suite: pytest.Pytester, text: str | None, told: str) -> None:
    """The test that asks for the environment says which, and what is wrong."""
    if text is not None:
        Path("things.client.toml").write_text(text)
    client_suite.makepyfile("def test_it(understudy_env):\n    pass\n")
    result = run(client_suite)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])


def test_what_clients_keep_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """In modules that are loaded: values are set to None, functions called, and what is not there ignored."""
    cleared: list[str] = []
    module = ModuleType("some_client")
    vars(module)["config"] = SimpleNamespace(instance="kept")
    vars(module)["read"] = SimpleNamespace(clear=lambda: cleared.append("read"))
    monkeypatch.setitem(sys.modules, "some_client", module)
    kept = ("some_client:config.instance", "some_client:read.clear()", "some_client:gone.too", "other:thing")
    Clients({}, kept).forget()
    assert module.config.instance is None
    assert cleared == ["read"]


@pytest.mark.parametrize("api", content.find(()), ids=lambda api: api.name)
def test_the_shipped_files_name_schemes_of_their_documents(api: content.Api) -> None:
    """And every variable is filled for the fake."""
    assert api.client
    known = schemes(contract.load(api.document).document)
    read = clients(Options(specs=(api.name,)))

    def named(scheme: str) -> str | None:
        assert scheme in known
        return credential(Options(), scheme)

    assert read.filled("http://127.0.0.1:1", Path("folder"), named).keys() == read.variables.keys()


def test_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ini's, else the environment's, else any; a real server's are never made up."""
    given = Options(credentials={"Key": "given"})
    assert credential(given, "Key") == "given"
    assert (credential(Options(), "Key"), credential(Options(target="http://x"), "Key")) == ("demo", None)
    monkeypatch.setenv("UNDERSTUDY_CREDENTIAL_KEY", "told")
    assert credential(Options(target="http://x"), "Key") == "told"


def test_a_document_that_is_not_there() -> None:
    """It is told as ever."""
    with pytest.raises(UnderstudyError, match=r"^nowhere\.yaml: no such file or folder"):
        clients(Options(specs=("nowhere.yaml",)))
