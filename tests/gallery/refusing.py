"""Defects of what is not taken: valid input refused by a declared 422, or crashed on."""

from collections.abc import Callable, Iterator
from typing import Any

from gallery.answering import Row
from gallery.hooks import Hooks
from understudy.types import JSON, Path

_NOTHING = object()
_I64 = 2**63


def refusing(name: str, is_refused: Callable[[Any], bool]) -> Hooks:
    """Refuse the valid values of one member."""

    def refuses(data: JSON) -> Path | None:
        return (name,) if name in data and is_refused(data[name]) else None

    return Hooks(refuses=refuses)


def crashing(is_fatal: Callable[[JSON], bool], name: str | None = None) -> Hooks:
    """Fall over on data that is so, or on one member of it."""

    def crashes(data: JSON) -> bool:
        found = data if name is None else data.get(name, _NOTHING) if isinstance(data, dict) else _NOTHING
        return found is not _NOTHING and is_fatal(found)

    return Hooks(crashes=crashes)


def _is_null(value: JSON) -> bool:
    return value is None


def _is_zero(value: JSON) -> bool:
    return type(value) in (int, float) and value == 0


def _is_large(value: JSON) -> bool:
    return type(value) is int and not -_I64 <= value < _I64


def _texts(data: JSON) -> Iterator[str]:
    """Every text in the data, names of members too."""
    if isinstance(data, str):
        yield data
    inner = [*data, *data.values()] if isinstance(data, dict) else data if isinstance(data, list) else ()
    for item in inner:
        yield from _texts(item)


def _is_astral(data: JSON) -> bool:
    return any(max(text, default="") > "\uffff" for text in _texts(data))


def _has_null_member(data: JSON) -> bool:
    return isinstance(data, dict) and None in data.values()


def _has_null_prompt(evaluators: JSON) -> bool:
    items = evaluators if isinstance(evaluators, list) else ()
    structured = [item.get("structured") for item in items if isinstance(item, dict)]
    return any(isinstance(inner, dict) and inner.get("prompt", 0) is None for inner in structured)


def _has_upper(value: JSON) -> bool:
    return isinstance(value, str) and value != value.lower()


def _unknown(known: frozenset[str]) -> Hooks:
    def refuses(data: JSON) -> Path | None:
        return next(((name,) for name in data if name not in known), None)

    return Hooks(refuses=refuses)


def _astral_member(data: JSON) -> Path | None:
    return next(((name,) for name in data if _is_astral(data[name])), None)


_RULE_MEMBERS = frozenset(
    (
        *(
            "display_name",
            "session_id",
            "is_enabled",
            "dataset_id",
            "sampling_rate",
            "filter",
            "trace_filter",
        ),
        *("tree_filter", "backfill_from", "use_corrections_dataset", "num_few_shot_examples", "extend_only"),
        *("transient", "add_to_annotation_queue_id", "add_to_dataset_id", "add_to_dataset_prefer_correction"),
        *("evaluators", "code_evaluators", "evaluator_id", "alerts", "webhooks", "evaluator_version"),
        *("create_alignment_queue", "include_extended_stats", "group_by", "spend_limit"),
        *("tracer_session_issue_id", "test_inputs", "test_outputs", "test_reference_outputs"),
        "test_attachments",
    )
)
_FORM_PARTS = frozenset(
    (
        *("file", "log_stream_id", "experiment_id", "limit", "starting_token", "filters", "sort"),
        *("required_scorers", "scoreable_node_types"),
    )
)


def _crash(name: str, api: str, phase: str, hooks: Hooks) -> Row:
    return (f"crash-on-{name}", api, "server", "server-error", None, phase, hooks)


def _refusal(name: str, api: str, pointer: str, phase: str, hooks: Hooks) -> Row:
    return (f"{name}-refused", api, "data", "refused", pointer, phase, hooks)


