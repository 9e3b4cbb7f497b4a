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


def concrete(declared: str, accept: str) -> str | None:
    """Of a range or of several media types in one key, the one to answer with; None to leave it open."""
    options = mediatype.listed(declared)
    named = tuple(option for option in options if not mediatype.is_range(option))
    if named:
        return choose(named, accept) or named[0]
    asked = sorted(_ranges(accept), key=lambda pattern: -pattern[1])
    return next((name for name, weight in asked if weight > 0 and _fits(declared, name)), None)


def _fits(declared: str, name: str) -> bool:
    return not mediatype.is_range(name) and mediatype.covers(declared, name)


@lru_cache(maxsize=256)
def _ranges(accept: str) -> tuple[tuple[str, float], ...]:
    return tuple(_range(part) for part in accept.split(",") if part.strip())


def _range(part: str) -> tuple[str, float]:
    """A media range with its parameters, and its weight; what follows the weight is no part of the range."""
    pieces = [piece.strip() for piece in part.split(";")]
    for index, piece in enumerate(pieces):
        key, _, value = piece.partition("=")
        if index and key.strip().lower() == "q":
            return ";".join(pieces[:index]).lower(), _weight(value)
    return ";".join(pieces).lower(), 1.0


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _quality(name: str, ranges: Iterable[tuple[str, float]]) -> float:
    """The weight of the most specific range that covers the media type, or is covered by a declared range."""
    covering = [
        (-pattern.count("*"), len(mediatype.parameters(pattern)), weight)
        for pattern, weight in ranges
        if mediatype.covers(pattern, name) or mediatype.covers(name, pattern)
    ]
    return max(covering)[-1] if covering else 0.0
