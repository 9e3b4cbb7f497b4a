"""The choices that a schema leaves: `anyOf`, `oneOf`, `not`, `if`, `dependentSchemas`, each as a list of options."""

from collections.abc import Callable, Iterator
from urllib.parse import unquote

from ..types import JSON
from .errors import Contradiction
from .flat import TYPES, Conjunction, Flat, Group
from .resolve import Document, Node
from .same import canonical

Negations = Callable[[Node], Conjunction]
"""The ways in which a value may fail a schema, each a schema; any one will do."""

ANNOTATIONS = frozenset({"title", "description", "$comment", "examples", "example", "default", "deprecated"})
UNDIVIDED = frozenset({"multipleOf", "pattern", "format", "contentEncoding", "uniqueItems"})
"""Keywords whose negation is left to judging what was made."""


def gather(flat: Flat, node: Node, document: Document, negations: Negations) -> None:
    """Adds the choices of one schema object to `flat`. Raises Contradiction for the negation of everything."""
    schema = node.schema
    for keyword in ("anyOf", "oneOf"):
        if keyword in schema:
            options = tuple(_branches(node, keyword, document))
            flat.groups.append(Group((node, keyword, 0), options, f"{node.place}/{keyword}"))
            flat.hard |= keyword == "oneOf"
    if "not" in schema:
        _not(flat, node, document, negations)
    if "if" in schema and ("then" in schema or "else" in schema):
        options = tuple(_outcomes(node, document))
        flat.groups.append(Group((node, "if", 0), options, f"{node.place}/if"))
        flat.hard = True
    for index, name in enumerate(schema.get("dependentSchemas", ())):
        without = document.made({"properties": {name: False}}, node)
        options = ((document.child(node, "dependentSchemas", name),), (without,))
        flat.groups.append(
            Group((node, "dependentSchemas", index), options, f"{node.place}/dependentSchemas")
        )


def _branches(node: Node, keyword: str, document: Document) -> Iterator[Conjunction]:
    """The branches, `null` last; each first as its discriminator names it. Of `oneOf` then each without the others."""
    branches = [document.child(node, keyword, index) for index in range(len(node.schema[keyword]))]
    branches.sort(key=lambda branch: _is_null(branch, document))
    for branch in branches:
        if (label := _label(node, branch, document)) is not None:
            yield branch, document.made(label, node)
        yield (branch,)
    if keyword == "oneOf" and len(branches) > 1:
        for branch in branches:
            others = [{"not": document.quoted(other)} for other in branches if other is not branch]
            yield branch, document.made({"allOf": others}, node)


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


def _label(node: Node, branch: Node, document: Document) -> JSON:
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
    return {"properties": {member: {"const": names[0] if names else _last(reference)}}, "required": [member]}


def _names(target: JSON, reference: str) -> bool:
    return isinstance(target, str) and (
        target == reference or ("#" not in target and _last(target) == _last(reference))
    )


def _last(reference: str) -> str:
    """`Pet` of `#/$defs/~1components~1schemas~1Pet`."""
    return unquote(reference).replace("~1", "/").replace("~0", "~").rpartition("/")[2]


def _outcomes(node: Node, document: Document) -> Iterator[Conjunction]:
    condition = document.child(node, "if")
    then = (document.child(node, "then"),) if "then" in node.schema else ()
    otherwise = (document.child(node, "else"),) if "else" in node.schema else ()
    yield condition, *then
    yield document.made({"not": document.quoted(condition)}, node), *otherwise
    yield *then, *otherwise
    yield ()


def _not(flat: Flat, node: Node, document: Document, negations: Negations) -> None:
    refused = document.child(node, "not")
    schema = refused.schema
    words = set(schema) - ANNOTATIONS if isinstance(schema, dict) else set()
    if schema is True or schema == {}:
        raise Contradiction(f"{node.place}/not", "not: true leaves no value")
    if schema is False:
        return
    if words == {"type"}:
        named = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        kinds = [kind for name in named for kind in TYPES[name]]
        flat.drop(kinds, f"{node.place}/not", f"not type {' or '.join(named)} leaves no type")
        return
    flat.hard = True
    if words in ({"const"}, {"enum"}):
        flat.excluded.update(map(canonical, [schema["const"]] if "const" in schema else schema["enum"]))
    elif not (len(words) == 1 and words <= UNDIVIDED):
        ways = ((), *((way,) for way in negations(refused)))
        flat.groups.append(Group((node, "not", 0), ways, f"{node.place}/not"))
