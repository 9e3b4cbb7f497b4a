"""The runs of evaluators, which appear in the project `evaluators`."""

import json

import pytest

from understudy.session import Session

OTHER = "74aec44e-ec21-4c9f-a3e2-b2ab2b81b4db"
BOOLEAN = {"type": "object", "properties": {"correct": {"type": "boolean"}}, "required": ["correct"]}
IMPOSSIBLE = {"type": "object", "properties": {"x": False}, "required": ["x"]}


@pytest.fixture
def ask(ask, request):
    """The shipped fakes, in a namespace of this test's own."""
    return type(ask)(ask.fake, Session(namespace=request.node.nodeid[-200:]))


def validated(ask, count, **members):
    """The items of the reply to a rule with so many evaluators."""
    evaluators = [{"structured": {"schema": BOOLEAN}} for _ in range(count)]
    return json.loads(ask.langsmith(evaluators=evaluators, **members).body)


def query(ask, **members):
    """A page of runs, and the cursor of the next."""
    status, page = ask.json("POST", "/runs/query", members)
    assert status == 200, page
    return page["runs"], page["cursors"]["next"]


def test_the_project_is_there(ask):
    """By its name and by its id, and no other."""
    [project] = ask.json("GET", "/sessions?name=evaluators&limit=1&include_stats=false")[1]
    assert ask.json("GET", f"/sessions/{project['id']}") == (200, project)
    assert ask.json("GET", "/sessions?name=default")[1] == []
    assert ask.json("GET", f"/sessions/{OTHER}")[0] == 404


def test_every_evaluator_has_a_run(ask):
    """With the inputs and outputs of its item, the newest first."""
    items = validated(ask, 2)
    runs, cursor = query(ask)
    assert cursor is None
    for item, run in zip(reversed(items), runs, strict=True):
        assert {name: run[name] for name in ("inputs", "outputs", "error")} == {
            name: item[name] for name in ("inputs", "outputs", "error")
        }
        assert run["id"] == run["trace_id"] == item["run_id"]
        assert ask.json("GET", f"/runs/{item['run_id']}") == (200, run)


def test_a_run_that_nobody_made_is_not_found(ask):
    """404, as another one would say it."""
    assert ask.json("GET", f"/runs/{OTHER}") == (404, {"detail": "Run not found"})


def test_the_feedback_is_that_of_the_items(ask):
    """Of one run, of one key, or of all."""
    items = validated(ask, 2)
    [given] = ask.json("GET", f"/feedback?run={items[0]['run_id']}&limit=100&offset=0")[1]
    assert {name: given[name] for name in items[0]["feedback"][0]} == items[0]["feedback"][0]
    assert (len(ask.json("GET", "/feedback")[1]), ask.json("GET", "/feedback?key=none")[1]) == (2, [])
    assert len(ask.json("GET", "/feedback?offset=1")[1]) == 1


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_follow_one_another_by_cursor(ask, order):
    """Also when runs are added between them; each run is seen once."""
    ids = [item["run_id"] for number in range(3) for item in validated(ask, 3, display_name=str(number))]
    found, cursor = [], ""
    while cursor is not None:
        runs, cursor = query(ask, limit=2, order=order, **({"cursor": cursor} if cursor else {}))
        found += [run["id"] for run in runs]
        if len(found) == 4 and order == "desc":
            validated(ask, 1, display_name="later")
    assert found == (ids if order == "asc" else ids[::-1])


def test_a_query_chooses(ask):
    """By project, id, trace, kind and error."""
    items = validated(ask, 2)
    ask.langsmith(evaluators=[{"structured": {"schema": IMPOSSIBLE}}])
    [first, second] = (item["run_id"] for item in items)
    [[project]] = [ask.json("GET", "/sessions?name=evaluators")[1]]

    def count(**members):
        return len(query(ask, **members)[0])

    assert count() == count(session=[project["id"]]) == count(is_root=True, run_type="chain") == 3
    assert (
        count(session=[OTHER])
        == count(is_root=False)
        == count(run_type="llm")
        == count(parent_run=OTHER)
        == 0
    )
    assert (count(id=[first, second.upper()]), count(trace=first)) == (2, 1)
    assert (count(error=True), count(error=False)) == (1, 2)


def test_runs_have_what_is_selected_in_the_second_version(ask):
    """Without a selection their ids, page by page; and one of them by its id."""
    items = validated(ask, 3)
    [project] = ask.json("GET", "/sessions?name=evaluators")[1]
    asked = {"project_ids": [project["id"]], "page_size": 2}
    _, first = ask.json("POST", "/api/v2/runs/query", asked)
    _, second = ask.json("POST", "/api/v2/runs/query", {**asked, "cursor": first["next_cursor"]})
    assert second["next_cursor"] is None
    ids = [item["run_id"] for item in reversed(items)]
    assert first["items"] + second["items"] == [{"id": id} for id in ids]
    selected = {"status": "SUCCESS", "outputs": items[0]["outputs"]}
    assert ask.json("GET", f"/api/v2/runs/{ids[-1]}?selects=STATUS&selects=OUTPUTS") == (200, selected)
    assert ask.json("POST", "/api/v2/runs/query", {"project_ids": [OTHER]})[1]["items"] == []
    assert ask.json("POST", "/api/v2/runs/query", {"filter": 'eq(name, "x")'})[0] == 400


def test_the_filter_language_is_not_evaluated(ask):
    """And nothing is made up for it."""
    status, told = ask.json("POST", "/runs/query", {"filter": 'eq(name, "x")'})
    assert (status, "does not evaluate filter" in told["detail"]) == (400, True)


def test_a_rule_that_is_validated_again_has_its_runs_once(ask):
    """The same request is the same validation."""
    assert validated(ask, 1) == validated(ask, 1)
    assert len(query(ask)[0]) == 1


def test_another_namespace_has_other_runs(ask):
    """None, to begin with."""
    validated(ask, 1)
    assert query(type(ask)(ask.fake, Session(namespace="another"))) == ([], None)


def test_the_oldest_runs_are_forgotten(ask):
    """What is kept is bounded; a rule too large to be kept is validated all the same."""
    for number in range(6):
        assert len(validated(ask, 1, display_name=str(number), test_inputs={"x": "y" * 900_000})) == 1
    assert [run["name"] for run in query(ask)[0]] == ["5", "4", "3", "2"]
    assert len(validated(ask, 1, display_name="huge", test_inputs={"x": "y" * 1_000_000})) == 1
    assert query(ask)[0][0]["name"] == "5"
