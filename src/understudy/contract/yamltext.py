"""YAML bodies, read by the same bounded reader as documents are, and written."""

import yaml

from understudy.contract.reading.yamlfile import read_yaml
from understudy.errors import DocumentError
from understudy.types import JSON

MAX_BYTES = 2 * 1024 * 1024


def loads(raw: bytes) -> JSON:
    """The object or the list that a text stands for. Raises ValueError."""
    if len(raw) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES} bytes of YAML that are read")
    try:
        return read_yaml("the body", raw.decode())[0]
    except DocumentError as error:
        raise ValueError(str(error)) from None


def dumps(value: JSON) -> bytes:
    """A value as YAML, members in the order they have."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).encode()
