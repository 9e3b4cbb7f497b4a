"""From content to contracts, and from contracts to what is to be sent; nothing is sent here."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from understudy import content
from understudy.check.case import Case
from understudy.check.follow import command
from understudy.check.plan import digest, plan, share, unmatched
from understudy.check.sender import base_url
from understudy.check.wallet import Wallet, variables
from understudy.checking.options import SELF, CheckOptions
from understudy.checking.wallets import other_headers
from understudy.content import Api
from understudy.contract import Contract, contract
from understudy.contract.security import schemes
from understudy.curl import curl_line
from understudy.errors import UsageError
from understudy.types import Request


@dataclass(frozen=True, slots=True)
class Share:
    """What a run sends of a plan: its shard, or all of it."""

    cases: tuple[Case, ...]
    digest: str
    """Of the whole plan."""


Planned = Mapping[str, Share]
"""What is sent to each API by its name."""


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
        wallet = Wallet(
            dict.fromkeys(schemes(held.document), "planned"), other_headers(held, options.of(api.name))
        )
        yield from _commands(held, wallet, cases[api.name].cases)


def _commands(held: Contract, wallet: Wallet, cases: Iterable[Case]) -> Iterator[str]:
    operations = {operation.name: operation for operation in held.operations}

    def show(case: Case) -> Request:
        return wallet.shown(case, operations.get(case.operation))

    return (command(case, show, variables(wallet.credentials), curl_line) for case in cases)
