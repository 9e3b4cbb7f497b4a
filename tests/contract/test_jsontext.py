"""JSON is read strictly, and written so that equal values have equal bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.contract import jsontext
from understudy.types import JSON

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(alphabet=st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "Expecting value"),
        (b"[1,2,]", "Expecting value"),
        (b"{'a':1}", "property name"),
        (b"[NaN]", "NaN is not JSON"),
        (b"-Infinity", "-Infinity is not JSON"),
        (b"1e400", "out of range"),
        (b"1" * 500, "out of range"),
        (b'{"a":1,"a":1}', 'Duplicate member "a"'),
        (b'{"a":{"b":1,"c":2,"b":3}}', 'Duplicate member "b"'),
        (b'[{"a":1,"a":1},"\\""]', 'Duplicate member "a"'),
        (b'{"c":"\\u0022\\u0022","a":1,"a":2}', 'Duplicate member "a"'),
        (b"[1e400]", "out of range"),
        (b'{"\\u0061":1,"a":1}', 'Duplicate member "a"'),
        (b'"\\ud800"', "Lone surrogate"),
        (b'{"\\udc00":1}', "Lone surrogate"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        (b'"\xff"', "Not UTF-8"),
        ('"é"'.encode("utf-16"), "Not UTF-8"),
        (b'"\x01"', "control character"),
        (b"[" * 300 + b"]" * 300, "Nested deeper"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "Nested deeper"),
        (b"[" * 100_000, "Nested deeper"),
        (b"{} {}", "Extra data"),
        (b"01", "Extra data"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_refused(text: bytes, reason: str) -> None:
    """What is not JSON as exchanged between careful peers is refused with a reason."""
    with pytest.raises(jsontext.JsonError, match=reason):
        jsontext.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b"[1.0, 1e3, -0.0, -0]", [1, 1000, 0, 0]),
        (b"123456789012345678901", 123456789012345678901),
        (b"0.5", 0.5),
        (b'{"a" : {"a" : 1}}', {"a": {"a": 1}}),
        (b'["' + b"[" * 300 + b'"]', ["[" * 300]),
        (b" null ", None),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_read(text: bytes, value: JSON) -> None:
    """Numbers are read by value, strings with their escapes, and brackets in strings do not nest."""
    read = jsontext.loads(text)
    assert read == value
    assert json.dumps(read) == json.dumps(value)


@pytest.mark.parametrize(
    "text",
    [
        b'{"b":1,"a":[2.5,1e-3],"c":"\\"e+.0,"}',
        b'[[1.0],{"a":-0.0},1.0]',
        b'{"a":1.0}',
        b"[1E2,1e+2,100000000000000000000,18446744073709551616,-9223372036854775809]",
        b"[18446744073709551615,-9223372036854775808,0.1,1e-400]",
        b'{"\\u0062":1,"a":"\\u00e9"}',
    ],
)
def test_numbers_and_members_are_read_the_same_by_every_road(text: bytes) -> None:
    """Inside a list or an object as well: whole numbers are integers, members stand by name."""
    value = sorted_and_whole(json.loads(text))
    assert repr(jsontext.loads(text)) == repr(value)
    assert jsontext.read(text) == (value, jsontext.canonical(value))


@given(VALUES)
def test_any_text_is_read_as_its_value(value: JSON) -> None:
    """As the standard parser reads it, but for whole numbers and the order of members."""
    assert repr(jsontext.loads(json.dumps(value, ensure_ascii=False).encode())) == repr(
        sorted_and_whole(value)
    )


def sorted_and_whole(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: sorted_and_whole(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [sorted_and_whole(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@given(VALUES)
def test_what_is_written_is_read_again(value: JSON) -> None:
    """Writing and reading a value gives the value back."""
    assert jsontext.loads(jsontext.dumps(value)) == value


@given(VALUES)
def test_canonical_bytes_do_not_depend_on_the_order_or_spacing_of_the_text(value: JSON) -> None:
    """Two texts of one value have one canonical form."""
    one = jsontext.loads(json.dumps(value, indent=3).encode())
    other = jsontext.loads(json.dumps(reversed_members(value)).encode())
    assert jsontext.canonical(one) == jsontext.canonical(other)


def reversed_members(value: JSON) -> JSON:
    if isinstance(value, dict):
        return {name: reversed_members(value[name]) for name in reversed(value)}
    return [reversed_members(item) for item in value] if isinstance(value, list) else value
