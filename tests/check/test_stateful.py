"""Requests that follow from answers: links, and the life of what is created."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from documents import document, loaded, written
from things import Defect, make_app, things
from understudy import checking, content
from understudy.check.drive import Drive, Sent
from understudy.check.fold import Folder
from understudy.check.plan import PlanOptions, plan, share
from understudy.check.referee import Referee
from understudy.check.sender import SendOptions, opened
from understudy.check.sequences import unplanned
from understudy.check.wallet import Wallet
from understudy.checking import CheckOptions, check
from understudy.contract import Contract, load
from understudy.types import JSON, Finding

LIFE = "the life of /things/{id}"
LINK = "the link GetOwner from POST /things"


def planned(contract: Contract, **options: Any) -> list[tuple[str, str]]:
    cases = plan(contract, PlanOptions(phases=("stateful",), **options))
    return [(case.step.sequence, f"{case.request.method} {case.request.path}") for case in cases if case.step]


def run(contract: Contract, app: Any, **options: Any) -> tuple[list[Finding], list[Sent], Drive]:
    return asyncio.run(_run(contract, app, PlanOptions(phases=("stateful",), **options)))


async def _run(contract: Contract, app: Any, options: PlanOptions) -> tuple[list[Finding], list[Sent], Drive]:
    async with opened("http://things", SendOptions(retries=0), app) as sender:
        drive = Drive(contract, Wallet(), sender, lambda _: None, workers=4)
        exchanges = await drive.run(plan(contract, options))
        findings = await Folder(contract, Referee(contract), Wallet()).findings(exchanges, drive.again)
    return findings, exchanges, drive


@pytest.fixture
def contract(tmp_path: Path) -> Contract:
    return loaded(tmp_path, things())


def test_a_link_and_a_life_are_planned(contract: Contract) -> None:
    """Of the document alone, in its order, with a name where an answer's value will be."""
    assert planned(contract) == [
        (LINK, "POST /things"),
        (LINK, "GET /things/$ID/owner"),
        (LIFE, "POST /things"),
        (LIFE, "GET /things/$ID"),
        (LIFE, "GET /things"),
        (LIFE, "PUT /things/$ID"),
        (LIFE, "DELETE /things/$ID"),
        (LIFE, "GET /things/$ID"),
    ]


def test_a_service_that_remembers_is_clean(contract: Contract) -> None:
    """All that was planned is sent, one after the other, and nothing is found."""
    findings, exchanges, drive = run(contract, make_app())
    assert [finding.message for finding in findings] == []
    told = [(sent.request.method, sent.request.path, sent.outcome.status) for sent in exchanges]  # type: ignore[union-attr]
    assert told == [
        ("POST", "/things", 201),
        ("GET", "/things/1/owner", 200),
        ("POST", "/things", 201),
        ("GET", "/things/2", 200),
        ("GET", "/things", 200),
        ("PUT", "/things/2", 200),
        ("DELETE", "/things/2", 204),
        ("GET", "/things/2", 404),
    ]
    assert (drive.unready, drive.unsent, drive.unpaid) == ([], [], [])


DEFECTS: list[tuple[Defect, str, str, str]] = [
    ("forgets", "lost-resource", "GET /things/{id}", "what was created and has an id is not found by it"),
    ("keeps what was deleted", "use-after-delete", "GET /things/{id}", "what was deleted is still found"),
    ("another id", "wrong-resource", "GET /things/{id}", "what is found by an id has another one"),
    ("dead link", "link", "GET /things/{id}/owner", f"{LINK} leads to 404"),
    ("null name", "type", "POST /things", "must be of type string, got null"),
]


@pytest.mark.parametrize(("defect", "rule", "operation", "message"), DEFECTS, ids=lambda told: str(told)[:20])
def test_a_service_that_forgets_its_lines_is_found(
    contract: Contract, defect: Defect, rule: str, operation: str, message: str
) -> None:
    """Each defect is a fault of the server, proved by the whole sequence sent again."""
    findings, _, _ = run(contract, make_app(defect))
    found = {(finding.verdict, finding.rule, finding.operation): finding for finding in findings}
    assert ("server", rule, operation) in found, list(found)
    assert message in found["server", rule, operation].message


