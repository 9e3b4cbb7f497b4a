"""The gallery is what it says: a conforming service, and defects of which each shows as it is told."""

import json
import time
from collections.abc import Callable, Iterator
from functools import cache
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import pytest

import invalid_requests
from asgi import send
from gallery import samples
from gallery.defects import DEFECTS, Defect
from gallery.service import CREDENTIALS, make_app
from gallery.serving import serve_defect
from understudy import content
from understudy.contract import Contract, Match, contract, pointer
from understudy.types import Exchange, Request, Response, Violation

APIS = ("galileo", "langsmith")
VERDICTS = {"server", "auth", "lenient", "data", "document", "infrastructure", None}
ON_A_SOCKET = [defect for defect in DEFECTS if defect.how.wire is not None]
IN_PROCESS = [defect for defect in DEFECTS if defect.how.wire is None]


@cache
def judged_by(api: str) -> Contract:
    (found,) = content.find([api])
    return contract.load(found.document, found.facts)


def match(api: str, request: Request) -> Match:
    found = judged_by(api).find("POST", request.path)
    assert found is not None
    return found


def request_violations(api: str, request: Request) -> tuple[Violation, ...]:
    return match(api, request).operation.read(request, {}).violations


def response_violations(api: str, exchange: Exchange) -> list[Violation]:
    return match(api, exchange.request).operation.judge(exchange.response)


def answers(
    api: str, defect: str | None, requests: tuple[Request, ...], variant: str = "strict"
) -> list[Exchange]:
    app = make_app(api, defect, variant)
    return [Exchange(request, send(app, request)) for request in requests]


def places(violations: list[Violation] | tuple[Violation, ...]) -> list[tuple[str, str]]:
    return [(violation.rule, pointer.join("", *violation.path)) for violation in violations]


def is_at(hint: str | None, place: str) -> bool:
    """Whether a place is the one that a hint tells, with `*` for a member that the schema does not name."""
    told, found = (hint or "").split("/"), place.split("/")
    return len(told) == len(found) and all(a in ("*", b) for a, b in zip(told, found, strict=True))


def cases(table: dict[str, tuple[Request, ...]]) -> list[tuple[str, Request]]:
    return [(api, request) for api in APIS for request in table[api]]


# --- the conforming service ---------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["strict", "lax"])
@pytest.mark.parametrize("api", APIS)
def test_valid_requests_are_taken(api: str, variant: str) -> None:
    """What the contract allows is answered 200 by the strict variant, and both keep the contract."""
    for exchange in answers(api, None, samples.VALID[api], variant):
        assert request_violations(api, exchange.request) == ()
        assert response_violations(api, exchange) == [], exchange
        assert variant == "lax" or exchange.response.status == 200, exchange


@pytest.mark.parametrize("variant", ["strict", "lax"])
@pytest.mark.parametrize("api", APIS)
def test_invalid_requests_are_refused(api: str, variant: str) -> None:
    """What the contract and FastAPI refuse is answered 422, in the declared shape."""
    for exchange in answers(api, None, samples.INVALID[api], variant):
        assert request_violations(api, exchange.request), exchange.request
        assert exchange.response.status == 422, exchange
        assert response_violations(api, exchange) == [], exchange


@pytest.mark.parametrize(("variant", "status"), [("strict", 422), ("lax", 400)])
def test_broken_form_is_refused(variant: str, status: int) -> None:
    """What is no form at all gets a 422, and from FastAPI a 400 that nobody declared."""
    (exchange,) = answers("galileo", None, (samples.BROKEN_FORM,), variant)
    assert exchange.response.status == status
    undeclared = [("status", "")] if status == 400 else []
    assert places(response_violations("galileo", exchange)) == undeclared


@pytest.mark.parametrize("api", APIS)
def test_strict_refuses_and_lax_takes_leniencies(api: str) -> None:
    """What FastAPI takes and the contract does not tells the two variants apart."""
    requests = samples.LENIENCIES[api]
    assert all(request_violations(api, request) for request in requests)
    assert [exchange.response.status for exchange in answers(api, None, requests)] == [422] * len(requests)
    assert [exchange.response.status for exchange in answers(api, None, requests, "lax")] == [200] * len(
        requests
    )


@pytest.mark.parametrize("api", APIS)
def test_variants_agree_on_what_both_take(api: str) -> None:
    """A request that both variants take gets the same bytes from both."""
    pairs = zip(
        answers(api, None, samples.VALID[api]), answers(api, None, samples.VALID[api], "lax"), strict=True
    )
    both = [(one.response, other.response) for one, other in pairs if other.response.status == 200]
    assert len(both) > len(samples.VALID[api]) / 2
    assert all(one == other for one, other in both)


