"""The contract: what an OpenAPI document and its overlays say of every request and response.

Its names are loaded when they are first asked for, so that `import understudy` stays light.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from understudy.contract.contract import Contract, Match, load
    from understudy.contract.operation import Operation, Reading
else:
    _HOMES = {"Contract": "contract", "Match": "contract", "load": "contract",
              "Operation": "operation", "Reading": "operation"}  # fmt: skip

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = ["Contract", "Match", "Operation", "Reading", "load"]
