"""The stubs of Galileo: a scorer's validation and its log records, and what client libraries ask besides.

The uploaded file is never executed. specs/galileo/companion.yaml says what is known of the operations around
the validation, and which of it is a convention of this fake.
"""

import ast
import base64
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import chain, islice
from typing import Any
from uuid import UUID

from understudy.stub import (
    CLAIM,
    CREDENTIAL_CLAIM,
    NOW,
    Call,
    File,
    Reply,
    SessionError,
    State,
    answers,
    fingerprint,
    split_credential,
)

FAR_AHEAD = 4102444800
"""When a token expires: 2100-01-01."""

REFUSED = ("invalid", "expired")
"""A key that contains one of these words gets no token."""
CARRIED = ("forbidden", "ratelimited", "servererror")
"""Words of a key that the token contains too, so that what is asked with it fails as they say."""

METRIC = "registered_scorer_validation"
"""The metric that a validation computes."""
NATIVE_SORT: Mapping[str, Any] = {"column_id": "created_at", "ascending": False}
NODE_TYPES = ["llm", "chat"]
"""What a scorer scores that does not say."""

# Bounds on what one request can make.
MAX_EXPERIMENTS = 1000
MAX_RECORDS = 2**40
MAX_PAGE = 1000
MAX_TEXT = 10_000_000
"""How many characters of filters come back in one page's records: what is filtered by, each record holds."""
WINDOW = 10_000
"""Of how many records a search looks at each, where it cannot tell the places of those it is for."""
MAX_CODE = 1_000_000

_UUID_BITS = ~((0xF << 76) | (0x3 << 62)) & ((1 << 128) - 1)
"""Those bits of a UUID that say neither version nor variant."""


# --- the scorer ------------------------------------------------------------------------------------------


@answers("POST /v2/scorers/code/validate/log_record")
def validate_code_scorer(call: Call) -> Reply:
    """The experiment belongs to the whole request, its project to the log stream or experiment alone."""
    experiment, project = call.uuid("metrics experiment"), _project(call)
    call.state.put("experiment", experiment, {"project": project, **_copied(call)})
    if call.key[0] % 32 == 0:
        _forget(call.state)
    return Reply({"metrics_experiment_id": experiment, "project_id": project})


def _forget(state: State) -> None:
    """Now and then, as a request's key has it: the oldest experiments, so that the state is bounded."""
    for id in list(state.all("experiment"))[:-MAX_EXPERIMENTS]:
        state.delete("experiment", id)


def _copied(call: Call) -> dict[str, Any]:
    """What tells which log records a validation copies; a negative number counts as none."""
    body = call.body
    owner = body.get("log_stream_id") or body.get("experiment_id") or ""
    filters, sort = body.get("filters"), body.get("sort")
    return {
        "source": call.shared_uuid("log records", str(owner)),
        "filters": filters if isinstance(filters, list) else [],
        "weight": len(json.dumps(filters)),
        "sort": sort if isinstance(sort, dict) else None,
        "start": _bounded(body.get("starting_token"), 0),
        "size": _bounded(body.get("limit"), 100),
    }


def _bounded(number: int | None, default: int) -> int:
    return min(max(default if number is None else int(number), 0), MAX_RECORDS)


def _project(call: Call) -> str:
    if call.body.get("log_stream_id"):
        return _partner(call, "log stream", call.body["log_stream_id"])
    if call.body.get("experiment_id"):
        return _partner(call, "experiment", call.body["experiment_id"])
    return call.shared_uuid("project")


def _partner(call: Call, what: str, owner: str) -> str:
    """The project of a log stream or an experiment, and the other way round: each the partner of the other.

    So a log stream that a project lists belongs to it wherever it turns up again, and nothing is stored.
    """
    mask = UUID(call.shared_uuid(what)).int & _UUID_BITS
    return str(UUID(int=UUID(owner).int ^ mask, version=4))


@answers("POST /scorers/code/validate")
def validate_code(call: Call) -> Reply:
    """A task that is done at once: bad code is its result."""
    task = call.uuid("task")
    call.state.put("task", task, _verdict(call, call.body["file"], call.body.get("scoreable_node_types")))
    return Reply({"task_id": task})


def _verdict(call: Call, file: File, node_types: Any) -> dict[str, Any]:
    wrong = _fault(file.content)
    if wrong:
        return {"result_type": "invalid", "error_message": wrong}
    kinds = _listed(node_types) or NODE_TYPES
    return {
        "result_type": "valid",
        "score_type": "float",
        "scoreable_node_types": kinds,
        "include_llm_credentials": False,
        "test_scores": [{"node_type": kind, "score": _score(call.uuid("score", kind))} for kind in kinds],
    }


