"""connexion as it comes, with request validation; BENCH_VALIDATE_RESPONSES=1 adds response validation."""

import os
from typing import Any

import connexion
from connexion.resolver import Resolver

from bench.servers.langsmith30 import twin
from bench.servers.work import answer


async def validate_rule(body: Any) -> Any:
    """Hash, answer: reading and validating are connexion's."""
    return answer(body)


def handler(_operation_id: str) -> Any:
    """The document has one operation, so there is one handler."""
    return validate_rule


app = connexion.AsyncApp("bench")
app.add_api(
    twin(),
    resolver=Resolver(handler),
    validate_responses=os.environ.get("BENCH_VALIDATE_RESPONSES") == "1",
)
