"""The wish to end a run early and keep what it found."""

import asyncio
from dataclasses import dataclass, field


@dataclass
class Stop:
    """Asked for by a signal, heard by the run. May be asked for before the run begins."""

    asked: bool = False
    _loop: asyncio.AbstractEventLoop | None = None
    _event: asyncio.Event = field(default_factory=asyncio.Event)

    def ask(self) -> None:
        """End soon. May be called from a signal handler."""
        self.asked = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    async def heard(self) -> None:
        """Return when it is asked for."""
        self._loop = asyncio.get_running_loop()
        if not self.asked:
            await self._event.wait()
