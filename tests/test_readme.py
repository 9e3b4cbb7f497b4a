"""The samples of the README and of docs/ are run, and give the output that is shown."""

import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents import document, written
from library import PATHS
from running import Running, serving

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ADDRESS = "http://127.0.0.1:4010"
INFERRING = "http://127.0.0.1:4011"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[tuple[str, str]]:
    found = [block for page in PAGES for block in BLOCK.findall(page.read_text())]
    return list(dict.fromkeys((body, output) for name, body, output in found if name == language))


def commands() -> Iterator[tuple[str, str]]:
    for body, _ in blocks("console"):
        command, output = re.fullmatch(r"\$ (.*?[^\\]\n)(.*)", body, re.DOTALL).groups()  # type: ignore[union-attr]
        while command.count("'") % 2 or command.endswith("\\\n"):
            line, _, output = output.partition("\n")
            command += line + "\n"
        yield command, output


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def inferring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    spec = written(tmp_path_factory.mktemp("inferring"), document(PATHS), "library.json")
    with serving(str(spec), "--infer-state") as running:
        yield running


@pytest.mark.parametrize(("command", "output"), list(commands()), ids=lambda text: text[:20])
def test_commands(server: Running, inferring: Running, command: str, output: str) -> None:
    """A shell sample prints what is shown."""
    path = f'PATH="{Path(sys.executable).parent}:$PATH"; '
    program = path + command.replace(ADDRESS, server.url).replace(INFERRING, inferring.url)
    done = subprocess.run(["sh", "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == (output.strip(), "")


SAMPLES = [pair for pair in blocks("python") if pair[1]]


@pytest.mark.parametrize(("code", "output"), SAMPLES, ids=lambda text: text[:20])
def test_python(server: Running, code: str, output: str, tmp_path: Path) -> None:
    """A Python sample prints what is shown."""
    program = textwrap.dedent(code).replace(ADDRESS, server.url)
    environment = {**os.environ, "HOME": str(tmp_path)}  # where a client may leave its token
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == output.strip(), done.stderr


def test_there_are_samples() -> None:
    """There are samples at all, of each kind."""
    assert len(list(commands())) >= 5
    assert len(SAMPLES) == 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Files and pictures that a page refers to are there."""
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_job_for_github_stands_on_the_file_that_is_tested() -> None:
    """What the README's job runs, the tested example runs too."""
    job = next(body for body, _ in blocks("yaml") if "ubuntu-latest" in body)
    steps = re.findall(r"uses: (\S+)|run: (pip \S+ \S+|understudy check \S+ --target \S+)", job)
    example = (ROOT / "examples" / "ci" / "github.yml").read_text()
    assert len(steps) == 4
    assert all(step in example for pair in steps for step in pair if step)
