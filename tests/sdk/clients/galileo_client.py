"""Does jobs with the Galileo client of PyPI: one JSON object a line comes in, one goes out."""

import io
import json
import sys

from galileo.config import GalileoPythonConfig
from galileo.log_streams import create_log_stream, get_log_stream, list_log_streams
from galileo.projects import list_projects
from galileo.resources.api.data import (
    get_validate_code_scorer_task_result_scorers_code_validate_task_id_get as task_result,
)
from galileo.resources.api.data import (
    validate_code_scorer_log_record_scorers_code_validate_log_record_post as validation,
)
from galileo.resources.api.data import validate_code_scorer_scorers_code_validate_post as code_validation
from galileo.resources.models import (
    BodyValidateCodeScorerLogRecordScorersCodeValidateLogRecordPost,
    BodyValidateCodeScorerScorersCodeValidatePost,
    HTTPValidationError,
    LogRecordsBooleanFilter,
    LogRecordsCollectionFilter,
    LogRecordsDateFilter,
    LogRecordsIDFilter,
    LogRecordsNumberFilter,
    LogRecordsSortClause,
    LogRecordsTextFilter,
)
from galileo.resources.types import File
from galileo.search import get_traces


def connected(job):
    """Health check, login, current user."""
    return GalileoPythonConfig.get(console_url=job["url"], api_url=job["url"], api_key=job["key"])


def connect(job):
    """Whether the client has a token."""
    return bool(connected(job).jwt_token)


def upload(job):
    """The ids of the experiment and its project; a 422 comes as a value too."""
    code = job.get("code", "def scorer_fn(**_): return 1").encode()
    file = File(payload=io.BytesIO(code), file_name="scorer.py")
    body = BodyValidateCodeScorerLogRecordScorersCodeValidateLogRecordPost(file=file, **job.get("fields", {}))
    answer = validation.sync(client=connected(job).api_client, body=body)
    if isinstance(answer, HTTPValidationError):
        return {"loc": answer.detail[0].loc, "type": answer.detail[0].type_}
    return answer.to_dict()


def search(job):
    """One page of the log records of an experiment."""
    connected(job)
    sort = LogRecordsSortClause(**job["sort"]) if "sort" in job else None
    filters = [FILTERS[given["type"]].from_dict(given) for given in job.get("filters", ())]
    page = get_traces(job["project"], job["experiment"], filters=filters, sort=sort, **job.get("page", {}))
    return page.to_dict()


def log_streams(job):
    """The names of a project's log streams once another is created, and whether it is found by its name."""
    connected(job)
    project = next(project for project in list_projects() if project.name == "default")
    made = create_log_stream(job["name"], project_id=project.id)
    names = [stream.name for stream in list_log_streams(project_id=project.id)]
    return {"names": names, "found": get_log_stream(name=job["name"], project_id=project.id).id == made.id}


def validate(job):
    """What a scorer's validation on itself ends with."""
    client = connected(job).api_client
    file = File(payload=io.BytesIO(job["code"].encode()), file_name="scorer.py")
    body = BodyValidateCodeScorerScorersCodeValidatePost(file=file, scoreable_node_types=["llm"])
    task = code_validation.sync(client=client, body=body).task_id
    result = task_result.sync(client=client, task_id=task).result.result
    if result.result_type == "invalid":
        raise ValueError(result.error_message)
    return {"result_type": result.result_type, "scores": len(result.test_scores)}


JOBS = {
    "connect": connect,
    "upload": upload,
    "search": search,
    "validate": validate,
    "log_streams": log_streams,
}
FILTERS = {
    "id": LogRecordsIDFilter,
    "date": LogRecordsDateFilter,
    "number": LogRecordsNumberFilter,
    "boolean": LogRecordsBooleanFilter,
    "collection": LogRecordsCollectionFilter,
    "text": LogRecordsTextFilter,
}

for line in sys.stdin:
    job = json.loads(line)
    try:
        told = {"value": JOBS[job["does"]](job)}
    except Exception as error:
        status = getattr(error, "status_code", None)
        told = {"error": type(error).__name__, "status": status, "message": str(error)}
    print("answer:", json.dumps(told, default=str), flush=True)
