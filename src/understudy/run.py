"""The parts wired together: content to contracts, contracts to a fake, a fake to a running server."""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from understudy import content, contract
from understudy.content import Api
from understudy.contract.security import schemes
from understudy.errors import UsageError
from understudy.serve import logs
from understudy.serve.app import ASGIApp, create_app
from understudy.serve.fake import Fake, Played
from understudy.serve.options import ServeOptions

_ENVIRONMENT = "UNDERSTUDY_PLAY"
_CREDENTIAL = "UNDERSTUDY_CREDENTIAL_"


@dataclass(frozen=True, slots=True)
class Play:
    """What to play and how: all that a worker process needs to build the same fake."""

    specs: tuple[str, ...] = ()
    stubs: str | None = None
    overlays: tuple[str, ...] = ()
    use_overlays: bool = True
    options: ServeOptions = field(default_factory=ServeOptions)
    access_log: bool = False

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Play":
        values: dict[str, Any] = json.loads(text)
        values["options"] = ServeOptions(**values["options"])
        return cls(**values | {"specs": tuple(values["specs"]), "overlays": tuple(values["overlays"])})


def build(play: Play) -> Fake:
    """The fake that a play describes. Raises DocumentError and UsageError."""
    apis = content.find(play.specs, Path(play.stubs) if play.stubs else None)
    fake = Fake([_played(api, play) for api in apis], play.options)
    _check_credentials(fake)
    return fake


def _played(api: Api, play: Play) -> Played:
    own = (*api.facts, *api.fake) if play.use_overlays else ()
    overlays = (*own, *map(Path, play.overlays))
    return Played(contract.load(api.document, overlays), content.load_stubs(api.stub) if api.stub else {})


def _check_credentials(fake: Fake) -> None:
    known = [name for played in fake.apis for name in schemes(played.contract.document)]
    for name in fake.options.credentials:
        if name not in known:
            raise UsageError(
                f"no security scheme {name!r}; there are: {', '.join(map(repr, known)) or 'none'}"
            )


def credentials(given: Mapping[str, str]) -> dict[str, str]:
    """The credentials given, and those of environment variables UNDERSTUDY_CREDENTIAL_<SCHEME>.

    In a variable's name the characters of the scheme's name that are no letters or digits are `_`.
    """
    found = {
        name.removeprefix(_CREDENTIAL): value
        for name, value in os.environ.items()
        if name.startswith(_CREDENTIAL)
    }
    return {**found, **given}


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises UsageError when the address is taken or is none of this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}; choose another --port") from None
    listening.set_inheritable(True)
    return listening


def serve(play: Play, fake: Fake, listening: socket.socket, workers: int = 1) -> None:
    """Serve until a signal comes. `fake` is what `build(play)` gave; more workers build their own."""
    if workers == 1:
        logs.configure(play.access_log)
        config = _config(create_app(fake))
        uvicorn.Server(config).run(sockets=[listening])
        return
    os.environ[_ENVIRONMENT] = play.to_json()
    config = _config(f"{__name__}:_app_of_environment", factory=True, workers=workers)
    Multiprocess(config, sockets=[listening]).run()


def _config(app: ASGIApp | str, **options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
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
    return create_app(build(play))
