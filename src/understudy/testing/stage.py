"""Where the tests of a suite play: on a fake of their own, on one that they share, or on a real server."""

from concurrent.futures import Future
from functools import cached_property

import httpx

from understudy.run import Play, bind, build, server
from understudy.serve.app import create_app
from understudy.serve.options import ServeOptions
from understudy.session import NOBODY
from understudy.testing.naming import Cue
from understudy.testing.options import Options, base_url
from understudy.testing.transport import InProcess, Loop, Naming, OverNetwork, Threaded

Client = httpx.Client
AsyncClient = httpx.AsyncClient
_MAX_CALLS = 10_000
"""How many calls of a test are counted: more than a person would look at."""
_PATIENCE = 30.0
"""Seconds that an answer, or the end of a server, may take on a busy machine."""


class Stage:
    """What tests send their requests to."""

    is_shared = True
    """Whether others send to it too, so that each request has to tell whose it is."""

    def __init__(self, transport: httpx.BaseTransport, base: str, *, is_fake: bool = True) -> None:
        self.base = base
        self.is_fake = is_fake
        """Whether it takes orders: says what was asked of it, and answers as it is told to."""
        self._transport = transport

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self.base

    def client(self) -> Client:
        """A client for it."""
        return Client(transport=self._transport, base_url=self.base, timeout=_PATIENCE)

    def async_client(self) -> AsyncClient:
        """Its asynchronous twin, for asyncio."""
        return AsyncClient(transport=Threaded(self._transport), base_url=self.base, timeout=_PATIENCE)

    def close(self) -> None:
        """End it."""
        self._transport.close()


class OwnFake(Stage):
    """A fake in this process. It listens from the first time that somebody asks where."""

    is_shared = False

    def __init__(self, options: Options, cue: Cue) -> None:
        """Raises UnderstudyError for what cannot be played."""
        fake = build(_play(options))
        self._app = Naming(create_app(fake), fake.carriers, lambda: cue.session)
        self._loop = Loop()
        self._served: Future[None] | None = None
        super().__init__(InProcess(self._app, self._loop), "http://localhost")

    @cached_property
    def url(self) -> str:
        listening = bind("127.0.0.1", 0)
        self._server = server(self._app)
        self._served = self._loop.start(self._server.serve(sockets=[listening]))
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    def close(self) -> None:
        if self._served:
            self._server.should_exit = True
            self._served.result(_PATIENCE)
        self._loop.close()


def stage(options: Options, cue: Cue) -> Stage:
    """The stage that the options mean. Raises UnderstudyError."""
    if options.target != "self":
        return Stage(OverNetwork(lambda: NOBODY), base_url(options.target, "target"), is_fake=False)
    if options.server:
        return Stage(OverNetwork(lambda: cue.session), options.server)
    return OwnFake(options, cue)


def _play(options: Options) -> Play:
    served = ServeOptions(
        seed=options.seed,
        auth=options.auth,
        credentials=options.credentials,
        journal_entries=_MAX_CALLS,
    )
    return Play(options.specs, options.stubs, options.overlays, options=served, scenarios=options.scenarios)
