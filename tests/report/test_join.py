"""Shards joined, reports compared, baselines held against a run."""

import random
from dataclasses import replace

import pytest

from report import saying
from understudy.contract import Contract
from understudy.errors import UsageError
from understudy.report.fold import api_report
from understudy.report.join import Entry, against, compare, merge, missing_shards
from understudy.report.json import from_json, to_json
from understudy.report.model import Report
from understudy.report.words import exit_code

TIMED = replace(saying.RAN, timings=True)


def shard(pets: Contract, index: int, count: int, seed: int) -> Report:
    """One shard of the busy run, cut as the seed says."""
    trials, findings = saying.busy(pets)
    draw = random.Random(seed)
    mine = [trial for trial in trials if draw.randrange(count) == index]
    found = [finding for finding in findings if draw.randrange(count) == index]
    return Report("0.1", (api_report(pets, TIMED, mine, found),), shards=(f"{index + 1}/{count}",))


@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("seed", range(4))
def test_shards_merged_are_the_whole(pets: Contract, count: int, seed: int) -> None:
    """However a run is cut and in whatever order it is joined, the JSON is that of one run."""
    trials, findings = saying.busy(pets)
    whole = Report("0.1", (api_report(pets, TIMED, trials, findings),))
    shards = [shard(pets, index, count, seed) for index in range(count)]
    random.Random(seed).shuffle(shards)
    stored = [from_json(to_json(part)) for part in shards]
    assert to_json(merge([*stored])) == to_json(whole if count > 1 else stored[0])


def test_missing_shards_are_told(pets: Contract) -> None:
    """A merge of some shards says which ones it lacks."""
    joined = merge([shard(pets, index, 4, 0) for index in (0, 2)])
    assert missing_shards(joined) == ["2/4", "4/4"]


def test_reports_of_two_apis_are_joined(pets: Contract) -> None:
    """Two whole reports of one run, each of its own API."""
    one = saying.report(pets)
    other = replace(one, apis=(replace(one.apis[0], name="other"),))
    assert [api.name for api in merge([one, other]).apis] == ["test", "other"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": "9"}, "versions"),
        ({"options": {"a": 1}}, "options"),
        ({"strict": True}, "strictness"),
        ({"shards": ("1/3",)}, "1/3 comes twice"),
        ({"shards": ("2/4",)}, "different runs"),
        ({"shards": ()}, "not both are shards"),
    ],
)
def test_what_is_not_of_one_run_is_not_merged(pets: Contract, change: dict[str, object], told: str) -> None:
    """The message says what differs."""
    one = shard(pets, 0, 3, 0)
    with pytest.raises(UsageError, match=told):
        merge([one, replace(one, **{"shards": ("2/3",), **change})])  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["sha256", "seed", "plan"])
def test_shards_of_other_plans_are_not_merged(pets: Contract, field: str) -> None:
    """Another document, seed or plan is another run."""
    one = shard(pets, 0, 2, 0)
    other = replace(one, apis=(replace(one.apis[0], **{field: 7}),), shards=("2/2",))  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="different"):
        merge([one, other])


def test_compare_tells_new_fixed_and_still(pets: Contract) -> None:
    """By the ids of the findings alone."""
    old = saying.report(pets, (), [saying.finding(pets, "a"), saying.finding(pets, "b")])
    new = saying.report(pets, (), [saying.finding(pets, "b", count=9), saying.finding(pets, "c")])
    told = compare(old, new)
    assert [[found.id for found in part] for part in (told.new, told.fixed, told.still)] == [
        ["c"],
        ["a"],
        ["b"],
    ]
    assert told.still[0].count == 9


@pytest.mark.parametrize(
    ("entry", "state", "code"),
    [
        (Entry("a", "known"), "known", 0),
        (Entry("a", "known", expires="2026-05-01"), "known", 0),
        (Entry("a", "known", expires="2026-04-30"), "expired", 1),
        (Entry("gone", "fixed"), "fixed", 1),
    ],
)
def test_a_baseline_bears_with_what_it_lists(pets: Contract, entry: Entry, state: str, code: int) -> None:
    """Until the day it expires; what is listed and gone is told."""
    tried = [saying.trial(pets, saying.adding())]
    report = against(saying.report(pets, tried, [saying.finding(pets, "a")]), [entry], "2026-05-01")
    assert [listed.state for listed in report.baseline] == [state]
    assert exit_code(report) == code


def test_an_expired_entry_fails_whatever_its_verdict(pets: Contract) -> None:
    """What was borne with until a day is not borne with after it."""
    found = saying.finding(pets, "a", verdict="lenient")
    report = saying.report(pets, [saying.trial(pets, saying.adding())], [found])
    assert exit_code(against(report, [Entry("a", "", expires="2020-01-01")], "2026-01-01")) == 1


def test_merged_baselines_call_fixed_what_no_shard_shows(pets: Contract) -> None:
    """One shard alone cannot know."""
    parts = [
        Report("0.1", (saying.folded(pets, (), found),), shards=(f"{index}/2",))
        for index, found in enumerate(([saying.finding(pets, "a")], []), 1)
    ]
    held = [against(part, [Entry("a", ""), Entry("b", "")], "2026-01-01") for part in parts]
    for order in (held, held[::-1]):
        assert [listed.state for listed in merge(order).baseline] == ["known", "fixed"]
