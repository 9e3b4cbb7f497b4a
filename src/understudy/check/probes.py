"""Our own cases for an operation, from its contract alone: valid requests, each then varied in one thing.

Values that the contract allows and values that it forbids both belong here; which is which is for the judge
to read from the bytes. `intent` says what was varied.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice

from understudy.check import formprobes, values
from understudy.check.case import Case, Credentials, Kind
from understudy.check.drafts import probe_draft
from understudy.check.spots import (
    Spot,
    by_turns,
    full_value,
    literals,
    misplaced,
    namesakes,
    replaced,
    small_value,
    spots,
    without,
)
from understudy.compose import Draft, pairs, valid_body
from understudy.compose.draft import arguments
from understudy.contract import Contract, Operation, jsontext, mediatype, pointer
from understudy.contract.body import Content
from understudy.contract.parameter import Parameter
from understudy.contract.parts import schemes_of
from understudy.contract.wording import shown
from understudy.errors import UnderstudyError
from understudy.types import JSON

MAX_PROBES = 1200
REPEATS = 10
_GOOD = Credentials()
_PLAIN = frozenset(("type", "title", "description"))
_LOG = logging.getLogger(__name__)
_METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH")

_WRONG: tuple[Kind, ...] = ("wrong", "malformed", "short", "long", "headed", "altered")
_OPAQUE: tuple[Kind, ...] = ("swapped",)
_BASIC: tuple[Kind, ...] = ("no-password", "other-password", "other-user")

Group = tuple[Case, ...]
"""Cases that only make sense together and in their order."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A draft, and what it tries."""

    intent: str
    draft: Draft


def probes(contract: Contract, operation: Operation) -> Iterator[Group]:
    """The cases of an operation, the ones that find most first; no request twice.

    Valid requests, credentials, malformed bodies and methods, parameters, members of the body by turns so
    that each gets its share of MAX_PROBES, and last the same request again and again.
    """
    try:
        small, full = probe_draft(operation, small_value), probe_draft(operation, full_value, optional=True)
    except UnderstudyError as error:
        _LOG.warning("%s: no probes: %s", operation.name, error)
        return
    known: set[str] = set()
    singles = chain(_credentials(operation, small), _singles(contract, operation, small, full))
    for case in islice(_new(singles, known), MAX_PROBES):
        yield (case,)
    yield tuple(_steady(operation, small, full))


def _new(cases: Iterable[Case], known: set[str]) -> Iterator[Case]:
    for case in cases:
        if case.id not in known:
            known.add(case.id)
            yield case


def _singles(contract: Contract, operation: Operation, small: Draft, full: Draft) -> Iterator[Case]:
    variants = chain(
        _whole(operation, small, full),
        _methods(contract, small),
        _media_types(small),
        _accepts(operation, small),
        _parameters(operation, small, full),
        _bodies(operation, small),
    )
    yield from (_case(variant) for variant in variants)


def _case(variant: Variant, credentials: Credentials = _GOOD, repeat: int = 0) -> Case:
    operation = variant.draft.operation.name
    return Case(operation, "probes", variant.intent, variant.draft.request(), credentials, repeat)


# --- valid requests -----------------------------------------------------------------------------------


def _whole(operation: Operation, small: Draft, full: Draft) -> Iterator[Variant]:
    yield Variant("a small valid request", small)
    yield Variant("a full valid request", full)
    for content in operation.request_contents.values():
        for words, make in (("small", small_value), ("full", full_value)):
            try:
                media_type, body = valid_body(content, make)
            except UnderstudyError:
                continue
            yield Variant(f"a {words} valid body as {content.media_type}", small.carrying(media_type, body))


# --- credentials, methods, media types ----------------------------------------------------------------


def _credentials(operation: Operation, small: Draft) -> Iterator[Case]:
    schemes = {scheme.name: scheme for alternative in operation.security for scheme in alternative}
    if not schemes:
        return
    yield _with(small, Credentials("none"))
    for alternative in operation.security:
        if alternative:
            name = alternative[0].name
            yield _case(Variant(f"good credentials for {name} alone", small), Credentials("good", name))
    for name, scheme in schemes.items():
        for kind in (*_WRONG, *(_BASIC if scheme.kind == "basic" else _OPAQUE)):
            yield _with(small, Credentials(kind, name))


