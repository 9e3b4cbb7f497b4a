"""The parts wired together: content to contracts, contracts to a fake, a fake to a running server."""

import gc
import json
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from understudy import content
from understudy.content import Api
from understudy.contract import contract
from understudy.contract.security import schemes
from understudy.errors import UnderstudyError, UsageError
from understudy.serve import logs
from understudy.serve.app import ASGIApp, create_app
from understudy.serve.bounds import Bounds
from understudy.serve.credentials import credential_variable
from understudy.serve.fake import Fake, Played, answerable
from understudy.serve.faults import HANG_UP
from understudy.serve.options import ServeOptions
from understudy.serve.reload import ReloadingApp, Stamps, Workshop, stamps
from understudy.serve.store import Store
from understudy.stubcode import load_stubs

_ENVIRONMENT = "UNDERSTUDY_PLAY"


@dataclass(frozen=True, slots=True)
class Play:
    """What to play and how: all that a worker process needs to build the same fake."""

    specs: tuple[str, ...] = ()
    stubs: str | None = None
    overlays: tuple[str, ...] = ()
    use_overlays: bool = True
    options: ServeOptions = field(default_factory=ServeOptions)
    access_log: bool = False
    state: str = ""
    """Where the state is kept: a file or a `postgresql://` address; empty: in memory."""
    scenarios: str = ""
    """A file of scenarios."""

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Play":
        values: dict[str, Any] = json.loads(text)
        values["options"] = ServeOptions(**values["options"])
        return cls(**values | {"specs": tuple(values["specs"]), "overlays": tuple(values["overlays"])})


def build(play: Play, store: Store | None = None) -> Fake:
    """The fake that a play describes, with this store or its own. Raises DocumentError and UsageError."""
    apis = content.find(play.specs, Path(play.stubs) if play.stubs else None)
    played = [_played(api, play) for api in apis]
    options = _with_credentials(play.options, played)
    bounds = Bounds(options.state_bytes, options.state_namespaces)
    fake = Fake(played, options, store or Store(play.state, bounds), play.scenarios)
    _ = fake.rulebook  # a mistake in its scenarios is told before anything is served
    return fake


def _played(api: Api, play: Play) -> Played:
    stubs = load_stubs(api.stub) if api.stub else {}
    own = (*api.facts, *api.fake) if play.use_overlays else ()
    overlays = (*own, *map(Path, play.overlays))
    if play.use_overlays:
        return Played(contract.load(api.document, overlays, api.companions), stubs)
    bare = contract.load(api.document, overlays)
    return Played(bare, {name: stub for name, stub in stubs.items() if answerable(bare, name)})


def _with_credentials(options: ServeOptions, played: Sequence[Played]) -> ServeOptions:
    """The options with the credentials of the environment, those given first. Raises UsageError."""
    known = [name for api in played for name in schemes(api.contract.document)]
    for name in options.credentials:
        if name not in known:
            raise UsageError(
                f"no security scheme {name!r}; there are: {', '.join(map(repr, known)) or 'none'}"
            )
    variables = {name: os.environ.get(credential_variable(name)) for name in known}
    present = {name: value for name, value in variables.items() if value}
    return replace(options, credentials={**present, **options.credentials})


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises UsageError when the address is taken or is none of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from None
    listening.set_inheritable(True)
    return listening


def serve(
    play: Play, fake: Fake, listening: socket.socket, workers: int = 1, read: Stamps | None = None
) -> None:
    """Serve until a signal comes. `fake` is what `build(play)` gave; more workers build their own.

    Workers without a place for the state share a file of their own, which is gone when they end.
    read: the files when the fake was made of them, to play them again when they are edited; with one worker.
    """
    if workers == 1:
        logs.configure(play.access_log)
        _run(_settled(create_app(fake)) if read is None else _reloading(play, fake, read), listening)
        return
    with TemporaryDirectory(prefix="understudy-") as folder:
        shared = play if play.state else replace(play, state=str(Path(folder, "state.sqlite")))
        Store(shared.state)  # its tables are there before the workers come
        os.environ[_ENVIRONMENT] = shared.to_json()
        config = _config(f"{__name__}:_app_of_environment", factory=True, workers=workers)
        Multiprocess(config, sockets=[listening]).run()


def server(app: ASGIApp) -> uvicorn.Server:
    """A server of an application, for whoever has a loop to run it on."""
    return uvicorn.Server(_config(app))


class _Protocol(HttpToolsProtocol):
    """Uvicorn's own, with a way for the application to cut the connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["state"][HANG_UP] = self._hang_up

    def _hang_up(self, *, reset: bool) -> None:
        """Close the connection, what was written sent before; or reset it at once."""
        if not reset:
            self.transport.close()
            return
        lingering: socket.socket = self.transport.get_extra_info("socket")
        lingering.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def _run(app: ASGIApp, listening: socket.socket) -> None:
    with suppress(KeyboardInterrupt):  # uvicorn has stopped by then, and raises the signal again
        server(app).run(sockets=[listening])


def _reloading(play: Play, fake: Fake, read: Stamps) -> ASGIApp:
    def meant() -> frozenset[Path]:
        return frozenset(_files(play))

    def build_again(played: Fake) -> Fake:
        made = build(play, played.store)
        made.go_on_from(played)
        return made

    gc.enable()
    app = ReloadingApp(fake, Workshop(meant, build_again), read)
    app.watch(Event())
    return app


def look(play: Play) -> Stamps:
    """The files that a play means, as they are now."""
    return stamps(_files(play))


def _files(play: Play) -> Iterator[Path]:
    """The files that the names and folders of a play mean now."""
    yield from map(Path, (*play.overlays, *filter(None, (play.scenarios,))))
    with suppress(UnderstudyError):  # told when they are read
        for api in content.find(play.specs, Path(play.stubs) if play.stubs else None):
            yield from api.files


def _config(app: ASGIApp | str, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        http=_Protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
        **options,
    )


def _app_of_environment() -> ASGIApp:
    """Called by uvicorn in each worker process."""
    play = Play.from_json(os.environ[_ENVIRONMENT])
    logs.configure(play.access_log)
    return _settled(create_app(build(play)))


def _settled(app: ASGIApp) -> ASGIApp:
    """The application, with all that was made for it kept from the garbage collector's rounds."""
    gc.freeze()
    gc.enable()
    return app
