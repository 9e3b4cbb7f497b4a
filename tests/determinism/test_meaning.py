"""Replies depend on what a request means, and on nothing else."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asking
import pytest
from asking import FILE, RULE_KEY, WHOLE, rule, rule_text, scorer

from asgi import send
from understudy import content
from understudy.run import Play, build, create_app
from understudy.serve.options import ServeOptions
from understudy.types import JSON, Request

STREAM = ("log_stream_id", "8e7c2f0a-6f4e-4d2b-9a55-3f1c0b7d9e21")
LISTS = (("required_scorers", "a"), ("required_scorers", "b"))


def played(*specs: str, overlays: tuple[str, ...] = (), **options: Any) -> Any:
    return create_app(build(Play(specs, overlays=overlays, options=ServeOptions(**options))))


@pytest.fixture(scope="module")
def app() -> Any:
    return played()


def _reversed(value: JSON) -> JSON:
    """The same value with the members of every object in the opposite order."""
    if isinstance(value, dict):
        return {name: _reversed(member) for name, member in reversed(value.items())}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


WRONG = {
    "sampling_rate": "x",
    "evaluators": [{"b": 1, "a": 2}],
    "group_by": {"z": 1, "y": [{"q": 1, "p": 2}]},
}
RICH = WHOLE | {"evaluators": asking.EVALUATORS}
CONST = '{"display_name":"x","sampling_rate":1,"evaluators":[{"structured":{"schema":{"const":{"n":%s}}}}]}'
JSON_TEXTS = {
    "member order": (json.dumps(WHOLE), json.dumps(_reversed(WHOLE))),
    "member order of schemas": (json.dumps(RICH), json.dumps(_reversed(RICH))),
    "member order of an invalid body": (json.dumps(WRONG), json.dumps(_reversed(WRONG))),
    "member order in an array": ('[{"a":1,"b":2}]', '[{"b":2,"a":1}]'),
    "white space": (json.dumps(RICH), json.dumps(RICH, indent="\t")),
    "white space of an invalid body": (json.dumps(WRONG), " " + json.dumps(WRONG, indent=4) + "\r\n"),
    "escapes": (
        '{"display_name":"é/","sampling_rate":0,"filter":"\U0001f600"}',
        '{"display_name":"\\u00e9\\/","sampling_rate":0,"filter":"\\uD83D\\ude00"}',
    ),
    "1 and 1.0": (
        '{"display_name":"x","sampling_rate":1,"num_few_shot_examples":3,"test_inputs":{"n":[2,0]}}',
        '{"display_name":"x","sampling_rate":1.0,"num_few_shot_examples":30e-1,"test_inputs":{"n":[2.0,-0.0]}}',
    ),
    "1 and 1.0 in an invalid body": ('{"display_name":[3]}', '{"display_name":[3.0]}'),
    "1 and 1.0 in a schema": (CONST % "5", CONST % "5.0"),
}
FORMS = {
    "part order": ((FILE, STREAM, *LISTS), (LISTS[0], STREAM, FILE, LISTS[1])),
    "part order of an invalid form": (
        (("limit", "x"), ("filters", "{}"), ("sort", "[]"), LISTS[0]),
        (LISTS[0], ("sort", "[]"), ("filters", "{}"), ("limit", "x")),
    ),
    "JSON in a part": (
        (FILE, ("sort", '{"column_id":"id","ascending":true}')),
        (FILE, ("sort", '{ "ascending":true, "column_id":"id" }')),
    ),
    "one JSON part for a list": ((FILE, *LISTS), (FILE, ("required_scorers", '["a", "b"]'))),
    "a number's spelling in a part": ((FILE, ("limit", "5")), (FILE, ("limit", "5.0"))),
    "a text part's media type": ((FILE, STREAM), (FILE, (STREAM[0], (None, STREAM[1], "text/plain")))),
}
HEADERS = {
    "another key": (RULE_KEY, (("x-api-key", "another"),)),
    "another way to authenticate": (RULE_KEY, (("authorization", "Bearer t"),)),
    "two credentials": (RULE_KEY, (*RULE_KEY, ("x-tenant-id", "t"))),
    "undeclared headers": (
        RULE_KEY,
        (*RULE_KEY, ("user-agent", "x/1"), ("x-request-id", "5")),
    ),
}
SAME = {
    **{name: tuple(rule_text(text.encode()) for text in pair) for name, pair in JSON_TEXTS.items()},
    **{name: tuple(scorer(*parts) for parts in pair) for name, pair in FORMS.items()},
    **{name: tuple(rule(WHOLE, credentials=each) for each in pair) for name, pair in HEADERS.items()},
    "basic instead of a key": (scorer(FILE), scorer(FILE, credentials=(("authorization", "Basic dTpw"),))),
    "boundary": (scorer(FILE, STREAM), scorer(FILE, STREAM, boundary="x")),
    "boundary of an invalid form": (scorer(STREAM), scorer(STREAM, boundary="x")),
    "header order": (rule(WHOLE), replace(rule(WHOLE), headers=rule(WHOLE).headers[::-1])),
    "an undeclared query": (rule(WHOLE), replace(rule(WHOLE), query="trace=1")),
    "media type parameters": (
        rule(WHOLE),
        replace(rule(WHOLE), headers=(("content-type", "Application/JSON; charset=utf-8"), *RULE_KEY)),
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_requests_of_one_meaning_get_one_answer(app: Any, name: str) -> None:
    """However a request is spelt, the bytes of its reply are the same."""
    one, other = SAME[name]
    assert one != other
    answer = send(app, one)
    assert answer.status in (200, 422)
    assert send(app, other) == answer


def test_different_requests_get_different_ids(app: Any) -> None:
    """No two requests of different meanings share an id, but for the project that belongs to a log stream."""
    found = [_ids(app, request) for request in (*asking.valid_rules(), *asking.valid_scorers())]
    ids = [identity for each in found for identity in each]
    assert len(set(ids)) == len(ids) >= 30
    assert all(UUID(identity).version == 4 for identity in ids)


def test_a_project_belongs_to_the_log_stream_alone(app: Any) -> None:
    """Other members of the request leave `project_id` as it is."""
    projects = {
        _answer(app, scorer(FILE, STREAM, *rest))["project_id"] for rest in ((), LISTS, (("limit", "7"),))
    }
    assert len(projects) == 1
    assert _answer(app, scorer(FILE))["project_id"] not in projects


def test_another_seed_gives_other_ids(app: Any) -> None:
    """`--seed` changes every id, and the same seed none."""
    requests = [*asking.valid_rules(), *asking.valid_scorers()]
    before = {identity for request in requests for identity in _ids(app, request)}
    seeded, again = ([_ids(played(seed=7), request) for request in requests] for _ in range(2))
    assert seeded == again
    assert before.isdisjoint(identity for each in seeded for identity in each)


def test_comments_and_unrelated_overlays_change_no_reply(app: Any, tmp_path: Path) -> None:
    """Corrected descriptions, a moved server, one more operation: every answer stays as it is."""
    shutil.copytree(content.home() / "specs", tmp_path / "specs")
    shutil.copytree(content.home() / "stubs", tmp_path / "stubs")
    for document in sorted((tmp_path / "specs").glob("*/openapi.yaml")):
        _edit(document)
    overlay = tmp_path / "more.yaml"
    overlay.write_text(UNRELATED)
    edited = played(str(tmp_path), overlays=(str(overlay),))
    assert send(edited, Request("GET", "/more")).status == 200
    for request in (*asking.valid_rules(), *asking.valid_scorers(), *asking.invalid(40)):
        assert send(edited, request) == send(app, request)


UNRELATED = """
overlay: 1.0.0
info: {title: unrelated, version: "1"}
actions:
  - target: $
    update: {tags: [{name: more}], externalDocs: {url: "https://example.com"}}
  - target: $.components.schemas
    update: {More: {type: string, description: not referred to}}
  - target: $.paths
    update: {/more: {get: {security: [], responses: {"200": {description: More}}}}}
"""


CORRECTED = {
    "description: Successful Response": "description: All went well  # corrected",
    "title: Display Name": "title: The name",
    "title: Project Id": "title: Project",
    "Response model for": "This is the model of",
}


def _edit(document: Path) -> None:
    """Other words in titles and descriptions; a comment, too."""
    text = edited = document.read_text()
    for said, better in CORRECTED.items():
        edited = edited.replace(said, better)
    assert edited != text
    document.write_text("# corrected\n" + edited)


def _answer(app: Any, request: Request) -> JSON:
    response = send(app, request)
    assert response.status == 200
    return json.loads(response.body)


def _ids(app: Any, request: Request) -> list[str]:
    """The ids in a reply that belong to the request as a whole."""
    answer = _answer(app, request)
    if isinstance(answer, list):
        return [item["run_id"] for item in answer]
    return [answer["metrics_experiment_id"]]
