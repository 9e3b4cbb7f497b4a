"""What a check is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from understudy.check.login import Client
from understudy.check.plan import PlanOptions
from understudy.check.sender import SendOptions

SELF = "self"


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What to check, against what, and how. `strict`: lenient and data findings fail the run too."""

    specs: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    use_overlays: bool = True
    target: str = SELF
    stubs: str | None = None
    plan: PlanOptions = field(default_factory=PlanOptions)
    shard: tuple[int, int] | None = None
    """The how-manieth of how many parts of the plan, the first one 1."""
    send: SendOptions = field(default_factory=SendOptions)
    credentials: Mapping[str, str] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    """Sent with every request; one in which a security scheme travels is that scheme's credential."""
    token_url: str | None = None
    """Where a `user:password` is changed for a token, instead of where the document says."""
    client: Client = field(default_factory=Client)
    workers: int = 1
    max_response_time: float | None = None
    timings: bool = False
    strict: bool = False
    fail_under: Mapping[str, float] = field(default_factory=dict)
    """The least per cent of each kind of coverage."""
    apis: Mapping[str, "CheckOptions"] = field(default_factory=dict)
    """What holds for an API instead, by its name."""

    def of(self, api: str) -> "CheckOptions":
        """The options for one API."""
        return self.apis.get(api, self)
