"""A request that a person may send from the page or paste into a shell, made to their wishes."""

import base64
from dataclasses import dataclass

from understudy.compose import sample
from understudy.curl import curl
from understudy.errors import UnderstudyError
from understudy.html.text import visible
from understudy.serve.catalogue import catalogue
from understudy.serve.credentials import Gate
from understudy.serve.routing import Role
from understudy.types import JSON, Request


@dataclass(frozen=True, slots=True)
class Wish:
    """What the request is to have: values for its Prefer and Accept headers, a credential, another body."""

    prefer: str = ""
    accept: str = ""
    credential: str = ""
    body: bytes | None = None


def prepare(role: Role, wish: Wish, base: str) -> JSON:
    """The request and the command that sends it; where none can be made, `trouble` says why."""
    try:
        request = _request(role, wish)
    except UnderstudyError as error:
        return {"trouble": f"no sample request can be made: {error}"}
    return {
        "curl": curl(request, base + role.mount),
        "method": request.method,
        "target": role.mount + request.path + (f"?{request.query}" if request.query else ""),
        "headers": [list(field) for field in request.headers],
        **_body(request.body),
        "multipart": dict(request.headers).get("content-type", "").startswith("multipart/"),
        "credentials": bool(role.operation.security),
    }


def choices(role: Role, gate: Gate, base: str) -> JSON:
    """What the operation can be asked for: answers and faults, each with the words that ask for it."""
    offers = catalogue([role], gate, base)[0]["variants"]
    return {
        "variants": [_choice(offer) for offer in offers if offer["kind"] not in ("delay", "fault")],
        "faults": [_choice(offer) for offer in offers if offer["kind"] == "fault"],
    }


def _choice(offer: dict[str, JSON]) -> dict[str, JSON]:
    """An offer with its label; of answers that differ by their media type alone, that too."""
    media_type = f", {offer['mediaType']}" if offer["accept"] else ""
    label = f"{offer['prefer']}{media_type}{': ' if offer['summary'] else ''}{offer['summary']}"
    return {"prefer": offer["prefer"], "accept": offer["accept"] or "", "label": visible(label)}


def command(role: Role, base: str) -> str | None:
    """A curl line that works; None where no sample request can be made."""
    try:
        return curl(_request(role, Wish()), base + role.mount)
    except UnderstudyError:
        return None


def _request(role: Role, wish: Wish) -> Request:
    # What --credential gave stays out: a page is no place for a secret.
    schemes = {scheme.name for requirement in role.operation.security for scheme in requirement}
    made = sample(role.operation, dict.fromkeys(schemes, wish.credential) if wish.credential else {})
    wished = (("accept", wish.accept), ("prefer", wish.prefer))
    headers = (*made.headers, *(field for field in wished if field[1]))
    body = made.body if wish.body is None else wish.body
    return Request(made.method, made.path, made.query, headers, body)


def _body(body: bytes) -> dict[str, JSON]:
    """A body as text where it is text, so that it can be edited."""
    try:
        return {"body": body.decode(), "encoding": "text"}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "encoding": "base64"}
