"""Formats that no JSON Schema dialect defines and OpenAPI documents use."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)


def is_uuid4(text: str) -> bool:
    """A version 4 UUID of the RFC 9562 variant, with hyphens."""
    return _UUID4.fullmatch(text) is not None


FORMATS: Mapping[str, Callable[[str], bool]] = MappingProxyType({"uuid4": is_uuid4})
