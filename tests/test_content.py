"""What a name, a file or a folder means, and which overlays and stubs belong to it."""

import json
from pathlib import Path

import pytest

from documents import document, operation
from understudy import content
from understudy.content import Api, find
from understudy.errors import DocumentError, UsageError
from understudy.run import Play, build
from understudy.stubcode import load_stubs


def put(folder: Path, name: str, text: str = "") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or json.dumps(document({"/p": {"get": operation()}})))
    return path


def one(spec: Path | str, stubs: Path | None = None) -> Api:
    (api,) = find([str(spec)], stubs)
    return api


def test_without_a_name_all_shipped_apis_are_meant() -> None:
    """In the order of their names, each with its document, facts and stubs."""
    apis = find([])
    assert [api.name for api in apis] == sorted(path.name for path in (content.home() / "specs").iterdir())
    assert all(api.document.is_file() and api.stub and api.stub.is_file() for api in apis)


def test_a_shipped_api_goes_by_its_name() -> None:
    """The same as by its folder and by its file."""
    for api in find([]):
        assert find([api.name]) == (api,)
        assert one(api.document.parent) == api
        assert one(api.document) == api


def test_the_shipped_folder_is_relative_below_the_working_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages show the short name; from elsewhere the full one."""
    shipped = content.home().resolve()
    monkeypatch.chdir(shipped)
    assert content.home() == Path()
    monkeypatch.chdir(tmp_path)
    assert content.home() == shipped


@pytest.mark.parametrize("name", ["openapi.yaml", "openapi.yml", "openapi.json"])
def test_a_document_called_openapi_is_named_by_its_folder(tmp_path: Path, name: str) -> None:
    """Whether the folder or the file is given."""
    path = put(tmp_path, f"pets/{name}")
    assert [one(path).name, one(path.parent).name] == ["pets", "pets"]
    assert one(path.parent).document == path


def test_any_other_document_is_named_by_its_stem(tmp_path: Path) -> None:
    """Its overlays begin with that stem too, so that documents can share a folder."""
    path = put(tmp_path, "pets.v1.yaml")
    put(tmp_path, "overlay.yaml")
    facts, fake = put(tmp_path, "pets.v1.overlay.yaml"), put(tmp_path, "pets.v1.fake.overlay.yaml")
    assert one(path) == Api("pets.v1", path, (facts,), (fake,))


def test_overlays_beside_a_document_belong_to_it(tmp_path: Path) -> None:
    """Facts and conventions are told apart."""
    path = put(tmp_path, "pets/openapi.yaml")
    assert one(path) == Api("pets", path)
    facts, fake = put(path.parent, "overlay.yaml"), put(path.parent, "fake.overlay.yaml")
    companion = put(path.parent, "companion.yaml")
    assert one(path) == Api("pets", path, (facts,), (fake,), (companion,))


def test_the_working_folder_has_a_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`.` and a bare file name are named by the folder they stand in."""
    put(tmp_path, "pets/openapi.json")
    monkeypatch.chdir(tmp_path / "pets")
    assert [one(".").name, one("openapi.json").name] == ["pets", "pets"]


@pytest.mark.parametrize("specs", ["", "specs/"])
def test_a_folder_of_apis_means_them_all(tmp_path: Path, specs: str) -> None:
    """Given as it is or as the `specs` of a folder that holds `stubs` beside it."""
    for name in ("b", "a"):
        put(tmp_path, f"{specs}{name}/openapi.json")
    put(tmp_path, f"{specs}empty/readme.txt", "nothing")
    assert [api.name for api in find([str(tmp_path)])] == ["a", "b"]


def test_the_stubs_of_a_users_own_folder_are_found(tmp_path: Path) -> None:
    """`specs/` and `stubs/` side by side are the same road as the shipped ones take."""
    path = put(tmp_path, "specs/pets/openapi.json")
    assert one(path).stub is None
    stub = put(tmp_path, "stubs/pets.py", "x = 1")
    assert [one(spec).stub for spec in (tmp_path, path, path.parent)] == [stub] * 3


def test_a_named_folder_of_stubs_outranks_all_others(tmp_path: Path) -> None:
    """And what is not in it is nowhere."""
    path = put(tmp_path, "specs/pets/openapi.json")
    put(tmp_path, "stubs/pets.py", "x = 1")
    assert one(path, tmp_path / "mine").stub is None
    mine = put(tmp_path, "mine/pets.py", "x = 2")
    assert one(path, tmp_path / "mine").stub == mine


