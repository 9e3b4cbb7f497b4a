"""Media types (RFC 9110, section 8.3) and the choice among those that a document declares."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
FORMS = (MULTIPART, URLENCODED)

Kind = Literal["json", "lines", "sequence", "events", "xml", "yaml", "form", "text", "binary"]
"""How a body is read and written. `lines` are JSON texts one a line, `sequence` is RFC 7464's, `events` are
those of a server."""
SEQUENCES: tuple[Kind, ...] = ("lines", "sequence", "events")
"""The kinds that hold one item after another."""

_NAMES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        "json": ("application/json", "text/json"),
        "lines": (
            *("application/x-ndjson", "application/ndjson", "text/x-ndjson", "application/stream+json"),
            *("application/jsonl", "application/x-jsonl", "application/jsonlines", "application/json-lines"),
        ),
        "sequence": ("application/json-seq",),
        "events": ("text/event-stream",),
        "xml": ("application/xml", "text/xml"),
        "yaml": ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"),
        "form": FORMS,
        "text": ("application/javascript", "application/graphql", "application/sql", "image/svg+xml"),
    }
)
_KINDS: Mapping[str, Kind] = {name: kind for kind, names in _NAMES.items() for name in names}
_SUFFIXES: Mapping[str, Kind] = MappingProxyType(
    {"+json": "json", "+json-seq": "sequence", "+xml": "xml", "+yaml": "yaml"}
)
_OF_TYPE: Mapping[str, Kind] = MappingProxyType({"text": "text", "multipart": "form"})
_OF_TRANSPORT = ("charset", "boundary")
"""Parameters that tell how a body was written, and not what it is."""


@lru_cache(maxsize=512)
def essence(value: str) -> str:
    """`type/subtype` in lower case, without parameters."""
    return value.partition(";")[0].strip().lower()


@lru_cache(maxsize=512)
def parameters(value: str) -> Mapping[str, str]:
    """The parameters of a media type: names in lower case, values without quotes."""
    pairs = (piece.partition("=") for piece in value.split(";")[1:])
    return {name.strip().lower(): text.strip().strip('"') for name, _, text in pairs if name.strip()}


@lru_cache(maxsize=512)
def kind(media_type: str) -> Kind:
    """How a body of a media type is read."""
    name = essence(media_type)
    if name in _KINDS:
        return _KINDS[name]
    of_suffix = next((found for suffix, found in _SUFFIXES.items() if name.endswith(suffix)), None)
    return of_suffix or _OF_TYPE.get(name.partition("/")[0], "binary")


def is_json(media_type: str) -> bool:
    """Whether the media type is JSON or built on it (RFC 6839)."""
    return kind(media_type) == "json"


def is_range(media_type: str) -> bool:
    """Whether it leaves the media type open: `image/*`, `*/*`."""
    return "*" in essence(media_type)


def is_open(declared: str) -> bool:
    """Whether a declared media type leaves a choice: a range, or several in one key."""
    return is_range(declared) or "," in declared


@lru_cache(maxsize=512)
def listed(declared: str) -> tuple[str, ...]:
    """The media types of one key: some documents list several in it."""
    return tuple(name.strip() for name in declared.split(",") if name.strip()) or (declared,)


@lru_cache(maxsize=1024)
def covers(declared: str, media_type: str) -> bool:
    """Whether a declared media type or range (`image/*`, `*/*`) takes `media_type`.

    A parameter that both have must be the same; what the declared one alone has is not asked for.
    """
    return any(_covers(one, media_type) for one in listed(declared))


def _covers(declared: str, media_type: str) -> bool:
    pattern, name = essence(declared), essence(media_type)
    if pattern not in ("*/*", "*", name) and not (pattern.endswith("/*") and name.startswith(pattern[:-1])):
        return False
    given = parameters(media_type)
    return all(
        given.get(key, value).lower() == value.lower()
        for key, value in parameters(declared).items()
        if key not in _OF_TRANSPORT
    )


def select(declared: Iterable[str], media_type: str) -> str | None:
    """The declared media type that covers `media_type`, the most specific one first."""
    matching = [candidate for candidate in declared if covers(candidate, media_type)]
    return min(matching, key=lambda name: _looseness(name, media_type), default=None)


def _looseness(declared: str, media_type: str) -> tuple[int, int]:
    """How much it leaves open, and how few of its parameters are those that were sent."""
    shared = parameters(declared).items() & parameters(media_type).items()
    return essence(declared).count("*"), -len(shared)
