"""Reference data that lies beside the checkout or nowhere: documents by others and suites of test cases."""

import os
from pathlib import Path

_NAMED = os.environ.get("UNDERSTUDY_CORPUS")
CORPUS = Path(_NAMED) if _NAMED else None
ABSENT = "the reference data is absent; UNDERSTUDY_CORPUS names the folder of its documents"

_FILES = sorted(CORPUS.rglob("*")) if CORPUS else []
DOCUMENTS = tuple(path for path in _FILES if path.suffix in (".json", ".yaml"))
"""Every file of the corpus."""


def suite(name: str) -> Path:
    """A suite beside the corpus; where there is none, a place where nothing is."""
    return (CORPUS or Path("/nonexistent")).parent / "suites" / name
