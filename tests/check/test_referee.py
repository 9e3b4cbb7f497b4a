"""What the second judge is good for: a change of openapi-core in either direction shows here."""

from collections.abc import Callable
from pathlib import Path

import pytest

from check.judging import JSON_TYPE, answer, sent, shop
from understudy.check.drive import Sent
from understudy.check.fault import Fault
from understudy.check.referee import PROOFS, Referee
from understudy.contract import Contract
from understudy.types import Failure, Request, Response

FORM = (("content-type", "multipart/form-data; boundary=b"),)
VALID_FORM = Request(
    "POST",
    "/notes",
    headers=FORM,
    body=b'--b\r\nContent-Disposition: form-data; name="count"\r\n\r\n7\r\n--b--\r\n',
)


@pytest.fixture(scope="module")
def referee(tmp_path_factory: pytest.TempPathFactory) -> Referee:
    folder: Path = tmp_path_factory.mktemp("shop")
    contract: Contract = shop(folder)
    return Referee(contract)


def adding(body: bytes) -> Request:
    return Request("POST", "/pets", headers=JSON_TYPE, body=body)


COMPETENT: dict[str, Callable[[Referee], bool]] = {
    "a missing member of a response": lambda one: one.refuses_response(adding(b""), answer(body=b"{}")),
    "a wrong type in a response": lambda one: one.refuses_response(adding(b""), answer(body=b'{"name":1}')),
    "an undeclared status": lambda one: one.refuses_response(adding(b""), answer(201)),
    "an undeclared media type": lambda one: one.refuses_response(
        adding(b""), answer(headers=(("content-type", "text/html"),))
    ),
    "a missing member of a request": lambda one: one.refuses_request(adding(b"{}")),
}
INCOMPETENT: dict[str, Callable[[Referee], bool]] = {
    "takes NaN for JSON": lambda one: (
        not one.refuses_response(adding(b""), answer(body=b'{"name":"x","size":NaN}'))
    ),
    "takes a member that comes twice": lambda one: (
        not one.refuses_response(adding(b""), answer(body=b'{"name":1,"name":"x"}'))
    ),
    "takes a byte order mark": lambda one: (
        not one.refuses_response(adding(b""), answer(body=b'\xef\xbb\xbf{"name":"x"}'))
    ),
    "refuses a valid form": lambda one: one.refuses_request(VALID_FORM),
}


@pytest.mark.parametrize("name", COMPETENT)
def test_openapi_core_sees_what_it_is_asked_about(referee: Referee, name: str) -> None:
    """Where it is the proof it finds the fault."""
    assert COMPETENT[name](referee)


def test_openapi_core_takes_what_is_right(referee: Referee) -> None:
    """A judge that refuses everything proves nothing."""
    assert not referee.refuses_request(adding(b'{"name":"x"}'))
    assert not referee.refuses_response(adding(b'{"name":"x"}'), answer())


@pytest.mark.parametrize("name", INCOMPETENT)
def test_openapi_core_still_needs_another_proof_beside_it(referee: Referee, name: str) -> None:
    """The day this fails the table of proofs may get shorter: openapi-core has learned it."""
    assert INCOMPETENT[name](referee)


def test_openapi_core_still_fails_on_credentials_that_it_does_not_know(referee: Referee) -> None:
    """It is given no security at all, so a request without credentials is none of its business."""
    assert not referee.refuses_request(adding(b'{"name":"x"}'))


@pytest.mark.parametrize(
    "body",
    [b'{"name":NaN}', b'{"name":1,"name":2}', b'\xef\xbb\xbf{"name":1}', b'["\\ud800"]', b"{", b"\xff"],
)
def test_the_strict_parse_refuses_what_is_no_json(referee: Referee, body: bytes) -> None:
    """It is the proof of a response that is not JSON."""
    fault = Fault("server", "json", "not JSON")
    assert referee.proof(fault, adding(b""), answer(body=body)) == "strict parse"
    assert referee.confirms(fault, adding(b""), answer(body=body))
    assert not referee.confirms(fault, adding(b""), answer())


def of_type(media_type: str) -> Response:
    return answer(headers=(("content-type", media_type),))


PROVED: list[tuple[Fault, Request, Response, str]] = [
    *((Fault("server", rule, ""), adding(b""), answer(), proof) for rule, proof in PROOFS.items()),
    (Fault("server", "type", ""), adding(b""), answer(), "openapi-core"),
    (Fault("lenient", "type", ""), adding(b"{}"), answer(), "openapi-core"),
    (Fault("lenient", "type", ""), VALID_FORM, answer(), "again"),
    (Fault("data", "refused", ""), VALID_FORM, answer(), "again"),
    (Fault("server", "type", "", "body"), adding(b""), of_type("application/xml"), "again"),
    (Fault("server", "json", "", "body"), adding(b""), of_type("application/x-ndjson"), "again"),
    (Fault("server", "type", "", "body"), adding(b""), of_type("text/event-stream"), "again"),
    (Fault("server", "media-type", "", "body"), adding(b""), of_type("application/xml"), "openapi-core"),
    (Fault("server", "required", "", "header"), adding(b""), of_type("application/xml"), "openapi-core"),
]


@pytest.mark.parametrize(
    ("fault", "request_", "outcome", "proof"), PROVED, ids=lambda value: getattr(value, "rule", "")
)
def test_how_a_fault_is_proved(
    referee: Referee, fault: Fault, request_: Request, outcome: Response, proof: str
) -> None:
    """By its rule; of a body that openapi-core cannot read by sending the request again."""
    assert referee.proof(fault, request_, outcome) == proof


@pytest.mark.parametrize(
    ("fault", "exchange", "holds"),
    [
        (Fault("lenient", "required", ""), sent(body=b"{}"), True),
        (Fault("lenient", "required", ""), sent(), False),
        (Fault("data", "refused", ""), sent(answer(422)), True),
        (Fault("data", "refused", ""), sent(answer(422), body=b"{}"), False),
        (Fault("server", "server-error", ""), sent(answer(500)), True),
        (Fault("server", "server-error", ""), sent(answer(200)), False),
        (Fault("server", "type", ""), sent(answer(body=b"[]")), True),
        (Fault("server", "type", ""), sent(), False),
        (Fault("infrastructure", "connection", ""), sent(Failure("reset", "")), True),
    ],
)
def test_a_fault_holds_where_the_second_judge_agrees(
    referee: Referee, fault: Fault, exchange: Sent, holds: bool
) -> None:
    """And falls where it does not."""
    assert referee.confirms(fault, exchange.request, exchange.outcome) is holds
