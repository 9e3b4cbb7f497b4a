"""Shards put together, and more workers, say what one run with one worker says: to the byte."""

import json

import pytest

from gallery.checked import cases
from gallery.service import CREDENTIALS
from gallery.serving import serve_defect
from understudy.check.plan import digest, share
from understudy.checking import SELF, CheckOptions, Share, check
from understudy.report.join import merge
from understudy.report.json import from_json, to_json

APIS = ("galileo", "langsmith")
DEFECTS = [
    ("galileo", "anything-taken"),
    ("langsmith", "anything-taken"),
    ("langsmith", "crash-on-null"),
    ("langsmith", "moody-500"),
    ("galileo", "open-to-all"),
    ("langsmith", "number-in-tuple-taken"),
    ("langsmith", "problem-json"),
]
SHARDS = [(1, 3), (2, 3), (3, 3)]


def reported(api: str, target: str, shard: tuple[int, int] | None = None, workers: int = 1) -> str:
    """The JSON report of a check of a server, or of one shard of it."""
    credentials = {} if target == SELF else CREDENTIALS[api]
    options = CheckOptions((api,), target=target, shard=shard, credentials=credentials, workers=workers)
    planned = [case for case in cases(api, 1) if case.phase == "probes"]
    mine = Share(share(planned, shard), digest(planned))
    return to_json(check(options, {api: mine}, lambda _: None).report)


def put_together(shards: list[str]) -> str:
    return to_json(merge([from_json(text) for text in shards]))


@pytest.mark.parametrize(("api", "defect"), DEFECTS)
def test_shards_of_a_check_of_a_server_are_the_whole(api: str, defect: str) -> None:
    """However many faults there are, and although each shard proves what it found by itself."""
    with serve_defect(api, defect) as url:
        whole = reported(api, url)
        assert json.loads(whole)["apis"][0]["findings"]
        assert put_together([reported(api, url, shard) for shard in SHARDS]) == whole


@pytest.mark.parametrize("api", APIS)
def test_shards_of_a_check_of_ourselves_are_the_whole(api: str) -> None:
    """In whatever order they are put together."""
    assert put_together([reported(api, SELF, shard) for shard in SHARDS[::-1]]) == reported(api, SELF)


@pytest.mark.parametrize(("api", "defect"), [("langsmith", "moody-500"), ("galileo", "anything-taken")])
def test_four_workers_report_what_one_does(api: str, defect: str) -> None:
    """The order in which answers come does not show."""
    with serve_defect(api, defect) as url:
        assert reported(api, url, workers=4) == reported(api, url)
