"""Secrets left out of what is told: by the names that hold them, and wherever their values come up again.

Bodies are not parsed: one that is broken, cut short or of another media type may hold a secret as well.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from urllib.parse import unquote_plus

REDACTED = "[redacted]"
_MAX_TEXT = 1024 * 1024
"""Characters of a body that may hold a secret; what is beyond them is left out, to bound the cost."""
_HINTS = ("pass", "pwd", "secret", "key", "token", "auth", "credential", "jwt", "eyj")
"""What is in every common name of a secret."""
_NAMES = frozenset(
    (
        *(
            "auth",
            "authorization",
            "bearer",
            "cookie",
            "credential",
            "credentials",
            "jwt",
            "proxyauthorization",
        ),
        *(
            "passphrase",
            "passwd",
            "password",
            "pwd",
            "secret",
            "setcookie",
            "token",
            "accesskey",
            "privatekey",
        ),
        *("accesstoken", "authtoken", "csrftoken", "idtoken", "refreshtoken", "sessiontoken"),
    )
)
_ENDINGS = (
    "apikey",
    "authtoken",
    "accesstoken",
    "password",
    "passphrase",
    "secret",
    "secretkey",
    "privatekey",
)
_SHORT = 12
"""A value shorter than this is looked for in quotes only: it may be a common word."""

_VALUE = r'"(?:[^"\\]++|\\.)*+"?|-?\d[\d.eE+-]*+|\[[^\[\]{}]*+\]?'
_MEMBER = re.compile(rf'"([^"\\]{{1,64}}+)"(\s*+:\s*+)({_VALUE})', re.DOTALL)
_PAIR = re.compile(r"(?<![^&;\s])([^=&;\s]{1,64}+)(=)([^&;]*+)")
_FORM_PART = re.compile(
    r'\bname="?([^"\r\n;]{1,64}+)("?[^\r\n]*+(?:\r?\n[^\r\n]++)*+\r?\n\r?\n)(.*?)(?=\r?\n--|\Z)', re.DOTALL
)
_WEB_TOKEN = re.compile(r"\beyJ[\w-]{5,}+\.[\w-]{2,}+\.[\w-]*+")


@dataclass(frozen=True)
class Secrets:
    """Names of fields that hold secrets, in lower case, besides the common ones."""

    names: frozenset[str] = frozenset()

    @cached_property
    def hints(self) -> tuple[bytes, ...]:
        """No body without one of these, in whatever case, holds a secret."""
        return tuple(name.encode() for name in (*_HINTS, *sorted(self.names)))

    def name(self, name: str) -> bool:
        """Whether a field of this name holds a secret."""
        return name.lower() in self.names or _is_common(name)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Leaves out what one exchange holds of secrets.

    The values that were left out once are known, and left out of what is told later.
    """

    secrets: Secrets
    _found: dict[str, None] = field(default_factory=dict)

    def fields(self, headers: Iterable[tuple[str, str]]) -> list[list[str]]:
        """Header fields without credentials."""
        return [[name, self._field(name, value)] for name, value in headers]

    def query(self, query: str) -> str:
        """A query without credentials."""
        return self.text(_PAIR.sub(self._pair, query)) if query else query

    def body(self, content: bytes, content_type: str) -> str:
        """A body as text, without secrets."""
        lowered = content.lower()
        text = content.decode("utf-8", "replace")
        if not any(hint in lowered for hint in self.secrets.hints):
            return self.text(text)
        left_out = len(text) - _MAX_TEXT
        text = text[:_MAX_TEXT]
        if "form-urlencoded" in content_type:
            text = _PAIR.sub(self._pair, text)
        elif "multipart" in content_type:
            text = _FORM_PART.sub(self._form_part, text)
        text = self.text(_MEMBER.sub(self._member, text))
        return text if left_out <= 0 else f"{text} [{left_out} more characters are left out]"

    def text(self, text: str) -> str:
        """A text without the values that were left out before, and without web tokens."""
        for value in self._found:
            if len(value) >= _SHORT:
                text = text.replace(value, REDACTED)
            else:
                text = text.replace(f'"{value}"', f'"{REDACTED}"').replace(f"'{value}'", f"'{REDACTED}'")
        return _WEB_TOKEN.sub(REDACTED, text) if "eyJ" in text else text

    def _field(self, name: str, value: str) -> str:
        if not self.secrets.name(name):
            return self.text(value)
        self._remember(value.partition(" ")[2] if " " in value else value)
        return REDACTED

    def _pair(self, match: re.Match[str]) -> str:
        return self._instead(match, unquote_plus(match[1]), unquote_plus(match[3]), f"{match[1]}={REDACTED}")

    def _form_part(self, match: re.Match[str]) -> str:
        return self._instead(match, match[1], match[3], f'name="{match[1]}{match[2]}{REDACTED}')

    def _member(self, match: re.Match[str]) -> str:
        kept = f'"{match[1]}"{match[2]}"{REDACTED}"'
        return self._instead(match, match[1], match[3].strip('"'), kept)

    def _instead(self, match: re.Match[str], name: str, value: str, kept: str) -> str:
        """What is told instead of a named value; the value is remembered if it is a secret."""
        if not self.secrets.name(name):
            return match[0]
        self._remember(value)
        return kept

    def _remember(self, value: str) -> None:
        if value:
            self._found[value] = None


@lru_cache(maxsize=4096)
def _is_common(name: str) -> bool:
    """Whether a name is one that holds secrets everywhere, however it is spelled: `apiKey`, `X-API-Key`."""
    plain = "".join(character for character in name.lower() if character.isalnum())
    return plain in _NAMES or plain.endswith(_ENDINGS)
