"""Access tokens by OAuth2's password flow (RFC 6749, section 4.3)."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from understudy.check.sender import SendOptions, base_url, opened
from understudy.contract import Contract, pointer
from understudy.errors import UnreachableError, UsageError
from understudy.types import JSON, Failure, Request, Response


@dataclass(frozen=True, slots=True)
class Client:
    """The client that logs in on a user's behalf, where the server wants to know it."""

    id: str = ""
    secret: str = ""


def token_urls(contract: Contract) -> dict[str, str]:
    """The token URL of each security scheme that has a password flow, as the document declares it."""
    places = (contract.document.root.get("components") or {}).get("securitySchemes") or {}
    found = {}
    for name in places:
        _, node = contract.document.follow(pointer.join("/components/securitySchemes", name))
        flow = (node.get("flows") or {}).get("password") if node.get("type") == "oauth2" else None
        if flow:
            found[name] = str(flow.get("tokenUrl") or "")
    return found


def is_login(credential: str) -> bool:
    """Whether a credential is `user:password`; no bearer token holds a colon (RFC 6750, section 2.1)."""
    return ":" in credential


def trusted_url(scheme: str, declared: str, target: str) -> str:
    """The declared token URL where it is on the target's host. Raises UsageError where it is not.

    A document is not to say where the user's password is sent.
    """
    base = base_url(target)
    url = base.copy_with(path=f"{base.path.rstrip('/')}/").join(declared)
    if (url.scheme, url.host, url.port) != (base.scheme, base.host, base.port):
        raise UsageError(
            f"{scheme}: the document's token URL {declared} is not on the target's host, so no password is "
            "sent there; say --token-url URL, or give a ready token without a colon"
        )
    return str(url)


async def fetched(url: str, credential: str, client: Client, options: SendOptions) -> str:
    """The access token for `user:password`. Raises UnreachableError, or UsageError when it is refused."""
    parsed = base_url(url, "token URL")
    path = parsed.raw_path.decode()
    async with opened(str(parsed.copy_with(raw_path=b"/")), options) as sender:
        outcome, _ = await sender.send(_request(path, credential, client))
    return _token(url, outcome)


def _request(path: str, credential: str, client: Client) -> Request:
    user, _, password = credential.partition(":")
    fields = {"grant_type": "password", "username": user, "password": password}
    headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")]
    if client.secret:
        pair = f"{quote(client.id, safe='')}:{quote(client.secret, safe='')}"
        headers.append(("authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"))
    elif client.id:
        fields["client_id"] = client.id
    return Request("POST", path, "", tuple(headers), urlencode(fields).encode())


def _token(url: str, outcome: Response | Failure) -> str:
    if isinstance(outcome, Failure):
        raise UnreachableError(f"no token from {url}: {outcome.kind}, {outcome.detail}")
    if outcome.status == 429 or outcome.status >= 500:
        raise UnreachableError(f"no token from {url}: answered {outcome.status}")
    told = _json(outcome.body)
    if outcome.status != 200:
        reason = told.get("error") if isinstance(told.get("error"), str) else None
        raise UsageError(
            f"{url} refused the user and password: {outcome.status}{f' {reason}' if reason else ''}"
        )
    token = told.get("access_token")
    if not isinstance(token, str) or not token:
        raise UsageError(f"{url} answered 200 without an `access_token`")
    return token


def _json(body: bytes) -> Mapping[str, JSON]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
