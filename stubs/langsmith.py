"""The stubs of LangSmith: a rule's validation, and the project in which the runs of its evaluators appear.

No model is asked and no prompt is rendered. The shape of an item is this fake's convention, which
specs/langsmith/fake.overlay.yaml declares and describes; specs/langsmith/companion.yaml does it for the rest.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any
from uuid import UUID

from understudy.stub import NOW, Call, Reply, State, Unsatisfiable, answers

PROJECT = "evaluators"
"""The project that the runs of evaluators appear in."""

ROOTS = {
    "input": "test_inputs",
    "output": "test_outputs",
    "reference": "test_reference_outputs",
    "attachment": "test_attachments",
}
"""Where the paths of a variable mapping begin, and the member of the request that each means."""

SCORE = {
    "type": "object",
    "properties": {"score": {"type": "number", "minimum": 0, "maximum": 1}},
    "required": ["score"],
}
"""The outputs of an evaluator that brings no schema."""

# Bounds on what one request can make: variables can repeat a large value, and schemas can be slow.
MAX_VARIABLES = 16_000_000
MAX_EVALUATORS = 100
MAX_PAGE = 100
MAX_KEPT = 1_000_000
MAX_ALL_KEPT = 4_000_000

_STEP = re.compile(r"[^.\[\]]+")
_INDEX = re.compile("[0-9]{1,9}")
_SINGLE_BRACES = re.compile(r"\{\{|\{(\w[\w.\[\]-]*+)[^{}]*+\}")
_DOUBLE_BRACES = re.compile(r"\{\{[{#^&/]?\s*+(\w[\w.\[\]-]*+)\s*+\}\}")
_SCHEMA_WORDS = frozenset(("type", "properties", "$ref", "allOf", "anyOf", "oneOf", "enum", "const"))


@answers("POST /api/v1/runs/rules/validate")
def validate_rule(call: Call) -> Reply:
    """One result item for each evaluator, in order, and a run of each in the project."""
    items = _items(call)
    if items:
        _keep(call, len(items))
    return Reply(items)


def _keep(call: Call, runs: int) -> None:
    """Keep what makes the runs again. Now and then, as the request's key has it, the oldest are forgotten."""
    size = _length(call.body)
    if size > MAX_KEPT:
        return
    kept = {"key": call.key.hex(), "body": call.body, "runs": runs, "size": size}
    call.state.put("validation", call.uuid("validation"), kept)
    if size > MAX_KEPT // 100 or call.key[0] == 0:
        _forget(call.state)


def _forget(state: State) -> None:
    room = MAX_ALL_KEPT
    for id, kept in reversed(state.all("validation").items()):
        room -= kept["size"]
        if room < 0:
            state.delete("validation", id)


def _items(call: Call) -> list[dict[str, Any]]:
    body = call.body
    tests = {root: body.get(member) for root, member in ROOTS.items()}
    items, room = [], MAX_VARIABLES
    for index, evaluator in enumerate(body.get("evaluators") or ()):
        inputs, room = _resolved(_paths(evaluator["structured"]), tests, room)
        items.append(_result(call, evaluator["structured"], inputs, index))
    return items


def _result(
    call: Call, structured: Mapping[str, Any], inputs: Mapping[str, Any], index: int
) -> dict[str, Any]:
    outputs, error = _outputs(call, structured.get("schema"), index)
    return {
        "inputs": inputs,
        "outputs": outputs,
        "feedback": [_feedback(key, value) for key, value in (outputs or {}).items()],
        "run_id": call.uuid("run", str(index)),
        "session_name": PROJECT,
        "error": error,
    }


def _feedback(key: str, value: Any) -> dict[str, Any]:
    """Every top-level member of the outputs is a piece of feedback; truth scores 1 and falsehood 0."""
    score = int(value) if isinstance(value, bool) else value if isinstance(value, int | float) else None
    return {"key": key, "score": score, "value": value, "comment": None}


# --- outputs --------------------------------------------------------------------------------------------


def _outputs(
    call: Call, schema: dict[str, Any] | None, index: int
) -> tuple[dict[str, Any] | None, str | None]:
    """The outputs of an evaluator, or why there are none."""
    if index >= MAX_EVALUATORS:
        return None, f"not run: the fake runs at most {MAX_EVALUATORS} evaluators of one request"
    try:
        return _instance(call, _plain(schema), index), None
    except Unsatisfiable as error:
        return None, f"structured.schema has no outputs: {error}"


def _instance(call: Call, schema: dict[str, Any], index: int) -> Any:
    """An object that satisfies the schema. Raises Unsatisfiable."""
    names = ("outputs", str(index))
    value = call.synthesise(schema, *names)
    if isinstance(value, dict):
        return value
    if "object" not in schema.get("type", "object"):
        raise Unsatisfiable("/type", "the outputs of an evaluator are an object")
    return call.synthesise({**schema, "type": "object"}, *names)


