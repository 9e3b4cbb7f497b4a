"""A check wired together: content to contract, contract to plan, plan to exchanges, exchanges to a report."""

from understudy.checking.options import SELF, CheckOptions
from understudy.checking.plans import Planned, Share, commands, contracts, planned
from understudy.checking.run import Checked, check

__all__ = ["SELF", "CheckOptions", "Checked", "Planned", "Share", "check", "commands", "contracts", "planned"]
