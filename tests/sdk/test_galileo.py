"""Galileo's released clients, unmodified, against the fake."""

import json
from collections.abc import Iterator
from uuid import UUID

import pytest

from running import Running, serving
from sdk.conftest import Client
from understudy.types import JSON

SCORER = "POST /scorers/code/validate/log_record"


@pytest.fixture(scope="module")
def strict() -> Iterator[Running]:
    """A fake that takes one key and no other."""
    with serving("galileo", "--auth", "strict", "--credential", "APIKeyHeader=s3cret") as running:
        yield running


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


def found(client: Client, told: JSON, key: str = "demo", **query: JSON) -> list[JSON]:
    """The records of an experiment, polled for and then read page by page."""
    where = {"project": told["project_id"], "experiment": told["metrics_experiment_id"]}
    records: list[JSON] = []
    token = 0
    while token is not None:
        page = {"starting_token": token, "limit": 4}
        got = client.succeeds("search", key, **where, page=page, **query)
        records += got["records"]
        token = got["next_starting_token"]
    return records


def member(record: JSON, name: str) -> JSON:
    """A member by the name that the client of a language has for it."""
    first, *rest = name.split("_")
    return record.get(name, record.get(first + "".join(word.capitalize() for word in rest)))


def test_the_records_of_an_experiment_are_found(galileo: Client) -> None:
    """From an upload to all of its records, each of them scored."""
    told = galileo.succeeds("upload", fields={"limit": 9})
    records = found(galileo, told)
    assert len({record["id"] for record in records}) == 9
    scores = [record["metrics"] for record in records]
    assert all("registeredscorervalidation" in str(score).replace("_", "").lower() for score in scores)


def test_the_filters_and_the_sort_of_an_upload_count(galileo: Client) -> None:
    """What is copied keeps the one and comes in the order of the other."""
    filters = [{"type": "text", "column_id": "input", "operator": "contains", "value": "weather"}]
    fields = {
        "limit": 6,
        "filters": json.dumps(filters),
        "sort": json.dumps({"column_id": "created_at", "ascending": True}),
    }
    told = galileo.succeeds("upload", fields=fields)
    records = found(galileo, told, sort=sort_clause(galileo, "created_at", True))
    assert ["weather" in record["input"] for record in records] == [True] * 6
    moments = [member(record, "created_at") for record in records]
    assert moments == sorted(moments)


def sort_clause(client: Client, column: str, ascending: bool) -> JSON:
    """A sort clause in the members of the client's language."""
    name = "columnId" if client.language == "node" else "column_id"
    return {name: column, "ascending": ascending}


@pytest.mark.parametrize("ascending", [True, False])
def test_a_search_sorts(galileo: Client, ascending: bool) -> None:
    """Across its pages."""
    told = galileo.succeeds("upload", fields={"limit": 10})
    records = found(galileo, told, sort=sort_clause(galileo, "input", ascending))
    values = [record["input"] for record in records]
    assert values == sorted(values, reverse=not ascending)


def test_a_search_filters(galileo: Client) -> None:
    """By the models that the client has for filters."""
    told = galileo.succeeds("upload", fields={"limit": 40})
    every = found(galileo, told)
    wanted = every[7]["input"]
    name = "columnId" if galileo.language == "node" else "column_id"
    given = {"type": "text", name: "input", "operator": "eq", "value": wanted}
    records = found(galileo, told, filters=[given])
    assert [r["id"] for r in records] == [r["id"] for r in every if r["input"] == wanted]
    assert len(records) < 40


def test_clients_with_namespaces_never_see_each_other(galileo: Client) -> None:
    """The namespace rides on the key, and on the token that the key is traded for."""
    told = galileo.succeeds("upload", key="demo+ns=a", fields={"limit": 3})
    assert len(found(galileo, told, key="demo+ns=a")) == 3
    assert found(galileo, told, key="demo+ns=b") == found(galileo, told, key="other") == []
    again = galileo.succeeds("upload", key="demo+ns=b", fields={"limit": 3})
    assert len(found(galileo, again, key="demo+ns=b")) == 3


def test_log_streams_are_created_listed_and_found(galileo_python: Client) -> None:
    """By the functions of the Python client; the npm one asks for `default` when it connects."""
    told = galileo_python.succeeds("log_streams", key="demo+ns=streams", name="nightly")
    assert told == {"names": ["default", "nightly"], "found": True}


def test_a_scorer_is_validated_on_itself(galileo: Client) -> None:
    """The task is polled until it is done; bad code is its result."""
    code = "def scorer_fn(**_): return 1"
    assert galileo.succeeds("validate", code=code) == {"result_type": "valid", "scores": 1}
    assert "SyntaxError" in galileo.does("validate", code="def scorer_fn(:")["message"]


def test_a_token_is_as_good_as_the_key_that_it_was_minted_for(galileo: Client, strict: Running) -> None:
    """Where only configured credentials are taken."""
    client = galileo.of(strict)
    client.succeeds("upload", key="s3cret+ns=a")
    assert client.does("upload", key="another")["status"] == 401
