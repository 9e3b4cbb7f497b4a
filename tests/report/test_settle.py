"""Findings that are one cause, told as one of a whole run and of no part of it."""

from dataclasses import replace

from report import saying
from understudy.contract import Contract
from understudy.report.model import Report
from understudy.report.settle import settled
from understudy.types import Finding

TAKEN = "takes what the contract refuses: "


def whole(pets: Contract, found: list[Finding], taken: int = 0, refused: int = 0) -> Report:
    """A run in which so many requests that the contract refuses were taken and refused."""
    wrong = saying.adding(b"{}")
    trials = [saying.trial(pets, wrong, saying.answer(200)) for _ in range(taken)]
    trials += [saying.trial(pets, wrong, saying.answer(400)) for _ in range(refused)]
    return Report("0.1", (saying.folded(pets, trials, found),))


def leniencies(pets: Contract, count: int) -> list[Finding]:
    return [
        saying.finding(
            pets,
            f"id{index}",
            verdict="lenient",
            path=(f"m{index}",),
            message=f"{TAKEN}m{index}",
            request=saying.adding(b"x" * (count - index)),
        )
        for index in range(count)
    ]


def door(pets: Contract, rule: str, scheme: str | None = None) -> Finding:
    path = () if scheme is None else (scheme,)
    return saying.finding(pets, f"{rule} {scheme}", verdict="auth", rule=rule, path=path, message="let in")


def test_a_flood_is_one_finding_with_the_smallest_as_its_example(pets: Contract) -> None:
    """Where nearly all that is to be refused is taken; the id is the example's."""
    (found,) = settled(whole(pets, leniencies(pets, 30), taken=9, refused=1)).findings
    assert (found.rule, found.id, found.count) == ("accepts-everything", "id29", 30)
    assert (
        found.message == "takes nearly every request that the contract refuses, in 30 ways; the smallest: m29"
    )
    assert found.request.body == b"x"


def test_leniencies_of_a_service_that_refuses_are_no_flood(pets: Contract) -> None:
    """Nor are a few of one that does not."""
    for report in (whole(pets, leniencies(pets, 30), 7, 3), whole(pets, leniencies(pets, 19), 10)):
        assert settled(report) == report


def test_a_door_without_a_lock_is_one_finding(pets: Contract) -> None:
    """Who lets in without credentials lets in with any."""
    bad = [door(pets, "credential-accepted", scheme) for scheme in ("Key", "Basic")]
    (found,) = settled(whole(pets, [*bad, door(pets, "unauthenticated-accepted")])).findings
    assert (found.rule, found.count) == ("unauthenticated-accepted", 3)


def test_bad_credentials_of_several_schemes_are_one_finding(pets: Contract) -> None:
    """It names them all; of one scheme it is left as it is."""
    bad = [door(pets, "credential-accepted", scheme) for scheme in ("Key", "Basic")]
    (found,) = settled(whole(pets, bad)).findings
    assert (found.path, found.count) == ((), 2)
    assert found.message == "let in; nor are the credentials checked for Key"
    assert settled(whole(pets, bad[:1])) == whole(pets, bad[:1])


def test_a_part_of_a_run_is_left_as_it_is(pets: Contract) -> None:
    """It cannot know what the others saw."""
    part = replace(whole(pets, leniencies(pets, 30), taken=10), shards=("1/2",))
    assert settled(part) == part


def test_settling_twice_changes_nothing(pets: Contract) -> None:
    """Whole reports can be merged with those of other APIs."""
    once = settled(whole(pets, leniencies(pets, 30), taken=10))
    assert settled(once) == once
