"""The HTML report, read by a parser that is not ours."""

import base64
import re
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

import pytest

from markup import Reader
from report import saying
from understudy.contract import Contract
from understudy.html.palette import DARK, LIGHT, TEXT_ON
from understudy.report.html import MAX_FINDINGS, to_html
from understudy.report.model import NotTested, Report


@pytest.fixture(scope="module")
def page(everything: Report) -> str:
    return to_html(everything)


@pytest.fixture(scope="module")
def read(page: str) -> Reader:
    return Reader(page)


def test_ids_are_unique_and_links_lead_somewhere(read: Reader) -> None:
    """Every link is to a place in the page, and every label is there."""
    ids = [value for _, value in read.having("id")]
    assert len(ids) == len(set(ids))
    targets = {value.removeprefix("#") for _, value in read.having("href")}
    labels = {name for _, value in read.having("aria-labelledby") for name in value.split()}
    assert targets | labels <= set(ids)


def test_headings_come_in_order(read: Reader) -> None:
    """One h1, and no level is left out on the way down."""
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_nothing_is_loaded_and_nothing_runs(page: str, read: Reader) -> None:
    """No script, no style from elsewhere, no picture, no frame; links stay in the page."""
    tags = {tag for tag, _ in read.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "use", "image"}
    names = {name for _, attributes in read.elements for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("src", "style", "action")}
    assert all(value.startswith("#") for _, value in read.having("href"))
    assert "url(" not in page
    assert "@import" not in page


def test_the_policy_allows_the_style_and_nothing_else(page: str, read: Reader) -> None:
    """A content security policy with the digest of the one style sheet."""
    (policy,) = [value for tag, value in read.having("content") if "default-src" in value and tag == "meta"]
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_it_can_be_read_without_eyes(read: Reader) -> None:
    """Landmarks, a language, captions and scopes of tables, and words for every picture."""
    tags = [tag for tag, _ in read.elements]
    assert {"header", "nav", "main", "footer"} <= set(tags)
    assert dict(read.elements)["html"] == {"lang": "en"}
    assert tags.count("table") == tags.count("caption")
    assert all("scope" in attributes for tag, attributes in read.elements if tag == "th")
    for tag, attributes in read.elements:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or attributes.get("aria-labelledby")


def test_it_says_what_a_reader_asks(everything: Report, read: Reader) -> None:
    """Verdict, causes, evidence, the document's lines, the curl line and what was not tested."""
    text = " ".join(data for _, data in read.texts)
    for wanted in (
        "Does not conform: ",
        "What to look at first",
        "must be of type string, got null",
        "test.json, line",
        "curl -sS",
        "stateful: no links",
        "too deep",
        "Distribution of the latencies",
    ):
        assert wanted in text
    assert sum(tag == "details" for tag, _ in read.elements) == len(everything.findings) + 2


def test_latency_is_drawn_only_where_it_was_measured(pets: Contract) -> None:
    """A report without timings has no such section."""
    assert "Distribution" not in to_html(saying.report(pets, [saying.trial(pets, saying.adding())]))


def test_the_page_of_an_empty_run_is_whole(pets: Contract) -> None:
    """Nothing sent, nothing found: still a page."""
    Reader(to_html(saying.report(pets)))
    Reader(to_html(Report("0.1", ())))


def test_the_page_is_bounded(pets: Contract) -> None:
    """Ten thousand findings with large bodies stay within what a browser opens."""
    body = b"<" * 60_000
    many = [saying.finding(pets, f"f{index}", response=saying.answer(body=body)) for index in range(1000)]
    left = [NotTested("", "", f"reason {index}") for index in range(5000)]
    report = saying.report(pets, (), many)
    page = to_html(replace(report, apis=(replace(report.apis[0], not_tested=tuple(left)),)))
    assert page.count('id="finding-') == MAX_FINDINGS
    assert page.count("<li>test: reason ") == 300
    assert len(page) < 8_000_000


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_can_be_told_apart(palette: dict[str, str]) -> None:
    """Every text has the contrast that WCAG 2 asks of AA: 4.5 to 1."""
    for ground, colours in TEXT_ON.items():
        for colour in colours:
            assert contrast(palette[ground], palette[colour]) >= 4.5, (ground, colour)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
