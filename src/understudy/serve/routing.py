"""Which operation a request is for, of all that one server plays."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from urllib.parse import quote

from understudy.contract import Contract, Operation
from understudy.contract.route import Found, Router
from understudy.serve.answer import Refusal
from understudy.serve.respond import Responder
from understudy.types import Request


@dataclass(frozen=True, slots=True)
class Role:
    """One operation as the fake plays it."""

    api: str
    operation: Operation
    responder: Responder
    mount: str = ""
    """The path below which its API is served for sure; at the root too, where no other API comes first."""

    @property
    def key(self) -> str:
        """Unique among all operations of all APIs."""
        return f"{self.api} {self.operation.name}"

    @property
    def path(self) -> str:
        """The path template at which it is served for sure."""
        return self.mount + self.operation.path


def mounts(contracts: Sequence[Contract]) -> Mapping[str, str]:
    """By the name of each API the path below which it is served for sure.

    That is the root, but `/<name>` for those of which another takes some of the same requests. At the root
    these are served as well; what two of them take the first one answers there.
    """
    if len(contracts) == 1:
        return {contracts[0].name: ""}
    taken = Counter(address for contract in contracts for address in contract.addresses)
    return {
        contract.name: f"/{quote(contract.name, safe='')}"
        if any(taken[address] > 1 for address in contract.addresses)
        else ""
        for contract in contracts
    }


@dataclass(frozen=True)
class Routing:
    """Finds the role that a request is for. The cost does not grow with the number of roles."""

    roles: Sequence[tuple[str, Role]]
    """The roles, each as often as it has base paths, with these."""

    @cached_property
    def _router(self) -> Router[Role]:
        router: Router[Role] = Router()
        for base, role in self.roles:
            for mount in dict.fromkeys((role.mount, "")):
                router.add(role.operation.method, role.operation.path, role, mount + base)
        return router

    def find(self, request: Request) -> tuple[Role, dict[str, str]]:
        """The role, and the percent-encoded texts of its path parameters. Raises Refusal (404, 405)."""
        method, path = request.method, request.path
        for wanted in (method, "GET") if method == "HEAD" else (method,):
            found = self._router.find(wanted, path, request.query, request.headers)
            if found:
                meant = _meant(found)
                return meant.value, meant.parameters
        allowed = self.methods(path)
        if not allowed:
            raise Refusal(404, f"no operation at {path}{self._hint(path)}")
        if method in allowed:
            raise Refusal(
                404, f"no operation at {path} with this query{self._hint(f'{path}?{request.query}')}"
            )
        raise Refusal(405, f"{path} takes {', '.join(allowed)}", headers=(("allow", ", ".join(allowed)),))

    def declared_methods(self, path: str) -> tuple[str, ...]:
        """The methods that the documents declare for a path."""
        return self._router.methods(path)

    def methods(self, path: str) -> tuple[str, ...]:
        """The methods of a path, with the server's own OPTIONS and HEAD; empty where it is unknown."""
        declared = self.declared_methods(path)
        if not declared:
            return ()
        added = ("HEAD", "OPTIONS") if "GET" in declared else ("OPTIONS",)
        return tuple(dict.fromkeys((*declared, *added)))

    def _hint(self, path: str) -> str:
        """The path that was probably meant; only the start of a long one is compared."""
        nearest = get_close_matches(path[:200], self._paths, n=1, cutoff=0.3)
        return f"; the nearest is {nearest[0]}" if nearest else ""

    @cached_property
    def _paths(self) -> Iterable[str]:
        return tuple(dict.fromkeys(role.path for _, role in self.roles))


def _meant(found: Found[Role]) -> Found[Role]:
    """Of the roles of one API whose paths are of one shape the first that takes what stands in the path."""
    return found.fitting(lambda role, texts: role.api == found.value.api and role.operation.takes(texts))
