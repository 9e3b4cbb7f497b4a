"""OpenAPI Overlays: changes laid over a document that is itself never edited.

Overlay Specification 1.0.0, Action Object; targets are JSONPath by RFC 9535, strictly. `update` of an
array is one entry to append to it, even an array; where an array meets an array inside the object of an
`update`, its items are appended. Of version 1.1 a primitive may be a target, and no more: there an array
given to an array is concatenated, and an action may `copy`, which is refused here.
"""

import copy
import pathlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jsonpath_rfc9535 as jsonpath

from understudy.contract.pointer import from_path, join
from understudy.contract.reading import Source, read
from understudy.errors import DocumentError
from understudy.types import JSON, Path

_FIELDS = {"overlay", "info", "extends", "actions"}
_ACTION_FIELDS = {"target", "description", "update", "remove"}


@dataclass(frozen=True, slots=True)
class Action:
    """One change. `pointer` is where it stands in the overlay; `remove` outranks `update`."""

    pointer: str
    query: jsonpath.JSONPathQuery
    target: str
    update: JSON = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Overlay:
    """One overlay file, its shape checked and its targets parsed."""

    source: Source
    title: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the value at `pointer` of the resulting document came from, with all that is below it.

    `source` None is the document itself: an array item that moved because one before it was removed.
    """

    pointer: str
    source: Source | None
    source_pointer: str


@dataclass(frozen=True, slots=True)
class Overlaid:
    """A document with its overlays applied. `origins` names each pointer once."""

    root: JSON
    origins: tuple[Origin, ...]
    warnings: tuple[str, ...]


def read_overlay(path: pathlib.Path) -> Overlay:
    """Read an overlay; DocumentError, with file and line, where it breaks the specification's shape."""
    root, source = read(path)
    if source.duplicates:  # half of an action would be lost unseen
        key, line = source.duplicates[0]
        raise DocumentError(f"duplicate key {key!r}", file=source.name, line=line)
    _require(isinstance(root, dict), source, "", "an overlay is an object")
    _refuse_unknown(root, _FIELDS, source, "")
    version = root.get("overlay")
    known = isinstance(version, str) and re.fullmatch(r"1\.\d+\.\d+", version, re.ASCII)
    _require(bool(known), source, "/overlay", "`overlay` must be a version 1.x.y, as a string")
    info = root.get("info")
    _require(isinstance(info, dict), source, "/info", "`info` must be an object")
    for name in ("title", "version"):
        _require(isinstance(info.get(name), str), source, f"/info/{name}", f"`info.{name}` must be a string")
    actions = root.get("actions")
    _require(
        isinstance(actions, list) and actions != [], source, "/actions", "`actions` must be a list, not empty"
    )
    read_actions = (_action(action, source, f"/actions/{index}") for index, action in enumerate(actions))
    return Overlay(source, info["title"], tuple(read_actions))


def _action(action: JSON, source: Source, pointer: str) -> Action:
    _require(isinstance(action, dict), source, pointer, "an action is an object")
    _refuse_unknown(action, _ACTION_FIELDS, source, pointer)
    target, remove = action.get("target"), action.get("remove", False)
    _require(isinstance(target, str), source, f"{pointer}/target", "`target` must be a JSONPath, as a string")
    _require(isinstance(remove, bool), source, f"{pointer}/remove", "`remove` must be true or false")
    _require(remove or "update" in action, source, pointer, "an action needs `update` or `remove: true`")
    try:
        query = jsonpath.compile(target)
    except jsonpath.JSONPathError as error:
        raise _fault(source, f"{pointer}/target", f"{target!r} is not a JSONPath: {error.args[0]}") from None
    return Action(pointer, query, target, action.get("update"), remove)


def _refuse_unknown(node: dict[str, JSON], known: set[str], source: Source, pointer: str) -> None:
    for name in node:
        _require(
            name in known or name.startswith("x-"), source, join(pointer, name), f"unknown field `{name}`"
        )


def _require(holds: bool, source: Source, pointer: str, message: str) -> None:
    if not holds:
        raise _fault(source, pointer, message)


def _fault(source: Source, pointer: str, message: str) -> DocumentError:
    return DocumentError(message, file=source.name, line=source.line(pointer))


def apply(root: JSON, overlays: Sequence[Overlay]) -> Overlaid:
    """Apply every action in order. `root` stays as it is; what no action touches is shared with it.

    Raises DocumentError, at the overlay's line, where an update does not fit what it is laid over.
    """
    work = _Work(root)
    for overlay in overlays:
        for action in overlay.actions:
            work.act(action, overlay.source)
    origins = tuple(Origin(pointer, *found) for pointer, found in work.origins.items())
    return Overlaid(work.root, origins, tuple(work.warnings))


def locate(pointer: str, document: Source, origins: Sequence[Origin]) -> tuple[Source, int | None]:
    """The file, and the line in it, of what stands at a JSON pointer of an overlaid document."""
    found = {origin.pointer: (origin.source, origin.source_pointer) for origin in origins}
    source, source_pointer = _trace(pointer, found)
    source = source or document
    return source, source.line(source_pointer)


_Trace = tuple[Source | None, str]


