"""Defects of the answers: bodies, statuses, media types, and what goes wrong on the way."""

import json
from collections.abc import Callable, Iterable

from gallery.hooks import Alter, Hooks, Seen
from understudy.types import JSON, Response

Row = tuple[str, str, str | None, str, str | None, str, Hooks]
APIS = ("galileo", "langsmith")
_UUID1 = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
_HTML = b"<!doctype html><html><body><h1>Internal Server Error</h1></body></html>"
_EXPERIMENT = "metrics_experiment_id"

_JSON_HEADERS = (("content-type", "application/json"),)


def both(
    name: str, verdict: str | None, rule: str, pointer: str | None, phase: str, hooks: Hooks
) -> Iterable[Row]:
    """The same defect in both APIs."""
    return [(name, api, verdict, rule, pointer, phase, hooks) for api in APIS]


# --- how answers are altered --------------------------------------------------------------------------


def on(status: int, alter: Alter, when: Callable[[JSON], bool] = lambda data: True) -> Hooks:
    """Alter the answers of one status, for all requests or those whose data is so."""

    def altered(seen: Seen, response: Response) -> Response:
        return alter(seen, response) if response.status == status and when(seen.data) else response

    return Hooks(alter=altered)


def edited(
    edit: Callable[[JSON], JSON], status: int = 200, when: Callable[[JSON], bool] = lambda data: True
) -> Hooks:
    """Another JSON body."""
    return on(
        status, lambda seen, response: _with_body(response, _dumps(edit(json.loads(response.body)))), when
    )


def respelt(spell: Callable[[bytes], bytes]) -> Hooks:
    """Other bytes for the same 200."""
    return on(200, lambda seen, response: _with_body(response, spell(response.body)))


def as_type(media_type: str | None) -> Hooks:
    """Another Content-Type, or none, for a 200."""
    headers = () if media_type is None else (("content-type", media_type),)
    return on(200, lambda seen, response: Response(200, headers, response.body))


def instead(status: int, body: JSON, headers: Iterable[tuple[str, str]] = ()) -> Alter:
    """Another answer altogether."""
    return lambda seen, response: Response(status, (*_JSON_HEADERS, *headers), _dumps(body))


def every_fifth(alter: Alter) -> Hooks:
    """One answer in five, by a counter."""
    return Hooks(alter=lambda seen, response: response if seen.count % 5 else alter(seen, response))


def for_a_fifth(alter: Alter) -> Hooks:
    """The answers to one request in five, always to the same ones."""

    def altered(seen: Seen, response: Response) -> Response:
        return alter(seen, response) if sum(seen.request.body) % 5 == 0 else response

    return Hooks(alter=altered)


def said(status: int) -> Alter:
    """A status with a FastAPI error's body."""
    return instead(status, {"detail": f"Error {status}"})


def renumbered(status: int) -> Alter:
    """The same answer under another status."""
    return lambda seen, response: Response(status, response.headers, response.body)


def _with_body(response: Response, body: bytes) -> Response:
    return Response(response.status, response.headers, body)


def _dumps(body: JSON) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _without(name: str) -> Callable[[JSON], JSON]:
    return lambda body: {key: value for key, value in body.items() if key != name}


def _with(name: str, value: JSON) -> Callable[[JSON], JSON]:
    return lambda body: body | {name: value}


def _renamed(old: str, new: str) -> Callable[[JSON], JSON]:
    return lambda body: {new if key == old else key: value for key, value in body.items()}


def _html(status: int) -> Alter:
    return lambda seen, response: Response(status, (("content-type", "text/html"),), _HTML)


def _has(name: str) -> Callable[[JSON], bool]:
    return lambda data: isinstance(data, dict) and data.get(name) is not None


def _is_wrong_method(seen: Seen, response: Response) -> Response:
    return Response(200, _JSON_HEADERS, b'{"status":"ok"}') if response.status == 405 else response


def _leak(seen: Seen, response: Response) -> Response:
    """A request after a refused one is answered with that one's refusal, as a success."""
    return (
        response
        if seen.refused is None or response.status != 200
        else _with_body(response, seen.refused.body)
    )


def _once(seen: Seen, response: Response) -> Response:
    """The same request is taken once and refused from then on."""
    if response.status != 200 or not seen.before:
        return response
    item = {"type": "value_error", "loc": ["body"], "msg": "Value error, seen before"}
    return instead(422, {"detail": [item]})(seen, response)


def _redirect(seen: Seen, response: Response) -> Response:
    return Response(307, (("location", seen.request.path),), b"")


def _too_large(seen: Seen, response: Response) -> Response:
    return said(413)(seen, response) if len(seen.request.body) > 65536 else response


def _unsupported(seen: Seen, response: Response) -> Response:
    media_type = dict(seen.request.headers).get("content-type", "")
    return response if "json" in media_type else said(415)(seen, response)


