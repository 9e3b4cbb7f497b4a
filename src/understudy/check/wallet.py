"""The credentials of a run, put into requests as their schemes say, and shown by name only."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from understudy.check.case import Case, Credentials
from understudy.contract import Operation
from understudy.contract.security import Requirement, Scheme
from understudy.types import Failure, Headers, Request, Response

_SECRET_LENGTH = 8
_MALFORMED = {"basic": "Basic %%%", "bearer": "Bearer", "apiKey": ""}


def variables(schemes: Iterable[str]) -> tuple[str, ...]:
    """Everything in a shown request that the shell fills in."""
    names = [placeholder(scheme) for scheme in schemes]
    return ("$TARGET", *(f"${{{name[1:]}%?}}" for name in names), *names)


def placeholder(scheme: str) -> str:
    """How a scheme's credential is shown: `API Key` as $API_KEY."""
    return "$" + re.sub(r"[^A-Za-z0-9]", "_", scheme).upper()


@dataclass(frozen=True)
class Wallet:
    """Credentials by security scheme; a basic one as `user:password`."""

    credentials: Mapping[str, str] = field(default_factory=dict)
    headers: Headers = ()
    """Further headers of every request."""

    def sent(self, case: Case, operation: Operation | None) -> Request:
        """The request of a case as it goes out."""
        return self._with(case, self._pairs(case.credentials, operation, self.credentials))

    def shown(self, case: Case, operation: Operation | None) -> Request:
        """The same request for people to see, every real credential as its `$NAME`."""
        named = {name: placeholder(name) for name in self.credentials}
        return self._with(case, self._pairs(case.credentials, operation, named))

    def redacted(self, value: Any) -> Any:
        """What a server told, as it is shown: a credential in it, at any depth, is its `$NAME`."""
        match value:
            case str() | bytes():
                return self._without_secrets(value)
            case dict():
                return {self.redacted(name): self.redacted(item) for name, item in value.items()}
            case list() | tuple():
                return type(value)(map(self.redacted, value))
            case Response():
                return Response(value.status, self.redacted(value.headers), self.redacted(value.body))
            case Failure():
                return Failure(value.kind, self.redacted(value.detail))
            case _:
                return value

    def _without_secrets(self, text: str | bytes) -> str | bytes:
        for secret, name in self._secrets:
            if isinstance(text, str):
                text = text.replace(secret, name)
            else:
                text = text.replace(secret.encode(), name.encode())
        return text

    @cached_property
    def _secrets(self) -> list[tuple[str, str]]:
        """Every credential, and the password of a basic one, that is long enough to be told from a word."""
        found = {}
        for name, value in self.credentials.items():
            for secret in (value, value.partition(":")[2], _encoded(value) if ":" in value else ""):
                if len(secret) >= _SECRET_LENGTH:
                    found[secret] = placeholder(name)
        return sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0]))

    def can(self, case: Case, operation: Operation | None) -> bool:
        """Whether the wallet holds what the case is to be sent with."""
        if case.credentials.kind in ("short", "long"):
            return case.credentials.scheme in self.credentials
        if case.credentials.kind != "good" or operation is None:
            return True
        return not operation.security or self._chosen(case.credentials, operation) is not None

    def _pairs(
        self, wanted: Credentials, operation: Operation | None, values: Mapping[str, str]
    ) -> list[tuple[Scheme, str]]:
        """The schemes to put in, each with the value of its header or parameter."""
        if wanted.kind == "none" or operation is None or not operation.security:
            return []
        if wanted.kind == "good":
            chosen = self._chosen(wanted, operation) or ()
            return [(scheme, _value(scheme, values[scheme.name])) for scheme in chosen]
        scheme = _named(operation, wanted.scheme)
        if wanted.kind in ("short", "long"):
            return [(scheme, _value(scheme, _altered(values[scheme.name], wanted.kind)))]
        if wanted.kind == "malformed":
            return [(scheme, _MALFORMED.get(scheme.kind, scheme.kind.capitalize()))]
        wrong = "nobody:nothing" if scheme.kind == "basic" else "understudy-wrong-credential"
        return [(scheme, _value(scheme, wrong))]

    def _chosen(self, wanted: Credentials, operation: Operation) -> Requirement | None:
        """The first alternative that the wallet can pay, of the wanted scheme where one is named."""
        for alternative in operation.security:
            names = [scheme.name for scheme in alternative]
            if wanted.scheme in (None, *names) and all(name in self.credentials for name in names):
                return alternative
        return None

    def _with(self, case: Case, pairs: list[tuple[Scheme, str]]) -> Request:
        request = case.request
        headers, query = [*request.headers, *self.headers], request.query
        for scheme, value in pairs:
            if scheme.location == "query":
                query = "&".join(filter(None, (query, f"{quote(scheme.parameter)}={quote(value, safe='$')}")))
            elif scheme.location == "cookie":
                headers.append(("cookie", f"{scheme.parameter}={value}"))
            else:
                headers.append((scheme.parameter.lower(), value))
        return Request(request.method, request.path, query, tuple(headers), request.body)


def _named(operation: Operation, name: str | None) -> Scheme:
    schemes = [scheme for alternative in operation.security for scheme in alternative]
    return next((scheme for scheme in schemes if scheme.name == name), schemes[0])


def _altered(credential: str, kind: str) -> str:
    """A good credential cut short or with a tail; one shown by its name is altered by the shell."""
    if kind == "long":
        return f"{credential}-tail"
    return f"${{{credential[1:]}%?}}" if credential.startswith("$") else credential[:-1]


def _encoded(credential: str) -> str:
    return base64.b64encode(credential.encode()).decode()


def _value(scheme: Scheme, credential: str) -> str:
    """What stands in the header or parameter."""
    if scheme.kind == "apiKey":
        return credential
    if scheme.kind == "basic":
        return f"Basic {credential if credential.startswith('$') else _encoded(credential)}"
    return f"{scheme.kind.capitalize()} {credential}"
