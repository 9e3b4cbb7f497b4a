"""What a report says in plain words: the same sentences on the terminal, on paper and in a browser."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from understudy.html.text import dotted, visible
from understudy.report.coverage import coverage, per_cent, shortfalls
from understudy.report.join import missing_shards
from understudy.report.model import VERDICTS, OperationReport, Part, Report, by_verdict, untested
from understudy.types import Failure, Finding, Response, Verdict

TOP = 5
"""Causes on the first screen."""

MEANING: MappingProxyType[Verdict, str] = MappingProxyType(
    {
        "server": "The server breaks the contract.",
        "auth": "The server takes credentials that it must refuse, or refuses those that it must take.",
        "lenient": "The server accepts what the contract refuses.",
        "data": "The server refuses, with a declared status, data that the contract allows; it may.",
        "document": "The document contradicts itself or leaves out an answer that HTTP defines for the case.",
        "disputed": "Two independent judges of the same bytes differ; nobody is blamed.",
        "infrastructure": "Something on the way failed; the contract says nothing of it.",
    }
)

_FAULTS: MappingProxyType[Verdict, tuple[str, str]] = MappingProxyType(
    {
        "server": ("fault of the server", "faults of the server"),
        "auth": ("fault in its credential checks", "faults in its credential checks"),
        "lenient": ("kind of invalid request accepted", "kinds of invalid requests accepted"),
        "data": ("kind of valid request refused", "kinds of valid requests refused"),
        "document": ("gap in the document", "gaps in the document"),
        "disputed": ("disputed finding", "disputed findings"),
        "infrastructure": ("trouble on the way", "troubles on the way"),
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is asked of every operation: a line of a test report."""

    name: str
    title: str


RULES = (
    Rule("answers", "answers"),
    Rule("http", "speaks HTTP"),
    Rule("server-error", "fails on no request (no 5xx)"),
    Rule("status", "answers with declared statuses"),
    Rule("media-type", "answers in declared media types"),
    Rule("header", "sends the declared headers"),
    Rule("body", "sends bodies that fit their schemas"),
    Rule("credentials", "takes good credentials and no others"),
    Rule("refuses", "refuses what the contract refuses"),
    Rule("takes", "takes what the contract allows"),
    Rule("method", "refuses undeclared methods"),
    Rule("steady", "answers the same request alike, and in time"),
)

_OF_VERDICT = {"auth": "credentials", "lenient": "refuses", "data": "takes", "infrastructure": "answers"}
_SHOWN_INTENTS = 3
_GENERATED = "a generated "
_SAY_NOTHING = tuple(f"{_GENERATED}{kind}" for kind in ("valid request", "invalid request", "request"))
"""What was tried, where a reader learns nothing by it."""
_NEED_INTENTS = (
    "method",
    "status",
    "server-error",
    "refused",
    "http",
    "credential-refused",
    "inconsistent",
    "connection",
    "unavailable",
)
_OF_RULE = {"inconsistent": "steady", "response-time": "steady"}


def rule_of(finding: Finding) -> str:
    """The name of the rule that a finding is about."""
    if finding.verdict in _OF_VERDICT:
        return _OF_VERDICT[finding.verdict]
    if finding.rule in ("http", "server-error", "status", "media-type", "method"):
        return finding.rule
    if finding.rule in _OF_RULE:
        return _OF_RULE[finding.rule]
    return "header" if finding.place == "header" else "body"


def exit_code(report: Report) -> Literal[0, 1, 3]:
    """1 for what the server must answer for, 3 where an API was not tested at all or to the end, else 0."""
    if shortfalls(report) or any(report.fails(finding) for finding in report.findings):
        return 1
    return 0 if all(api.was_tested and not api.stopped for api in report.apis) else 3


def headline(report: Report) -> str:
    """The outcome in a few words."""
    failing = [finding for finding in report.findings if report.fails(finding)]
    if failing:
        return f"Does not conform: {_listed(_counted(failing))}"
    if exit_code(report) == 3:
        dead = [visible(api.name) for api in report.apis if not api.was_tested]
        return f"Could not be tested: no answer of {_listed(dead)}" if dead else "Broken off, no fault found"
    if shortfalls(report):
        return "No fault found, and too little tested"
    return "Conforms" if _is_whole(report) else "No fault found, and not all of it tested"


def _is_whole(report: Report) -> bool:
    return not report.shards and all(operation.served for _, operation in report.operations)


