"""Tokens for keys, and for names with passwords."""

import base64
import json
from typing import Any

from understudy.stub import (
    CLAIM,
    CREDENTIAL_CLAIM,
    Call,
    Reply,
    SessionError,
    answers,
    fingerprint,
    split_credential,
)

FAR_AHEAD = 4102444800
"""When a token expires: 2100-01-01."""
REFUSED = ("invalid", "expired")
"""A key that contains one of these words gets no token."""
CARRIED = ("forbidden", "ratelimited", "servererror")
"""Words of a key that the token contains too, so that what is asked with it fails as they say."""


@answers("POST /login/api_key")
def login_api_key(call: Call) -> Reply:
    """A token for a key."""
    return _login(call, call.body["api_key"])


@answers("POST /login")
def login_email(call: Call) -> Reply:
    """A token for a name and a password."""
    return _login(call, call.body["password"], call.body["username"] + ":")


def _login(call: Call, secret: str, user: str = "") -> Reply:
    try:
        plain, session = split_credential(secret)
    except SessionError as error:
        return Reply({"detail": str(error)}, status=401)
    if any(word in plain.lower() for word in REFUSED):
        return Reply({"detail": "Invalid credentials"}, status=401, session=session)
    claims = {
        "sub": call.shared_uuid("user"),
        "exp": FAR_AHEAD,
        CLAIM: session.claims(),
        CREDENTIAL_CLAIM: fingerprint(user + plain),
    }
    words = [word for word in CARRIED if word in plain.lower()]
    return Reply({"access_token": _token(claims, words), "token_type": "bearer"}, session=session)


def _token(claims: dict[str, Any], words: list[str]) -> str:
    """A JSON Web Token that anyone can read and nobody signed; the words stand where a signature would."""
    signature = "-".join(["understudy", *words])
    padded = signature + "-" * (-len(signature) % 4)  # clients take it for Base64, which comes in fours
    return ".".join((_encoded({"alg": "none", "typ": "JWT"}), _encoded(claims), padded))


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
