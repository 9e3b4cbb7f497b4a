"""Requests that follow from the answers to others: the links of a document, and the life of what is created.

A sequence is planned from the document alone; what is filled in comes from answers. Of what has no links,
the plain shape counts: `POST /things` answers with an id, and `/things/{id}` can be read.
"""

import logging
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from understudy.check import follow
from understudy.check.case import Case, Step
from understudy.check.drafts import probe_draft
from understudy.check.probes import Group
from understudy.check.spots import small_value
from understudy.compose import Draft
from understudy.contract import Contract, Operation, mediatype, pointer
from understudy.contract.fields import Field
from understudy.contract.operation import DeclaredResponse
from understudy.errors import UnderstudyError
from understudy.types import JSON, Path

MAX_LENGTH = 5
"""Requests of one chain of links."""
MAX_SEQUENCES = 200
_LOG = logging.getLogger(__name__)
_PARAMETER = re.compile(r"\{([^{}/]+)\}")
_NOT_FOUND = ("404", "410", "4XX")
_CREATED = ("201", "200", "2XX")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a document: from a success of one operation to another operation."""

    name: str
    source: Operation
    status: str
    target: Operation
    node: dict[str, JSON]
    pointer: str


def sequences(contract: Contract, operations: Collection[Operation], seed: int) -> list[Group]:
    """The sequences of these operations, those of links first."""
    found: list[Group] = []
    planner = _Planner(seed)
    for chain in _chains(links(contract, operations)):
        found += planner.group(chain[0].source, chain)
    for life in lives(operations):
        found += planner.life(life)
    return found[:MAX_SEQUENCES]


def unplanned(contract: Contract) -> Iterator[tuple[str, str, str]]:
    """What no sequence can test: the operation, the part of it, and why."""
    known, found = lives(contract.operations), links(contract, contract.operations)
    if not known and not found:
        reason = "the document declares no links, and nothing that is created by POST and read by an id"
        yield "", "sequences", reason
    for life in known:
        read = life.on["GET"]
        if "DELETE" in life.on and not _may_be_missing(read):
            yield read.name, "after DELETE", "the document declares no 404 or 410 for it"


def links(contract: Contract, operations: Collection[Operation]) -> list[Link]:
    """The links between these operations, in the document's order."""
    return [
        link
        for operation in operations
        for response in operation.responses.values()
        if response.status.startswith("2")
        for link in _links(contract, operation, response)
        if link.target in operations
    ]


def _links(contract: Contract, source: Operation, response: DeclaredResponse) -> Iterator[Link]:
    document = contract.document
    declared = document.at(response.pointer).get("links") or {}
    for name in declared:
        place, node = document.follow(pointer.join(response.pointer, "links", name))
        target = _target(contract, node, place)
        if target:
            yield Link(name, source, response.status, target, node, place)


def _target(contract: Contract, node: JSON, place: str) -> Operation | None:
    if not isinstance(node, dict):
        return None
    ref = node.get("operationRef")
    where = contract.document.target(ref, place) if isinstance(ref, str) and ref.startswith("#") else None
    for operation in contract.operations:
        named = operation.operation_id is not None and operation.operation_id == node.get("operationId")
        if named or pointer.join("/paths", operation.path, operation.method.lower()) == where:
            return operation
    return None


def _chains(found: Sequence[Link]) -> Iterator[tuple[Link, ...]]:
    """Chains in which every link is followed: from where no link leads to, then from what is left."""
    targets = {link.target.name for link in found}
    starts = sorted(found, key=lambda link: link.source.name in targets)
    followed: set[str] = set()
    for name in dict.fromkeys(link.source.name for link in starts):
        if {link.pointer for link in found if link.source.name == name} <= followed:
            continue
        for chain in _from(name, found, (name,)):
            followed.update(link.pointer for link in chain)
            yield chain


def _from(name: str, found: Sequence[Link], passed: tuple[str, ...]) -> Iterator[tuple[Link, ...]]:
    """The longest chains from an operation in which none comes twice."""
    if len(passed) == MAX_LENGTH:
        return
    for link in found:
        if link.source.name == name and link.target.name not in passed:
            rest = list(_from(link.target.name, found, (*passed, link.target.name)))
            yield from ((link, *chain) for chain in rest or [()])


@dataclass(frozen=True, slots=True)
class Life:
    """What can be created, and then be read, listed, changed and deleted by an id."""

    create: Operation
    status: str
    id: Path
    """Where the answer to its creation tells its id."""
    parameter: str
    on: dict[str, Operation]
    """The operations on it by method; GET is among them."""
    list: Operation | None


def lives(operations: Collection[Operation]) -> list[Life]:
    """What the plain shape of paths says can be created and read, in the document's order."""
    found = (_life(one, operations) for one in operations if one.method == "POST")
    return [life for life in found if life]


def _life(create: Operation, operations: Collection[Operation]) -> Life | None:
    own = create.path.rstrip("/") + "/"
    for item in operations:
        name = _PARAMETER.fullmatch(item.path.removeprefix(own).rstrip("/"))
        if item.method == "GET" and item.path.startswith(own) and name:
            on = {one.method: one for one in operations if one.path == item.path}
            all_of_them = (one for one in operations if one.path == create.path and one.method == "GET")
            told = _told_id(create, name[1])
            return Life(create, *told, name[1], on, next(all_of_them, None)) if told else None
    return None


def _told_id(create: Operation, parameter: str) -> tuple[str, Path] | None:
    """The status of the answer to a creation, and where in it the id is."""
    for status in _CREATED:
        declared = create.responses.get(status)
        for name, content in declared.contents.items() if declared else ():
            if mediatype.is_json(name) and content.schema is not None:
                path = _id_member(content.field, _id_names(create.path, parameter))
                if path:
                    return status, path
    return None


