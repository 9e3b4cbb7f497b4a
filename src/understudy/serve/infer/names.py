"""The names that documents commonly give to ids, to envelopes and to the parameters and members of pages."""

import re

from understudy.types import JSON

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_IDENTIFYING = ("id", "uuid", "sid", "number")
"""How the name of a parameter ends that may be called as the member it stands for."""

ENVELOPES = ("data", "result", "item", "object")
ARRAYS = ("data", "items", "results", "values", "records", "entries")


def plain(name: str) -> str:
    """A name without what spellings differ in: `petId`, `pet_id` and `Pet-ID` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def kind(path: str) -> str:
    """What a collection is of, in the singular as far as English is regular: `/v1/pet-shops`, `petshop`."""
    literals = [part for part in path.split("/") if part and "{" not in part]
    name = plain(literals[-1]) if literals else ""
    return name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")


def ids(parameter: str, collection: str) -> list[list[str]]:
    """What the member may be called whose value a path parameter takes, in plain form: group after group."""
    words = [word.lower() for word in _WORD.findall(parameter)]
    if "or" in words[1:]:  # `idOrName` takes the id
        words = ["id"] if "id" in words else words[: words.index("or")]
    own = ["".join(words[start:]) for start in range(len(words))]
    numbers = ["id", "uuid", "gid", "sid", f"{kind(collection)}id", f"{kind(collection)}uuid"]
    readable = [f"{kind(collection)}name", "key", "slug", "name", "login", "code", "number"]
    if is_readable(parameter):
        return [own, readable, numbers]
    return [own + numbers if own[0].endswith(_IDENTIFYING) else numbers + own, readable]


def is_readable(name: str) -> bool:
    """Whether an id of this name is made of words, for people to read."""
    return plain(name).endswith(("name", "slug", "key", "code"))


def text(value: JSON) -> str:
    """A scalar, or a list of them, as it stands in a path or a query."""
    if isinstance(value, list):
        return ",".join(map(text, value))
    if isinstance(value, bool) or value is None:
        return "null" if value is None else str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
