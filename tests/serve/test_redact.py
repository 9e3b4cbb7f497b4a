"""No secret stands in what is told, whatever carries it; all else is told as it was."""

import pytest

from understudy.serve.redact import Redactor, Secrets

JSON_TYPE = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


def redacted(body: str, content_type: str = JSON_TYPE, *names: str) -> str:
    return Redactor(Secrets(frozenset(names))).body(body.encode(), content_type)


@pytest.mark.parametrize(
    ("body", "content_type", "told"),
    [
        ('{"api_key":"s3cret","n":1}', JSON_TYPE, '{"api_key":"[redacted]","n":1}'),
        ('{ "Password" : "a\\"s3cret" }', JSON_TYPE, '{ "Password" : "[redacted]" }'),
        ('{"a":{"pwd":"s3cret"},"jwt":5}', JSON_TYPE, '{"a":{"pwd":"[redacted]"},"jwt":"[redacted]"}'),
        ('{"openai_api_key":["s3cret","s3cret"]}', JSON_TYPE, '{"openai_api_key":"[redacted]"}'),
        ('{"password":"s3cret', JSON_TYPE, '{"password":"[redacted]"'),
        ('{"api_key":"s3cret"}', "text/plain", '{"api_key":"[redacted]"}'),
        ("user=u&password=s3cret&x=1", FORM, "user=u&password=[redacted]&x=1"),
        (
            '--b\r\nContent-Disposition: form-data; name="secret"\r\n\r\ns3\r\ncret\r\n--b\r\n'
            'Content-Disposition: form-data; name="plain"\r\n\r\nsecret\r\n--b--\r\n',
            MULTIPART,
            '--b\r\nContent-Disposition: form-data; name="secret"\r\n\r\n[redacted]\r\n--b\r\n'
            'Content-Disposition: form-data; name="plain"\r\n\r\nsecret\r\n--b--\r\n',
        ),
        (f'{{"said":"Bearer {TOKEN}"}}', JSON_TYPE, '{"said":"Bearer [redacted]"}'),
    ],
    ids=range(9),
)  # fmt: skip
def test_a_secret_is_left_out_of_a_body(body: str, content_type: str, told: str) -> None:
    """By its name, in JSON and forms, broken ones too; a web token everywhere."""
    assert redacted(body, content_type) == told


@pytest.mark.parametrize(
    "body",
    [
        '{"starting_token":5,"max_tokens":3,"key":"k","token_type":"bearer","passed":true}',
        '{"text":"my \\"password\\": is none", "secret":null, "secrets":{"a":1}}',
        "no secret, no token=x",
        "",
    ],
)
def test_all_else_is_told_as_it_was(body: str) -> None:
    """Names that only look like a secret's, and texts that speak of one."""
    assert redacted(body) == body


def test_names_of_the_document_count() -> None:
    """In whatever case they are sent."""
    assert redacted('{"Pin":"1234"}', JSON_TYPE, "pin") == '{"Pin":"[redacted]"}'
    assert redacted('{"Pin":"1234"}') == '{"Pin":"1234"}'


def test_a_value_that_was_left_out_is_left_out_of_the_reply_too() -> None:
    """A long one everywhere, a short one, which may be a common word, where it stands in quotes."""
    redactor = Redactor(Secrets(frozenset(("x-key",))))
    assert redactor.fields(
        [("x-key", "long-enough-secret"), ("authorization", "Bearer short"), ("a", "b")]
    ) == [
        ["x-key", "[redacted]"],
        ["authorization", "[redacted]"],
        ["a", "b"],
    ]
    assert redactor.query("x-key=s&y=long-enough-secret") == "x-key=[redacted]&y=[redacted]"
    told = redactor.body(b'{"input":"short","msg":"got long-enough-secret, short","letter":"s"}', JSON_TYPE)
    assert told == '{"input":"[redacted]","msg":"got [redacted], short","letter":"[redacted]"}'


def test_a_large_body_is_cut_where_it_may_hold_a_secret() -> None:
    """So that the cost is bounded; one that holds none is told whole."""
    plain = "x" * 3_000_000
    assert redacted(plain) == plain
    told = redacted('{"password":"s3cret","more":"' + plain + '"}')
    assert "s3cret" not in told
    assert len(told) < 1024 * 1024 + 100
    assert told.endswith(f" [{len(plain) + 31 - 1024 * 1024} more characters are left out]")