def remarks(report: Report) -> list[str]:
    """What the headline leaves out, one sentence each."""
    shown = [finding for finding in report.findings if not report.fails(finding)]
    known = [finding for finding in shown if finding.id in report.known]
    others = [finding for finding in shown if finding.id not in report.known]
    fixed = sum(listed.state == "fixed" for listed in report.baseline)
    found = [f"Shown, and no reason to fail: {_listed(_counted(others))}."] if others else []
    found += [f"Known from the baseline: {plural(len(known), 'finding')}."] if known else []
    found += [f"Still in the baseline, but gone: {plural(fixed, 'finding')}."] if fixed else []
    found += [f"{sentence[0].upper()}{sentence[1:]}." for sentence in shortfalls(report)]
    found += [f"Broken off: {visible(reason)}." for reason in _stops(report)]
    missing = missing_shards(report)
    return [*found, f"Shards of the run that are missing here: {', '.join(missing)}."] if missing else found


def _stops(report: Report) -> list[str]:
    """Why runs ended before their plan did, each reason with the APIs that it is of."""
    reasons = dict.fromkeys(api.stopped for api in report.apis if api.stopped)
    return [
        f"{_listed([api.name for api in report.apis if api.stopped == reason])}, {reason}"
        for reason in reasons
    ]


def _counted(findings: Iterable[Finding]) -> list[str]:
    """`3 faults of the server`, for each verdict that there is."""
    counts = by_verdict(findings)
    return [f"{counts[name]} {_FAULTS[name][counts[name] > 1]}" for name in VERDICTS if counts[name]]


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the first screen; `of` is empty or what it is a part of."""

    value: int
    of: str
    label: str


def numbers(report: Report) -> list[Number]:
    """The numbers of the first screen."""
    operations = [operation for _, operation in report.operations]
    covered = coverage(report)
    cases = sum(operation.cases for operation in operations)
    answered = sum(operation.answered for operation in operations)
    tested, declared = covered["operations"]
    failing = sum(report.fails(finding) for finding in report.findings)
    return [
        Number(
            failing, f" of {len(report.findings)}" if report.findings else "", "findings that fail the run"
        ),
        Number(answered, f" of {cases}", "requests answered"),
        Number(tested, f" of {declared}", "operations tested"),
        Number(covered["statuses"][0], f" of {covered['statuses'][1]}", "declared statuses seen"),
        Number(covered["valid"][0], f" of {covered['valid'][1]}", "request parts tried valid"),
        Number(covered["invalid"][0], f" of {covered['invalid'][1]}", "request parts tried invalid"),
    ]


def top(report: Report) -> tuple[Finding, ...]:
    """The findings to tell first: those that fail the run, else others; verdicts and operations by turns."""
    failing = [finding for finding in report.findings if report.fails(finding)]
    spread = _by_turns(failing or report.findings, lambda finding: (finding.api, finding.operation))
    return tuple(_by_turns(spread, lambda finding: finding.verdict)[:TOP])


def _by_turns(findings: Iterable[Finding], kind: Callable[[Finding], Hashable]) -> list[Finding]:
    """The first of each kind, then the second of each, and so on."""
    seen: Counter[Hashable] = Counter()
    turns: list[tuple[int, Finding]] = []
    for finding in findings:
        turns.append((seen[kind(finding)], finding))
        seen[kind(finding)] += 1
    return [finding for _, finding in sorted(turns, key=lambda turn: turn[0])]


def cause(finding: Finding) -> str:
    """What is wrong, as a sentence without its full stop."""
    message = visible(finding.message) + _tried(finding)
    if _is_of_the_answer(finding) and finding.place in ("body", "header"):
        message = f"in the {_answer(finding)}: {_spot(finding)}{message}"
    return message[:1].upper() + message[1:]


def _tried(finding: Finding) -> str:
    """What was being tried, where the message alone does not tell the fault from others of its kind."""
    if finding.rule not in _NEED_INTENTS:
        return ""
    every = [
        intent for intent in dict.fromkeys((finding.intent, *finding.intents)) if intent not in _SAY_NOTHING
    ]
    intents = [intent for intent in every if not intent.startswith(_GENERATED)] or every
    others = " and others" if len(intents) > _SHOWN_INTENTS else ""
    return f"; tried: {visible(', '.join(intents[:_SHOWN_INTENTS]))}{others}" if intents else ""


def _is_of_the_answer(finding: Finding) -> bool:
    """Whether the message is about a value in the response and does not say so itself."""
    return finding.verdict in ("server", "document", "disputed") and not finding.message.startswith("takes")


def _answer(finding: Finding) -> str:
    status = (
        f"the {finding.response.status} answer" if isinstance(finding.response, Response) else "the answer"
    )
    return f"{finding.place} of {status}"


def _spot(finding: Finding) -> str:
    """The member that a message is about, where the message does not name it."""
    path = finding.path
    if path and f'"{path[-1]}"' in finding.message[:80]:
        path = path[:-1]
    if path == ("*",):
        return "an item or member "
    return f"`{dotted(path)}` " if path else ""


_PROOFS = {
    "openapi-core": (
        "a second judge, openapi-core, reads the same bytes so too",
        "openapi-core does not agree",
    ),
    "strict parse": (
        "a strict second reading of the body fails too",
        "a strict second reading of the body succeeds",
    ),
    "again": ("sent once more, the request shows the same", "sent once more, the request does not show it"),
    "seen": ("what came back is itself the proof", ""),
}
"""How a fault was proved, and what is said where that failed."""


def proof(finding: Finding) -> str:
    """How the finding was proved, or what speaks against it."""
    holds, fails = _PROOFS.get(finding.proof, (finding.proof, finding.proof))
    return fails if finding.verdict == "disputed" else holds


_VARIABLE = re.compile(r"\$([A-Z][A-Z0-9_]*)")


def to_set(finding: Finding) -> str:
    """What must be set in the shell before the finding's command works, as a sentence."""
    command = finding.curl
    names = [name for name in dict.fromkeys(_VARIABLE.findall(command)) if not _sets_itself(name, command)]
    told = [f"{name} to {_wanted(name, command)}" for name in names]
    return f"In a shell, after setting {_listed(told)}:" if told else ""