@pytest.mark.parametrize("api", APIS)
def test_strict_refuses_what_the_contract_refuses(api: str) -> None:
    """A long list of invalid requests is refused to the last, at the places that the contract names."""
    listed = {"galileo": invalid_requests.galileo, "langsmith": invalid_requests.langsmith}[api](1200)[::4]
    requests = tuple(
        Request(
            case.request.method,
            case.request.path,
            "",
            (*samples.KEYS[api], *case.request.headers),
            case.request.body,
        )
        for case in listed
        if request_violations(api, case.request)
    )
    assert len(requests) > 250
    for exchange in answers(api, None, requests):
        assert exchange.response.status == 422, exchange.request
        assert response_violations(api, exchange) == []
        told = {tuple(item["loc"][1:]) for item in json.loads(exchange.response.body)["detail"]}
        named = {violation.path for violation in request_violations(api, exchange.request)}
        assert told & named or () in told | named, exchange


def credentials(api: str) -> Iterator[tuple[str, tuple[str, str], int]]:
    """Each scheme's good credential, and others: what they are, the header field, the status due."""
    headers = {"APIKeyHeader": "galileo-api-key", "API Key": "x-api-key", "Tenant ID": "x-tenant-id"}
    for scheme, value in CREDENTIALS[api].items():
        for text, status in ((value, 200), (value + "x", 401), (value[:-1], 401), ("", 401)):
            if scheme == "HTTPBasic":
                yield f"{scheme} {text}", samples.basic(text), status
            elif scheme in headers:
                yield f"{scheme} {text}", (headers[scheme], text), status
            else:
                yield f"{scheme} {text}", ("authorization", f"Bearer {text}"), status
    for text in ("Bearer", "Basic", "Basic %%%", "Digest x", ""):
        yield text, ("authorization", text), 401


@pytest.mark.parametrize("variant", ["strict", "lax"])
@pytest.mark.parametrize("api", APIS)
def test_any_one_good_credential_is_enough(api: str, variant: str) -> None:
    """Each scheme alone opens the service; none, a wrong and a malformed one do not."""
    app = make_app(api, None, variant)
    for told, field, status in credentials(api):
        request = samples.with_credentials(samples.SIMPLE[api], field)
        exchange = Exchange(request, send(app, request))
        assert exchange.response.status == status, told
        assert response_violations(api, exchange) == []
    bare = send(app, samples.with_credentials(samples.SIMPLE[api]))
    assert (bare.status, json.loads(bare.body)) == (401, {"detail": "Invalid token"})


@pytest.mark.parametrize("api", APIS)
def test_answers_are_functions_of_the_request(api: str) -> None:
    """The same bytes get the same answer from any start of the service, others get another."""
    once, twice = (answers(api, None, samples.VALID[api]) for _ in range(2))
    assert once == twice
    bodies = {exchange.request.body: exchange.response.body for exchange in once}
    told = [body for body in bodies.values() if b'_id"' in body]
    assert len(set(told)) == len(told) > 8


# --- the defects --------------------------------------------------------------------------------------


def test_defects_are_named_and_told() -> None:
    """At least 45 defects, each named once for an API, with a known verdict."""
    assert len({(defect.api, defect.name) for defect in DEFECTS}) == len(DEFECTS) >= 45
    assert {defect.verdict for defect in DEFECTS} == VERDICTS
    assert {defect.api for defect in DEFECTS} == set(APIS)
    assert {defect.phase_hint for defect in DEFECTS} == {"any", "coverage", "fuzzing", "probes"}


def test_unknown_defects_are_refused() -> None:
    """A name that no defect has, or one that needs a socket, is told and not silently conforming."""
    with pytest.raises(ValueError, match="no defect 'galileo'"):
        make_app("langsmith", "galileo")
    with pytest.raises(ValueError, match="serve_defect"):
        make_app("langsmith", "reset")


def breaks_contract(defect: Defect, before: Exchange, after: Exchange) -> bool:
    """The answer breaks the contract by the rule and at the place told; the conforming one does not."""
    return response_violations(defect.api, before) == [] and any(
        rule == defect.rule_hint and is_at(defect.pointer_hint, place)
        for rule, place in places(response_violations(defect.api, after))
    )


def falls_over(defect: Defect, before: Exchange, after: Exchange) -> bool:
    return before.response.status < 500 <= after.response.status


def takes_method(defect: Defect, before: Exchange, after: Exchange) -> bool:
    return (before.response.status, after.response.status) == (405, 200)


def changes_its_mind(defect: Defect, before: Exchange, after: Exchange) -> bool:
    return (before.response.status, after.response.status) == (200, 422)


