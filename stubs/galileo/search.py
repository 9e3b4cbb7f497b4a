"""The search for the log records of an experiment."""

from typing import Any
from uuid import UUID

from understudy.stub import Call, Reply, answers

from .experiment import NATIVE_SORT, Experiment
from .filters import Filter
from .limits import MAX_PAGE, bounded


@answers("POST /projects/{project_id}/traces/search")
def search_traces(call: Call) -> Reply:
    """A page of an experiment's records; an empty one where the project has no such experiment."""
    start, limit = call.body.get("starting_token", 0), call.body.get("limit", 100)
    records, more = _page(call, bounded(start, 0), bounded(limit, 100))
    page = {
        "starting_token": start,
        "limit": limit,
        "paginated": more is not None,
        "next_starting_token": more,
        "last_row_id": records[-1]["id"] if records else None,
        "records": records,
        "num_records": len(records),
    }
    return Reply(page)


def _page(call: Call, start: int, limit: int) -> tuple[list[dict[str, Any]], int | None]:
    """The records of a page, and where the next one starts."""
    experiment = _experiment(call)
    if experiment is None:
        return [], None
    filters = [Filter.of(given) for given in call.body.get("filters") or ()]
    found = experiment.found(filters, call.body.get("sort") or NATIVE_SORT)
    indices = found[start : start + min(limit, MAX_PAGE, experiment.most)]
    end = start + len(indices)
    return [experiment.record(index) for index in indices], end if indices and end < len(found) else None


def _experiment(call: Call) -> Experiment | None:
    id = call.body.get("experiment_id") or call.body.get("metrics_testing_id")
    kept = call.state.get("experiment", str(UUID(id))) if id else None
    if kept is None or kept["project"] != str(UUID(call.path["project_id"])):
        return None
    return Experiment.of(str(UUID(id)), kept, call.shared_uuid)
