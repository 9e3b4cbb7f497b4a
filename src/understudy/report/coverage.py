"""What of an operation was tried: its statuses, its media types and the parts of its requests."""

from collections.abc import Iterable, Mapping, Sequence

from understudy.contract import Contract, Operation, mediatype
from understudy.contract.parts import Key, declared_parts, held_parts, schemes_of
from understudy.contract.security import Scheme
from understudy.errors import UsageError
from understudy.html.text import dotted, stored
from understudy.report.model import (
    UNAVAILABLE,
    MediaType,
    OperationReport,
    Part,
    Report,
    Status,
    Tally,
    tally,
    total,
)
from understudy.types import Headers, Response, Trial

Answered = tuple[Trial, Response]


def answered(trials: Iterable[Trial]) -> list[Answered]:
    """The trials that got an answer."""
    return [(trial, trial.outcome) for trial in trials if isinstance(trial.outcome, Response)]


def statuses(operation: Operation, seen: Sequence[Answered]) -> tuple[Status, ...]:
    """The declared statuses in the document's order, then the others that were seen."""
    counts = {count.name: count.count for count in tally(_status(operation, answer) for _, answer in seen)}
    declared = [Status(name, True, counts.pop(name, 0)) for name in operation.responses]
    return (*declared, *(Status(name, False, count) for name, count in counts.items()))


def media_types(operation: Operation, seen: Sequence[Answered]) -> tuple[MediaType, ...]:
    """The media types of the answers: the declared ones in the document's order, then the others."""
    found = [(_status(operation, answer), _media_type(operation, answer)) for _, answer in seen]
    declared = [(name, type) for name, told in operation.responses.items() for type in told.contents]
    # An answer without a body needs no media type where none is declared.
    bare = {(name, "") for name, told in operation.responses.items() if not told.contents}
    others = sorted(set(found) - set(declared) - bare)
    return tuple(
        MediaType(*key, declared=key in declared, count=found.count(key)) for key in (*declared, *others)
    )


def _status(operation: Operation, answer: Response) -> str:
    """As declared; as seen where it is not, or says nothing of the service."""
    declared = operation.response(answer.status)
    return str(answer.status) if declared is None or _is_unavailable(answer) else declared.status


def _is_unavailable(answer: Response) -> bool:
    return str(answer.status) in UNAVAILABLE


def _media_type(operation: Operation, answer: Response) -> str:
    """As declared; as sent where it is not."""
    sent = dict(answer.headers).get("content-type", "")
    declared = operation.response(answer.status)
    name = mediatype.select(declared.contents, sent) if declared and sent else None
    return name or stored(mediatype.essence(sent))


def refusable(operation: Operation, seen: Iterable[Answered]) -> Tally:
    """The answers by status to requests that let in, and that the contract refuses."""
    return tally(
        str(answer.status) for trial, answer in seen if trial.violations and _lets_in(operation, trial)
    )


def parts(contract: Contract, operation: Operation, seen: Sequence[Answered]) -> tuple[Part, ...]:
    """Every part of the operation's requests, and how each was answered."""
    keys = declared_parts(operation)
    valid: dict[Key, list[str]] = {key: [] for key in keys}
    invalid: dict[Key, list[str]] = {key: [] for key in keys}
    for trial, answer in seen:
        if _is_unavailable(answer):
            continue
        status = _status(operation, answer)
        for key in _valid_parts(contract, operation, trial):
            if key in valid:
                valid[key].append(status)
        for key in {_nearest(key, keys) for key in _faulty_parts(operation, trial)}:
            if key in invalid:
                invalid[key].append(status)
    return tuple(Part(key[0], dotted(key[1]), tally(valid[key]), tally(invalid[key])) for key in keys)


def _valid_parts(contract: Contract, operation: Operation, trial: Trial) -> set[Key]:
    """What a request without any fault held."""
    if trial.violations or not _lets_in(operation, trial):
        return set()
    asked = trial.request
    match = contract.find(asked.method, asked.path, asked.query, asked.headers)
    if match is None or match.operation.name != operation.name:
        return set()
    reading = operation.read(trial.request, match.path_parameters)
    return held_parts(reading) | _credential_parts(operation, trial)


def _lets_in(operation: Operation, trial: Trial) -> bool:
    return trial.credentials == "good" or not operation.security


def _faulty_parts(operation: Operation, trial: Trial) -> set[Key]:
    """Where the faults of a request lie; of one with bad credentials it is they that the answer is about."""
    if not _lets_in(operation, trial):
        return {("credentials", ())} if trial.credentials == "none" else _credential_parts(operation, trial)
    return {
        (violation.place, tuple("*" if isinstance(token, int) else token for token in violation.path))
        for violation in trial.violations
    }


def _nearest(key: Key, declared: Mapping[Key, None]) -> Key:
    """The declared part that a fault is in: the deepest one at or above it."""
    place, path = key
    while path and (place, path) not in declared:
        path = path[:-1]
    return place, path


def _credential_parts(operation: Operation, trial: Trial) -> set[Key]:
    return {
        ("credentials", (scheme.name,))
        for scheme in schemes_of(operation)
        if _carries(scheme, trial.request.headers, trial.request.query)
    }


def _carries(scheme: Scheme, headers: Headers, query: str) -> bool:
    """Whether a request has something where the scheme has its credential, of whatever shape."""
    if scheme.kind == "apiKey" and scheme.location == "query":
        return any(pair.partition("=")[0] == scheme.parameter for pair in query.split("&"))
    if scheme.kind == "apiKey" and scheme.location == "cookie":
        cookies = [pair for name, value in headers if name == "cookie" for pair in value.split(";")]
        return any(pair.partition("=")[0].strip() == scheme.parameter for pair in cookies)
    sent = dict(headers).get(scheme.parameter.lower())
    if scheme.kind == "apiKey":
        return sent is not None
    return sent is not None and sent.lower().startswith(scheme.kind)


KINDS = ("operations", "statuses", "media-types", "valid", "invalid")


def coverage(report: Report) -> dict[str, tuple[int, int]]:
    """Of each kind how many there are: those that were seen or tried, and all."""
    seen: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for _, operation in report.operations:
        for kind, flags in _flags(operation).items():
            seen[kind] += flags
    return {kind: (sum(flags), len(flags)) for kind, flags in seen.items()}


def _flags(operation: OperationReport) -> dict[str, list[bool]]:
    return {
        "operations": [operation.served > 0],
        "statuses": [status.count > 0 for status in operation.statuses if status.declared],
        "media-types": [found.count > 0 for found in operation.media_types if found.declared],
        "valid": [total(part.valid) > 0 for part in operation.parts if part.name != "no credentials"],
        "invalid": [total(part.invalid) > 0 for part in operation.parts],
    }


def shortfalls(report: Report) -> list[str]:
    """One sentence for each kind of coverage that is under its threshold. Raises UsageError."""
    found = coverage(report)
    unknown = [kind for kind in report.fail_under if kind not in found]
    if unknown:
        raise UsageError(f"no coverage of kind {unknown[0]!r}; there are: {', '.join(KINDS)}")
    return [
        f"coverage of {kind} is {per_cent(*found[kind]):g} %, under the {wanted:g} % asked for"
        for kind, wanted in sorted(report.fail_under.items())
        if per_cent(*found[kind]) < wanted
    ]


def per_cent(covered: int, all_of_them: int) -> float:
    """Rounded down to a tenth, so that 100 means all; 100 of nothing."""
    return covered * 1000 // all_of_them / 10 if all_of_them else 100.0