_CRASHES: list[Row] = [
    _crash("null", "langsmith", "coverage", crashing(_has_null_member)),
    _crash("nested-null", "langsmith", "coverage", crashing(_has_null_prompt, "evaluators")),
    _crash("null-in-map", "langsmith", "probes", crashing(_has_null_member, "test_inputs")),
    _crash("empty-list", "langsmith", "coverage", crashing(lambda value: value == [], "evaluators")),
    _crash("empty-text", "langsmith", "coverage", crashing(lambda value: value == "", "display_name")),
    _crash("empty-key", "langsmith", "probes",
           crashing(lambda value: isinstance(value, dict) and "" in value, "test_inputs")),
    _crash("zero", "langsmith", "coverage", crashing(_is_zero, "sampling_rate")),
    _crash("big-integer", "langsmith", "probes", crashing(_is_large, "evaluator_version")),
    _crash("largest-float", "langsmith", "probes",
           crashing(lambda value: type(value) is float and abs(value) > 1e300, "sampling_rate")),
    _crash("leap-second", "langsmith", "probes",
           crashing(lambda value: isinstance(value, str) and ":60" in value, "backfill_from")),
    _crash("astral", "langsmith", "probes", crashing(_is_astral)),
    _crash("wrong-type", "langsmith", "coverage",
           crashing(lambda value: not isinstance(value, list | None), "alerts")),
    _crash("null", "galileo", "probes", crashing(_has_null_member)),
    _crash("astral", "galileo", "probes", crashing(_is_astral)),
    _crash("repeated-parts", "galileo", "fuzzing",
           crashing(lambda value: isinstance(value, list), "scoreable_node_types")),
    _crash("large-upload", "galileo", "probes",
           crashing(lambda value: isinstance(value, dict) and value["size"] > 65536, "file")),
    _crash("empty-file", "galileo", "probes",
           crashing(lambda value: isinstance(value, dict) and not value["size"], "file")),
    _crash("quoted-filename", "galileo", "probes",
           crashing(lambda value: isinstance(value, dict) and '"' in value["filename"], "file")),
    _crash("big-integer", "galileo", "probes", crashing(_is_large, "starting_token")),
]  # fmt: skip

_REFUSALS: list[Row] = [
    _refusal("false", "langsmith", "/is_enabled", "coverage",
             refusing("is_enabled", lambda value: not value)),
    _refusal("null", "langsmith", "/dataset_id", "coverage", refusing("dataset_id", _is_null)),
    _refusal("zero", "langsmith", "/sampling_rate", "coverage", refusing("sampling_rate", _is_zero)),
    _refusal("negative-rate", "langsmith", "/sampling_rate", "coverage",
             refusing("sampling_rate", lambda value: value < 0)),
    _refusal("whole-number", "langsmith", "/sampling_rate", "coverage",
             refusing("sampling_rate", lambda value: type(value) is int)),
    _refusal("big-integer", "langsmith", "/num_few_shot_examples", "probes",
             refusing("num_few_shot_examples", _is_large)),
    _refusal("upper-case-uuid", "langsmith", "/session_id", "probes", refusing("session_id", _has_upper)),
    _refusal("offset", "langsmith", "/backfill_from", "probes",
             refusing("backfill_from", lambda value: isinstance(value, str) and value[-1] not in "zZ")),
    _refusal("astral", "langsmith", "/display_name", "probes", Hooks(refuses=_astral_member)),
    _refusal("empty-list", "langsmith", "/evaluators", "coverage",
             refusing("evaluators", lambda value: value == [])),
    _refusal("text-amount", "langsmith", "/spend_limit", "coverage",
             refusing("spend_limit", lambda value: bool(value) and isinstance(value["limit_usd"], str))),
    _refusal("unknown-member", "langsmith", "/*", "probes", _unknown(_RULE_MEMBERS)),
    _refusal("repeated-parts", "galileo", "/required_scorers", "fuzzing",
             refusing("required_scorers", lambda value: isinstance(value, list) and len(value) > 1)),
    _refusal("json-list-part", "galileo", "/scoreable_node_types", "probes",
             refusing("scoreable_node_types", lambda value: isinstance(value, list) and len(value) == 1)),
    _refusal("plain-list-part", "galileo", "/required_scorers", "coverage",
             refusing("required_scorers", lambda value: isinstance(value, str))),
    _refusal("empty-part", "galileo", "/experiment_id", "probes", refusing("experiment_id", _is_null)),
    _refusal("upper-case-uuid", "galileo", "/log_stream_id", "probes", refusing("log_stream_id", _has_upper)),
    _refusal("zero", "galileo", "/limit", "coverage", refusing("limit", _is_zero)),
    _refusal("negative", "galileo", "/starting_token", "coverage",
             refusing("starting_token", lambda value: value is not None and value < 0)),
    _refusal("big-integer", "galileo", "/limit", "probes", refusing("limit", _is_large)),
    _refusal("astral-filename", "galileo", "/file", "probes", Hooks(refuses=_astral_member)),
    _refusal("unknown-part", "galileo", "/*", "probes", _unknown(_FORM_PARTS)),
]  # fmt: skip

ROWS: tuple[Row, ...] = (*_CRASHES, *_REFUSALS)
