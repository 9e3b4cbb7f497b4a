"""The pytest plugin: the tests that `understudy.contract` makes, fixtures for those of a client, and options.

Every pytest of whoever has Understudy installed loads this, so the engine is loaded only when it is needed:
to collect a test of a contract its document is read, to run one requests are planned, sent and judged, and
the first test that uses a fixture has a fake built.
"""

import sqlite3
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from glob import escape
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from understudy.errors import UnderstudyError, UsageError
from understudy.suite import Terms
from understudy.testing import options
from understudy.testing.naming import Cue
from understudy.testing.options import Options

if TYPE_CHECKING:
    from understudy.report.model import Report
    from understudy.ruling import Rule
    from understudy.testing.server import Server
    from understudy.testing.stage import AsyncClient, Client

_PATIENCE = 24 * 3600
"""Seconds that a worker waits for a check that another one carries out."""


@dataclass(slots=True)
class Checked:
    """A check of this session. `trouble` is why it says nothing: told by one test, the others are skipped."""

    report: "Report | None"
    trouble: str
    is_told: bool


_CHECKED = pytest.StashKey[dict[str, Checked]]()
_OPTIONS = pytest.StashKey[Options]()
_CUE = pytest.StashKey[Cue]()
_SERVER = pytest.StashKey["Server"]()
_SCENARIO = "understudy_scenario"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run."""
    group = parser.getgroup("understudy", "contract tests of a server")
    group.addoption(
        "--understudy-target",
        metavar="self|URL",
        help="What is tested: self, our own fake in process, or the base URL of a server. Default: self.",
    )
    group.addoption(
        "--understudy-server",
        metavar="URL",
        help="A running `understudy serve` for the fixtures of all workers. Default: a fake of their own.",
    )
    group.addoption(
        "--understudy-seed",
        type=int,
        metavar="N",
        help="The same seed plans the same requests and gives the same replies. Default: 0.",
    )
    group.addoption(
        "--understudy-max-examples", type=int, metavar="N", help="Fuzzing per operation. Default: 100."
    )
    for name, (kind, told) in options.INI.items():
        parser.addini(options.PREFIX + name, told, type=kind)


def pytest_configure(config: pytest.Config) -> None:
    """What the options say, and a place for what this session checks."""
    config.addinivalue_line(
        "markers",
        f"{_SCENARIO}(name): the scenario that the test's requests play, whatever client sends them.",
    )
    try:
        config.stash[_OPTIONS] = _options(config)
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[_CUE] = Cue(_run(config))
    config.stash[_CHECKED] = {}


def _options(config: pytest.Config) -> Options:
    """What the ini file says, and over it the command line. Raises UsageError."""
    options.check_names(config.inicfg)
    given = {name: _ini(config, options.PREFIX + name) for name in options.INI}
    typed = {name: config.getoption(f"--understudy-{name}") for name in ("server", "target", "seed")}
    given |= {name: value for name, value in typed.items() if value is not None}
    return options.read(given, config.inipath.parent if config.inipath else config.rootpath)


def _ini(config: pytest.Config, name: str) -> object:
    """What the ini file says of a key. Raises UsageError where it is of another type."""
    try:
        return config.getini(name)
    except TypeError as error:
        raise UsageError(str(error)) from None
    except ValueError:
        raise UsageError(f"{name}: is to be a whole number") from None


def _run(config: pytest.Config) -> str:
    """What tells the tests of this process from others of the same names; its own fake has no others."""
    if not config.stash[_OPTIONS].server:
        return ""
    worker = getattr(config, "workerinput", {"testrunuid": uuid4().hex, "workerid": ""})
    return f"{worker['testrunuid']} {worker['workerid']}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each operation and rule of what `understudy.contract` was given."""
    terms = getattr(metafunc.function, "understudy", None)
    if not isinstance(terms, Terms):
        return
    from understudy.ruling import rules

    try:
        found = rules(terms)
    except UnderstudyError as error:
        # Told by a test: not every plugin bears an error while tests are collected.
        metafunc.parametrize("understudy_rule", [(terms, str(error))], indirect=True, ids=["cannot be read"])
        return
    several = len({rule.api for rule in found}) > 1
    names = [f"{rule.api + ' ' if several else ''}{rule.operation} | {rule.name}" for rule in found]
    metafunc.parametrize("understudy_rule", [(terms, rule) for rule in found], indirect=True, ids=names)


@pytest.fixture
def understudy_rule(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], None]:
    """Call it to hold the operation to the rule that the test is about."""
    terms, rule = request.param
    if isinstance(rule, str):
        pytest.fail(f"understudy.contract({terms.spec!r}): {rule}", pytrace=False)
    report = _report(_asked(terms, request.config), request.config, tmp_path_factory)
    return lambda: _hold(report, rule, request.node)


def _asked(terms: Terms, config: pytest.Config) -> Terms:
    """The terms with what the command line says."""
    seed, most = config.getoption("--understudy-seed"), config.getoption("--understudy-max-examples")
    return replace(
        terms,
        target=config.stash[_OPTIONS].target,
        seed=terms.seed if seed is None else seed,
        max_examples=terms.max_examples if most is None else most,
    )


