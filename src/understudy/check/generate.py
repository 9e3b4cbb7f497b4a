"""Cases that Schemathesis thinks of: the one home of that engine and of the Hypothesis that draws for it.

Its generators are run with a collector in place of a server, so nothing is sent and no reply has a say.
What Hypothesis would let the process influence is shut out: settings of a loaded profile, literals of
whatever modules happen to be loaded, its example database and its folder.
"""

import logging
import os
import re
import unittest
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from itertools import islice
from threading import RLock
from typing import Any
from urllib.parse import unquote_plus, urlencode

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Verbosity, configuration
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from hypothesis.internal import charmap
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.internal.intervalsets import IntervalSet
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import derive_operation_seed
from schemathesis.generation.hypothesis.builder import (
    HypothesisTestConfig,
    HypothesisTestMode,
    create_test,
)
from schemathesis.specs.openapi import examples as documented

from understudy.check.case import Case, Phase
from understudy.contract import Contract, Operation
from understudy.contract.onefile import one_file
from understudy.contract.pathkey import taken_apart, unsaid
from understudy.contract.query import first_values
from understudy.contract.security import Scheme
from understudy.types import JSON, Request

_LOG = logging.getLogger(__name__)
_MAX_CASES = 1200
"""The most cases of a phase for each operation: a large body gives many thousands to the coverage phase."""
_MAX_INTENT = 200
_NOTHING_MORE = ("", "Valid object", "Positive test case", "Default positive test case")
"""Descriptions that say no more than that the case is to be valid."""
_ORIGIN = "http://recorder"
_MODES: dict[Phase, HypothesisTestMode] = {
    "examples": HypothesisTestMode.EXAMPLES,
    "coverage": HypothesisTestMode.COVERAGE,
    "fuzzing": HypothesisTestMode.FUZZING,
}
_CLIENT_HEADERS = frozenset(
    ("accept-encoding", "authorization", "connection", "content-length", "host", "user-agent")
)
_BOUNDARY = re.compile(rb"(?:^|\r\n)--([0-9a-f]{32})(?:--)?\r\n")
_NO_CONSTANTS = Constants()
_CHARACTERS = {
    "ascii": IntervalSet([(0, 0x7F)]),
    "iso8859-1": IntervalSet([(0, 0xFF)]),
    "utf-8": IntervalSet([(0, 0xD7FF), (0xE000, 0x10FFFF)]),
}
"""The characters that a codec has, by its name."""
_LOCK = RLock()

schemathesis.openapi.format("uuid4", st.uuids(version=4).map(str))


def generate(
    contract: Contract,
    seed: int,
    max_examples: int,
    phases: Collection[Phase],
    operations: Collection[Operation],
    most: int | None = None,
) -> Iterator[Case]:
    """The cases of the phases, in this engine's order: phase by phase, operation by operation.

    An operation that the engine cannot handle is left out of a phase with a warning to the log.
    most: how many of each phase and operation there are at most, before those that are there already are
    left out.
    """
    known: set[str] = set()
    wanted = [phase for phase in _MODES if phase in phases and (max_examples or phase != "fuzzing")]
    schema = _load(contract, seed, max_examples, most or _MAX_CASES) if wanted else None
    for phase in wanted:
        for operation in operations:
            for case in _cases(schema, operation, phase, seed, max_examples, most or _MAX_CASES):
                if case.id not in known:
                    known.add(case.id)
                    yield case


def characters(codec: str) -> tuple[IntervalSet, IntervalSet] | None:
    """The characters of a codec, and those of them that do not come back; None where that is to be tried.

    Hypothesis tries every character of Unicode, a second and more, and keeps the outcome in its folder.
    """
    return (_CHARACTERS[codec], IntervalSet([])) if codec in _CHARACTERS else None


