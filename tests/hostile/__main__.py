"""`python -m hostile [COUNT [SEED]]`, from the folder of the tests: start a server and fall upon it."""

import sys

from cli.running import running
from hostile.barrage import barrage


def main(count: int = 20_000, seed: int = 0) -> int:
    """0 when the server stood it all."""
    with running() as server:
        account = barrage(("127.0.0.1", server.port), server.process.pid, count, seed)
        told = [line for line in server.stderr.splitlines() if "Traceback" in line]
    print(account)
    print(f"{len(told)} tracebacks in the server's log")
    return 1 if account.faults or told else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
