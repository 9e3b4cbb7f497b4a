"""The rules of each namespace: the expectations and scenarios set over the admin API, and which rule is due.

A namespace's book is one value of its state, and how often each rule was asked another, so that all workers
play the same rules. A request of a namespace without rules costs one look into a dict, or, where others may
have set rules meanwhile, one read of the database they share.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from urllib.parse import quote

from understudy.contract import Reading
from understudy.serve.answer import Refusal
from understudy.serve.bounds import StoreError
from understudy.serve.canned import RuleError
from understudy.serve.respond import Responder
from understudy.serve.rules import MAX_RULES, Reader, Rule
from understudy.serve.scenarios import DEFAULT, checked_name
from understudy.serve.store import ONLY, Store, Transaction
from understudy.session import Session
from understudy.types import JSON, Request

_BOOK = "understudy rules"
_CALLS = "understudy calls"
_MAX_BYTES = 1024 * 1024
"""How large the book of one namespace may be, as JSON."""

Scenarios = Mapping[str, Sequence[Rule]]


@dataclass(frozen=True, slots=True)
class Named:
    """A rule with the name that its calls are counted under."""

    name: str
    rule: Rule
    expectation: int | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of one namespace. An expectation's number is never given again before a reset."""

    expectations: Mapping[int, Rule] = field(default_factory=dict)
    scenarios: Scenarios = field(default_factory=dict)
    latest: int = 0

    def to_json(self) -> JSON:
        """The book as it is kept."""
        return {
            "latest": self.latest,
            "expectations": {str(number): rule.told for number, rule in self.expectations.items()},
            "scenarios": {name: [rule.told for rule in rules] for name, rules in self.scenarios.items()},
        }

    @property
    def has_rules(self) -> bool:
        return bool(self.expectations or self.scenarios)


_EMPTY = Book()


class Rulebook:
    """The books of all namespaces, and the scenarios that every namespace has."""

    def __init__(self, store: Store, reader: Reader, common: Scenarios) -> None:
        self._store = store
        self._reader = reader
        self._common = common
        self._read = lru_cache(maxsize=256)(self._book_of_text)

    def due(self, responder: Responder, request: Request, reading: Reading, session: Session) -> Named | None:
        """The rule that answers a request, which is counted.

        Raises Refusal (400) for an unknown scenario, and StoreError.
        """
        book = self._glance(session.namespace)
        if not (book.has_rules or self._common or session.scenario):
            return None
        first = next(self._taking(book, responder, request, reading, session), None)
        if first is None or not first.rule.is_counted:
            return first
        with self._writing(session) as draft:
            taking = self._taking(draft.book, responder, request, reading, session)
            return next(filter(draft.is_due, list(taking)), None)

    def expect(self, session: Session, value: JSON) -> JSON:
        """Add one expectation, or a list of them. Raises Refusal (400) and StoreError."""
        rules = (
            self._reader.rules(value, "", 1)
            if isinstance(value, list)
            else (self._reader.rule(value, "", 1),)
        )
        with self._writing(session) as draft:
            first = draft.book.latest + 1
            added = dict(enumerate(rules, first))
            draft.set(expectations={**draft.book.expectations, **added}, latest=first + len(rules) - 1)
            return [_told(number, rule, 0) for number, rule in added.items()]

    def expectations(self, session: Session) -> JSON:
        """The expectations that are not used up, in the order in which they are played. Raises StoreError."""
        with self._store.transaction(session) as records:
            calls = records.all(_CALLS)
            book = self._kept(records)
        return [
            _told(number, rule, calls.get(_expectation(number), 0))
            for number, rule in book.expectations.items()
        ]

    def withdraw(self, session: Session) -> None:
        """Forget the expectations of a namespace. Raises StoreError."""
        with self._writing(session) as draft:
            draft.forget_calls("expectation/")
            draft.set(expectations={})

    def scenarios(self, session: Session) -> dict[str, JSON]:
        """The scenarios of a namespace and those that every one has. Raises StoreError."""
        known = self._known(self._glance(session.namespace))
        return {name: [rule.told for rule in known[name]] for name in sorted(known)}

    def scenario(self, session: Session, name: str) -> JSON:
        """The rules of one scenario. Raises Refusal (404) and StoreError."""
        known = self.scenarios(session)
        if name not in known:
            raise Refusal(404, _no_scenario(name, known))
        return known[name]

    def set_scenario(self, session: Session, name: str, value: JSON) -> None:
        """Set a scenario of a namespace. Raises Refusal (400) and StoreError."""
        rules = self._reader.rules(value)
        with self._writing(session) as draft:
            draft.forget_calls(_of_scenario(name))
            draft.set(scenarios={**draft.book.scenarios, checked_name(name): rules})

    def drop_scenario(self, session: Session, name: str) -> None:
        """Forget a scenario of a namespace. Raises Refusal (400, 404) and StoreError."""
        with self._writing(session) as draft:
            own = draft.book.scenarios
            if name not in own:
                is_common = name in self._common
                told = f"the scenario {name[:50]!r} is one of the file that the server was started with"
                raise Refusal(400, told) if is_common else Refusal(404, _no_scenario(name, own))
            draft.forget_calls(_of_scenario(name))
            draft.set(scenarios={known: rules for known, rules in own.items() if known != name})

    def drop_scenarios(self, session: Session) -> None:
        """Forget all the scenarios of a namespace. Raises StoreError."""
        with self._writing(session) as draft:
            draft.forget_calls("scenario/")
            draft.set(scenarios={})

    # --- which rules there are -----------------------------------------------------------------------------

    def _taking(
        self, book: Book, responder: Responder, request: Request, reading: Reading, session: Session
    ) -> Iterator[Named]:
        """The rules that are for a request, those that come first first. Raises Refusal (400)."""
        name = session.scenario or DEFAULT
        known = self._known(book)
        if name not in known and name != DEFAULT:
            raise Refusal(400, _no_scenario(name, known))
        expected = (Named(_expectation(number), rule, number) for number, rule in book.expectations.items())
        played = (
            Named(f"{_of_scenario(name)}{number}", rule) for number, rule in enumerate(known.get(name, ()), 1)
        )
        return (named for named in chain(expected, played) if named.rule.takes(responder, request, reading))

    def _known(self, book: Book) -> Scenarios:
        return {**self._common, **book.scenarios} if book.scenarios else self._common

    # --- where they are kept -------------------------------------------------------------------------------

    def _glance(self, namespace: str) -> Book:
        """The book as it was last kept; what comes of it is looked at again in a transaction."""
        text = self._store.glance(namespace, _BOOK)
        return self._read(text) if text else _EMPTY

    @contextmanager
    def _writing(self, session: Session) -> Iterator["Draft"]:
        """The book of a namespace in a transaction, in which it is changed and its calls are counted."""
        with self._store.transaction(session) as records:
            draft = Draft(records, self._kept(records))
            yield draft
            text = draft.keep()
        if text is not None:
            self._store.show(session.namespace, _BOOK, text)

    def _kept(self, records: Transaction) -> Book:
        kept = records.get(_BOOK, ONLY)
        return self._read(json.dumps(kept)) if kept else _EMPTY

    def _book_of_text(self, text: str) -> Book:
        value = json.loads(text)
        try:
            numbered = value["expectations"].items()
            expectations = {int(number): self._reader.rule(told, "", 1) for number, told in numbered}
            scenarios = {name: self._reader.rules(told) for name, told in value["scenarios"].items()}
        except RuleError as error:
            told = f"a rule that is kept no longer fits the documents: {error}; POST /__understudy__/reset"
            raise StoreError(told) from None
        return Book(expectations, scenarios, value["latest"])


