"""One believable, valid and deterministic instance of any JSON Schema 2020-12.

A schema is flattened (`merge`), its choices are laid out (`choices`, `negate`), values are made and judged
(`build`, `judge`). Draws are keyed by place (`choose`): a property keeps its value when another one is added.
"""

from collections.abc import Callable, Mapping
from json import dumps

import orjson

from understudy.errors import Unsatisfiable
from understudy.types import JSON

from .place import NOTHING
from .plan import Plan
from .shelf import Shelf
from .world import World

__all__ = ["NOTHING", "World", "synthesise"]

NO_FORMATS: Mapping[str, Callable[[str], bool]] = {}
_plans: Shelf[Plan] = Shelf(capacity=2_000_000)


def synthesise(
    schema: JSON,
    key: bytes,
    *,
    echo: Mapping[str, JSON] = NOTHING,
    formats: Mapping[str, Callable[[str], bool]] = NO_FORMATS,
) -> JSON:
    """One instance of `schema`, the same for the same schema, key and echo, on every machine.

    `echo` holds values of a request that properties of the same name take over where they fit; `formats` are
    further format checks by name. References are followed inside the schema alone.

    Raises Unsatisfiable naming the pointer and the contradiction.
    """
    text = _text(schema)
    plan = _plans.get((text, tuple(sorted(formats.items()))), len(text), lambda: Plan.of(text, formats))
    return plan.instance(key, echo)


def _text(schema: JSON) -> bytes:
    try:
        return orjson.dumps(schema)
    except TypeError:  # integers beyond 64 bits, for one
        pass
    try:
        return dumps(schema).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Unsatisfiable("", f"not a schema: {error}") from None
