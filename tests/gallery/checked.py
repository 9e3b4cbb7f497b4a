"""A check of the gallery in process: what it finds of one defect."""

import asyncio
from functools import cache
from typing import Any

from gallery.service import CREDENTIALS, make_app
from understudy import content, contract
from understudy.check.case import Case
from understudy.check.drive import Drive
from understudy.check.fold import Folder
from understudy.check.plan import PlanOptions, plan
from understudy.check.referee import Referee
from understudy.check.sender import SendOptions, opened
from understudy.check.wallet import Wallet
from understudy.contract import Contract
from understudy.types import Finding

TARGET = "http://gallery"
SLOW = 0.25
"""Seconds; the gallery's slow service takes 0.3."""


@cache
def held(api: str) -> Contract:
    """The contract that a real implementation is held to: the document and its facts."""
    [found] = content.find([api])
    return contract.load(found.document, found.facts)


@cache
def cases(api: str, seed: int) -> tuple[Case, ...]:
    """The default plan."""
    return plan(held(api), PlanOptions(seed=seed))


def findings(api: str, defect: str | None = None, variant: str = "strict", seed: int = 1) -> list[Finding]:
    """What a default check says of the gallery with one defect, or with none."""
    limit = SLOW if defect == "slow" else None
    return asyncio.run(_findings(api, make_app(api, defect, variant), cases(api, seed), limit))


async def _findings(api: str, app: Any, planned: tuple[Case, ...], limit: float | None) -> list[Finding]:
    wallet = Wallet(CREDENTIALS[api])
    async with opened(TARGET, SendOptions(retries=0, timeout=5), app) as sender:
        drive = Drive(held(api), wallet, sender, lambda _: None)
        exchanges = await drive.run(planned)
        folder = Folder(held(api), Referee(held(api)), wallet, limit)
        return await folder.findings(exchanges, lambda sent: drive.send(sent.case))
