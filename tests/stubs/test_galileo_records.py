"""The log records that a validation copies, found by search."""

import json
from datetime import UTC, datetime
from time import process_time
from uuid import UUID

import pytest

from understudy.run import Play, build

OTHER = "74aec44e-ec21-4c9f-a3e2-b2ab2b81b4db"
METRIC = "registered_scorer_validation"


def validated(ask, *, filters=(), sort=None, **numbers):
    """The ids of the experiment and its project."""
    texts = [(name, str(number)) for name, number in numbers.items()]
    if sort:
        texts.append(("sort", json.dumps(sort)))
    answer = ask.galileo(("filters", json.dumps(list(filters))), *texts)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def page(ask, told, **query):
    """A page of an experiment's records."""
    path = f"/projects/{told['project_id']}/traces/search"
    status, found = ask.json("POST", path, {"experiment_id": told["metrics_experiment_id"], **query})
    assert status == 200, found
    return found


def records(ask, told, **query):
    """All the records of a search, page by page."""
    token, found = 0, []
    while token is not None:
        got = page(ask, told, starting_token=token, **query)
        found += got["records"]
        token = got["next_starting_token"]
    return found


def a_filter(type, column, operator, value, **more):
    """A filter as a request has it."""
    return {"type": type, "column_id": column, "operator": operator, "value": value, **more}


def column(record, name):
    """What a record holds in a column."""
    owner, _, member = name.partition("/")
    return record[owner].get(member) if member else record.get(name)


def test_a_validation_makes_an_experiment_that_a_search_finds(ask):
    """As many records as were asked for, each with the metric that was computed."""
    told = validated(ask, limit=5)
    found = page(ask, told)
    assert (found["num_records"], found["next_starting_token"], found["paginated"]) == (5, None, False)
    assert found["last_row_id"] == found["records"][-1]["id"]
    for record in found["records"]:
        assert record["run_id"] == told["metrics_experiment_id"]
        assert record["project_id"] == told["project_id"]
        assert record["metric_info"][METRIC] == {"status_type": "success", "value": record["metrics"][METRIC]}
    assert len({record["id"] for record in found["records"]}) == 5


def test_a_hundred_records_are_copied_where_no_limit_is_given(ask):
    """The document's own default."""
    assert page(ask, validated(ask))["num_records"] == 100


def test_pages_follow_one_another(ask):
    """Together they are what one page would be."""
    told = validated(ask, limit=7)
    first = page(ask, told, limit=3)
    assert (first["next_starting_token"], first["paginated"]) == (3, True)
    assert records(ask, told, limit=3) == page(ask, told)["records"]


def test_an_experiment_of_another_project_or_none_is_empty(ask):
    """Nothing is found, and nothing is wrong."""
    told = validated(ask, limit=5)
    for other in ({**told, "project_id": OTHER}, {**told, "metrics_experiment_id": OTHER}):
        assert page(ask, other)["records"] == []
    assert page(ask, told, experiment_id=None)["last_row_id"] is None


@pytest.mark.parametrize(
    ("limit", "count"), [(0, 0), (-3, 0), (1, 1), (1500, 1000), (2**31, 1000), (2**70, 1000)]
)
def test_any_limit_is_taken(ask, limit, count):
    """A negative one counts as 0, and a page is bounded."""
    assert page(ask, validated(ask, limit=limit), limit=2**40)["num_records"] == count


def test_a_search_goes_deep_into_a_huge_experiment(ask):
    """Its last records take no longer than its first."""
    told = validated(ask, limit=2**31)
    begun = process_time()
    last = page(ask, told, starting_token=2**31 - 2)
    assert (last["num_records"], last["next_starting_token"]) == (2, None)
    oldest = page(ask, told, limit=2, sort={"column_id": "created_at", "ascending": True})
    assert [record["id"] for record in oldest["records"]] == [r["id"] for r in reversed(last["records"])]
    assert process_time() - begun < 5


def test_a_starting_token_skips_records_of_the_source(ask):
    """What two validations copy one after the other is what one copies at once."""
    whole = records(ask, validated(ask, limit=6))
    parts = [
        record for start in (0, 3) for record in records(ask, validated(ask, limit=3, starting_token=start))
    ]
    assert [record["created_at"] for record in parts] == [record["created_at"] for record in whole]
    assert [record["input"] for record in parts] == [record["input"] for record in whole]


