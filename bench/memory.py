"""Peak memory of a server and its children, read from /proc: no library is needed."""

from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def peak_memory(leader: int) -> int | None:
    """Peak resident bytes of a server, its children included; None where there is no /proc."""
    peaks = [peak_of(entry) for entry in PROC.glob("[0-9]*") if group_of(entry) == leader]
    return sum(peaks) if peaks else None


def group_of(entry: Path) -> int | None:
    """The process group of one entry of /proc."""
    with suppress(OSError):
        # The name, in brackets, may itself hold spaces: state, parent and group follow the last bracket.
        return int((entry / "stat").read_text().rpartition(")")[2].split()[2])
    return None


def peak_of(entry: Path) -> int:
    """VmHWM of one entry of /proc, in bytes."""
    with suppress(OSError):
        for line in (entry / "status").read_text().split("\n"):
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
