"""A browser, a server in this process for it to look at, and fresh pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from page.served import Served, served
from understudy.run import Play, build

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium of this machine.

    Not for the whole session: while Playwright runs, no other test of the process can have an event loop.
    """
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip(f"no browser: there is no {' or '.join(_NAMES)} (on Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, headless=True, args=_FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that knows nothing; whatever its scripts fail at fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    errors: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def server() -> Iterator[Served]:
    """The shipped APIs, served."""
    with served(build(Play())) as running:
        yield running


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Served]:
    """A document whose every text would be markup if it could, served."""
    folder = tmp_path / "specs" / "hostile"
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text(HOSTILE, encoding="utf-8")
    with served(build(Play((str(tmp_path),)))) as running:
        yield running


HOSTILE = """\
openapi: 3.1.0
info:
  title: "<img src=x onerror=hacked()>"
  version: "<script>hacked()</script>"
  description: |
    <script>hacked()</script> <img src=x onerror=hacked()> [click](javascript:hacked())
    ![x](http://127.0.0.1:1/x.png) **bold** \u202e
servers: [{url: "/\\"><script>hacked()</script>"}]
paths:
  /<script>hacked()</script>:
    post:
      operationId: "\\"><script>hacked()</script>"
      summary: "<script>hacked()</script>"
      description: "<svg onload=hacked()>"
      tags: ["<script>hacked()</script>"]
      parameters:
        - {name: "<b>", in: query, description: "<script>hacked()</script>", schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/<script>hacked()<~1script>"}
            example: {name: "<script>hacked()</script>"}
      responses:
        "200":
          description: "<script>hacked()</script>"
          content: {application/json: {schema: {type: object, title: "<script>"}}}
components:
  schemas:
    <script>hacked()</script>:
      type: object
      description: "<iframe src=javascript:hacked()>"
      required: ["</script><script>hacked()</script>"]
      properties:
        name: {type: string, pattern: "^<[a-z]+>$", default: "<script>", enum: ["<script>", "</pre>"]}
"""
