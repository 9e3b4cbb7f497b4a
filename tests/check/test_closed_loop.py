"""The fake and the check are made of the same document: neither accuses the other."""

import pytest

from reference import ABSENT, CORPUS
from understudy.check.plan import PlanOptions
from understudy.checking import CheckOptions, check, planned

SMALL = (
    "hey31-sse-post.yaml",
    "oai-link-example.yaml",
    "oai20-uber.yaml",
    "petstorev3.json",
    "rdme30-parameters-style.json",
    "rdme30-response-examples.json",
    "rdme30-response-multiple-mediatypes.json",
    "rdme31-security.json",
)
"""Documents with little in each that others do not have; `make corpus` takes them all."""


@pytest.mark.skipif(CORPUS is None, reason=ABSENT)
@pytest.mark.parametrize("name", SMALL)
def test_the_fake_of_a_document_keeps_it(name: str) -> None:
    """Nothing is found but what the document itself leaves out, and every operation is asked."""
    assert CORPUS is not None
    plan = PlanOptions(max_examples=2, max_per_phase=6)
    options = CheckOptions(specs=(str(CORPUS / name),), use_overlays=False, plan=plan)
    report = check(options, planned(options), lambda _: None).report
    assert [finding for finding in report.findings if finding.verdict != "document"] == []
    assert all(operation.answered for _, operation in report.operations)
