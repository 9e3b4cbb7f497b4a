"""The part of the admin API that sets rules: expectations and scenarios, of the namespace that asks."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from understudy.contract import jsontext
from understudy.serve import reception
from understudy.serve.answer import Refusal
from understudy.serve.fake import Fake
from understudy.session import Session, SessionError, named
from understudy.types import JSON

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

BODY = "understudy.body"
"""Where a scope holds what `body` gave."""
_MAX_BODY = 1024 * 1024


async def body(scope: Scope, receive: Receive) -> bytes:
    """The body of an admin request that sets something. Raises Refusal (400, 413, 415)."""
    if scope["method"] not in ("POST", "PUT"):
        return b""
    try:
        return (await reception.whole(reception.head(scope), receive, _MAX_BODY)).body
    except reception.Disconnected:
        raise Refusal(400, "the client went away") from None


def expect(fake: Fake, scope: Scope) -> JSON:
    return fake.rulebook.expect(_session(fake, scope), _rules(scope))


def expectations(fake: Fake, scope: Scope) -> JSON:
    return fake.rulebook.expectations(_session(fake, scope))


def withdraw(fake: Fake, scope: Scope) -> JSON:
    fake.rulebook.withdraw(_session(fake, scope))


def scenarios(fake: Fake, scope: Scope) -> JSON:
    return fake.rulebook.scenarios(_session(fake, scope))


def drop_scenarios(fake: Fake, scope: Scope) -> JSON:
    fake.rulebook.drop_scenarios(_session(fake, scope))


def scenario(fake: Fake, scope: Scope) -> JSON:
    return fake.rulebook.scenario(_session(fake, scope), _name(scope))


def set_scenario(fake: Fake, scope: Scope) -> JSON:
    fake.rulebook.set_scenario(_session(fake, scope), _name(scope), _rules(scope))


def drop_scenario(fake: Fake, scope: Scope) -> JSON:
    fake.rulebook.drop_scenario(_session(fake, scope), _name(scope))


def _session(fake: Fake, scope: Scope) -> Session:
    """Whose rules: the namespace of the query, else of the request's session. Raises Refusal (400)."""
    request = reception.head(scope)
    query = parse_qsl(request.query, keep_blank_values=True)
    other = next((name for name, _ in query if name != "namespace"), None)
    if other is not None:
        raise Refusal(400, f"no parameter {other[:50]!r}; there is: namespace")
    if not query:
        return fake.carriers.read(request)[0]
    try:
        return named(("ns", value) for _, value in query)
    except SessionError as error:
        raise Refusal(400, str(error)) from None


def _name(scope: Scope) -> str:
    path: str = scope["path"]
    return path.partition("/scenarios/")[2]


def _rules(scope: Scope) -> JSON:
    """The body as JSON. Raises Refusal (400)."""
    try:
        return jsontext.loads(scope[BODY])
    except jsontext.JsonError as error:
        raise Refusal(400, f"the body is no JSON: {error.reason} at character {error.offset}") from None
