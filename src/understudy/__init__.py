"""Understudy: a mock and contract-testing server generated from OpenAPI."""

__version__ = "0.1.0"
