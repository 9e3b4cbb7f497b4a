"""The file of `--scenarios`: named lists of rules, in YAML or JSON."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from understudy.contract import pointer
from understudy.contract.reading import read
from understudy.errors import DocumentError
from understudy.serve.canned import RuleError
from understudy.serve.rules import Reader, Rule
from understudy.session import SessionError, named
from understudy.types import JSON

DEFAULT = "default"
"""The scenario of a request that names none."""


def load(path: Path, reader: Reader) -> Mapping[str, Sequence[Rule]]:
    """The scenarios in a file. Raises DocumentError with file and line."""
    root, source = read(path)
    if source.duplicates:
        key, line = source.duplicates[0]
        raise DocumentError(f"duplicate key {key!r}", file=str(path), line=line)
    try:
        return _scenarios(root, reader)
    except RuleError as error:
        place = error.place
        raise DocumentError(f"{place}: {error.message}", file=str(path), line=source.line(place)) from None


def _scenarios(root: JSON, reader: Reader) -> dict[str, Sequence[Rule]]:
    if not isinstance(root, dict):
        raise RuleError("", "is to be an object: scenarios by name, each a list of rules")
    return {
        checked_name(name, pointer.join("", name)): reader.rules(value, pointer.join("", name))
        for name, value in root.items()
    }


def checked_name(name: str, place: str = "") -> str:
    """The name of a scenario, if a session can tell it. Raises RuleError."""
    if not name:
        raise RuleError(place, "a scenario has a name")
    try:
        return named([("scenario", name)]).scenario
    except SessionError as error:
        raise RuleError(place, str(error)) from None
