"""What a client can ask for: every variant of an operation, with the words to ask for it and a curl line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from understudy.compose import sample
from understudy.contract.body import Content
from understudy.curl import curl
from understudy.errors import DocumentError, Unsatisfiable
from understudy.serve import branches
from understudy.serve.credentials import Gate, credential_variable
from understudy.serve.faults import BODILESS, FAULTS
from understudy.serve.prefer import Preferences
from understudy.serve.routing import Role
from understudy.serve.variants import Variants, examples
from understudy.types import JSON, Headers, Request

FULL_LISTING = 30
"""Up to how many operations a listing holds the variants of each; of more, they are asked for one by one."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One variant: the preferences that choose it, and the media type where Accept has to say which."""

    kind: str
    """`status`, `example`, `branch`, `dynamic`, `delay` or `fault`."""
    preferences: Preferences
    summary: str
    status: int
    media_type: str | None = None
    accept: str | None = None

    @property
    def headers(self) -> Headers:
        accept = (("accept", self.accept),) if self.accept else ()
        return (*accept, ("prefer", str(self.preferences)))


def catalogue(roles: Sequence[Role], gate: Gate, base: str) -> JSON:
    """The operations; `base` is the URL that the curl lines are for."""
    full = len(roles) <= FULL_LISTING
    return [_entry(role) | (_variants(role, gate, base) if full else {}) for role in roles]


def _entry(role: Role) -> dict[str, JSON]:
    """What can be told without compiling anything."""
    operation = role.operation
    declared = operation.declaration.node.get("responses") or {}
    return {
        "api": role.api,
        "method": operation.method,
        "path": operation.path,
        "servedAt": role.path,
        "operationId": operation.operation_id,
        "summary": operation.declaration.node.get("summary"),
        "reply": role.responder.source,
        "companion": bool(operation.declaration.companion),
        "statuses": [status for status in declared if not status.startswith("x-")],
        "listing": f"/__understudy__/operations?operation={quote(operation.name, safe='/')}",
    }


def _variants(role: Role, gate: Gate, base: str) -> dict[str, JSON]:
    """The variants; without curl lines and with a `problem` where no request can be made up."""
    try:
        offers = list(_offers(role.responder.variants))
    except DocumentError as error:
        return {"problem": str(error), "variants": []}
    try:
        request, variables = _sample(role, gate)
    except (DocumentError, Unsatisfiable) as error:
        return {"problem": str(error), "variants": [_told(offer) for offer in offers]}
    return {
        "variants": [_told(offer) | _curl(offer, request, base + role.mount, variables) for offer in offers]
    }


def _told(offer: Offer) -> dict[str, JSON]:
    return {
        "kind": offer.kind,
        "prefer": str(offer.preferences),
        "accept": offer.accept,
        "status": offer.status,
        "mediaType": offer.media_type,
        "summary": offer.summary,
    }


def _curl(offer: Offer, request: Request, base: str, variables: Sequence[str]) -> dict[str, JSON]:
    return {"curl": curl(replace(request, headers=(*request.headers, *offer.headers)), base, variables)}


def _sample(role: Role, gate: Gate) -> tuple[Request, Sequence[str]]:
    """A valid request; configured credentials are left to the shell's environment."""
    names = (
        {name: "$" + credential_variable(name) for name in gate.credentials} if gate.mode == "strict" else {}
    )
    return sample(role.operation, names), list(names.values())


def _offers(variants: Variants) -> Iterator[Offer]:
    for status, response in variants.responses.items():
        node = variants.operation.document.at(response.pointer)
        summary = str(node.get("description") or "").strip()
        if status in BODILESS or not response.contents:
            yield Offer("status", Preferences(code=str(status)), summary, status)
            continue
        for index, content in enumerate(response.contents.values()):
            yield from _of_content(content, status, summary, is_first=index == 0)
    yield Offer("delay", Preferences(delay=1000), "after a second", variants.status)
    yield from _faults(variants)


def _of_content(content: Content, status: int, summary: str, *, is_first: bool) -> Iterator[Offer]:
    code, accept = str(status), None if is_first else content.media_type
    common = (status, content.media_type, accept)
    yield Offer("status", Preferences(code), summary, *common)
    for example in examples(content):
        if example.name and example.is_valid:
            yield Offer("example", Preferences(code, example.name), example.summary, *common)
    if content.schema is None:
        return
    union = branches.union(content.schema)
    for number, name in enumerate(union.names if union else (), 1):
        yield Offer("branch", Preferences(code, branch=str(number)), name, *common)
    yield Offer("dynamic", Preferences(code, dynamic=True), "made from the schema", *common)


def _faults(variants: Variants) -> Iterator[Offer]:
    has_body = variants.status not in BODILESS and variants.operation.method != "HEAD"
    for kind, summary in FAULTS.items():
        if has_body or kind == "reset":
            status = 0 if kind == "reset" else variants.status
            yield Offer("fault", Preferences(fault=kind), summary, status)
