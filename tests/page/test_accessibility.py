"""What axe-core finds on the pages and on a report, light and dark: nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from page.served import Served
from report import saying
from understudy.report.html import to_html

POINTER = "/paths/~1api~1v1~1runs~1rules~1validate/post"
PLACES = ("docs", "docs/langsmith", f"docs/langsmith?at={POINTER}", "docs/langsmith/source")


@pytest.fixture(params=["light", "dark"])
def shown(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in one of the two palettes."""
    scheme: Literal["light", "dark"] = request.param
    context = browser.new_context(color_scheme=scheme)
    yield context.new_page()
    context.close()


def complaints(page: Page) -> list[Any]:
    """What axe-core finds: for each rule that is broken its id and the elements."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"]]) for rule in found]


def test_the_console_is_accessible(server: Served, shown: Page) -> None:
    """With an operation unfolded, a reply shown and a refused request unfolded, axe finds nothing."""
    shown.goto(server.home)
    operation = shown.locator(".operation", has_text="/api/v1/runs/rules/validate")
    operation.locator("summary").first.click()
    operation.get_by_label("Body").fill('{"sampling_rate": "often"}')
    operation.get_by_role("button", name="Send").click()
    expect(operation.locator(".reply .status")).to_have_text("422")
    shown.locator(".request summary").first.click()
    expect(shown.locator(".violation").first).to_be_visible()
    assert complaints(shown) == []


@pytest.mark.parametrize("place", PLACES)
def test_the_viewer_is_accessible(server: Served, shown: Page, place: str) -> None:
    """Axe finds nothing on a page of the viewer, everything unfolded."""
    shown.goto(server.home + place)
    shown.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    assert complaints(shown) == []


def test_a_report_is_accessible(shown: Page, tmp_path: Path) -> None:
    """Axe finds nothing in an HTML report of a check, everything unfolded."""
    report = tmp_path / "report.html"
    report.write_text(to_html(saying.everything(saying.pets(tmp_path))), encoding="utf-8")
    shown.goto(report.as_uri())
    shown.evaluate("document.querySelectorAll('details').forEach((folded) => { folded.open = true })")
    assert complaints(shown) == []
