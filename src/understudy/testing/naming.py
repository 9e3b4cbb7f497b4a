"""The session of the test that is under way: a namespace of its own, its name and its scenario."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from urllib.parse import quote

from understudy.serve.session import HEADERS
from understudy.session import MAX_LENGTH, NOBODY, Session, SessionError, split_credential

Whose = Callable[[], Session]
"""Tells whose requests those of this moment are."""


@dataclass(slots=True)
class Cue:
    """Which test is on. `run` tells this process from others whose tests have the same names."""

    run: str = ""
    session: Session = NOBODY
    _at_first: Session = NOBODY

    def begin(self, test: str, scenario: str = "") -> None:
        """The test of this name is on from now."""
        digest = blake2b(f"{self.run} {test}".encode("utf-8", "replace"), digest_size=8).hexdigest()
        self.session = self._at_first = Session(f"test-{digest}", scenario, _short(test))

    def begin_again(self) -> None:
        """The same test, with the scenario that it began with."""
        self.session = self._at_first

    def play(self, scenario: str) -> None:
        """The same test, with another scenario."""
        self.session = replace(self.session, scenario=scenario)


def _short(test: str) -> str:
    """The name of a test as a session can tell it: printable, and not too long."""
    plain = "".join(character if character.isprintable() else "?" for character in test)
    if len(plain) <= MAX_LENGTH:
        return plain
    digest = blake2b(test.encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f"{plain[: MAX_LENGTH - len(digest) - 1]}~{digest}"


def fields(session: Session, told: Session = NOBODY) -> dict[str, str]:
    """The header fields that name a session; what a request has told already is left out."""
    wanted, known = session.claims(), told.claims()
    return {
        header: quote(wanted[short], safe="/:[]@,")
        for header, short in HEADERS.items()
        if short in wanted and short not in known
    }


def carried(values: Iterable[str]) -> Session:
    """What credentials among the values of header fields tell of a session."""
    told: dict[str, str] = {}
    for value in values:
        try:
            session = split_credential(value)[1]
        except SessionError:  # the server tells what is wrong with it
            continue
        told |= {name: part for name in ("namespace", "scenario", "test") if (part := getattr(session, name))}
    return Session(**told)