def _problem(seen: Seen, response: Response) -> Response:
    return Response(422, (("content-type", "application/problem+json"),), response.body)


def _second_odd(body: JSON) -> JSON:
    return [*body[:1], *(str(item) for item in body[1:])]


# --- what goes over the wire --------------------------------------------------------------------------


def wire(response: Response, *, off: int = 0, keep: int | None = None) -> bytes:
    """An HTTP/1.1 message whose Content-Length is `off` from the truth, cut after `keep` bytes of body."""
    names = [f"{name}: {value}" for name, value in response.headers if name != "content-length"]
    length = f"content-length: {len(response.body) + off}"
    head = "\r\n".join([f"HTTP/1.1 {response.status} Any", *names, length, "connection: close", "", ""])
    return head.encode("latin-1") + response.body[:keep]


def _cut_chunk(response: Response) -> bytes:
    """A chunked message that ends inside its first chunk."""
    names = [f"{name}: {value}" for name, value in response.headers if name != "content-length"]
    head = [f"HTTP/1.1 {response.status} Any", *names, "transfer-encoding: chunked", "", ""]
    return "\r\n".join(head).encode() + b"%x\r\n" % (len(response.body) + 2) + response.body[:-1]


_BODIES: list[Row] = [
    ("missing-field", "galileo", "server", "required", f"/{_EXPERIMENT}", "any",
     edited(_without(_EXPERIMENT))),
    ("null-field", "galileo", "server", "type", "/project_id", "any", edited(_with("project_id", None))),
    ("number-for-text", "galileo", "server", "type", "/project_id", "any", edited(_with("project_id", 7))),
    ("extra-field", "galileo", None, "", None, "any", edited(_with("status", "queued"))),
    ("renamed-field", "galileo", "server", "required", f"/{_EXPERIMENT}", "any",
     edited(_renamed(_EXPERIMENT, "metricsExperimentId"))),
    ("uuid1", "galileo", "server", "format", f"/{_EXPERIMENT}", "any", edited(_with(_EXPERIMENT, _UUID1))),
    ("garbage-uuid", "galileo", "server", "format", "/project_id", "any",
     edited(_with("project_id", "exp-1"))),
    ("list-for-object", "galileo", "server", "type", "", "any", edited(lambda body: [body])),
    ("missing-field-when-sorted", "galileo", "server", "required", "/project_id", "coverage",
     edited(_without("project_id"), when=_has("sort"))),
    ("object-for-list", "langsmith", "server", "type", "", "any", edited(lambda body: {"results": body})),
    ("null-for-list", "langsmith", "server", "type", "", "any", edited(lambda body: None)),
    ("text-for-item", "langsmith", "server", "type", "/0", "coverage",
     edited(lambda body: [str(item) for item in body])),
    ("null-for-item", "langsmith", "server", "type", "/0", "coverage",
     edited(lambda body: [None for _ in body])),
    ("second-item-odd", "langsmith", "server", "type", "/1", "coverage", edited(_second_odd)),
    ("extra-item-field", "langsmith", None, "", None, "any",
     edited(lambda body: [item | {"cost_usd": 0.1} for item in body])),
    ("renamed-item-field", "langsmith", None, "", None, "any",
     edited(lambda body: [_renamed("run_id", "runId")(item) for item in body])),
]  # fmt: skip

_STATUSES: list[Row] = [
    *both("status-201", "server", "status", None, "any", on(200, renumbered(201))),
    *both("status-204", "server", "status", None, "any",
          on(200, lambda seen, response: Response(204))),
    ("status-201-for-offset", "galileo", "server", "status", None, "coverage",
     on(200, renumbered(201), _has("starting_token"))),
    ("status-201-for-group-by", "langsmith", "server", "status", None, "coverage",
     on(200, renumbered(201), _has("group_by"))),
    ("status-418-for-webhooks", "langsmith", "server", "status", None, "coverage",
     on(200, said(418), _has("webhooks"))),
    ("status-501-for-experiment", "galileo", "server", "server-error", None, "coverage",
     on(200, said(501), _has("experiment_id"))),
    *both("redirect-loop", "server", "status", None, "any", Hooks(alter=_redirect)),
    *both("get-taken", "server", "method", None, "probes", Hooks(alter=_is_wrong_method)),
    *both("invalid-is-500", "server", "server-error", None, "coverage", on(422, said(500))),
    *both("invalid-is-400", "document", "status", None, "coverage", on(422, renumbered(400))),
    *both("forbidden-for-401", "document", "status", None, "probes", on(401, renumbered(403))),
    ("too-large-413", "galileo", "document", "status", None, "probes",
     Hooks(alter=_too_large)),
    ("wrong-type-415", "langsmith", "document", "status", None, "probes",
     on(422, _unsupported)),
]  # fmt: skip

