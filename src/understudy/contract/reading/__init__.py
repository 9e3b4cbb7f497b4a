"""YAML and JSON files as plain JSON, bounded, each with the text that says where things stand.

`read` decides between `jsonfile` and `yamlfile`, and `kept` remembers large YAML files; `Source` answers for
lines. Below them stand `places`
(pointers and their offsets), `surrogates` and `scalars` (what a text means), `events` (the YAML parser)
and `faults` (the bounds, and how a fault is told).
"""

import json
from pathlib import Path

from understudy.contract.reading import kept
from understudy.contract.reading.faults import MAX_BYTES
from understudy.contract.reading.jsonfile import read_json
from understudy.contract.reading.places import Duplicates
from understudy.contract.reading.source import Source
from understudy.contract.reading.yamlfile import read_yaml
from understudy.errors import DocumentError
from understudy.types import JSON

__all__ = ["Source", "read"]


def read(path: Path) -> tuple[JSON, Source]:
    """Read one file: an object or an array, and its source.

    A text that starts with `{` or `[` is tried as JSON first and then, unless the file is named `.json`,
    as YAML. Of a key that stands twice in one object the last one counts, and the source warns of it.
    Raises DocumentError, with file and line, for all else and for what exceeds the bounds.
    """
    name = str(path)
    text = _text(path, name)
    if text.lstrip().startswith(("{", "[")):
        try:
            root, duplicates = read_json(name, text)
            return root, Source(name, text, "json", duplicates)
        except json.JSONDecodeError as error:
            if path.suffix.lower() == ".json":
                raise DocumentError(f"not JSON: {error.msg}", file=name, line=error.lineno) from None
    root, duplicates = kept.recall(text) or _read_yaml(name, text)
    return root, Source(name, text, "yaml", duplicates)


def _read_yaml(name: str, text: str) -> tuple[JSON, Duplicates]:
    root, duplicates = read_yaml(name, text)
    kept.keep(text, root, duplicates)
    return root, duplicates


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"cannot be read: {error.strerror}", file=name) from None
    if len(content) > MAX_BYTES:
        raise DocumentError(f"larger than {MAX_BYTES} bytes", file=name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DocumentError("not UTF-8 text", file=name, line=line) from None
