"""The released clients of PyPI in a user's own suite, which finds them a fake by `understudy_env`."""

import pytest

from running import serving
from suites import run

SUITE = """
import io

import pytest
from galileo.config import GalileoPythonConfig
from galileo.resources.api.data import (
    validate_code_scorer_log_record_scorers_code_validate_log_record_post as validation,
)
from galileo.resources.models import BodyValidateCodeScorerLogRecordScorersCodeValidateLogRecordPost as Body
from galileo.resources.types import File
from galileo.search import get_traces
from langsmith import Client, Langsmith

RULE = {"display_name": "Is it right?", "sampling_rate": 1, "evaluators": [{"structured": {}}]}

@pytest.mark.parametrize("number", range(1, 5))
def test_langsmith(understudy_env, understudy_server, number):
    for _ in range(number):
        Langsmith().post("/api/v1/runs/rules/validate", body=RULE, cast_to=object)
    Client().request_with_retries("POST", "/runs/rules/validate", json=RULE | {"display_name": "other"})
    assert len(list(Client().list_runs(project_name="evaluators"))) == 2
    understudy_server.requests.assert_called(
        "POST /api/v1/runs/rules/validate", times=number, body={"display_name": "Is it right?"}
    )

@pytest.mark.parametrize("number", range(1, 5))
def test_galileo(understudy_env, understudy_server, number):
    file = File(payload=io.BytesIO(b"def scorer_fn(**kwargs): return 1"), file_name="scorer.py")
    told = validation.sync(client=GalileoPythonConfig.get().api_client, body=Body(file=file, limit=number))
    page = get_traces(told.project_id, told.metrics_experiment_id, limit=10)
    assert len(page.records) == number
    understudy_server.requests.assert_called("POST /login/api_key", times=1)
    body = {"limit": number, "file": {"filename": "scorer.py"}}
    understudy_server.requests.assert_called(times=1, body=body)

@pytest.mark.understudy_scenario("busy")
def test_scenario(understudy_env, understudy_server):
    rules = [{"operation": "POST /api/v1/runs/rules/validate", "times": 1, "status": 503, "unchecked": True}]
    understudy_server.scenario("busy", rules)
    Langsmith().post("/api/v1/runs/rules/validate", body=RULE, cast_to=object)
    assert [call.status for call in understudy_server.requests.calls()] == [503, 200]
"""
SILENCE = ("-W", "ignore")
"""What the clients say of their own future."""


def test_clients_find_the_fake_of_their_process(pytester: pytest.Pytester) -> None:
    """By the environment alone; each test sees its own runs, experiments, scenario and login."""
    pytester.makepyfile(SUITE)
    run(pytester, *SILENCE).assert_outcomes(passed=9)


def test_clients_of_four_workers_share_a_fake(pytester: pytest.Pytester) -> None:
    """Namespace, scenario and test name ride on the credential, and on the token that it is changed for."""
    pytester.makepyfile(SUITE)
    with serving() as server:
        run(pytester, *SILENCE, f"--understudy-server={server.url}", "-n", "4").assert_outcomes(passed=9)


def test_a_credential_that_the_fake_wants(pytester: pytest.Pytester) -> None:
    """With `auth = strict` the clients are given what is configured."""
    pytester.makeini(
        "[pytest]\nunderstudy_auth = strict\nunderstudy_credentials =\n  API Key=one\n  APIKeyHeader=two\n"
    )
    pytester.makepyfile(SUITE)
    run(pytester, *SILENCE).assert_outcomes(passed=9)
