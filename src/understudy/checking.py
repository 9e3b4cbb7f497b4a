"""A check wired together: content to contract, contract to plan, plan to exchanges, exchanges to a report."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from understudy import content, contract
from understudy.check.case import Case
from understudy.check.drive import Drive, Sent
from understudy.check.fold import Folder
from understudy.check.plan import PlanOptions, digest, plan
from understudy.check.referee import Referee
from understudy.check.sender import SendOptions, opened
from understudy.check.wallet import Wallet
from understudy.content import Api
from understudy.contract import Contract
from understudy.contract.security import schemes
from understudy.errors import UsageError
from understudy.report import model
from understudy.report.model import ApiReport, Report
from understudy.run import Play, build
from understudy.serve.app import create_app
from understudy.serve.options import ServeOptions
from understudy.types import Finding, Trial

SELF = "self"
_IN_PROCESS = "http://self"


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What to check, against what, and how."""

    specs: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    use_overlays: bool = True
    target: str = SELF
    stubs: str | None = None
    plan: PlanOptions = field(default_factory=PlanOptions)
    send: SendOptions = field(default_factory=SendOptions)
    credentials: Mapping[str, str] = field(default_factory=dict)
    workers: int = 1
    max_response_time: float | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """One API that was checked: its report, and every trial for those who want to see the traffic."""

    report: ApiReport
    trials: tuple[Trial, ...]


def contracts(options: CheckOptions) -> list[tuple[Api, Contract]]:
    """The contracts to hold a server to. Conventions of the fake bind only the fake."""
    found = []
    for api in content.find(options.specs, Path(options.stubs) if options.stubs else None):
        own = (*api.facts, *(api.fake if options.target == SELF else ())) if options.use_overlays else ()
        found.append((api, contract.load(api.document, (*own, *map(Path, options.overlays)))))
    return found


def cases(options: CheckOptions) -> dict[str, tuple[Case, ...]]:
    """The plan for each API, nothing sent."""
    return {api.name: plan(held, options.plan) for api, held in contracts(options)}


def check(
    options: CheckOptions, on_sent: Callable[[str, Sent], None], planned: Mapping[str, tuple[Case, ...]]
) -> list[Checked]:
    """Carry out the plans and judge what comes back. Stopped by Ctrl-C, it reports what was found by then."""
    return [
        asyncio.run(_check(api, held, options, planned[api.name], on_sent))
        for api, held in contracts(options)
    ]


async def _check(
    api: Api,
    held: Contract,
    options: CheckOptions,
    cases: tuple[Case, ...],
    on_sent: Callable[[str, Sent], None],
) -> Checked:
    wallet = Wallet(_credentials(held, options))
    app = _fake(api, wallet, options) if options.target == SELF else None
    async with opened(_IN_PROCESS if app else options.target, options.send, app) as sender:
        drive = Drive(held, wallet, sender, lambda sent: on_sent(api.name, sent), options.workers)
        exchanges = await drive.run(cases)
        folder = Folder(held, Referee(held), wallet, options.max_response_time)
        findings = await folder.findings(exchanges, lambda sent: drive.send(sent.case))
    trials = tuple(_trial(held, wallet, sent) for sent in exchanges)
    return Checked(_report(api, held, options, cases, trials, findings, drive), trials)


def _credentials(held: Contract, options: CheckOptions) -> dict[str, str]:
    """The credentials for this API's schemes; against ourselves, made-up ones for those not given."""
    known = schemes(held.document)
    given = {name: value for name, value in options.credentials.items() if name in known}
    if options.target != SELF:
        return given
    made = {name: "self:self" if scheme.kind == "basic" else "self" for name, scheme in known.items()}
    return made | given


def _fake(api: Api, wallet: Wallet, options: CheckOptions) -> Any:
    """The fake of an API, as strict with credentials as a real server."""
    serve = ServeOptions(seed=options.plan.seed, auth="strict", credentials=wallet.credentials)
    play = Play((str(api.document),), options.stubs, options.overlays, options.use_overlays, serve)
    return create_app(build(play))


def _trial(held: Contract, wallet: Wallet, sent: Sent) -> Trial:
    case = sent.case
    match = held.find(sent.request.method, sent.request.path)
    violations = match.operation.read(sent.request, match.path_parameters).violations if match else ()
    operation = match.operation if match else None
    return Trial(
        case=case.id,
        api=held.name,
        operation=case.operation,
        phase=case.phase,
        intent=case.intent,
        request=wallet.shown(case, operation),
        credentials=case.credentials.kind,
        violations=violations,
        outcome=sent.outcome,
        seconds=sent.seconds,
    )
