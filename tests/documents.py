"""Small documents for tests, written as Python."""

import json
from collections.abc import Mapping
from pathlib import Path

from understudy.contract import Contract, contract
from understudy.types import JSON

ANY = {"description": "ok", "content": {"application/json": {"schema": {}}}}


def document(paths: Mapping[str, JSON], *, version: str = "3.1.0", **rest: JSON) -> dict[str, JSON]:
    """An OpenAPI document with these paths."""
    return {"openapi": version, "info": {"title": "Test", "version": "1"}, "paths": paths, **rest}


def operation(**rest: JSON) -> dict[str, JSON]:
    """An operation that answers 200 with any JSON."""
    return {"responses": {"200": ANY}, **rest}


def taking(schema: JSON, media_type: str = "application/json", *, required: bool = True) -> dict[str, JSON]:
    """An operation with a request body of a schema."""
    return operation(requestBody={"required": required, "content": {media_type: {"schema": schema}}})


def written(folder: Path, root: JSON, name: str = "test.json") -> Path:
    """The document as a file."""
    path = folder / name
    path.write_text(json.dumps(root))
    return path


def loaded(folder: Path, root: JSON) -> Contract:
    """The contract of a document."""
    return contract.load(written(folder, root))
