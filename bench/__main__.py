"""`python -m bench`: measure, print, exit 0 unless something could not be measured."""

import argparse
import json
import os
import platform
import signal
import sys
from pathlib import Path

from bench import contenders, measure, prism, table


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    made.add_argument("--only", choices=("throughput", "coldstart"), help="leave the other measurement out")
    made.add_argument("--quick", action="store_true", help="one round of one second, for trying")
    made.add_argument("--rounds", type=int, default=3, help="rounds that count (default 3)")
    made.add_argument("--seconds", type=float, default=3.0, help="seconds of load per round (default 3)")
    made.add_argument("--json", type=Path, metavar="PATH", help="write every round's figures there too")
    return made


def prism_command(results: measure.Results) -> tuple[str, ...] | None:
    """How to start Prism; None, and a trouble, where it cannot be had."""
    try:
        return prism.command()
    except prism.PrismMissing as missing:
        results.troubles.append(f"Prism is left out: {missing}")
        return None


def machine() -> str:
    """One line on what all of this was measured on."""
    versions = f"Python {platform.python_version()}, Prism {prism.VERSION}"
    return f"{versions}, {os.cpu_count()} cores, {platform.system()}"


def run(options: argparse.Namespace) -> measure.Results:
    """Measure and print as told."""
    results = measure.Results()
    command = prism_command(results)
    rounds, seconds = (1, 1.0) if options.quick else (options.rounds, options.seconds)
    print(machine(), flush=True)
    if options.only != "coldstart":
        measure.throughput(contenders.for_throughput(command), rounds, seconds, results)
        print("\n" + table.throughput(results), flush=True)
    if options.only != "throughput":
        measure.cold_start(contenders.for_cold_start(command), rounds, results)
        print("\n" + table.cold_start(results), flush=True)
    return results


def main() -> int:
    """0, or 1 when something could not be measured, or 130 when interrupted."""
    options = parser().parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        results = run(options)
    except KeyboardInterrupt:
        print("interrupted; every server is stopped", file=sys.stderr)
        return 130
    for trouble in dict.fromkeys(results.troubles):
        print(f"\ncould not measure: {trouble}", file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps(table.as_data(results), indent=2) + "\n")
    return 1 if results.troubles else 0


if __name__ == "__main__":
    sys.exit(main())
