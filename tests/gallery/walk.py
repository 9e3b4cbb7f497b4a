"""A check walks the gallery: it finds every defect with its verdict, and accuses nobody who conforms."""

import pytest

from gallery.checked import findings
from gallery.defects import DEFECTS, Defect

ACCUSING = ("server", "auth")
IN_PROCESS = [defect for defect in DEFECTS if defect.how.wire is None]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("api", ["galileo", "langsmith"])
def test_a_conforming_service_is_clean(api: str, seed: int) -> None:
    """Strict by the contract: there is nothing to say of it, whatever the seed."""
    assert [(found.verdict, found.rule, found.message) for found in findings(api, seed=seed)] == []


@pytest.mark.parametrize("api", ["galileo", "langsmith"])
def test_a_lenient_service_is_not_accused(api: str) -> None:
    """Plain FastAPI takes more than the document says: that is told, and is no fault of the server."""
    found = findings(api, variant="lax")
    assert "lenient" in {finding.verdict for finding in found}
    assert [finding for finding in found if finding.verdict in ACCUSING] == []


@pytest.mark.parametrize("defect", IN_PROCESS, ids=lambda defect: f"{defect.api}-{defect.name}")
def test_every_defect_is_found(defect: Defect) -> None:
    """With the right verdict; one that is no fault of the server accuses it of nothing."""
    found = findings(defect.api, defect.name)
    verdicts = {finding.verdict for finding in found}
    told = [(finding.verdict, finding.rule, finding.path, finding.message) for finding in found]
    if defect.verdict is None:
        assert told == []
        return
    assert defect.verdict in verdicts, told
    if defect.verdict not in ACCUSING:
        assert verdicts.isdisjoint(ACCUSING), told
