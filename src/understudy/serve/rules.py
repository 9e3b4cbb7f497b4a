"""A rule: for which requests it is, on which of their calls, and what is answered then."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from understudy.contract import Reading, jsontext, pointer
from understudy.errors import DocumentError, hint
from understudy.serve import canned, faults, prefer
from understudy.serve.answer import Answer, Refusal
from understudy.serve.canned import Given, RuleError
from understudy.serve.prefer import Preferences
from understudy.serve.respond import Responder
from understudy.types import JSON, Headers, Request

MAX_RULES = 1_000
"""How many rules a list may hold."""

_TYPES: Mapping[Any, str] = MappingProxyType(
    {str: "a text", int: "a whole number", bool: "true or false", dict: "an object", list: "a list"}
)
_KEYS: Mapping[str, Any] = MappingProxyType(
    {
        **{"operation": str, "match": dict, "every": int, "times": int, "prefer": str},
        **{"status": int, "headers": dict, "body": object, "unchecked": bool},
    }
)
_MATCH: Mapping[str, Any] = MappingProxyType({"body": dict, "query": dict, "header": dict})


@dataclass(frozen=True, eq=False, slots=True)
class Rule:
    """One rule. Without responders it is for all operations."""

    told: Mapping[str, JSON]
    """As it was given."""
    responders: Sequence[Responder]
    match: Mapping[str, Mapping[str, JSON]]
    every: int
    times: int | None
    preferences: Preferences
    headers: Headers
    answer: Answer | None
    """What is answered to any request, valid or not."""

    @property
    def is_counted(self) -> bool:
        """Whether it depends on how often it was asked."""
        return self.every > 1 or self.times is not None

    def takes(self, responder: Responder, request: Request, reading: Reading) -> bool:
        """Whether it is for a request."""
        if self.responders and not any(own is responder for own in self.responders):
            return False
        return not self.match or all(_matches(self.match, request, reading))

    def is_due(self, calls: int) -> bool:
        """Whether it answers the call of this number, counted from 1."""
        left = self.left(calls - 1)
        return calls % self.every == 0 and (left is None or left > 0)

    def left(self, calls: int) -> int | None:
        """How many more times it answers after so many calls; None: without end."""
        return None if self.times is None else max(0, self.times - calls // self.every)


def _matches(match: Mapping[str, Mapping[str, JSON]], request: Request, reading: Reading) -> Iterator[bool]:
    for path, wanted in match.get("body", {}).items():
        yield _is(_member(reading.body, path), wanted)
    query = parse_qsl(request.query, keep_blank_values=True) if "query" in match else []
    for name, wanted in match.get("query", {}).items():
        yield (name, _text(wanted)) in query
    for name, wanted in match.get("header", {}).items():
        yield (name.lower(), _text(wanted)) in request.headers


def _member(data: JSON, path: str) -> tuple[JSON] | None:
    """What stands at a pointer, or in the member of a name."""
    for token in pointer.tokens(path) if path.startswith("/") else [path]:
        if isinstance(data, dict) and token in data:
            data = data[token]
        elif isinstance(data, list) and token.isdecimal() and int(token[:9]) < len(data):
            data = data[int(token[:9])]
        else:
            return None
    return (data,)


def _is(found: tuple[JSON] | None, wanted: JSON) -> bool:
    try:
        return found is not None and jsontext.canonical(found[0]) == jsontext.canonical(wanted)
    except TypeError:  # a file of a form
        return False


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else jsontext.dumps(value).decode()


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rules; `named` gives the responders of an operation, and raises Refusal where there is none."""

    named: Callable[[str], Sequence[Responder]]

    def rules(self, value: JSON, place: str = "", times: int | None = None) -> tuple[Rule, ...]:
        """The rules of a list, each good for so many times unless it says. Raises RuleError."""
        if not isinstance(value, list):
            raise RuleError(place, f"is to be a list of rules, and is {_shown(value)}")
        if len(value) > MAX_RULES:
            raise RuleError(place, f"has {len(value)} rules; {MAX_RULES} are the most")
        return tuple(self.rule(item, pointer.join(place, index), times) for index, item in enumerate(value))

    def rule(self, value: JSON, place: str, times: int | None = None) -> Rule:
        """One rule. Raises RuleError."""
        told = _object(value, _KEYS, place)
        match = _object(told.get("match", {}), _MATCH, pointer.join(place, "match"))
        responders = self._responders(told, place)
        preferences = _preferences(told, place, responders)
        fields = canned.headers(told.get("headers", {}), pointer.join(place, "headers"))
        if preferences == Preferences() and not {"status", "body", "headers"} & told.keys():
            raise RuleError(place, "says no answer: give `prefer`, `status`, `body` or `headers`")
        return Rule(
            told,
            responders,
            match,
            told.get("every", 1),
            told.get("times", times),
            preferences,
            fields,
            _answer(told, place, responders, preferences, fields),
        )

    def _responders(self, told: Mapping[str, JSON], place: str) -> Sequence[Responder]:
        if "operation" not in told:
            return ()
        try:
            return self.named(told["operation"])
        except Refusal as refusal:
            raise RuleError(pointer.join(place, "operation"), refusal.detail) from None


