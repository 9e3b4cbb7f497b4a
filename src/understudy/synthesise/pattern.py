"""Strings that match a regular expression: a best effort, to be judged afterwards.

A positive look-ahead contributes what it asks for, before the rest.
"""

from collections.abc import Iterator

from . import words
from .choose import Choice
from .expression import (
    MAX_LENGTH,
    Again,
    Ahead,
    Chars,
    Either,
    Group,
    Part,
    Repeat,
    Sequence,
    Unreadable,
    parsed,
    shortest,
)

ATTEMPTS = 12


def samples(pattern: str, choice: Choice, least: int, most: int) -> Iterator[str]:
    """Strings that probably match `pattern`, of `least` to `most` characters; none where it is unreadable."""
    try:
        part = parsed(pattern)
    except (Unreadable, RecursionError):
        return
    for attempt in range(ATTEMPTS):
        own = choice.at(attempt)
        wild = attempt >= ATTEMPTS // 2
        yield Writer(own, natural=True, wild=wild).write(part)
        short = Writer(own, wild=wild).write(part)
        yield short
        if len(short) < least <= MAX_LENGTH:
            for spare in range(least - len(short), min(least - len(short) + 4, MAX_LENGTH)):
                yield Writer(own, spare=spare, wild=wild).write(part)
            yield short + words.letters(least - len(short))  # where the pattern has no end of its own
        if most > len(short):
            yield Writer(own, spare=min(most - len(short), 1 + attempt), wild=wild).write(part)


class Writer:
    """Writes one string: `natural` repeats a little everywhere; else `spare` characters go where they fit.

    `wild` draws from all characters, not from the readable ones alone.
    """

    def __init__(self, choice: Choice, *, natural: bool = False, spare: int = 0, wild: bool = False) -> None:
        self._choice = choice
        self._natural = natural
        self._spare = spare
        self._wild = wild
        self._groups: dict[str, str] = {}
        self._step = 0
        self._length = 0

    def write(self, part: Part) -> str:
        match part:
            case Chars(options, usual):
                self._length += 1
                return self._next().pick(options) if self._wild else self._readable(usual)
            case Sequence(parts):
                return "".join([self.write(each) for each in parts])
            case Either(options):
                return self.write(self._next().pick(options))
            case Repeat(inner, _, _):
                return "".join([self.write(inner) for _ in range(self._count(part))])
            case Group(number, name, inner):
                text = self.write(inner)
                self._groups[str(number)] = self._groups[name] = text
                return text
            case Again(group):
                return self._groups.get(group, "")
            case Ahead(inner):
                return Writer(self._next()).write(inner)

    def _next(self) -> Choice:
        self._step += 1
        return self._choice.at(self._step)

    def _readable(self, options: str) -> str:
        pool = options
        if len(options) > 10:
            wanted = "aeiou" if self._step % 2 else "bcdfghklmnprst"
            pool = "".join(letter for letter in wanted if letter in options) or options
        return self._next().pick(pool)

    def _count(self, repeat: Repeat) -> int:
        if self._length > MAX_LENGTH:
            return 0
        room = repeat.most - repeat.least
        if self._natural:
            more = 3 + self._next().number(4) if isinstance(repeat.part, Chars) else self._next().number(2)
            more = max(more - repeat.least, 0) if repeat.least else more
        else:
            width = max(shortest(repeat.part), 1)
            more = min(-(-self._spare // width), room)
            self._spare -= more * width
        return min(repeat.least + min(more, room), MAX_LENGTH)
