"""The session of a request: its namespace, scenario and test, and how they ride on a credential.

A client that can send headers names them by header. The released SDKs cannot, so a session may be the tail
of any credential, `anykey+ns=test-17+test=test_login`, each value percent-encoded where it holds odd
characters. A fake login carries it on by the claim `understudy` of the token that it mints.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, unquote

CLAIM = "understudy"
"""The claim of a token that holds a session."""
CREDENTIAL_CLAIM = "understudy_credential"
"""The claim of a token that holds the fingerprint of the credential that it was minted for."""
MAX_LENGTH = 255
_NAMES = {"ns": "namespace", "scenario": "scenario", "test": "test"}
_TAIL = re.compile(rf"\+(?:{'|'.join(_NAMES)})=")


class SessionError(ValueError):
    """A session that is not well named; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Session:
    """Whose state a request sees, which scenario it plays, and which test it belongs to.

    What one namespace does another never sees. The default of all three is the empty text.
    """

    namespace: str = ""
    scenario: str = ""
    test: str = ""

    def on(self, credential: str) -> str:
        """The credential with this session riding on it."""
        told = (f"+{short}={quote(value, safe=_PLAIN)}" for short, value in self.claims().items())
        return credential + "".join(told)

    def claims(self) -> dict[str, str]:
        """What a token says of this session in its claim `understudy`."""
        return {short: value for short, name in _NAMES.items() if (value := getattr(self, name))}


NOBODY = Session()
_PLAIN = "/:[]@!$'()*,;"
"""What a value on a credential may hold as it is, besides letters, digits and `_.-~`."""


def fingerprint(credential: str) -> str:
    """What a token may say of a credential: the same for the same one, and no way back to it."""
    return blake2b(credential.encode("utf-8", "replace"), digest_size=16, person=b"understudy").hexdigest()


def split_credential(credential: str) -> tuple[str, Session]:
    """A credential as it is compared, and the session that rode on it. Raises SessionError."""
    found = _TAIL.search(credential)
    if found is None:
        return credential, NOBODY
    pairs = (part.partition("=")[::2] for part in credential[found.start() + 1 :].split("+"))
    return credential[: found.start()], named((name, decoded(name, value)) for name, value in pairs)


def named(pairs: Iterable[tuple[str, str]]) -> Session:
    """The session of `ns`, `scenario` and `test`, each at most once. Raises SessionError."""
    values: dict[str, str] = {}
    for short, value in pairs:
        if short not in _NAMES:
            raise SessionError(f"a session has no {short[:50]!r}; there are: {', '.join(_NAMES)}")
        if _NAMES[short] in values:
            raise SessionError(f"the session's {_NAMES[short]} is given twice")
        values[_NAMES[short]] = _checked(_NAMES[short], value)
    return Session(**values)


def claimed(claims: Mapping[str, Any]) -> Session:
    """The session in the claim `understudy` of a token's claims. Raises SessionError."""
    told = claims.get(CLAIM)
    if not isinstance(told, dict):
        return NOBODY
    return named((name, str(value)) for name, value in told.items())


def decoded(name: str, value: str) -> str:
    """A value without its percent-encoding. Raises SessionError."""
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise SessionError(f"the session's {_NAMES.get(name, name)} is not percent-encoded UTF-8") from None


def _checked(name: str, value: str) -> str:
    if len(value) > MAX_LENGTH:
        raise SessionError(f"the session's {name} is {len(value)} characters long; {MAX_LENGTH} is the most")
    if not value.isprintable():
        raise SessionError(f"the session's {name} {value[:50]!r} holds what cannot be printed")
    return value
