"""A file's text, kept to say where things stand and what in it deserves a warning."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from understudy.contract.reading.jsonfile import json_marks
from understudy.contract.reading.places import Duplicates, Mark, on_lines, pointers
from understudy.contract.reading.surrogates import joined_surrogates
from understudy.contract.reading.yamlfile import yaml_marks


@dataclass(frozen=True, eq=False)
class Source:
    """One file's text. `name` is the path as the user gave it."""

    name: str
    text: str = field(repr=False)
    syntax: Literal["json", "yaml"] = "yaml"
    duplicates: Duplicates = ()

    def line(self, pointer: str) -> int | None:
        """1-based line of the key or array item that a JSON pointer names, else of its nearest ancestor.

        What an alias or a merge key brings in stands where it is brought in. None for an empty text.
        """
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        return self._lines.get(pointer)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was read against the syntax's own rules, with file and line."""
        return tuple(
            f"{self.name}:{line}: duplicate key {key!r}, the last one counts" for key, line in self.duplicates
        )

    @functools.cached_property
    def _lines(self) -> dict[str, int]:
        if self.syntax == "json":
            return _lines(self.text, json_marks(self.text))
        text = joined_surrogates(self.name, self.text)
        return _lines(text, yaml_marks(self.name, text))


def _lines(text: str, marks: Iterable[Mark]) -> dict[str, int]:
    return dict(on_lines(text, pointers(marks)))
