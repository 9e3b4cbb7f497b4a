"""A plan carried out: sent, judged, and told in a report."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from understudy import __version__
from understudy.check.case import Case
from understudy.check.drive import Drive, Sent
from understudy.check.fold import Folder
from understudy.check.referee import Referee
from understudy.check.sender import opened
from understudy.check.sequences import unplanned
from understudy.check.stop import Stop
from understudy.check.wallet import Wallet
from understudy.checking.options import SELF, CheckOptions
from understudy.checking.plans import Planned, Share, contracts
from understudy.checking.wallets import wallet_of
from understudy.content import Api
from understudy.contract import Contract
from understudy.report.fold import Ran, api_report
from understudy.report.model import ApiReport, NotTested, Report
from understudy.report.settle import settled
from understudy.run import Play, build
from understudy.serve.app import ASGIApp, create_app
from understudy.serve.options import ServeOptions
from understudy.types import JSON, Finding, Trial

_IN_PROCESS = "http://127.0.0.1"
_UNPAID = "no credential was given for it: --credential SCHEME=VALUE"


@dataclass(frozen=True, slots=True)
class Checked:
    """A run: its report, and the trials for those who want to see the traffic."""

    report: Report
    trials: tuple[Trial, ...]


def check(
    options: CheckOptions, cases: Planned, on_sent: Callable[[Sent], None], stop: Stop | None = None
) -> Checked:
    """Carry out the plans and judge what comes back; once `stop` is asked for, what came by then."""
    runs = asyncio.run(_check_all(options, cases, on_sent, stop or Stop()))
    report = Report(
        version=__version__,
        apis=tuple(found for found, _, _ in runs),
        options=_told(options, {name for _, _, wallet in runs for name in wallet.credentials}),
        strict=options.strict,
        fail_under=options.fail_under,
        shards=() if options.shard is None else ("{}/{}".format(*options.shard),),
    )
    return Checked(settled(report), tuple(trial for _, trials, _ in runs for trial in trials))


def _told(options: CheckOptions, credentials: set[str]) -> dict[str, JSON]:
    """The options that shape the result; the target is not among them, nor anything secret."""
    return {
        "seed": options.plan.seed,
        "max_examples": options.plan.max_examples,
        "phases": sorted(options.plan.phases),
        "overlays": options.use_overlays,
        "credentials": sorted(credentials),
    }


Run = tuple[ApiReport, tuple[Trial, ...], Wallet]


async def _check_all(
    options: CheckOptions, cases: Planned, on_sent: Callable[[Sent], None], stop: Stop
) -> list[Run]:
    held = [(api, found) for api, found in contracts(options) if api.name in cases]
    # All of them log in before the first case: a password that is refused is to cost nothing.
    wallets = [await wallet_of(found, options.of(api.name)) for api, found in held]
    return [
        await _check(api, found, wallet, options.of(api.name), cases[api.name], on_sent, stop)
        for (api, found), wallet in zip(held, wallets, strict=True)
    ]


async def _check(
    api: Api,
    held: Contract,
    wallet: Wallet,
    options: CheckOptions,
    mine: Share,
    on_sent: Callable[[Sent], None],
    stop: Stop,
) -> Run:
    app = _fake(api, wallet, options) if options.target == SELF else None
    async with opened(_IN_PROCESS if app else options.target, options.send, app) as sender:
        drive = Drive(held, wallet, sender, on_sent, options.workers, stop)
        exchanges = await drive.run(mine.cases)
        folder = Folder(held, Referee(held), wallet, options.max_response_time)
        stopped = drive.stopped if drive.unsent else ""
        findings = await folder.findings(exchanges, drive.again)
    trials = tuple(_trial(held, wallet, sent) for sent in exchanges)
    document = sha256(api.document.read_bytes()).hexdigest()
    ran = Ran(document, options.plan.seed, mine.digest, options.timings)
    shown = [_redacted(finding, wallet) for finding in findings]
    report = api_report(held, ran, trials, shown, _not_tested(drive, mine.cases, stopped))
    return replace(report, stopped=stopped), trials, wallet


def _not_tested(drive: Drive, cases: tuple[Case, ...], stopped: str) -> Iterator[NotTested]:
    """What was planned and not sent, and why."""
    for case in drive.unpaid:
        scheme = case.credentials.scheme
        yield NotTested(
            case.operation,
            f"credentials {scheme}" if scheme else "",
            _UNPAID,
        )
    for case, reason in drive.unready:
        yield NotTested(case.operation, f"in {case.step.sequence}" if case.step else "", reason)
    yield from (NotTested(*words) for words in unplanned(drive.contract))
    planned = Counter(case.operation for case in cases)
    for operation, count in Counter(case.operation for case in drive.unsent).items():
        some = "" if count == planned[operation] else f"{count} of {planned[operation]} requests"
        yield NotTested(operation, some, stopped)
    sender = drive.sender
    if sender.is_out_of_waiting:
        yield NotTested(
            "",
            "",
            f"no request is sent again after {sender.options.max_waiting:g} s of waiting for the target",
        )


def _fake(api: Api, wallet: Wallet, options: CheckOptions) -> ASGIApp:
    """The fake of an API, as strict with credentials as a real server."""
    serve = ServeOptions(seed=options.plan.seed, auth="strict", credentials=wallet.credentials)
    play = Play((str(api.document),), options.stubs, options.overlays, options.use_overlays, serve)
    return create_app(build(play))


def _redacted(finding: Finding, wallet: Wallet) -> Finding:
    """A finding without the credentials that the server told back."""
    return replace(
        finding,
        message=wallet.redacted(finding.message),
        got=wallet.redacted(finding.got),
        response=wallet.redacted(finding.response),
    )


def _trial(held: Contract, wallet: Wallet, sent: Sent) -> Trial:
    case = sent.case
    asked = sent.request
    match = held.find(asked.method, asked.path, asked.query, asked.headers)
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
        outcome=wallet.redacted(sent.outcome),
        seconds=sent.seconds,
    )
