"""Formats judged by our own means, beside those that jsonschema-rs judges right."""

import base64
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

import jsonschema_rs

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"


def is_uuid4(text: str) -> bool:
    """A version 4 UUID of the RFC 9562 variant, with hyphens. No JSON Schema dialect defines the format."""
    return _UUID4.fullmatch(text) is not None


def is_base64(text: str) -> bool:
    """`byte` of the OpenAPI format registry: base64 with its padding (RFC 4648, section 4)."""
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _shaped(name: str, shape: str) -> Callable[[str], bool]:
    """jsonschema-rs 0.60 takes `* + , - . /` for digits in dates and times: the shape is checked before."""
    pattern = re.compile(shape)
    validator = jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True)
    return lambda text: pattern.fullmatch(text) is not None and validator.is_valid(text)


FORMATS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {
        "uuid4": is_uuid4,
        "byte": is_base64,
        "date": _shaped("date", _DATE),
        "time": _shaped("time", _TIME),
        "date-time": _shaped("date-time", f"{_DATE}[Tt]{_TIME}"),
    }
)
"""By format name (RFC 3339 for dates and times)."""
