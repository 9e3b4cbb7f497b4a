"""What large YAML files hold, kept on disk as JSON: the next start reads them many times as fast.

A file is found by the digest of its text, so an edited one is never taken for what it was. Only JSON is read
back, and what is not as it was written is as good as absent; nothing here ever fails a start.
"""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from understudy import __version__
from understudy.contract.reading.places import Duplicates
from understudy.types import JSON

LARGE = 100_000
"""Characters from which on a text is kept: a smaller one is read in a moment."""
MOST = 64
"""Files that are kept at most; those not used in the longest time go first."""
VARIABLE = "UNDERSTUDY_CACHE"
"""Environment variable that names the folder; where it is empty nothing is kept."""


def recall(text: str) -> tuple[JSON, Duplicates] | None:
    """What a text holds, if it was read before."""
    file = _file(text)
    if file is None:
        return None
    try:
        root, duplicates = json.loads(file.read_bytes())
        os.utime(file)
        return root, tuple((str(key), int(line)) for key, line in duplicates)
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def keep(text: str, root: JSON, duplicates: Duplicates) -> None:
    """Remember what a text holds."""
    file = _file(text)
    if file is None:
        return
    with suppress(OSError, ValueError, RecursionError):
        written = json.dumps([root, duplicates], separators=(",", ":"), allow_nan=False)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent, suffix=".tmp", delete=False) as new:
            new.write(written)
        Path(new.name).replace(file)
        _forget(file.parent)


def _file(text: str) -> Path | None:
    folder = os.environ.get(VARIABLE, _default())
    if len(text) < LARGE or not folder:
        return None
    digest = hashlib.sha256(f"{__version__}\n{text}".encode("utf-8", "surrogatepass"))
    return Path(folder) / f"{digest.hexdigest()}.json"


def _default() -> str:
    caches = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    with suppress(RuntimeError):  # of a user without a home
        return str(caches.expanduser() / "understudy" / "documents")
    return ""


def _forget(folder: Path) -> None:
    """Make room: the newest stay."""
    kept = sorted(folder.glob("*.json"), key=lambda file: (file.stat().st_mtime_ns, file.name))
    for file in kept[:-MOST]:
        file.unlink(missing_ok=True)
