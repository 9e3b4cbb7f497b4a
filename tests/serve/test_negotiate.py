"""The media type of a reply is the one the client likes best among those declared."""

import pytest

from understudy.serve.negotiate import choose

JSON = "application/json"
XML = "application/xml"
TWO = (JSON, XML)


@pytest.mark.parametrize(
    ("declared", "accept", "chosen"),
    [
        (TWO, "", JSON),
        (TWO, "*/*", JSON),
        (TWO, " */* ;q=0.1", JSON),
        (TWO, XML, XML),
        (TWO, "Application/XML", XML),
        (TWO, "application/*", JSON),
        (TWO, "text/html, application/xml;q=0.9, */*;q=0.1", XML),
        (TWO, "application/json;q=0.5, application/xml", XML),
        (TWO, "application/json;q=0.5, application/xml;q=0.5", JSON),
        (TWO, "application/xml;q=0.5, application/json;q=0.5", JSON),
        (TWO, "application/json;q=0, */*", XML),
        (TWO, "*/*, application/json; q=0", XML),
        (TWO, "application/*;q=0.9, application/json;q=0.1", XML),
        (TWO, "application/json;version=1;q=0.1, application/xml;q=0.2", XML),
        (TWO, "application/json;Q=0.1, application/xml;q=0.2", XML),
        (TWO, "text/html", None),
        (TWO, "*/*;q=0", None),
        (TWO, "application/json;q=much", None),
        (TWO, "application/json;q=nan", None),
        (TWO, "application/json;q=7, application/xml", JSON),
        (TWO, ",, application/xml ,", XML),
        (TWO, "application/vnd.api+json", None),
        (("application/json; charset=utf-8",), JSON, "application/json; charset=utf-8"),
        (("application/*",), JSON, "application/*"),
        (("*/*",), "text/html", "*/*"),
        (("image/*",), JSON, None),
        (("image/*", JSON), "image/png, application/json;q=0.5", "image/*"),
        ((), JSON, None),
        ((), "", None),
    ],
)
def test_the_client_chooses(declared: tuple[str, ...], accept: str, chosen: str | None) -> None:
    """By weight, the most specific range deciding, and by the document's order among equals (RFC 9110).

    A media type that the document leaves open can be whatever the client asks for.
    """
    assert choose(declared, accept) == chosen
