"""What a test expects of a call, held against the call: a partial match, and in what it differs."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from understudy.types import JSON

_MAX_SHOWN = 100
"""Characters of a value that a message shows."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a call is not as it was expected."""

    where: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"- {self.where}: {self.expected}\n+ {self.where}: {self.got}"


def differences(where: str, expected: JSON, got: JSON) -> Iterator[Difference]:
    """Where a value is not as expected: objects may have other members, lists no other items."""
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        for name, wanted in expected.items():
            if name in got:
                yield from differences(f"{where}.{name}", wanted, got[name])
            else:
                yield Difference(f"{where}.{name}", shown(wanted), "(not there)")
    elif isinstance(expected, list | tuple) and isinstance(got, list) and len(expected) == len(got):
        for index, (wanted, item) in enumerate(zip(expected, got, strict=True)):
            yield from differences(f"{where}.{index}", wanted, item)
    elif not _is(expected, got):
        yield Difference(where, shown(expected), shown(got))


def _is(expected: JSON, got: JSON) -> bool:
    """Whether two values are one; to JSON `true` is no number."""
    if isinstance(expected, bool) != isinstance(got, bool) and isinstance(expected, bool | int | float):
        return False
    return bool(expected == got)


def as_text(value: JSON) -> JSON:
    """A value as a form, a query or a header has it: numbers and truth values as JSON writes them."""
    if isinstance(value, Mapping):
        return {name: as_text(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(item) for item in value]
    return json.dumps(value) if isinstance(value, bool | int | float) else value


def shown(value: JSON) -> str:
    """A value on one line, a long one cut short; what is no JSON as Python shows it."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."
