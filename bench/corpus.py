"""`python -m bench.corpus`: hold the fake of each document to that document, and print a line for each.

Fake and check are made of the same document, so each finding means that one of the two is wrong. Gaps are
what is said of the document itself: answers that it leaves out, schemas that nothing can satisfy. The same
documents give the same table, but for seconds and megabytes.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.process import ROOT
from bench.table import aligned
from understudy.check.plan import PlanOptions
from understudy.checking import CheckOptions, check, planned
from understudy.errors import UnderstudyError, UsageError
from understudy.report.words import cause
from understudy.serve import logs
from understudy.types import Finding

FOLDER = "UNDERSTUDY_CORPUS"
HEADS = ("document", "operations", "tested", "cases", "findings", "gaps", "seconds", "MB")
_DOCUMENT = re.compile(rb"""["']?(openapi|swagger)["']?\s*:\s*["']?[23]\.""")


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one document."""

    document: str
    operations: int = 0
    tested: int = 0
    """Operations that at least one request was sent to."""
    cases: int = 0
    findings: tuple[str, ...] = ()
    gaps: int = 0
    seconds: float = 0.0
    megabytes: int = 0
    trouble: str = ""
    """Why it could not be checked to the end."""

    @property
    def fails(self) -> bool:
        return bool(self.findings or self.trouble or self.tested < self.operations)

    @property
    def cells(self) -> tuple[str, ...]:
        counts = (self.operations, self.tested, self.cases, len(self.findings), self.gaps)
        return (self.document, *map(str, counts), f"{self.seconds:.1f}", str(self.megabytes))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m bench.corpus", description=__doc__)
    made.add_argument("documents", nargs="*", type=Path, help=f"files and folders (default ${FOLDER})")
    made.add_argument(
        "--max-examples", type=int, default=10, help="drawn requests per operation (default 10)"
    )
    made.add_argument(
        "--max-per-phase", type=int, default=20, help="requests per operation and phase (default 20)"
    )
    made.add_argument("--timeout", type=float, default=600.0, help="seconds for one document (default 600)")
    made.add_argument("--jobs", type=int, default=os.cpu_count(), help="documents at once (default: cores)")
    made.add_argument("--one", action="store_true", help="check one document here, and tell it as JSON")
    return made


def documents(named: Sequence[Path]) -> Iterator[Path]:
    """The files named, and of the folders the files that are documents and no fragments."""
    for path in named:
        if path.is_dir():
            found = (child for child in sorted(path.iterdir()) if child.suffix in (".json", ".yaml", ".yml"))
            yield from (child for child in found if _DOCUMENT.search(child.read_bytes()))
        else:
            yield path


def held(document: Path, options: argparse.Namespace) -> Row:
    """One document checked, in a process of its own, so that none takes the others down."""
    command = [
        *(sys.executable, "-m", "bench.corpus", "--one", str(document.absolute())),
        *("--max-examples", str(options.max_examples), "--max-per-phase", str(options.max_per_phase)),
    ]
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=options.timeout
        )
    except subprocess.TimeoutExpired:
        return Row(document.name, seconds=options.timeout, trouble=f"not done in {options.timeout:g} s")
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        return Row(document.name, trouble=f"ended with {done.returncode}: {last}")
    told = json.loads(done.stdout)
    return Row(**{**told, "findings": tuple(told["findings"])})


def checked(document: Path, options: argparse.Namespace) -> Row:
    """One document checked, here and now."""
    logs.configure(access_log=False)
    started = time.perf_counter()
    plan = PlanOptions(max_examples=options.max_examples, max_per_phase=options.max_per_phase)
    asked = CheckOptions(specs=(str(document),), use_overlays=False, plan=plan)
    try:
        report = check(asked, planned(asked), lambda _: None).report
    except UsageError:  # it declares no operation
        return Row(document.name)
    except UnderstudyError as error:
        return Row(document.name, trouble=str(error))
    operations = [operation for _, operation in report.operations]
    return Row(
        document.name,
        operations=len(operations),
        tested=sum(operation.answered > 0 for operation in operations),
        cases=sum(operation.cases for operation in operations),
        findings=tuple(_told(finding) for finding in report.findings if finding.verdict != "document"),
        gaps=sum(finding.verdict == "document" for finding in report.findings),
        seconds=time.perf_counter() - started,
        megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


def _told(finding: Finding) -> str:
    curl = finding.curl if len(finding.curl) <= 500 else finding.curl[:500] + "..."
    return f"{finding.verdict}  {cause(finding)}\n    {finding.operation}, line {finding.line}\n    {curl}"


def table(rows: Sequence[Row]) -> str:
    """All documents, and below them their sum."""

    def summed(name: str) -> Any:
        return sum(getattr(row, name) for row in rows)

    total = Row(
        document=f"{len(rows)} documents",
        operations=summed("operations"),
        tested=summed("tested"),
        cases=summed("cases"),
        findings=tuple(found for row in rows for found in row.findings),
        gaps=summed("gaps"),
        seconds=summed("seconds"),
        megabytes=max(row.megabytes for row in rows),
    )
    return "\n".join(aligned(HEADS, [row.cells for row in (*rows, total)]))


def run(found: Sequence[Path], options: argparse.Namespace) -> list[Row]:
    """The documents checked, some at once; on a terminal it says how far it is."""
    rows = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for row in pool.map(lambda document: held(document, options), found):
            rows.append(row)
            if sys.stderr.isatty():
                print(f"\r\033[K{len(rows)} of {len(found)}: {row.document}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return rows


def main() -> int:
    """0, or 1 when a document fails, or 2 when there is none."""
    options = parser().parse_args()
    if options.one:
        print(json.dumps(asdict(checked(options.documents[0], options))))
        return 0
    folder = os.environ.get(FOLDER)
    found = list(documents(options.documents or ([Path(folder)] if folder else [])))
    if not found:
        print(f"no document: name files or folders, or a folder in {FOLDER}", file=sys.stderr)
        return 2
    rows = run(found, options)
    print(table(rows))
    for row in rows:
        for told in (row.trouble, *row.findings):
            if told:
                print(f"\n{row.document}: {told}")
    return 1 if any(row.fails for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
