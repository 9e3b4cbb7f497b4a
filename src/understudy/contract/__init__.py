"""The contract: what an OpenAPI document and its overlays say of every request and response."""

from understudy.contract.contract import Contract, Match, load
from understudy.contract.operation import Operation, Reading

__all__ = ["Contract", "Match", "Operation", "Reading", "load"]
