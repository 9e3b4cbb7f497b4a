"""Queries and cookies taken apart into names and values."""

from collections.abc import Iterable, Iterator
from urllib.parse import unquote_plus


def pairs(query: str) -> Iterator[tuple[str, str]]:
    """The names, decoded, and the values as they were sent: a style may have more to tell apart in them."""
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        yield unquote_plus(name), value


def cookies(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The names and values of Cookie headers, as they were sent."""
    for line in lines:
        for pair in line.split(";"):
            name, _, value = pair.partition("=")
            yield name.strip(), value.strip()


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The values by name, each name's in the order sent."""
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups


def first_values(query: str) -> dict[str, str]:
    """The decoded value of each name, the first where there are more."""
    return {name: unquote_plus(values[0]) for name, values in grouped(pairs(query)).items()}
