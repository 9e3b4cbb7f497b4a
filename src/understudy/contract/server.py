"""The base paths of servers: of the document, of one path, or of one operation (OpenAPI 3.1, 4.8.5)."""

import re
from collections.abc import Iterator
from itertools import islice, product

from understudy.contract import pointer
from understudy.contract.document import Declaration, Document
from understudy.types import JSON

MAX_SPELLINGS = 64
"""How many base paths one server may have by the values of its variables."""

_VARIABLE = re.compile(r"\{([^{}]+)\}")
_AUTHORITY = re.compile(r"[^/?#]*//[^/?#]*")


class Servers:
    """The servers of a document's operations. Those that many operations share are read once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: dict[int, tuple[str, ...]] = {}

    def base_paths(self, declaration: Declaration) -> tuple[str, ...]:
        """The path templates below which an operation is served; the empty one first."""
        servers = self._declared(declaration)
        if id(servers) not in self._known:
            found = [base for server in servers if isinstance(server, dict) for base in _base_paths(server)]
            self._known[id(servers)] = tuple(dict.fromkeys(("", *found)))
        return self._known[id(servers)]

    def _declared(self, declaration: Declaration) -> list[JSON]:
        """The servers that hold for an operation: the innermost ones that are declared."""
        entry = self._document.entry(pointer.in_file(declaration.companion))
        for owner in (declaration.node, self._document.at(declaration.item), entry):
            servers = owner.get("servers")
            if isinstance(servers, list) and servers:
                return servers
        return _NONE


_NONE: list[JSON] = []


def _base_paths(server: dict[str, JSON]) -> Iterator[str]:
    """Every path that a server may have, by the values that its variables may have."""
    declared = server.get("variables")
    variables = declared if isinstance(declared, dict) else {}
    url = str(server.get("url", ""))
    for name in _VARIABLE.findall(url):
        whole = _default(variables.get(name))
        if "/" in whole:  # more than a name: perhaps scheme and host as well
            url = url.replace("{" + name + "}", whole)
    path = _AUTHORITY.sub("", url, count=1)
    names = dict.fromkeys(_VARIABLE.findall(path))
    for values in islice(product(*(_values(name, variables.get(name)) for name in names)), MAX_SPELLINGS):
        filled = path
        for name, value in zip(names, values, strict=True):
            filled = filled.replace("{" + name + "}", value)
        yield _normal(filled)


def _values(name: str, variable: JSON) -> list[str]:
    """What a variable may stand for: one of its `enum`, else its default or any text."""
    default = _default(variable)
    enum = variable.get("enum") if isinstance(variable, dict) else None
    others = [str(value) for value in enum] if isinstance(enum, list) and enum else ["{" + name + "}"]
    return list(dict.fromkeys((default, *others))) if default else others


def _default(variable: JSON) -> str:
    return str(variable.get("default") or "") if isinstance(variable, dict) else ""


def _normal(path: str) -> str:
    """An absolute path without an end slash; a relative one is taken from the root."""
    kept: list[str] = []
    for segment in re.split(r"[?#]", path, maxsplit=1)[0].split("/"):
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    return "".join(f"/{segment}" for segment in kept)
