"""The admin API of the fake that tests play with."""

import unittest
from collections.abc import Mapping
from typing import Any

import httpx

from understudy.errors import UnreachableError, UsageError
from understudy.testing.stage import Stage
from understudy.types import JSON


class Admin:
    """Asks a stage's fake. A real server takes no orders: a test that gives some is skipped there."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._client = stage.client()

    def ask(self, method: str, room: str, query: Mapping[str, str], value: Any = None) -> JSON:
        """What the API answers. Raises UsageError with its words, UnreachableError, and SkipTest."""
        __tracebackhide__ = True
        if not self._stage.is_fake:
            raise unittest.SkipTest(
                f"{self._stage.url} is no fake: nobody can tell it what to answer or forget"
            )
        try:
            answer = self._client.request(method, f"/__understudy__/{room}", params=query, json=value)
        except httpx.HTTPError as error:
            raise UnreachableError(f"no fake answers at {self._stage.url}: {error}") from None
        if answer.is_error:
            raise UsageError(_detail(answer))
        return answer.json() if answer.content else None

    def close(self) -> None:
        """Let its connections go."""
        self._client.close()


def _detail(answer: httpx.Response) -> str:
    """Why it answers so, in its own words."""
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{answer.url} answered {answer.status_code}: is it a fake of `understudy serve`?"
