"""The vendored documents are the published ones, byte for byte, and say where they come from."""

import datetime
import tomllib
from hashlib import sha256

import pytest
import yaml

from understudy.content import home
from understudy.contract import contract

FOLDERS = sorted(path.parent for path in (home() / "specs").glob("*/openapi.yaml"))
PUBLISHED = {
    "galileo": "1f7f2a5ba4f57600b3abdb5a5d2c5b96b26c51b47d7b75a01a0f7bd0801be6ad",
    "langsmith": "955296e17dd7647417fc4a4604e826488a1f636d08ab4cac1d1099aeb44b1890",
}

each = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def source(folder):
    """What the folder says of its document."""
    return tomllib.loads((folder / "SOURCE.toml").read_text(encoding="utf-8"))


def test_the_two_documents_are_vendored():
    """None is missing, none came in without a pin here."""
    assert [folder.name for folder in FOLDERS] == sorted(PUBLISHED)


@each
def test_a_vendored_document_is_never_edited(folder):
    """Its digest is the one on record, in SOURCE.toml and here."""
    digest = sha256((folder / "openapi.yaml").read_bytes()).hexdigest()
    assert digest == source(folder)["sha256"] == PUBLISHED[folder.name]


@each
def test_a_vendored_document_has_a_source(folder):
    """Page, title, upstream file and date."""
    found = source(folder)
    assert found["page"].startswith("https://")
    assert found["index"].startswith("https://")
    assert found["upstream"].endswith(".json")
    assert found["title"]
    assert isinstance(found["date"], datetime.date)


@each
def test_the_source_names_the_operation_that_the_document_declares(folder):
    """One page, one operation."""
    [operation] = contract.load(folder / "openapi.yaml").operations
    assert operation.name == source(folder)["operation"]


@each
def test_a_companion_says_that_nobody_published_it(folder):
    """Where it stands, what it is, and that its title is not the document's."""
    text = (folder / "companion.yaml").read_text(encoding="utf-8")
    info = yaml.safe_load(text)["info"]
    assert info["summary"].startswith("Hand-written for Understudy, not published by ")
    assert info["title"].endswith(", companion of the fake")


@each
def test_every_ref_of_a_companion_leads_somewhere(folder):
    """To its document as the overlays leave it, those of the fake among them: only the fake plays it."""
    overlays = (folder / "overlay.yaml", folder / "fake.overlay.yaml")
    contract_ = contract.load(folder / "openapi.yaml", overlays, (folder / "companion.yaml",))
    for operation in contract_.operations:
        contents = [*operation.request_contents.values()]
        contents += [
            content for answer in operation.responses.values() for content in answer.contents.values()
        ]
        assert all(
            content.schema is None or content.schema.is_valid(None) in (True, False) for content in contents
        )
        assert not operation.declaration.node.get("security") or operation.security


@each
def test_every_action_of_the_overlays_finds_its_target(folder):
    """An overlay that has lost its document would say nothing at all."""
    overlays = (folder / "overlay.yaml", folder / "fake.overlay.yaml")
    assert not contract.load(folder / "openapi.yaml", overlays).document.warnings
