"""A reader of the ECMA-262 regular expressions that schemas use.

Look-behind, word boundaries and negative look-ahead are read and left out: what is written from the result is
judged afterwards.
"""

from dataclasses import dataclass
from functools import lru_cache

MAX_PATTERN = 2_000
MAX_DEPTH = 40
MAX_LENGTH = 100_000

Span = tuple[int, int]
"""The first and the last code point of a range of characters."""

DIGIT: tuple[Span, ...] = ((48, 57),)
WORD: tuple[Span, ...] = ((97, 122), (65, 90), (48, 57), (95, 95))
SPACE: tuple[Span, ...] = ((32, 32), (9, 13))
LOWER: Span = (97, 122)
UPPER: Span = (65, 90)
CLASSES = {"d": DIGIT, "w": WORD, "s": SPACE}
CONTROLS = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0}
PROPERTIES: dict[str, tuple[Span, ...]] = {
    "L": (LOWER, UPPER), "Letter": (LOWER, UPPER), "Alphabetic": (LOWER, UPPER),
    "Ll": (LOWER,), "Lowercase_Letter": (LOWER,), "Lu": (UPPER,), "Uppercase_Letter": (UPPER,),
    "N": DIGIT, "Nd": DIGIT, "Number": DIGIT, "digit": DIGIT, "Decimal_Number": DIGIT,
    "P": ((33, 33), (45, 46)), "Punctuation": ((33, 33), (45, 46)), "S": ((43, 43),), "Z": ((32, 32),),
    "Zs": ((32, 32),), "M": ((0x301, 0x301),), "Cc": ((0, 31),), "Script=Latin": (LOWER, UPPER),
    "Script=Greek": ((0x3B1, 0x3C9),), "Script=Cyrillic": ((0x430, 0x44F),),
    "Script=Han": ((0x4E00, 0x4E20),),
    "Emoji": ((0x1F600, 0x1F610),),
}  # fmt: skip
UNIVERSE = (*range(97, 123), *range(48, 58), *range(65, 91), *range(32, 48), *range(58, 65), *range(91, 97),
            *range(123, 127), 0xE9, 0x4E2D, 0x1F600, 9, 10)  # fmt: skip
"""The characters tried for a class, the readable ones first."""


class Unreadable(ValueError):
    """A pattern beyond the subset read here."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character out of these; `usual` are the readable ones."""

    options: str
    usual: str


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Either:
    options: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    part: "Part"
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Group:
    number: int
    name: str
    part: "Part"


@dataclass(frozen=True, slots=True)
class Again:
    """A back-reference."""

    group: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """A positive look-ahead."""

    part: "Part"


Part = Chars | Sequence | Either | Repeat | Group | Again | Ahead
NOTHING = Sequence(())


def shortest(part: Part) -> int:
    """The least number of characters that `part` takes."""
    match part:
        case Chars():
            return 1
        case Sequence(parts):
            return sum(map(shortest, parts))
        case Either(options):
            return min(map(shortest, options))
        case Repeat(inner, least, _):
            return least * shortest(inner)
        case Group(_, _, inner):
            return shortest(inner)
        case _:
            return 0


def weight(part: Part) -> int:
    """How large `part` is with its repeats written out; a wide class weighs as many."""
    match part:
        case Chars(options, _):
            return 20 if len(options) > 62 else 1
        case Sequence(parts) | Either(parts):
            return 1 + sum(map(weight, parts))
        case Repeat(inner, least, most):
            return max(least, most if most < MAX_LENGTH else 1, 1) * weight(inner)
        case Group(_, _, inner) | Ahead(inner):
            return weight(inner)
        case _:
            return 1


@lru_cache(maxsize=1024)
def parsed(pattern: str) -> Part:
    """Raises Unreadable."""
    if len(pattern) > MAX_PATTERN:
        raise Unreadable("too long")
    reader = Reader(pattern)
    part = reader.either(0)
    if reader.more():
        raise Unreadable("unbalanced parenthesis")
    return part


