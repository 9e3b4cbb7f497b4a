"""The stubs of Galileo: a scorer's validation and its log records, and what client libraries ask besides.

The uploaded file is never executed. specs/galileo/companion.yaml says what is known of the operations around
the validation, and which of it is a convention of this fake.
"""

from .login import login_api_key, login_email
from .projects import (
    all_projects,
    create_log_stream,
    create_project,
    current_user,
    log_streams,
    log_streams_page,
    projects,
)
from .scorer import validate_code, validate_code_scorer, validation_task
from .search import search_traces

__all__ = [
    "all_projects",
    "create_log_stream",
    "create_project",
    "current_user",
    "log_streams",
    "log_streams_page",
    "login_api_key",
    "login_email",
    "projects",
    "search_traces",
    "validate_code",
    "validate_code_scorer",
    "validation_task",
]
