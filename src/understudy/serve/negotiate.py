"""Which of the declared media types a client wants (RFC 9110, section 12.5.1)."""

from collections.abc import Iterable
from functools import lru_cache

from understudy.contract import mediatype


@lru_cache(maxsize=512)
def choose(declared: tuple[str, ...], accept: str) -> str | None:
    """The declared media type the client likes best, the first among equals; None if it takes none."""
    if not accept or accept == "*/*":
        return next(iter(declared), None)
    ranges = _ranges(accept)
    weighted = [(_quality(name, ranges), -index, name) for index, name in enumerate(declared)]
    quality, _, name = max(weighted, default=(0.0, 0, ""))
    return name if quality > 0 else None


@lru_cache(maxsize=256)
def _ranges(accept: str) -> tuple[tuple[str, float], ...]:
    return tuple(_range(part) for part in accept.split(",") if part.strip())


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip() for piece in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            return name.lower(), _weight(value)
    return name.lower(), 1.0


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(name: str, ranges: Iterable[tuple[str, float]]) -> float:
    """The weight of the most specific range that covers the media type, or is covered by a declared range."""
    covering = [
        (-pattern.count("*"), weight)
        for pattern, weight in ranges
        if mediatype.covers(pattern, name) or mediatype.covers(name, pattern)
    ]
    return max(covering)[1] if covering else 0.0
