"""The wheel as it is installed elsewhere: what is in it, and that it serves without the checkout."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from cli.running import running

ROOT = Path(__file__).parent.parent.parent
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
RULE = "/api/v1/runs/rules/validate"


def pip(*arguments: str) -> None:
    done = subprocess.run([*PIP, *arguments], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as an index or a user would."""
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", str(ROOT), "--no-deps", "--wheel-dir", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which Python finds the installed wheel before the checkout."""
    target = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--no-index", "--target", str(target), str(wheel))
    return {"PYTHONPATH": str(target)}


def test_the_wheel_holds_engine_and_content_and_no_more(wheel: Path) -> None:
    """Every module, document and stub; no test, benchmark or cache."""
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    source = ROOT / "src"
    files = (path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    expected = {str(path.relative_to(source)) for path in files}
    for folder in ("specs", "stubs"):
        files = (path for path in (ROOT / folder).rglob("*") if path.suffix in (".yaml", ".toml", ".py"))
        expected |= {f"understudy/shipped/{path.relative_to(ROOT)}" for path in files}
    assert names == expected


def test_an_installed_wheel_serves_its_own_documents(installed: dict[str, str], tmp_path: Path) -> None:
    """From an empty folder, with nothing of the checkout on the way."""
    where = subprocess.run(
        [sys.executable, "-c", "import understudy; print(understudy.__file__)"],
        env=os.environ | installed,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert where.startswith(installed["PYTHONPATH"])
    with running(environment=installed, cwd=tmp_path) as server:
        headers = {"X-API-Key": "k", "Content-Type": "application/json"}
        answer = server.ask("POST", RULE, headers, b'{"display_name":"a","sampling_rate":1}')
        assert (answer.status, answer.headers["understudy-reply"]) == (200, "stub")
        assert str(ROOT) not in server.started
        listed = server.ask("GET", "/__understudy__/operations").json
    assert {item["reply"] for item in listed if not item["companion"]} == {"stub"}
    assert list(tmp_path.iterdir()) == []
