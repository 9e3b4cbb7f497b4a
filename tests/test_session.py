"""A session as it is spelled on a credential and in a token."""

import pytest

from understudy.session import MAX_LENGTH, Session, SessionError, claimed, split_credential


@pytest.mark.parametrize(
    ("credential", "plain", "session"),
    [
        ("key", "key", Session()),
        ("key+ns=a", "key", Session("a")),
        (
            "key+ns=test-17+test=tests/t.py::t[a]+scenario=s",
            "key",
            Session("test-17", "s", "tests/t.py::t[a]"),
        ),
        ("+ns=a", "", Session("a")),
        ("key+ns=a%2Bb%20c%C3%A9", "key", Session("a+b cé")),
        ("a+b/c==", "a+b/c==", Session()),
        ("a+b+ns=x", "a+b", Session("x")),
        ("key+ns=", "key", Session()),
        ("key+ns=a=b", "key", Session("a=b")),
    ],
)
def test_a_session_rides_on_a_credential(credential: str, plain: str, session: Session) -> None:
    """Its parts are the tail, percent-encoded; a `+` that begins no part belongs to the credential."""
    assert split_credential(credential) == (plain, session)


@pytest.mark.parametrize(
    ("credential", "told"),
    [
        ("k+ns=a+tset=b", "no 'tset'; there are: ns, scenario, test"),
        ("k+ns=a+b", "no 'b'"),
        ("k+ns=a+ns=b", "namespace is given twice"),
        ("k+ns=%00", "namespace '\\x00' holds what cannot be printed"),
        ("k+test=%FF", "test is not percent-encoded UTF-8"),
        (f"k+ns={'x' * (MAX_LENGTH + 1)}", "256 characters long; 255 is the most"),
    ],
)
def test_a_bad_session_is_told(credential: str, told: str) -> None:
    """Nothing is guessed: what is wrong is said."""
    with pytest.raises(SessionError) as raised:
        split_credential(credential)
    assert told in str(raised.value)


@pytest.mark.parametrize("session", [Session(), Session("a"), Session("a+b=c %", "é", "tests/t.py::t[1-x]")])
def test_what_is_put_on_a_credential_comes_off_again(session: Session) -> None:
    """`on` and `split_credential` are each other's inverse, and so are `claims` and `claimed`."""
    assert split_credential(session.on("key")) == ("key", session)
    assert claimed({"sub": "me", "understudy": session.claims()}) == session


def test_a_token_without_the_claim_has_no_session() -> None:
    """Nor has one whose claim is something else."""
    assert claimed({}) == claimed({"understudy": 7}) == Session()
