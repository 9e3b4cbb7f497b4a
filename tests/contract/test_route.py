"""Paths find their template."""

from collections.abc import Iterable

import pytest

from understudy.contract.route import Router
from understudy.types import Headers

TEMPLATES = (
    "/pets",
    "/pets/{id}",
    "/pets/mine",
    "/pets/{id}/toys/{toy}",
    "/compare/{base}...{head}",
    "/accounts/{sid}",
    "/accounts/{sid}.json",
    "/accounts/{sid}.{format}",
    "/caf%C3%A9",
    "/näh/{größe}",
    "/a b",
    "/slash%2Finside",
    "/",
)


def router(keys: Iterable[str], method: str = "GET") -> Router[str]:
    """A router in which each key is its own value."""
    made: Router[str] = Router()
    for key in keys:
        made.add(method, key, key)
    return made


def found(
    router: Router[str], path: str, query: str = "", headers: Headers = (), method: str = "GET"
) -> str | None:
    match = router.find(method, path, query, headers)
    return match.value if match else None


@pytest.mark.parametrize(
    ("path", "template", "parameters"),
    [
        ("/pets", "/pets", {}),
        ("/pets/mine", "/pets/mine", {}),
        ("/p%65ts/m%69ne", "/pets/mine", {}),
        ("/pets/7", "/pets/{id}", {"id": "7"}),
        ("/pets/a%2Fb", "/pets/{id}", {"id": "a%2Fb"}),
        ("/pets/%C3%A9/toys/2", "/pets/{id}/toys/{toy}", {"id": "%C3%A9", "toy": "2"}),
        ("/pets/mine/toys/2", "/pets/{id}/toys/{toy}", {"id": "mine", "toy": "2"}),
        ("/compare/a.b...c", "/compare/{base}...{head}", {"base": "a.b", "head": "c"}),
        ("/compare/a%2e%2E.c%2F", "/compare/{base}...{head}", {"base": "a", "head": "c%2F"}),
        ("/accounts/AC1.json", "/accounts/{sid}.json", {"sid": "AC1"}),
        ("/accounts/AC1.csv", "/accounts/{sid}.{format}", {"sid": "AC1", "format": "csv"}),
        ("/accounts/AC1", "/accounts/{sid}", {"sid": "AC1"}),
        ("/caf%c3%a9", "/caf%C3%A9", {}),
        ("/n%C3%A4h/5", "/näh/{größe}", {"größe": "5"}),
        ("/a%20b", "/a b", {}),
        ("/slash%2finside", "/slash%2Finside", {}),
        ("/", "/", {}),
    ],
)
def test_found(path: str, template: str, parameters: dict[str, str]) -> None:
    """The template with the most literal text is found, however its characters are encoded."""
    match = router(TEMPLATES).find("GET", path)
    assert match
    assert (match.value, match.parameters) == (template, parameters)


@pytest.mark.parametrize(
    "path", ["/nothing", "/pets/7/toys", "/slash/inside", "/compare/a..b", "/pets/mine/toys", "", "*", "pets"]
)
def test_not_found(path: str) -> None:
    """A path that fits no template finds nothing."""
    assert router(TEMPLATES).find("GET", path) is None
    assert router(TEMPLATES).methods(path) == ()


@pytest.mark.parametrize(
    ("path", "template"),
    [("/pets/", "/pets"), ("/pets/7/", "/pets/{id}"), ("/end", "/end/"), ("/end/7", "/end/{id}/")],
)
def test_a_slash_at_the_end_makes_no_difference(path: str, template: str) -> None:
    """Where nothing else matches, a path is served with a slash more or less."""
    assert found(router((*TEMPLATES, "/end/", "/end/{id}/")), path) == template


def test_a_slash_at_the_end_that_is_declared_makes_the_difference() -> None:
    """Of two keys that differ by it each takes its own requests."""
    both = router(("/pets", "/pets/", "/pets/{id}"))
    assert [found(both, path) for path in ("/pets", "/pets/")] == ["/pets", "/pets/"]


@pytest.mark.parametrize(
    ("path", "parameters"),
    [("/x/", {"a": ""}), ("/x//y/1", {"a": "", "b": "1"}), ("/x/1/y/", {"a": "1", "b": ""})],
)
def test_an_empty_segment_is_an_empty_parameter(path: str, parameters: dict[str, str]) -> None:
    """The style `simple` writes an empty text as nothing at all; so it is read where nothing else matches."""
    match = router(("/x/{a}", "/x/{a}/y/{b}")).find("GET", path)
    assert match
    assert match.parameters == parameters


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/pets/", "/pets"),
        ("/pets/7/toys/", "/pets/{id}/toys"),
        ("/any/plain/7/", "/any/plain/{a}/{b}"),
        ("/any/other/7/", "/any/{a}/{b}"),
    ],
)
def test_an_empty_parameter_or_a_slash_too_many(path: str, template: str) -> None:
    """Of the two readings of a slash at the end the one with fewer parameters holds, else the longer one."""
    keys = ("/pets", "/pets/{id}", "/pets/{id}/toys", "/pets/{id}/toys/{toy}")
    assert found(router((*keys, "/any/{a}/{b}", "/any/plain/{a}/{b}")), path) == template