def test_what_is_found_can_be_repeated_by_hand(contract: Contract) -> None:
    """The command makes the thing, takes its id out of the answer and deletes it before it reads."""
    findings, _, _ = run(contract, make_app("keeps what was deleted"))
    [finding] = [finding for finding in findings if finding.rule == "use-after-delete"]
    assert finding.request.path == "/things/$ID"
    make, take, *rest = finding.curl.split("; ")
    assert make.startswith(
        "REPLY=$(curl -sS \"$TARGET\"/things -H 'content-type: application/json' --data-raw"
    )
    assert take == 'ID=$(printf %s "$REPLY" | jq -r .id)'
    assert [line for line in rest if line.startswith("curl")] == [
        'curl -sS "$TARGET"/things/"$ID"',
        'curl -sS -X DELETE "$TARGET"/things/"$ID"',
        'curl -sS "$TARGET"/things/"$ID"',
    ]


def test_nothing_is_made_twice(contract: Contract) -> None:
    """Each sequence, and each proof of one, makes a thing of its own: a name may be taken only once."""
    app, bodies = make_app("keeps what was deleted"), []

    async def listening(scope: Any, receive: Any, send: Any) -> None:
        async def heard() -> Any:
            message = await receive()
            bodies.extend([message["body"]] if scope["method"] == "POST" and message.get("body") else [])
            return message

        await app(scope, heard, send)

    run(contract, listening)
    assert len(bodies) == len(set(bodies)) == 3


def test_what_a_link_needs_and_does_not_find_is_told(tmp_path: Path) -> None:
    """A link whose value is not in the answer is not followed; nobody is blamed for it."""
    link = {"operationId": "getOwner", "parameters": {"path.id": "$response.body#/owner"}}
    findings, _, drive = run(loaded(tmp_path, things(ToOwner=link)), make_app())
    assert findings == []
    [(case, reason)] = drive.unready
    assert (case.operation, reason) == (
        "GET /things/{id}/owner",
        "the answer of POST /things has no $response.body#/owner",
    )


def test_a_value_that_does_not_fit_is_not_sent(tmp_path: Path) -> None:
    """A link that gives a name where a number is wanted is the document's matter."""
    link = {"operationId": "getOwner", "parameters": {"id": "$response.body#/name"}}
    findings, _, drive = run(loaded(tmp_path, things(ToOwner=link)), make_app())
    assert findings == []
    assert [reason.partition(":")[0] for _, reason in drive.unready] == [
        "what POST /things answered does not fit"
    ]


def test_what_was_only_accepted_promises_nothing(contract: Contract) -> None:
    """After a 202 nothing is read: the thing may be made later."""
    app = make_app("forgets")

    async def later(scope: Any, receive: Any, send: Any) -> None:
        async def answered(message: Any) -> None:
            await send({**message, "status": 202} if message.get("status") == 201 else message)

        await app(scope, receive, answered)

    findings, exchanges, drive = run(contract, later)
    assert {finding.rule for finding in findings} == {"status"}
    assert {sent.case.operation for sent in exchanges} == {"POST /things"}
    assert drive.unready[0][1] == "POST /things before it was answered 202"


def test_links_are_followed_from_link_to_link(tmp_path: Path) -> None:
    """A chain goes on from what a link led to; a link by operationRef and a body of expressions are read."""
    root = things(
        Read={"operationRef": "#/paths/~1things~1{id}/get", "parameters": {"id": "$response.body#/id"}}
    )
    root["paths"]["/things/{id}"]["get"]["responses"]["200"]["links"] = {
        "Change": {
            "operationRef": "#/paths/~1things~1{id}/put",
            "parameters": {"path.id": "$request.path.id"},
            "requestBody": {"name": "was {$response.body#/name}"},
        }
    }
    _, exchanges, _ = run(loaded(tmp_path, root), make_app())
    first, _, last = [sent for sent in exchanges if sent.case.step and "Change" in sent.case.step.sequence]
    assert last.request.path == "/things/1"
    assert first.request.body.replace(b'":"', b'":"was ') == last.request.body


