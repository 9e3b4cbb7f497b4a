"""Understudy: a mock and contract-testing server generated from OpenAPI."""

import understudy.contract  # noqa: F401  (loaded before its name is given to the function below)
from understudy.suite import contract

__version__ = "0.1.0"
__all__ = ["__version__", "contract"]
