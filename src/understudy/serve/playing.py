"""What is played at this moment; `reload` puts another fake in its place while the server runs."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from understudy.serve.fake import Fake

_KEY = "understudy.playing"


@dataclass
class Playing:
    """The fake that answers now. `trouble` says why newer files cannot be played."""

    fake: Fake
    trouble: str | None = None

    def enter(self, scope: MutableMapping[str, Any]) -> None:
        """Let the stages that a request passes know."""
        scope[_KEY] = self


def playing(scope: MutableMapping[str, Any], fake: Fake) -> Playing:
    """What is played by the server that a request came to; `fake`, where that never changes."""
    found: Playing | None = scope.get(_KEY)
    return found or Playing(fake)
