"""What the shipped Galileo answers to a scorer, and what it refuses."""

import json
from pathlib import Path
from uuid import UUID

import pytest
import yaml

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "galileo_content.yaml").read_text(encoding="utf-8"))
TAKEN = [(part, text) for part, texts in CASES.items() for text in texts["taken"]]
REFUSED = [(part, text, reason) for part, texts in CASES.items() for text, reason in texts["refused"]]

STREAM = ("log_stream_id", "74aec44e-ec21-4c9f-a3e2-b2ab2b81b4db")
OTHER_STREAM = ("log_stream_id", "1a0939d1-8b43-4fe3-a91c-196e2d9847e3")
EXPERIMENT = ("experiment_id", "74aec44e-ec21-4c9f-a3e2-b2ab2b81b4db")


def ids(answer):
    """The project and the experiment of a 200."""
    assert answer.status == 200, answer.body
    body = json.loads(answer.body)
    assert list(body) == ["metrics_experiment_id", "project_id"]
    return body["project_id"], body["metrics_experiment_id"]


@pytest.mark.parametrize("parts", [(), (STREAM,), (EXPERIMENT,), (STREAM, EXPERIMENT)])
def test_ids_are_version_4_uuids(ask, parts):
    """Log stream and experiment may be given together, alone or not at all."""
    assert [UUID(text).version for text in ids(ask.galileo(*parts))] == [4, 4]


def test_the_same_request_gets_the_same_bytes(ask):
    """Nothing but the request and the seed is in the reply."""
    first, second = (ask.galileo(STREAM, ("limit", "5")) for _ in range(2))
    assert first == second


def test_the_order_of_parts_does_not_count(ask):
    """Differently named parts may come in any order."""
    limit = ("limit", "5")
    assert ask.galileo(STREAM, limit).body == ask.galileo(limit, STREAM).body


@pytest.mark.parametrize(
    "changed",
    [(), (("limit", "5"),), (("filters", "[]"),), (EXPERIMENT,)],
    ids=["file", "limit", "filters", "experiment"],
)
def test_the_experiment_belongs_to_the_whole_request_and_the_project_to_the_log_stream(ask, changed):
    """Whatever else changes, the project stays and the experiment does not."""
    project, experiment = ids(ask.galileo(STREAM))
    code = b"def scorer_fn(**_): return 1" if changed else b"def scorer_fn(**_): return 2"
    again, another = ids(ask.galileo(STREAM, *changed, code=code))
    assert again == project
    assert another != experiment


def test_each_log_stream_and_each_experiment_has_its_project(ask):
    """A stream, another one, an experiment of the same id and none of them: four projects."""
    projects = {ids(ask.galileo(*parts))[0] for parts in [(STREAM,), (OTHER_STREAM,), (EXPERIMENT,), ()]}
    assert len(projects) == 4


def test_the_case_of_an_id_does_not_change_its_project(ask):
    """UUIDs are compared without regard to case (RFC 9562, section 4)."""
    upper = ("log_stream_id", STREAM[1].upper())
    assert ids(ask.galileo(STREAM))[0] == ids(ask.galileo(upper))[0]


def test_another_seed_gives_other_ids(ask, ask_seeded):
    """The seed is part of every id, shared ones too."""
    assert set(ids(ask.galileo(STREAM))).isdisjoint(ids(ask_seeded.galileo(STREAM)))


@pytest.mark.parametrize("code", [b"raise SystemExit(3)", b"\x00\xff not Python", b""])
def test_the_file_is_not_executed_nor_even_read(ask, code):
    """Any bytes are a scorer: bad code is a result of the service, not an error of the request."""
    ids(ask.galileo(STREAM, code=code))


@pytest.mark.parametrize("text", ["llm", '["llm", "chat"]', ""])
def test_lists_come_as_one_part(ask, text):
    """One text, a JSON array and an empty part are all taken."""
    ids(ask.galileo(("scoreable_node_types", text), ("required_scorers", text)))


def test_lists_come_as_repeated_parts(ask):
    """The Python client repeats the part, the npm client sends one array: the same list, the same reply."""
    repeated = ask.galileo(("required_scorers", "a"), ("required_scorers", "b"))
    assert ids(repeated) == ids(ask.galileo(("required_scorers", '["a","b"]')))


@pytest.mark.parametrize("limit", ["-1", "0", "2147483647"])
def test_any_integer_is_a_limit(ask, limit):
    """The document declares no bounds."""
    ids(ask.galileo(("limit", limit), ("starting_token", limit)))


@pytest.mark.parametrize(("part", "text"), TAKEN)
def test_filters_and_sort_of_the_right_shape_are_taken(ask, part, text):
    """Every kind with every operator class; unknown members are none of our business."""
    ids(ask.galileo((part, text)))


@pytest.mark.parametrize(("part", "text", "reason"), REFUSED)
def test_filters_and_sort_of_a_wrong_shape_are_a_422_at_their_part(ask, part, text, reason):
    """One item at the part itself, and its message names what is wrong inside."""
    answer = ask.galileo((part, text))
    assert answer.status == 422
    [item] = json.loads(answer.body)["detail"]
    assert (item["type"], item["loc"], item["input"]) == ("value_error", ["body", part], text)
    assert reason in item["msg"]


def test_without_overlays_filters_are_any_text(ask_bare):
    """The bare document says no more than `string`."""
    assert ask_bare.galileo(("filters", "nonsense")).status == 200


def test_without_overlays_the_reply_keeps_the_bare_document(ask_bare):
    """The stub serves the published document just as well."""
    assert [UUID(text).version for text in ids(ask_bare.galileo(STREAM))] == [4, 4]
