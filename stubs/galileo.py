"""The stub of Galileo's scorer validation: it names the experiment that would hold the results.

The uploaded file is neither executed nor read.
"""

from understudy.stub import Call, Reply, answers


@answers("POST /v2/scorers/code/validate/log_record")
def validate_code_scorer(call: Call) -> Reply:
    """The experiment belongs to the whole request, its project to the log stream or experiment alone."""
    return Reply({"metrics_experiment_id": call.uuid("metrics experiment"), "project_id": _project(call)})


def _project(call: Call) -> str:
    for owner in ("log_stream_id", "experiment_id"):
        if call.body.get(owner):
            return call.shared_uuid("project", owner, call.body[owner].lower())
    return call.shared_uuid("project")