def _load(contract: Contract, seed: int, max_examples: int, most: int) -> Any:
    config = {
        "seed": seed,
        "suppress-health-check": ["all"],
        "generation": {
            "database": "none",
            "max-examples": max(max_examples, 1),
            "no-shrink": True,
            "with-security-parameters": False,
        },
        "phases": {"coverage": {"unexpected-methods": []}, "stateful": {"enabled": False}},
        "cache": {"enabled": False},
        "analysis": {"constants": {"enabled": False}},
    }
    document = _without_content_schemas(one_file(contract.document))
    schema: Any = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(config))
    covered = schema.iter_coverage_cases
    # It makes all cases of an operation before the first is run: minutes for those that nobody asks for.
    schema.iter_coverage_cases = lambda *args, **options: islice(covered(*args, **options), most)
    return schema


def _without_content_schemas(node: JSON) -> JSON:
    """A copy without `contentSchema`.

    Generation takes no notice of it, but where one holds an `if` beside a file the coverage phase raises
    ValueError: it then judges the whole body, and its stand-in for a file is no JSON.
    """
    if isinstance(node, dict):
        return {
            name: _without_content_schemas(value)
            for name, value in node.items()
            if not _is_content(name, value)
        }
    return [_without_content_schemas(item) for item in node] if isinstance(node, list) else node


def _is_content(name: str, value: JSON) -> bool:
    return name == "contentSchema" and isinstance(value, dict | bool)


def _cases(
    schema: Any, operation: Operation, phase: Phase, seed: int, max_examples: int, most: int = _MAX_CASES
) -> list[Case]:
    found: list[Case] = []

    def collect(drawn: Any) -> None:
        if len(found) >= most:
            raise unittest.SkipTest("enough")
        found.extend(_case(operation, phase, drawn))

    with _shut_off():
        try:
            _run(schema[operation.path][operation.method], phase, seed, max_examples, collect)
        except unittest.SkipTest:
            pass  # enough, or nothing to generate, such as examples where there are none
        except Exception as error:
            _LOG.warning("%s: no more %s cases: %s: %s", operation.name, phase, type(error).__name__, error)
    return found


def _run(declared: Any, phase: Phase, seed: int, max_examples: int, collect: Callable[[Any], None]) -> None:
    """Call `collect` with each case of a phase."""
    settings = hypothesis.settings(
        hypothesis.settings.get_profile("default"),
        database=None,
        deadline=None,
        derandomize=False,
        max_examples=max(max_examples, 1),
        phases=[Stage.generate if phase == "fuzzing" else Stage.explicit],
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )

    def test(case: Any) -> None:
        collect(case)

    create_test(
        operation=declared,
        test_func=test,
        config=HypothesisTestConfig(
            project=declared.schema.config,
            modes=[_MODES[phase]],
            settings=settings,
            explicit_setting_names=_SETTINGS,
            apply_ci_profile=False,
            seed=derive_operation_seed(seed, declared.label),
        ),
    )()


_SETTINGS = {
    *("backend", "database", "deadline", "derandomize", "max_examples", "phases", "print_blob"),
    *("report_multiple_bugs", "stateful_step_count", "suppress_health_check", "verbosity"),
}
"""All that a loaded profile of Hypothesis may hold, none of which is to count."""


@contextmanager
def _shut_off() -> Iterator[None]:
    """Hypothesis with no folder to write to, and blind to the literals of loaded modules.

    What an example of the document lacks is not drawn, which can take minutes; it is left out.
    """
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = configuration.storage_directory(intent_to_write=False).path
        constants, intervals = providers._get_local_constants, charmap.intervals_from_codec
        draw_object = documented._draw_object
        configuration.set_hypothesis_home_dir(os.devnull)
        providers._get_local_constants = lambda: _NO_CONSTANTS
        charmap.intervals_from_codec = cache(lambda codec: characters(codec) or intervals(codec))
        documented._draw_object = lambda *_: None
        providers.CONSTANTS_CACHE.cache.clear()
        try:
            yield
        finally:
            providers.CONSTANTS_CACHE.cache.clear()
            providers._get_local_constants = constants
            charmap.intervals_from_codec = intervals
            documented._draw_object = draw_object
            configuration.set_hypothesis_home_dir(folder)


