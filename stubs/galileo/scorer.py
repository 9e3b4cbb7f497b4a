"""The validation of a scorer: which log records it copies, and what is wrong with its code."""

import ast
import json
from typing import Any
from uuid import UUID

from understudy.stub import NOW, Call, File, Reply, State, answers

from .limits import bounded
from .projects import partner, project_of

NODE_TYPES = ["llm", "chat"]
"""What a scorer scores that does not say."""
MAX_EXPERIMENTS = 1000
MAX_CODE = 1_000_000


@answers("POST /v2/scorers/code/validate/log_record")
def validate_code_scorer(call: Call) -> Reply:
    """The experiment belongs to the whole request, its project to the log stream or experiment alone."""
    experiment, project = call.uuid("metrics experiment"), _project(call)
    call.state.put("experiment", experiment, {"project": project, **_copied(call)})
    if call.key[0] % 32 == 0:
        _forget(call.state)
    return Reply({"metrics_experiment_id": experiment, "project_id": project})


def _forget(state: State) -> None:
    """Now and then, as a request's key has it: the oldest experiments, so that the state is bounded."""
    for id in list(state.all("experiment"))[:-MAX_EXPERIMENTS]:
        state.delete("experiment", id)


def _copied(call: Call) -> dict[str, Any]:
    """What tells which log records a validation copies; a negative number counts as none."""
    body = call.body
    owner = body.get("log_stream_id") or body.get("experiment_id") or ""
    filters, sort = body.get("filters"), body.get("sort")
    return {
        "source": call.shared_uuid("log records", str(owner)),
        "filters": filters if isinstance(filters, list) else [],
        "weight": len(json.dumps(filters)),
        "sort": sort if isinstance(sort, dict) else None,
        "start": bounded(body.get("starting_token"), 0),
        "size": bounded(body.get("limit"), 100),
    }


def _project(call: Call) -> str:
    if call.body.get("log_stream_id"):
        return project_of(call, call.body["log_stream_id"])
    if call.body.get("experiment_id"):
        return partner(call, "experiment", call.body["experiment_id"])
    return call.shared_uuid("project")


@answers("POST /scorers/code/validate")
def validate_code(call: Call) -> Reply:
    """A task that is done at once: bad code is its result."""
    task = call.uuid("task")
    call.state.put("task", task, _verdict(call, call.body["file"], call.body.get("scoreable_node_types")))
    return Reply({"task_id": task})


def _verdict(call: Call, file: File, node_types: Any) -> dict[str, Any]:
    wrong = _fault(file.content)
    if wrong:
        return {"result_type": "invalid", "error_message": wrong}
    kinds = _listed(node_types) or NODE_TYPES
    return {
        "result_type": "valid",
        "score_type": "float",
        "scoreable_node_types": kinds,
        "include_llm_credentials": False,
        "test_scores": [{"node_type": kind, "score": _score(call.uuid("score", kind))} for kind in kinds],
    }


def _listed(value: Any) -> list[str]:
    """A list of texts as a form has it: the list, one text, or one that is a JSON list."""
    if not isinstance(value, str):
        return list(value or ())
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return [value]
    return [str(item) for item in parsed] if isinstance(parsed, list) else [value]


def _fault(code: bytes) -> str:
    """What is wrong with a scorer's file, which is read and not executed; empty where nothing is."""
    if len(code) > MAX_CODE:
        return f"The code is longer than {MAX_CODE} bytes."
    try:
        statements = ast.parse(code).body
    except SyntaxError as error:
        return f"SyntaxError: {error.msg} (line {error.lineno or 1})"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"{type(error).__name__}: the code cannot be read"
    functions = (node.name for node in statements if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return "" if "scorer_fn" in functions else "The code has no function scorer_fn."


def _score(seed: str) -> float:
    return UUID(seed).int % 65 / 64


@answers("GET /scorers/code/validate/{task_id}")
def validation_task(call: Call) -> Reply:
    """The result of the task."""
    task = call.path["task_id"]
    result = call.state.get("task", task)
    if result is None:
        return Reply({"detail": "Task not found"}, status=404)
    times = {"created_at": NOW, "updated_at": NOW}
    return Reply({"id": task, **times, "status": "completed", "result": {"result": result}})