def _trace(pointer: str, origins: dict[str, _Trace]) -> _Trace:
    """Follow the longest origin that is `pointer` or above it; without one, it is the document's own."""
    prefix = pointer
    while prefix not in origins:
        if not prefix:
            return None, pointer
        prefix = prefix.rpartition("/")[0]
    source, source_pointer = origins[prefix]
    return source, source_pointer + pointer[len(prefix) :]


class _Work:
    """A document in the making. Containers are copied when first written to, and only those."""

    def __init__(self, root: JSON) -> None:
        self._holder = [root]
        # By id; holding the copies keeps an id from being given to another object.
        self._copies: dict[int, JSON] = {}
        self.origins: dict[str, _Trace] = {}
        self.warnings: list[str] = []

    @property
    def root(self) -> JSON:
        return self._holder[0]

    def act(self, action: Action, source: Source) -> None:
        try:
            # A node may be selected twice, and writing must wait until all are selected.
            paths = list(dict.fromkeys(node.location for node in action.query.find(self.root)))
        except jsonpath.JSONPathError as error:
            raise _fault(source, f"{action.pointer}/target", f"{action.target!r}: {error.args[0]}") from None
        if not paths:
            line = source.line(f"{action.pointer}/target")
            self.warnings.append(f"{source.name}:{line}: the target {action.target!r} matches nothing")
        if action.remove:
            self._remove_all(paths, action, source)
        else:
            for path in paths:
                self._update(path, action, source)

    def _own(self, parent: JSON, key: str | int) -> JSON:
        """The child, safe to write to."""
        child = parent[key]
        if id(child) not in self._copies and isinstance(child, dict | list):
            child = parent[key] = copy.copy(child)
            self._copies[id(child)] = child
        return child

    def _own_path(self, path: Path) -> JSON:
        node = self._own(self._holder, 0)
        for key in path:
            node = self._own(node, key)
        return node

    def _update(self, path: Path, action: Action, source: Source) -> None:
        node, pointer = self._own_path(path), from_path(path)
        update, at = action.update, f"{action.pointer}/update"
        if isinstance(node, list):
            self.origins[f"{pointer}/{len(node)}"] = source, at
            node.append(update)
        elif _kind(node) is not _kind(update):
            raise _misfit(source, at, update, node, pointer)
        elif isinstance(node, dict):
            self._merge(node, pointer, update, at, source)
        else:
            self._own_path(path[:-1])[path[-1]] = update
            self.origins[pointer] = source, at

    def _merge(self, node: JSON, pointer: str, update: JSON, at: str, source: Source) -> None:
        """Objects in objects member by member, arrays behind arrays, anything else in place of its like."""
        todo = [(node, pointer, update, at)]
        while todo:
            node, above, update, at_above = todo.pop()
            for key, value in update.items():
                pointer, at = join(above, key), join(at_above, key)
                if key in node and _kind(node[key]) is not _kind(value):
                    raise _misfit(source, at, value, node[key], pointer)
                if key in node and isinstance(value, dict):
                    todo.append((self._own(node, key), pointer, value, at))
                elif key in node and isinstance(value, list):
                    self._extend(self._own(node, key), pointer, value, at, source)
                else:
                    node[key] = value
                    self.origins[pointer] = source, at

    def _extend(self, node: JSON, pointer: str, items: list[JSON], at: str, source: Source) -> None:
        for index in range(len(items)):
            self.origins[f"{pointer}/{len(node) + index}"] = source, f"{at}/{index}"
        node.extend(items)

    def _remove_all(self, paths: list[Path], action: Action, source: Source) -> None:
        """Children before their parents and the last item first, so that each path holds until its turn."""
        order: list[Any] = sorted(paths, reverse=True)
        for path in order:
            _require(path != (), source, f"{action.pointer}/target", "the whole document cannot be removed")
            self._remove(path)

    def _remove(self, path: Path) -> None:
        parent, above, key = self._own_path(path[:-1]), from_path(path[:-1]), path[-1]
        if isinstance(key, int):
            self._move_up(above, key, len(parent))
        else:
            self._forget(join(above, key))
        del parent[key]

    def _forget(self, pointer: str) -> None:
        for below in [p for p in self.origins if _is_under(p, pointer)]:
            del self.origins[below]

    def _move_up(self, array: str, removed: int, length: int) -> None:
        """Let every item behind the removed one take its origins along, each one place up."""
        moved: dict[str, _Trace] = {}
        for index in range(removed + 1, length):
            old, new = f"{array}/{index}", f"{array}/{index - 1}"
            moved[new] = _trace(old, self.origins)
            moved |= {new + p[len(old) :]: at for p, at in self.origins.items() if p.startswith(old + "/")}
        for index in range(removed, length):
            self._forget(f"{array}/{index}")
        self.origins |= moved


def _is_under(pointer: str, ancestor: str) -> bool:
    return pointer == ancestor or pointer.startswith(ancestor + "/")


def _kind(value: JSON) -> type | None:
    """What may be laid over what: object over object, array over array, primitive over primitive."""
    return type(value) if isinstance(value, dict | list) else None


def _misfit(source: Source, at: str, update: JSON, node: JSON, pointer: str) -> DocumentError:
    names: dict[type | None, str] = {dict: "an object", list: "an array", None: "a primitive"}
    return _fault(
        source, at, f"{names[_kind(update)]} cannot be laid over {names[_kind(node)]} (at {pointer or '/'})"
    )
