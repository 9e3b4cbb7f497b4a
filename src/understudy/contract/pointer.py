"""JSON pointers (RFC 6901) as strings: the name of a place in a document."""

from collections.abc import Iterable
from urllib.parse import unquote

from understudy.types import JSON


def escape(token: str | int) -> str:
    """One reference token, `~` and `/` escaped."""
    return str(token).replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The member name behind one reference token."""
    return token.replace("~1", "/").replace("~0", "~")


def join(pointer: str, *tokens: str | int) -> str:
    """The pointer to a place below `pointer`."""
    return pointer + "".join("/" + escape(token) for token in tokens)


def from_path(path: Iterable[str | int]) -> str:
    """The pointer that walks the member names and indexes of `path`."""
    return join("", *path)


def tokens(pointer: str) -> list[str]:
    """The member names that `pointer` walks."""
    return [unescape(token) for token in pointer.split("/")[1:]]


def from_fragment(fragment: str) -> str:
    """The pointer in a URI fragment such as `/components/schemas/A%20B` (RFC 6901, section 6)."""
    return unquote(fragment)


def walk(root: JSON, path: Iterable[str | int]) -> JSON:
    """The value at the end of `path`; LookupError when there is none."""
    value = root
    for token in path:
        if isinstance(value, list):
            value = value[int(token)] if str(token).isdecimal() else _missing(token)
        elif isinstance(value, dict):
            value = value[str(token)]
        else:
            _missing(token)
    return value


def _missing(token: str | int) -> JSON:
    raise LookupError(token)
