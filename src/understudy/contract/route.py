"""Path templates, found in time that does not grow with their number."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

T = TypeVar("T")
_PARAMETER = re.compile(r"\{([^{}]+)\}")


@dataclass(slots=True)
class _Node(Generic[T]):
    literals: dict[str, "_Node[T]"] = field(default_factory=dict)
    patterns: dict[str, tuple[re.Pattern[str], tuple[str, ...], "_Node[T]"]] = field(default_factory=dict)
    values: list[T] = field(default_factory=list)


class Router(Generic[T]):
    """Values by path template. A concrete path comes before a templated one (OpenAPI 3.1, 4.8.8.2)."""

    def __init__(self) -> None:
        self._concrete: dict[str, list[T]] = {}
        self._templated: _Node[T] = _Node()

    def add(self, template: str, value: T) -> None:
        """Put a value at a template such as `/pets/{id}` or `/compare/{base}...{head}`."""
        if not _PARAMETER.search(template):
            self._concrete.setdefault(template, []).append(value)
            return
        node = self._templated
        for segment in template.split("/")[1:]:
            node = _child(node, segment)
        node.values.append(value)

    def find(self, path: str) -> Iterator[tuple[T, Mapping[str, str]]]:
        """The values whose template fits a percent-encoded path, the most concrete first."""
        for value in self._concrete.get(unquote(path), ()):
            yield value, {}
        if self._templated.literals or self._templated.patterns:
            segments = [unquote(segment) for segment in path.split("/")[1:]]
            yield from _search(self._templated, segments, 0, {})


def _child(node: _Node[T], segment: str) -> _Node[T]:
    if not _PARAMETER.search(segment):
        return node.literals.setdefault(segment, _Node())
    if segment not in node.patterns:
        pieces = _PARAMETER.split(segment)
        source = "".join("(.+?)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
        node.patterns[segment] = (re.compile(source, re.DOTALL), tuple(pieces[1::2]), _Node())
    return node.patterns[segment][2]


def _search(
    node: _Node[T], segments: list[str], index: int, parameters: dict[str, str]
) -> Iterator[tuple[T, Mapping[str, str]]]:
    if index == len(segments):
        for value in node.values:
            yield value, parameters
        return
    literal = node.literals.get(segments[index])
    if literal is not None:
        yield from _search(literal, segments, index + 1, parameters)
    for pattern, names, child in node.patterns.values():
        match = pattern.fullmatch(segments[index])
        if match:
            found = dict(zip(names, match.groups(), strict=True))
            yield from _search(child, segments, index + 1, parameters | found)
