"""What a client asks of the fake itself: the `Prefer` header (RFC 7240), in the words that Prism has.

A link cannot carry a header: `?__code=404` says what `Prefer: code=404` does.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import get_args
from urllib.parse import parse_qsl

from understudy.serve.answer import FaultKind, Refusal
from understudy.types import Headers

MAX_DELAY = 60_000
"""The longest delay that is waited for, in milliseconds."""

_MARK = "__"
"""What the name of a preference starts with in a query, so that it is no parameter of the API's."""

# A text up to a comma, or up to a semicolon, neither of them inside quotes; an open quote takes the rest.
_PREFERENCE = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*"?)+')
_PARAMETER = re.compile(r'(?:[^";]|"(?:[^"\\]|\\.)*"?)+')
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class UnknownPreference(Refusal):
    """A preference for something that there is not; the detail lists what there is."""

    def __init__(self, preference: str, offered: str) -> None:
        super().__init__(400, f"Prefer: {preference} cannot be met; {offered}")


@dataclass(frozen=True, slots=True)
class Preferences:
    """The preferences that the fake knows. `code` and `branch` are as they were written."""

    code: str | None = None
    example: str | None = None
    branch: str | None = None
    dynamic: bool = False
    delay: int = 0
    """Milliseconds."""
    fault: FaultKind | None = None

    @property
    def reply(self) -> "Preferences":
        """Those that choose the reply."""
        return Preferences(self.code, self.example, self.branch, self.dynamic)

    @property
    def sending(self) -> "Preferences":
        """Those that say how an answer is sent, whichever it is."""
        return Preferences(delay=self.delay, fault=self.fault)

    def over(self, others: "Preferences") -> "Preferences":
        """These, and of the others what these leave open."""
        reply = others.reply if self.reply == Preferences() else self.reply
        return replace(reply, delay=self.delay or others.delay, fault=self.fault or others.fault)

    def under(self, others: "Preferences") -> "Preferences":
        """What of these is left where others come first."""
        reply = self.reply if others.reply == Preferences() else Preferences()
        delay, fault = (0 if others.delay else self.delay), (None if others.fault else self.fault)
        return replace(reply, delay=delay, fault=fault)

    def __str__(self) -> str:
        """As the header has them: `code=422, delay=250`."""
        given = {
            "code": self.code,
            "example": self.example,
            "branch": self.branch,
            "dynamic": "true" if self.dynamic else None,
            "delay": str(self.delay) if self.delay else None,
            "fault": self.fault,
        }
        return ", ".join(f"{name}={_word(value)}" for name, value in given.items() if value is not None)


NAMES = tuple(field.name for field in fields(Preferences))


def read(headers: Headers, query: str = "") -> Preferences | None:
    """The preferences of a request, if any: in its header fields, else in its query. Raises
    UnknownPreference."""
    texts = [value for name, value in headers if name == "prefer"]
    if texts:
        return parse(", ".join(texts))
    return _of_query(query) if _MARK in query else None


@lru_cache(maxsize=256)
def parse(text: str) -> Preferences | None:
    """The preferences in the value of a header. Raises UnknownPreference."""
    return _preferences(_pairs(text))


@lru_cache(maxsize=256)
def _of_query(query: str) -> Preferences | None:
    pairs = parse_qsl(query, keep_blank_values=True)
    return _preferences((name.removeprefix(_MARK), value) for name, value in pairs if name.startswith(_MARK))


def _preferences(pairs: Iterable[tuple[str, str]]) -> Preferences | None:
    """Of one given twice the first counts, unknown ones do not; an example leaves nothing to be made up."""
    given: dict[str, str] = {}
    for name, value in pairs:
        given.setdefault(name, value)
    is_made = "example" not in given
    found = Preferences(
        code=given.get("code"),
        example=given.get("example"),
        branch=given.get("branch") if is_made else None,
        dynamic=is_made and _truth(given.get("dynamic", "false")),
        delay=_milliseconds(given.get("delay", "0")),
        fault=_fault(given["fault"]) if "fault" in given else None,
    )
    return None if found == Preferences() else found


def unknown(text: str) -> str | None:
    """The first preference in the value of a header that the fake does not know."""
    return next((name for name, _ in _pairs(text) if name not in NAMES), None)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Names in lower case and values. What follows a `;` are parameters of a preference: none is known."""
    for preference in _PREFERENCE.findall(text):
        first = _PARAMETER.search(preference)
        name, _, value = (first[0] if first else "").partition("=")
        yield name.strip().lower(), _unquoted(value.strip())


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))


def _word(value: str) -> str:
    """A value as a token, else quoted."""
    if _TOKEN.fullmatch(value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


def _truth(value: str) -> bool:
    if value.lower() in ("true", "false", ""):
        return value.lower() != "false"
    raise UnknownPreference(f"dynamic={value}", "it is true or false")


def _milliseconds(value: str) -> int:
    if value.isascii() and value.isdecimal() and len(value) < 10 and int(value) <= MAX_DELAY:
        return int(value)
    raise UnknownPreference(f"delay={value}", f"it is a number of milliseconds from 0 to {MAX_DELAY}")


def _fault(value: str) -> FaultKind:
    kinds: tuple[FaultKind, ...] = get_args(FaultKind)
    for kind in kinds:
        if kind == value.lower():
            return kind
    raise UnknownPreference(f"fault={value}", f"there are: {', '.join(kinds)}")
