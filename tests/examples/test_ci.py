"""The examples for CI are run, step after step, as the services would run them."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cli.running import running

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "ci"
SHARDS = ("1", "2", "3")
KEY = "a-key-of-the-staging-server"


@pytest.fixture(scope="module", name="target")
def a_staging_server() -> Iterator[str]:
    """A server that takes one API key."""
    given = ("--auth", "strict", "--credential", f"APIKeyHeader={KEY}")
    with running("galileo", *given) as server:
        yield server.url


@pytest.fixture(name="checkout")
def a_checkout(tmp_path: Path) -> Path:
    """A folder with the document of that server."""
    shutil.copy(ROOT / "specs" / "galileo" / "openapi.yaml", tmp_path)
    return tmp_path


def run(script: str, folder: Path, environment: Mapping[str, str]) -> int:
    """The exit code of one step; steps that install are left out, as it is installed."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout, done.stderr)
    return done.returncode


def steps(job: Mapping[str, Any]) -> list[str]:
    """The shell steps of a job of GitHub's or GitLab's."""
    scripts = job["script"] if "script" in job else [step.get("run", "") for step in job["steps"]]
    return [script for script in scripts if script and "pip install" not in script]


def filled(script: str, shard: str) -> str:
    """A script with GitHub's expressions filled in."""
    return re.sub(r"\$\{\{ matrix\.shard \}\}", shard, script)


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_the_example_runs(service: str, target: str, checkout: Path) -> None:
    """Three shards and a report make the report of the whole plan, and the job passes."""
    example = yaml.safe_load((EXAMPLES / f"{service}.yml").read_text())
    jobs = example.get("jobs", example)
    environment = {
        "TARGET": target,
        "UNDERSTUDY_CREDENTIAL_APIKEYHEADER": KEY,
        "CI_NODE_TOTAL": "3",
        "GITHUB_STEP_SUMMARY": "summary.md",
    }
    for shard in SHARDS:
        for script in steps(jobs["check"]):
            quick = filled(script, shard).replace("10/s", "10000/s")
            assert run(quick, checkout, {**environment, "CI_NODE_INDEX": shard}) == 0, script
    for script in steps(jobs["report"]):
        assert run(script, checkout, environment) == 0, script
    report = json.loads((checkout / "report.json").read_text())
    assert report["shards"] == []
    assert (checkout / "report.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_the_example_fails_with_the_server(service: str, target: str, checkout: Path) -> None:
    """Where the server refuses the credential, the reports are written and the last step fails."""
    example = yaml.safe_load((EXAMPLES / f"{service}.yml").read_text())
    jobs = example.get("jobs", example)
    document = checkout / "openapi.yaml"
    document.write_text(document.read_text().replace("'200':", "'202':"))
    environment = {
        "TARGET": target,
        "UNDERSTUDY_CREDENTIAL_APIKEYHEADER": KEY,
        "CI_NODE_TOTAL": "1",
        "CI_NODE_INDEX": "1",
        "GITHUB_STEP_SUMMARY": "summary.md",
    }
    for script in steps(jobs["check"]):
        whole = filled(script, "1").replace("1/3", "1/1").replace("10/s", "10000/s")
        assert run(whole, checkout, environment) == 0, script
    *reports, last = [run(script, checkout, environment) for script in steps(jobs["report"])]
    assert (set(reports), last) == ({0}, 1)
