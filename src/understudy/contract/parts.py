"""The parts of an operation's requests: those that are declared, and those that one request holds."""

from collections.abc import Iterable, Iterator, Mapping

from understudy.contract import jsontext
from understudy.contract.body import Content
from understudy.contract.fields import Field
from understudy.contract.operation import Operation, Reading
from understudy.contract.security import Scheme
from understudy.types import JSON, Path

_MAX_DEPTH = 4
_MAX_PARTS = 400
"""Parts of one operation; beyond them the properties of its body are told no deeper."""

Key = tuple[str, Path]
"""A part of a request: its place, and the path in it with array items as `*`."""


def declared_parts(operation: Operation) -> dict[Key, None]:
    """The parts that the document declares, in its order."""
    found: dict[Key, None] = dict.fromkeys(_declared_values(operation))
    if operation.security:
        found["credentials", ()] = None
        found |= dict.fromkeys(("credentials", (scheme.name,)) for scheme in schemes_of(operation))
    return found


def declared_choices(operation: Operation) -> dict[Key, dict[str, None]]:
    """Of the parts that take a few values only, those values as JSON texts, in the document's order."""
    found = {key: _choices(fields) for key, fields in _declared_values(operation).items()}
    return {key: choices for key, choices in found.items() if choices}


def secret_names(operation: Operation) -> frozenset[str]:
    """Properties and parameters that hold secrets, by the document: passwords, and texts never read back."""
    values = _declared_values(operation).items()
    return frozenset(str(path[-1]) for (_, path), fields in values if path and any(map(_is_secret, fields)))


def schemes_of(operation: Operation) -> tuple[Scheme, ...]:
    """The security schemes that the operation names, each once."""
    return tuple(dict.fromkeys(scheme for alternative in operation.security for scheme in alternative))


def held_parts(reading: Reading) -> set[Key]:
    """The parts that a request holds, credentials aside."""
    held: set[Key] = {
        (location, (name,)) for location, values in reading.parameters.items() for name in values
    }
    if reading.media_type is not None:
        held |= {("body", path) for path in _paths(reading.body, _MAX_DEPTH)}
    return held


def _paths(value: JSON, depth: int) -> set[Path]:
    """The paths that a value has, down to a depth."""
    found: set[Path] = {()}
    if depth and isinstance(value, dict):
        found |= {(name, *path) for name, item in value.items() for path in _paths(item, depth - 1)}
    elif depth and isinstance(value, list):
        found |= {("*", *path) for item in value for path in _paths(item, depth - 1)}
    return found


def _declared_values(operation: Operation) -> dict[Key, list[Field]]:
    """The parts that hold values, and how each may be read: a body once for each media type."""
    found: dict[Key, list[Field]] = {
        (parameter.location, (parameter.name,)): [parameter.field, parameter.field.items]
        for parameter in operation.parameters
    }
    if operation.request_contents:
        found["body", ()] = []
    for content in operation.request_contents.values():
        for path, field in _properties(content).items():
            found.setdefault(("body", path), []).append(field)
    return found


def _properties(content: Content) -> dict[Path, Field]:
    """The properties of a body by path, level by level, so that a bound cuts the deepest."""
    if content.schema is None:
        return {}
    level: list[tuple[Path, Field]] = [((), content.field)]
    found: dict[Path, Field] = {}
    for _ in range(_MAX_DEPTH):
        level = [inner for path, field in level for inner in _members(path, field)][:_MAX_PARTS]
        if len(found) + len(level) > _MAX_PARTS:
            break
        found |= dict(level)
    return {path: found[path] for path in _in_tree_order(found)}


def _in_tree_order(paths: Mapping[Path, Field]) -> list[Path]:
    """Each property before its own members, siblings in the order they were found in."""
    rank = {path: index for index, path in enumerate(paths)}
    return sorted(paths, key=lambda path: [rank[path[: end + 1]] for end in range(len(path))])


def _members(path: Path, field: Field) -> Iterator[tuple[Path, Field]]:
    names = dict.fromkeys(name for leaf, _ in field.alternatives for name in _named_properties(leaf))
    for name in names:
        yield (*path, name), field.member(name)
    if any(isinstance(leaf.get("items"), dict) for leaf, _ in field.alternatives):
        yield (*path, "*"), field.items


def _named_properties(leaf: Mapping[str, JSON]) -> Iterable[str]:
    properties = leaf.get("properties")
    return properties if isinstance(properties, dict) else ()


def _choices(fields: Iterable[Field]) -> dict[str, None]:
    """The members of enumerations; a lone `const` leaves no choice, several are the options of a union."""
    leaves = [leaf for field in fields for leaf, _ in field.alternatives]
    listed = [value for leaf in leaves if isinstance(leaf.get("enum"), list) for value in leaf["enum"]]
    constants = [leaf["const"] for leaf in leaves if "const" in leaf]
    values = [*listed, *(constants if len(constants) > 1 else ())]
    return dict.fromkeys(choice(value) for value in values)


def choice(value: JSON) -> str:
    """A value as a choice is told: its JSON text, equal for equal values."""
    return jsontext.canonical(value).decode("utf-8", "replace")


def _is_secret(field: Field) -> bool:
    return any(
        leaf.get("format") == "password" or (leaf.get("writeOnly") is True and leaf.get("type") == "string")
        for leaf, _ in field.alternatives
    )
