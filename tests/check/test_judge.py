"""Whose fault it is: each rule and each verdict once, by a hand-made exchange."""

from pathlib import Path

import pytest

from check.judging import JSON_TYPE, answer, sent, shop
from documents import document, loaded
from understudy.check.case import Case, Credentials, Kind
from understudy.check.drive import Sent
from understudy.check.fault import Fault, general
from understudy.check.judge import judge
from understudy.contract import Contract
from understudy.types import JSON, Failure, Request, Response
from understudy.types import Path as Where

POST = "/paths/~1pets/post"
SCHEMA = f"{POST}/responses/200/content/application~1json/schema"
REQUEST = f"{POST}/requestBody/content/application~1json/schema"
NO = b'{"detail": [{"loc": ["body", "tags", 0]}]}'

CASES: dict[str, tuple[Sent, tuple[str, str, Where, str]]] = {
    "missing": (sent(answer(body=b"{}")), ("server", "required", ("name",), f"{SCHEMA}/required")),
    "type": (
        sent(answer(body=b'{"name": "x", "tags": [1]}')),
        ("server", "type", ("tags", "*"), f"{SCHEMA}/properties/tags/items/type"),
    ),
    "member of a map": (
        sent(answer(body=b'{"name": "x", "weights": {"a": "b"}}')),
        ("server", "type", ("weights", "*"), f"{SCHEMA}/properties/weights/additionalProperties/type"),
    ),
    "media type": (
        sent(answer(headers=(("content-type", "text/html"),))),
        ("server", "media-type", (), f"{POST}/responses/200/content"),
    ),
    "two media types": (
        sent(answer(headers=(*JSON_TYPE, ("content-type", "text/html")))),
        ("server", "http", ("content-type",), f"{POST}/responses/200/content"),
    ),
    "not JSON": (
        sent(answer(body=b"{")),
        ("server", "json", (), f"{POST}/responses/200/content/application~1json"),
    ),
    "undeclared 201": (sent(answer(201)), ("server", "status", ("201",), f"{POST}/responses")),
    "undeclared 404": (sent(answer(404)), ("document", "status", ("404",), f"{POST}/responses")),
    "500": (sent(answer(500)), ("server", "server-error", (), f"{POST}/responses")),
    "502": (sent(answer(502)), ("infrastructure", "unavailable", (), "")),
    "429": (sent(answer(429)), ("infrastructure", "rate-limit", (), "")),
    "reset": (sent(Failure("reset", "gone")), ("infrastructure", "connection", ("reset",), "")),
    "timeout": (sent(Failure("timeout", "late")), ("infrastructure", "connection", ("timeout",), "")),
    "no HTTP": (sent(Failure("protocol", "cut")), ("server", "http", (), "")),
    "no credentials": (sent(kind="none"), ("auth", "unauthenticated-accepted", (), f"{POST}/security")),
    "wrong credentials": (sent(kind="wrong"), ("auth", "credential-accepted", ("Key",), f"{POST}/security")),
    "taken": (sent(body=b"{}"), ("lenient", "required", ("name",), f"{REQUEST}/required")),
    "refused": (sent(answer(422, NO)), ("data", "refused", ("tags", "*"), f"{POST}/requestBody")),
    "refused without a word": (sent(answer(422, b"{}")), ("data", "refused", (), f"{POST}/responses")),
    "a member that nobody declared refused": (
        sent(answer(422, b'{"detail": [{"loc": ["body", "zz"]}]}')),
        ("data", "refused", ("*",), f"{POST}/requestBody"),
    ),
    "method taken": (sent(method="PUT"), ("server", "method", (), "/paths/~1pets")),
    "no Allow": (sent(answer(405), method="PUT"), ("server", "method", ("allow",), "/paths/~1pets")),
}
NOTHING = {
    "answered as declared": sent(),
    "the same media type twice": sent(answer(headers=(*JSON_TYPE, *JSON_TYPE))),
    "refused what the contract refuses": sent(answer(422, b"{}"), body=b"{}"),
    "kept out without credentials": sent(answer(422, b"{}"), kind="none"),
    "a method refused as HTTP says": sent(answer(405, headers=(("allow", "POST"),)), method="PUT"),
}


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    folder: Path = tmp_path_factory.mktemp("shop")
    return shop(folder)


def faults(pets: Contract, exchange: Sent) -> list[Fault]:
    return list(judge(pets, exchange.case, exchange.request, exchange.outcome))


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_with_its_verdict_and_its_places(pets: Contract, name: str) -> None:
    """One exchange, one fault: verdict, rule, place in the data and place in the document."""
    exchange, expected = CASES[name]
    found = [(fault.verdict, fault.rule, fault.path, fault.pointer) for fault in faults(pets, exchange)]
    assert found == [expected]


@pytest.mark.parametrize("name", NOTHING)
def test_nobody_is_accused_for_nothing(pets: Contract, name: str) -> None:
    """An answer that the contract allows is no fault."""
    assert faults(pets, NOTHING[name]) == []