def _object(value: JSON, known: Mapping[str, Any], place: str) -> Mapping[str, JSON]:
    """An object with known keys alone, each of its type. Raises RuleError."""
    if not isinstance(value, dict):
        raise RuleError(place, f"is to be an object, and is {_shown(value)}")
    for key, member in value.items():
        there = pointer.join(place, key)
        if key not in known:
            raise RuleError(there, f"unknown key {key[:50]!r}{hint(key, known)}")
        is_endless = key == "times" and member is None
        wrong = not isinstance(member, known[key]) or (known[key] is int and isinstance(member, bool))
        if wrong and not is_endless:
            raise RuleError(there, f"is to be {_TYPES[known[key]]}, and is {_shown(member)}")
        if key in ("every", "times") and not is_endless and not 1 <= member <= 1_000_000_000:
            raise RuleError(there, f"is to be 1 or more, and is {_shown(member)}")
    return value


def _preferences(told: Mapping[str, JSON], place: str, responders: Sequence[Responder]) -> Preferences:
    """What a rule prefers; each of its operations can meet it. Raises RuleError."""
    there = pointer.join(place, "prefer")
    text = told.get("prefer", "")
    unknown = prefer.unknown(text) if text else None
    if unknown is not None:
        raise RuleError(there, f"unknown preference {unknown[:50]!r}{hint(unknown, prefer.NAMES)}")
    try:
        wanted = prefer.parse(text) or Preferences()
        for responder in responders:
            _check_preferences(wanted, responder)
    except (Refusal, DocumentError) as error:
        raise RuleError(there, str(error)) from None
    if not responders and wanted.reply != Preferences():
        raise RuleError(there, "without an `operation` there are `delay` and `fault` alone")
    return wanted


def _check_preferences(wanted: Preferences, responder: Responder) -> None:
    """Raise a Refusal where an operation cannot meet them."""
    variant = responder.variants.chosen("", wanted)
    if wanted.fault:
        faults.spoilt(Answer(variant.status, (), b"", "stub"), wanted.fault, responder.operation.method)


def _answer(
    told: Mapping[str, JSON],
    place: str,
    responders: Sequence[Responder],
    preferences: Preferences,
    fields: Headers,
) -> Answer | None:
    """The rule's own answer, if it has one, and its header fields held to the contract. Raises RuleError."""
    has_own = "status" in told or "body" in told
    if has_own and preferences.reply != Preferences():
        raise RuleError(pointer.join(place, "prefer"), "chooses a reply, and so does `status` or `body`")
    is_checked = not told.get("unchecked", False)
    if has_own and is_checked and not responders:
        raise RuleError(place, "cannot be checked without an `operation`: name one, or say `unchecked: true`")
    body = (told["body"],) if "body" in told else None
    given = Given(place, _status(told, place, responders, preferences), fields, body)
    operations = [responder.operation for responder in responders]
    try:
        answer = canned.canned(given, operations) if has_own else None
        for operation in operations if is_checked else ():
            if answer:
                canned.check(given, answer, operation)
            elif fields:
                canned.check_fields(given, operation)
    except DocumentError as error:
        raise RuleError(place, str(error)) from None
    return answer


def _status(
    told: Mapping[str, JSON], place: str, responders: Sequence[Responder], preferences: Preferences
) -> int:
    if "status" not in told:
        return responders[0].variants.chosen("", preferences).status if responders else 200
    status: int = told["status"]
    if not 200 <= status <= 599:
        raise RuleError(pointer.join(place, "status"), f"is to be a status from 200 to 599, and is {status}")
    return status


def _shown(value: JSON) -> str:
    return jsontext.dumps(value).decode()[:50]
