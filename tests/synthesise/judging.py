"""The independent judgement of what was synthesised."""

import time
from collections.abc import Mapping
from typing import NoReturn
from uuid import UUID

from jsonschema_rs import Draft202012Validator

from understudy.errors import Unsatisfiable
from understudy.synthesise import synthesise
from understudy.types import JSON

KEY = b"a request"


def refuse(uri: str) -> NoReturn:
    raise ValueError(f"no test fetches {uri}")


def is_uuid4(text: str) -> bool:
    try:
        return UUID(text).version == 4
    except ValueError:
        return False


def accepted(schema: JSON, value: JSON) -> bool:
    """Whether jsonschema-rs, compiled here and now, takes `value`."""
    formats = {"uuid4": is_uuid4}
    return Draft202012Validator(schema, validate_formats=True, formats=formats, retriever=refuse).is_valid(
        value
    )


def made(schema: JSON, key: bytes = KEY, echo: Mapping[str, JSON] | None = None) -> JSON:
    """What is synthesised, judged."""
    value = synthesise(schema, key, echo=echo or {})
    assert accepted(schema, value), value
    return value


def contradiction(schema: JSON) -> tuple[str, str]:
    """The pointer and the reason of a schema that has no instance."""
    try:
        value = synthesise(schema, KEY)
    except Unsatisfiable as error:
        return error.pointer, error.reason
    raise AssertionError(f"made {value!r}")


def seconds(schema: JSON) -> float:
    """CPU time of one synthesis, whatever comes of it."""
    start = time.process_time()
    try:
        value = synthesise(schema, KEY)
        assert accepted(schema, value), value
    except Unsatisfiable:
        pass
    return time.process_time() - start
