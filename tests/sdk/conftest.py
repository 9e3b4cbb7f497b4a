"""The released client libraries, each driven by a small program in its own language, and a fake for them."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from running import Running, serving
from understudy.types import JSON, Request

CLIENTS = Path(__file__).parent / "clients"
NPM = ("galileo@1.33.1", "langsmith@0.12.0")
JOURNAL = "/__understudy__/requests"
PATIENCE = 300
"""Seconds that the installation may take on a busy machine."""
ANSWER = "answer: "
"""What a line begins with on which a client's program says what came of a job."""


@dataclass(frozen=True)
class Client:
    """One client library and the fake that it talks to."""

    program: subprocess.Popen[str]
    fake: Running
    language: str
    """`python` or `node`."""

    def of(self, fake: Running) -> "Client":
        """The same client that talks to another fake."""
        return Client(self.program, fake, self.language)

    def does(self, what: str, key: str = "demo", **arguments: JSON) -> JSON:
        """What the client's program says of a job: `{"value": ...}` or `{"error": class, "status": ...}`."""
        assert self.program.stdin
        assert self.program.stdout
        job = {"url": self.fake.url, "key": key, "does": what, **arguments}
        print(json.dumps(job), file=self.program.stdin, flush=True)
        line = ""
        while not line.startswith(ANSWER):  # what the library prints comes before
            line = self.program.stdout.readline()
            assert line, "the client's program has ended"
        return json.loads(line.removeprefix(ANSWER))

    def succeeds(self, what: str, key: str = "demo", **arguments: JSON) -> JSON:
        """The value that a job ends with."""
        told = self.does(what, key, **arguments)
        assert "value" in told, told
        return told["value"]

    def asked(self) -> list[str]:
        """Method and path of every request that the fake has seen since it was last asked."""
        seen = json.loads(self.fake.send(Request("GET", JOURNAL)).body)
        self.fake.send(Request("DELETE", JOURNAL))
        return [f"{entry['request']['method']} {entry['request']['path']}" for entry in seen]


@pytest.fixture(scope="session")
def fake() -> Iterator[Running]:
    """The shipped fakes, as `understudy serve` starts them."""
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The npm clients, installed once beside the Python ones; skipped where that cannot be done."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        pytest.skip("Node and npm are not installed")
    folder = Path(sys.prefix) / "npm-clients"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = folder / " ".join(NPM)
        if not installed.exists():
            command = [
                npm,
                "install",
                "--prefix",
                str(folder),
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                *NPM,
            ]
            done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
            if done.returncode:
                pytest.skip(f"npm could not install {' and '.join(NPM)}: {done.stderr.strip()[-200:]}")
            installed.touch()
    return folder / "node_modules"


@pytest.fixture(scope="session")
def galileo_python(fake: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The Galileo client of PyPI."""
    with driven(sys.executable, "galileo_client.py", home=tmp_path_factory.mktemp("home")) as program:
        yield Client(program, fake, "python")


@pytest.fixture(scope="session")
def galileo_node(
    fake: Running, node_modules: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """The Galileo client of npm."""
    home = tmp_path_factory.mktemp("home")
    with driven("node", "galileo_client.cjs", home=home, modules=node_modules) as program:
        yield Client(program, fake, "node")


@pytest.fixture(scope="session")
def langsmith_python(fake: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The LangSmith client of PyPI."""
    with driven(sys.executable, "langsmith_client.py", home=tmp_path_factory.mktemp("home")) as program:
        yield Client(program, fake, "python")


@pytest.fixture(scope="session")
def langsmith_node(
    fake: Running, node_modules: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """The LangSmith client of npm."""
    home = tmp_path_factory.mktemp("home")
    with driven("node", "langsmith_client.cjs", home=home, modules=node_modules) as program:
        yield Client(program, fake, "node")


@pytest.fixture(params=["python", "node"])
def galileo(request: pytest.FixtureRequest) -> Client:
    """Galileo's client of a language."""
    return request.getfixturevalue(f"galileo_{request.param}")


@pytest.fixture(params=["python", "node"])
def langsmith(request: pytest.FixtureRequest) -> Client:
    """LangSmith's client of a language."""
    return request.getfixturevalue(f"langsmith_{request.param}")


@contextmanager
def driven(
    language: str, program: str, *, home: Path, modules: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A client's program, which does the jobs that it reads line by line, until the block ends."""
    environment = {"HOME": str(home), "GALILEO_HOME_DIR": str(home), "PYTHONWARNINGS": "ignore"}
    if modules:
        environment["NODE_PATH"] = str(modules)
    with subprocess.Popen(
        [language, str(CLIENTS / program)],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        yield running
        running.terminate()
