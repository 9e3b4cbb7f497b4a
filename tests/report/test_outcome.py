"""The outcome of a run: its exit code, its words and its thresholds."""

from dataclasses import replace

import pytest

from report import saying
from understudy.contract import Contract
from understudy.errors import UsageError
from understudy.report import words
from understudy.report.coverage import per_cent, shortfalls
from understudy.report.model import Report
from understudy.report.words import cause, exit_code, headline, left_out, remarks
from understudy.types import Failure, Request, Verdict

DEAD = Failure("refused", "nobody listens")


@pytest.mark.parametrize(
    ("verdict", "code", "strict"),
    [
        ("server", 1, 1),
        ("auth", 1, 1),
        ("lenient", 0, 1),
        ("data", 0, 1),
        ("document", 0, 0),
        ("disputed", 0, 0),
        ("infrastructure", 0, 0),
    ],
)
def test_a_verdict_gives_its_exit_code(pets: Contract, verdict: Verdict, code: int, strict: int) -> None:
    """As the table of verdicts has it, and only the server's own faults fail a run."""
    found = saying.finding(pets, verdict=verdict)
    report = saying.report(pets, [saying.trial(pets, saying.adding())], [found])
    assert (exit_code(report), exit_code(replace(report, strict=True))) == (code, strict)


@pytest.mark.parametrize("outcome", [DEAD, saying.answer(503), saying.answer(429)])
def test_nothing_tested_is_exit_code_3(pets: Contract, outcome: object) -> None:
    """A dead port, or a gateway that answers for the service, proves nothing."""
    report = saying.report(pets, [saying.trial(pets, saying.adding(), outcome)])  # type: ignore[arg-type]
    assert exit_code(report) == 3
    assert exit_code(saying.report(pets)) == 3


def test_the_headline_says_the_verdict_in_plain_words(pets: Contract) -> None:
    """What fails the run is counted by verdict, in words for people."""
    found = [
        saying.finding(pets, name, verdict=verdict)
        for name, verdict in zip("abc", ("server", "server", "auth"), strict=True)
    ]
    report = saying.report(pets, [saying.trial(pets, saying.adding())], found)
    assert headline(report) == "Does not conform: 2 faults of the server and 1 fault in its credential checks"


def test_conforms_is_said_only_of_what_was_tested(pets: Contract) -> None:
    """One operation without an answer is enough to say less."""
    both = [saying.trial(pets, saying.adding()), saying.trial(pets, Request("GET", "/pets"))]
    assert headline(saying.report(pets, both)) == "Conforms"
    assert headline(saying.report(pets, both[:1])) == "No fault found, and not all of it tested"
    assert headline(saying.report(pets)) == "Could not be tested: no answer of test"
    assert "GET /pets: no case was planned" in left_out(saying.report(pets, both[:1]))[0]


def test_what_does_not_fail_is_told_all_the_same(pets: Contract) -> None:
    """In a remark of its own."""
    found = saying.finding(pets, verdict="lenient")
    report = saying.report(pets, [saying.trial(pets, saying.adding())], [found])
    assert remarks(report) == ["Shown, and no reason to fail: 1 kind of invalid request accepted."]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, "In the body of the 200 answer: `name` must be of type string, got null"),
        ({"message": '"name" is missing'}, 'In the body of the 200 answer: "name" is missing'),
        (
            {"message": '"a" is missing', "path": ("b", "*", "a")},
            'In the body of the 200 answer: `b.*` "a" is missing',
        ),
        (
            {"path": ("*",), "message": "must be of type object, got null"},
            "In the body of the 200 answer: an item or member must be of type object, got null",
        ),
        ({"place": "status", "message": "answered 500"}, "Answered 500"),
        (
            {
                "rule": "server-error",
                "place": "status",
                "message": "answers with 500",
                "intent": "body /a: []",
            },
            "Answers with 500; tried: body /a: [], tries",
        ),
        (
            {
                "rule": "server-error",
                "place": "status",
                "message": "answers with 500",
                "intent": "a generated valid request",
                "intents": ("a generated valid request",),
            },
            "Answers with 500",
        ),
        (
            {
                "verdict": "document",
                "rule": "status",
                "place": "status",
                "message": "400 is not declared",
                "intent": "no body",
            },
            "400 is not declared; tried: no body, tries",
        ),
        ({"verdict": "lenient", "message": "takes what must not be"}, "Takes what must not be"),
    ],
)
def test_a_cause_is_a_sentence(pets: Contract, change: dict[str, object], told: str) -> None:
    """It says where, where its message does not."""
    assert cause(saying.finding(pets, **change)) == told


