"""YAML bodies, read by the same bounded reader as documents are, and written."""

import yaml

from understudy.contract.reading.yamlfile import read_yaml
from understudy.errors import DocumentError
from understudy.types import JSON


def loads(raw: bytes) -> JSON:
    """The object or the list that a text stands for. Raises ValueError."""
    try:
        return read_yaml("the body", raw.decode())[0]
    except DocumentError as error:
        raise ValueError(str(error)) from None


def dumps(value: JSON) -> bytes:
    """A value as YAML, members in the order they have."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True).encode()
