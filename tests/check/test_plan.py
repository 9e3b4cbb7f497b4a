"""The plan of a check: the same everywhere, in parts that make the whole, bounded, and leaving no trace."""

import logging
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import configuration
from hypothesis.internal.charmap import intervals_from_codec

from documents import document, loaded, operation, taking
from understudy import content
from understudy.check.case import PHASES, Case
from understudy.check.generate import characters, generate
from understudy.check.plan import SAFE, PlanOptions, counts, digest, plan, share
from understudy.contract import Contract, contract
from understudy.types import JSON

APIS = ("galileo", "langsmith")
ONE = {
    "galileo": "POST /v2/scorers/code/validate/log_record",
    "langsmith": "POST /api/v1/runs/rules/validate",
}
OPTIONS = PlanOptions(seed=1, max_examples=20)
# The larger one's coverage takes a while: parts of its plan are made of our own cases alone.
PARTED = {"galileo": OPTIONS, "langsmith": PlanOptions(seed=1, phases=("probes",))}

# Run beside a module of the user's whose literals would do for values, which they must not become.
SCRIPT = """
import sys
sys.path.insert(0, "mine")
import literals
from understudy import content
from understudy.contract import contract
from understudy.check.plan import PlanOptions, digest, plan
for name in sys.argv[1:]:
    api, = content.find([name])
    options = PlanOptions(seed=1, max_examples=20)
    print(digest(plan(contract.load(api.document, api.facts), options)))
"""
LITERALS = "WORDS = [" + ", ".join(f"'literal-{index}'" for index in range(200)) + "]\nNUMBER = 987654321\n"


@cache
def shipped(name: str) -> Contract:
    (api,) = content.find([name])
    return contract.load(api.document, api.facts)


@cache
def whole(name: str) -> tuple[Case, ...]:
    return plan(shipped(name), OPTIONS)


def shards(name: str, total: int) -> list[tuple[Case, ...]]:
    planned = plan(shipped(name), PARTED[name])
    return [share(planned, (index, total)) for index in range(1, total + 1)]


def ids(cases: tuple[Case, ...]) -> list[str]:
    return [case.id for case in cases]


def petshop(folder: Path) -> Contract:
    """Three operations, two of them of safe methods."""
    pet: JSON = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
    paths = {
        "/pets": {"get": operation(operationId="listPets"), "post": taking(pet) | {"operationId": "addPet"}},
        "/owners": {"get": operation(operationId="listOwners")},
    }
    return loaded(folder, document(paths))


def probed(shop: Contract, **options: object) -> tuple[Case, ...]:
    return plan(shop, PlanOptions(phases=("probes",), **options))  # type: ignore[arg-type]


def run(folder: Path, hash_seed: str) -> subprocess.CompletedProcess[str]:
    (folder / "mine").mkdir()
    (folder / "mine" / "literals.py").write_text(LITERALS)
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "CI": hash_seed, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", SCRIPT, *APIS]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_a_plan_is_the_same_in_every_process_and_leaves_nothing_behind(
    tmp_path: Path, hash_seed: str
) -> None:
    """Neither the hash seed, nor CI, nor modules of the user's change a request; no file is left."""
    done = run(tmp_path, hash_seed)
    assert done.stdout.split() == [digest(whole(name)) for name in APIS]
    assert done.stderr == ""
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["literals.py"]


def test_a_plan_is_the_same_the_second_time() -> None:
    """What the first planning warmed up does not show in the second."""
    assert digest(plan(shipped("galileo"), OPTIONS)) == digest(whole("galileo"))


def test_another_seed_gives_another_plan_of_the_same_probes() -> None:
    """The seed is for what is drawn; our own cases are not."""
    other = plan(shipped("galileo"), replace(OPTIONS, seed=2))
    assert digest(other) != digest(whole("galileo"))
    ours = [case.id for case in whole("galileo") if case.phase == "probes"]
    assert [case.id for case in other if case.phase == "probes"] == ours


@pytest.mark.parametrize("name", APIS)
def test_no_request_is_planned_twice(name: str) -> None:
    """A case stands in the plan once, in the first phase that has it."""
    assert [found for found, count in Counter(ids(whole(name))).items() if count > 1] == []


@pytest.mark.parametrize("name", APIS)
def test_phases_follow_one_another(name: str) -> None:
    """Our own cases come first, then coverage, then fuzzing."""
    assert [phase for phase, _ in groupby(case.phase for case in whole(name))] == [
        "probes",
        "coverage",
        "fuzzing",
    ]


@pytest.mark.parametrize(("name", "total"), [("galileo", 3), ("langsmith", 2), ("langsmith", 7)])
def test_shards_are_disjoint_and_together_the_whole_in_its_order(name: str, total: int) -> None:
    """Every case is in exactly one shard, and each shard keeps the order of the whole."""
    planned = ids(plan(shipped(name), PARTED[name]))
    parts = [ids(shard) for shard in shards(name, total)]
    assert sorted(found for part in parts for found in part) == sorted(planned)
    assert all(part == [found for found in planned if found in set(part)] for part in parts)
    assert all(parts), "a shard with nothing to do"


