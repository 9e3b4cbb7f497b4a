"""All traffic of a run as HAR 1.2, without a clock and without credentials.

Credentials are shown as `$NAME` already; what a response hands out (cookies, tokens in headers) is
taken out here. Times are fixed, so that the same run gives the same file.
"""

import base64
import json
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import unquote_plus

from understudy import __version__
from understudy.html.text import stored
from understudy.types import JSON, Failure, Headers, Request, Response, Trial

_NO_TIME = "1970-01-01T00:00:00.000Z"
_TARGET = "http://target.invalid"
_SECRET = frozenset(("authentication-info", "set-cookie", "x-amzn-remapped-authorization"))
_REDACTED = "[redacted]"


def to_har(trials: Iterable[Trial]) -> str:
    """The whole archive, in the order of the cases' ids."""
    entries = [_entry(trial) for trial in sorted(trials, key=lambda trial: (trial.api, trial.case))]
    log = {"version": "1.2", "creator": {"name": "Understudy", "version": __version__}, "entries": entries}
    return json.dumps({"log": log}, ensure_ascii=False, indent=1) + "\n"


def _entry(trial: Trial) -> JSON:
    return {
        "startedDateTime": _NO_TIME,
        "time": 0,
        "request": _request(trial.request),
        "response": _response(trial.outcome),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "comment": stored(f"{trial.api}, {trial.operation}, {trial.phase}: {trial.intent}"),
    }


def _request(request: Request) -> JSON:
    query = f"?{request.query}" if request.query else ""
    told: dict[str, JSON] = {
        "method": stored(request.method),
        "url": stored(f"{_TARGET}{request.path}{query}"),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers),
        "queryString": _pairs(request.query),
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if not request.body:
        return told
    text, encoding = _content(request.body)
    post = {"mimeType": _media_type(request.headers), "params": [], "text": text}
    # HAR has no encoding for what is sent; a name of one's own starts with an underscore.
    return {**told, "postData": {**post, "_encoding": encoding} if encoding else post}


def _response(outcome: Response | Failure) -> JSON:
    """A response that never came has the status 0, as browsers write it."""
    if isinstance(outcome, Failure):
        error = stored(f"{outcome.kind}: {outcome.detail}")
        return {**_response_of(0, (), b""), "_error": error}
    return _response_of(outcome.status, outcome.headers, outcome.body)


def _response_of(status: int, headers: Headers, body: bytes) -> dict[str, JSON]:
    text, encoding = _content(body)
    content = {"size": len(body), "mimeType": _media_type(headers), "text": text}
    return {
        "status": status,
        "statusText": HTTPStatus(status).phrase if status in _STATUSES else "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(headers),
        "content": {**content, "encoding": encoding} if encoding else content,
        "redirectURL": stored(dict(headers).get("location", "")),
        "headersSize": -1,
        "bodySize": len(body),
    }


_STATUSES = frozenset(HTTPStatus)


def _content(body: bytes) -> tuple[str, str]:
    """The text, and its encoding where the bytes are no text."""
    try:
        return body.decode(), ""
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), "base64"


def _headers(headers: Headers) -> JSON:
    return [
        {"name": stored(name), "value": _REDACTED if name in _SECRET else stored(value)}
        for name, value in headers
    ]


def _media_type(headers: Headers) -> str:
    return stored(dict(headers).get("content-type", "application/octet-stream"))


def _pairs(query: str) -> JSON:
    pairs = [pair.partition("=") for pair in query.split("&")] if query else []
    return [
        {"name": stored(unquote_plus(name)), "value": stored(unquote_plus(value))} for name, _, value in pairs
    ]
