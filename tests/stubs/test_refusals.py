"""What the overlays add to the replies that are no success."""

import json

import pytest

from understudy.serve import problem
from understudy.serve.answer import Refusal
from understudy.types import Request, Response

PATHS = {"galileo": "/v2/scorers/code/validate/log_record", "langsmith": "/api/v1/runs/rules/validate"}


def operation(ask, api):
    return ask.fake.routing.find(Request("POST", PATHS[api]))[0].operation


@pytest.mark.parametrize(
    ("api", "text"), [("galileo", "Invalid credentials"), ("langsmith", "Invalid token")]
)
def test_a_401_has_the_declared_body(ask, api, text):
    """An object with a `detail`, filled by the fake's convention."""
    answer = problem.refused(operation(ask, api), Refusal(401, "no credential"))
    assert (dict(answer.headers)["content-type"], json.loads(answer.body)) == (
        "application/json",
        {"detail": text},
    )


@pytest.mark.parametrize("api", PATHS)
@pytest.mark.parametrize("body", [{}, {"detail": 5}, {"detail": []}, "Unauthorized"])
def test_a_401_without_a_text_breaks_the_contract(ask, api, body):
    """The fact that every target is held to."""
    headers = (("content-type", "application/json"),)
    assert operation(ask, api).judge(Response(401, headers, json.dumps(body).encode()))


@pytest.mark.parametrize("api", PATHS)
def test_the_bare_document_declares_no_401(ask_bare, api):
    """It is a fact of the overlay alone."""
    answer = problem.refused(operation(ask_bare, api), Refusal(401, "no credential"))
    assert dict(answer.headers)["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("extra", "is_kept"),
    [({"input": None, "ctx": {"error": {}}}, True), ({"input": [1]}, True), ({"ctx": "x"}, False)],
)
@pytest.mark.parametrize("api", PATHS)
def test_an_item_of_a_422_may_carry_input_and_ctx(ask, api, extra, is_kept):
    """Any input; a context is an object."""
    item = {"type": "missing", "loc": ["body", "file"], "msg": "Field required", **extra}
    response = Response(422, (("content-type", "application/json"),), json.dumps({"detail": [item]}).encode())
    assert (not operation(ask, api).judge(response)) is is_kept


def test_the_refusals_of_the_stubs_keep_the_contract(ask, ask_bare):
    """With the overlays and without."""
    for asked in (ask, ask_bare):
        answers = {"galileo": asked.galileo(("limit", "x")), "langsmith": asked.langsmith(group_by="x")}
        for api, answer in answers.items():
            assert answer.status == 422
            assert not operation(asked, api).judge(Response(422, answer.headers, answer.body))
