"""Galileo's released clients, unmodified, against the fake."""

from uuid import UUID

import pytest

from sdk.conftest import Client

SCORER = "POST /scorers/code/validate/log_record"


def test_a_client_connects(galileo: Client) -> None:
    """Health check, login with a key, and what each of them asks besides."""
    galileo.asked()
    galileo.succeeds("connect")
    asked = galileo.asked()
    assert asked[:2] == ["GET /healthcheck", "POST /login/api_key"]


def test_an_uploaded_scorer_gets_its_experiment(galileo: Client) -> None:
    """By the spelling that the clients use, as the published document has the answer."""
    told = galileo.succeeds("upload", fields={"limit": 5, "scoreable_node_types": ["llm", "chat"]})
    assert [UUID(told[name]).version for name in ("metrics_experiment_id", "project_id")] == [4, 4]
    assert galileo.asked()[-1] == SCORER


@pytest.mark.parametrize(
    ("word", "status", "error"),
    [
        ("forbidden", 403, "ForbiddenError"),
        ("ratelimited", 429, "RateLimitError"),
        ("servererror", 500, "ServerError"),
    ],
)
def test_a_key_can_ask_for_an_error(galileo: Client, word: str, status: int, error: str) -> None:
    """The client logs in, and its upload fails with the status and the class that it has for it."""
    told = galileo.does("upload", key=f"demo-{word}")
    assert told["status"] == status
    assert told["error"] in (error, "Error")  # the npm client has one class for all


@pytest.mark.parametrize("word", ["invalid", "expired"])
def test_a_bad_key_is_refused_at_the_login(galileo: Client, word: str) -> None:
    """401, before anything is uploaded."""
    galileo.asked()
    assert galileo.does("upload", key=word)["status"] == 401
    assert SCORER not in galileo.asked()


def test_what_is_wrong_with_an_upload_is_told(galileo: Client) -> None:
    """A 422 is a typed answer of the Python client and an error of the npm one."""
    told = galileo.does("upload", fields={"log_stream_id": "none of that"})
    typed = {"loc": ["body", "log_stream_id"], "type": "uuid_parsing"}
    assert told.get("value", told.get("status")) in (typed, 422)


def test_a_project_is_searched(galileo: Client) -> None:
    """The clients find their way from an upload to its records."""
    told = galileo.succeeds("upload")
    page = galileo.succeeds("search", project=told["project_id"], experiment=told["metrics_experiment_id"])
    assert page["next_starting_token"] is None
