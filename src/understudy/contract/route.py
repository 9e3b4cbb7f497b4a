"""Path templates, found in time that does not grow with their number."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar
from urllib.parse import unquote

from understudy.contract.pathkey import Mark, taken_apart
from understudy.contract.query import first_values
from understudy.types import Headers

T = TypeVar("T")
_PARAMETER = re.compile(r"\{([^{}]+)\}")

Texts = tuple[str, ...]
"""What stands where a template has its parameters, still percent-encoded."""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """The value of the template that fits, and the percent-encoded texts of its parameters by name."""

    value: T
    parameters: dict[str, str]
    others: tuple["Found[T]", ...] = ()
    """Those of templates that differ from this one in the names of their parameters alone."""

    def fitting(self, takes: Callable[[T, dict[str, str]], bool]) -> "Found[T]":
        """The first that takes the texts of its parameters; where none of several does, this one."""
        if not self.others:
            return self
        return next((one for one in (self, *self.others) if takes(one.value, one.parameters)), self)


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    value: T
    names: tuple[str | None, ...]
    """The names of the parameters; None for a variable of the server's base path."""
    marks: tuple[Mark, ...]

    def found(self, texts: Texts, said: dict[str, str]) -> Found[T]:
        named = {name: text for name, text in zip(self.names, texts, strict=True) if name is not None}
        asked = {mark.variable: said.get(mark.name, "") for mark in self.marks if mark.variable}
        return Found(self.value, named | asked)


_Kind = tuple[tuple[str, bool, bool], ...]
"""The marks of an entry without their values: of each its name, whether it has a value, and which it is."""


@dataclass(slots=True)
class _Choice(Generic[T]):
    """What takes one method at one template; more than one entry where their keys have marks."""

    plain: _Entry[T] | None = None
    others: list[_Entry[T]] = field(default_factory=list)
    """Those that ask for the very same as `plain`, of templates that name their parameters otherwise."""
    marked: dict[_Kind, dict[tuple[str | None, ...], _Entry[T]]] = field(default_factory=dict)
    unsendable: _Entry[T] | None = None
    """The first whose marks stand behind a `#`: it answers where nothing tells which is meant."""

    def add(self, entry: _Entry[T]) -> None:
        """Where two ask for the very same, the first stays; the parameters may tell plain ones apart."""
        if not entry.marks:
            if self.plain:
                self.others.append(entry)
            self.plain = self.plain or entry
            return
        if all(mark.is_fragment for mark in entry.marks):
            self.unsendable = self.unsendable or entry
        kind = tuple((mark.name, mark.value is not None, mark.is_fragment) for mark in entry.marks)
        values = tuple(mark.value for mark in entry.marks)
        self.marked.setdefault(kind, {}).setdefault(values, entry)
        self.marked = dict(sorted(self.marked.items(), key=_most_first))

    def found(self, texts: Texts, said: dict[str, str], headers: Headers) -> Found[T] | None:
        """What is chosen, and what else its parameters might be of."""
        entry = self._chosen(said, headers)
        if entry is None:
            return None
        found = entry.found(texts, said)
        if entry is not self.plain or not self.others:
            return found
        return replace(found, others=tuple(other.found(texts, said) for other in self.others))

    def _chosen(self, said: dict[str, str], headers: Headers) -> _Entry[T] | None:
        """The entry whose marks the query has; those behind a `#` may be said by a header too."""
        fields = dict(headers) if self.marked else {}
        for kind, entries in self.marked.items():
            told = [
                said.get(name, fields.get(name.lower()) if is_fragment else None)
                for name, _, is_fragment in kind
            ]
            if None in told:
                continue
            values = tuple(
                text if has_value else None for text, (_, has_value, _) in zip(told, kind, strict=True)
            )
            if values in entries:
                return entries[values]
        return self.plain or self.unsendable


def _most_first(item: tuple[_Kind, object]) -> tuple[int, int]:
    kind, _ = item
    return -len(kind), -sum(has_value for _, has_value, _ in kind)


_Place = dict[str, _Choice[T]]
"""What one template has for each method."""


@dataclass(frozen=True, slots=True)
class _Pattern(Generic[T]):
    """A segment with parameters in it."""

    shape: str
    expression: re.Pattern[str] | None
    """None for a segment that is one parameter and nothing else."""
    weight: int
    """How many characters of it are literal."""
    node: "_Node[T]"

    def texts(self, segment: str, empty: bool) -> Texts | None:
        """What the parameters stand for; None where the segment does not fit."""
        if self.expression is None:
            return (segment,) if segment or empty else None
        match = self.expression.fullmatch(segment)
        return match.groups() if match else None