_MEDIA: list[Row] = [
    *both("text-plain", "server", "media-type", None, "any", as_type("text/plain; charset=utf-8")),
    *both("no-content-type", "server", "media-type", None, "any", as_type(None)),
    *both("lying-content-type", "server", "json", None, "any",
          respelt(lambda body: b"<?xml version='1.0'?><reply/>")),
    *both("html-page", "server", "media-type", None, "any", on(200, _html(200))),
    *both("html-error-500", "server", "server-error", None, "coverage", on(422, _html(500))),
    *both("python-repr", "server", "json", None, "any",
          respelt(lambda body: body.replace(b'"', b"'") if b'"' in body else b"['']")),
    *both("cut-json", "server", "json", None, "any", respelt(lambda body: body[:-1])),
    *both("empty-body", "server", "json", None, "any", respelt(lambda body: b"")),
    ("nan-in-answer", "galileo", "server", "json", None, "any",
     respelt(lambda body: body[:-1] + b',"progress":NaN}')),
    ("nan-in-answer", "langsmith", "server", "json", None, "coverage",
     respelt(lambda body: body.replace(b'"score":1', b'"score":NaN'))),
    ("latin-1-answer", "galileo", "server", "json", None, "any",
     respelt(lambda body: body[:-1] + b',"name":"caf\xe9"}')),
]  # fmt: skip

_ERRORS: list[Row] = [
    *both("error-as-text", "server", "type", "/detail", "coverage",
          edited(lambda body: {"detail": "Unprocessable Entity"}, 422)),
    *both("error-as-object", "server", "type", "/detail", "coverage",
          edited(lambda body: {"detail": body["detail"][0]}, 422)),
    ("error-null", "galileo", "server", "type", "/detail", "coverage",
     edited(lambda body: {"detail": None}, 422)),
    ("error-without-loc", "galileo", "server", "required", "/detail/0/loc", "coverage",
     edited(lambda body: {"detail": [_without("loc")(item) for item in body["detail"]]}, 422)),
    ("error-loc-as-text", "langsmith", "server", "type", "/detail/0/loc", "coverage",
     edited(lambda body: {"detail": [item | {"loc": "body"} for item in body["detail"]]}, 422)),
    ("error-loc-with-null", "langsmith", "server", "anyOf", "/detail/0/loc/0", "coverage",
     edited(lambda body: {"detail": [item | {"loc": [None]} for item in body["detail"]]}, 422)),
    ("problem-json", "langsmith", "server", "media-type", None, "coverage",
     on(422, _problem)),
    *both("unauthorized-without-detail", None, "", None, "probes",
          edited(lambda body: {"message": body["detail"]}, 401)),
    *both("unauthorized-detail-list", None, "", None, "probes",
          edited(lambda body: {"detail": [body["detail"]]}, 401)),
]  # fmt: skip

_TIMES: list[Row] = [
    *both("slow", "server", "response-time", None, "any", Hooks(delay=0.3)),
    *both("flaky-500", "server", "server-error", None, "any", every_fifth(said(500))),
    *both("moody-500", "server", "server-error", None, "any", for_a_fifth(said(500))),
    *both("flaky-502", "infrastructure", "unavailable", None, "any", every_fifth(said(502))),
    *both("unavailable", "infrastructure", "unavailable", None, "any",
          Hooks(alter=instead(503, {"detail": "down"}, (("retry-after", "1"),)))),
    *both("rate-limited", "infrastructure", "rate-limit", None, "any",
          every_fifth(instead(429, {"detail": "slow down"}, (("retry-after", "0"),)))),
    ("state-leak", "galileo", "server", "required", f"/{_EXPERIMENT}", "any", Hooks(alter=_leak)),
    ("state-leak", "langsmith", "server", "type", "", "any", Hooks(alter=_leak)),
    *both("taken-once", "server", "inconsistent", None, "probes", Hooks(alter=_once)),
]  # fmt: skip

_WIRE: list[Row] = [
    *both("length-too-long", "server", "http", None, "any",
          Hooks(wire=lambda response: wire(response, off=10))),
    *both("length-too-short", "server", "json", None, "any",
          Hooks(wire=lambda response: wire(response, off=-1))),
    *both("cut-in-transit", "server", "http", None, "any",
          Hooks(wire=lambda response: wire(response, keep=len(response.body) // 2))),
    *both("cut-chunk", "server", "http", None, "any", Hooks(wire=_cut_chunk)),
    *both("reset", "infrastructure", "connection", None, "any", Hooks(wire=lambda response: b"")),
]  # fmt: skip

ROWS: tuple[Row, ...] = (*_BODIES, *_STATUSES, *_MEDIA, *_ERRORS, *_TIMES, *_WIRE)