class Draft:
    """One namespace's book inside a transaction."""

    def __init__(self, records: Transaction, book: Book) -> None:
        self._records = records
        self._is_changed = False
        self.book = book

    def set(
        self,
        expectations: Mapping[int, Rule] | None = None,
        scenarios: Scenarios | None = None,
        latest: int | None = None,
    ) -> None:
        """Change parts of the book."""
        old = self.book
        self.book = Book(
            old.expectations if expectations is None else expectations,
            old.scenarios if scenarios is None else scenarios,
            old.latest if latest is None else latest,
        )
        self._is_changed = True

    def is_due(self, named: Named) -> bool:
        """Count a call of a rule, and whether the rule answers it; an expectation used up is taken out."""
        rule = named.rule
        if not rule.is_counted:
            return True
        calls = int(self._records.get(_CALLS, named.name) or 0)
        if rule.left(calls) == 0:
            return False
        self._records.put(_CALLS, named.name, calls + 1)
        if named.expectation is not None and rule.left(calls + 1) == 0:
            kept = {n: other for n, other in self.book.expectations.items() if n != named.expectation}
            self._records.delete(_CALLS, named.name)
            self.set(expectations=kept)
        return rule.is_due(calls + 1)

    def forget_calls(self, prefix: str) -> None:
        """Forget the calls of the rules whose name begins so."""
        for name in self._records.all(_CALLS):
            if name.startswith(prefix):
                self._records.delete(_CALLS, name)

    def keep(self) -> str | None:
        """Put the book if it was changed; its text. Raises Refusal (400) where it is too large."""
        if not self._is_changed:
            return None
        value = self.book.to_json()
        text = json.dumps(value)
        rules = len(self.book.expectations) + sum(map(len, self.book.scenarios.values()))
        if rules > MAX_RULES or len(text) > _MAX_BYTES:
            raise Refusal(400, f"a namespace has at most {MAX_RULES} rules, of {_MAX_BYTES} bytes as JSON")
        self._records.put(_BOOK, ONLY, value)
        return text


def _expectation(number: int) -> str:
    return f"expectation/{number}"


def _of_scenario(name: str) -> str:
    """What the names of a scenario's rules begin with; fit for a header field."""
    return f"scenario/{quote(name, safe='')}/"


def _told(number: int, rule: Rule, calls: int) -> JSON:
    return {"id": number, **rule.told, "left": rule.left(calls)}


def _no_scenario(name: str, known: Mapping[str, object]) -> str:
    return f"no scenario {name[:50]!r}; there are: {', '.join(sorted(known)) or 'none'}"
