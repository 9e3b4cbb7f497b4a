"""The choices that a schema leaves, as options: `anyOf`, `oneOf`, `not`, `if`, `dependentSchemas`."""

from collections.abc import Iterator
from urllib.parse import unquote

from understudy.types import JSON

from .errors import Contradiction
from .flat import TYPES, Conjunction, Flat, Group
from .negate import negations
from .resolve import Document, Node
from .same import canonical

ANNOTATIONS = frozenset({"title", "description", "$comment", "examples", "example", "default", "deprecated"})
UNDIVIDED = frozenset({"type", "const", "enum", "multipleOf", "pattern", "format", "contentEncoding"})
"""Keywords whose negation alone is no choice."""


class Choices:
    """The choices of each schema object of a document, worked out once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._groups: dict[Node, tuple[Group, ...]] = {}
        self._refusals: dict[Node, Node] = {}

    def of(self, node: Node) -> tuple[Group, ...]:
        found = self._groups.get(node)
        if found is None:
            found = self._groups.setdefault(node, tuple(self._gathered(node)))
        return found

    def refusal(self, node: Node) -> Node:
        """The schema that says that `node` does not hold."""
        found = self._refusals.get(node)
        if found is None:
            made = self._document.made({"not": self._document.quoted(node)}, node)
            found = self._refusals.setdefault(node, made)
        return found

    def _gathered(self, node: Node) -> Iterator[Group]:
        schema, document, place = node.schema, self._document, node.place
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                yield self._branches(node, keyword)
        if "not" in schema and _divided(schema["not"]):
            ways = tuple((way,) for way in negations(document, document.child(node, "not")))
            yield Group((node, "not", 0), f"{place}/not", ((),), ways)
        if "if" in schema and ("then" in schema or "else" in schema):
            yield self._condition(node)
        for index, name in enumerate(schema.get("dependentSchemas", ())):
            without = document.made({"properties": {name: False}}, node)
            options = ((document.child(node, "dependentSchemas", name),), (without,))
            yield Group((node, "dependentSchemas", index), f"{place}/dependentSchemas", options)

    def _branches(self, node: Node, keyword: str) -> Group:
        """The branches, `null` last, as a discriminator names them; of `oneOf` then without the others."""
        document = self._document
        branches = [document.child(node, keyword, index) for index in range(len(node.schema[keyword]))]
        branches.sort(key=lambda branch: _is_null(branch, document))
        options: list[Conjunction] = []
        for branch in branches:
            if (label := _label(node, branch)) is not None:
                options.append((branch, document.made(label, node)))
            options.append((branch,))
        alone: list[Conjunction] = []
        if keyword == "oneOf":
            refused = [{"not": document.quoted(branch)} for branch in branches]
            for index, branch in enumerate(branches):
                others = refused[:index] + refused[index + 1 :]
                alone.append((branch, document.made({"allOf": others}, node)) if others else (branch,))
        return Group((node, keyword, 0), f"{node.place}/{keyword}", tuple(options), tuple(alone))

    def _condition(self, node: Node) -> Group:
        condition = self._document.child(node, "if")
        then = (self._document.child(node, "then"),) if "then" in node.schema else ()
        otherwise = (self._document.child(node, "else"),) if "else" in node.schema else ()
        options = ((condition, *then), (self.refusal(condition), *otherwise))
        return Group((node, "if", 0), f"{node.place}/if", options, ((*then, *otherwise), ()))


def refuse(flat: Flat, node: Node) -> None:
    """What a `not` says outright: a type or a value less. Raises Contradiction if it negates everything."""
    refused = node.schema["not"]
    flat.hard |= refused is not False
    if refused is True or refused == {}:
        raise Contradiction(f"{node.place}/not", "not: true leaves no value")
    if not isinstance(refused, dict) or len(words := set(refused) - ANNOTATIONS) != 1:
        return
    if "type" in words:
        named = [refused["type"]] if isinstance(refused["type"], str) else refused["type"]
        kinds = [kind for name in named for kind in TYPES[name]]
        flat.drop(kinds, f"{node.place}/not", f"not type {' or '.join(named)} leaves no type")
    elif "const" in words or "enum" in words:
        flat.excluded.update(map(canonical, [refused["const"]] if "const" in refused else refused["enum"]))


def _divided(refused: JSON) -> bool:
    """Whether the negation of `refused` is looked for; else it is `refuse`d outright or left to judging."""
    if not isinstance(refused, dict):
        return False
    words = set(refused) - ANNOTATIONS
    return len(words) > 1 or not words <= UNDIVIDED


def _is_null(node: Node, document: Document) -> bool:
    for _ in range(10):
        schema = node.schema
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        try:
            node = document.follow(node, schema["$ref"])
        except Contradiction:
            return False
    if not isinstance(schema := node.schema, dict):
        return False
    return (
        schema.get("type") in ("null", ["null"])
        or schema.get("const", 0) is None
        or schema.get("enum") == [None]
    )


def _label(node: Node, branch: Node) -> JSON:
    """What an OpenAPI `discriminator` beside the branches asks of a value of `branch`."""
    discriminator = node.schema.get("discriminator")
    reference = branch.schema.get("$ref") if isinstance(branch.schema, dict) else None
    if not isinstance(discriminator, dict) or not isinstance(reference, str):
        return None
    member = discriminator.get("propertyName")
    if not isinstance(member, str):
        return None
    mapping = discriminator.get("mapping")
    names = (
        [name for name, target in mapping.items() if _names(target, reference)]
        if isinstance(mapping, dict)
        else []
    )
    name = names[0] if names else _plain(reference).rpartition("/")[2]
    return {"properties": {member: {"const": name}}, "required": [member]}


def _names(target: JSON, reference: str) -> bool:
    """Whether a mapping's value, a reference or the bare name of a component, names what `reference` does."""
    return isinstance(target, str) and f"/{_plain(reference)}".endswith("/" + _plain(target).lstrip("#/"))


def _plain(reference: str) -> str:
    """`#/$defs//components/schemas/Pet` of `#/$defs/~1components~1schemas~1Pet`."""
    return unquote(reference).replace("~1", "/").replace("~0", "~")