@pytest.mark.parametrize(
    ("exchange", "what"),
    [
        (sent(answer(500)), "answers a valid request with 500 Internal Server Error"),
        (
            sent(answer(500), body=b'{"name": 1}'),
            "answers an invalid request (/name: must be of type string, got integer 1)"
            " with 500 Internal Server Error",
        ),
        (sent(answer(501), kind="none"), "answers a request with no credentials with 501 Not Implemented"),
        (
            sent(answer(500), kind="wrong"),
            "answers a request with a credential for Key that nobody has with 500 Internal Server Error",
        ),
        (
            sent(answer(500), method="PUT"),
            "answers PUT, which is not declared, with 500 Internal Server Error",
        ),
    ],
)
def test_a_server_error_says_what_it_answers(pets: Contract, exchange: Sent, what: str) -> None:
    """Whether the request was valid, and what was wrong with one that was not."""
    assert [fault.message for fault in faults(pets, exchange)] == [what]


def test_a_refused_good_credential_is_a_fault(pets: Contract) -> None:
    """That nobody declared the 403 is another one, and the document's."""
    found = {(fault.verdict, fault.rule) for fault in faults(pets, sent(answer(403)))}
    assert found == {("auth", "credential-refused"), ("document", "status")}


def test_a_redirect_is_no_leniency(pets: Contract) -> None:
    """An invalid request that is sent elsewhere was not taken."""
    found = [(fault.verdict, fault.rule) for fault in faults(pets, sent(answer(307), body=b"{}"))]
    assert found == [("server", "status")]


NEVER: JSON = {"type": "null", "oneOf": [{"type": "string"}, {"type": "number"}]}
ONLY_A_REFUSAL: JSON = {"401": {"description": "always"}, "400": {"description": "always"}}


def declaring(responses: JSON, **rest: JSON) -> JSON:
    return {"/p": {"get": {"responses": responses, **rest}}}


def alone(folder: Path, paths: JSON, response: Response, kind: Kind = "good", **rest: JSON) -> list[Fault]:
    """The faults of one answer to `GET /p` of a document with these paths."""
    request = Request("GET", "/p")
    case = Case("GET /p", "probes", "tries", request, Credentials(kind))
    return list(judge(loaded(folder, document(paths, **rest)), case, request, response))


@pytest.mark.parametrize("status", [400, 401])
def test_a_document_that_promises_no_success_is_taken_at_its_word(tmp_path: Path, status: int) -> None:
    """Where errors are all that is declared, an error to a good request is no fault."""
    assert alone(tmp_path, declaring(ONLY_A_REFUSAL), Response(status, (), b"")) == []


def test_a_certificate_is_not_missed_in_a_request(tmp_path: Path) -> None:
    """Mutual TLS lies below HTTP: a request without credentials may well have shown its certificate."""
    paths = declaring({"200": {"description": "ok"}}, security=[{"Certificate": []}])
    schemes: JSON = {"securitySchemes": {"Certificate": {"type": "mutualTLS"}}}
    assert alone(tmp_path, paths, Response(200, (), b""), "none", components=schemes) == []


@pytest.mark.parametrize("status", [204, 304])
def test_no_body_is_asked_for_where_http_has_none(tmp_path: Path, status: int) -> None:
    """A document may declare content for a 204; nobody can send it."""
    content: JSON = {"application/json": {"schema": {"type": "object"}}}
    paths = declaring({str(status): {"description": "ok", "content": content}})
    assert alone(tmp_path, paths, Response(status, (), b"")) == []


def test_a_501_to_what_nothing_can_satisfy_is_a_gap_in_the_document(tmp_path: Path) -> None:
    """Nothing keeps the declared schema, so whoever says so is not blamed; a 501 else is the server's."""
    for schema, verdict in ((NEVER, "document"), ({"type": "string"}, "server")):
        content: JSON = {"application/json": {"schema": schema}}
        paths = declaring({"200": {"description": "ok", "content": content}})
        assert [fault.verdict for fault in alone(tmp_path, paths, Response(501, (), b""))] == [verdict]


@pytest.mark.parametrize(
    ("path", "place", "expected"),
    [
        (("a", 3, "b"), "/components/schemas/A/required", ("a", "*", "b")),
        (("m", "x"), "/components/schemas/A/properties/m/additionalProperties/type", ("m", "*")),
        (("m", "x", "n"), "/components/schemas/A/patternProperties/x/required", ("m", "*", "n")),
        (("zz",), "/paths/~1a/get/responses/200/content/a~1b/schema/additionalProperties", ("*",)),
        (("properties", "n"), "/components/schemas/A/properties/properties/type", ("properties", "n")),
    ],
)
def test_names_in_a_map_are_one_place(path: Where, place: str, expected: Where) -> None:
    """As the items of an array are; the names of declared members stay."""
    assert general(path, place) == expected
