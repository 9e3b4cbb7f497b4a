"""Both vendored operations declared again in FastAPI: what the real services answer to invalid input.

The declarations give the vendored schemas back (`test_twin_declares_the_vendored_schemas`), so the twin
is bound by the same contract, and its refusals show FastAPI's own words. It asks for no credentials.
"""

import asyncio
import gc
import warnings
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import FastAPI, File, Form, UploadFile
from pydantic import UUID4, BaseModel, Field

from understudy.types import Request, Response

app = FastAPI()


class ValidateScorerLogRecordResponse(BaseModel):
    """Response model for validating a scorer based on log records.

    Returns the uuid of the experiment created with the copied log records
    to store the metric testing results.
    Also returns the project_id so callers can poll
    /projects/{project_id}/traces/search.
    """

    metrics_experiment_id: UUID4
    project_id: UUID4


@app.post(
    "/v2/scorers/code/validate/log_record",
    operation_id="validate_code_scorer_log_record_v2_scorers_code_validate_log_record_post",
)
async def validate_code_scorer_log_record(
    file: Annotated[UploadFile, File()],
    log_stream_id: Annotated[UUID4 | None, Form()] = None,
    experiment_id: Annotated[UUID4 | None, Form()] = None,
    limit: Annotated[int, Form()] = 100,
    starting_token: Annotated[int | None, Form()] = None,
    filters: Annotated[str | None, Form(description="JSON string array of LogRecordsQueryFilter")] = None,
    sort: Annotated[str | None, Form(description="JSON string of LogRecordsSortClause")] = None,
    required_scorers: Annotated[str | list[str] | None, Form()] = None,
    scoreable_node_types: Annotated[str | list[str] | None, Form()] = None,
) -> ValidateScorerLogRecordResponse:
    """Validate a code scorer using actual log records."""
    return ValidateScorerLogRecordResponse(
        metrics_experiment_id=UUID("00000000-0000-4000-8000-000000000001"),
        project_id=UUID("00000000-0000-4000-8000-000000000002"),
    )


class RunRuleSpendLimitWindow(StrEnum):
    weekly = "weekly"


class RunRulesAlertType(StrEnum):
    """Enum for alert types."""

    pagerduty = "pagerduty"


class PagerdutySeverity(StrEnum):
    """Enum for severity."""

    critical = "critical"
    warning = "warning"
    error = "error"
    info = "info"


class CodeEvaluatorLanguage(StrEnum):
    python = "python"
    javascript = "javascript"


class RunRuleSpendLimitSchema(BaseModel):
    limit_usd: Annotated[Decimal, Field(gt=0)]
    window: RunRuleSpendLimitWindow


class RunRulesWebhookSchema(BaseModel):
    url: str
    headers: dict[str, str] | None = None


class RunRulesPagerdutyAlertSchema(BaseModel):
    type: RunRulesAlertType | None = RunRulesAlertType.pagerduty
    routing_key: str
    summary: str | None = None
    severity: PagerdutySeverity | None = PagerdutySeverity.warning


class CodeEvaluatorTopLevel(BaseModel):
    code: str
    language: CodeEvaluatorLanguage | None = CodeEvaluatorLanguage.python


class EvaluatorStructuredOutput(BaseModel):
    """Evaluator structured output schema."""

    hub_ref: str | None = None
    prompt: list[tuple[str, str]] | None = None
    template_format: str | None = None
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema", title="Schema")] = None
    variable_mapping: dict[str, str] | None = None
    model: dict[str, Any] | None = None


class EvaluatorTopLevel(BaseModel):
    structured: EvaluatorStructuredOutput


class RunRulesValidateSchema(BaseModel):
    """Schema for validating rules without creating them.

    Extends RunRulesCreateSchema with test data fields for validation.
    Only LLM-as-judge rules (evaluators) are supported, not code_evaluators.
    """

    display_name: str
    session_id: UUID | None = None
    is_enabled: bool = True
    dataset_id: UUID | None = None
    sampling_rate: float
    filter: str | None = None
    trace_filter: str | None = None
    tree_filter: str | None = None
    backfill_from: datetime | None = None
    use_corrections_dataset: bool = False
    num_few_shot_examples: int | None = None
    extend_only: bool = False
    transient: bool = False
    add_to_annotation_queue_id: UUID | None = None
    add_to_dataset_id: UUID | None = None
    add_to_dataset_prefer_correction: bool = False
    evaluators: list[EvaluatorTopLevel] | None = None
    code_evaluators: list[CodeEvaluatorTopLevel] | None = None
    evaluator_id: UUID | None = None
    alerts: list[RunRulesPagerdutyAlertSchema] | None = None
    webhooks: list[RunRulesWebhookSchema] | None = None
    evaluator_version: int | None = None
    create_alignment_queue: bool = False
    include_extended_stats: bool = False
    group_by: Literal["thread_id"] | None = None
    spend_limit: RunRuleSpendLimitSchema | None = None
    tracer_session_issue_id: UUID | None = None
    test_inputs: dict[str, Any] | None = None
    test_outputs: dict[str, Any] | None = None
    test_reference_outputs: dict[str, Any] | None = None
    test_attachments: dict[str, Any] | None = None


@app.post("/api/v1/runs/rules/validate", operation_id="validate_rule_api_v1_runs_rules_validate_post")
async def validate_rule(rule: RunRulesValidateSchema) -> list[dict[str, Any]]:
    """Validate a rule by executing it with test data without creating a saved rule."""
    return []


def answers(requests: Iterable[Request]) -> list[Response]:
    """What the twin answers to each request, in process; they share no state."""

    async def send_all() -> list[Response]:
        return [await _answer(request) for request in requests]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Starlette leaves files of broken forms open
        answered = asyncio.run(send_all())
        gc.collect()
    return answered


async def _answer(request: Request) -> Response:
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "root_path": "",
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers],
        "server": ("twin", 80),
        "client": ("test", 1),
    }
    incoming = [{"type": "http.request", "body": request.body, "more_body": False}]
    outgoing: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        outgoing.append(message)

    with suppress(Exception):  # what FastAPI itself stumbles over: its 500 is on the wire, then it raises
        await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in outgoing)
    return Response(outgoing[0]["status"], (), body)