def test_a_shard_keeps_the_repeated_requests_of_an_operation_together() -> None:
    """The same request again and again, and what stands between, is in one shard, as the first is."""
    steady = [case.id for case in whole("langsmith") if case.repeat]
    firsts = {replace(case, repeat=0).id for case in whole("langsmith") if case.repeat}
    (having,) = (shard for shard in shards("langsmith", 4) if any(case.repeat for case in shard))
    assert firsts & set(ids(whole("langsmith"))) <= set(ids(having))
    numbers = [index for index, case in enumerate(having) if case.repeat]
    assert [having[index].id for index in numbers] == steady
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize("most", [0, 1, 40, 365, 400, 10_000])
def test_max_requests_is_the_beginning_of_the_whole(most: int) -> None:
    """A limit cuts the plan and changes nothing else of it."""
    cut = plan(shipped("galileo"), replace(OPTIONS, max_requests=most))
    assert ids(cut) == ids(whole("galileo"))[:most]


def test_each_operation_has_so_many_of_a_phase() -> None:
    """A limit by phase leaves every operation its share of every phase."""
    found = counts(plan(shipped("galileo"), replace(OPTIONS, phases=("probes", "coverage"), max_per_phase=4)))
    everything = counts(plan(shipped("galileo"), replace(OPTIONS, phases=("probes", "coverage"))))
    assert found.keys() == everything.keys()
    for phases in found.values():
        assert all(count <= 4 for count in phases.values())
        assert "probes" in phases


def test_a_limit_by_phase_begins_with_what_is_valid(tmp_path: Path) -> None:
    """Of hundreds of requests that a body can be covered by, the first few are made, and no others."""
    members = {f"m{index}": {"type": "integer", "minimum": index} for index in range(30)}
    body = taking({"type": "object", "properties": members})
    planned = plan(
        loaded(tmp_path, document({"/p": {"post": body}})), PlanOptions(phases=("coverage",), max_per_phase=3)
    )
    assert len(planned) == 3
    assert all(case.intent.startswith("a generated valid request") for case in planned)


def test_what_is_too_long_for_a_url_is_not_planned(tmp_path: Path) -> None:
    """A query of 70,000 characters reaches no server; the other requests of its operation are planned."""
    long: JSON = {"name": "q", "in": "query", "schema": {"type": "string", "minLength": 70_000}}
    planned = plan(
        loaded(tmp_path, document({"/p": {"get": operation(parameters=[long])}})),
        PlanOptions(phases=("probes",)),
    )
    assert planned
    assert max(len(case.request.query) for case in planned) < 60_000


def test_a_limit_within_the_probes_asks_nothing_of_the_other_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a limit leaves no room for is not even generated."""
    monkeypatch.setattr("schemathesis.openapi.from_dict", lambda *_, **__: pytest.fail("generated"))
    assert len(plan(shipped("langsmith"), PlanOptions(max_requests=30))) == 30


SELECTIONS: list[tuple[dict[str, object], set[str]]] = [
    ({}, {"GET /pets", "POST /pets", "GET /owners"}),
    ({"include": ("* /pets",)}, {"GET /pets", "POST /pets"}),
    ({"include": ("listOwners", "addPet")}, {"GET /owners", "POST /pets"}),
    ({"exclude": ("list*",)}, {"POST /pets"}),
    ({"include": ("GET *",), "exclude": ("listPets",)}, {"GET /owners"}),
    ({"include": ("nothing",)}, set()),
    ({"safe": True}, {"GET /pets", "GET /owners"}),
]


@pytest.mark.parametrize(("options", "expected"), SELECTIONS, ids=range(len(SELECTIONS)))
def test_operations_are_chosen_by_name_and_operation_id(
    tmp_path: Path, options: dict[str, object], expected: set[str]
) -> None:
    """Globs over names and operationIds say which operations are planned."""
    cases = probed(petshop(tmp_path), **options)
    assert {case.operation for case in cases} == expected


def test_a_safe_plan_sends_no_other_methods_at_all(tmp_path: Path) -> None:
    """Not even where the method is what is tried."""
    cases = plan(petshop(tmp_path), PlanOptions(safe=True, max_examples=5))
    assert cases
    assert {case.request.method for case in cases} <= SAFE


def test_operations_take_turns(tmp_path: Path) -> None:
    """The first requests have seen every operation."""
    assert len({case.operation for case in probed(petshop(tmp_path))[:3]}) == 3


def test_an_operation_has_the_same_cases_whichever_are_planned_with_it(tmp_path: Path) -> None:
    """What is left out changes nothing of what is left."""
    shop = petshop(tmp_path)
    alone = plan(shop, PlanOptions(include=("addPet",), max_examples=10))
    among = [case for case in plan(shop, PlanOptions(max_examples=10)) if case.operation == "POST /pets"]
    assert sorted(case.id for case in among) == sorted(ids(alone))


@pytest.mark.parametrize("name", APIS)
def test_counts_tell_each_operation_and_phase(name: str) -> None:
    """The figures add up to the plan."""
    counted = counts(whole(name))
    assert list(counted) == [ONE[name]]
    assert sum(counted[ONE[name]].values()) == len(whole(name))
    assert set(counted[ONE[name]]) == set(PHASES) - {"examples", "stateful"}


def test_examples_of_the_document_are_sent(tmp_path: Path) -> None:
    """A document that has examples has a phase of them."""
    pet: JSON = {"type": "object", "properties": {"name": {"type": "string", "example": "Mosi-oa-Tunya"}}}
    shop = loaded(tmp_path, document({"/pets": {"post": taking(pet)}}))
    cases = plan(shop, PlanOptions(phases=("examples",)))
    assert any(b"Mosi-oa-Tunya" in case.request.body for case in cases)


@pytest.mark.parametrize("name", APIS)
def test_no_case_holds_credentials_or_what_a_client_adds(name: str) -> None:
    """Credentials are the sender's matter, and so are Host and Content-Length."""
    api = shipped(name)
    schemes = {
        scheme.parameter.lower()
        for one in api.operations
        for alternative in one.security
        for scheme in alternative
    }
    added = {
        "host",
        "user-agent",
        "connection",
        "accept-encoding",
        "content-length",
        "x-schemathesis-testcaseid",
    }
    sent = {header for case in whole(name) for header, _ in case.request.headers}
    assert sent & (schemes | added | {"authorization"}) == set()
    assert sent <= {"accept", "content-type"}


