"""Defects of what is taken: invalid input overlooked, and credentials."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gallery.answering import Row, both
from gallery.hooks import Hooks, admits
from gallery.reading import Fault, loads
from understudy.types import JSON

Credentials = Mapping[str, str]


def waiving(rule: str, *path: str | int) -> Hooks:
    """Overlook the faults of a rule at and below a place."""
    return Hooks(waives=lambda fault: fault.rule == rule and fault.path[: len(path)] == path)


def waiving_format(name: str) -> Hooks:
    """Overlook every fault of a format."""
    return Hooks(waives=lambda fault: fault.rule == "format" and fault.expected == name)


def _is_other_version(fault: Fault) -> bool:
    """Whether a uuid4 that is none is at least a UUID."""
    groups = [len(group) for group in fault.message.split('"')[1].split("-")] if '"' in fault.message else []
    return fault.rule == "format" and groups == [8, 4, 4, 4, 12]


def _is_garbage(fault: Fault) -> bool:
    return fault.rule == "format" and not _is_other_version(fault)


def _forgiving(text: bytes) -> JSON:
    """Broken JSON is an empty rule."""
    try:
        return loads(text)
    except ValueError:
        return {"display_name": "", "sampling_rate": 1}


def _without_nan(name: str) -> JSON:
    return 0


_dict: Callable[[Any], JSON] = dict
_TUPLE = "/evaluators/0/structured/prompt/0"

_RULES: list[Row] = [
    ("missing-name-taken", "langsmith", "lenient", "required", "/display_name", "coverage",
     waiving("required", "display_name")),
    ("missing-nested-taken", "langsmith", "lenient", "required", "/evaluators/0/structured", "coverage",
     waiving("required", "evaluators")),
    ("number-for-name-taken", "langsmith", "lenient", "type", "/display_name", "coverage",
     waiving("type", "display_name")),
    ("text-for-number-taken", "langsmith", "lenient", "type", "/sampling_rate", "coverage",
     waiving("type", "sampling_rate")),
    ("text-for-flag-taken", "langsmith", "lenient", "type", "/is_enabled", "coverage",
     waiving("type", "is_enabled")),
    ("bad-uuid-taken", "langsmith", "lenient", "format", "/session_id", "coverage", waiving_format("uuid")),
    ("bad-date-taken", "langsmith", "lenient", "format", "/backfill_from", "coverage",
     waiving_format("date-time")),
    ("bad-const-taken", "langsmith", "lenient", "const", "/group_by", "coverage", waiving("const")),
    ("long-tuple-taken", "langsmith", "lenient", "maxItems", _TUPLE, "coverage", waiving("maxItems")),
    ("short-tuple-taken", "langsmith", "lenient", "minItems", _TUPLE, "coverage", waiving("minItems")),
    ("number-in-tuple-taken", "langsmith", "lenient", "type", f"{_TUPLE}/1", "coverage",
     waiving("type", "evaluators", 0, "structured", "prompt")),
    ("zero-limit-taken", "langsmith", "lenient", "anyOf", "/spend_limit/limit_usd", "coverage",
     waiving("exclusiveMinimum")),
    ("bad-window-taken", "langsmith", "lenient", "enum", "/spend_limit/window", "coverage",
     waiving("enum", "spend_limit")),
    ("bad-severity-taken", "langsmith", "lenient", "enum", "/alerts/0/severity", "coverage",
     waiving("enum", "alerts")),
    ("null-in-map-taken", "langsmith", "lenient", "type", "/webhooks/0/headers/*", "coverage",
     waiving("type", "webhooks", 0, "headers")),
    ("code-evaluators-taken", "langsmith", "lenient", "business", "/code_evaluators", "coverage",
     waiving("business")),
    ("nan-taken", "langsmith", "lenient", "json", None, "probes",
     Hooks(loads=partial(loads, constant=_without_nan))),
    ("broken-json-taken", "langsmith", "lenient", "json", None, "probes", Hooks(loads=_forgiving)),
    ("double-member-taken", "langsmith", "lenient", "json", None, "probes",
     Hooks(loads=partial(loads, members=_dict))),
    ("any-media-type-taken", "langsmith", "lenient", "media-type", None, "probes", waiving("media-type")),
    ("anything-taken", "langsmith", "lenient", "type", "/display_name", "coverage",
     Hooks(waives=lambda fault: True)),
]  # fmt: skip

_FORMS: list[Row] = [
    ("missing-file-taken", "galileo", "lenient", "required", "/file", "coverage",
     waiving("required", "file")),
    ("text-for-file-taken", "galileo", "lenient", "file", "/file", "probes", waiving("file")),
    ("garbage-for-uuid4-taken", "galileo", "lenient", "format", "/log_stream_id", "probes",
     Hooks(waives=_is_garbage)),
    ("uuid1-for-uuid4-taken", "galileo", "lenient", "format", "/experiment_id", "probes",
     Hooks(waives=_is_other_version)),
    ("text-for-integer-taken", "galileo", "lenient", "type", "/limit", "coverage", waiving("type", "limit")),
    ("repeated-scalar-taken", "galileo", "lenient", "type", "/starting_token", "probes",
     waiving("type", "starting_token")),
    ("bad-filters-taken", "galileo", "lenient", "content", "/filters", "probes",
     waiving("content", "filters")),
    ("bad-sort-taken", "galileo", "lenient", "content", "/sort", "probes", waiving("content", "sort")),
    ("latin-1-text-taken", "galileo", "lenient", "text", "/sort", "probes", waiving("text")),
    ("anything-taken", "galileo", "lenient", "required", "/file", "coverage",
     Hooks(waives=lambda fault: True)),
]  # fmt: skip


# --- credentials --------------------------------------------------------------------------------------


def _anybody(presented: Credentials, good: Credentials) -> bool:
    return True


def _anything(presented: Credentials, good: Credentials) -> bool:
    return any(presented.values())


def _even_nothing(presented: Credentials, good: Credentials) -> bool:
    """An empty value is taken too."""
    return admits(presented, good) or "" in presented.values()


def _a_prefix(presented: Credentials, good: Credentials) -> bool:
    return any(value and good[scheme].startswith(value) for scheme, value in presented.items())


def _starting_well(presented: Credentials, good: Credentials) -> bool:
    return any(value.startswith(good[scheme]) for scheme, value in presented.items())


def _all_but(scheme: str) -> Hooks:
    return Hooks(
        admits=lambda presented, good: admits(
            {name: value for name, value in presented.items() if name != scheme}, good
        )
    )


def _any_of(scheme: str) -> Hooks:
    return Hooks(admits=lambda presented, good: admits(presented, good) or bool(presented.get(scheme)))


def _refused(api: str, name: str, scheme: str) -> Row:
    return (f"{name}-refused", api, "auth", "credential-refused", None, "probes", _all_but(scheme))


_AUTH: list[Row] = [
    *both("open-to-all", "auth", "unauthenticated-accepted", None, "probes", Hooks(admits=_anybody)),
    *both("any-credential", "auth", "credential-accepted", None, "probes", Hooks(admits=_anything)),
    *both("empty-credential", "auth", "credential-accepted", None, "probes", Hooks(admits=_even_nothing)),
    *both("credential-prefix", "auth", "credential-accepted", None, "probes", Hooks(admits=_a_prefix)),
    *both("credential-with-tail", "auth", "credential-accepted", None, "probes",
          Hooks(admits=_starting_well)),
    ("any-bearer", "galileo", "auth", "credential-accepted", None, "probes", _any_of("OAuth2PasswordBearer")),
    ("any-tenant", "langsmith", "auth", "credential-accepted", None, "probes", _any_of("Tenant ID")),
    _refused("galileo", "api-key", "APIKeyHeader"),
    _refused("galileo", "bearer", "OAuth2PasswordBearer"),
    _refused("galileo", "basic", "HTTPBasic"),
    _refused("langsmith", "api-key", "API Key"),
    _refused("langsmith", "tenant", "Tenant ID"),
    _refused("langsmith", "bearer", "Bearer Auth"),
]  # fmt: skip

ROWS: tuple[Row, ...] = (*_RULES, *_FORMS, *_AUTH)
