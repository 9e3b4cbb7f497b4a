"""Paths find their template."""

import pytest

from understudy.contract.route import Router

TEMPLATES = (
    "/pets",
    "/pets/{id}",
    "/pets/mine",
    "/pets/{id}/toys/{toy}",
    "/compare/{base}...{head}",
    "/accounts/{sid}.json",
    "/",
)


@pytest.fixture(scope="module")
def router() -> Router[str]:
    router: Router[str] = Router()
    for template in TEMPLATES:
        router.add(template, template)
    return router


@pytest.mark.parametrize(
    ("path", "template", "parameters"),
    [
        ("/pets", "/pets", {}),
        ("/pets/mine", "/pets/mine", {}),
        ("/pets/7", "/pets/{id}", {"id": "7"}),
        ("/pets/a%2Fb", "/pets/{id}", {"id": "a/b"}),
        ("/pets/%C3%A9/toys/2", "/pets/{id}/toys/{toy}", {"id": "é", "toy": "2"}),
        ("/pets/mine/toys/2", "/pets/{id}/toys/{toy}", {"id": "mine", "toy": "2"}),
        ("/compare/a.b...c", "/compare/{base}...{head}", {"base": "a.b", "head": "c"}),
        ("/accounts/AC1.json", "/accounts/{sid}.json", {"sid": "AC1"}),
        ("/", "/", {}),
    ],
)
def test_found(router: Router[str], path: str, template: str, parameters: dict[str, str]) -> None:
    """The most concrete template is found first, its parameters percent-decoded."""
    assert next(router.find(path)) == (template, parameters)


@pytest.mark.parametrize("path", ["/nothing", "/pets/", "/pets/7/toys", "/accounts/AC1", "/pets//toys/1", ""])
def test_not_found(router: Router[str], path: str) -> None:
    """A path that fits no template finds nothing: no slash is added or taken away."""
    assert list(router.find(path)) == []
