"""The stubs of Galileo: a scorer's validation, and what its client libraries ask before and after.

The uploaded file is neither executed nor read. specs/galileo/companion.yaml says what is known of the
operations around the validation, and which of it is a convention of this fake.
"""

import base64
import json
from typing import Any
from uuid import UUID

from understudy.stub import CLAIM, NOW, Call, Reply, SessionError, answers, split_credential

FAR_AHEAD = 4102444800
"""When a token expires: 2100-01-01."""

REFUSED = ("invalid", "expired")
"""A key that contains one of these words gets no token."""
CARRIED = ("forbidden", "ratelimited", "servererror")
"""Words of a key that the token contains too, so that what is asked with it fails as they say."""

_UUID_BITS = ~((0xF << 76) | (0x3 << 62)) & ((1 << 128) - 1)
"""Those bits of a UUID that say neither version nor variant."""


# --- the scorer ------------------------------------------------------------------------------------------


@answers("POST /v2/scorers/code/validate/log_record")
def validate_code_scorer(call: Call) -> Reply:
    """The experiment belongs to the whole request, its project to the log stream or experiment alone."""
    return Reply({"metrics_experiment_id": call.uuid("metrics experiment"), "project_id": _project(call)})


def _project(call: Call) -> str:
    if call.body.get("log_stream_id"):
        return _partner(call, "log stream", call.body["log_stream_id"])
    if call.body.get("experiment_id"):
        return _partner(call, "experiment", call.body["experiment_id"])
    return call.shared_uuid("project")


def _partner(call: Call, what: str, owner: str) -> str:
    """The project of a log stream or an experiment, and the other way round: each the partner of the other.

    So a log stream that a project lists belongs to it wherever it turns up again, and nothing is stored.
    """
    mask = UUID(call.shared_uuid(what)).int & _UUID_BITS
    return str(UUID(int=UUID(owner).int ^ mask, version=4))


# --- the client's way to it ------------------------------------------------------------------------------


@answers("POST /login/api_key")
def login_api_key(call: Call) -> Reply:
    """A token for a key."""
    return _login(call, call.body["api_key"])


@answers("POST /login")
def login_email(call: Call) -> Reply:
    """A token for a name and a password."""
    return _login(call, call.body["password"])


def _login(call: Call, secret: str) -> Reply:
    try:
        plain, session = split_credential(secret)
    except SessionError as error:
        return Reply({"detail": str(error)}, status=401)
    if any(word in plain.lower() for word in REFUSED):
        return Reply({"detail": "Invalid credentials"}, status=401, session=session)
    claims = {"sub": call.shared_uuid("user"), "exp": FAR_AHEAD, CLAIM: session.claims()}
    words = [word for word in CARRIED if word in plain.lower()]
    return Reply({"access_token": _token(claims, words), "token_type": "bearer"}, session=session)


def _token(claims: dict[str, Any], words: list[str]) -> str:
    """A JSON Web Token that anyone can read and nobody signed; the words stand where a signature would."""
    signature = "-".join(["understudy", *words])
    padded = signature + "-" * (-len(signature) % 4)  # clients take it for Base64, which comes in fours
    return ".".join((_encoded({"alg": "none", "typ": "JWT"}), _encoded(claims), padded))


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


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
    stream = {"id": _partner(call, "log stream", project), "name": "default", "project_id": project}
    return Reply([{**stream, "created_at": NOW, "updated_at": NOW}])


@answers("POST /projects/{project_id}/traces/search")
def search_traces(call: Call) -> Reply:
    """An empty page."""
    page = {"starting_token": call.body.get("starting_token", 0), "limit": call.body.get("limit", 100)}
    rest: dict[str, Any] = {
        "paginated": False,
        "next_starting_token": None,
        "last_row_id": None,
        "records": [],
    }
    return Reply({**page, **rest, "num_records": 0})