def _plain(schema: dict[str, Any] | None) -> dict[str, Any]:
    """The JSON Schema itself: as given, or the `parameters` of `{"name", "description", "parameters"}`."""
    if schema is None:
        return SCORE
    parameters = schema.get("parameters")
    return parameters if isinstance(parameters, dict) and _SCHEMA_WORDS.isdisjoint(schema) else schema


# --- variables ------------------------------------------------------------------------------------------


def _paths(structured: Mapping[str, Any]) -> Mapping[str, str]:
    """The path of each variable: as mapped, or of those that the prompt names their own names."""
    mapping: Mapping[str, str] | None = structured.get("variable_mapping")
    if mapping is not None:
        return mapping
    single = structured.get("template_format") in (None, "f-string")
    pattern = _SINGLE_BRACES if single else _DOUBLE_BRACES
    found = (pattern.findall(template) for _, template in structured.get("prompt") or ())
    return {name: name for names in found for name in names if name}


def _resolved(paths: Mapping[str, str], tests: Mapping[str, Any], room: int) -> tuple[dict[str, Any], int]:
    """The variables, and what is left of the characters that they may take; without any they are null."""
    inputs = {}
    for name, path in paths.items():
        inputs[name] = _at(path, tests) if room > 0 else None
        room -= _length(inputs[name])
    return inputs, room


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else len(json.dumps(value))


def _at(path: str, tests: Mapping[str, Any]) -> Any:
    """The value at a path; null where there is none."""
    first, *rest = _STEP.findall(path) or [""]
    if rest and first in tests:
        return _walk(tests[first], rest)
    member = _walk(tests["input"], [first, *rest])
    return tests.get(first) if member is None and not rest else member


