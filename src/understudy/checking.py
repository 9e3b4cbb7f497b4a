"""A check wired together: content to contract, contract to plan, plan to exchanges, exchanges to a report."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from understudy import __version__, content
from understudy.check import login
from understudy.check.case import Case
from understudy.check.drive import Drive, Sent
from understudy.check.fold import Folder
from understudy.check.follow import command
from understudy.check.login import Client
from understudy.check.plan import PlanOptions, digest, plan, share, unmatched
from understudy.check.referee import Referee
from understudy.check.sender import SendOptions, base_url, opened
from understudy.check.sequences import unplanned
from understudy.check.stop import Stop
from understudy.check.wallet import Wallet, variables
from understudy.content import Api
from understudy.contract import Contract, contract
from understudy.contract.security import Scheme, schemes
from understudy.curl import curl_line
from understudy.errors import UsageError
from understudy.report.fold import Ran, api_report
from understudy.report.model import ApiReport, NotTested, Report
from understudy.report.settle import settled
from understudy.run import Play, build
from understudy.serve.app import ASGIApp, create_app
from understudy.serve.credentials import credential_variable
from understudy.serve.options import ServeOptions
from understudy.types import JSON, Finding, Request, Trial

SELF = "self"
_IN_PROCESS = "http://127.0.0.1"
_UNPAID = "no credential was given for it: --credential SCHEME=VALUE"


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
    token_url: str | None = None
    """Where a `user:password` is changed for a token, instead of where the document says."""
    client: Client = field(default_factory=Client)
    workers: int = 1
    max_response_time: float | None = None
    timings: bool = False
    strict: bool = False
    fail_under: Mapping[str, float] = field(default_factory=dict)
    """The least per cent of each kind of coverage."""
    apis: Mapping[str, "CheckOptions"] = field(default_factory=dict)
    """What holds for an API instead, by its name."""

    def of(self, api: str) -> "CheckOptions":
        """The options for one API."""
        return self.apis.get(api, self)


@dataclass(frozen=True, slots=True)
class Checked:
    """A run: its report, and the trials for those who want to see the traffic."""

    report: Report
    trials: tuple[Trial, ...]


def contracts(options: CheckOptions) -> list[tuple[Api, Contract]]:
    """The contracts to hold a server to: conventions of the fake bind the fake alone."""
    apis = content.find(options.specs, Path(options.stubs) if options.stubs else None)
    return [(api, _contract(api, options.of(api.name))) for api in apis]


def _contract(api: Api, options: CheckOptions) -> Contract:
    ours = options.target == SELF and options.use_overlays
    own = (*api.facts, *(api.fake if ours else ())) if options.use_overlays else ()
    overlays = (*own, *map(Path, options.overlays))
    return contract.load(api.document, overlays, api.companions if ours else ())


def planned(options: CheckOptions) -> Planned:
    """The plan for each API of which something is to be tested; nothing is sent.

    Raises UsageError for options that fit no document.
    """
    held = contracts(options)
    _refuse_unknown(held, options)
    cases = {api.name: plan(found, options.of(api.name).plan) for api, found in held}
    if not any(cases.values()):
        names = ", ".join(operation.name for _, found in held for operation in found.operations)
        what = " with a safe method" if options.plan.safe else ""
        raise UsageError(f"nothing is left to test: no operation{what} of {names or 'no operation at all'}")
    return {
        name: Share(share(planned, options.shard), digest(planned))
        for name, planned in cases.items()
        if planned
    }


def _refuse_unknown(held: Sequence[tuple[Api, Contract]], options: CheckOptions) -> None:
    """Names that nothing answers to are mistakes of writing: of schemes and of operations."""
    _refuse_unknown_of(options, [found for _, found in held])
    for api, found in held:
        own = options.of(api.name)
        given = replace(own.plan, include=_others(own.plan.include, options.plan.include))
        given = replace(given, exclude=_others(own.plan.exclude, options.plan.exclude))
        credentials = dict.fromkeys(_others(own.credentials, options.credentials), "")
        _refuse_unknown_of(replace(own, plan=given, credentials=credentials), [found])


def _others(own: Iterable[str], shared: Container[str]) -> tuple[str, ...]:
    return tuple(name for name in own if name not in shared)


def _refuse_unknown_of(options: CheckOptions, held: Sequence[Contract]) -> None:
    if options.target != SELF:
        base_url(options.target)
    known = dict.fromkeys(name for found in held for name in schemes(found.document))
    strange = next((name for name in options.credentials if name not in known), None)
    if strange is not None:
        raise UsageError(f"no security scheme {strange!r}; there are: {_listed(known)}")
    operations = [operation for found in held for operation in found.operations]
    for pattern in unmatched(options.plan, operations):
        names = _listed(operation.name for operation in operations)
        raise UsageError(f"no operation fits {pattern!r}; there are: {names}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def commands(options: CheckOptions, cases: Planned) -> Iterator[str]:
    """The planned requests as curl lines, as if every credential were given; nothing is sent."""
    for api, held in contracts(options):
        if api.name not in cases:
            continue
        wallet = Wallet(dict.fromkeys(schemes(held.document), "planned"), _extra(held, options.of(api.name)))
        yield from _commands(held, wallet, cases[api.name].cases)


def _commands(held: Contract, wallet: Wallet, cases: Iterable[Case]) -> Iterator[str]:
    operations = {operation.name: operation for operation in held.operations}

    def show(case: Case) -> Request:
        return wallet.shown(case, operations.get(case.operation))

    return (command(case, show, variables(wallet.credentials), curl_line) for case in cases)


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
    wallets = [await _wallet(found, options.of(api.name)) for api, found in held]
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


async def _wallet(held: Contract, options: CheckOptions) -> Wallet:
    """The credentials of a run, each `user:password` of a password flow changed for a token."""
    credentials = _credentials(held, options)
    if options.target != SELF:
        flows = login.token_urls(held)
        logins = [name for name in credentials if name in flows and login.is_login(credentials[name])]
        if options.token_url and flows and not logins:
            raise UsageError(f"--token-url needs --credential {min(flows)}=user:password")
        for name in logins:
            url = options.token_url or login.trusted_url(name, flows[name], options.target)
            credentials[name] = await login.fetched(url, credentials[name], options.client, options.send)
    return Wallet(credentials, _extra(held, options))


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
