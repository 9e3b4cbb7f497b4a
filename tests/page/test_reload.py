"""`understudy serve --reload` with real files and a real process."""

import json
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cli.running import Running, run, running

PATIENCE = 8
API = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: pets
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: object}, example: {from: document}}}
"""
STUB = """\
from understudy.stub import Call, Reply, answers


@answers("pets")
def pets(call: Call) -> Reply:
    return Reply({"from": "stub 1"})
"""
COUNTING = """\
from understudy.stub import Call, Reply, answers


@answers("pets")
def pets(call: Call) -> Reply:
    count = (call.state.get("count", "all") or 0) + 1
    call.state.put("count", "all", count)
    return Reply({"from": f"{count} calls"})
"""
OVERLAY = """\
overlay: 1.0.0
info: {title: More, version: "1"}
actions:
  - target: $.paths['/pets'].get.responses['200'].content['application/json']
    update: {example: {from: overlay}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with one API."""
    folder = tmp_path / "specs" / "pets"
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text(API)
    (tmp_path / "stubs").mkdir()
    return tmp_path


def served(shop: Path) -> AbstractContextManager[Running]:
    """The folder served, from inside it."""
    return running(".", "--reload", cwd=shop)


def source(server: Running) -> str:
    """What the reply says it is from."""
    return str(server.ask("GET", "/pets").json["from"])


def health(server: Running) -> Any:
    """What the health endpoint says."""
    return server.ask("GET", "/__understudy__/health").json


def soon(get: Callable[[], Any], wanted: Any) -> None:
    """Wait until a value is what is wanted."""
    end = time.monotonic() + PATIENCE
    while (got := get()) != wanted:
        assert time.monotonic() < end, got
        time.sleep(0.02)


def test_an_edited_document_is_played(shop: Path) -> None:
    """An edit of the document changes the reply of the running server, and the terminal tells of it."""
    document = shop / "specs/pets/openapi.yaml"
    with served(shop) as server:
        assert source(server) == "document"
        document.write_text(API.replace("from: document", "from: edit"))
        soon(lambda: source(server), "edit")
        assert server.stderr == "understudy: the edited files are played now\n"


def test_overlays_and_stubs_come_change_and_go(shop: Path) -> None:
    """A new overlay or stub is found, a second edit in the same second seen, a removed file gone."""
    overlay, stub = shop / "specs/pets/overlay.yaml", shop / "stubs/pets.py"
    with served(shop) as server:
        overlay.write_text(OVERLAY)
        soon(lambda: source(server), "overlay")
        stub.write_text(STUB)
        soon(lambda: source(server), "stub 1")
        stub.write_text(STUB.replace("stub 1", "stub 2"))
        soon(lambda: source(server), "stub 2")
        stub.unlink()
        soon(lambda: source(server), "overlay")
        overlay.unlink()
        soon(lambda: source(server), "document")


def test_a_broken_file_changes_nothing_and_says_where(shop: Path) -> None:
    """What was played goes on; terminal and health tell file and line, until the file is mended."""
    document = shop / "specs/pets/openapi.yaml"
    trouble = "specs/pets/openapi.yaml:7: not YAML: did not find expected ',' or ']'"
    with served(shop) as server:
        document.write_text(API.replace("operationId: pets", "tags: [a"))
        soon(lambda: "trouble" in health(server), True)
        assert source(server) == "document"
        assert health(server)["status"] == "ok"
        assert health(server)["trouble"].endswith(trouble)
        assert f"{trouble}; what was played before goes on" in server.stderr
        document.write_text(API.replace("from: document", "from: mended"))
        soon(lambda: source(server), "mended")
        assert health(server) == {"status": "ok"}


@pytest.mark.parametrize(
    ("name", "text", "trouble"),
    [
        ("stubs/pets.py", "def x(:\n", "pets.py:1: SyntaxError: invalid syntax"),
        ("stubs/pets.py", STUB.replace('"pets"', '"dogs"'), "no operation 'dogs' for its stub to answer"),
        ("specs/pets/overlay.yaml", "overlay: 1.0.0\n", "overlay.yaml:1: `info` must be an object"),
        ("specs/pets/openapi.yaml", "openapi: 4.0.0\n", "openapi.yaml:1: OpenAPI 4.0.0 is not served"),
    ],
)
def test_whatever_is_broken_the_server_goes_on(shop: Path, name: str, text: str, trouble: str) -> None:
    """Every kind of file can be broken without an end of the service."""
    with served(shop) as server:
        (shop / name).write_text(text)
        soon(lambda: trouble in health(server).get("trouble", ""), True)
        assert source(server) == "document"
        assert "Traceback" not in server.stderr


def test_a_document_that_goes_away_and_comes_back(shop: Path) -> None:
    """An editor that moves the file away for a moment, or a branch without it, ends nothing."""
    document = shop / "specs/pets/openapi.yaml"
    with served(shop) as server:
        shutil.move(document, shop / "aside")
        soon(lambda: "trouble" in health(server), True)
        assert source(server) == "document"
        shutil.move(shop / "aside", document)
        soon(lambda: health(server), {"status": "ok"})


def test_the_journal_goes_on(shop: Path) -> None:
    """What was asked before an edit is still there, and numbers go on; secrets of the new files count."""
    with served(shop) as server:
        source(server)
        secured = (
            API + "      security: [{key: []}]\ncomponents: {securitySchemes: "
            "{key: {type: apiKey, in: header, name: X-New-Key}}}\n"
        )
        (shop / "specs/pets/openapi.yaml").write_text(secured)
        soon(lambda: server.ask("GET", "/pets").status, 401)
        assert server.ask("GET", "/pets", {"x-new-key": "my-secret"}).status == 200
        entries = server.ask("GET", "/__understudy__/requests").json
        assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
        assert ["x-new-key", "[redacted]"] in entries[-1]["request"]["headers"]
        assert "my-secret" not in json.dumps(entries)


def test_the_state_goes_on(shop: Path) -> None:
    """What a stub keeps is found by the stub of the edited file."""
    stub = shop / "stubs/pets.py"
    stub.write_text(COUNTING)
    with served(shop) as server:
        assert [source(server), source(server)] == ["1 calls", "2 calls"]
        stub.write_text(COUNTING.replace("calls", "visits"))
        soon(lambda: source(server).split()[1], "visits")
        assert int(source(server).split()[0]) > 3


def test_a_request_ends_with_the_fake_that_it_began_with(shop: Path) -> None:
    """A slow reply that was begun before the edit comes as it was, while new requests get the new one."""
    with served(shop) as server, ThreadPoolExecutor(1) as pool:
        slow = pool.submit(server.ask, "GET", "/pets", {"prefer": "delay=4000"})
        time.sleep(0.2)
        (shop / "specs/pets/openapi.yaml").write_text(API.replace("from: document", "from: edit"))
        soon(lambda: source(server), "edit")
        assert slow.result().json == {"from": "document"}


def test_the_page_tells_of_it(shop: Path, page: Page) -> None:
    """The page shows what is broken, then that there is something new, and the new page on a click."""
    document = shop / "specs/pets/openapi.yaml"
    with served(shop) as server:
        page.goto(f"{server.url}/__understudy__/")
        expect(page.get_by_text("● live")).to_be_visible()
        document.write_text(API + "broken: [\n")
        expect(page.get_by_role("alert")).to_contain_text("specs/pets/openapi.yaml:12: not YAML")
        document.write_text(API.replace("/pets", "/dogs"))
        page.get_by_role("button", name="Show the new ones").click()
        expect(page.locator(".operation")).to_contain_text("/dogs")
        expect(page.get_by_role("alert")).to_be_hidden()


def test_no_request_is_lost_while_files_change(shop: Path) -> None:
    """Requests on a busy server are answered by one fake or the next, never with an error."""
    document = shop / "specs/pets/openapi.yaml"
    seen = set()
    with served(shop) as server:
        for edit in range(4):
            document.write_text(API.replace("from: document", f"from: edit {edit}"))
            end = time.monotonic() + PATIENCE
            while (name := source(server)) != f"edit {edit}":
                seen.add(name)
                assert time.monotonic() < end
    assert seen <= {"document", "edit 0", "edit 1", "edit 2"}


def test_several_workers_do_not_reload(shop: Path) -> None:
    """--reload with --workers is an error of usage that says what to do."""
    ended = run("serve", str(shop), "--reload", "--workers", "2")
    assert ended.returncode == 2
    assert ended.stderr == "understudy: --reload takes one worker: leave out --workers, or --reload\n"


def test_scenarios_are_read_again_and_expectations_stay(shop: Path) -> None:
    """An edited scenario file is played; what the admin API has set is still there."""
    file = shop / "busy.yaml"
    rule = "default:\n  - {operation: pets, status: %d, unchecked: true}\n"
    file.write_text(rule % 503)
    with running(".", "--reload", "--scenarios", "busy.yaml", cwd=shop) as server:
        expected = b'{"operation": "pets", "status": 418, "unchecked": true}'
        assert server.ask("POST", "/__understudy__/expectations", {}, expected).status == 200
        file.write_text(rule % 429)
        soon(lambda: "played now" in server.stderr, wanted=True)
        assert [server.ask("GET", "/pets").status for _ in range(2)] == [418, 429]
