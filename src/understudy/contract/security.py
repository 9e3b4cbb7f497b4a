"""Security schemes and requirements: which credentials an operation takes (OpenAPI 3.1, 4.8.27 to 4.8.30)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from understudy.contract import pointer
from understudy.contract.document import Document
from understudy.types import JSON


@dataclass(frozen=True, slots=True)
class Scheme:
    """One security scheme.

    `kind` is `apiKey`, `basic`, `bearer` (OAuth2 and OpenID Connect too: their tokens travel as bearer
    tokens), the name of another HTTP scheme, or `mutualTLS`. `location` and `parameter` say where an
    API key travels.
    """

    name: str
    kind: str
    location: str
    parameter: str

    def credential(self, headers: Mapping[str, str], query: str) -> str | None:
        """The credential in a request, None when there is none of the right shape.

        headers: names in lower case. A basic credential comes back as `user:password`.
        """
        if self.kind == "apiKey":
            return self._api_key(headers, query) or None
        if self.kind == "mutualTLS":
            return "certificate"  # below HTTP: nothing in a request can show it
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if scheme.lower() != self.kind or not value.strip():
            return None
        return _basic(value.strip()) if self.kind == "basic" else value.strip()

    def _api_key(self, headers: Mapping[str, str], query: str) -> str | None:
        if self.location == "header":
            return headers.get(self.parameter.lower(), "").strip()
        if self.location == "query":
            return next(iter(parse_qs(query).get(self.parameter, ())), None)
        return _cookies(headers.get("cookie", "")).get(self.parameter)

    @property
    def carrier(self) -> str:
        """How its credential is sent, in words."""
        match self.kind:
            case "apiKey":
                return f"{self.location} {self.parameter}"
            case "basic":
                return "HTTP basic"
            case "mutualTLS":
                return "a client certificate"
            case _:
                return f"Authorization: {self.kind.capitalize()} ..."

    @property
    def challenge(self) -> str:
        """The WWW-Authenticate challenge (RFC 9110, 11.6.1) that asks for this scheme.

        Any realm and nonce will do: no answer to a challenge is ever computed with. They are Prism's.
        """
        if self.kind == "apiKey":
            where = f'in="{_quotable(self.location)}", name="{_quotable(self.parameter)}"'
            return f'ApiKey realm="{_quotable(self.name)}", {where}'
        nonce = ', nonce="abc123"' if self.kind == "digest" else ""
        return f'{self.kind.capitalize()} realm="*"{nonce}'


Requirement = tuple[Scheme, ...]
"""Schemes that must all be satisfied; an empty one asks for nothing."""


def requirements(document: Document, operation: str) -> tuple[Requirement, ...]:
    """The alternatives of which one must be satisfied; empty when the operation is open to all.

    A requirement that names a scheme which is not declared is left out, with a warning by `problems`.
    """
    declared = document.at(operation).get("security", document.entry(operation).get("security"))
    known = schemes(document)
    return tuple(
        tuple(known[name] for name in alternative)
        for alternative in declared or ()
        if all(name in known for name in alternative)
    )


def schemes(document: Document) -> dict[str, Scheme]:
    """The declared schemes by name."""
    places = (document.root.get("components") or {}).get("securitySchemes") or {}
    found = {}
    for name in places:
        _, node = document.follow(pointer.join("/components/securitySchemes", name))
        found[name] = _scheme(name, node)
    return found


def _scheme(name: str, node: dict[str, JSON]) -> Scheme:
    kind = node.get("type")
    if kind == "apiKey":
        return Scheme(name, "apiKey", str(node.get("in")), str(node.get("name")))
    if kind == "http":
        return Scheme(name, str(node.get("scheme")).lower(), "header", "Authorization")
    return Scheme(name, "mutualTLS" if kind == "mutualTLS" else "bearer", "header", "Authorization")


def _cookies(line: str) -> dict[str, str]:
    """The cookies of a request. One that is odd does not hide the others, as it does in `http.cookies`."""
    pairs = (pair.partition("=")[::2] for pair in line.split(";"))
    return {name.strip(): value.strip().strip('"') for name, value in pairs}


def _quotable(text: str) -> str:
    """The inside of a quoted string of a header field (RFC 9110, section 5.6.4)."""
    printable = "".join(character if " " <= character <= "~" else "?" for character in text)
    return printable.replace("\\", "\\\\").replace('"', '\\"')


def _basic(value: str) -> str | None:
    try:
        decoded = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return decoded if ":" in decoded else None
