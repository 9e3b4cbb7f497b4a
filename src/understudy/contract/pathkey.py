"""Keys of `paths` that are more than a path: `/x?action=A` and `/x#op=A`."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

_VARIABLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a key asks of a request beside its path.

    A fragment is never sent: what stands behind a `#` may be said by query or header instead.
    """

    name: str
    value: str | None
    """None where the name has to be there, with whatever value."""
    is_fragment: bool
    variable: str | None = None
    """The name of the parameter that the value is."""

    def __str__(self) -> str:
        value = "" if self.value is None else f"={self.value}"
        return f"{'#' if self.is_fragment else '?'}{self.name}{value}"


def taken_apart(key: str) -> tuple[str, tuple[Mark, ...]]:
    """The path template of a key, and what else it asks for."""
    before, _, fragment = key.partition("#")
    path, _, query = before.partition("?")
    return path, (*_marks(query, is_fragment=False), *_marks(fragment, is_fragment=True))


def unsaid(marks: Iterable[Mark], said: Container[str], texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The pairs that a query needs besides, to be for a key with these marks.

    said: the names that query and headers have already; texts: those of the path's parameters.
    """
    missing = [mark for mark in marks if mark.name not in said and mark.name.lower() not in said]
    return [(mark.name, texts.get(mark.variable or "", mark.value or "")) for mark in missing]


def _marks(text: str, *, is_fragment: bool) -> Iterator[Mark]:
    for pair in text.split("&") if text else ():
        name, equals, value = pair.partition("=")
        variable = _VARIABLE.fullmatch(value)
        told = unquote_plus(value) if equals and not variable else None
        yield Mark(unquote_plus(name), told, is_fragment, variable[1] if variable else None)
