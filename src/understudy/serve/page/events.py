"""The stream of what is asked, as server-sent events: it looks into the journal and never makes it wait."""

import asyncio
import json
from collections.abc import AsyncIterator

from understudy.serve.filters import Filter
from understudy.serve.page import evidence
from understudy.serve.playing import Playing
from understudy.types import JSON

_ROUND = 0.2
"""Seconds from one look into the journal to the next."""
_MOST = 50
"""How many requests are told in one round; of more than that the newest."""
_QUIET_ROUNDS = 25
"""After how many rounds without news a comment is sent, which shows whether the reader is still there."""


async def stream(playing: Playing, after: int) -> AsyncIterator[str]:
    """The events after the request of a number: `play`, `request`, `skipped` and `forgotten`.

    Nothing is put aside for a slow reader: what the journal has forgotten by then is counted as skipped.
    """
    yield "retry: 1000\n\n"
    last, told, quiet = after, None, 0
    while True:
        news, last = await asyncio.to_thread(_news, playing, last)
        play = await asyncio.to_thread(_play, playing)
        if play != told:
            news, told = [_event("play", play), *news], play
        quiet = 0 if news else quiet + 1
        if quiet == _QUIET_ROUNDS:
            news, quiet = [":\n\n"], 0
        for event in news:
            yield event
        await asyncio.sleep(_ROUND)


def _news(playing: Playing, last: int) -> tuple[list[str], int]:
    """What happened since the request `last`, and the newest request now."""
    journal = playing.fake.journal
    newest = journal.latest()
    forgotten = [_event("forgotten", {})] if newest < last else []
    after = last if newest >= last else 0
    since = max(after, newest - _MOST)
    fresh = journal.entries(Filter(since=since)) if newest > since else []
    newest = fresh[-1]["number"] if fresh else newest
    skipped = newest - after - len(fresh) if after else 0
    events = [_event("request", evidence.shown(entry, playing.fake), entry["number"]) for entry in fresh]
    return [*forgotten, *([_event("skipped", {"count": skipped})] if skipped else []), *events], newest


def _play(playing: Playing) -> JSON:
    return {"digest": playing.fake.digest, "trouble": playing.trouble}


def _event(kind: str, data: JSON, number: int | None = None) -> str:
    id_line = "" if number is None else f"id: {number}\n"
    return f"{id_line}event: {kind}\ndata: {json.dumps(data)}\n\n"
