"""The columns of log records: values that satisfy what is asked of each, by position."""

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, islice
from typing import Any

from .filters import EXACT, EXCLUDING, Filter
from .limits import MAX_RECORDS
from .moments import EARLIEST, LAST, LATEST, STEP, YEAR, date_of, instant_of

At = Callable[[int], Any]
"""What a column holds at a position."""
Ids = Callable[..., str]
"""A version 4 UUID that depends on the names alone."""

METRIC = "registered_scorer_validation"
"""The metric that a validation computes."""


NESTED = ("metrics", "user_metadata")
"""Members of a record whose own members are columns, `metrics/cost` for instance."""
FIXED = ("type", "project_id", "run_id", "metrics", "user_metadata", "metric_info")
"""Members of a record that no filter changes."""
KINDS = {"updated_at": "date"}
"""The kind of what a record has anyway, unless a filter makes a column of it."""
RUNGS = 64
"""How many different values a column has, at most."""

DIALOGUES = (
    ("What is the capital of France?", "The capital of France is Paris."),
    ("Summarise the meeting in one sentence.", "The team agreed to ship the release on Thursday."),
    ("How do I reset my password?", "Choose 'Forgot password' on the sign-in page and follow the e-mail."),
    ("Translate 'good morning' into Spanish.", "Buenos días."),
    ("What is 17 times 23?", "17 times 23 is 391."),
    ("Which plan includes single sign-on?", "Single sign-on is part of the Enterprise plan."),
    (
        "Write a haiku about rain.",
        "Rain taps on the glass, a small drum for the evening, the street sings along.",
    ),
    ("When was the Eiffel Tower built?", "It was built from 1887 to 1889."),
)


def natural_columns(source: str, fixed: Mapping[str, str], ids: Ids) -> dict[str, tuple[str, Sequence[Any]]]:
    """The columns that every record has: their kind, and the values that are drawn where nothing is asked."""
    return {
        "id": ("text", ()),
        "session_id": ("text", [ids("session", source, str(number)) for number in range(8)]),
        **{name: ("text", [value]) for name, value in (*fixed.items(), ("type", "trace"))},
        "name": ("text", ["chat", "support", "summary", "search"]),
        "input": ("text", [question for question, _ in DIALOGUES]),
        "output": ("text", [answer for _, answer in DIALOGUES]),
        "created_at": ("date", ()),
        "tags": ("collection", [["production"], ["production", "beta"], ["staging"], []]),
        "status_code": ("number", [200]),
        "has_children": ("boolean", [True, False]),
        "metrics/duration_ns": ("number", [number * 12_500_000 for number in range(16, 16 + RUNGS)]),
        "metrics/num_input_tokens": ("number", list(range(8, 8 + RUNGS))),
        "metrics/num_output_tokens": ("number", list(range(20, 20 + RUNGS))),
        f"metrics/{METRIC}": ("number", [number / RUNGS for number in range(RUNGS)]),
    }


@dataclass(frozen=True)
class Column:
    """A column: what it holds at a position, and how many positions there are."""

    at: At
    length: int = MAX_RECORDS * 2


def made(
    name: str,
    asked: Sequence[Filter],
    rising: bool | None,
    natural: tuple[str, Sequence[Any]] | None,
    source: str,
    ids: Ids,
) -> Column | None:
    """A column whose values satisfy the filters, sorted or drawn; None where the filters contradict."""
    kind, values = natural or (KINDS.get(name, asked[0].kind if asked else "text"), ())
    if any(given.kind != kind for given in asked):
        return None
    if name == "id":
        return _id_column(asked, rising, lambda position: ids("log record", source, str(position)))
    if name == "created_at":
        return _created_column(asked, rising is True)
    candidates = () if name in FIXED else _candidates(name, kind, values, asked)
    values = _satisfying(values, asked) or _satisfying(candidates, asked)
    if not values:
        return None
    if rising is None:
        return Column(lambda position: values[_draw(source, position) % len(values)])
    return _sorted_column(values, rising)


def _sorted_column(values: Sequence[Any], rising: bool) -> Column:
    """The values in order: the first ones a record each, and the later, the more."""
    ladder = sorted(values, reverse=not rising)
    return Column(lambda position: ladder[min(_rung(position), len(ladder) - 1)])


