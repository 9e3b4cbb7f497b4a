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
from pathlib import Path
from statistics import median

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
from gallery.service import make_app
uvicorn.run(make_app(sys.argv[1]), port=int(sys.argv[2]), log_level="critical")
"""
SAME_PHASES = """
import sys
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
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
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


def measured(command: list[str], report: Path, folder: str) -> tuple[int, float]:
    """The cases that a command sent, and its seconds."""
    started = time.perf_counter()
    subprocess.run(command, cwd=folder, capture_output=True, check=False)
    seconds = time.perf_counter() - started
    return _cases(json.loads(report.read_text())), seconds


def _cases(report: dict[str, dict[str, int]]) -> int:
    """Of understudy's report or of schemathesis' own."""
    return report["summary"]["cases"] if "summary" in report else report["test_cases"]["generated"]


def main() -> int:
    """Measure all, round after round, and print one table per API."""
    for api in CREDENTIALS:
        rates: dict[str, list[float]] = {}
        rows = []
        with served(api) as url, tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            for _ in range(ROUNDS):
                for name, command in commands(api, url, report).items():
                    cases, seconds = measured(command, report, folder)
                    rates.setdefault(name, []).append(cases / seconds)
                    rows.append((name, str(cases), f"{seconds:.1f}", f"{cases / seconds:.0f}"))
        print(f"\n{api}\n" + "\n".join(aligned(("command", "cases", "seconds", "cases/s"), sorted(rows))))
        plain = median(rates["schemathesis run"])
        for name, seen in rates.items():
            print(f"{name} / schemathesis run: {median(seen) / plain:.2f}x")
    return 0


if __name__ == "__main__":
    sys.exit(main())
