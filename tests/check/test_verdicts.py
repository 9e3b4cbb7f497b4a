"""What one exchange says of a server."""

from pathlib import Path

import pytest

from documents import document, loaded, operation, taking
from understudy.check.case import Case, Credentials
from understudy.check.judge import judge
from understudy.contract import Contract
from understudy.types import Request, Response

KEY = {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
JSON_BODY = (("content-type", "application/json"),)
SENT = Request("POST", "/a", "", JSON_BODY, b"{}")


@pytest.fixture
def held(tmp_path: Path) -> Contract:
    return loaded(tmp_path, document({"/a": {"post": taking({"type": "object"})}}))


def told(
    held: Contract, sent: Request, response: Response, credentials: Credentials
) -> list[tuple[str, str]]:
    case = Case("POST /a", "probes", "", sent, credentials)
    return [(fault.verdict, fault.rule) for fault in judge(held, case, sent, response)]


ALLOWS = [("POST", False), ("GET,POST", False), ("GET, HEAD", True), ("", True), (None, True)]


@pytest.mark.parametrize(("allow", "is_fault"), ALLOWS)
def test_allow_has_to_name_a_declared_method(held: Contract, allow: str | None, is_fault: bool) -> None:
    """A 405 says which methods there are; one that leaves out all of them says nothing true."""
    headers = () if allow is None else (("allow", allow),)
    found = told(held, Request("GET", "/a"), Response(405, headers), Credentials())
    assert found == ([("server", "method")] if is_fault else [])


REFUSALS = [(400, True), (404, False), (409, True), (415, True), (405, False), (406, False), (413, False)]


@pytest.mark.parametrize(("status", "is_refusal"), REFUSALS)
def test_valid_data_refused_is_told_whether_the_status_is_declared_or_not(
    held: Contract, status: int, is_refusal: bool
) -> None:
    """A refusal of the data is one, unless its status speaks of the method, the Accept or the size."""
    found = told(held, SENT, Response(status), Credentials())
    assert (("data", "refused") in found) == is_refusal


def test_an_operation_open_to_all_as_well_lets_anybody_in(tmp_path: Path) -> None:
    """An empty alternative asks for nothing: nobody is blamed for letting in who brings none."""
    guarded = operation(security=[{"Key": []}])
    optional = operation(security=[{"Key": []}, {}])
    paths = {"/a": {"post": guarded}, "/b": {"post": optional}}
    held = loaded(tmp_path, document(paths, components={"securitySchemes": KEY}))
    good = Response(200, JSON_BODY, b"{}")
    assert told(held, Request("POST", "/a"), good, Credentials("none")) == [
        ("auth", "unauthenticated-accepted")
    ]
    assert told(held, Request("POST", "/b"), good, Credentials("none")) == []
