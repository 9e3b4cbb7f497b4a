"""The house keeps its own rules: imports point down, none hides in a function, stubs see one module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "understudy"

LEVELS = {
    **dict.fromkeys(("types", "errors", "session", "suite"), 0),
    **dict.fromkeys(("contract", "synthesise", "stub"), 1),
    **dict.fromkeys(("content", "curl", "html", "instance", "settings", "stubcode"), 2),
    "compose": 3,
    **dict.fromkeys(("serve", "check", "report"), 4),
    "run": 5,
    **dict.fromkeys(("checking", "ruling", "testing"), 6),
    **dict.fromkeys(("cli", "pytest_plugin", "__init__"), 7),
    "__main__": 8,
}
STARTING = ("cli", "pytest_plugin")
"""The rooms whose start nobody should wait for."""
# The home of each engine that is not ours.
HOMES = {
    "connexion": "serve/app.py",
    "httpx": ("check/sender.py", "testing/"),  # a check sends, and a test is given a client
    "openapi_core": "check/referee.py",
    "python_multipart": "contract/form.py",
    "schemathesis": "check/generate.py",
    "sqlalchemy": "serve/database/",
    "uvicorn": "run.py",
    "xmltodict": "contract/xmltext.py",
}


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def room(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((node, name) for name in (names if node.module == "understudy" else [node.module]))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    """A module imports its own room or rooms of a lower level."""
    here = room(path)
    for node, name in imports(ast.parse(path.read_text())):
        if not name.startswith("understudy.") or name == "understudy.__version__":
            continue
        there = name.split(".")[1]
        fine = there == here or LEVELS[there] < LEVELS[here]
        assert fine, f"{path}:{node.lineno} imports {name}, which is not below {here}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_import_hides_in_a_function(path: Path) -> None:
    """Imports stand at the top; only what would slow the start of a server down may be put off.

    The command line and the pytest plugin load only what they need, and the store no database engine before
    it needs one.
    """
    if path.relative_to(SOURCE) == Path("serve/store.py"):
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and room(path) not in STARTING:
            hidden = [inner for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)]
            assert not hidden, f"{path}:{hidden[0].lineno} hides an import in {node.name}"


@pytest.mark.parametrize(("engine", "home"), HOMES.items())
def test_each_engine_has_one_home(engine: str, home: str | tuple[str, ...]) -> None:
    """A third-party engine is imported where it is at home, and nowhere else."""
    users = [
        str(path.relative_to(SOURCE))
        for path in modules()
        for _, name in imports(ast.parse(path.read_text()))
        if name.split(".")[0] == engine
    ]
    assert users
    assert all(user.startswith(home) for user in users), users


@pytest.mark.parametrize(
    "path", sorted((ROOT / "stubs").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_stub_sees_only_the_stub_authors_module(path: Path) -> None:
    """A stub imports one module of the engine, as its author is told."""
    names = {name for _, name in imports(ast.parse(path.read_text())) if name.startswith("understudy")}
    assert names <= {"understudy.stub"}


def test_the_engine_knows_no_api_by_name() -> None:
    """No shipped API's name stands in the engine: adding a folder to specs/ adds an API."""
    for path in modules():
        text = path.read_text().lower()
        for api in (folder.name for folder in (ROOT / "specs").iterdir()):
            assert api not in text, f"{path} names {api}"
