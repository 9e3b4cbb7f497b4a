"""Which credentials an operation takes, and which credential a request brings."""

import base64
from pathlib import Path

import pytest

from documents import document, loaded, operation
from understudy.contract.security import Scheme, requirements, schemes
from understudy.types import JSON

DECLARED = {
    "header key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "queryKey": {"type": "apiKey", "in": "query", "name": "api key"},
    "cookieKey": {"type": "apiKey", "in": "cookie", "name": "session"},
    "basic": {"type": "http", "scheme": "Basic"},
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "digest": {"type": "http", "scheme": "digest"},
    "oauth": {"type": "oauth2", "flows": {}},
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com"},
    "mutual": {"type": "mutualTLS"},
    "linked": {"$ref": "#/components/securitySchemes/bearer"},
}


def declared(folder: Path) -> dict[str, Scheme]:
    return schemes(loaded(folder, document({}, components={"securitySchemes": DECLARED})).document)


def basic(text: str, codec: str = "utf-8") -> str:
    return base64.b64encode(text.encode(codec)).decode()


@pytest.mark.parametrize(
    ("name", "headers", "query", "credential"),
    [
        ("header key", {"x-key": " k "}, "", "k"),
        ("header key", {"x-key": " "}, "", None),
        ("header key", {"authorization": "k"}, "X-Key=k", None),
        ("queryKey", {}, "a=1&api%20key=k%2B1&api+key=2", "k+1"),
        ("queryKey", {}, "api+key=", None),
        ("queryKey", {}, "", None),
        ("cookieKey", {"cookie": "a=1; session=k"}, "", "k"),
        ("cookieKey", {"cookie": "a[b]=1; c; session=k=="}, "", "k=="),
        ("cookieKey", {"cookie": 'session="k"'}, "", "k"),
        ("cookieKey", {"cookie": "session="}, "", None),
        ("cookieKey", {"cookie": "sessions=k"}, "", None),
        ("cookieKey", {}, "session=k", None),
        ("basic", {"authorization": f"Basic {basic('a:b')}"}, "", "a:b"),
        ("basic", {"authorization": f"bAsIc  {basic('a:b:c')}"}, "", "a:b:c"),
        ("basic", {"authorization": f"Basic {basic('é:')}"}, "", "é:"),
        ("basic", {"authorization": f"Basic {basic('no colon')}"}, "", None),
        ("basic", {"authorization": "Basic ====="}, "", None),
        ("basic", {"authorization": f"Bearer {basic('a:b')}"}, "", None),
        ("bearer", {"authorization": "Bearer t"}, "", "t"),
        ("bearer", {"authorization": "bearer t"}, "", "t"),
        ("bearer", {"authorization": "Bearer "}, "", None),
        ("bearer", {"authorization": "t"}, "", None),
        ("bearer", {}, "access_token=t", None),
        ("oauth", {"authorization": "Bearer t"}, "", "t"),
        ("openid", {"authorization": "Bearer t"}, "", "t"),
        ("linked", {"authorization": "Bearer t"}, "", "t"),
        ("digest", {"authorization": 'Digest username="u"'}, "", 'username="u"'),
        ("mutual", {}, "", "certificate"),
    ],
)
def test_a_scheme_finds_its_credential(
    tmp_path: Path, name: str, headers: dict[str, str], query: str, credential: str | None
) -> None:
    """Where the scheme says, and of the shape that it says; anything else is no credential."""
    assert declared(tmp_path)[name].credential(headers, query) == credential


@pytest.mark.parametrize(
    ("name", "challenge"),
    [
        ("header key", 'ApiKey realm="header key", in="header", name="X-Key"'),
        ("basic", 'Basic realm="*"'),
        ("oauth", 'Bearer realm="*"'),
        ("digest", 'Digest realm="*", nonce="abc123"'),
    ],
)
def test_a_scheme_says_how_to_be_asked(tmp_path: Path, name: str, challenge: str) -> None:
    """As a WWW-Authenticate challenge."""
    assert declared(tmp_path)[name].challenge == challenge


def test_a_challenge_fits_into_a_header_whatever_the_name() -> None:
    """Quotes are escaped and what a header field cannot hold is replaced (RFC 9110, section 5.6.4)."""
    scheme = Scheme('a"b\\c\n€', "apiKey", "header", "X")
    assert scheme.challenge == r'ApiKey realm="a\"b\\c??", in="header", name="X"'


@pytest.mark.parametrize(
    ("rest", "own", "names"),
    [
        ({}, {}, []),
        ({"security": [{"basic": []}]}, {}, [["basic"]]),
        ({"security": [{"basic": []}]}, {"security": []}, []),
        ({"security": [{"basic": []}]}, {"security": [{"oauth": ["read"]}]}, [["oauth"]]),
        (
            {},
            {"security": [{"basic": [], "header key": []}, {"bearer": []}]},
            [["basic", "header key"], ["bearer"]],
        ),
        ({}, {"security": [{"basic": []}, {}]}, [["basic"], []]),
        ({}, {"security": [{"nobody": []}, {"basic": []}]}, [["basic"]]),
        ({}, {"security": [{"basic": [], "nobody": []}]}, []),
    ],
)
def test_the_alternatives_of_an_operation(
    tmp_path: Path, rest: dict[str, JSON], own: dict[str, JSON], names: list[list[str]]
) -> None:
    """Its own, else the document's; an alternative whose scheme is not declared is left out."""
    root = document({"/a": {"get": operation(**own)}}, components={"securitySchemes": DECLARED}, **rest)
    found = requirements(loaded(tmp_path, root).document, "/paths/~1a/get")
    assert [[scheme.name for scheme in alternative] for alternative in found] == names


@pytest.mark.parametrize("components", [{}, {"securitySchemes": {}}, {"securitySchemes": None}, None])
def test_a_document_without_schemes(tmp_path: Path, components: JSON) -> None:
    """Nothing declared is nothing asked."""
    root = document({"/a": {"get": operation(security=[{"x": []}])}}, components=components)
    loaded_document = loaded(tmp_path, root).document
    assert schemes(loaded_document) == {}
    assert requirements(loaded_document, "/paths/~1a/get") == ()
