"""Files that a command writes."""

from collections.abc import Iterable
from pathlib import Path

from understudy.errors import UsageError


def refuse_unwritable(paths: Iterable[Path]) -> None:
    """Raise UsageError for a file that cannot be written, before anything is done for it."""
    for path in paths:
        was_there = path.exists()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.open("ab").close()
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}") from None
        if not was_there:
            path.unlink()


def write(path: Path, content: bytes) -> None:
    """A whole file. Raises UsageError."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