def test_a_concrete_path_takes_only_the_methods_it_declares() -> None:
    """A method that it lacks is not taken by a templated one; of templated ones the next takes it."""
    made = router(("/pets/{id}", "/{kind}/{id}"))
    made.add("POST", "/pets/mine", "mine")
    made.add("PUT", "/{kind}/{id}", "any")
    assert found(made, "/pets/mine") is None
    assert made.methods("/pets/mine") == ("POST",)
    assert found(made, "/pets/7", method="PUT") == "any"
    assert made.methods("/pets/7") == ("GET", "PUT")


def test_templates_that_differ_in_names_alone() -> None:
    """Each method has the names of its own template; of the same method the first one comes first."""
    made = router(("/a/{x}/b", "/a/{y}/b"))
    made.add("POST", "/a/{y}/b", "post")
    get, post = made.find("GET", "/a/1/b"), made.find("POST", "/a/1/b")
    assert get
    assert post
    assert (get.value, get.parameters) == ("/a/{x}/b", {"x": "1"})
    assert [(one.value, one.parameters) for one in get.others] == [("/a/{y}/b", {"y": "1"})]
    assert (post.value, post.parameters) == ("post", {"y": "1"})


QUERIES = ("/x?action=A", "/x?action=B", "/x?action=A&page", "/x/{id}?full", "/q?q={words}")


@pytest.mark.parametrize(
    ("path", "query", "key"),
    [
        ("/x", "action=A", "/x?action=A"),
        ("/x", "z=1&action=B", "/x?action=B"),
        ("/x", "action=A&page=2", "/x?action=A&page"),
        ("/x", "%61ction=%41", "/x?action=A"),
        ("/x", "action=C", None),
        ("/x", "", None),
        ("/x/7", "full", "/x/{id}?full"),
        ("/x/7", "", None),
        ("/q", "q=a+b", "/q?q={words}"),
        ("/x%3Faction=A", "", "/x?action=A"),
    ],
)
def test_a_query_in_a_path_key_is_asked_for(path: str, query: str, key: str | None) -> None:
    """Of operations at one path the one is found whose key names the query that was sent."""
    assert found(router(QUERIES), path, query) == key


def test_a_query_in_a_path_key_may_hold_a_parameter() -> None:
    """Its text is that parameter's."""
    match = router(QUERIES).find("GET", "/q", "q=a+b")
    assert match
    assert match.parameters == {"words": "a b"}


FRAGMENTS = ("/x#op=A", "/x#op=B", "/{bucket}#acl", "/{bucket}", "/#Target=Db.Get", "/#Target=Db.Put")


@pytest.mark.parametrize(
    ("path", "query", "headers", "key"),
    [
        ("/x", "op=B", (), "/x#op=B"),
        ("/x", "", (("op", "B"),), "/x#op=B"),
        ("/x", "", (), "/x#op=A"),
        ("/x%23op=B", "", (), "/x#op=B"),
        ("/b", "acl", (), "/{bucket}#acl"),
        ("/b", "acl=1", (), "/{bucket}#acl"),
        ("/b", "", (), "/{bucket}"),
        ("/", "", (("target", "Db.Put"),), "/#Target=Db.Put"),
    ],
)
def test_a_fragment_in_a_path_key_is_looked_for_in_query_and_headers(
    path: str, query: str, headers: Headers, key: str
) -> None:
    """It is never sent; where nothing tells the operations apart the first one answers."""
    assert found(router(FRAGMENTS), path, query, headers) == key


def test_below_a_base_path() -> None:
    """A base path may have variables; they are no parameters of the operation."""
    made = router(("/pets/{id}",))
    made.add("GET", "/pets/{id}", "based", "/{version}/api")
    match = made.find("GET", "/v7/api/pets/1")
    assert match
    assert (match.value, match.parameters) == ("based", {"id": "1"})


class Counted(str):
    """A text that counts how often it is asked whether it equals another, or for its hash."""

    asked = 0

    def __hash__(self) -> int:
        Counted.asked += 1
        return super().__hash__()

    def __eq__(self, other: object) -> bool:
        Counted.asked += 1
        return super().__eq__(other)


@pytest.mark.parametrize("path", ["/list7", "/things1/7", "/things1/7/parts/8", "/nothing", "/list7/"])
def test_the_cost_does_not_grow_with_the_number_of_operations(path: str) -> None:
    """Among 2,000 operations a path is compared as often as among 2."""
    costs = []
    for count in (2, 2000):
        keys = [f"/list{number}" for number in range(count, count * 2)] + ["/list7"]
        keys += [f"/things{number}/{{id}}/parts/{{part}}" for number in range(count)]
        made = router((*keys, *(f"/things{number}/{{id}}" for number in range(count))))
        Counted.asked = 0
        made.find("GET", CountedPath(path))
        costs.append(Counted.asked)
    assert costs[0] == costs[1] > 0


class CountedPath(Counted):
    """A path whose segments count too."""

    def split(self, *arguments: object) -> list[str]:  # type: ignore[override]
        return [Counted(segment) for segment in str(self).split("/")]
