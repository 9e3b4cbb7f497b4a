"""The admin API below /__understudy__/: what is played, what was asked, and a way to forget it."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs

from understudy.contract import jsontext
from understudy.serve import admin_rules, filters, origin
from understudy.serve.answer import Refusal
from understudy.serve.bounds import StoreError, StoreFull
from understudy.serve.catalogue import catalogue
from understudy.serve.fake import Fake
from understudy.serve.playing import playing
from understudy.types import JSON

PREFIX = "/__understudy__/"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class AdminMiddleware:
    """Answers the admin paths itself and passes everything else on."""

    def __init__(self, app: ASGIApp, *, fake: Fake) -> None:
        self.app = app
        self.fake = fake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        status, value, headers = await _answer(self.fake, scope, receive)
        body = b"" if value is None else jsontext.dumps(value)
        fields = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": fields + headers})
        await send({"type": "http.response.body", "body": body})


async def _answer(fake: Fake, scope: Scope, receive: Receive) -> tuple[int, JSON, list[tuple[bytes, bytes]]]:
    if not origin.is_same(scope):
        return 403, {"detail": origin.REFUSAL}, []
    room, slash, _ = scope["path"].removeprefix(PREFIX).partition("/")
    actions = _ACTIONS.get(f"{room}/NAME" if slash else room)
    if actions is None:
        return 404, {"detail": f"there are: {', '.join(sorted(_ACTIONS))}"}, []
    if scope["method"] not in actions:
        return 405, {"detail": f"takes {', '.join(actions)}"}, [(b"allow", ", ".join(actions).encode())]
    try:
        scope[admin_rules.BODY] = await admin_rules.body(scope, receive)
        value = actions[scope["method"]](fake, scope)
    except Refusal as refusal:
        return refusal.status, {"detail": refusal.detail}, []
    except StoreFull as error:
        return 507, {"detail": str(error)}, []
    except StoreError as error:
        return 503, {"detail": str(error)}, []
    return (204 if value is None else 200), value, []


def _health(fake: Fake, scope: Scope) -> JSON:
    trouble = playing(scope, fake).trouble
    return {"status": "ok"} | ({"trouble": trouble} if trouble else {})


def _operations(fake: Fake, scope: Scope) -> JSON:
    """The catalogue, of one operation if the query names one. Raises Refusal (400)."""
    names = parse_qs(scope["query_string"].decode("latin-1")).get("operation")
    roles = fake.named(names[0]) if names else list(fake.roles.values())
    host = dict(scope["headers"])[b"host"].decode("latin-1")
    return catalogue(roles, fake.gate, f"{scope['scheme']}://{host}")


def _requests(fake: Fake, scope: Scope) -> JSON:
    return fake.journal.entries(filters.read(_query(scope), fake.named_operations))


def _forget(fake: Fake, scope: Scope) -> JSON:
    fake.journal.clear(filters.namespace(_query(scope)))


def _coverage(fake: Fake, scope: Scope) -> JSON:
    operations = [(role.api, role.operation) for role in fake.roles.values()]
    return fake.coverage.to_json(operations, filters.namespace(_query(scope)))


def _reset(fake: Fake, scope: Scope) -> JSON:
    asked = filters.pairs(_query(scope), {"namespace": str, "keep": _kept})
    fake.reset(asked.get("namespace"), keeps_coverage="keep" in asked)


def _kept(text: str) -> str:
    """What a reset may be asked to keep."""
    if text != "coverage":
        raise ValueError("there is: coverage")
    return text


def _query(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return query.decode("latin-1")


_ACTIONS: Mapping[str, Mapping[str, Callable[[Fake, Scope], JSON]]] = MappingProxyType(
    {
        "coverage": {"GET": _coverage},
        "expectations": {
            "GET": admin_rules.expectations,
            "POST": admin_rules.expect,
            "DELETE": admin_rules.withdraw,
        },
        "health": {"GET": _health},
        "operations": {"GET": _operations},
        "requests": {"GET": _requests, "DELETE": _forget},
        "reset": {"POST": _reset},
        "scenarios": {"GET": admin_rules.scenarios, "DELETE": admin_rules.drop_scenarios},
        "scenarios/NAME": {
            "GET": admin_rules.scenario,
            "PUT": admin_rules.set_scenario,
            "DELETE": admin_rules.drop_scenario,
        },
    }
)
