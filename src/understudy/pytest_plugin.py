"""The pytest plugin: the tests that `understudy.contract` makes, and the options of a run.

Every pytest of whoever has Understudy installed loads this, so the engine is loaded only when it is needed:
to collect such a test its document is read, and to run one requests are planned, sent and judged.
"""

import sqlite3
import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from glob import escape
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from understudy.errors import UnderstudyError
from understudy.suite import Terms

if TYPE_CHECKING:
    from understudy.report.model import Report
    from understudy.ruling import Rule

_PATIENCE = 24 * 3600
"""Seconds that a worker waits for a check that another one carries out."""


@dataclass(slots=True)
class Checked:
    """A check of this session. `trouble` is why it says nothing: told by one test, the others are skipped."""

    report: "Report | None"
    trouble: str
    is_told: bool


_CHECKED = pytest.StashKey[dict[str, Checked]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of a run."""
    group = parser.getgroup("understudy", "contract tests of a server")
    group.addoption(
        "--understudy-target",
        default="self",
        metavar="self|URL",
        help="What is tested: self, our own fake in process, or the base URL of a server. Default: self.",
    )
    group.addoption(
        "--understudy-seed", type=int, metavar="N", help="The same seed plans the same requests. Default: 0."
    )
    group.addoption(
        "--understudy-max-examples", type=int, metavar="N", help="Fuzzing per operation. Default: 100."
    )


def pytest_configure(config: pytest.Config) -> None:
    """A place for what this session checks."""
    config.stash[_CHECKED] = {}


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
        target=config.getoption("--understudy-target"),
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
