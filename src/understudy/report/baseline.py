"""The findings that a team knows and lives with, in a file that people review."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import yaml

from understudy.contract.reading import Source, read
from understudy.errors import DocumentError
from understudy.report.join import Entry
from understudy.types import JSON, Finding

_FIELDS = {"id", "finding", "reason", "owner", "expires"}
_HEADER = (
    "# Findings that are known. Give each a reason and an owner, and if you like the last day\n"
    "# (YYYY-MM-DD) on which it does not fail the check.\n"
)


def load(path: Path) -> tuple[Entry, ...]:
    """The entries of a baseline file. Raises DocumentError with file and line."""
    root, source = read(path)
    listed = root.get("findings") if isinstance(root, dict) else None
    if not isinstance(listed, list):
        raise DocumentError("a baseline is a mapping with a list `findings`", file=source.name)
    return tuple(_entry(node, f"/findings/{index}", source) for index, node in enumerate(listed))


def _entry(node: JSON, place: str, source: Source) -> Entry:
    if not isinstance(node, dict) or not isinstance(node.get("id"), str):
        raise DocumentError("an entry needs an `id`", file=source.name, line=source.line(place))
    for name in node:
        if name not in _FIELDS:
            line = source.line(f"{place}/{name}")
            raise DocumentError(f"unknown field {name!r} of an entry", file=source.name, line=line)
    told = {name: str(node.get(name) or "") for name in ("id", "reason", "owner", "expires")}
    if told["expires"] and not _is_date(told["expires"]):
        line = source.line(f"{place}/expires")
        raise DocumentError(f"{told['expires']!r} is no date (YYYY-MM-DD)", file=source.name, line=line)
    return Entry(**told)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def dump(findings: Iterable[Finding], known: Sequence[Entry]) -> str:
    """The text of a baseline of just these findings; what was written of a known one is kept."""
    by_id = {entry.id: entry for entry in known}
    listed = [_told(finding, by_id.get(finding.id, Entry(finding.id, ""))) for finding in findings]
    return _HEADER + yaml.safe_dump({"findings": listed}, sort_keys=False, allow_unicode=True, width=110)


def _told(finding: Finding, entry: Entry) -> dict[str, str]:
    """One entry, with a line for the people who review it."""
    what = f"{finding.api} {finding.operation}: {finding.verdict}: {finding.message}"
    return {"id": entry.id, "finding": what[:200], **{k: v for k, v in asdict(entry).items() if k != "id"}}