def _report(terms: Terms, config: pytest.Config, folders: pytest.TempPathFactory) -> "Report":
    """The report of the check, which is carried out once in a session, whatever the number of workers."""
    checks = config.stash[_CHECKED]
    key = sha256(repr(terms).encode()).hexdigest()[:16]
    if key not in checks:
        base = folders.getbasetemp()
        shared = base.parent if hasattr(config, "workerinput") else base
        checks[key] = _checked(shared / f"understudy-{key}.sqlite", terms)
    found = checks[key]
    if found.report is not None:
        return found.report
    if found.is_told:
        pytest.skip(found.trouble)
    found.is_told = True
    pytest.fail(found.trouble, pytrace=False)


def _checked(file: Path, terms: Terms) -> Checked:
    from understudy import ruling
    from understudy.report.json import from_json

    (text, trouble), is_mine = _made_once(file, lambda: _check(terms))
    report = from_json(text) if text else None
    trouble = ruling.trouble(report) if report else trouble
    return Checked(None if trouble else report, f"{terms.target}: {trouble}", is_told=not is_mine)


def _check(terms: Terms) -> tuple[str, str]:
    """The report of a check as JSON, or why there is none."""
    with warnings.catch_warnings():
        # What the engine's libraries say of each other is nothing that the user's suite could mend.
        warnings.simplefilter("ignore")
        from understudy.check.plan import PlanOptions
        from understudy.checking import CheckOptions, check, planned
        from understudy.report.json import to_json
        from understudy.ruling import rules

        # The fake's companions are none of the operations that have tests.
        meant = tuple(dict.fromkeys(escape(rule.operation) for rule in rules(terms)))
        options = CheckOptions(
            specs=(terms.spec,),
            overlays=terms.overlays,
            target=terms.target,
            plan=PlanOptions(terms.seed, terms.max_examples, include=meant),
            credentials=terms.credentials,
            strict=terms.strict,
        )
        try:
            return to_json(check(options, planned(options), lambda _: None).report), ""
        except UnderstudyError as error:
            return "", str(error)


def _made_once(file: Path, make: Callable[[], tuple[str, str]]) -> tuple[tuple[str, str], bool]:
    """What one process of a session makes while the others wait for it, and whether it was this one.

    The transaction is the lock: it ends with the process that holds it, on every system.
    """
    with closing(sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        database.execute("CREATE TABLE IF NOT EXISTS made (report TEXT, trouble TEXT)")
        found = database.execute("SELECT report, trouble FROM made").fetchone()
        made = found or make()
        if not found:
            database.execute("INSERT INTO made VALUES (?, ?)", made)
        database.execute("COMMIT")
    return made, not found


def _hold(report: "Report", rule: "Rule", node: pytest.Item) -> None:
    """Fail in the findings' own words; what is no reason to fail is told where pytest shows such things."""
    from understudy import ruling

    reason = ruling.not_tested(report, rule)
    if reason:
        pytest.skip(reason)
    borne = ruling.borne(report, rule)
    if borne:
        node.add_report_section("call", "understudy, no reason to fail", borne)
    broken = ruling.broken(report, rule)
    if broken:
        pytest.fail(broken, pytrace=False)


# --- the fixtures of a client's own tests ------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """From now on requests belong to this test, and what the one before kept is let go of."""
    cue, server = item.config.stash[_CUE], item.config.stash.get(_SERVER, None)
    ended = cue.session
    cue.begin(item.nodeid, _scenario(item))
    if server is not None:
        server.end_test(ended)


def _scenario(item: pytest.Item) -> str:
    """The scenario that a test is marked with."""
    mark = item.get_closest_marker(_SCENARIO)
    if mark is None:
        return ""
    if len(mark.args) != 1 or mark.kwargs or not isinstance(mark.args[0], str):
        pytest.fail(f"write @pytest.mark.{_SCENARIO}('name'), with the name of one scenario", pytrace=False)
    return mark.args[0]


def _failure(error: UnderstudyError) -> BaseException:
    """What a test fails with that cannot have its fixture: the error's words alone."""
    return pytest.fail.Exception(f"understudy: {error}", pytrace=False)


@pytest.fixture(scope="session")
def understudy_server(request: pytest.FixtureRequest) -> "Iterator[Server]":
    """A fake on a free port: its URL, what was asked of it in this test, and what it is to answer."""
    stash = request.config.stash
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from understudy.testing.server import opened

        try:
            server = opened(stash[_OPTIONS], stash[_CUE])
        except UnderstudyError as error:
            raise _failure(error) from None
    stash[_SERVER] = server
    yield server
    del stash[_SERVER]
    server.end_test(stash[_CUE].session)
    server.close()


@pytest.fixture
def understudy_client(understudy_server: "Server") -> "Client":
    """A client of the fake, in process and without a socket; of the target where one is given."""
    return understudy_server.client()


@pytest.fixture
def understudy_async_client(understudy_server: "Server") -> "AsyncClient":
    """The asynchronous twin of `understudy_client`, for asyncio."""
    return understudy_server.async_client()


@pytest.fixture
def understudy_env(
    request: pytest.FixtureRequest, understudy_server: "Server", tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, str]]:
    """The environment by which unmodified clients find the fake, and tell it whose their requests are."""
    from understudy.testing.environment import clients, credential

    given = request.config.stash[_OPTIONS]
    try:
        read = clients(given)
    except UnderstudyError as error:
        raise _failure(error) from None

    def key(scheme: str) -> str | None:
        found = credential(given, scheme)
        return found and understudy_server.key(found)

    filled = read.filled(understudy_server.url, tmp_path_factory.mktemp("understudy"), key)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in filled.items():
            environment.setenv(name, value)
        read.forget()
        yield filled
    read.forget()