class Reader:
    """A recursive-descent reader over one pattern."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._groups = 0

    def more(self) -> bool:
        return self._at < len(self._text)

    def either(self, depth: int) -> Part:
        if depth > MAX_DEPTH:
            raise Unreadable("nested too deeply")
        options = [self._sequence(depth)]
        while self._skip("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Either(tuple(options))

    def _sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.more() and self._text[self._at] not in "|)":
            part = self._atom(depth)
            parts.append(self._quantified(part))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _atom(self, depth: int) -> Part:
        letter = self._take()
        if letter in "^$":
            return NOTHING
        if letter == "(":
            return self._group(depth)
        if letter == "[":
            return _characters(*self._set())
        if letter == ".":
            return _characters(((10, 10), (13, 13)), True)
        if letter == "\\":
            return self._escape()
        return Chars(letter, letter)

    def _group(self, depth: int) -> Part:
        kind = next(
            (mark for mark in ("?:", "?=", "?!", "?<=", "?<!", "?P<", "?<", "?") if self._skip(mark)), ""
        )
        name, number = "", 0
        if kind in ("?<", "?P<"):
            name = self._until(">")
        if kind == "?" and not self._flags():  # (?i), not (?i:...)
            return NOTHING
        if kind in ("", "?<", "?P<"):
            self._groups += 1
            number = self._groups
        part = self.either(depth + 1)
        if not self._skip(")"):
            raise Unreadable("unbalanced parenthesis")
        if kind in ("?!", "?<=", "?<!"):
            return NOTHING
        if kind == "?=":
            return Ahead(part)
        return Group(number, name, part) if number else part

    def _flags(self) -> bool:
        """Whether the flags hold for a group that follows, not for the rest of the pattern."""
        while self._text[self._at : self._at + 1].isalpha() or self._text[self._at : self._at + 1] == "-":
            self._at += 1
        return self._take() == ":"

    def _quantified(self, part: Part) -> Part:
        least, most = 1, 1
        mark = self._text[self._at : self._at + 1]
        if mark and mark in "*+?":
            self._at += 1
            least, most = {"*": (0, MAX_LENGTH), "+": (1, MAX_LENGTH), "?": (0, 1)}[mark]
        elif mark == "{" and (counts := self._counts()):
            least, most = counts
        else:
            return part
        self._skip("?")  # lazy
        return Repeat(part, least, most)

    def _counts(self) -> tuple[int, int] | None:
        end = self._text.find("}", self._at)
        low, comma, high = self._text[self._at + 1 : end].partition(",")
        if end < 0 or not low.isdecimal() or (high and not high.isdecimal()) or len(low) + len(high) > 12:
            return None
        self._at = end + 1
        return int(low), int(high) if high else MAX_LENGTH if comma else int(low)

    def _escape(self) -> Part:
        letter = self._take()
        if letter in "bBAzZ":
            return NOTHING
        if letter == "k" and self._skip("<"):
            return Again(self._until(">"))
        if letter in "123456789":
            return Again(letter)
        return _characters(*self._escaped(letter))

    def _escaped(self, letter: str) -> tuple[tuple[Span, ...], bool]:
        """The characters of an escape, and whether they are excluded."""
        if letter.lower() in CLASSES:
            return CLASSES[letter.lower()], letter.isupper()
        if letter in "pP":
            name = self._until("}")[1:] if self._skip("{") is False else self._until("}")
            return PROPERTIES.get(name.rpartition("=")[2], PROPERTIES.get(name, (LOWER,))), letter == "P"
        code = self._code(letter)
        return ((code, code),), False

    def _code(self, letter: str) -> int:
        if letter in CONTROLS:
            return CONTROLS[letter]
        if letter == "c":
            return ord(self._take()) % 32
        if letter == "u" and self._skip("{"):
            return self._hexadecimal(self._until("}"))
        if letter in "ux":
            if letter == "x" and self._skip("{"):
                return self._hexadecimal(self._until("}"))
            width = 4 if letter == "u" else 2
            self._at += width
            return self._hexadecimal(self._text[self._at - width : self._at])
        return ord(letter)

    def _hexadecimal(self, digits: str) -> int:
        try:
            code = int(digits, 16)
        except ValueError:
            raise Unreadable(f"no code point {digits!r}") from None
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise Unreadable(f"no code point {digits!r}")
        return code

    def _set(self) -> tuple[tuple[Span, ...], bool]:
        """A bracket expression after its `[`: its ranges, and whether they are excluded."""
        excluded = self._skip("^")
        spans: list[Span] = []
        first = True
        while first or self._text[self._at : self._at + 1] != "]":
            first = False
            spans.extend(self._member())
        self._at += 1
        return tuple(spans), excluded

    def _member(self) -> tuple[Span, ...]:
        spans, excluded = self._single()
        if excluded:
            return tuple((code, code) for code in UNIVERSE if not _within(code, spans))
        following = self._text[self._at : self._at + 2]
        if (
            len(spans) == 1
            and spans[0][0] == spans[0][1]
            and following[:1] == "-"
            and following not in ("-]", "-")
        ):
            self._at += 1
            ends, _ = self._single()
            return ((spans[0][0], max(spans[0][0], ends[0][1])),)
        return spans

    def _single(self) -> tuple[tuple[Span, ...], bool]:
        letter = self._take()
        if letter != "\\":
            return ((ord(letter), ord(letter)),), False
        letter = self._take()
        return (((8, 8),), False) if letter == "b" else self._escaped(letter)

    def _take(self) -> str:
        if not self.more():
            raise Unreadable("ends too soon")
        self._at += 1
        return self._text[self._at - 1]

    def _skip(self, text: str) -> bool:
        found = self._text.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _until(self, mark: str) -> str:
        start, end = self._at, self._text.find(mark, self._at)
        if end < 0:
            raise Unreadable(f"no {mark}")
        self._at = end + 1
        return self._text[start:end]


def _within(code: int, spans: tuple[Span, ...]) -> bool:
    return any(low <= code <= high for low, high in spans)


def _characters(spans: tuple[Span, ...], excluded: bool) -> Part:
    usual = [chr(code) for code in UNIVERSE if _within(code, spans) != excluded]
    if not usual and not excluded:
        usual = [chr(low) for low, _ in spans]
    if not usual:
        raise Unreadable("an empty set")
    return Chars("".join(usual), "".join(_readable(usual)))


def _readable(letters: list[str]) -> list[str]:
    """Of a wide class the small letters and digits alone."""
    small = [letter for letter in letters if letter.isascii() and (letter.islower() or letter.isdigit())]
    if any(letter.islower() for letter in small) and len(letters) > 36:
        return [letter for letter in small if letter.islower()]
    return small or letters
