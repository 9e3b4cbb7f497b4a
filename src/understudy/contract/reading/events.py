"""The YAML parser: its events one by one, its faults as errors with file and line."""

from collections.abc import Iterator
from typing import Any, Literal

import yaml

from understudy.contract.reading.faults import fault

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def events(name: str, text: str) -> Iterator[yaml.Event]:
    """The parser's events. Raises DocumentError for what is not YAML."""
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.reader.ReaderError as error:
        character = chr(error.character) if isinstance(error.character, int) else "\ufffd"
        raise fault(f"not text: holds {character!r}", name, text, text.find(character)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise fault(f"not YAML: {error.problem}", name, text, mark.index if mark else None) from None


def offset(event: yaml.Event, mark: Literal["start_mark", "end_mark"] = "start_mark") -> int:
    """Where an event starts or ends; the parsers always say so, their types only sometimes."""
    index: int = getattr(event, mark).index
    return index
