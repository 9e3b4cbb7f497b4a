"""A check walks the gallery: it finds every defect, says where and whose, and accuses nobody who conforms."""

import gc
import re

import pytest

from gallery.checked import of_conforming, of_defect
from gallery.defects import DEFECTS, Defect
from understudy.contract import pointer
from understudy.types import Finding

ACCUSING = ("server", "auth")


def told(found: tuple[Finding, ...]) -> list[tuple[str, str, str, str]]:
    """What is said: verdict, rule, place and words."""
    return [
        (finding.verdict, finding.rule, pointer.from_path(finding.path), finding.message) for finding in found
    ]


def points_at(defect: Defect, finding: Finding) -> bool:
    """Whether a finding is about the defect: its verdict, its rule, and its place in the data."""
    hint = defect.pointer_hint
    there = None if hint is None else re.sub(r"/\d+(?=/|$)", "/*", hint)
    where = pointer.from_path(finding.path)
    return (finding.verdict, finding.rule) == (defect.verdict, defect.rule_hint) and there in (None, where)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("api", ["galileo", "langsmith"])
def test_a_conforming_service_is_clean(api: str, seed: int) -> None:
    """Strict by the contract: there is nothing to say of it, whatever the seed."""
    assert told(of_conforming(api, "strict", seed)) == []


# Starlette leaves the files of a form that it cannot read to the garbage collector.
@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("api", ["galileo", "langsmith"])
def test_a_lenient_service_is_not_accused(api: str) -> None:
    """Plain FastAPI takes more than the document says: that is told, and is no fault of the server."""
    found = of_conforming(api, "lax", 0)
    gc.collect()
    assert "lenient" in {finding.verdict for finding in found}
    assert [finding for finding in found if finding.verdict in ACCUSING] == []


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: f"{defect.api}-{defect.name}")
def test_every_defect_is_found(defect: Defect) -> None:
    """With its verdict, rule and place; one that is no fault of the server accuses it of nothing."""
    found = of_defect(defect)
    if defect.verdict is None:
        assert told(found) == []
        return
    assert any(points_at(defect, finding) for finding in found), told(found)
    if defect.verdict not in ACCUSING:
        assert {finding.verdict for finding in found}.isdisjoint(ACCUSING), told(found)
