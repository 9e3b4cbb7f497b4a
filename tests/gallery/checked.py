"""A check of the gallery: what it finds of one defect, in process or over a socket."""

import asyncio
from collections.abc import Sequence
from functools import cache

from gallery.defects import Defect
from gallery.service import CREDENTIALS, App, make_app
from gallery.serving import serve_defect
from understudy import content
from understudy.check.case import Case
from understudy.check.drive import Drive
from understudy.check.fold import Folder
from understudy.check.plan import PlanOptions, plan
from understudy.check.referee import Referee
from understudy.check.sender import SendOptions, opened
from understudy.check.wallet import Wallet
from understudy.contract import Contract, contract
from understudy.report.fold import Ran, api_report
from understudy.report.model import Report
from understudy.report.settle import settled
from understudy.types import Finding

TARGET = "http://gallery"
SLOW = 0.25
"""Seconds; the gallery's slow service takes 0.3."""
A_FEW = 60
"""Cases of a plan: enough for a defect that shows with any request."""


@cache
def held(api: str) -> Contract:
    """The contract that a real implementation is held to: the document and its facts."""
    [found] = content.find([api])
    return contract.load(found.document, found.facts)


@cache
def cases(api: str, seed: int) -> tuple[Case, ...]:
    """The default plan."""
    return plan(held(api), PlanOptions(seed=seed))


def showing(defect: Defect) -> tuple[Case, ...]:
    """The part of the plan that has to find a defect; all of it for one that nobody may find."""
    planned = cases(defect.api, 1)
    if defect.verdict is None:
        return planned
    if defect.phase_hint == "any":
        return planned[:A_FEW]
    return tuple(case for case in planned if case.phase == "probes" or defect.phase_hint != "probes")


def of_defect(defect: Defect) -> tuple[Finding, ...]:
    """What a check says of the gallery with one defect."""
    if defect.how.wire is not None:
        with serve_defect(defect.api, defect.name) as url:
            return findings(defect.api, showing(defect), url)
    app = make_app(defect.api, defect.name)
    return findings(defect.api, showing(defect), app=app, limit=SLOW if defect.how.delay else None)


def of_conforming(api: str, variant: str, seed: int) -> tuple[Finding, ...]:
    """What a check says of the gallery without any; what the first seed sends too is sent with that one."""
    known = {case.id for case in cases(api, 0)} if seed else set()
    planned = [case for case in cases(api, seed) if case.id not in known]
    return findings(api, planned, app=make_app(api, None, variant))


def findings(
    api: str,
    planned: Sequence[Case],
    target: str = TARGET,
    app: App | None = None,
    limit: float | None = None,
) -> tuple[Finding, ...]:
    """What a check says of a server that answers as an application does, or at a URL."""
    return asyncio.run(_findings(api, planned, target, app, limit))


async def _findings(
    api: str, planned: Sequence[Case], target: str, app: App | None, limit: float | None
) -> tuple[Finding, ...]:
    wallet = Wallet(CREDENTIALS[api])
    async with opened(target, SendOptions(retries=0, timeout=30), app) as sender:
        drive = Drive(held(api), wallet, sender, lambda _: None)
        exchanges = await drive.run(planned)
        folder = Folder(held(api), Referee(held(api)), wallet, limit)
        found = await folder.findings(exchanges, lambda sent: drive.send(sent.case))
    return settled(Report("", (api_report(held(api), Ran("", 1, ""), (), found),))).findings