def is_lenient(defect: Defect, before: Exchange, after: Exchange) -> bool:
    """The one violation of the request is overlooked, by the rule and at the place told."""
    [(rule, place)] = places(request_violations(defect.api, after.request))
    told = rule == defect.rule_hint and is_at(defect.pointer_hint, place)
    return told and (before.response.status, after.response.status) == (422, 200)


def refuses_valid_data(defect: Defect, before: Exchange, after: Exchange) -> bool:
    """A valid request is refused in the declared shape, and the field is named."""
    if (before.response.status, after.response.status) != (200, 422):
        return False
    (item,) = json.loads(after.response.body)["detail"]
    valid = (
        request_violations(defect.api, after.request) == () == tuple(response_violations(defect.api, after))
    )
    return valid and is_at(defect.pointer_hint, pointer.join("", *item["loc"][1:]))


def errs_on_credentials(defect: Defect, before: Exchange, after: Exchange) -> bool:
    wrong = (200, 401) if defect.rule_hint == "credential-refused" else (401, 200)
    return (before.response.status, after.response.status) == wrong


def fails_below(defect: Defect, before: Exchange, after: Exchange) -> bool:
    return before.response.status == 200 and after.response.status in (429, 502, 503, 504)


def is_undeclared_4xx(defect: Defect, before: Exchange, after: Exchange) -> bool:
    return after.response.status in (400, 403, 413, 415) and breaks_contract(defect, before, after)


def conforms_all_the_same(defect: Defect, before: Exchange, after: Exchange) -> bool:
    return before.response.body != after.response.body and response_violations(defect.api, after) == []


SHOWS: dict[str | None, Callable[[Defect, Exchange, Exchange], bool]] = {
    "server": breaks_contract,
    "method": takes_method,
    "server-error": falls_over,
    "inconsistent": changes_its_mind,
    "lenient": is_lenient,
    "data": refuses_valid_data,
    "auth": errs_on_credentials,
    "infrastructure": fails_below,
    "document": is_undeclared_4xx,
    None: conforms_all_the_same,
}


@pytest.mark.parametrize("defect", IN_PROCESS, ids=lambda defect: f"{defect.api}-{defect.name}")
def test_defect_shows(defect: Defect) -> None:
    """The last of a defect's requests is answered otherwise than by the conforming service, as it is told."""
    requests = samples.trigger(defect.api, defect.name)
    conforming = answers(defect.api, None, requests)
    start = time.monotonic()
    defective = answers(defect.api, defect.name, requests)
    if defect.rule_hint == "response-time":
        assert time.monotonic() - start >= defect.how.delay > 0
        assert defective == conforming
        return
    shows = SHOWS[defect.rule_hint if defect.rule_hint in SHOWS else defect.verdict]
    assert shows(defect, conforming[-1], defective[-1]), (conforming[-1].response, defective[-1])
    assert defective[:-1] == conforming[:-1]


# --- on a socket --------------------------------------------------------------------------------------


def over_socket(url: str, request: Request) -> Response | str:
    """The response, or the name of the exception that the client raised instead."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(request.method, request.path, request.body, dict(request.headers))
        answer = connection.getresponse()
        headers = tuple((name.lower(), value) for name, value in answer.getheaders())
        return Response(answer.status, headers, answer.read())
    except (HTTPException, OSError) as error:
        return type(error).__name__
    finally:
        connection.close()


@pytest.mark.parametrize("defect", ON_A_SOCKET, ids=lambda defect: f"{defect.api}-{defect.name}")
def test_defect_of_the_wire_shows(defect: Defect) -> None:
    """A message that is cut or ill-measured reaches the client as what it is."""
    with serve_defect(defect.api, defect.name) as url:
        for _ in range(2):
            answer = over_socket(url, samples.SIMPLE[defect.api])
            if defect.rule_hint == "json":
                assert isinstance(answer, Response)
                found = response_violations(defect.api, Exchange(samples.SIMPLE[defect.api], answer))
                assert places(found) == [("json", "")]
            else:
                expected = {"http": "IncompleteRead", "connection": "ConnectionResetError"}
                assert answer == expected[defect.rule_hint]


@pytest.mark.parametrize("api", APIS)
def test_service_is_the_same_on_a_socket(api: str) -> None:
    """Served by uvicorn the service says what it says in process, and it is gone when the block ends."""
    with serve_defect(api) as url:
        for exchange in answers(api, None, (samples.SIMPLE[api], samples.REFUSED[api])):
            served = over_socket(url, exchange.request)
            assert isinstance(served, Response)
            assert (served.status, served.body) == (exchange.response.status, exchange.response.body)
    assert over_socket(url, samples.SIMPLE[api]) == "ConnectionRefusedError"
