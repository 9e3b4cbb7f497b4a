"""A run folded into a report."""

import random
from dataclasses import replace
from typing import Any

import pytest

from report import saying
from understudy.contract import Contract
from understudy.report.fold import BODY_LIMIT, api_report, portable
from understudy.report.json import to_json
from understudy.report.model import Count, Cut, OperationReport, Part, Report, Status
from understudy.types import Failure, File, Request, Response


def operation(report: Report, name: str = saying.POST) -> OperationReport:
    return next(found for _, found in report.operations if found.name == name)


def part(report: Report, path: str, place: str = "body", name: str = saying.POST) -> Part:
    return next(
        found for found in operation(report, name).parts if (found.place, found.path) == (place, path)
    )


def counts(*pairs: tuple[str, int]) -> tuple[Count, ...]:
    return tuple(Count(*pair) for pair in pairs)


def test_cases_and_answers_are_counted(pets: Contract) -> None:
    """Cases count by phase, answers by status as declared or seen, and what had no answer by kind."""
    trials = [
        saying.trial(pets, saying.adding(), saying.answer(200)),
        saying.trial(pets, saying.adding(), saying.answer(404), phase="probes"),
        saying.trial(pets, saying.adding(), saying.answer(500)),
        saying.trial(pets, saying.adding(), Failure("reset", "by peer")),
    ]
    found = operation(saying.report(pets, trials))
    assert found.phases == counts(("coverage", 3), ("probes", 1))
    assert found.statuses == (Status("200", True, 1), Status("4XX", True, 1), Status("500", False, 1))
    assert found.failures == counts(("reset", 1))


def test_media_types_of_answers_are_counted(pets: Contract) -> None:
    """Declared media types stand first, seen or not; then the others, the missing one with the empty name."""
    outcomes = [
        saying.answer(),
        saying.answer(content_type="text/html; charset=utf-8"),
        Response(404, (), b""),
    ]
    found = operation(saying.report(pets, [saying.trial(pets, saying.adding(), told) for told in outcomes]))
    assert [(told.status, told.media_type, told.declared, told.count) for told in found.media_types] == [
        ("200", "application/json", True, 1),
        ("4XX", "application/problem+json", True, 0),
        ("200", "text/html", False, 1),
        ("4XX", "", False, 1),
    ]


def test_parts_are_told_by_the_document(pets: Contract) -> None:
    """Parameters, the body with its properties to a bounded depth, and each security scheme."""
    report = saying.report(pets)
    assert [found.name for found in operation(report, saying.GET).parts] == ["query limit"]
    assert [found.name for found in operation(report).parts] == [
        "whole body",
        "name",
        "tags",
        "tags.*",
        "tags.*.label",
        "owner",
        "owner.boss",
        "owner.boss.boss",
        "owner.boss.boss.boss",
        "no credentials",
        "credentials Key",
        "credentials Basic",
    ]


@pytest.mark.parametrize(
    ("body", "path", "valid", "invalid"),
    [
        (b'{"name": "Rex"}', "name", True, False),
        (b'{"name": "Rex"}', "", True, False),
        (b'{"name": "Rex"}', "tags", False, False),
        (b'{"name": "Rex", "tags": [{"label": "a"}]}', "tags.*.label", True, False),
        (b'{"name": "Rex", "tags": [{"label": 1}]}', "tags.*.label", False, True),
        (b'{"name": "Rex", "tags": [{"label": 1}]}', "name", False, False),
        (b'{"name": "Rex", "tags": [{"label": 1}]}', "tags", False, False),
        (b"{}", "name", False, True),
        (b"{", "", False, True),
        (b"{", "name", False, False),
        (
            b'{"name": "a", "owner": {"boss": {"boss": {"boss": {"boss": 1}}}}}',
            "owner.boss.boss.boss",
            False,
            True,
        ),
    ],
)
def test_what_was_tried_of_a_body(pets: Contract, body: bytes, path: str, valid: bool, invalid: bool) -> None:
    """Present in a valid request is tried valid; a fault at it, or below what is told, is tried invalid."""
    found = part(saying.report(pets, [saying.trial(pets, saying.adding(body))]), path)
    assert (bool(found.valid), bool(found.invalid)) == (valid, invalid)


def test_what_was_tried_of_a_parameter(pets: Contract) -> None:
    """The answers stand by status."""
    trials = [saying.trial(pets, Request("GET", "/pets", f"limit={text}")) for text in ("1", "2", "x")]
    found = part(saying.report(pets, trials), "limit", "query", saying.GET)
    assert (found.valid, found.invalid) == (counts(("200", 2)), counts(("200", 1)))


def test_what_was_tried_of_credentials(pets: Contract) -> None:
    """Good ones are valid; wrong, malformed and missing ones are invalid, each for its own scheme."""
    tried: list[tuple[Request, str]] = [
        (saying.adding(), "good"),
        (saying.adding(key="wrong"), "wrong"),
        (saying.adding(b"{}", ("authorization", "Basic %%%"), key=None), "malformed"),
        (saying.adding(key=None), "none"),
    ]
    report = saying.report(pets, [saying.trial(pets, sent, credentials=kind) for sent, kind in tried])
    seen = {
        name: (bool(part(report, name, "credentials").valid), bool(part(report, name, "credentials").invalid))
        for name in ("", "Key", "Basic")
    }
    assert seen == {"": (False, True), "Key": (True, True), "Basic": (False, True)}


