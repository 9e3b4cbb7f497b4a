"""What a file may not exceed, and how a fault in it is told."""

from understudy.errors import DocumentError

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 500
MAX_NODES = 5_000_000

TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


def fault(message: str, name: str, text: str, offset: int | None) -> DocumentError:
    """An error at the line of an offset in the text of the file `name`."""
    line = None if offset is None else text.count("\n", 0, offset) + 1
    return DocumentError(message, file=name, line=line)


def bad_number(number: str, name: str, text: str, offset: int | None) -> DocumentError:
    """An error for a number that neither JSON nor Python can hold."""
    return fault(f"{short(number)} is not a number that can be held", name, text, offset)


def short(text: str) -> str:
    """The text as a message may show it."""
    return text if len(text) <= 40 else text[:40] + "..."
