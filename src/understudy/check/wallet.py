"""The credentials of a run, put into requests as their schemes say, and shown by name only."""

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

from understudy.check.case import Case, Credentials
from understudy.contract import Operation
from understudy.contract.security import Requirement, Scheme
from understudy.types import Failure, Headers, Request, Response

_SECRET_LENGTH = 8
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_MALFORMED = {"basic": "Basic %%%", "bearer": "Bearer", "apiKey": ""}


_DIGITS = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")
_NEXT = str.maketrans("".join(_DIGITS), "".join(kind[1:] + kind[0] for kind in _DIGITS))
"""Each letter and digit to another of its kind, so that a UUID stays one."""

_MADE_WRONG: Mapping[str, tuple[Callable[[str], str], str]] = {
    "short": (lambda good: good[:-1], "sed 's/.$//'"),
    "long": (lambda good: f"{good}-tail", "sed 's/$/-tail/'"),
    "headed": (lambda good: f"head-{good}", "sed 's/^/head-/'"),
    "altered": (lambda good: good.translate(_NEXT), "tr 0-9a-fg-zA-FG-Z 1-90b-fah-zgB-FAH-ZG"),
    "swapped": (str.swapcase, "tr a-zA-Z A-Za-z"),
    "no-password": (lambda good: good.partition(":")[0] + ":", "sed 's/:.*/:/'"),
    "other-password": (lambda good: good.partition(":")[0] + ":wrong", "sed 's/:.*/:wrong/'"),
    "other-user": (lambda good: "nobody:" + good.partition(":")[2], "sed 's/^[^:]*/nobody/'"),
}
"""How a good credential is made wrong: here, and by a command in a shell."""


def variables(schemes: Iterable[str]) -> tuple[str, ...]:
    """Everything in a shown request that the shell fills in."""
    names = [placeholder(scheme) for scheme in schemes]
    made = (_in_shell(name, kind, basic) for name in names for kind in _MADE_WRONG for basic in (True, False))
    return ("$TARGET", *made, *names)


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
        if case.credentials.kind in _MADE_WRONG:
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
        if wanted.kind in _MADE_WRONG:
            kind = _distinct(wanted.kind, self.credentials[scheme.name])
            return [(scheme, _value(scheme, _made_wrong(values[scheme.name], kind, scheme.kind == "basic")))]
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


def _distinct(kind: str, good: str) -> str:
    """The kind, or one that makes another credential where letter case tells none apart, as in a UUID."""
    no_case = good.swapcase() == good or _UUID.fullmatch(good)
    return "altered" if kind == "swapped" and no_case else kind


def _made_wrong(credential: str, kind: str, is_basic: bool) -> str:
    """A good credential made wrong; one shown by its name is made so by the shell."""
    if credential.startswith("$"):
        return _in_shell(credential, kind, is_basic)
    return _MADE_WRONG[kind][0](credential)


def _in_shell(name: str, kind: str, is_basic: bool) -> str:
    """The command that makes a credential wrong; of a basic one the variable is in Base64, as it travels."""
    command = _MADE_WRONG[kind][1]
    if is_basic:
        command = f"base64 -d | {command} | base64"
    return f'$(printf %s "{name}" | {command})'


def _encoded(credential: str) -> str:
    return base64.b64encode(credential.encode()).decode()


def _value(scheme: Scheme, credential: str) -> str:
    """What stands in the header or parameter."""
    if scheme.kind == "apiKey":
        return credential
    if scheme.kind == "basic":
        return f"Basic {credential if credential.startswith('$') else _encoded(credential)}"
    return f"{scheme.kind.capitalize()} {credential}"
