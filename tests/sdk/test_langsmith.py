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
