"""One small API for all tests of reports."""

from pathlib import Path

import pytest

from report import saying
from understudy.contract import Contract
from understudy.report.model import Report


@pytest.fixture(scope="session")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """The contract of the pet shop."""
    folder: Path = tmp_path_factory.mktemp("pets")
    return saying.pets(folder)


@pytest.fixture(scope="session")
def everything(pets: Contract) -> Report:
    """A report with something of everything in it."""
    return saying.everything(pets)
