"""JUnit, SARIF, HAR, Markdown and text, each read by something that is not ours."""

import base64
import json
import random
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from documents import document, loaded
from report import saying
from understudy.contract import Contract
from understudy.report import words
from understudy.report.fold import api_report
from understudy.report.har import to_har
from understudy.report.join import Entry, against
from understudy.report.json import to_json
from understudy.report.junit import to_junit
from understudy.report.markdown import to_markdown
from understudy.report.model import NotTested, Report
from understudy.report.sarif import to_sarif
from understudy.report.text import to_lines, to_text
from understudy.report.writers import RENDERED, WRITERS
from understudy.types import Failure, Request, Response


def cases(report: Report) -> dict[str, ElementTree.Element]:
    """The test cases of a JUnit file by name."""
    root = ElementTree.fromstring(to_junit(report).encode())
    return {str(case.get("name")): case for case in root.iter("testcase")}


def test_junit_has_a_case_for_each_operation_and_rule(everything: Report) -> None:
    """Named apart, under the API's name, with totals that add up."""
    root = ElementTree.fromstring(to_junit(everything).encode())
    found = list(root.iter("testcase"))
    assert len({case.get("name") for case in found}) == len(found) == 2 * len(words.RULES)
    assert {case.get("classname") for case in found} == {"test"}
    for element in (root, *root.iter("testsuite")):
        assert element.get("tests") == str(len(found))
        assert element.get("failures") == str(len(list(element.iter("failure"))))
    assert all(len(case.findall("failure")) <= 1 for case in found)


def test_junit_fails_what_fails_the_run_and_shows_the_rest(pets: Contract) -> None:
    """A failure has the finding's words and its curl line; what does not fail is output of a passing case."""
    found = [
        saying.finding(pets, "a"),
        saying.finding(pets, "b"),
        saying.finding(pets, "c", verdict="lenient"),
    ]
    read = cases(saying.report(pets, [saying.trial(pets, saying.adding())], found))
    failure = read["POST /pets: sends bodies that fit their schemas"].find("failure")
    assert failure is not None
    assert failure.get("message") == f"{words.cause(found[0])} (and 1 more)"
    assert "curl -sS" in str(failure.text)
    shown = read["POST /pets: refuses what the contract refuses"]
    assert shown.find("failure") is None
    assert "lenient" in str(shown.findtext("system-out"))


