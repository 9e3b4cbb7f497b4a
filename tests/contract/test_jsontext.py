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
