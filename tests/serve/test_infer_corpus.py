"""What documents by others show to be created lives: found by its id, listed, removed, and then gone."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from asgi import send
from reference import ABSENT, CORPUS
from understudy.compose import sample
from understudy.run import Play, build, create_app
from understudy.serve.fake import Fake, Role
from understudy.serve.infer.acts import Create, List, Read, Remove
from understudy.serve.infer.names import text
from understudy.serve.infer.resource import Resource
from understudy.serve.infer.views import View, within
from understudy.serve.options import ServeOptions
from understudy.types import JSON, Response

LIVES = {
    "oai-petstore-expanded.yaml": 1,
    "petstorev3.json": 3,
    "asana.yaml": 9,
    "box-v2025.json": 5,
    "hey30-clerk-2025-11-10.yaml": 19,
    "twilio-verify-v2.yaml": 2,
    "k8s-core-v1.json": 3,
}
"""How many kinds of things live in each, of those that belong to no other."""


def ask(app: Any, role: Role, id: str = "") -> Response:
    """The response to a small valid request; for one thing, to one with its id."""
    request = sample(role.operation, {})
    if id:
        request = replace(request, path=request.path.rpartition("/")[0] + "/" + quote(id, safe=""))
    return send(app, request)


def told(view: View | None, response: Response) -> JSON:
    """The id that a reply tells."""
    assert view
    return within(within(json.loads(response.body), view.path), view.id)


def by_resource(fake: Fake) -> dict[Resource, dict[type, Role]]:
    found: dict[Resource, dict[type, Role]] = {}
    for role in fake.roles.values():
        act: Any = role.responder.stub
        if role.responder.source == "inferred" and act.resource.parent is None:
            found.setdefault(act.resource, {})[type(act)] = role
    return found


def life(app: Any, on: dict[type, Role]) -> None:
    """Create, read, list, remove, read; as far as there are operations for it."""
    create: Any = on[Create].responder.stub
    made = ask(app, on[Create])
    assert made.status < 300, made.body
    id = text(told(create.showing.view, made))
    if Read in on:
        read: Any = on[Read].responder.stub
        assert text(told(read.showing.view, ask(app, on[Read], id))) == id
    if List in on:
        assert ask(app, on[List]).status == 200
    if Remove in on:
        assert ask(app, on[Remove], id).status < 300
    if Read in on and Remove in on:
        assert ask(app, on[Read], id).status == 404


@pytest.mark.skipif(CORPUS is None, reason=ABSENT)
@pytest.mark.parametrize("name", LIVES)
def test_what_is_created_lives(name: str) -> None:
    """Every kind of thing whose reply tells its id."""
    assert CORPUS
    fake = build(Play((str(Path(CORPUS, name)),), options=ServeOptions(auth="off", infer_state=True)))
    app = create_app(fake)
    lives = 0
    for on in by_resource(fake).values():
        create: Any = on[Create].responder.stub if Create in on else None
        if create and create.showing.view and create.showing.view.id:
            life(app, on)
            lives += 1
    assert lives == LIVES[name]