@dataclass(slots=True)
class _Node(Generic[T]):
    literals: dict[str, "_Node[T]"] = field(default_factory=dict)
    patterns: list[_Pattern[T]] = field(default_factory=list)
    place: _Place[T] = field(default_factory=dict)

    def child(self, segment: str) -> "_Node[T]":
        """The node of the next segment of a template, made where it is not there."""
        if not _PARAMETER.search(segment):
            return self.literals.setdefault(unquote(segment), _Node())
        shape = _PARAMETER.sub("{}", segment)
        known = next((pattern.node for pattern in self.patterns if pattern.shape == shape), None)
        if known is not None:
            return known
        node: _Node[T] = _Node()
        made = _Pattern(shape, _expression(shape), len(shape.replace("{}", "")), node)
        self.patterns = sorted((*self.patterns, made), key=lambda pattern: -pattern.weight)
        return node

    def search(
        self, segments: Sequence[str], empty: bool, at: int = 0, texts: Texts = ()
    ) -> Iterator[tuple[_Place[T], Texts]]:
        """The templates that fit, the one with the most literal text first."""
        if at == len(segments):
            if self.place:
                yield self.place, texts
            return
        literal = self.literals.get(unquote(segments[at]))
        if literal is not None:
            yield from literal.search(segments, empty, at + 1, texts)
        for pattern in self.patterns:
            own = pattern.texts(segments[at], empty)
            if own is not None:
                yield from pattern.node.search(segments, empty, at + 1, texts + own)


class Router(Generic[T]):
    """Values by method and path template; concrete before templated (OpenAPI 3.1, section 4.8.8.2)."""

    def __init__(self) -> None:
        self._exact: dict[tuple[str, str], _Entry[T]] = {}
        """What a request is for whose path is just what a key says: most are found here."""
        self._concrete: dict[Texts, _Place[T]] = {}
        self._templated: _Node[T] = _Node()

    def add(self, method: str, key: str, value: T, base: str = "") -> None:
        """Put a value at a path key such as `/pets/{id}` or `/x?action=A`, below a base path.

        Of two that take the same requests the first comes before the other. What follows a `#` or a `?` is
        looked for in query and headers; or the whole key is the path, as a client sends it that takes these
        for part of it.
        """
        path, marks = taken_apart(key)
        self._put(method, base, path, marks, value)
        if marks:
            self._put(method, base, key, (), value)

    def _put(self, method: str, base: str, path: str, marks: tuple[Mark, ...], value: T) -> None:
        template = base + path
        unnamed = (None,) * len(_PARAMETER.findall(base))
        entry = _Entry(value, (*unnamed, *_PARAMETER.findall(path)), marks)
        segments = template.split("/")[1:]
        if entry.names:
            node = self._templated
            for segment in segments:
                node = node.child(segment)
            node.place.setdefault(method, _Choice()).add(entry)
            return
        place = self._concrete.setdefault(tuple(map(unquote, segments)), {})
        choice = place.setdefault(method, _Choice())
        choice.add(entry)
        if choice.plain and not choice.marked:
            self._exact[method, template] = choice.plain
        else:
            self._exact.pop((method, template), None)

    def find(self, method: str, path: str, query: str = "", headers: Headers = ()) -> Found[T] | None:
        """The value for a percent-encoded path: the most concrete one that takes the method.

        Where a path is declared as it stands, no templated one takes a method that it lacks.
        """
        exact = self._exact.get((method, path))
        if exact is not None:
            return Found(exact.value, {})
        for place, texts in self._places(path):
            choice = place.get(method)
            if choice is not None:
                said = first_values(query) if choice.marked else {}
                found = choice.found(texts, said, headers)
                if found is not None:
                    return found
        return None

    def methods(self, path: str) -> tuple[str, ...]:
        """The methods that a path takes, in the order they were added."""
        return tuple(dict.fromkeys(method for place, _ in self._places(path) for method in place))

    def _places(self, path: str) -> list[tuple[_Place[T], Texts]]:
        """The templates that fit a path as it is; else with a slash at its end more or less, or with nothing
        between two slashes or behind the last one for an empty parameter: what says more of the path."""
        if not path.startswith("/"):
            return []
        segments = path.split("/")[1:]
        other = segments[:-1] if segments[-1] == "" else [*segments, ""]
        return self._fitting(segments) or min(
            filter(None, (self._fitting(segments, empty=True), self._fitting(other))),
            key=lambda fitting: len(fitting[0][1]),
            default=[],
        )

    def _fitting(self, segments: Sequence[str], *, empty: bool = False) -> list[tuple[_Place[T], Texts]]:
        concrete = self._concrete.get(tuple(map(unquote, segments)))
        return [(concrete, ())] if concrete else list(self._templated.search(segments, empty))


def shape(key: str) -> str:
    """A path key without the names of its parameters: two of the same shape take the same requests."""
    return _PARAMETER.sub("{}", key)


def _expression(shape: str) -> re.Pattern[str] | None:
    """Of a percent-encoded segment; what is literal in it may be encoded too."""
    if shape == "{}":
        return None
    pieces = ("".join(map(_either, unquote(piece))) for piece in shape.split("{}"))
    return re.compile("(.+?)".join(pieces), re.DOTALL)


def _either(character: str) -> str:
    encoded = "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))
    return f"(?:{re.escape(character)}|(?i:{encoded}))"
