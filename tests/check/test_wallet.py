"""The wallet: which credential goes where, and that none is ever shown."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from documents import document, loaded, operation
from understudy.check.case import Case, Credentials
from understudy.check.wallet import Wallet, placeholder, variables
from understudy.contract import Contract, Operation
from understudy.types import Failure, Request, Response

SCHEMES = {
    "API Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Query": {"type": "apiKey", "in": "query", "name": "key"},
    "Cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "Basic": {"type": "http", "scheme": "basic"},
    "Token": {"type": "http", "scheme": "bearer"},
}
SECRETS = {
    "API Key": "api-key-secret",
    "Query": "query-secret",
    "Cookie": "cookie-secret",
    "Basic": "user:basic-secret",
    "Token": "token-secret",
}
CASE = Case("GET /a", "probes", "try", Request("GET", "/a", "n=1", (("accept", "*/*"),)))


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    security = [{name: []} for name in SCHEMES]
    paths = {"/a": {"get": operation(security=security)}, "/open": {"get": operation()}}
    return loaded(tmp_path, document(paths, components={"securitySchemes": SCHEMES}))


@pytest.fixture
def asked(contract: Contract) -> Operation:
    return contract.operations[0]


def case(kind: str = "good", scheme: str | None = None) -> Case:
    return replace(CASE, credentials=Credentials(kind, scheme))  # type: ignore[arg-type]


def carried(request: Request) -> dict[str, str]:
    """What a request has beside that of its case."""
    headers = {name: value for name, value in request.headers if name != "accept"}
    query = request.query.removeprefix("n=1").removeprefix("&")
    return headers | ({"query": query} if query else {})


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ("API Key", {"x-key": "api-key-secret"}),
        ("Query", {"query": "key=query-secret"}),
        ("Cookie", {"cookie": "sid=cookie-secret"}),
        ("Basic", {"authorization": "Basic " + base64.b64encode(b"user:basic-secret").decode()}),
        ("Token", {"authorization": "Bearer token-secret"}),
    ],
)
def test_a_credential_travels_as_its_scheme_says(
    asked: Operation, scheme: str, expected: dict[str, str]
) -> None:
    """In the header, the query or the cookie that the document names."""
    assert carried(Wallet(SECRETS).sent(case("good", scheme), asked)) == expected


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["good", "short", "long"])
def test_no_secret_is_shown(asked: Operation, scheme: str, kind: str) -> None:
    """The request for people to see names the variable instead."""
    shown = Wallet(SECRETS).shown(case(kind, scheme), asked)
    assert "secret" not in repr(shown)
    assert placeholder(scheme).strip("$") in repr(shown)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("kind", ["none", "wrong", "malformed"])
def test_a_bad_credential_has_nothing_of_the_good_one(asked: Operation, scheme: str, kind: str) -> None:
    """What is sent to be refused does not hold the secret."""
    assert "secret" not in repr(Wallet(SECRETS).sent(case(kind, scheme), asked))


def test_short_and_long_are_made_of_the_good_one(asked: Operation) -> None:
    """One character less, and a tail."""
    wallet = Wallet(SECRETS)
    assert carried(wallet.sent(case("short", "API Key"), asked)) == {"x-key": "api-key-secre"}
    assert carried(wallet.sent(case("long", "API Key"), asked)) == {"x-key": "api-key-secret-tail"}


def test_the_first_alternative_that_can_be_paid(asked: Operation) -> None:
    """Where no scheme is named, the document's order counts among those that there are credentials for."""
    assert carried(Wallet({"Token": "t", "Cookie": "c"}).sent(case(), asked)) == {"cookie": "sid=c"}


def test_what_a_wallet_can_pay(contract: Contract) -> None:
    """A case asks for the credential of its scheme; an open operation for none."""
    locked, opened = contract.operations
    wallet = Wallet({"Token": "token-secret"})
    assert wallet.can(case("good", "Token"), locked)
    assert wallet.can(case(), locked)
    assert not wallet.can(case("good", "Basic"), locked)
    assert not wallet.can(case("short", "Basic"), locked)
    assert wallet.can(case("wrong", "Basic"), locked)
    assert not Wallet().can(case(), locked)
    assert Wallet().can(case(), opened)


def test_no_credential_goes_to_an_open_operation(contract: Contract) -> None:
    """It asks for none, and gets none."""
    assert carried(Wallet(SECRETS).sent(case(), contract.operations[1])) == {}


def test_headers_of_the_run_are_sent_with_every_request(asked: Operation) -> None:
    """Whatever the case is about."""
    wallet = Wallet(SECRETS, (("x-tenant", "t1"),))
    assert carried(wallet.sent(case("none"), asked)) == {"x-tenant": "t1"}


def test_what_the_server_tells_back_is_redacted() -> None:
    """In headers and bodies, as it is, as the password alone and in the form in which it travels."""
    wallet = Wallet(SECRETS)
    encoded = base64.b64encode(b"user:basic-secret").decode()
    told = Response(200, (("x-echo", "token-secret"),), f"{encoded} basic-secret api-key-secret".encode())
    shown = wallet.redacted(told)
    assert shown == Response(200, (("x-echo", "$TOKEN"),), b"$BASIC $BASIC $API_KEY")
    assert wallet.redacted({"a": [1, "token-secret"]}) == {"a": [1, "$TOKEN"]}
    assert wallet.redacted(Failure("reset", "token-secret")) == Failure("reset", "$TOKEN")


def test_short_words_are_not_taken_for_credentials() -> None:
    """A body is not changed because a test key happens to be an ordinary word."""
    assert Wallet({"Token": "self"}).redacted(b"the self") == b"the self"


def test_variables_of_a_command() -> None:
    """The words that the shell fills in: the target, and each credential whole or made wrong."""
    found = variables(["API Key"])
    assert {"$TARGET", "$API_KEY", """$(printf %s "$API_KEY" | sed 's/.$//')"""} <= set(found)
    assert all(word == "$TARGET" or "$API_KEY" in word for word in found)
