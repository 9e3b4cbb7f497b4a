"""Edited files picked up while the server runs: a new fake takes the place of the old one, or is refused.

The files are looked at five times a second. What has changed is read once it stays the same for a round:
an editor may be in the middle of writing. A fake that cannot be made changes nothing but what is told.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from understudy.errors import UnderstudyError
from understudy.serve.app import ASGIApp, Receive, Scope, Send, create_app
from understudy.serve.fake import Fake
from understudy.serve.playing import Playing

_ROUND = 0.2
"""Seconds from one look at the files to the next."""

log = logging.getLogger("understudy.reload")
Stamps = Mapping[Path, tuple[int, int] | None]
"""When each file was changed, and how large it is; None for one that is not there."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """How fakes are made: which files are meant to be played now, and a new fake of the files as they are."""

    meant: Callable[[], frozenset[Path]]
    build: Callable[[Fake], Fake]
    """Raises UnderstudyError. The new fake takes over what the given one remembers."""


class ReloadingApp:
    """The application of the fake that is played now; a request ends with the one it began with."""

    def __init__(self, fake: Fake, workshop: Workshop, read: Stamps) -> None:
        """`read` are the stamps of the files when the fake was made of them."""
        self.playing = Playing(fake)
        self._workshop = workshop
        self._read = read
        self._app: ASGIApp = create_app(fake)
        self._blamed: frozenset[Path] = frozenset()
        """What a fake that could not be made was read from, and the one that is played is not."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.playing.enter(scope)
        await self._app(scope, receive, send)

    def watch(self, stop: Event) -> Thread:
        """Look at the files in a thread of its own until it is told to stop."""
        thread = Thread(target=self._watch, args=(stop,), name="reload", daemon=True)
        thread.start()
        return thread

    def _watch(self, stop: Event) -> None:
        played: Stamps = {**stamps(map(Path, self.playing.fake.files)), **self._read}
        seen = self._stamps()
        while not stop.wait(_ROUND):
            now = self._stamps()
            if now == seen and now != played:
                meant = self._workshop.meant()
                self._reload()
                now = played = self._played(now, meant)
            seen = now

    def _played(self, before: Stamps, meant: frozenset[Path]) -> Stamps:
        """The stamps of what was just read, of which `meant` and the stamps `before` are from before.

        So a file that was edited, came or went meanwhile is known as it was.
        """
        read = self._read_from()
        return {path: before[path] if path in before else _stamp(path) for path in meant | read}

    def _read_from(self) -> frozenset[Path]:
        return self._blamed.union(map(Path, self.playing.fake.files))

    def _stamps(self) -> Stamps:
        return stamps(self._workshop.meant() | self._read_from())

    def _reload(self) -> None:
        """Play the files as they are now, or say why that cannot be."""
        try:
            fake = self._workshop.build(self.playing.fake)
            app = create_app(fake)
        except UnderstudyError as error:
            self._refuse(str(error), getattr(error, "file", None))
        except Exception as error:  # whatever it is, the server goes on
            log.error("unexpected error", exc_info=error)
            self._refuse(f"a fault of Understudy itself: {type(error).__name__}", None)
        else:
            self._app = app
            self.playing.fake, self.playing.trouble = fake, None
            self._blamed = frozenset()
            log.info("the edited files are played now")

    def _refuse(self, trouble: str, file: str | None) -> None:
        self.playing.trouble = trouble
        self._blamed = frozenset((Path(file),)) if file else frozenset()
        log.error("%s; what was played before goes on", trouble)


def stamps(paths: Iterable[Path]) -> Stamps:
    """The files as they are now."""
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
