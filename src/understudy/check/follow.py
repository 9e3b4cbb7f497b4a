"""The requests of a sequence, each made of the answers before it; and how they are told to people."""

import json
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from understudy.check.case import Case, Step
from understudy.check.expression import Told, evaluate, expressions, filled
from understudy.compose import Draft, pairs, preferred, written
from understudy.contract import Contract, jsontext, pointer
from understudy.curl import curl
from understudy.types import JSON, Failure, Request, Response

_NO_PROMISE = 202
"""A success that promises nothing yet: the work was only accepted."""

Earlier = Sequence[tuple[Request, Response | Failure] | None]
"""What became of the cases before, None for one that was not sent."""


class NotReady(Exception):
    """Why a case of a sequence cannot be sent."""


def request(contract: Contract, case: Case, earlier: Earlier, base: str, again: bool = False) -> Request:
    """The request of a case, with what it takes from earlier answers. Raises NotReady."""
    step = case.step
    assert step is not None
    told = [_succeeded(contract, step.before[index], earlier[index], base) for index in step.needs]
    source = told[-1] if told else None
    if source and step.status and _declared(source) != step.status:
        name = source.operation.name
        raise NotReady(f"{name} was answered {source.response.status}, and not {step.status} as planned")
    values = {name: _value(name, source) for name in names(step)} if source else {}
    made = shaped(step, step.drafts[again], values.__getitem__)
    match = contract.find(made.method, made.path, made.query, made.headers)
    wrong = match.operation.read(made, match.path_parameters).violations if match else ()
    if wrong and source:
        raise NotReady(f"what {source.operation.name} answered does not fit: {wrong[0].message}")
    return made


def _succeeded(
    contract: Contract, case: Case, became: tuple[Request, Response | Failure] | None, base: str
) -> Told:
    """The exchange of a case that must have been a success. Raises NotReady."""
    if became is None:
        raise NotReady(f"{case.operation} was not sent before it")
    sent, outcome = became
    if isinstance(outcome, Failure):
        raise NotReady(f"{case.operation} before it was not answered: {outcome.kind}")
    match = contract.find(sent.method, sent.path, sent.query, sent.headers)
    if match is None or not 200 <= outcome.status < 300 or outcome.status == _NO_PROMISE:
        raise NotReady(f"{case.operation} before it was answered {outcome.status}")
    return Told(match.operation, match.path_parameters, sent, outcome, base)


def _declared(told: Told) -> str:
    declared = told.operation.response(told.response.status)
    return declared.status if declared else ""


def _value(expression: str, source: Told) -> JSON:
    try:
        return evaluate(expression, source)
    except LookupError:
        raise NotReady(f"the answer of {source.operation.name} has no {expression}") from None


def names(step: Step) -> list[str]:
    """The runtime expressions of a step."""
    return list(dict.fromkeys(expressions([*step.parameters.values(), step.body, dict(step.members)])))


def shaped(step: Step, draft: Draft, value: Callable[[str], JSON]) -> Request:
    """The request of a step, with these values of its expressions."""
    for one in draft.operation.parameters:
        if (one.location, one.name) in step.parameters:
            given = filled(step.parameters[one.location, one.name], value)
            draft = draft.setting(one.location, one.name, pairs(one, given))
    content = preferred(draft.operation)
    if step.body is not None and content:
        draft = draft.carrying(*written(content, filled(step.body, value)))
    if step.members:
        whole = {**jsontext.loads(draft.body), **filled(dict(step.members), value)}
        draft = draft.carrying(draft.media_type, jsontext.dumps(whole))
    return draft.request()


# --- told to people -----------------------------------------------------------------------------------


def variable(expression: str) -> str:
    """How a value of an earlier answer is shown: `$response.body#/user-id` as $USER_ID."""
    words = re.findall(r"[A-Za-z0-9]+", re.split(r"[/.#]", expression)[-1] or "body")
    return "$" + ("_".join(words) or "value").upper()


def shown(step: Step) -> Request:
    """The request of a step with its variables in place of values."""
    found = {name: variable(name) for name in names(step)}
    made = shaped(step, step.drafts[0], found.__getitem__)
    path, query = made.path, made.query
    for name in found.values():
        path, query = path.replace("%24" + name[1:], name), query.replace("%24" + name[1:], name)
    return replace(made, path=path, query=query)


def command(
    case: Case,
    show: Callable[[Case], Request],
    variables: Iterable[str],
    write: Callable[[Request, str, Sequence[str]], str] = curl,
) -> str:
    """The commands that send a case to `$TARGET`, in a sequence after those that it needs.

    An answer in which values are is kept as REPLY, and jq takes them out of it.
    """
    chain = [*_needed(case), case]
    sources = {one.step.needs[-1] for one in chain if one.step and one.step.needs}
    lines: list[str] = []
    kept: dict[str, str] = {}
    for one in chain:
        found = {name: variable(name) for name in names(one.step)} if one.step else {}
        line = write(show(one), "$TARGET", [*variables, *found.values()])
        is_source = one is not case and one.step is not None and len(one.step.before) in sources
        lines += [_set(word[1:], name) for name, word in found.items() if kept.get(word) != name]
        kept |= {word: name for name, word in found.items()}
        if is_source:
            line, kept = f"REPLY=$({line})", {}
        lines.append(line)
    return "; ".join(lines)


def _needed(case: Case) -> list[Case]:
    """The cases that must have succeeded before a case, in their order."""
    if case.step is None:
        return []
    wanted: dict[int, Case] = {}
    for index in case.step.needs:
        one = case.step.before[index]
        wanted |= {len(inner.step.before): inner for inner in _needed(one) if inner.step} | {index: one}
    return [wanted[index] for index in sorted(wanted)]


def _set(name: str, expression: str) -> str:
    """The command that sets a variable to a value of the answer kept as REPLY, or asks for it to be set."""
    side, _, place = expression.partition("#")
    if side != "$response.body":
        return f": ${{{name}:?'{expression}'}}"
    path = "".join(map(_step_of_jq, pointer.tokens(place)))
    return f'{name}=$(printf %s "$REPLY" | jq -r {shlex.quote("." + path.removeprefix("."))})'


def _step_of_jq(token: str) -> str:
    if token.isdecimal():
        return f"[{token}]"
    return f".{token}" if re.fullmatch(r"[A-Za-z_]\w*", token, re.ASCII) else f".{json.dumps(token)}"
