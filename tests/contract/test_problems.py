"""What is wrong with a document that is served all the same is told with file and line."""

import json
from pathlib import Path

from documents import document, operation, written
from understudy.contract import document as documents
from understudy.contract.problems import problems

SECURED = document(
    {"/a": {"get": operation(security=[{"my key": []}, {"other": []}, {}])}},
    components={"securitySchemes": {"my key": {"type": "http", "scheme": "basic"}}},
)
OVERLAY = """\
overlay: 1.0.0
info: {title: T, version: '1'}
actions:
- target: $.nothing
  update: {a: 1}
"""


def test_a_sound_document_has_no_problems(tmp_path: Path) -> None:
    """Nothing is told where nothing is wrong."""
    loaded = documents.load(written(tmp_path, document({"/a": {"get": operation()}})))
    assert list(problems(loaded)) == []


def test_a_key_that_stands_twice_is_a_problem_of_the_document(tmp_path: Path) -> None:
    """The warning comes before those of overlays, whose targets may depend on it."""
    path = tmp_path / "api.yaml"
    path.write_text("openapi: 3.1.0\ninfo: {}\npaths:\n  /a: {}\n  /a: {}\n")
    (tmp_path / "overlay.yaml").write_text(OVERLAY)
    assert list(problems(documents.load(path, [tmp_path / "overlay.yaml"]))) == [
        f"{path}:5: duplicate key '/a', the last one counts",
        f"{tmp_path}/overlay.yaml:4: the target '$.nothing' matches nothing",
    ]


def test_security_schemes_that_openapi_does_not_know_are_problems(tmp_path: Path) -> None:
    """A name with a space is served; an alternative whose scheme is declared nowhere is not."""
    path = tmp_path / "api.json"
    path.write_text(json.dumps(SECURED, indent=0))
    names, unknown = problems(documents.load(path))
    line = path.read_text().splitlines().index('"other": []') + 1
    assert names.startswith(f"{path}:")
    assert "'my key'" in names
    assert (
        unknown == f"{path}:{line - 1}: security scheme 'other' is not declared; this alternative is ignored"
    )