def _rung(position: int) -> int:
    half = RUNGS // 2
    return position if position < half else half + (position // half).bit_length() - 1


def _draw(source: str, position: int) -> int:
    return int.from_bytes(blake2b(f"{source} {position}".encode(), digest_size=8).digest())


def _satisfying(candidates: Iterable[Any], asked: Sequence[Filter]) -> list[Any]:
    """The first different ones that satisfy every filter, as many as a column has."""
    satisfying = (value for value in candidates if all(given.holds(value) for given in asked))
    found: list[Any] = []
    for value in islice(satisfying, RUNGS):
        if value not in found:
            found.append(value)
    return found


def _candidates(name: str, kind: str, natural: Sequence[Any], asked: Sequence[Filter]) -> Iterator[Any]:
    """Values that may satisfy the filters where no natural one does; one does if there is any that does."""
    given = [value for filter in asked if filter.operator in EXACT for value in filter.given]
    excluded = sum(len(filter.values) for filter in asked if filter.operator in EXCLUDING)
    if kind == "text":
        yield from given
        part = " ".join(_parts(asked))
        known = natural or [name]
        yield from (f"{known[n % len(known)]} {part or n}" for n in range(len(known)))
        yield from (f"{known[n % len(known)]} {n} {part}".rstrip() for n in range(RUNGS + excluded))
    elif kind == "number":
        numbers = chain(given, _between(asked, excluded))
        yield from (number for number in numbers if -math.inf < number < math.inf)
    elif kind == "date":
        instants = (instant_of(value) for value in given)
        yield from map(date_of, chain(filter(None, instants), _between(asked, excluded)))
    elif kind == "boolean":
        yield from (True, False)
    elif kind == "collection":
        yield from _collections(natural, asked)


def _parts(asked: Sequence[Filter]) -> list[str]:
    """What a text must contain: of each filter that says so, its first value."""
    return [str(filter.given[0]) for filter in asked if filter.operator == "contains" and filter.given]


def _collections(natural: Sequence[Any], asked: Sequence[Filter]) -> Iterator[list[str]]:
    forbidding = [filter for filter in asked if filter.operator == "not_in"]

    def allowed(members: Iterable[str]) -> list[str]:
        return [member for member in members if all(filter.holds([member]) for filter in forbidding)]

    yield from (list(filter.given) for filter in asked if filter.operator == "eq")
    wanted = [filter for filter in asked if filter.operator in ("contains", "one_of")]
    chosen = [allowed(filter.given)[:1] for filter in wanted]
    for base in (*natural, []):
        yield list(dict.fromkeys(chain(allowed(base), *chosen)))


def _bounds(asked: Sequence[Filter]) -> tuple[Any, Any]:
    """The least and the greatest value that the filters leave, themselves perhaps not among them."""
    between = [filter for filter in asked if filter.operator == "between" and filter.values]
    low = [value for filter in asked if filter.operator in ("gt", "gte") for value in filter.values]
    high = [value for filter in asked if filter.operator in ("lt", "lte") for value in filter.values]
    low += [min(filter.values) for filter in between]
    high += [max(filter.values) for filter in between]
    return max(low, default=None), min(high, default=None)


def _between(asked: Sequence[Filter], excluded: int) -> Iterator[Any]:
    """Numbers between the bounds of the filters, more than are excluded."""
    low, high = _bounds(asked)
    count = RUNGS + excluded
    if low is None and high is None:
        yield from range(1, count + 1)
    elif high is None:
        yield from chain((low + step for step in range(count)), [math.nextafter(_float(low), math.inf)])
    elif low is None:
        yield from chain((high - step for step in range(count)), [math.nextafter(_float(high), -math.inf)])
    elif isinstance(low, int) and isinstance(high, int):
        yield from chain(
            (low + (high - low) * step // count for step in range(count + 1)),
            range(low, min(high + 1, low + count + 2)),
        )
    else:
        first, last = _float(low), _float(high)
        yield from (first * (1 - step / count) + last * (step / count) for step in range(count + 1))


def _float(number: float) -> float:
    return float(min(max(number, -sys.float_info.max), sys.float_info.max))


def _id_column(asked: Sequence[Filter], rising: bool | None, uuid: Callable[[int], str]) -> Column | None:
    """Ids that differ from record to record: those that are asked for, else any."""
    given = [value for filter in asked if filter.operator in EXACT for value in filter.given]
    if any(filter.operator in EXACT for filter in asked):
        listed = [value for value in dict.fromkeys(given) if all(filter.holds(value) for filter in asked)]
        ordered = listed if rising is None else sorted(listed, reverse=not rising)
        return Column(lambda position: ordered[position], len(ordered)) if ordered else None
    part = "".join(_parts(asked))

    def at(position: int) -> str:
        whole = uuid(position)
        if rising is not None:
            number = f"{position if rising else 2**48 - 1 - position:012x}"
            whole = f"{number[:8]}-{number[8:]}{whole[13:]}"
        return whole[: -len(part) or None] + part if len(part) <= 12 else f"{whole} {part}"

    return Column(at) if all(filter.holds(at(0)) for filter in asked) else None


def _created_column(asked: Sequence[Filter], rising: bool) -> Column | None:
    """Moments one after the other, within the bounds of the filters; the last one stays."""
    if any(filter.operator in EXACT for filter in asked):
        values = _satisfying(_candidates("created_at", "date", (), asked), asked)
        return _sorted_column(values, rising) if values else None
    excluded = frozenset[int]().union(*(filter.values for filter in asked if filter.operator in EXCLUDING))
    low, high = _period(asked, excluded)
    if low > high or not all(filter.holds(date_of(low)) for filter in asked):
        return None
    step = min(STEP, max(1, (high - low) // 100))

    def at(position: int) -> str:
        instant = min(low + position * step, high) if rising else max(high - position * step, low)
        while instant in excluded:
            instant += 1 if rising else -1
        return date_of(instant)

    return Column(at)


def _period(asked: Sequence[Filter], excluded: frozenset[int]) -> tuple[int, int]:
    """The first and the last moment that the filters leave; a year of the past where they leave more."""
    low, high = _bounds(asked)
    low = None if low is None else low + any(low in f.values for f in asked if f.operator == "gt")
    high = None if high is None else high - any(high in f.values for f in asked if f.operator == "lt")
    if high is None:
        high = LAST if low is None or low <= LAST else low + YEAR
    if low is None:
        low = high - YEAR
    low, high = max(low, EARLIEST), min(high, LATEST)
    while low in excluded:
        low += 1
    while high in excluded:
        high -= 1
    return low, high