FILTERS = [
    [a_filter("text", "input", "eq", "Hello")],
    [a_filter("text", "input", "contains", "weather")],
    [a_filter("text", "input", "contains", "PARIS", case_sensitive=False)],
    [a_filter("text", "output", "one_of", ["a", "b"]), a_filter("text", "output", "ne", "a")],
    [a_filter("text", "name", "not_in", ["chat", "support", "summary", "search"])],
    [a_filter("text", "foo", "contains", "bar")],
    [a_filter("text", "user_metadata/tier", "eq", "gold")],
    [a_filter("id", "session_id", "eq", "s1")],
    [a_filter("id", "session_id", "contains", "abc")],
    [a_filter("id", "id", "ne", OTHER)],
    [a_filter("id", "id", "contains", "abc")],
    [a_filter("id", "id", "contains", "longer than any id can be")],
    [a_filter("number", "metrics/correctness", "gt", 0.8)],
    [a_filter("number", "metrics/correctness", "between", [0.25, 0.5])],
    [a_filter("number", "metrics/cost", "gte", 3), a_filter("number", "metrics/cost", "lt", 4)],
    [a_filter("number", "metrics/cost", "gt", 3), a_filter("number", "metrics/cost", "lte", 4)],
    [
        a_filter("number", "metrics/num_input_tokens", "lt", 0),
        a_filter("number", "metrics/num_input_tokens", "ne", -1),
    ],
    [a_filter("number", "status_code", "eq", 500)],
    [a_filter("number", "x", "gt", 1e300)],
    [a_filter("number", "x", "gt", 10**30)],
    [a_filter("boolean", "has_children", "eq", False)],
    [a_filter("boolean", "flag", "ne", True)],
    [a_filter("collection", "tags", "contains", "beta")],
    [a_filter("collection", "tags", "eq", ["x", "y"])],
    [
        a_filter("collection", "tags", "one_of", ["new", "staging"]),
        a_filter("collection", "tags", "not_in", ["staging"]),
    ],
    [a_filter("collection", "tags", "not_in", ["PRODUCTION"], case_sensitive=False)],
    [
        a_filter("date", "created_at", "gt", "2026-01-10T00:00:00Z"),
        a_filter("date", "created_at", "lt", "2026-01-10T00:00:01Z"),
    ],
    [a_filter("date", "created_at", "gte", "2030-01-01")],
    [a_filter("date", "created_at", "lte", "1999-12-31T23:59:59+02:00")],
    [a_filter("date", "created_at", "eq", "2020-05-05 10:00")],
    [a_filter("date", "created_at", "ne", "2026-01-15T12:00:00Z")],
    [a_filter("date", "updated_at", "gt", "2027-01-01T00:00:00Z")],
]


@pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: " ".join(map(str, filters[0].values()))[:50])
def test_records_satisfy_the_filters_of_the_validation(ask, filters):
    """Each kind with its operators; the same filters in a search leave all of them."""
    told = validated(ask, filters=filters, limit=20)
    found = records(ask, told)
    assert len(found) == 20
    assert records(ask, told, filters=filters) == found
    for given in filters:
        assert all(satisfies(given, column(record, given["column_id"])) for record in found)


def satisfies(given, value):
    """What the operator says, told independently of the stub."""
    wanted, operator = given["value"], given["operator"]
    if given["type"] == "date":
        value, wanted = moment(value), moment(wanted)
    if not given.get("case_sensitive", True):
        value = [v.lower() for v in value] if isinstance(value, list) else value.lower()
        wanted = [w.lower() for w in wanted] if isinstance(wanted, list) else wanted.lower()
    if given["type"] == "collection":
        several = wanted if isinstance(wanted, list) else [wanted]
        return {
            "eq": sorted(value) == sorted(several),
            "contains": any(w in value for w in several),
            "one_of": any(w in value for w in several),
            "not_in": not any(w in value for w in several),
        }[operator]
    return {
        "eq": lambda: value == wanted,
        "ne": lambda: value != wanted,
        "gt": lambda: value > wanted,
        "gte": lambda: value >= wanted,
        "lt": lambda: value < wanted,
        "lte": lambda: value <= wanted,
        "between": lambda: wanted[0] <= value <= wanted[1],
        "contains": lambda: wanted in value,
        "one_of": lambda: value in wanted,
        "not_in": lambda: value not in wanted,
    }[operator]()


