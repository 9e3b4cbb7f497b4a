"""Whom a companion binds."""

import pytest

from understudy.checking import SELF, CheckOptions, contracts


@pytest.mark.parametrize(("target", "use_overlays"), [("http://127.0.0.1:9", True), (SELF, False)])
def test_a_companion_is_never_held_against_a_real_server(target: str, use_overlays: bool) -> None:
    """Nor is it part of the bare document."""
    options = CheckOptions(("galileo", "langsmith"), target=target, use_overlays=use_overlays)
    assert [len(held.operations) for _, held in contracts(options)] == [1, 1]


def test_the_fake_is_held_to_its_companion() -> None:
    """Under the name of the API that it belongs to."""
    [(api, held)] = contracts(CheckOptions(("galileo",)))
    assert "GET /current_user" in [operation.name for operation in held.operations]
    assert api.name == held.name == "galileo"
