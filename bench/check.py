"""`python -m bench.check`: cases per second of `understudy check` beside those of plain `schemathesis run`.

Both check the same conforming server, over a socket, one worker, as whole commands: start, planning,
sending, judging and, of understudy, judging a second time. "same phases" leaves out understudy's own
probes, which cost less to make than drawn cases and so make the whole command look faster.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from bench.distinct import PLACE
from bench.process import ROOT, free_port
from bench.table import aligned

CREDENTIALS = {
    "galileo": ("APIKeyHeader", "Galileo-API-Key", "glo-5d1f0c7a9b"),
    "langsmith": ("API Key", "X-API-Key", "lsv2_pt_0c1d2e3f4a5b"),
}
PHASES = "examples,coverage,fuzzing"
ROUNDS = 3
SERVICE = """
import sys
import uvicorn
from bench.distinct import Distinct
from gallery.service import make_app
uvicorn.run(Distinct(make_app(sys.argv[1])), port=int(sys.argv[2]), log_level="critical")
"""
SAME_PHASES = """
import sys
import understudy.__main__  # starts as the command does
from understudy.check.plan import PlanOptions
from understudy.checking import CheckOptions, check, planned
from understudy.report.json import to_json
api, url, scheme, value, path = sys.argv[1:]
plan = PlanOptions(phases=("examples", "coverage", "fuzzing"))
options = CheckOptions(specs=(api,), target=url, credentials={scheme: value}, plan=plan)
open(path, "w").write(to_json(check(options, planned(options), lambda _: None).report))
"""


@contextmanager
def served(api: str) -> Iterator[str]:
    """The URL of the gallery's conforming service, in a process of its own."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVICE, api, str(port)],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"},
        stderr=subprocess.DEVNULL,
    )
    try:
        while process.poll() is None and not _listens(port):
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def commands(api: str, url: str, report: Path) -> dict[str, list[str]]:
    """What is measured, by name; each writes its report as JSON."""
    scheme, header, value = CREDENTIALS[api]
    given = ["--target", url, "--credential", f"{scheme}={value}", "--report", f"json={report}"]
    schemathesis = ["--phases", PHASES, "--continue-on-failure", "--seed", "1", "-H", f"{header}: {value}"]
    document = str(ROOT / "specs" / api / "openapi.yaml")
    told = ["--report", "json", "--report-json-path", str(report)]
    return {
        "schemathesis run": [_bin("schemathesis"), "run", document, "-u", url, *schemathesis, *told],
        "understudy, same phases": [sys.executable, "-c", SAME_PHASES, api, url, scheme, value, str(report)],
        "understudy check": [_bin("understudy"), "check", str(ROOT / "specs" / api), *given],
    }


def _bin(name: str) -> str:
    return str(Path(sys.executable).parent / name)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of a command."""

    cases: int
    distinct: int
    seconds: float

    @property
    def row(self) -> tuple[str, ...]:
        told = (self.cases, self.distinct, round(self.seconds, 1))
        return (*map(str, told), f"{self.cases / self.seconds:.0f}", f"{self.distinct / self.seconds:.0f}")


def measured(command: list[str], url: str, report: Path, folder: str) -> Measured:
    """What a command sent, and its seconds."""
    httpx.delete(f"{url}{PLACE}")
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    seconds = time.perf_counter() - started
    return Measured(_cases(json.loads(report.read_text())), httpx.get(f"{url}{PLACE}").json(), seconds)


def _cases(report: dict[str, dict[str, int]]) -> int:
    """Of understudy's report or of schemathesis' own."""
    return report["summary"]["cases"] if "summary" in report else report["test_cases"]["generated"]


def main() -> int:
    """Measure all, round after round, and print one table per API."""
    heads = ("command", "cases", "distinct", "seconds", "cases/s", "distinct/s")
    for api in CREDENTIALS:
        seen: dict[str, list[Measured]] = {}
        with served(api) as url, tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            for _ in range(ROUNDS):
                for name, command in commands(api, url, report).items():
                    seen.setdefault(name, []).append(measured(command, url, report, folder))
        rows = [(name, *run.row) for name, runs in sorted(seen.items()) for run in runs]
        print(f"\n{api}\n" + "\n".join(aligned(heads, rows)))
        for name, runs in seen.items():
            ratios = (_rate(runs, of) / _rate(seen["schemathesis run"], of) for of in ("cases", "distinct"))
            print("{} / schemathesis run: {:.2f}x cases/s, {:.2f}x distinct/s".format(name, *ratios))
    return 0


def _rate(runs: list[Measured], of: str) -> float:
    return float(median(getattr(run, of) / run.seconds for run in runs))


if __name__ == "__main__":
    sys.exit(main())