def _sets_itself(name: str, command: str) -> bool:
    """Whether the command sets a variable, or asks for it in its own words."""
    return f"{name}=$" in command or f"${{{name}:?" in command


def _wanted(name: str, command: str) -> str:
    if name == "TARGET":
        return "the server's URL"
    is_basic = f"Basic '\"${name}" in command
    return "user:password in Base64" if is_basic else "a credential"


_OF_WHAT = {
    "operations": "of the operations",
    "statuses": "of the declared statuses",
    "media-types": "of the declared media types",
    "valid": "of the request parts as valid",
    "invalid": "of the request parts as invalid",
}


def covered(report: Report) -> str:
    """How much was seen or tried, as a sentence."""
    told = [f"{per_cent(*found):g} % {_OF_WHAT[kind]}" for kind, found in coverage(report).items()]
    return f"Seen or tried: {', '.join(told)}."


def times(count: int) -> str:
    """How often."""
    return "once" if count == 1 else f"{count} times"


def outcome(finding: Finding) -> str:
    """What came back, in a few words."""
    if isinstance(finding.response, Failure):
        return f"{finding.response.kind}: {visible(finding.response.detail)}"
    return str(finding.response.status)


def left_out(report: Report) -> list[str]:
    """What was not tested and why, one sentence each."""
    return [
        f"{' '.join(visible(word) for word in (api.name, left.operation, left.part) if word)}: "
        f"{visible(left.reason)}"
        for api in report.apis
        for left in untested(api)
    ]


def untried(parts: Iterable[Part]) -> tuple[list[str], list[str]]:
    """The parts that never came valid, and those that never came invalid."""
    listed = tuple(parts)
    valid = [part.name for part in listed if not part.valid and part.name != "no credentials"]
    return valid, [part.name for part in listed if not part.invalid]


def percentiles(operations: Iterable[OperationReport]) -> dict[str, float]:
    """Milliseconds under which 50, 95 and 99 per cent of the answers stayed; empty without timings."""
    counts: dict[float, int] = {}
    for operation in operations:
        for bucket in operation.latencies:
            counts[bucket.under_ms] = counts.get(bucket.under_ms, 0) + bucket.count
    return {f"p{share}": _percentile(counts, share) for share in (50, 95, 99)} if counts else {}


def _percentile(counts: dict[float, int], share: int) -> float:
    wanted, seen = sum(counts.values()) * share, 0
    for bound in sorted(counts):
        seen += counts[bound] * 100
        if seen >= wanted:
            return bound
    return max(counts)


def _listed(items: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))


def plural(count: int, word: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{count} {word}{'' if count == 1 else 's'}"
