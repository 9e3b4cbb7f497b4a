"""One believable, valid and deterministic instance of any JSON Schema 2020-12.

A schema is flattened (`merge`), its choices are laid out (`choices`, `negate`), values are made and judged
(`build`, `judge`). Draws are keyed by place (`choose`), so a property keeps its value when another one is added.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from json import dumps

import orjson

from ..errors import Unsatisfiable
from ..types import JSON
from .plan import Plan

__all__ = ["Plan", "synthesise"]


def synthesise(
    schema: JSON,
    key: bytes,
    *,
    echo: Mapping[str, JSON] = {},
    formats: Mapping[str, Callable[[str], bool]] = {},
) -> JSON:
    """One instance of `schema`, the same for the same schema, key and echo, on every machine.

    `echo` holds values of a request that properties of the same name take over where they fit; `formats` are
    further format checks by name. References are followed inside the schema alone.

    Raises Unsatisfiable naming the pointer and the contradiction.
    """
    return _plan(_text(schema), tuple(sorted(formats.items()))).instance(key, echo)


def _text(schema: JSON) -> bytes:
    try:
        return orjson.dumps(schema)
    except TypeError:
        pass
    try:
        return dumps(schema, allow_nan=False).encode()  # integers beyond 64 bits
    except (TypeError, ValueError, RecursionError) as error:
        raise Unsatisfiable("", f"not a schema: {error}") from None


@lru_cache(maxsize=256)
def _plan(text: bytes, formats: tuple[tuple[str, Callable[[str], bool]], ...]) -> Plan:
    return Plan(orjson.loads(text), dict(formats))
