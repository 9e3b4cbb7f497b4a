"""Where a defect takes hold of the conforming service. A hook left alone changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gallery.reading import Fault, loads
from understudy.types import JSON, Path, Request, Response


@dataclass(frozen=True, slots=True)
class Seen:
    """What the service knows when it has answered, and has not yet sent.

    `count` numbers the requests from 1, `before` counts those with these very bytes that came earlier,
    `refused` is the last 422 that went to an earlier request.
    """

    request: Request
    data: JSON
    count: int
    before: int
    refused: Response | None


Alter = Callable[[Seen, Response], Response]
Wire = Callable[[Response], bytes]
"""What goes over the wire for a response, before the connection is cut."""


def admits(presented: Mapping[str, str], good: Mapping[str, str]) -> bool:
    """Whether any credential presented is the good one of its scheme."""
    return any(presented.get(scheme) == value for scheme, value in good.items())


def _waives_nothing(fault: Fault) -> bool:
    return False


def _refuses_nothing(data: JSON) -> Path | None:
    return None


def _crashes_never(data: JSON) -> bool:
    return False


def _as_it_is(seen: Seen, response: Response) -> Response:
    return response


@dataclass(frozen=True, slots=True)
class Hooks:
    """The behaviours of the service that a defect can replace."""

    admits: Callable[[Mapping[str, str], Mapping[str, str]], bool] = admits
    loads: Callable[[bytes], JSON] = loads
    """Reads a JSON body; raises ValueError."""
    waives: Callable[[Fault], bool] = _waives_nothing
    """Faults that the service overlooks; for the strict variant, the lax one has FastAPI look."""
    refuses: Callable[[JSON], Path | None] = _refuses_nothing
    """Where valid data holds what the service will not take."""
    crashes: Callable[[JSON], bool] = _crashes_never
    alter: Alter = _as_it_is
    delay: float = 0.0
    wire: Wire | None = None
    """Needs a socket: `serve_defect` alone can show it."""


CONFORMING = Hooks()
