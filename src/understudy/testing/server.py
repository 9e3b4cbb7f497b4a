"""The server of a test, as the fixture `understudy_server` gives it."""

from collections.abc import Mapping, Sequence
from types import EllipsisType
from urllib.parse import quote

from understudy.serve.answer import FaultKind
from understudy.serve.prefer import Preferences
from understudy.session import Session
from understudy.testing.admin import Admin
from understudy.testing.naming import Cue, fields
from understudy.testing.options import Options
from understudy.testing.recorded import Requests
from understudy.testing.stage import AsyncClient, Client, Stage, stage
from understudy.types import JSON

_HINT = "; on a shared server a request says whose it is, by header or credential: see `understudy_env`"


def opened(options: Options, cue: Cue) -> "Server":
    """The server that the options mean. Raises UnderstudyError."""
    server = Server(stage(options, cue), cue)
    server.check()
    return server


class Server:
    """What tests play with. All that it says and does is about the test that is on, and no other."""

    def __init__(self, stage: Stage, cue: Cue) -> None:
        self._stage = stage
        self._cue = cue
        self._admin = Admin(stage)
        self.requests = Requests(self._admin, lambda: cue.session, _HINT if stage.is_shared else "")

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return self._stage.url

    @property
    def is_fake(self) -> bool:
        """Whether it is one of Understudy's, and no real implementation."""
        return self._stage.is_fake

    @property
    def session(self) -> Session:
        """The namespace, the scenario and the name of the test that is on."""
        return self._cue.session

    @property
    def headers(self) -> dict[str, str]:
        """The header fields by which a client tells whose its requests are; a shared server needs them."""
        return fields(self.session) if self.is_fake else {}

    def key(self, credential: str = "demo") -> str:
        """The credential with the same riding on it, for a client that sends no headers of yours."""
        return self.session.on(credential) if self.is_fake else credential

    def expect(
        self,
        operation: str,
        *,
        status: int | None = None,
        body: JSON | EllipsisType = ...,
        headers: Mapping[str, JSON] | None = None,
        example: str | None = None,
        fault: FaultKind | None = None,
        delay: int = 0,
        times: int | None = 1,
        match: Mapping[str, JSON] | None = None,
        unchecked: bool = False,
    ) -> None:
        """The next call of an operation, or so many (None: all), gets this answer. Raises UsageError.

        status: a success is made by the contract, where no body is given. body, headers: the answer's own,
        held to the contract unless it is unchecked. example: the document's of that name. fault: reset,
        truncate, garbage, wrong-type or trickle. delay: in milliseconds. match: only for a request whose
        body, query or header has these values.
        """
        __tracebackhide__ = True
        is_made = body is ... and (example is not None or (status is not None and status < 400))
        code = str(status) if is_made and status else None
        rule = {
            "status": None if is_made else status,
            "headers": headers,
            "match": match,
            "unchecked": unchecked or None,
            "prefer": str(Preferences(code=code, example=example, delay=delay, fault=fault)) or None,
        }
        told = {name: value for name, value in rule.items() if value is not None}
        own = {} if body is ... else {"body": body}
        self._admin.ask(
            "POST", "expectations", self._namespace, {"operation": operation, "times": times, **told, **own}
        )

    def scenario(self, name: str, rules: Sequence[Mapping[str, JSON]] | None = None) -> None:
        """Play a scenario from now on, in this test: a known one, or these rules. Raises UsageError."""
        __tracebackhide__ = True
        room = f"scenarios/{quote(name, safe='')}"
        if rules is None:
            self._admin.ask("GET", room, self._namespace)
        else:
            self._admin.ask("PUT", room, self._namespace, list(rules))
        self._cue.play(name)

    def reset(self) -> None:
        """Forget all of this test: its calls, expectations and scenarios, and what it created."""
        self._admin.ask("POST", "reset", self._namespace)
        self._cue.begin_again()

    def check(self) -> None:
        """Raise UnreachableError where a fake that others started is not there."""
        if self.is_fake:
            self._admin.ask("GET", "health", {})

    def client(self) -> Client:
        """A client of what is tested: in process, where that is a fake of this process."""
        return self._stage.client()

    def async_client(self) -> AsyncClient:
        """Its asynchronous twin, for asyncio."""
        return self._stage.async_client()

    def coverage(self) -> JSON:
        """What each test of this server used of the documents, and what none of them did."""
        return self._admin.ask("GET", "coverage", {})

    def end_test(self, session: Session) -> None:
        """Let go of what a test that is over kept; what it used of the documents is remembered."""
        if self.is_fake:
            self._admin.ask("POST", "reset", {"namespace": session.namespace, "keep": "coverage"})

    def close(self) -> None:
        """End it."""
        self._admin.close()
        self._stage.close()

    @property
    def _namespace(self) -> dict[str, str]:
        return {"namespace": self.session.namespace}
