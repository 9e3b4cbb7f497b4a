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


JOBS = {"generated": generated, "tracing": tracing, "info": info}

for line in sys.stdin:
    job = json.loads(line)
    try:
        told = {"value": JOBS[job["does"]](job)}
    except Exception as error:
        status = getattr(error, "status_code", None)
        told = {"error": type(error).__name__, "status": status, "message": str(error)}
    print("answer:", json.dumps(told), flush=True)