def _with(draft: Draft, credentials: Credentials) -> Case:
    return _case(Variant(credentials.words, draft), credentials)


def _methods(contract: Contract, small: Draft) -> Iterator[Variant]:
    """Methods that the path does not declare, tried by the first operation of the path."""
    operation = small.operation
    declared = contract.methods(small.request().path)
    first = next(one for one in contract.operations if one.path == operation.path)
    if first.name != operation.name:
        return
    for method in _METHODS:
        if method not in declared and not (method == "HEAD" and "GET" in declared):
            yield Variant(f"method {method}", replace(small.carrying("", b""), method=method))


def _media_types(small: Draft) -> Iterator[Variant]:
    """The small valid body under other media types, and no body at all."""
    if not small.media_type:
        return
    plain = mediatype.essence(small.media_type)
    parameter = small.media_type[len(plain) :]
    attribute, _, boundary = parameter.partition("=")
    quoted = [f'{plain}{attribute}="{boundary}"'] if boundary else []
    for name in (plain.upper() + parameter, f"{plain}; charset=utf-8{parameter}", *quoted):
        yield Variant(f"media type {name}", small.carrying(name, small.body))
    for name in ("", "text/plain", "application/xml", "application/json", "application/octet-stream",
                 "application/x-www-form-urlencoded", "json", plain + "x"):  # fmt: skip
        if name != plain:
            yield Variant(f"media type {name or 'none'}", small.carrying(name, small.body))
    yield Variant("no body", small.carrying(small.media_type, b""))
    yield Variant("neither body nor media type", small.carrying("", b""))


def _accepts(operation: Operation, small: Draft) -> Iterator[Variant]:
    """Each media type of a reply asked for, and one that there is none of."""
    names = dict.fromkeys(name for one in operation.responses.values() for name in one.contents)
    for name in (*names, "application/x-understudy"):
        yield Variant(f"accept {name}", small.setting("header", "accept", (("accept", name),)))


# --- parameters ---------------------------------------------------------------------------------------


def _parameters(operation: Operation, small: Draft, full: Draft) -> Iterator[Variant]:
    declared = arguments(operation, schemes_of(operation))
    yield from by_turns(_parameter(parameter, small, full) for parameter in declared)
    if any(parameter.location == "query" for parameter in declared):
        extra = small.setting("query", values.UNKNOWN, ((values.UNKNOWN, "1"),))
        yield Variant(f"query {values.UNKNOWN}: 1", extra)


def _parameter(parameter: Parameter, small: Draft, full: Draft) -> Iterator[Variant]:
    location, name = parameter.location, parameter.name
    valid = full.parameters[location, name]
    if location != "path":
        yield Variant(f"{location} {name}: {'missing' if parameter.required else 'left out'}",
                      small.setting(location, name, ()))  # fmt: skip
        yield Variant(f"{location} {name}: sent", small.setting(location, name, valid))
    if location == "query":
        yield Variant(f"query {name}: twice", small.setting(location, name, (*valid, *valid)))
    try:
        value = full_value(parameter.schema)
    except UnderstudyError:
        return
    texts = (text for kind in sorted(parameter.field.types) for text in values.WRONG_TEXTS.get(kind, ()))
    for tried in chain(values.special(parameter.field, value), values.wrong(parameter.field), texts):
        sent = pairs(parameter, tried)
        if all(_is_sendable(location, text) for _, text in sent):
            yield Variant(f"{location} {name}: {shown(tried)}", small.setting(location, name, sent))


def _is_sendable(location: str, text: str) -> bool:
    """Whether the text can stand there without being taken for something else."""
    if location == "path":
        return text not in ("", ".", "..")
    if location == "query":
        return True
    return text.isascii() and text.isprintable() and text == text.strip() and not set(text) & set(';,"')


# --- bodies -------------------------------------------------------------------------------------------


