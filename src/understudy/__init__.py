"""Understudy: a mock and contract-testing server generated from OpenAPI."""

from importlib.metadata import version

__version__ = version("understudy")
