"""Bundles: schemas that hold, under `$defs`, all that they refer to, by the key of the component."""

from collections.abc import Mapping
from urllib.parse import quote

from understudy.contract import pointer
from understudy.types import JSON


def bundle(key: str, defs: Mapping[str, JSON]) -> dict[str, JSON]:
    """The component of a key with all that it leads to."""
    return {"$ref": reference(key), "$defs": defs}


def reference(key: str) -> str:
    """The `$ref` to a component."""
    return "#" + quote(pointer.join("/$defs", key), safe="/$~")


def referred(ref: str) -> str | None:
    """The key of the component that a `$ref` names; None for a meta-schema."""
    return pointer.tokens(pointer.from_fragment(ref[1:]))[1] if ref.startswith("#") else None


def place_of(key: str) -> str:
    """The place in the document of the component of a key."""
    return key.partition(" ")[2] if key.startswith("~") else key