def _bodies(operation: Operation, small: Draft) -> Iterator[Variant]:
    for content in operation.request_contents.values():
        try:
            if content.schema is None:
                continue
            if mediatype.is_json(content.media_type):
                yield from _json(content, small)
            elif content.kind() == "form":
                for words, media_type, body in formprobes.variants(content):
                    yield Variant(words, small.carrying(media_type, body))
        except UnderstudyError as error:
            _LOG.warning("%s: no probes of %s: %s", operation.name, content.media_type, error)


def _json(content: Content, small: Draft) -> Iterator[Variant]:
    schema = content.field.schema
    least, most = small_value(schema), full_value(schema)
    found = list(spots(content.field, least, most))

    def carrying(words: str, body: bytes) -> Variant:
        return Variant(words, small.carrying(content.media_type, body))

    for words, body in chain(values.broken_json(jsontext.dumps(least)), values.json_written(most)):
        yield carrying(f"body as JSON: {words}", body)
    for spot, words, body in literals(found):
        yield carrying(f"body as JSON {pointer.from_path(spot.path)}: {words}", body)
    for words, body in chain(values.together(content.field, most), _large(found)):
        yield carrying(f"body: {words}", jsontext.dumps(body))
    named = namesakes(found)
    tried = chain(
        by_turns(map(_tried, found)),
        by_turns(map(_wrong, found)),
        by_turns(_misplaced(spot, named) for spot in found),
    )
    for words, value in tried:
        yield carrying(words, jsontext.dumps(value))


def _large(found: list[Spot]) -> Iterator[tuple[str, JSON]]:
    """A body of some size: a long text at the first place that takes any."""
    for spot in found:
        if any(leaf.keys() <= _PLAIN and leaf.get("type") == "string" for leaf, _ in spot.field.alternatives):
            yield "200 kB", replaced(spot.whole, spot.path, "0123456789" * 20_000)
            return


def _tried(spot: Spot) -> Iterator[tuple[str, JSON]]:
    """The whole with the place missing, and with each special value in it."""
    if spot.path and isinstance(spot.path[-1], str):
        yield f"{_place(spot)}: {spot.absence}", without(spot.whole, spot.path)
    yield f"{_place(spot)}: valid", spot.whole
    for value in values.special(spot.field, spot.value):
        yield f"{_place(spot)}: {shown(value)}", replaced(spot.whole, spot.path, value)


def _wrong(spot: Spot) -> Iterator[tuple[str, JSON]]:
    for value in values.wrong(spot.field):
        yield f"{_place(spot)}: {shown(value)}", replaced(spot.whole, spot.path, value)


def _misplaced(spot: Spot, named: Mapping[str | int, list[JSON]]) -> Iterator[tuple[str, JSON]]:
    for value in misplaced(spot, named):
        yield f"{_place(spot)}: {shown(value)}", replaced(spot.whole, spot.path, value)


def _place(spot: Spot) -> str:
    return f"body {pointer.from_path(spot.path)}".strip()


# --- the same again -----------------------------------------------------------------------------------


def _steady(operation: Operation, small: Draft, full: Draft) -> Iterator[Case]:
    """The same valid request REPEATS times, then again after each of others that must leave no trace."""
    again = Variant("the same valid request again", small)
    yield from (_case(again, repeat=count) for count in range(1, REPEATS + 1))
    between = [_case(Variant("between two of the same: a full valid request", full), repeat=1)]
    if small.media_type:
        broken = small.carrying(small.media_type, small.body[: len(small.body) // 2])
        between.append(_case(Variant("between two of the same: half a body", broken), repeat=1))
        empty = small.carrying(small.media_type, b"{}" if mediatype.is_json(small.media_type) else b"")
        between.append(_case(Variant("between two of the same: an empty body", empty), repeat=1))
    if operation.security:
        nobody = Variant("between two of the same: no credentials", small)
        between.append(_case(nobody, Credentials("none"), repeat=1))
    after = replace(again, intent="the same valid request after another one")
    for count, case in enumerate(between, REPEATS + 1):
        yield case
        yield _case(after, repeat=count)
