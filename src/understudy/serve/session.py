"""The session of a request, and the request without the tails that carried it.

Headers win over the tail of a credential, and a tail over the claim of a token. A token is read and never
verified: a fake minted it.
"""

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import quote, unquote

from understudy.contract import jsontext
from understudy.contract.security import Scheme
from understudy.serve.answer import Refusal
from understudy.session import NOBODY, Session, SessionError, claimed, decoded, named, split_credential
from understudy.types import JSON, Headers, Request

HEADERS = MappingProxyType(
    {"understudy-namespace": "ns", "understudy-scenario": "scenario", "understudy-test": "test"}
)


@dataclass(frozen=True, slots=True)
class Carriers:
    """Where API keys travel, by the documents: the names of headers, query parameters and cookies."""

    headers: frozenset[str] = frozenset()
    queries: frozenset[str] = frozenset()
    cookies: frozenset[str] = frozenset()

    @classmethod
    def of(cls, schemes: Iterable[Scheme]) -> "Carriers":
        """The carriers that the schemes name."""
        keys = [(scheme.location, scheme.parameter) for scheme in schemes if scheme.kind == "apiKey"]
        return cls(
            frozenset(name.lower() for location, name in keys if location == "header"),
            frozenset(name for location, name in keys if location == "query"),
            frozenset(name for location, name in keys if location == "cookie"),
        )

    def read(self, request: Request) -> tuple[Session, Request]:
        """The session, and the request as it would be without one. Raises Refusal (400)."""
        try:
            by_header = _by_header(request.headers)
            tails: list[Session] = []
            headers = tuple([(name, self._field(name, value, tails)) for name, value in request.headers])
            query = self._query(request.query, tails) if request.query and self.queries else request.query
        except SessionError as error:
            raise Refusal(400, str(error)) from None
        if not tails:
            return by_header, request
        return _merged([by_header, *tails]), replace(request, headers=headers, query=query)

    def _field(self, name: str, value: str, tails: list[Session]) -> str:
        """A header's value without tails, which are added to those found."""
        if name in self.headers:
            return _untailed(value, tails)
        if name == "authorization":
            return _authorization(value, tails)
        if name == "cookie" and self.cookies:
            pairs = (pair.partition("=") for pair in value.split(";"))
            return ";".join(f"{key}={self._cookie(key, text, tails)}" for key, _, text in pairs)
        return value

    def _cookie(self, name: str, value: str, tails: list[Session]) -> str:
        return _untailed(value, tails) if name.strip() in self.cookies else value

    def _query(self, query: str, tails: list[Session]) -> str:
        return "&".join(self._pair(pair, tails) for pair in query.split("&"))

    def _pair(self, pair: str, tails: list[Session]) -> str:
        """A query's pair without its tail, whose `+` may be a plain one: in a credential it is no space."""
        name, _, value = pair.partition("=")
        if unquote(name) not in self.queries:
            return pair
        found = len(tails)
        plain = _untailed(unquote(value), tails)
        return f"{name}={quote(plain, safe='')}" if len(tails) > found else pair


def _by_header(headers: Headers) -> Session:
    found = [(HEADERS[name], decoded(HEADERS[name], value)) for name, value in headers if name in HEADERS]
    return named(found) if found else NOBODY


def _untailed(credential: str, tails: list[Session]) -> str:
    if "+" not in credential:
        return credential
    plain, session = split_credential(credential)
    if plain != credential:
        tails.append(session)
    return plain


def _authorization(value: str, tails: list[Session]) -> str:
    scheme, space, credential = value.partition(" ")
    if scheme.lower() == "basic":
        return f"{scheme}{space}{_basic(credential.strip(), tails)}"
    plain = _untailed(credential, tails)
    carried = claimed(claims(plain))
    if carried != NOBODY:
        tails.append(carried)
    return f"{scheme}{space}{plain}"


def _basic(value: str, tails: list[Session]) -> str:
    """A basic credential whose user name has no tail; what is no basic credential stays as it is."""
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return value
    plain = _untailed(user, tails)
    return value if plain == user else base64.b64encode(f"{plain}{colon}{password}".encode()).decode()


def claims(token: str) -> dict[str, JSON]:
    """The claims of a JSON Web Token (RFC 7519); none where the token is no such thing."""
    if token.count(".") != 2:
        return {}
    payload = token.split(".")[1]
    try:
        found = jsontext.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _merged(sessions: list[Session]) -> Session:
    """Of each part the first that is told."""

    def first(part: Callable[[Session], str]) -> str:
        return next(filter(None, map(part, sessions)), "")

    return Session(
        first(lambda session: session.namespace),
        first(lambda session: session.scenario),
        first(lambda session: session.test),
    )
