"""What a document does against the specification and is served with all the same."""

import re
from collections.abc import Iterator

from understudy.contract import pointer
from understudy.contract.document import Document
from understudy.contract.route import shape

_COMPONENT_NAME = re.compile(r"[a-zA-Z0-9._-]+")


def problems(document: Document) -> Iterator[str]:
    """One line for each problem, with file and line."""
    yield from document.warnings
    yield from _scheme_names(document)
    yield from _unknown_schemes(document)
    yield from _hidden_operations(document)
    yield from _fragments(document)


def _scheme_names(document: Document) -> Iterator[str]:
    """Keys of components must match `^[a-zA-Z0-9._-]+$` (OpenAPI 3.1, section 4.8.7.1)."""
    schemes = document.root.get("components", {}).get("securitySchemes", {})
    odd = [name for name in schemes if not _COMPONENT_NAME.fullmatch(name)]
    if odd:
        named = ", ".join(repr(name) for name in odd)
        yield _at(
            document,
            pointer.join("/components/securitySchemes", odd[0]),
            f"security scheme names {named} have characters that OpenAPI does not allow; served all the same",
        )


def _unknown_schemes(document: Document) -> Iterator[str]:
    known = document.root.get("components", {}).get("securitySchemes", {})
    for declared in document.declarations():
        for index, requirement in enumerate(declared.node.get("security") or ()):
            for name in requirement:
                if name not in known:
                    place = pointer.join(declared.pointer, "security", index)
                    yield _at(
                        document,
                        place,
                        f"security scheme {name!r} is not declared; this alternative is ignored",
                    )


def _hidden_operations(document: Document) -> Iterator[str]:
    """Templates that differ in the names of their parameters alone take the same requests."""
    first: dict[tuple[str, str], str] = {}
    for declared in document.declarations():
        taken = first.setdefault((declared.method, shape(declared.path)), declared.name)
        if taken != declared.name:
            yield _at(
                document, declared.pointer, f"{declared.name} is never reached: {taken} takes its requests"
            )


def _fragments(document: Document) -> Iterator[str]:
    """What stands behind a `#` is never sent."""
    keys = list(dict.fromkeys(one.path for one in document.declarations() if "#" in one.path))
    if not keys:
        return
    path, _, fragment = keys[0].partition("#")
    others = f", and so of {len(keys) - 1} more" if len(keys) > 1 else ""
    told = (
        f"of the path {keys[0]} no client sends what follows the #: it is served at {path}?{fragment}{others}"
    )
    yield _at(document, pointer.join("/paths", keys[0]), told)


def _at(document: Document, place: str, message: str) -> str:
    file, line = document.where(place)
    return f"{file}:{line}: {message}" if line else f"{file}: {message}"