def moment(text):
    """A moment; without a zone it is UTC."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


CONTRADICTIONS = [
    [a_filter("text", "input", "eq", "a"), a_filter("text", "input", "eq", "b")],
    [a_filter("text", "input", "one_of", [])],
    [a_filter("number", "x", "gt", 5), a_filter("number", "x", "lt", 5)],
    [a_filter("number", "x", "eq", 5), a_filter("number", "x", "ne", 5)],
    [a_filter("boolean", "b", "eq", True), a_filter("boolean", "b", "ne", True)],
    [a_filter("collection", "tags", "contains", "a"), a_filter("collection", "tags", "not_in", ["a"])],
    [a_filter("date", "created_at", "gt", "2026-01-02"), a_filter("date", "created_at", "lt", "2026-01-02")],
    [a_filter("date", "created_at", "gt", "9999-12-31T23:59:59.999999Z")],
    [a_filter("id", "project_id", "eq", OTHER)],
    [a_filter("number", "input", "gt", 5)],
    [a_filter("text", "metrics", "eq", "x")],
    [a_filter("text", f"metrics/{METRIC}", "eq", "x")],
    [a_filter("text", "updated_at", "contains", "2026")],
]


@pytest.mark.parametrize("filters", CONTRADICTIONS, ids=lambda filters: str(filters[0]["column_id"]))
def test_filters_that_contradict_each_other_leave_no_records(ask, filters):
    """Nor do those that no record can satisfy."""
    assert page(ask, validated(ask, filters=filters))["records"] == []


def test_ids_that_are_asked_for_one_by_one_bound_the_experiment(ask):
    """There is one record of each id."""
    ids = [str(UUID(int=number, version=4)) for number in (1, 2, 3)]
    told = validated(ask, filters=[a_filter("id", "id", "one_of", ids)], starting_token=1)
    assert [record["id"] for record in records(ask, told)] == ids[1:]
    assert [record["trace_id"] for record in records(ask, told)] == ids[1:]


SORTABLE = ("created_at", "input", "id", "metrics/num_input_tokens", "tags", "has_children", "session_id")


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("name", SORTABLE)
def test_the_sort_of_a_validation_is_the_order_of_what_it_copies(ask, name, ascending):
    """What it copies later comes later in the order."""
    sort = {"column_id": name, "ascending": ascending}
    both = [
        records(ask, validated(ask, sort=sort, limit=40, starting_token=start), sort=sort)
        for start in (0, 40)
    ]
    values = [column(record, name) for found in both for record in found]
    assert values == sorted(values, reverse=not ascending)
    assert len({str(value) for value in values}) > 1


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("name", [*SORTABLE, f"metrics/{METRIC}"])
def test_a_search_sorts(ask, name, ascending):
    """Page by page, by any column."""
    told = validated(ask, limit=40)
    found = records(ask, told, limit=7, sort={"column_id": name, "ascending": ascending})
    values = [column(record, name) for record in found]
    assert values == sorted(values, reverse=not ascending)
    assert len({record["id"] for record in found}) == 40


def test_the_newest_record_comes_first(ask):
    """Where a search does not say."""
    values = [record["created_at"] for record in records(ask, validated(ask, limit=20))]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == 20


def test_a_search_filters(ask):
    """Some of the records and not the others, whole pages of them."""
    told = validated(ask, limit=60)
    every = records(ask, told)
    for given in (
        a_filter("boolean", "has_children", "eq", True),
        a_filter("text", "input", "contains", "capital"),
        a_filter("number", f"metrics/{METRIC}", "gt", 0.5),
        a_filter("collection", "tags", "contains", "beta"),
        a_filter("date", "created_at", "gte", every[30]["created_at"]),
        a_filter("id", "id", "eq", every[30]["id"]),
    ):
        expected = [record for record in every if satisfies(given, column(record, given["column_id"]))]
        assert 0 < len(expected) < 60
        assert records(ask, told, filters=[given], limit=4) == expected


def test_a_filter_of_a_column_that_no_record_has(ask):
    """Finds none, unless it only excludes."""
    told = validated(ask, limit=3)
    assert records(ask, told, filters=[a_filter("text", "nowhere", "eq", "x")]) == []
    assert len(records(ask, told, filters=[a_filter("text", "nowhere", "ne", "x")])) == 3


def test_the_work_of_a_search_is_bounded(ask):
    """However many records, filters and columns there are, and however long the texts."""
    many = [a_filter("text", f"column {number}", "contains", "x" * 100) for number in range(500)]
    told = validated(ask, filters=many, limit=2**31)
    begun = process_time()
    assert 0 < page(ask, told, limit=1000)["num_records"] < 500
    page(ask, told, filters=many, limit=1000, sort={"column_id": "input"})
    page(ask, validated(ask, limit=2**31), filters=many, sort={"column_id": "input"})
    assert process_time() - begun < 20


def test_the_same_validation_has_the_same_records(ask):
    """Of another fake too; of another seed others."""
    first = records(ask, validated(ask, limit=3))
    assert first == records(ask, validated(ask, limit=3))
    again = type(ask)(build(Play(specs=("galileo",))))
    assert first == records(again, validated(again, limit=3))


def test_a_state_of_many_experiments_is_bounded(ask):
    """The newest are there."""
    ask = type(ask)(build(Play(specs=("galileo",))))
    made = [validated(ask, limit=number) for number in range(1, 1150)]
    assert page(ask, made[-1], limit=1)["num_records"] == 1
    assert page(ask, made[0], limit=1)["num_records"] == 0