def test_junit_skips_what_was_not_tested(pets: Contract) -> None:
    """With the reason that the run gave."""
    report = saying.report(pets, [saying.trial(pets, saying.adding())])
    left = (NotTested(saying.GET, "", "excluded by name"),)
    read = cases(replace(report, apis=(replace(report.apis[0], not_tested=left),)))
    skipped = read["GET /pets: answers"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "excluded by name"
    assert read["POST /pets: answers"].find("skipped") is None


def test_junit_is_bounded(tmp_path: Path) -> None:
    """GitLab reads no file beyond 30 MB, however much there is to show, and however it is escaped."""
    names = [f"/p{index}" for index in range(90)]
    large = loaded(tmp_path, document({name: {"get": {"responses": {}}} for name in names}))
    one = saying.finding(large, pointer="/paths", curl="<" * 4000, response=saying.answer(body=b"<" * 3000))
    many = [
        replace(one, id=f"{name}{index}", operation=f"GET {name}") for name in names for index in range(20)
    ]
    text = to_junit(saying.report(large, (), many))
    assert 10_000_000 < len(text.encode()) < 30_000_000
    assert len(list(ElementTree.fromstring(text.encode()).iter("failure"))) == len(names)


def test_sarif_has_what_code_scanning_wants(everything: Report) -> None:
    """Version, rules with help, results with a level, a file, a line and a stable fingerprint."""
    log = json.loads(to_sarif(everything))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)
    for result, finding in zip(run["results"], everything.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == f"{finding.verdict}/{finding.rule}"
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith("test.json")
        assert not place["artifactLocation"]["uri"].startswith("/")
        assert place["region"]["startLine"] == finding.line
        assert result["partialFingerprints"] == {"understudyFinding/v1": finding.id}
        failing = {"server": "error", "auth": "error", "lenient": "warning", "data": "warning"}
        assert result["level"] == failing.get(finding.verdict, "note")


def test_sarif_suppresses_what_the_baseline_bears_with(pets: Contract) -> None:
    """With the reason that stands there."""
    report = saying.report(pets, (), [saying.finding(pets, "a"), saying.finding(pets, "b")])
    (run,) = json.loads(to_sarif(against(report, [Entry("a", "agreed")], "2026-01-01")))["runs"]
    assert [found["suppressions"] for found in run["results"]] == [
        [{"kind": "external", "justification": "agreed"}],
        [],
    ]


def test_har_holds_all_traffic(pets: Contract) -> None:
    """Every trial is an entry with what HAR 1.2 requires, without a clock, in an order of its own."""
    trials, _ = saying.busy(pets)
    log = json.loads(to_har(trials))["log"]
    assert log["version"] == "1.2"
    assert len(log["entries"]) == len(trials)
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= entry.keys()
        assert {"method", "url", "cookies", "headers", "queryString"} <= entry["request"].keys()
        assert {"status", "statusText", "content", "redirectURL", "bodySize"} <= entry["response"].keys()
        assert entry["time"] == 0
    random.Random(1).shuffle(trials)
    assert json.loads(to_har(trials))["log"] == log


def test_har_keeps_bytes_and_hides_cookies(pets: Contract) -> None:
    """What is no text comes as base64; what a response hands out is redacted; a failure is told."""
    sent = Request("GET", "/pets", "limit=1&a=%20b", (("x-key", "$KEY"),), b"\xff\x00")
    came = Response(200, (("set-cookie", "session=secret"), ("content-type", "image/png")), b"\x89PNG\xff")
    trials = [
        saying.trial(pets, sent, came, case="a"),
        saying.trial(pets, sent, Failure("reset", "by peer"), case="b"),
    ]
    text = to_har(trials)
    first, second = json.loads(text)["log"]["entries"]
    content = first["response"]["content"]
    assert base64.b64decode(content["text"]) == came.body
    assert content["encoding"] == "base64"
    assert base64.b64decode(first["request"]["postData"]["text"]) == sent.body
    assert first["request"]["queryString"][1] == {"name": "a", "value": " b"}
    assert "secret" not in text
    assert (second["response"]["status"], second["response"]["_error"]) == (0, "reset: by peer")


def test_markdown_tells_the_top_causes_first(everything: Report) -> None:
    """Verdict, numbers, causes; then coverage; the evidence folded at the end."""
    text = to_markdown(everything)
    places = [
        text.index(wanted)
        for wanted in ("## ❌ Does not conform", "requests answered", "What to look at first", "<details>")
    ]
    assert places == sorted(places)
    assert text.count("<details>") == text.count("</details>") == len(everything.findings)


def test_markdown_fences_hold(pets: Contract) -> None:
    """A fence in the traffic does not end the block that shows it."""
    text = to_markdown(saying.report(pets, (), [saying.finding(pets, curl="a\n````\n<script>")]))
    assert "\n`````sh\na\n````\n<script>\n`````\n" in text


def test_markdown_is_bounded(pets: Contract) -> None:
    """GitHub shows no summary of more than a megabyte: ten thousand findings still fit, and are counted."""
    body = "€".encode() * 3000
    one = saying.finding(pets, request=saying.adding(body), message="`€" * 400, got="€" * 3000)
    many = [replace(one, id=f"f{index:05}") for index in range(10_000)]
    text = to_markdown(saying.report(pets, (), many))
    assert len(text.encode()) < 1_000_000
    shown = text.count("<details>")
    assert shown > 20
    assert f"and {10_000 - shown} more" in text


def test_the_first_screen_is_told_in_lines(everything: Report) -> None:
    """The same words with and without styles; no line break inside a line."""
    text = to_text(everything)
    assert text.startswith("Does not conform: ")
    assert "Shown, and no reason to fail: " in text
    assert "curl -sS" in text
    assert ["".join(piece for piece, _ in line) for line in to_lines(everything)] == text.split("\n")[:-1]


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_every_form_is_the_same_twice(pets: Contract, name: str) -> None:
    """Byte for byte, whatever the order in which the trials came."""
    trials, findings = saying.busy(pets)
    first = WRITERS[name](saying.report(pets, trials, findings), trials)
    random.Random(3).shuffle(trials)
    assert WRITERS[name](saying.report(pets, trials, findings), trials) == first


HOSTILE = (
    "<script>alert(1)</script> \x1b[2J \u202egnp \ud800 ]]> </details> ``` | "
    "@all [x](javascript:1) &amp; \x00"
)


@pytest.fixture(scope="module")
def hostile(pets: Contract) -> tuple[Report, bytes]:
    """A report of a server and a document that mean harm, and its traffic as HAR."""
    raw = HOSTILE.encode("utf-8", "surrogatepass")
    sent = Request("POST", "/pets", "q=" + HOSTILE, (("x-a", HOSTILE),), raw)
    found = [
        saying.finding(
            pets,
            verdict + HOSTILE,
            verdict=verdict,
            rule=HOSTILE,
            path=(HOSTILE, "*"),
            message=HOSTILE,
            expected={HOSTILE: [HOSTILE]},
            got=HOSTILE,
            proof=HOSTILE,
            file=HOSTILE,
            pointer="/info",
            request=sent,
            response=outcome,
            curl=HOSTILE,
        )
        for verdict, outcome in (
            ("server", Response(200, (("x-b", HOSTILE),), json.dumps(HOSTILE).encode())),
            ("lenient", Response(200, (), raw)),
            ("data", Failure("protocol", HOSTILE)),
        )
    ]
    trials = [saying.trial(pets, saying.adding(), Response(200, (("content-type", HOSTILE),), raw))]
    api = api_report(pets, saying.RAN, trials, found, [NotTested(HOSTILE, HOSTILE, HOSTILE)])
    return Report("0.1", (api,)), to_har(trials).encode()


@pytest.mark.parametrize("name", sorted(RENDERED))
def test_hostile_text_does_no_harm(hostile: tuple[Report, bytes], name: str) -> None:
    """No markup, no control of the terminal, no reversal of text and no lone surrogate comes through."""
    text = RENDERED[name](hostile[0]).encode().decode()
    if name in ("html", "markdown"):
        assert "<script" not in re.sub(r"(?ms)^(`{3,})\w*\n.*?^\1$", "", text)
    if name in ("html", "markdown", "junit", "text"):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "ud800" in text


def test_hostile_text_leaves_every_form_whole(hostile: tuple[Report, bytes]) -> None:
    """Each can still be read as what it is."""
    report, har = hostile
    ElementTree.fromstring(to_junit(report).encode())
    json.loads(to_sarif(report))
    json.loads(to_json(report))
    json.loads(har)
    lines = to_markdown(report).split("\n")
    start = lines.index(next(line for line in lines if line.startswith("| Verdict")))
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 5 for line in lines[start : start + 3])
