"""Large values made small enough to explain: a hostile one breaks a schema a million times."""

from collections.abc import Iterator
from itertools import islice

from understudy.types import JSON, Violation

STEPS = (1_000, 30_000)
"""How many items of an array, and members of an object, are kept at the first and at the second try."""

# What an array or object that was cut can lack without lacking it.
_LACKS = frozenset(("contains", "dependentRequired", "minContains", "minItems", "minProperties", "required"))


def abridged(value: JSON) -> Iterator[tuple[JSON, int]]:
    """The value cut at each of STEPS, and where it was cut; the value itself where nothing is that long."""
    for limit in STEPS:
        short, was_cut = _cut(value, limit)
        yield (short if was_cut else value), limit
        if not was_cut:
            return


def is_told_by_the_cut(violation: Violation, limit: int) -> bool:
    """Whether a violation may come of the cut alone."""
    got = violation.got
    return violation.rule in _LACKS and isinstance(got, dict | list) and len(got) > limit


def _cut(value: JSON, limit: int) -> tuple[JSON, bool]:
    if isinstance(value, list):
        items = [_cut(item, limit) for item in value[:limit]]
        cut = len(value) > limit or any(was_cut for _, was_cut in items)
        return ([item for item, _ in items] if cut else value), cut
    if isinstance(value, dict):
        members = {name: _cut(item, limit) for name, item in islice(value.items(), limit)}
        cut = len(value) > limit or any(was_cut for _, was_cut in members.values())
        return ({name: item for name, (item, _) in members.items()} if cut else value), cut
    return value, False
