"""What can go wrong before a request is served, each with the exit code of the command line."""

from collections.abc import Iterable
from difflib import get_close_matches


class UnderstudyError(Exception):
    """Something a person must mend; the message says what, where and how. Exit code 2."""

    exit_code = 2


class DocumentError(UnderstudyError):
    """A document, overlay or companion that cannot be read or served."""

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None) -> None:
        self.message = message
        self.file = file
        self.line = line
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(place + message)


class UsageError(UnderstudyError):
    """An option, a stub or a configuration that makes no sense."""


class UnreachableError(UnderstudyError):
    """A server that is needed and gives no answer. Exit code 3."""

    exit_code = 3


class Unsatisfiable(UnderstudyError):
    """A schema that no value satisfies (or none found within bounds); names the contradiction.

    `pointer` is the JSON pointer, inside the schema given, of the part that contradicts itself.
    """

    def __init__(self, pointer: str, reason: str) -> None:
        self.pointer = pointer
        self.reason = reason
        super().__init__(f"{reason} (at {pointer or '/'})")


def hint(word: str, known: Iterable[str]) -> str:
    """What to say after an unknown word: the one that was probably meant, else all there are."""
    names = sorted(known)
    close = get_close_matches(word[:200], names, 1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(names) or 'none'}"