def test_two_apis_of_one_name_are_refused(tmp_path: Path) -> None:
    """They could not be told apart by stubs, journal and operations."""
    first, second = put(tmp_path, "a/pets/openapi.json"), put(tmp_path, "b/pets.json")
    with pytest.raises(UsageError, match=f"two APIs called 'pets': {first} and {second}"):
        find([str(first), str(second)])


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    """A name, a file and a folder look alike when they are not there."""
    names = ", ".join(api.name for api in find([]))
    for spec in ("nobody", str(tmp_path / "none.yaml")):
        with pytest.raises(DocumentError) as caught:
            find([spec])
        assert str(caught.value) == f"{spec}: no such file or folder, nor a shipped API ({names})"


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    """It says which files it looked for."""
    with pytest.raises(DocumentError, match=r"no openapi\.yaml, openapi\.yml or openapi\.json in it"):
        find([str(tmp_path)])


STUB = """\
from understudy.stub import Call, Reply, answers

@answers("GET /p")
def get(call: Call) -> Reply:
    return Reply({"a": 1})
"""


def test_stubs_are_the_marked_functions_of_a_file(tmp_path: Path) -> None:
    """Helpers beside them are not."""
    stubs = load_stubs(put(tmp_path, "pets.py", STUB + "\nhelper = lambda call: None\n"))
    assert list(stubs) == ["GET /p"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n\nx = (\n", ":3: SyntaxError: "),
        ("\nraise ValueError('why')\n", ":2: ValueError: why"),
        ("\n\nimport nothing_of_that_name\n", ":3: ModuleNotFoundError: "),
        ("def f():\n    return 1 / 0\n\nf()\n", ":2: ZeroDivisionError: "),
        ("import json\n\njson.loads('x')\n", ":3: JSONDecodeError: "),
        (STUB + "\nother = answers('GET /p')(lambda call: None)\n", ": two stubs answer 'GET /p'"),
    ],
)
def test_a_faulty_file_of_stubs_is_refused_at_its_line(tmp_path: Path, text: str, message: str) -> None:
    """The line in the stub's own file, however deep the fault lies."""
    path = put(tmp_path, "pets.py", text)
    with pytest.raises(UsageError) as caught:
        load_stubs(path)
    assert str(caught.value).startswith(f"{path}{message}")


def test_a_stub_for_no_operation_is_refused(tmp_path: Path) -> None:
    """A renamed path must not silently lose its stub."""
    put(tmp_path, "specs/pets/openapi.json")
    put(tmp_path, "stubs/pets.py", STUB.replace("/p", "/gone"))
    with pytest.raises(UsageError, match="pets: no operation 'GET /gone' for its stub to answer"):
        build(Play(specs=(str(tmp_path),)))


def test_two_files_of_stubs_of_one_name_are_two_modules(tmp_path: Path) -> None:
    """The second does not replace the first."""
    first = load_stubs(put(tmp_path, "a/pets.py", STUB))
    second = load_stubs(put(tmp_path, "b/pets.py", STUB))
    assert first["GET /p"].__module__ != second["GET /p"].__module__


def folder_of_stubs(tmp_path: Path) -> Path:
    """A folder of two files, of which the first imports the second."""
    put(tmp_path, "stubs/pets/words.py", "GREETING = 'hello'\n")
    return put(tmp_path, "stubs/pets/__init__.py", STUB + "\nfrom .words import GREETING\n")


def test_stubs_may_be_a_folder_of_files(tmp_path: Path) -> None:
    """Their files import one another, are read anew each time, and all belong to the API."""
    document = put(tmp_path, "specs/pets/openapi.yaml", "openapi: 3.1.0\n")
    first = folder_of_stubs(tmp_path)
    (api,) = find([str(document)])
    assert [path.name for path in api.files] == ["openapi.yaml", "__init__.py", "words.py"]
    assert api.stub is not None
    assert set(load_stubs(api.stub)) == {"GET /p"}
    (stub,) = load_stubs(first).values()
    assert stub.__globals__["GREETING"] == "hello"
    put(tmp_path, "stubs/pets/words.py", "GREETING = 'howdy'\n")
    (stub,) = load_stubs(first).values()
    assert stub.__globals__["GREETING"] == "howdy"
    assert not list(tmp_path.rglob("__pycache__"))


def test_a_fault_in_a_folder_of_stubs_is_told_at_its_file_and_line(tmp_path: Path) -> None:
    """Whichever of the files it is in."""
    first = folder_of_stubs(tmp_path)
    put(tmp_path, "stubs/pets/words.py", "\nGREETING = 1 / 0\n")
    with pytest.raises(UsageError, match=r"words\.py:2: ZeroDivisionError"):
        load_stubs(first)
    put(tmp_path, "stubs/pets/words.py", "\n\nGREETING = \n")
    with pytest.raises(UsageError, match=r"words\.py:3: SyntaxError"):
        load_stubs(first)