def _walk(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


# --- the project of the evaluators' runs -----------------------------------------------------------------


@answers("GET /sessions")
def projects(call: Call) -> Reply:
    """The project of the evaluators' runs, where its name or id is asked for or none is."""
    query = call.query
    project = _project(call)
    wanted = query.get("name") in (None, PROJECT) and query.get("name_contains", "") in PROJECT
    wanted = wanted and str(query.get("id", project["id"])) == project["id"] and not query.get("offset")
    return Reply([project] if wanted else [])


@answers("GET /sessions/{session_id}")
def project(call: Call) -> Reply:
    """The one project there is."""
    found = _project(call)
    if str(UUID(call.path["session_id"])) != found["id"]:
        return Reply({"detail": "Project not found"}, status=404)
    return Reply(found)


def _project(call: Call) -> dict[str, Any]:
    return {
        "id": call.shared_uuid("project", PROJECT),
        "tenant_id": call.shared_uuid("tenant"),
        "name": PROJECT,
        "start_time": NOW,
        "end_time": None,
        "description": "The runs of evaluators.",
        "extra": None,
        "reference_dataset_id": None,
        "run_count": sum(kept["runs"] for kept in call.state.all("validation").values()),
    }


@answers("POST /runs/query")
def query_runs(call: Call) -> Reply:
    """A page of runs, the newest first, and the cursor of the next."""
    if any(call.body.get(name) for name in UNREAD):
        return Reply({"detail": f"The fake does not evaluate {', '.join(UNREAD)}."}, status=400)
    limit = min(call.body.get("limit") or MAX_PAGE, MAX_PAGE)
    newest_first = call.body.get("order") != "asc"
    found = _runs(call, newest_first, _place(call.body.get("cursor")))
    page = list(
        islice((found_run for found_run in found if _is_asked_for(found_run[1], call.body)), limit + 1)
    )
    more = page[limit - 1][0] if len(page) > limit else None
    runs = [run for _, run in page[:limit]]
    return Reply({"runs": runs, "cursors": {"next": None if more is None else str(more)}})


UNREAD = ("filter", "trace_filter", "tree_filter", "query", "search_filter")
"""What a query may say in a language of its own."""


def _place(cursor: str | None) -> int | None:
    return int(cursor) if cursor else None


def _runs(call: Call, newest_first: bool, after: int | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """The runs behind a place with their places, which count from the oldest run on."""
    placed, place = [], 0
    for kept in call.state.all("validation").values():
        placed.append((place, kept))
        place += kept["runs"]
    for first, kept in reversed(placed) if newest_first else placed:
        places = range(first, first + kept["runs"])
        behind = [n for n in places if after is None or (n < after if newest_first else n > after)]
        if behind:
            runs = _runs_of(call, kept)
            yield from ((n, runs[n - first]) for n in (reversed(behind) if newest_first else behind))


def _runs_of(call: Call, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The runs of one validation, made anew from its request."""
    then = replace(call, key=bytes.fromhex(kept["key"]), body=kept["body"])
    return [_run(then, item) for item in _items(then)]


def _run(call: Call, item: Mapping[str, Any]) -> dict[str, Any]:
    id = item["run_id"]
    moment = re.sub("[-:]", "", NOW).replace("Z", "000000Z")
    return {
        "id": id,
        "trace_id": id,
        "parent_run_id": None,
        "dotted_order": moment + id,
        "session_id": call.shared_uuid("project", PROJECT),
        "name": call.body["display_name"],
        "run_type": "chain",
        "status": "error" if item["error"] else "success",
        "error": item["error"],
        "start_time": NOW,
        "end_time": NOW,
        "inputs": item["inputs"],
        "outputs": item["outputs"],
        "feedback_stats": {given["key"]: {"n": 1, "avg": given["score"]} for given in item["feedback"]},
        "tags": [],
        "extra": {"metadata": {}},
    }


def _is_asked_for(run: Mapping[str, Any], query: Mapping[str, Any]) -> bool:
    wanted = {"session": run["session_id"], "id": run["id"]}
    if any(query.get(name) and value not in _uuids(query[name]) for name, value in wanted.items()):
        return False
    if query.get("trace") and str(UUID(query["trace"])) != run["id"]:
        return False
    if query.get("parent_run") or query.get("reference_example") or query.get("is_root") is False:
        return False
    if query.get("run_type") not in (None, run["run_type"]):
        return False
    return query.get("error") in (None, run["error"] is not None)


def _uuids(texts: Sequence[str]) -> set[str]:
    return {str(UUID(text)) for text in texts}


@answers("GET /runs/{run_id}")
def read_run(call: Call) -> Reply:
    """The run of that id."""
    wanted = str(UUID(call.path["run_id"]))
    run = next((run for _, run in _runs(call, True, None) if run["id"] == wanted), None)
    return Reply({"detail": "Run not found"}, status=404) if run is None else Reply(run)


@answers("POST /api/v2/runs/query")
def select_runs(call: Call) -> Reply:
    """A page of runs as the second version of the API has them, and the cursor of the next."""
    body = call.body
    query = {
        "session": body.get("project_ids"),
        "id": body.get("ids"),
        "trace": body.get("trace_id"),
        "reference_example": body.get("reference_examples") or body.get("reference_dataset_id"),
        "run_type": body.get("run_type") and body["run_type"].lower(),
        "is_root": body.get("is_root"),
        "error": body.get("has_error"),
        "limit": body.get("page_size"),
        "cursor": body.get("cursor"),
        **{name: body.get(name) for name in UNREAD},
    }
    found = query_runs(replace(call, body=query))
    if found.status != 200:
        return found
    runs = [_selected(run, body.get("selects")) for run in found.body["runs"]]
    return Reply({"items": runs, "next_cursor": found.body["cursors"]["next"]})


@answers("GET /api/v2/runs/{run_id}")
def select_run(call: Call) -> Reply:
    """The run of that id, as the second version of the API has it."""
    found = read_run(call)
    return Reply(_selected(found.body, call.query.get("selects"))) if found.status == 200 else found


def _selected(run: Mapping[str, Any], selects: Sequence[str] | None) -> dict[str, Any]:
    """The members of a run that are selected, without any its id; those that the fake has."""
    told = {
        **run,
        "project_id": run["session_id"],
        "run_type": run["run_type"].upper(),
        "status": run["status"].upper(),
        "is_root": True,
        "parent_run_ids": [],
    }
    return {name: told[name] for name in map(str.lower, selects or ["ID"]) if name in told}


@answers("GET /feedback")
def list_feedback(call: Call) -> Reply:
    """The feedback of runs, that of the newest first."""
    query = call.query
    runs = _uuids(query["run"]) if query.get("run") else None
    start = min(query.get("offset", 0), sys.maxsize - MAX_PAGE)  # no list is longer
    found = (
        {**given, "id": call.shared_uuid("feedback", run, given["key"]), **_about(call, run)}
        for run, given in _feedback_of_runs(call)
        if (runs is None or run in runs) and given["key"] in (query.get("key") or [given["key"]])
    )
    return Reply(list(islice(found, start, start + min(query.get("limit", MAX_PAGE), MAX_PAGE))))


def _feedback_of_runs(call: Call) -> Iterator[tuple[str, dict[str, Any]]]:
    for kept in reversed(call.state.all("validation").values()):
        then = replace(call, key=bytes.fromhex(kept["key"]), body=kept["body"])
        yield from ((item["run_id"], given) for item in _items(then) for given in item["feedback"])


def _about(call: Call, run: str) -> dict[str, Any]:
    session = call.shared_uuid("project", PROJECT)
    source = {"type": "auto_eval"}
    times = {"created_at": NOW, "modified_at": NOW}
    return {"run_id": run, "trace_id": run, "session_id": session, **times, "feedback_source": source}