def test_generated_parameters_of_a_security_scheme_are_dropped(tmp_path: Path) -> None:
    """A key that is declared a second time, as a parameter, is not generated either."""
    schemes = {
        "head": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "ask": {"type": "apiKey", "in": "query", "name": "key"},
        "crumb": {"type": "apiKey", "in": "cookie", "name": "session"},
    }
    declared = [
        {"name": scheme["name"], "in": scheme["in"], "required": True, "schema": {"type": "string"}}
        for scheme in schemes.values()
    ]
    other = {"name": "page", "in": "query", "required": True, "schema": {"type": "integer"}}
    security = [{name: []} for name in schemes]
    shop = loaded(
        tmp_path,
        document(
            {"/pets": {"get": operation(parameters=[*declared, other], security=security)}},
            components={"securitySchemes": schemes},
        ),
    )
    cases = plan(shop, PlanOptions(max_examples=30))
    assert {case.phase for case in cases} >= {"probes", "coverage", "fuzzing"}
    told = [(*case.request.headers, ("query", case.request.query)) for case in cases]
    assert not [pair for pairs in told for pair in pairs if pair[0] == "x-key"]
    assert not [query for pairs in told for _, query in pairs if "key=" in query or "session=" in query]
    assert any("page=" in case.request.query for case in cases)


def test_multipart_boundaries_come_from_the_content() -> None:
    """Nothing random is left in a body, not where the header does not name the boundary either."""
    cases = [case for case in whole("galileo") if case.request.body.startswith(b"--")]
    boundaries = {case.request.body[2:].split(b"\r\n")[0].removesuffix(b"--") for case in cases}
    assert len(boundaries) > 20
    assert all(boundary.startswith(b"understudy") for boundary in boundaries)


def test_generation_leaves_hypothesis_as_it_was() -> None:
    """A suite that uses Hypothesis itself finds its folder where it was."""
    before = configuration.storage_directory(intent_to_write=False).path
    assert list(generate(shipped("galileo"), 1, 5, ("fuzzing",), shipped("galileo").operations))
    assert configuration.storage_directory(intent_to_write=False).path == before


def test_an_operation_that_the_engine_cannot_handle_has_the_other_cases(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A condition beside a file stops the engine's coverage; the rest stands, and the log says so."""
    form: JSON = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}, "kind": {"type": "string"}},
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"required": ["kind"]},
    }
    shop = loaded(tmp_path, document({"/files": {"post": taking(form, "multipart/form-data")}}))
    with caplog.at_level(logging.WARNING):
        cases = plan(shop, PlanOptions(max_examples=5))
    assert {case.phase for case in cases} >= {"probes", "fuzzing"}
    assert ["POST /files: no more coverage cases" in record.message for record in caplog.records] == [True]


@pytest.mark.parametrize("codec", ["ascii", "iso8859-1", "utf-8"])
def test_characters_of_a_codec(codec: str) -> None:
    """What is known of a codec without a trial is what trying every character of Unicode finds."""
    assert characters(codec) == intervals_from_codec(codec)


def test_an_unknown_codec_is_tried() -> None:
    """Of a codec of which nothing is known nothing is said."""
    assert characters("koi8-r") is None


def test_what_a_generated_case_tries_is_told_in_plain_words() -> None:
    """Whether it is to be valid comes first; what the engine says of nothing in particular is left out."""
    galileo = shipped("galileo")
    told = {case.intent for case in generate(galileo, 1, 5, ("coverage", "fuzzing"), galileo.operations)}
    assert {"a generated valid request", "a generated invalid request: missing request body"} <= told
    assert all(
        words.startswith(("a generated valid request", "a generated invalid request")) for words in told
    )