def _listed(value: Any) -> list[str]:
    """A list of texts as a form has it: the list, one text, or one that is a JSON list."""
    if not isinstance(value, str):
        return list(value or ())
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return [value]
    return [str(item) for item in parsed] if isinstance(parsed, list) else [value]


def _fault(code: bytes) -> str:
    """What is wrong with a scorer's file, which is read and not executed; empty where nothing is."""
    if len(code) > MAX_CODE:
        return f"The code is longer than {MAX_CODE} bytes."
    try:
        statements = ast.parse(code).body
    except SyntaxError as error:
        return f"SyntaxError: {error.msg} (line {error.lineno or 1})"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"{type(error).__name__}: the code cannot be read"
    functions = (node.name for node in statements if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return "" if "scorer_fn" in functions else "The code has no function scorer_fn."


def _score(seed: str) -> float:
    return UUID(seed).int % 65 / 64


@answers("GET /scorers/code/validate/{task_id}")
def validation_task(call: Call) -> Reply:
    """The result of the task."""
    task = call.path["task_id"]
    result = call.state.get("task", task)
    if result is None:
        return Reply({"detail": "Task not found"}, status=404)
    times = {"created_at": NOW, "updated_at": NOW}
    return Reply({"id": task, **times, "status": "completed", "result": {"result": result}})


# --- the search ------------------------------------------------------------------------------------------


@answers("POST /projects/{project_id}/traces/search")
def search_traces(call: Call) -> Reply:
    """A page of an experiment's records; an empty one where the project has no such experiment."""
    start, limit = call.body.get("starting_token", 0), call.body.get("limit", 100)
    records, more = _page(call, _bounded(start, 0), _bounded(limit, 100))
    page = {
        "starting_token": start,
        "limit": limit,
        "paginated": more is not None,
        "next_starting_token": more,
        "last_row_id": records[-1]["id"] if records else None,
        "records": records,
        "num_records": len(records),
    }
    return Reply(page)


def _page(call: Call, start: int, limit: int) -> tuple[list[dict[str, Any]], int | None]:
    """The records of a page, and where the next one starts."""
    experiment = _experiment(call)
    if experiment is None:
        return [], None
    filters = [Filter.of(given) for given in call.body.get("filters") or ()]
    found = experiment.found(filters, call.body.get("sort") or NATIVE_SORT)
    indices = found[start : start + min(limit, MAX_PAGE, experiment.most)]
    end = start + len(indices)
    return [experiment.record(index) for index in indices], end if indices and end < len(found) else None


def _experiment(call: Call) -> "Experiment | None":
    id = call.body.get("experiment_id") or call.body.get("metrics_testing_id")
    kept = call.state.get("experiment", str(UUID(id))) if id else None
    if kept is None or kept["project"] != str(UUID(call.path["project_id"])):
        return None
    return Experiment.of(str(UUID(id)), kept, call.shared_uuid)


# --- log records -----------------------------------------------------------------------------------------
#
# What a column holds is a function of a record's position among all that match the validation's filters, so
# any record can be told without the others, however many there are. Positions are in the order of the
# validation's `sort`: its column never falls (or never rises) from one position to the next. The same goes
# for `created_at`, the newest record first, unless it is itself what is sorted by.

At = Callable[[int], Any]
"""What a column holds at a position."""
Ids = Callable[..., str]
"""A version 4 UUID that depends on the names alone."""


@dataclass(frozen=True)
class Experiment:
    """The log records that a validation copied: `size` records from the position `start` on."""

    columns: Mapping[str, At]
    start: int
    size: int
    sort: Mapping[str, Any]
    most: int = MAX_PAGE
    """How many records a page has at most."""

    @classmethod
    def of(cls, id: str, kept: Mapping[str, Any], ids: Ids) -> "Experiment":
        """The experiment of what a validation kept; it is empty where the filters contradict each other."""
        filters = [Filter.of(given) for given in kept["filters"]]
        asked: dict[str, list[Filter]] = {given.column: [] for given in filters}
        for given in filters:
            asked[given.column].append(given)
        sort = kept["sort"] or NATIVE_SORT
        natural = _natural(kept["source"], {"project_id": kept["project"], "run_id": id}, ids)
        columns: dict[str, At] = {}
        size = kept["size"]
        for name in dict.fromkeys((*natural, *asked)):
            rising = sort.get("ascending", True) if _column(sort) == name else None
            column = _made(name, asked.get(name, ()), rising, natural.get(name), kept["source"], ids)
            if column is None:
                return cls({}, 0, 0, sort)
            columns[name] = column.at
            size = min(size, max(0, column.length - kept["start"]))
        return cls(columns, kept["start"], size, sort, max(1, MAX_TEXT // kept["weight"]))

    def value(self, column: str, index: int) -> Any:
        """A column of the record of an index; None where there is no such column."""
        at = self.columns.get(column)
        return at(self.start + index) if at else None

    def record(self, index: int) -> dict[str, Any]:
        """All of a record."""
        record: dict[str, Any] = {"type": "trace", "metrics": {}, "user_metadata": {}}
        for name, at in self.columns.items():
            owner, _, member = name.partition("/")
            holder = record[owner] if member and owner in NESTED else record
            holder[name if holder is record else member] = at(self.start + index)
        record["trace_id"] = record["id"]
        info = {"status_type": "success", "value": record["metrics"][METRIC]}
        return {"updated_at": record["created_at"], **record, "metric_info": {METRIC: info}}

    def found(self, filters: Sequence["Filter"], sort: Mapping[str, Any]) -> Sequence[int]:
        """The indices of the records that match, in the order asked for.

        A search that neither filters nor sorts by a column of its own finds any number of records; another
        one finds those among the first `WINDOW` of the experiment.
        """
        every: Sequence[int] = range(self.size)
        if self._falls(sort):
            every = every[::-1]
        column = _column(sort)
        is_native = column in ("created_at", _column(self.sort)) or column not in self.columns
        if not filters and is_native:
            return every
        looked_at = every[: max(1, WINDOW * 100 // max(100, len(filters)))]
        matching = [index for index in looked_at if self._matches(filters, index)]
        if is_native:
            return matching
        return sorted(
            matching, key=lambda index: self.value(column, index), reverse=not sort.get("ascending", True)
        )

    def _falls(self, sort: Mapping[str, Any]) -> bool:
        """Whether the order asked for is the order of the positions backwards."""
        column, rising = _column(sort), sort.get("ascending", True)
        if column == _column(self.sort):
            return bool(rising != self.sort.get("ascending", True))
        return bool(column == "created_at" and rising)

    def _matches(self, filters: Sequence["Filter"], index: int) -> bool:
        return all(given.holds(self.value(given.column, index)) for given in filters)


def _column(clause: Mapping[str, Any]) -> str:
    """The column that a filter or a sort clause names; a trace is its own trace."""
    column = clause["column_id"]
    return "id" if column == "trace_id" else str(column)


@dataclass(frozen=True)
class Filter:
    """One filter of log records. A list where one value belongs means any of them."""

    column: str
    kind: str
    operator: str
    given: Sequence[Any]
    values: frozenset[Any]
    """As they are compared: folded where case does not count, dates in microseconds."""
    folds: bool

    @classmethod
    def of(cls, filter: Mapping[str, Any]) -> "Filter":
        """A filter as a request has it."""
        kind = "text" if filter["type"] == "id" else str(filter["type"])
        folds = not filter.get("case_sensitive", True)
        given = filter["value"] if isinstance(filter["value"], list) else [filter["value"]]
        compared = "text" if kind == "collection" else kind
        values = frozenset(_comparable(compared, value, folds=folds) for value in given)
        return cls(_column(filter), kind, filter.get("operator", "eq"), given, values - {None}, folds)

    def holds(self, value: Any) -> bool:
        """Whether a column that holds the value satisfies it; none at all satisfies what only excludes."""
        if value is None:
            return self.operator in EXCLUDING
        if self.kind == "collection":
            return isinstance(value, list) and self._holds_members(value)
        comparable = _comparable(self.kind, value, folds=self.folds)
        return comparable is not None and OPERATORS[self.operator](comparable, self.values)

    def _holds_members(self, members: Iterable[Any]) -> bool:
        found = frozenset(_comparable("text", member, folds=self.folds) for member in members)
        if self.operator == "eq":
            return found == self.values
        return found.isdisjoint(self.values) == (self.operator == "not_in")


EXACT = ("eq", "one_of")
EXCLUDING = ("ne", "not_in")
OPERATORS: Mapping[str, Callable[[Any, frozenset[Any]], bool]] = {
    "eq": lambda value, given: value in given,
    "one_of": lambda value, given: value in given,
    "ne": lambda value, given: value not in given,
    "not_in": lambda value, given: value not in given,
    "contains": lambda value, given: any(part in value for part in given),
    "gt": lambda value, given: all(value > bound for bound in given),
    "gte": lambda value, given: all(value >= bound for bound in given),
    "lt": lambda value, given: all(value < bound for bound in given),
    "lte": lambda value, given: all(value <= bound for bound in given),
    "between": lambda value, given: bool(given) and min(given) <= value <= max(given),
}


def _comparable(kind: str, value: Any, *, folds: bool) -> Any:
    """A value as filters of the kind compare it; None for one of another kind."""
    if kind == "number":
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if not isinstance(value, str):
        return None
    if kind == "date":
        return _instant(value)
    return value.casefold() if folds else value


# --- columns ---------------------------------------------------------------------------------------------

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


def _natural(source: str, fixed: Mapping[str, str], ids: Ids) -> dict[str, tuple[str, Sequence[Any]]]:
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


def _made(
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
        instants = (_instant(value) for value in given)
        yield from map(_date, chain(filter(None, instants), _between(asked, excluded)))
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
    if low > high or not all(filter.holds(_date(low)) for filter in asked):
        return None
    step = min(STEP, max(1, (high - low) // 100))

    def at(position: int) -> str:
        instant = min(low + position * step, high) if rising else max(high - position * step, low)
        while instant in excluded:
            instant += 1 if rising else -1
        return _date(instant)

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


# --- dates -----------------------------------------------------------------------------------------------


def _instant(text: str) -> int | None:
    """Microseconds since 1970; without a zone it is UTC. None for a date that no calendar has."""
    try:
        moment = datetime.fromisoformat(text.upper().replace(",", "."))
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(microseconds=1)


def _date(instant: int) -> str:
    moment = EPOCH + timedelta(microseconds=min(max(instant, EARLIEST), LATEST))
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LAST = (datetime.fromisoformat(NOW) - EPOCH) // timedelta(microseconds=1)
YEAR = 365 * 24 * 3600 * 1_000_000
STEP = 10_000
"""Between two records: so near that 2^31 of them have room in a year."""


# --- the client's way to it ------------------------------------------------------------------------------


@answers("POST /login/api_key")
def login_api_key(call: Call) -> Reply:
    """A token for a key."""
    return _login(call, call.body["api_key"])


@answers("POST /login")
def login_email(call: Call) -> Reply:
    """A token for a name and a password."""
    return _login(call, call.body["password"], call.body["username"] + ":")


def _login(call: Call, secret: str, user: str = "") -> Reply:
    try:
        plain, session = split_credential(secret)
    except SessionError as error:
        return Reply({"detail": str(error)}, status=401)
    if any(word in plain.lower() for word in REFUSED):
        return Reply({"detail": "Invalid credentials"}, status=401, session=session)
    claims = {
        "sub": call.shared_uuid("user"),
        "exp": FAR_AHEAD,
        CLAIM: session.claims(),
        CREDENTIAL_CLAIM: fingerprint(user + plain),
    }
    words = [word for word in CARRIED if word in plain.lower()]
    return Reply({"access_token": _token(claims, words), "token_type": "bearer"}, session=session)


def _token(claims: dict[str, Any], words: list[str]) -> str:
    """A JSON Web Token that anyone can read and nobody signed; the words stand where a signature would."""
    signature = "-".join(["understudy", *words])
    padded = signature + "-" * (-len(signature) % 4)  # clients take it for Base64, which comes in fours
    return ".".join((_encoded({"alg": "none", "typ": "JWT"}), _encoded(claims), padded))


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@answers("GET /current_user")
def current_user(call: Call) -> Reply:
    """The one user there is."""
    return Reply({"id": call.shared_uuid("user"), "email": "understudy@example.com", "role": "admin"})


@answers("GET /projects")
def projects(call: Call) -> Reply:
    """The project of the name that is asked for."""
    return Reply([_named_project(call, call.query.get("project_name", "default"), call.query.get("type"))])


@answers("POST /projects")
def create_project(call: Call) -> Reply:
    """The project of that name."""
    return Reply(_named_project(call, call.body["name"], call.body.get("type")))


def _named_project(call: Call, name: str, kind: str | None) -> dict[str, Any]:
    user = call.shared_uuid("user")
    return {
        "id": call.shared_uuid("project", "name", name),
        "name": name,
        "type": kind or "gen_ai",
        "created_by": user,
        "created_by_user": {"id": user, "email": "understudy@example.com"},
        "runs": [],
        "created_at": NOW,
        "updated_at": NOW,
    }


@answers("GET /projects/{project_id}/log_streams")
def log_streams(call: Call) -> Reply:
    """The log stream `default` of the project."""
    project = call.path["project_id"]
    stream = {"id": _partner(call, "log stream", project), "name": "default", "project_id": project}
    return Reply([{**stream, "created_at": NOW, "updated_at": NOW}])
