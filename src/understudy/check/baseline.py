"""The findings that a team knows and lives with, in a file that people review."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from understudy.contract.reading import Source, read
from understudy.errors import DocumentError
from understudy.types import JSON, Finding

_FIELDS = {"id", "finding", "reason", "owner", "expires"}
_HEADER = (
    "# Findings that are known. One entry a finding: give a reason and an owner, and a date (YYYY-MM-DD)\n"
    "# from which on it fails the check again.\n"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One known finding. `finding` says for people what it is; `expires` is empty where it never does."""

    id: str
    finding: str = ""
    reason: str = ""
    owner: str = ""
    expires: str = ""

    def is_expired(self, today: date) -> bool:
        return bool(self.expires) and date.fromisoformat(self.expires) <= today


@dataclass(frozen=True, slots=True)
class Sorted:
    """Findings held against a baseline."""

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    expired: tuple[Finding, ...]
    fixed: tuple[Entry, ...]
    """Entries that nothing shows any more."""


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
    entry = Entry(**{name: str(value or "") for name, value in node.items()})
    try:
        entry.is_expired(date.min)
    except ValueError:
        line = source.line(f"{place}/expires")
        raise DocumentError(
            f"{entry.expires!r} is no date (YYYY-MM-DD)", file=source.name, line=line
        ) from None
    return entry


def sort(findings: Iterable[Finding], entries: Sequence[Entry], today: date) -> Sorted:
    """Which findings are new, known or expired, and which entries are fixed."""
    by_id = {entry.id: entry for entry in entries}
    found = list(findings)
    known = [finding for finding in found if finding.id in by_id]
    expired = [finding for finding in known if by_id[finding.id].is_expired(today)]
    seen = {finding.id for finding in found}
    return Sorted(
        new=tuple(finding for finding in found if finding.id not in by_id),
        known=tuple(finding for finding in known if finding not in expired),
        expired=tuple(expired),
        fixed=tuple(entry for entry in entries if entry.id not in seen),
    )


def updated(findings: Iterable[Finding], entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries for just these findings; what was written of a known one is kept."""
    by_id = {entry.id: entry for entry in entries}
    return tuple(by_id.get(finding.id) or Entry(finding.id, _told(finding)) for finding in findings)


def dump(entries: Iterable[Entry]) -> str:
    """The file's text."""
    listed = [
        {
            "id": entry.id,
            "finding": entry.finding,
            "reason": entry.reason,
            "owner": entry.owner,
            "expires": entry.expires,
        }
        for entry in entries
    ]
    return _HEADER + yaml.safe_dump({"findings": listed}, sort_keys=False, allow_unicode=True, width=110)


def _told(finding: Finding) -> str:
    return f"{finding.api} {finding.operation}: {finding.verdict}: {finding.message}"[:200]
