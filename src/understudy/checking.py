"""A check wired together: content to contract, contract to plan, plan to exchanges, exchanges to a report."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from understudy import __version__, content, contract
from understudy.check.case import Case
from understudy.check.drive import Drive, Sent
from understudy.check.fold import Folder
from understudy.check.plan import PlanOptions, digest, plan, share
from understudy.check.referee import Referee
from understudy.check.sender import SendOptions, opened
from understudy.check.wallet import Wallet
from understudy.content import Api
from understudy.contract import Contract
from understudy.contract.security import Scheme, schemes
from understudy.report.fold import Ran, api_report
from understudy.report.model import ApiReport, NotTested, Report
from understudy.report.settle import settled
from understudy.run import Play, build, credential_variable
from understudy.serve.app import ASGIApp, create_app
from understudy.serve.options import ServeOptions
from understudy.types import JSON, Trial

SELF = "self"
_IN_PROCESS = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Share:
    """What a run sends of a plan: its shard, or all of it."""

    cases: tuple[Case, ...]
    digest: str
    """Of the whole plan."""


Planned = Mapping[str, Share]
"""What is sent to each API by its name."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What to check, against what, and how. `strict`: lenient and data findings fail the run too."""

    specs: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    use_overlays: bool = True
    target: str = SELF
    stubs: str | None = None
    plan: PlanOptions = field(default_factory=PlanOptions)
    shard: tuple[int, int] | None = None
    """The how-manieth of how many parts of the plan, the first one 1."""
    send: SendOptions = field(default_factory=SendOptions)
    credentials: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    """Sent with every request; one in which a security scheme travels is that scheme's credential."""
    workers: int = 1
    max_response_time: float | None = None
    timings: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A run: its report, and the trials for those who want to see the traffic."""

    report: Report
    trials: tuple[Trial, ...]


def contracts(options: CheckOptions) -> list[tuple[Api, Contract]]:
    """The contracts to hold a server to: conventions of the fake bind the fake alone."""
    found = []
    for api in content.find(options.specs, Path(options.stubs) if options.stubs else None):
        ours = options.target == SELF and options.use_overlays
        own = (*api.facts, *(api.fake if ours else ())) if options.use_overlays else ()
        overlays = (*own, *map(Path, options.overlays))
        found.append((api, contract.load(api.document, overlays, api.companions if ours else ())))
    return found


def planned(options: CheckOptions) -> Planned:
    """The plan for each API; nothing is sent."""
    plans = {api.name: plan(held, options.plan) for api, held in contracts(options)}
    return {name: Share(share(cases, options.shard), digest(cases)) for name, cases in plans.items()}


def check(options: CheckOptions, cases: Planned, on_sent: Callable[[Sent], None]) -> Checked:
    """Carry out the plans and judge what comes back. Stopped by Ctrl-C, it reports what there is by then."""
    runs = [
        asyncio.run(_check(api, held, options, cases[api.name], on_sent)) for api, held in contracts(options)
    ]
    report = Report(
        version=__version__,
        apis=tuple(found for found, _ in runs),
        options=_told(options),
        strict=options.strict,
        shards=() if options.shard is None else ("{}/{}".format(*options.shard),),
    )
    return Checked(settled(report), tuple(trial for _, trials in runs for trial in trials))


def _told(options: CheckOptions) -> dict[str, JSON]:
    """The options that shape the result; the target is not among them, nor anything secret."""
    return {
        "seed": options.plan.seed,
        "max_examples": options.plan.max_examples,
        "phases": sorted(options.plan.phases),
        "overlays": options.use_overlays,
        "credentials": sorted(options.credentials),
    }


async def _check(
    api: Api, held: Contract, options: CheckOptions, mine: Share, on_sent: Callable[[Sent], None]
) -> tuple[ApiReport, tuple[Trial, ...]]:
    wallet = Wallet(_credentials(held, options), _extra(held, options))
    app = _fake(api, wallet, options) if options.target == SELF else None
    async with opened(_IN_PROCESS if app else options.target, options.send, app) as sender:
        drive = Drive(held, wallet, sender, on_sent, options.workers)
        exchanges = await drive.run(mine.cases)
        folder = Folder(held, Referee(held), wallet, options.max_response_time)
        findings = await folder.findings(exchanges, lambda sent: drive.send(sent.case))
    trials = tuple(_trial(held, wallet, sent) for sent in exchanges)
    not_tested = {NotTested(case.operation, "", reason) for case, reason in drive.unsent}
    document = sha256(api.document.read_bytes()).hexdigest()
    ran = Ran(document, options.plan.seed, mine.digest, options.timings)
    return api_report(held, ran, trials, findings, not_tested), trials


def _credentials(held: Contract, options: CheckOptions) -> dict[str, str]:
    """The credentials for this API's schemes; against ourselves, made-up ones for those not given."""
    known = schemes(held.document)
    found = {name: os.environ.get(credential_variable(name), "") for name in known}
    for name, scheme in known.items():
        found[name] = _in_headers(scheme, options.headers) or found[name]
    found |= {name: value for name, value in options.credentials.items() if name in known}
    if options.target == SELF:
        made = {name: "self:self" if scheme.kind == "basic" else "self" for name, scheme in known.items()}
        found = {name: found[name] or made[name] for name in known}
    return {name: value for name, value in found.items() if value}


def _in_headers(scheme: Scheme, headers: tuple[tuple[str, str], ...]) -> str | None:
    """The credential that one of the given headers is for a scheme."""
    return scheme.credential(dict(headers), "")


def _extra(held: Contract, options: CheckOptions) -> tuple[tuple[str, str], ...]:
    """The given headers in which no security scheme travels."""
    carriers = {"authorization", *(scheme.parameter.lower() for scheme in schemes(held.document).values())}
    return tuple(field for field in options.headers if field[0] not in carriers)


def _fake(api: Api, wallet: Wallet, options: CheckOptions) -> ASGIApp:
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