def test_a_request_kept_out_tries_nothing_of_its_body(pets: Contract) -> None:
    """A server that refuses credentials has not looked at the data."""
    report = saying.report(pets, [saying.trial(pets, saying.adding(), credentials="wrong")])
    assert not part(report, "name").valid


def test_an_unanswered_request_tries_nothing(pets: Contract) -> None:
    """Of a request without an answer, or with one of a gateway, nothing is learned."""
    for outcome in (Failure("timeout", "1 s"), saying.answer(503), saying.answer(429)):
        report = saying.report(pets, [saying.trial(pets, saying.adding(), outcome)])
        assert not part(report, "name").valid


def test_findings_of_one_id_are_one(pets: Contract) -> None:
    """Their counts are added and the smallest request is kept."""
    seen = [saying.finding(pets, request=saying.adding(b"x" * size), count=size) for size in (3, 1, 2)]
    (found,) = saying.report(pets, (), seen).findings
    assert (found.count, found.request.body) == (6, b"x")


def test_the_heaviest_finding_is_first(pets: Contract) -> None:
    """By verdict, then by how often it was seen, then by id."""
    seen = [
        saying.finding(pets, "a", verdict="lenient", count=99),
        saying.finding(pets, "c", count=1),
        saying.finding(pets, "b", count=1),
        saying.finding(pets, "d", count=2),
    ]
    assert [found.id for found in saying.report(pets, (), seen).findings] == ["d", "b", "c", "a"]


def test_nothing_of_the_transport_is_kept(pets: Contract) -> None:
    """The clock, the host and the framing differ between runs that saw the same."""
    sent = saying.adding(b"{}", ("host", "localhost:1"))
    came = Response(200, (("date", "today"), ("server", "x"), ("x-own", "1"), ("content-length", "2")), b"{}")
    (found,) = saying.report(pets, (), [saying.finding(pets, request=sent, response=came)]).findings
    assert isinstance(found.response, Response)
    assert found.response.headers == (("x-own", "1"),)
    assert "host" not in dict(found.request.headers)


def test_large_bodies_are_cut_and_their_length_is_told(pets: Contract) -> None:
    """A report stays small whatever a server sends."""
    large = saying.adding(b"y" * (BODY_LIMIT + 9))
    seen = saying.finding(pets, request=large, response=saying.answer(body=b"x" * (BODY_LIMIT + 7)))
    (api,) = saying.report(pets, (), [seen]).apis
    assert isinstance(api.findings[0].response, Response)
    assert len(api.findings[0].response.body) == BODY_LIMIT
    assert len(api.findings[0].request.body) == BODY_LIMIT
    assert api.cut == (Cut("f1", BODY_LIMIT + 9, BODY_LIMIT + 7),)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (float("nan"), "nan"),
        (b"ab\xff", "ab\ufffd"),
        ("\ud800", "\\ud800"),
        (File("a.txt", "text/plain", b"abc"), "a file 'a.txt' of 3 bytes"),
        ({"verdict": 1}, '{"verdict": 1}'),
        ([{"a": {"verdict": 1}}], '[{"a": {"verdict": 1}}]'),
        ({"a": (1, None)}, {"a": [1, None]}),
        ("y" * 5000, "y" * 4096 + "… (5000 characters)"),
    ],
)
def test_values_are_kept_as_plain_json(pets: Contract, value: Any, kept: Any) -> None:
    """Whatever was found, the report can be stored, and only its findings have a verdict."""
    (found,) = saying.report(pets, (), [saying.finding(pets, got=value)]).findings
    assert found.got == kept


def test_the_lines_of_the_document_are_quoted(pets: Contract) -> None:
    """Each place that a finding names, with the lines around it."""
    (api,) = saying.report(pets, (), [saying.finding(pets)]).apis
    (quote,) = api.quotes
    text = pets.document.source.text.split("\n")
    assert quote.lines[quote.line - quote.first] == text[quote.line - 1][:200]


def test_files_are_named_alike_on_every_machine() -> None:
    """An absolute path keeps its last three parts, a relative one stays."""
    assert portable("/home/me/x/specs/pets/openapi.yaml") == "specs/pets/openapi.yaml"
    assert portable("specs/pets.yaml") == "specs/pets.yaml"


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_trials_and_findings_does_not_show(pets: Contract, seed: int) -> None:
    """However workers interleaved, the JSON report has the same bytes."""
    trials, findings = saying.busy(pets)
    wanted = to_json(saying.report(pets, trials, findings))
    shuffle = random.Random(seed).shuffle
    shuffle(trials)
    shuffle(findings)
    assert to_json(saying.report(pets, trials, findings)) == wanted


def test_latencies_are_left_out_unless_asked_for(pets: Contract) -> None:
    """No two runs take the same time."""
    slow, quick = ([saying.trial(pets, saying.adding(), seconds=taken)] for taken in (0.5, 0.001))
    assert saying.report(pets, slow) == saying.report(pets, quick)
    timed = api_report(pets, replace(saying.RAN, timings=True), slow, [])
    assert [(bucket.under_ms, bucket.count) for bucket in operation(Report("1", (timed,))).latencies] == [
        (501.0, 1)
    ]
