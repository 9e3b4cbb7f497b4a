"""Does jobs with the LangSmith client of PyPI: one JSON object a line comes in, one goes out."""

import json
import sys

from langsmith import Client, Langsmith


def generated(job):
    """By the client that is generated from LangSmith's own document."""
    client = Langsmith(base_url=job["url"], api_key=job["key"], max_retries=0)
    return client.post("/api/v1/runs/rules/validate", body=job["rule"], cast_to=object)


def tracing(job):
    """By the hand-written client, with or without `/api/v1` in its URL."""
    client = Client(api_url=job["url"] + job["prefix"], api_key=job["key"])
    return client.request_with_retries("POST", "/runs/rules/validate", json=job["rule"]).json()


def info(job):
    """What the client learns of the server."""
    return Client(api_url=job["url"], api_key=job["key"]).info.version


def runs(job):
    """The runs of a project; all pages of them."""
    client = Client(api_url=job["url"], api_key=job["key"])
    found = client.list_runs(project_name=job["project"], limit=job.get("limit"))
    return [
        {"id": str(run.id), "inputs": run.inputs, "outputs": run.outputs, "status": run.status}
        for run in found
    ]


def selected(job):
    """The runs of a project by `runs.query`, and the last of them by `runs.retrieve`."""
    project = str(Client(api_url=job["url"], api_key=job["key"]).read_project(project_name=job["project"]).id)
    client = Langsmith(base_url=job["url"], api_key=job["key"], max_retries=0)
    found = list(
        client.runs.query(project_ids=[project], selects=["ID", "OUTPUTS", "START_TIME"], page_size=2)
    )
    last = found[-1]
    read = client.runs.retrieve(
        last.id, project_id=project, start_time=last.start_time, selects=["STATUS", "OUTPUTS"]
    )
    return {"runs": [[run.id, run.outputs] for run in found], "last": [read.status, read.outputs]}


def feedback(job):
    """Key and score of the feedback of a run."""
    client = Client(api_url=job["url"], api_key=job["key"])
    return [[given.key, given.score] for given in client.list_feedback(run_ids=[job["run"]])]


def read(job):
    """The outputs of a run."""
    return Client(api_url=job["url"], api_key=job["key"]).read_run(job["run"]).outputs


JOBS = {
    "generated": generated,
    "tracing": tracing,
    "info": info,
    "runs": runs,
    "selected": selected,
    "feedback": feedback,
    "read": read,
}

for line in sys.stdin:
    job = json.loads(line)
    try:
        told = {"value": JOBS[job["does"]](job)}
    except Exception as error:
        status = getattr(error, "status_code", None)
        told = {"error": type(error).__name__, "status": status, "message": str(error)}
    print("answer:", json.dumps(told), flush=True)
