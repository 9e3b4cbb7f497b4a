"""LangSmith's released clients, unmodified, against the fake."""

import pytest

from sdk.conftest import Client

RULE = {"display_name": "Is it right?", "sampling_rate": 1, "evaluators": [{"structured": {}}]}


def test_a_client_learns_of_the_server(langsmith: Client) -> None:
    """`GET /info`, which is asked before runs are sent."""
    assert langsmith.succeeds("info").endswith("understudy")


def test_a_rule_is_validated(langsmith: Client) -> None:
    """By the client that LangSmith generates from its document; one item for each evaluator."""
    [item] = langsmith.succeeds("generated", rule=RULE)
    assert item["session_name"] == "evaluators"


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize("langsmith", ["python"], indirect=True)
def test_the_spelling_of_the_path_does_not_count(langsmith: Client, prefix: str) -> None:
    """With `/api/v1` in the client's URL or without: the same bytes."""
    told = langsmith.succeeds("tracing", rule=RULE, prefix=prefix)
    assert told == langsmith.succeeds("generated", rule=RULE)


@pytest.mark.parametrize(
    ("key", "rule", "status", "error"),
    [
        ("invalid", RULE, 401, "AuthenticationError"),
        ("forbidden", RULE, 403, "PermissionDeniedError"),
        ("demo", {}, 422, "UnprocessableEntityError"),
        ("ratelimited", RULE, 429, "RateLimitError"),
        ("servererror", RULE, 500, "InternalServerError"),
    ],
)
def test_errors_have_the_classes_of_the_client(
    langsmith: Client, key: str, rule: object, status: int, error: str
) -> None:
    """A word in the key, or a fault in the request."""
    told = langsmith.does("generated", key=key, rule=rule)
    assert (told["error"], told["status"]) == (error, status)


SCHEMA = {"type": "object", "properties": {"score": {"type": "number"}}, "required": ["score"]}


def test_the_runs_of_evaluators_are_selected(langsmith: Client) -> None:
    """By the second version of the API, which the clients ask for in place of `list_runs`."""
    key = f"demo+ns=selected-{langsmith.language}"
    rule = {**RULE, "evaluators": [{"structured": {"schema": SCHEMA}}] * 5}
    items = langsmith.succeeds("generated", key, rule=rule)
    told = langsmith.succeeds("selected", key, project="evaluators")
    assert told["runs"] == [[item["run_id"], item["outputs"]] for item in reversed(items)]
    assert told["last"] == ["SUCCESS", items[0]["outputs"]]


def test_the_runs_of_evaluators_appear_in_their_project(langsmith: Client) -> None:
    """All pages of them, with what the items of the validations have; the newest first."""
    key = f"demo+ns={langsmith.language}"
    items = []
    for number in range(3):
        evaluators = [{"structured": {"schema": SCHEMA}}] * 50
        rule = {**RULE, "display_name": f"rule {number}", "evaluators": evaluators}
        items += langsmith.succeeds("generated", key, rule=rule)
    runs = langsmith.succeeds("runs", key, project="evaluators")
    assert [run["id"] for run in runs] == [item["run_id"] for item in reversed(items)]
    assert [run["outputs"] for run in runs] == [item["outputs"] for item in reversed(items)]
    assert len(langsmith.succeeds("runs", key, project="evaluators", limit=7)) == 7
    assert langsmith.succeeds("read", key, run=runs[0]["id"]) == items[-1]["outputs"]
    [[name, score]] = langsmith.succeeds("feedback", key, run=runs[0]["id"])
    assert (name, score) == ("score", items[-1]["outputs"]["score"])


def test_clients_with_namespaces_never_see_each_other(langsmith: Client) -> None:
    """The namespace rides on the key."""
    langsmith.succeeds("generated", "demo+ns=one", rule=RULE)
    assert len(langsmith.succeeds("runs", "demo+ns=one", project="evaluators")) == 1
    assert langsmith.succeeds("runs", "demo+ns=two", project="evaluators") == []


def test_a_project_that_is_not_there_is_not_found(langsmith: Client) -> None:
    """An error of the client's own."""
    assert "not found" in langsmith.does("runs", project="nowhere")["message"]