def _id_names(path: str, parameter: str) -> list[str]:
    """What a member is called that has the id, the surest first."""
    literals = [part for part in path.split("/") if part and "{" not in part]
    kind = _plain(literals[-1]).removesuffix("s") if literals else ""
    return [_plain(parameter), "id", "uuid", f"{kind}id", f"{kind}uuid"]


def _id_member(field: Field, wanted: Sequence[str], depth: int = 1) -> Path | None:
    """The member of that name; else one level down, in an envelope."""
    members = dict.fromkeys(name for leaf, _ in field.alternatives for name in leaf.get("properties") or ())
    for word in wanted:
        for name in members:
            if _plain(name) == word:
                return (name,)
    if depth:
        for name in members:
            inner = _id_member(field.member(name), wanted[1:], depth - 1)
            if inner:
                return (name, *inner)
    return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _may_be_missing(read: Operation) -> bool:
    return any(status in read.responses for status in _NOT_FOUND)


@dataclass(frozen=True, slots=True)
class _Planner:
    """Makes the cases of sequences."""

    seed: int

    def group(self, start: Operation, chain: Sequence[Link]) -> list[Group]:
        """The group of a chain of links; none where a request cannot be made up."""
        names = ", ".join(link.name for link in chain)
        words = f"the link{'s' if len(chain) > 1 else ''} {names} from {start.name}"
        try:
            cases = [self._first(start, words)]
            for link in chain:
                cases.append(self._linked(link, words, tuple(cases)))
        except UnderstudyError as error:
            _LOG.warning("%s: not followed: %s", words, error)
            return []
        return [tuple(cases)]

    def life(self, life: Life) -> list[Group]:
        """The group of what is created, read, listed, changed, deleted and read again."""
        words = f"the life of {life.on['GET'].path}"
        try:
            return [tuple(self._life(life, words))]
        except UnderstudyError as error:
            _LOG.warning("%s: not tested: %s", words, error)
            return []

    def _first(self, operation: Operation, words: str) -> Case:
        return _case(operation, f"{words}: what it begins with", Step(words, self._drafts(operation, words)))

    def _linked(self, link: Link, words: str, before: Group) -> Case:
        step = Step(
            sequence=words,
            drafts=self._drafts(link.target, words),
            before=before,
            needs=(len(before) - 1,),
            status=link.status,
            parameters=_parameters(link),
            body=link.node.get("requestBody"),
            expects="linked",
            pointer=link.pointer,
        )
        return _case(link.target, f"follow the link {link.name} of {link.source.name}", step)

    def _life(self, life: Life, words: str) -> Iterator[Case]:
        read = life.on["GET"]
        cases = [self._first(life.create, words)]
        cases.append(_case(read, "read back what was created", self._kept(life, read, words, cases)))
        if life.list:
            step = Step(words, self._drafts(life.list, words), tuple(cases), (0,))
            cases.append(_case(life.list, "list what was created", step))
        for method, what in (("PUT", "change"), ("PATCH", "change"), ("DELETE", "delete")):
            if method in life.on:
                step = self._kept(life, life.on[method], words, cases)
                cases.append(_case(life.on[method], f"{what} what was created", step))
        if "DELETE" in life.on and _may_be_missing(read):
            step = replace(self._kept(life, read, words, cases), needs=(len(cases) - 1, 0), expects="gone")
            cases.append(_case(read, "read what was deleted", step))
        yield from cases

    def _kept(self, life: Life, operation: Operation, words: str, before: Sequence[Case]) -> Step:
        """A request for what was created; once it is known whether it can be read, it must be so."""
        drafts, value = self._drafts(operation, words), f"$response.body#{pointer.from_path(life.id)}"
        return Step(
            sequence=words,
            drafts=drafts,
            before=tuple(before),
            needs=(1, 0) if len(before) > 1 else (0,),
            status=life.status,
            parameters={("path", life.parameter): value},
            members=_own_id(drafts[0], life, value),
            expects="kept",
            identity=(life.parameter, life.id) if operation.method == "GET" else None,
            pointer=pointer.join(operation.declaration.pointer, "responses"),
        )

    def _drafts(self, operation: Operation, words: str) -> tuple[Draft, Draft]:
        """Two valid requests, unlike those of other sequences: some things are made only once."""
        keys = (f"{self.seed} {words} {turn}".encode() for turn in ("first", "again"))
        first, again = (probe_draft(operation, partial(small_value, key=key)) for key in keys)
        return first, again


def _case(operation: Operation, intent: str, step: Step) -> Case:
    return Case(operation.name, "stateful", intent, follow.shown(step), step=step)


def _parameters(link: Link) -> dict[tuple[str, str], JSON]:
    """The templates of a link, each for the parameter that `id` or `path.id` names."""
    found: dict[tuple[str, str], JSON] = {}
    for name, template in (link.node.get("parameters") or {}).items():
        for one in link.target.parameters:
            if name in (one.name, f"{one.location}.{one.name}"):
                found[one.location, one.name] = template
                break
    return found


def _own_id(draft: Draft, life: Life, value: str) -> dict[str, JSON]:
    """The id also stands in the body where that wants it."""
    if not mediatype.is_json(draft.media_type) or len(life.id) > 1:
        return {}
    content = draft.operation.request_contents[draft.media_type]
    needed = {name for leaf, _ in content.field.alternatives for name in leaf.get("required") or ()}
    return {name: value for name in map(str, life.id) if name in needed}
