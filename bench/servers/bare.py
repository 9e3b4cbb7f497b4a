"""A bare Starlette app doing the same JSON work, with no validation and no authentication."""

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench.servers.work import answer


async def validate_rule(request: Request) -> JSONResponse:
    """Parse, hash, answer."""
    return JSONResponse(answer(json.loads(await request.body())))


app = Starlette(routes=[Route("/api/v1/runs/rules/validate", validate_rule, methods=["POST"])])
