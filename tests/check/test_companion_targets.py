"""Whom a companion binds."""

import pytest

from understudy.check.plan import PlanOptions, counts, plan
from understudy.checking import SELF, CheckOptions, check, contracts, planned


@pytest.mark.parametrize(("target", "use_overlays"), [("http://127.0.0.1:9", True), (SELF, False)])
def test_a_companion_is_never_held_against_a_real_server(target: str, use_overlays: bool) -> None:
    """Nor is it part of the bare document."""
    options = CheckOptions(("galileo", "langsmith"), target=target, use_overlays=use_overlays)
    assert [len(held.operations) for _, held in contracts(options)] == [1, 1]


def test_the_fake_is_held_to_its_companion() -> None:
    """Under the name of the API that it belongs to."""
    [(api, held)] = contracts(CheckOptions(("galileo",)))
    assert "GET /current_user" in [operation.name for operation in held.operations]
    assert api.name == held.name == "galileo"


def test_an_operation_with_several_paths_is_tested_once() -> None:
    """Where it is first declared, unless the other path alone is asked for."""
    [(_, held)] = contracts(CheckOptions(("galileo",)))
    twins = ["POST /v2/scorers/code/validate/log_record", "POST /scorers/code/validate/log_record"]
    assert set(twins) < {operation.name for operation in held.operations}
    tested = counts(plan(held, PlanOptions(phases=("probes",))))
    assert [name in tested for name in twins] == [True, False]
    tested = counts(plan(held, PlanOptions(phases=("probes",), include=(twins[1],))))
    assert list(tested) == twins[1:]


def test_an_operation_with_several_paths_is_reported_once() -> None:
    """Under the name by which it was tested."""
    name = "POST /scorers/code/validate/log_record"
    options = CheckOptions(("galileo",), plan=PlanOptions(include=(name,), max_requests=3))
    [api] = check(options, planned(options), lambda _: None).report.apis
    assert [found.name for found in api.operations if "log_record" in found.name] == [name]
