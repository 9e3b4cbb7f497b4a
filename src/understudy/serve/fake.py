"""The fake: the contracts it plays, the stubs it plays them with, and the answer to each request."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from understudy.contract import Contract, Operation, Reading, jsontext, pointer
from understudy.contract.security import Scheme, schemes
from understudy.errors import DocumentError, Unsatisfiable, UsageError
from understudy.serve import canned, faults, infer, prefer, problem, scenarios
from understudy.serve.answer import Answer, Refusal
from understudy.serve.bounds import StoreError, StoreFull
from understudy.serve.coverage import Coverage, OwnFacts
from understudy.serve.credentials import Gate
from understudy.serve.entry import Served, Teller
from understudy.serve.journal import Journal, journal
from understudy.serve.memory import Memory
from understudy.serve.options import ServeOptions
from understudy.serve.prefer import Preferences, UnknownPreference
from understudy.serve.problem import Complaint
from understudy.serve.respond import BrokenStub, Responder
from understudy.serve.routing import Role, Routing, mounts
from understudy.serve.rulebook import Named, Rulebook
from understudy.serve.rules import Reader
from understudy.serve.session import Carriers
from understudy.serve.store import Store
from understudy.session import Session
from understudy.stub import Stub
from understudy.types import Request

log = logging.getLogger("understudy")


@dataclass(frozen=True)
class Played:
    """One API of the fake: its contract and its stubs by the operation they answer."""

    contract: Contract
    stubs: Mapping[str, Stub]

    def __post_init__(self) -> None:
        unknown = [name for name in self.stubs if not answerable(self.contract, name)]
        if unknown:
            raise UsageError(f"{self.contract.name}: no operation {unknown[0]!r} for its stub to answer")

    def stub(self, operation: Operation) -> Stub | None:
        """The stub of an operation, by operationId or by `POST /path`."""
        return next((self.stubs[name] for name in _names(operation) if name in self.stubs), None)

    @property
    def inferred(self) -> Mapping[str, Stub]:
        """What takes the place of stubs where the document shows what is created, by operation."""
        own = (operation.name for operation in self.contract.operations if self.stub(operation))
        return infer.acts(self.contract, frozenset(own))


@dataclass(frozen=True)
class Fake:
    """Everything the server needs to answer; knows nothing of ASGI or of connexion."""

    apis: Sequence[Played]
    options: ServeOptions
    store: Store = field(default_factory=Store)
    scenarios: str = ""
    """The file of the scenarios that every namespace has."""

    @cached_property
    def roles(self) -> Mapping[tuple[str, str], Role]:
        """The operations by API and name."""
        seed = blake2b(str(self.options.seed).encode(), digest_size=32).digest()
        return {
            (played.contract.name, operation.name): Role(
                played.contract.name, operation, responder, self.mounts[played.contract.name]
            )
            for played in self.apis
            for operation, responder in self._responders(played, seed)
        }

    def _responders(self, played: Played, seed: bytes) -> Iterator[tuple[Operation, Responder]]:
        memory = Memory(self.options.memory_bytes // len(self.apis))
        inferred = played.inferred if self.options.infer_state else {}
        for operation in played.contract.operations:
            stub = played.stub(operation) or inferred.get(operation.name)
            yield operation, Responder(operation, seed, stub, memory, self.store)

    @cached_property
    def mounts(self) -> Mapping[str, str]:
        """By the name of each API the path below which it is served; empty for the root."""
        return mounts([played.contract for played in self.apis])

    @cached_property
    def routing(self) -> Routing:
        """The operations by the requests that they take."""
        return Routing(
            [
                (base, self.roles[played.contract.name, operation.name])
                for played in self.apis
                for base, operation in played.contract.places
            ],
            answers_options=self.options.cors,
        )

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.options.auth, self.options.credentials)

    @cached_property
    def carriers(self) -> Carriers:
        """Where a request may carry the name of its session."""
        return Carriers.of(self._schemes)

    @cached_property
    def _schemes(self) -> Sequence[Scheme]:
        return [scheme for played in self.apis for scheme in schemes(played.contract.document).values()]

    @cached_property
    def teller(self) -> Teller:
        """What tells journal and access log of a request."""
        return Teller(frozenset(scheme.parameter.lower() for scheme in self._schemes))

    @cached_property
    def journal(self) -> Journal:
        return journal(self.options, self.teller, self.store.shared)

    @cached_property
    def coverage(self) -> Coverage:
        return Coverage(self.store.shared.facts if self.store.shared else OwnFacts())

    @cached_property
    def rulebook(self) -> Rulebook:
        """The rules of expectations and scenarios. Raises DocumentError."""
        reader = Reader(lambda name: [role.responder for role in self.named(name)])
        common = scenarios.load(Path(self.scenarios), reader) if self.scenarios else {}
        return Rulebook(self.store, reader, common)

    @cached_property
    def digest(self) -> str:
        """Another one for other documents: what was made from these is out of date then."""
        made = blake2b(digest_size=8)
        for played in self.apis:
            document = played.contract.document
            for file in ("", *document.companions):
                made.update(jsontext.dumps(document.entry(pointer.in_file(file))))
        return made.hexdigest()

    @property
    def files(self) -> frozenset[str]:
        """Names of the files that the documents were read from."""
        return frozenset(name for played in self.apis for name in played.contract.document.texts)

    def go_on_from(self, previous: "Fake") -> None:
        """Take over what another fake remembers; before anything is asked of this one."""
        own = vars(self)  # where `cached_property` keeps its values
        own["teller"] = Teller(self.teller.secrets | previous.teller.secrets)
        own["coverage"] = Coverage(previous.coverage.facts)
        own["journal"] = previous.journal
        self.journal.teller = self.teller

    def played(self, name: str) -> Played | None:
        """The API of a name."""
        return next((played for played in self.apis if played.contract.name == name), None)

    def named(self, name: str) -> list[Role]:
        """The roles of an operationId or a `POST /path`. Raises Refusal (400) that names the nearest."""
        found = [role for role in self.roles.values() if name in _names(role.operation)]
        if not found:
            known = dict.fromkeys(name for role in self.roles.values() for name in _names(role.operation))
            nearest = get_close_matches(name[:200], known, n=3, cutoff=0.3)
            told = f"; the nearest are {', '.join(nearest)}" if nearest else ""
            raise Refusal(400, f"no operation {name[:200]!r}{told}")
        return found

    def named_operations(self, name: str) -> frozenset[str]:
        """The names of the operations that are meant by a name. Raises Refusal (400)."""
        return frozenset(role.operation.name for role in self.named(name))

    def answer(
        self, role: Role, request: Request, path_parameters: dict[str, str], session: Session
    ) -> Answer:
        """The answer to a request that was let in. Raises Refusal (406)."""
        try:
            return self._answer(role, request, path_parameters, session)
        except UnknownPreference as error:
            return problem.answer(None, Complaint(error.status, error.detail))
        except BrokenStub as error:
            log.exception("%s", error, exc_info=error.__cause__)
            return problem.answer(None, Complaint(500, str(error)))
        except StoreFull as error:
            return problem.answer(None, Complaint(507, str(error)))
        except StoreError as error:
            log.error("%s", error)
            return problem.answer(None, Complaint(503, str(error)))
        except (Unsatisfiable, DocumentError) as error:
            return problem.answer(None, Complaint(501, f"{role.operation.name} cannot be played: {error}"))

    def _answer(
        self, role: Role, request: Request, path_parameters: dict[str, str], session: Session
    ) -> Answer:
        asked = prefer.read(request.headers, request.query)
        reading = role.operation.read(request, path_parameters)
        answer = self._chosen(role, request, reading, session, asked)
        self.cover(role, reading, answer, session)
        return answer

    def _chosen(
        self, role: Role, request: Request, reading: Reading, session: Session, asked: Preferences | None
    ) -> Answer:
        """What a rule answers, else what the contract has for a request with these preferences."""
        found = self.rulebook.due(role.responder, request, reading, session)
        if found:
            return _ruled(found, role, request, reading, session, asked or Preferences())
        answer = _reply(role, request, reading, session, asked)
        if asked is None:
            return answer
        applied = asked.sending if reading.violations else asked
        return _sent(_preferred(answer, applied), applied, request.method)

    def cover(self, role: Role, reading: Reading | None, answer: Answer, session: Session) -> None:
        """Count what was used; it is not read where it was refused. A database that fails holds up nobody."""
        try:
            self.coverage.add(role.api, role.operation, reading, answer, answer.session or session)
        except StoreError as error:
            log.error("%s", error)
        except DocumentError:  # the answer tells it
            pass

    def record(self, served: Served) -> None:
        """Write down what was asked and answered. A database that fails holds up nobody."""
        try:
            self.journal.add(served)
        except StoreError as error:
            log.error("%s", error)

    def reset(self, namespace: str | None = None, *, keeps_coverage: bool = False) -> None:
        """Forget what was asked in a namespace, or in all, and what is kept of it. Raises StoreError."""
        self.journal.clear(namespace)
        self.store.clear(namespace)
        if not keeps_coverage:
            self.coverage.clear(namespace)


def answerable(contract: Contract, name: str) -> bool:
    """Whether a contract has the operation that a stub says it answers."""
    return any(name in _names(operation) for operation in contract.operations)


def _names(operation: Operation) -> tuple[str, ...]:
    """What a stub may call an operation by; one that is served at several paths has the name of each."""
    names = (operation.name, operation.declaration.origin)
    return (operation.operation_id, *names) if operation.operation_id else names


def _reply(
    role: Role, request: Request, reading: Reading, session: Session, wanted: Preferences | None
) -> Answer:
    """An invalid request is told so, whatever reply it would prefer."""
    if reading.violations:
        return problem.invalid(role.operation, reading.violations)
    accept = next((value for name, value in request.headers if name == "accept"), "")
    return role.responder.answer(reading, accept, session, wanted)


def _ruled(
    found: Named, role: Role, request: Request, reading: Reading, session: Session, asked: Preferences
) -> Answer:
    """What a rule answers: its own answer, or the reply it prefers; the client's preferences come second."""
    rule = found.rule
    wanted, left = rule.preferences.over(asked), asked.under(rule.preferences)
    answer = rule.answer or _reply(role, request, reading, session, wanted)
    answer = _preferred(answer, left.sending if rule.answer or reading.violations else left)
    answer = canned.with_fields(answer, rule.headers)
    if rule.preferences.fault and not faults.can_spoil(answer, rule.preferences.fault, request.method):
        wanted = replace(wanted, fault=None)
    return _sent(answer, wanted, request.method).with_headers(("understudy-rule", found.name))


def _preferred(answer: Answer, applied: Preferences) -> Answer:
    """The answer, saying which of the client's preferences were applied."""
    if applied == Preferences():
        return answer
    return answer.with_headers(("preference-applied", str(applied)), ("vary", "Prefer"))


def _sent(answer: Answer, wanted: Preferences, method: str) -> Answer:
    """The answer delayed and spoilt. Raises UnknownPreference where there is nothing to spoil."""
    told = replace(answer, delay=wanted.delay) if wanted.delay else answer
    return faults.spoilt(told, wanted.fault, method) if wanted.fault else told
