"""JSON pointers (RFC 6901) as strings: the name of a place in a document.

A place in another file of the document has that file's relative URI and a `#` before its pointer:
`schemas/pet.yaml#/properties/name`. All functions that build on a pointer take such a place as well.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from understudy.types import JSON, Path


def escape(token: str | int) -> str:
    """One reference token, `~` and `/` escaped."""
    return str(token).replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """The member name behind one reference token."""
    return token.replace("~1", "/").replace("~0", "~")


def join(pointer: str, *tokens: str | int) -> str:
    """The pointer to a place below `pointer`."""
    return pointer + "".join("/" + escape(token) for token in tokens)


def split(place: str) -> tuple[str, str]:
    """The file of a place, empty for the document's own, and the pointer inside that file."""
    if not place or place[0] == "/":
        return "", place
    file, _, pointer = place.partition("#")
    return file, pointer


def in_file(file: str, pointer: str = "") -> str:
    """The place of a pointer inside a file; the inverse of `split`."""
    return f"{file}#{pointer}" if file else pointer


def moved(place: str, moves: Mapping[str, str]) -> str:
    """Where a place was before it, or what it stands in, was moved. `moves` says where each was before."""
    above, below = place, ""
    while above and above not in moves:
        above, _, token = above.rpartition("/")
        below = f"/{token}{below}"
    return moves.get(above, above) + below


def uri(place: str) -> str:
    """The place as a URI reference, as people write it in a `$ref`."""
    return place if split(place)[0] else f"#{place}"


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


def recover(root: JSON, path: Sequence[str | int], fits: Callable[[JSON], bool]) -> Path:
    """The path that `path` was before jsonschema-rs took it apart; it ends at a value that `fits`.

    Its paths lack empty member names and hold a name such as `01` or `+1` as the integer 1.
    """
    candidates = _recover(root, path)
    first, second = next(candidates, tuple(path)), next(candidates, None)
    if second is None:
        return first
    # Comparing may be dear: the value can be all of a large body.
    return next((true for true in (first, second, *candidates) if fits(walk(root, true))), first)


def _recover(value: JSON, path: Sequence[str | int]) -> Iterator[Path]:
    if not path:
        yield ()
    elif isinstance(value, list):
        if isinstance(path[0], int) and path[0] < len(value):
            yield from ((path[0], *rest) for rest in _recover(value[path[0]], path[1:]))
    elif isinstance(value, dict):
        for name in _names(value, path[0]):
            yield from ((name, *rest) for rest in _recover(value[name], path[1:]))
    if isinstance(value, dict) and "" in value:
        yield from (("", *rest) for rest in _recover(value[""], path))


def _names(value: dict[str, JSON], token: str | int) -> list[str]:
    if isinstance(token, str):
        return [token] if token in value else []
    exact = [str(token)] if str(token) in value else []
    return exact + [name for name in value if name not in exact and _is_number(name, token)]


def _is_number(name: str, number: int) -> bool:
    digits = name.removeprefix("+")
    return digits.isascii() and digits.isdecimal() and int(digits[:40]) == number