def test_thresholds_are_held(everything: Report) -> None:
    """Coverage under one fails the run, and says by how much."""
    clean = replace(everything, apis=(replace(everything.apis[0], findings=()),))
    assert exit_code(clean) == 0
    wanting = replace(clean, fail_under={"invalid": 90.0, "operations": 100.0})
    assert exit_code(wanting) == 1
    (told,) = shortfalls(wanting)
    assert told.startswith("coverage of invalid is ")
    assert headline(wanting) == "No fault found, and too little tested"


def test_an_unknown_threshold_is_an_error(everything: Report) -> None:
    """The message names those that there are."""
    with pytest.raises(UsageError, match="statuses"):
        shortfalls(replace(everything, fail_under={"lines": 1.0}))


def test_per_cent_is_rounded_down() -> None:
    """100 means all of it; nothing to cover is covered."""
    assert [per_cent(999, 1000), per_cent(9999, 10000), per_cent(3, 3), per_cent(0, 0)] == [
        99.9,
        99.9,
        100,
        100,
    ]


def test_every_finding_is_about_a_rule(pets: Contract) -> None:
    """Each of them is one that every operation is held to."""
    names = {rule.name for rule in words.RULES}
    for verdict in words.MEANING:
        for rule in ("type", "status", "server-error", "media-type", "method", "http", "inconsistent"):
            assert words.rule_of(saying.finding(pets, verdict=verdict, rule=rule)) in names


def test_what_is_told_first_is_of_every_verdict_and_operation(pets: Contract) -> None:
    """Five faults of one operation do not hide the open door of another."""
    many = [saying.finding(pets, f"s{index}", count=9) for index in range(6)]
    other = saying.finding(pets, "o", operation="GET /pets")
    door = saying.finding(pets, "d", verdict="auth")
    told = words.top(saying.report(pets, findings=[*many, other, door]))
    assert [finding.id for finding in told] == ["s0", "d", "o", "s1", "s2"]


@pytest.mark.parametrize(
    ("verdict", "proof", "told"),
    [
        ("server", "openapi-core", "a second judge, openapi-core, reads the same bytes so too"),
        ("disputed", "openapi-core", "openapi-core does not agree"),
        ("server", "seen", "what came back is itself the proof"),
        ("disputed", "again", "sent once more, the request does not show it"),
    ],
)
def test_a_proof_is_told_in_words(pets: Contract, verdict: Verdict, proof: str, told: str) -> None:
    """How it was proved, and of what is disputed what speaks against it."""
    assert words.proof(saying.finding(pets, verdict=verdict, proof=proof)) == told


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("curl /pets", ""),
        ('curl "$TARGET"/pets', "In a shell, after setting TARGET to the server's URL:"),
        (
            """curl "$TARGET"/pets -H 'authorization: Basic '"$LOGIN" -H 'x-key: '"$KEY\"""",
            "In a shell, after setting TARGET to the server's URL, LOGIN to user:password in Base64"
            " and KEY to a credential:",
        ),
        ("""ID=$(curl /pets | jq -r .id); : ${NAME:?'what'}; curl /pets/"$ID"/"$NAME\"""", ""),
    ],
)
def test_what_a_command_needs_is_told(pets: Contract, command: str, told: str) -> None:
    """The variables that the shell does not set itself."""
    assert words.to_set(saying.finding(pets, curl=command)) == told


def test_a_crash_is_told_before_what_was_seen_more_often(pets: Contract) -> None:
    """It is the one fault that nobody argues about."""
    found = [saying.finding(pets, "often", count=9), saying.finding(pets, "crash", rule="server-error")]
    assert [finding.id for finding in saying.report(pets, findings=found).findings] == ["crash", "often"]