def test_shards_keep_sequences_whole(contract: Contract) -> None:
    """Each sequence is in one shard, and all are in some."""
    cases = plan(contract, PlanOptions(phases=("stateful",)))
    shards = [share(cases, (index, 3)) for index in (1, 2, 3)]
    assert sorted(case.id for shard in shards for case in shard) == sorted(case.id for case in cases)
    names = [{case.step.sequence for case in shard if case.step} for shard in shards]
    assert sum(map(len, names)) == 2


def test_safe_methods_create_nothing(contract: Contract) -> None:
    """Where only safe methods are wanted, no sequence begins with a POST."""
    assert planned(contract, safe=True) == []


def test_max_requests_cuts_no_sequence(contract: Contract) -> None:
    """What a sequence creates is deleted at its end: one for which there is no room is left out whole."""
    assert planned(contract, max_requests=2) == planned(contract, max_requests=3) == planned(contract)[:2]
    assert planned(contract, max_requests=1) == []


def test_a_fake_that_keeps_nothing_is_not_blamed(tmp_path: Path) -> None:
    """Our own fake makes its answers up and says so; what it made up need not be remembered."""
    options = CheckOptions(specs=(str(written(tmp_path, things())),), plan=PlanOptions(phases=("stateful",)))
    checked = check(options, checking.planned(options), lambda _: None)
    assert [(finding.verdict, finding.rule) for finding in checked.report.findings] == []
    [api] = checked.report.apis
    assert {count.count for one in api.operations for count in one.phases} == {1, 2}
    assert api.not_tested == ()


@pytest.mark.parametrize("name", ["galileo", "langsmith"])
def test_why_there_is_nothing_to_follow(name: str) -> None:
    """The shipped documents have neither links nor resources, and the report says so."""
    [api] = content.find([name])
    assert [reason for _, _, reason in unplanned(load(api.document, api.facts))] == [
        "the document declares no links, and nothing that is created by POST and read by an id"
    ]


def test_no_404_declared_no_reading_after_deletion(tmp_path: Path) -> None:
    """A document that leaves no answer for it does not ask for one."""
    root = things()
    del root["paths"]["/things/{id}"]["get"]["responses"]["404"]
    contract = loaded(tmp_path, root)
    assert planned(contract)[-1] == (LIFE, "DELETE /things/$ID")
    assert list(unplanned(contract)) == [
        ("GET /things/{id}", "after DELETE", "the document declares no 404 or 410 for it")
    ]


ID_MEMBERS: list[tuple[str, JSON]] = [
    ("id", {"id": {}, "uuid": {}}),
    ("thingId", {"id": {}, "thing_id": {}}),
    ("key", {"name": {}, "thingId": {}}),
    ("id", {"data": {"type": "object", "properties": {"id": {}}}}),
]


@pytest.mark.parametrize(
    ("parameter", "properties", "found"),
    [(*pair, name) for pair, name in zip(ID_MEMBERS, ["$ID", "$THING_ID", "$THINGID", "$ID"], strict=True)],
)
def test_where_the_id_is(tmp_path: Path, parameter: str, properties: JSON, found: str) -> None:
    """The member of the parameter's name, else one that is called id, in an envelope too."""
    schema = {"type": "object", "properties": properties}
    answer = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    named = {"name": parameter, "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {
        "/things": {"post": {"responses": {"201": answer}}},
        f"/things/{{{parameter}}}": {"get": {"parameters": [named], "responses": {"200": answer}}},
    }
    assert planned(loaded(tmp_path, document(paths)))[1][1] == f"GET /things/{found}"
