"""The `Prefer` header as RFC 7240 has it."""

import pytest

from understudy.serve import prefer
from understudy.serve.prefer import Preferences, UnknownPreference


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        ((), None),
        (("",), None),
        (("code=422",), Preferences(code="422")),
        (("CODE = 422 , Delay=250",), Preferences(code="422", delay=250)),
        (("code=422", "delay=250"), Preferences(code="422", delay=250)),
        (("code=404, code=500",), Preferences(code="404")),
        (("code=404", "code=500"), Preferences(code="404")),
        (('example="a, \\"b\\"; c", branch=2',), Preferences(example='a, "b"; c')),
        (("example=two cats",), Preferences(example="two cats")),
        (('example="open, code=1',), Preferences(example="open, code=1")),
        (("code=404; dynamic=true",), Preferences(code="404")),
        (("respond-async, wait=100, handling=lenient; x=1",), None),
        ((",, =, ;, code",), Preferences(code="")),
        (("dynamic",), Preferences(dynamic=True)),
        (("dynamic=True",), Preferences(dynamic=True)),
        (("dynamic=false",), None),
        (("example=a, dynamic=true",), Preferences(example="a")),
        (("fault=Reset",), Preferences(fault="reset")),
        (("branch=1",), Preferences(branch="1")),
        (("delay=0",), None),
    ],
    ids=str,
)
def test_preferences_are_read(texts: tuple[str, ...], read: Preferences | None) -> None:
    """From several fields, quoted or not, in any case; the first of a name counts, unknown ones do not."""
    assert prefer.read(tuple(("prefer", text) for text in texts)) == read


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("a=1", None),
        ("__code=404&__code=500", Preferences(code="404")),
        ("code=500&a=__code&__example=a%2C+%22b%22", Preferences(example='a, "b"')),
        ("__branch=2&__delay=250&__fault=reset&__seed=3", Preferences(branch="2", delay=250, fault="reset")),
        ("__&__=&__code", Preferences(code="")),
    ],
)
def test_a_query_is_read_where_there_is_no_header(query: str, read: Preferences | None) -> None:
    """Each name after two underscores; all else in the query is the API's."""
    assert prefer.read((), query) == read
    assert prefer.read((("prefer", "code=418"),), query) == Preferences(code="418")


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("dynamic=perhaps", "true or false"),
        ("delay=soon", "0 to 60000"),
        ("delay=60001", "0 to 60000"),
        ("delay=-1", "0 to 60000"),
        ("delay=²", "0 to 60000"),
        ("fault=fire", "reset, truncate, garbage, wrong-type, trickle"),
    ],
)
def test_an_unknown_value_lists_what_there_is(text: str, offered: str) -> None:
    """And says which preference it was."""
    with pytest.raises(UnknownPreference, match=offered) as refused:
        prefer.parse(text)
    assert text in refused.value.detail
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "text",
    ["code=422, delay=250, fault=reset", 'example="a \\"b\\", c"', "branch=2, dynamic=true", "code=200"],
)
def test_preferences_are_written_as_they_are_read(text: str) -> None:
    """What Preference-Applied says can be sent again."""
    assert str(prefer.parse(text)) == text
