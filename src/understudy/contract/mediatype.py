"""Media types (RFC 9110, section 8.3) and the choice among those that a document declares."""

from collections.abc import Iterable
from functools import lru_cache

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


@lru_cache(maxsize=512)
def essence(value: str) -> str:
    """`type/subtype` in lower case, without parameters."""
    return value.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether the media type is JSON or built on it (RFC 6839)."""
    name = essence(media_type)
    return name in ("application/json", "text/json") or name.endswith("+json")


def covers(declared: str, media_type: str) -> bool:
    """Whether a declared media type or range (`image/*`, `*/*`) takes `media_type`."""
    pattern, name = essence(declared), essence(media_type)
    if pattern in ("*/*", "*", name):
        return True
    return pattern.endswith("/*") and name.startswith(pattern[:-1])


def select(declared: Iterable[str], media_type: str) -> str | None:
    """The declared media type that covers `media_type`, the most specific one first."""
    matching = [candidate for candidate in declared if covers(candidate, media_type)]
    return min(matching, key=lambda name: essence(name).count("*"), default=None)
