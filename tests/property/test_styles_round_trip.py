"""What is written as a parameter is read back as it was, in every style and location."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from documents import document, loaded, operation
from understudy.compose import Draft, pairs
from understudy.contract import Contract
from understudy.contract.parameter import Parameter
from understudy.contract.style import ALLOWED, STYLES
from understudy.types import JSON

WRITTEN = [
    (location, style, explode)
    for location, styles in ALLOWED.items()
    for style in styles
    for explode in (False, True)
]
SCHEMAS: Mapping[str, JSON] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "numbers": {"type": "array", "items": {"type": "integer"}},
    "object": {"type": "object", "properties": {"a": {"type": "string"}, "bü": {"type": "integer"}}},
}
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
PLAIN = st.text(st.sampled_from("abcXYZ019-_~"), min_size=1, max_size=8)
"""What stands in a header or a cookie that is not encoded: there is no way to escape a delimiter."""


def values(kind: str, texts: st.SearchStrategy[str]) -> st.SearchStrategy[JSON]:
    integers = st.integers(-(10**9), 10**9)
    return {
        "text": texts,
        "number": integers | st.floats(-1e6, 1e6).map(lambda number: round(number, 3)),
        "texts": st.lists(texts, max_size=4),
        "numbers": st.lists(integers, max_size=4),
        "object": st.fixed_dictionaries({}, optional={"a": texts, "bü": integers}),
    }[kind]


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """One operation for each location, style, explode and kind of value."""
    paths = {}
    for location, style, explode in WRITTEN:
        for kind, schema in SCHEMAS.items():
            declared = {"name": "x", "in": location, "required": True, "schema": schema}
            path = f"/{location}/{style}/{explode}/{kind}" + ("/{x}" if location == "path" else "")
            paths[path] = {"get": operation(parameters=[{**declared, "style": style, "explode": explode}])}
    return loaded(tmp_path_factory.mktemp("styles"), document(paths))


def is_writable(parameter: Parameter, value: JSON) -> bool:
    """Whether the style has a way to write a value that is like no other's.

    None is there for an empty list of pairs, for the difference between no item and an empty one in one text,
    and for the delimiter itself among items where it is percent-encoded anyway or nothing is.
    """
    if not isinstance(value, list | dict):
        return True
    if parameter.is_in_pairs or (parameter.style == "matrix" and parameter.explode):
        return value not in ([], {})
    words = value if isinstance(value, list) else [*value, *value.values()]
    is_open = parameter.location == "header" or STYLES[parameter.style].is_encoded
    joint = STYLES[parameter.style].joint
    return value != [""] and not (is_open and any(joint in str(word) for word in words))


@pytest.mark.parametrize(("location", "style", "explode"), WRITTEN)
@given(data=st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_value_written_is_read(
    contract: Contract, location: str, style: str, explode: bool, data: Any
) -> None:
    """Whatever characters it has, where the place has a way to escape them."""
    kind = data.draw(st.sampled_from(list(SCHEMAS)))
    key = f"/{location}/{style}/{explode}/{kind}"
    one = next(one for one in contract.operations if one.path.removesuffix("/{x}") == key)
    (parameter,) = one.parameters
    is_open = location == "header" or style == "cookie"
    value = data.draw(values(kind, PLAIN if is_open else TEXT))
    assume(is_writable(parameter, value))
    sent = Draft(one, {(location, "x"): pairs(parameter, value)}).request()
    match = contract.find(sent.method, sent.path, sent.query, sent.headers)
    assert match
    assert match.operation.name == one.name
    reading = one.read(sent, match.path_parameters)
    assert reading.violations == ()
    assert reading.parameters[location] == {"x": value}  # type: ignore[index]
