"""The user, the projects and their log streams."""

from typing import Any
from uuid import UUID

from understudy.stub import NOW, Call, Reply, answers

from .limits import bounded

DEFAULT = "default"
"""The log stream that every project has."""
LOG_STREAM = "log stream"
"""The kind that the created ones are kept as."""
_UUID_BITS = ~((0xF << 76) | (0x3 << 62)) & ((1 << 128) - 1)
"""Those bits of a UUID that say neither version nor variant."""


@answers("GET /current_user")
def current_user(call: Call) -> Reply:
    """The one user there is."""
    return Reply({"id": call.shared_uuid("user"), "email": "understudy@example.com", "role": "admin"})


@answers("GET /projects")
def projects(call: Call) -> Reply:
    """The project of the name that is asked for."""
    return Reply([_named_project(call, call.query.get("project_name", "default"), call.query.get("type"))])


@answers("POST /projects")
def create_project(call: Call) -> Reply:
    """The project of that name."""
    return Reply(_named_project(call, call.body["name"], call.body.get("type")))


def _named_project(call: Call, name: str, kind: str | None) -> dict[str, Any]:
    user = call.shared_uuid("user")
    return {
        "id": call.shared_uuid("project", "name", name),
        "name": name,
        "type": kind or "gen_ai",
        "created_by": user,
        "created_by_user": {"id": user, "email": "understudy@example.com"},
        "runs": [],
        "created_at": NOW,
        "updated_at": NOW,
    }


@answers("GET /projects/all")
def all_projects(call: Call) -> Reply:
    """The project `default`."""
    return Reply([_named_project(call, "default", call.query.get("type"))])


@answers("GET /projects/{project_id}/log_streams")
def log_streams(call: Call) -> Reply:
    """The log streams of the project."""
    return Reply(_log_streams(call))


@answers("GET /projects/{project_id}/log_streams/paginated")
def log_streams_page(call: Call) -> Reply:
    """A page of them."""
    streams = _log_streams(call)
    start, limit = bounded(call.query["starting_token"], 0), bounded(call.query["limit"], 100)
    more = start + limit if limit and start + limit < len(streams) else None
    page = {
        "starting_token": start,
        "limit": limit,
        "paginated": more is not None,
        "next_starting_token": more,
        "log_streams": streams[start : start + limit],
    }
    return Reply(page)


@answers("POST /projects/{project_id}/log_streams")
def create_log_stream(call: Call) -> Reply:
    """The log stream of that name, which is there from now on."""
    project, name = str(UUID(call.path["project_id"])), call.body["name"]
    if name == DEFAULT:
        return Reply(_default_log_stream(call))
    stream = _log_stream(call.shared_uuid("log stream", project, name), name, project)
    call.state.put(LOG_STREAM, stream["id"], stream)
    return Reply(stream)


def _log_streams(call: Call) -> list[dict[str, Any]]:
    project = str(UUID(call.path["project_id"]))
    created = (dict(stream) for stream in call.state.all(LOG_STREAM).values())
    return [_default_log_stream(call), *(stream for stream in created if stream["project_id"] == project)]


def _default_log_stream(call: Call) -> dict[str, Any]:
    project = str(UUID(call.path["project_id"]))
    return _log_stream(partner(call, "log stream", project), DEFAULT, project)


def _log_stream(id: str, name: str, project: str) -> dict[str, Any]:
    return {"id": id, "name": name, "project_id": project, "created_at": NOW, "updated_at": NOW}


def project_of(call: Call, log_stream: str) -> str:
    """The project that a log stream belongs to."""
    created = call.state.get(LOG_STREAM, str(UUID(log_stream)))
    return created["project_id"] if created else partner(call, "log stream", log_stream)


def partner(call: Call, what: str, owner: str) -> str:
    """The project of a log stream or an experiment, and the other way round: each the partner of the other.

    So a log stream that a project lists belongs to it wherever it turns up again, and nothing is stored.
    """
    mask = UUID(call.shared_uuid(what)).int & _UUID_BITS
    return str(UUID(int=UUID(owner).int ^ mask, version=4))
