"""A suite of a user's, run by a pytest of its own."""

import pytest

PLAIN = ("--disable-plugin-autoload", "-p", "understudy.pytest_plugin", "-p", "xdist.plugin")
"""Other plugins that happen to be installed take longer to load than a whole test."""


def run(suite: pytest.Pytester, *options: str) -> pytest.RunResult:
    """In a process of its own: in this one pytester would make others load libraries twice."""
    return suite.runpytest_subprocess(*PLAIN, *options)


def told(result: pytest.RunResult) -> list[str]:
    """What an assertion that failed says, line by line, without pytest's own marks."""
    return [line[1:].strip() for line in result.outlines if line.startswith("E ")]
