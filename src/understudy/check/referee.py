"""The second judge: openapi-core, wherever it is competent, reading the same bytes independently of ours.

Where it is not competent another proof stands in its place: PROOFS says which. `again` means that the
same request, sent once more, has to show the same fault.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import parse_qsl

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers as Fields
from werkzeug.datastructures import ImmutableMultiDict

from understudy.check.fault import Fault
from understudy.contract import Contract, mediatype
from understudy.contract.formats import FORMATS
from understudy.contract.mend import METHODS
from understudy.contract.onefile import one_file
from understudy.types import JSON, Failure, Request, Response

Proof = Literal["openapi-core", "strict parse", "again", "seen"]

PROOFS: Mapping[str, Proof] = MappingProxyType(
    {
        # openapi-core takes NaN, duplicate members and a byte order mark for JSON.
        "json": "strict parse",
        # It has no notion of methods and Allow, nor of wrong credentials.
        "method": "again",
        "unauthenticated-accepted": "again",
        "credential-accepted": "again",
        "credential-refused": "again",
        # It never sees what is no HTTP, and knows no time.
        "http": "again",
        "response-time": "again",
        # What several requests show together is proved by all of them, sent again.
        "link": "again",
        "lost-resource": "again",
        "use-after-delete": "again",
        "wrong-resource": "again",
        # contentSchema and business rules are not of JSON Schema's assertions.
        "content": "again",
        # That nothing keeps a schema is for the synthesis to say: openapi-core only judges what there is.
        "impossible": "seen",
        # What was seen is the proof: there is nothing in the contract to judge it by.
        "server-error": "seen",
        "inconsistent": "seen",
        "connection": "seen",
        "unavailable": "seen",
        "rate-limit": "seen",
    }
)
"""How a fault is proved, by its rule; by openapi-core where the rule is not listed."""


@dataclass(frozen=True)
class Referee:
    """Judges exchanges a second time. Built on first use; the document is given to openapi-core as it is."""

    contract: Contract

    def proof(self, fault: Fault, sent: Request, outcome: Response | Failure) -> Proof:
        """What has to prove a fault."""
        if fault.verdict in ("lenient", "data"):
            is_read = _reads(sent)
        else:
            is_read = fault.place != "body" or isinstance(outcome, Failure) or _reads(outcome)
        if not is_read and fault.rule != "media-type":
            return "again"
        return PROOFS.get(fault.rule, "openapi-core")

    def confirms(self, fault: Fault, sent: Request, outcome: Response | Failure) -> bool:
        """Whether the second judge agrees with a fault of which `proof` is not `again`."""
        proof = self.proof(fault, sent, outcome)
        if isinstance(outcome, Failure):
            return True
        if proof == "seen":
            return fault.rule != "server-error" or outcome.status >= 500
        if proof == "strict parse":
            return not _is_strict_json(sent.body if fault.verdict == "lenient" else outcome.body)
        if fault.verdict == "lenient":
            return self.refuses_request(sent)
        if fault.verdict == "data":
            return not self.refuses_request(sent)
        return self.refuses_response(sent, outcome)

    def refuses_request(self, request: Request) -> bool:
        """Whether openapi-core finds a fault in a request, credentials apart."""
        return _any_error(lambda: self._api.iter_request_errors(_Asked(request)))

    def refuses_response(self, request: Request, response: Response) -> bool:
        """Whether openapi-core finds a fault in a response."""
        return _any_error(lambda: self._api.iter_response_errors(_Asked(request), _Answered(response)))

    @cached_property
    def _api(self) -> OpenAPI:
        config = Config(
            spec_validator_cls=None,  # one vendored document is formally invalid, and judged all the same
            extra_format_validators={name: _tolerant(check) for name, check in FORMATS.items()},
        )
        return OpenAPI.from_dict(
            _without_servers_and_security(one_file(self.contract.document)), config=config
        )


def _reads(message: Request | Response) -> bool:
    """Whether openapi-core reads such a body right.

    It fails on forms (its issue 854), takes XML and YAML by rules of its own, and knows no streams of items.
    """
    content_type = dict(message.headers).get("content-type", "")
    return not message.body or mediatype.kind(content_type) in ("json", "text", "binary")


def _tolerant(check: Callable[[str], bool]) -> Callable[[JSON], bool]:
    """openapi-core asks format checks about values that are no strings too."""
    return lambda value: not isinstance(value, str) or check(value)


def _without_servers_and_security(root: dict[str, JSON]) -> dict[str, JSON]:
    """The document for any target: it is judged by path alone, and credentials are not its matter."""
    paths = {path: _bare(item) for path, item in (root.get("paths") or {}).items()}
    return {**root, "paths": paths, "servers": [{"url": "/"}], "security": []}


def _bare(item: JSON) -> JSON:
    if not isinstance(item, dict):
        return item
    bare = {name: value for name, value in item.items() if name != "servers"}
    for method in METHODS:
        if isinstance(bare.get(method), dict):
            kept = {name: value for name, value in bare[method].items() if name != "servers"}
            bare[method] = {**kept, "security": []}
    return bare


def _any_error(errors: Callable[[], Iterable[Exception]]) -> bool:
    try:
        return any(True for _ in errors())
    except Exception:  # a judge that stumbles over a document has nothing to say of it
        return False


def _is_strict_json(text: bytes) -> bool:
    """Whether a text is JSON without NaN, duplicate members, a byte order mark or lone surrogates."""
    try:
        value = json.loads(text.decode(), object_pairs_hook=_unique, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _unique(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("duplicate member")
    return dict(pairs)


def _refuse(name: str) -> None:
    raise ValueError(name)


class _Asked:
    """A request as openapi-core wants it."""

    host_url = "http://target"

    def __init__(self, request: Request) -> None:
        headers = Fields(list(request.headers))
        self.path = request.path
        self.method = request.method.lower()
        self.body = request.body or None
        self.content_type = headers.get("content-type", "")
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(request.query, keep_blank_values=True)),
            header=headers,
            cookie=ImmutableMultiDict(_cookies(headers.get("cookie", ""))),
        )


class _Answered:
    """A response as openapi-core wants it."""

    def __init__(self, response: Response) -> None:
        self.headers: Any = Fields(list(response.headers))
        self.status_code = response.status
        self.data = response.body
        self.content_type = self.headers.get("content-type", "")


def _cookies(header: str) -> list[tuple[str, str]]:
    pairs = (pair.partition("=") for pair in header.split(";") if "=" in pair)
    return [(name.strip(), value.strip()) for name, _, value in pairs]
