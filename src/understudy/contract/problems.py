"""What a document does against the specification and is served with all the same."""

import re
from collections.abc import Iterator

from understudy.contract import pointer
from understudy.contract.document import Document

_COMPONENT_NAME = re.compile(r"[a-zA-Z0-9._-]+")


def problems(document: Document) -> Iterator[str]:
    """One line for each problem, with file and line."""
    yield from document.warnings
    yield from _scheme_names(document)
    yield from _unknown_schemes(document)


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


def _at(document: Document, place: str, message: str) -> str:
    file, line = document.where(place)
    return f"{file}:{line}: {message}" if line else f"{file}: {message}"