def _case(operation: Operation, phase: Phase, drawn: Any) -> Iterator[Case]:
    """The case as we send it; none where it cannot be put on the wire."""
    try:
        prepared = requests.Request(**drawn.as_transport_kwargs(base_url=_ORIGIN)).prepare()
        request = _request(prepared, operation)
    except (requests.RequestException, UnicodeError):
        return
    yield Case(operation.name, phase, _intent(drawn), request)


def _intent(drawn: Any) -> str:
    """What the engine meant by a case, in words for people who do not know the engine's."""
    meta = drawn.meta
    if meta is None:
        return "a generated request"
    kind = "a generated valid request" if meta.generation.mode.is_positive else "a generated invalid request"
    data = meta.phase.data
    told = "; ".join((data.description or "").splitlines()).removeprefix("- ")
    if told in _NOTHING_MORE:
        return kind
    if data.location and data.location not in told:
        told += f" at {data.location}"
    words = f"{kind}: {told[:1].lower()}{told[1:]}"
    return words if len(words) <= _MAX_INTENT else words[:_MAX_INTENT] + "…"


def _request(prepared: requests.PreparedRequest, operation: Operation) -> Request:
    url = (prepared.url or "").removeprefix(_ORIGIN).partition("#")[0]
    path, _, query = url.partition("?")
    schemes = [scheme for alternative in operation.security for scheme in alternative]
    headers = [(_text(name).lower(), _text(value)) for name, value in prepared.headers.items()]
    headers = [kept for header in headers for kept in _without_credentials(header, schemes)]
    for _, value in headers:
        value.encode("latin-1")
    body, headers = _with_stable_boundaries(_bytes(prepared.body), headers)
    query = _marked(_open_query(query, schemes), operation, headers)
    return Request(str(prepared.method), path, query, tuple(headers), body)


def _marked(query: str, operation: Operation, headers: list[tuple[str, str]]) -> str:
    """The query with what the key of the operation's path asks for besides."""
    _, marks = taken_apart(operation.path)
    if not marks:
        return query
    said = {*first_values(query), *dict(headers)}
    return "&".join(filter(None, (query, urlencode(unsaid(marks, said, {})))))


def _without_credentials(header: tuple[str, str], schemes: list[Scheme]) -> Iterator[tuple[str, str]]:
    """The header less what the client adds and what a security scheme would carry."""
    name, value = header
    if name == "cookie":
        names = {scheme.parameter for scheme in schemes if scheme.location == "cookie"}
        pairs = [pair.strip() for pair in value.split(";")]
        value = "; ".join(pair for pair in pairs if pair.partition("=")[0] not in names)
    secret = {scheme.parameter.lower() for scheme in schemes if scheme.location == "header"}
    added = name in _CLIENT_HEADERS or name.startswith("x-schemathesis-") or header == ("accept", "*/*")
    if not added and name not in secret and (value or name != "cookie"):
        yield name, value


def _open_query(query: str, schemes: list[Scheme]) -> str:
    names = {scheme.parameter for scheme in schemes if scheme.location == "query"}
    pairs = query.split("&")
    return "&".join(pair for pair in pairs if unquote_plus(pair.partition("=")[0]) not in names)


def _with_stable_boundaries(
    body: bytes, headers: list[tuple[str, str]]
) -> tuple[bytes, list[tuple[str, str]]]:
    """Multipart boundaries drawn at random, each replaced by one derived from the content."""
    for boundary in dict.fromkeys(_BOUNDARY.findall(body)):
        stable = b"understudy" + sha256(body.replace(boundary, b"")).hexdigest()[:22].encode()
        body = body.replace(boundary, stable)
        headers = [(name, value.replace(boundary.decode(), stable.decode())) for name, value in headers]
    return body, headers


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _bytes(body: Any) -> bytes:
    if body is None or isinstance(body, bytes):
        return body or b""
    return body.encode() if isinstance(body, str) else b"".join(body)
