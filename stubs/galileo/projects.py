"""The user, the projects and their log streams."""

from typing import Any
from uuid import UUID

from understudy.stub import NOW, Call, Reply, answers

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


@answers("GET /projects/{project_id}/log_streams")
def log_streams(call: Call) -> Reply:
    """The log stream `default` of the project."""
    project = call.path["project_id"]
    stream = {"id": partner(call, "log stream", project), "name": "default", "project_id": project}
    return Reply([{**stream, "created_at": NOW, "updated_at": NOW}])


def partner(call: Call, what: str, owner: str) -> str:
    """The project of a log stream or an experiment, and the other way round: each the partner of the other.

    So a log stream that a project lists belongs to it wherever it turns up again, and nothing is stored.
    """
    mask = UUID(call.shared_uuid(what)).int & _UUID_BITS
    return str(UUID(int=UUID(owner).int ^ mask, version=4))
