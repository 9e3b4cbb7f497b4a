"""Where schemas stand and where their references lead: `$id`, `$anchor`, `$dynamicAnchor`, JSON pointers."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urldefrag, urljoin

from understudy.types import JSON

from .errors import Contradiction

ROOT = "https://understudy.invalid/schema"
"""Base URI of a schema that has no `$id`; never fetched (`.invalid` is reserved by RFC 2606)."""

ONE = (
    "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not", "propertyNames",
    "then", "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("$defs", "definitions", "dependentSchemas", "patternProperties", "properties")
FRAGMENT = "/~!$&'()*+,;=:@"
"""What may stand in the fragment of a URI as it is (RFC 3986, besides letters, digits and `-._?`)."""

REMOTE = "remote references are not followed: "


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One schema and where it stands: `pointer` in the resource `base`, `place` in the whole schema.

    `scope` holds the resources entered on the way, outermost first, where `$dynamicRef` is used.
    `made` marks a schema of our own making (a negation, a hint), which stands in no resource.
    """

    schema: JSON
    base: str
    pointer: str
    place: str
    scope: tuple[str, ...] = ()
    made: bool = False

    @property
    def uri(self) -> str:
        return f"{self.base}#{quote(self.pointer, safe=FRAGMENT)}"


class Document:
    """One self-contained schema and the index of what its references may name."""

    def __init__(self, root: JSON, *, named: bool = True, local: bool = False) -> None:
        """`named` is False where nothing in `root` has an `$id` or an anchor; that saves a walk.

        `local`: schemas of our own making refer to those of the document by pointers alone.
        """
        self._local = local
        self._nodes: dict[tuple[str, str, tuple[str, ...]], Node] = {}
        self._children: dict[tuple[Node, str, str | int | None], Node] = {}
        self._resources: dict[str, Node] = {}
        self._anchors: dict[tuple[str, str], Node] = {}
        self._dynamic: set[tuple[str, str]] = set()
        self.has_dynamic = False
        base = _base(ROOT, root)
        self.root = Node(root, base, "", "")
        self._resources[ROOT] = self.root
        if named:
            self._index()
        self.root = self._scoped(self.root, ())

    def child(self, node: Node, keyword: str, step: str | int | None = None) -> Node:
        """The schema under `keyword` (of the member or index `step`), the same object each time."""
        key = (node, keyword, step)
        found = self._children.get(key)
        if found is None:
            made = self._descend(node, [keyword] if step is None else [keyword, step])
            found = self._children.setdefault(key, made)
        return found

    def made(self, schema: JSON, origin: Node) -> Node:
        """A schema of our own; what it says of the document's schemas it says by `Node.uri`."""
        return Node(schema, origin.base, origin.pointer, origin.place, origin.scope, made=True)

    def quoted(self, node: Node) -> JSON:
        """`node` as it may be written inside a schema of our own making."""
        if node.made or isinstance(node.schema, bool):
            return node.schema
        return {"$ref": node.uri.removeprefix(ROOT) if self._local else node.uri}

    def follow(self, node: Node, reference: str) -> Node:
        """The target of a `$ref`. Raises Contradiction where it leads nowhere or away."""
        base, fragment = self._split(node, reference)
        resource = self._resources.get(base)
        if resource is None:
            raise Contradiction(f"{node.place}/$ref", REMOTE + reference)
        if fragment and not fragment.startswith("/"):
            target = self._anchors.get((base, fragment))
            if target is None:
                raise Contradiction(f"{node.place}/$ref", f"no anchor {reference}")
        else:
            target = self._point(resource, fragment, f"{node.place}/$ref", reference)
        return self._scoped(target, node.scope)

    def follow_dynamic(self, node: Node, reference: str) -> Node:
        """The target of a `$dynamicRef`: the outermost resource in scope that has the anchor wins."""
        target = self.follow(node, reference)
        fragment = self._split(node, reference)[1]
        if (target.base, fragment) not in self._dynamic:
            return target
        for base in node.scope:
            if (base, fragment) in self._dynamic:
                return self._scoped(self._anchors[base, fragment], node.scope)
        return target

    def lost_references(self) -> Iterator[Contradiction]:
        """Every reference that leads nowhere or away, with where it stands."""
        for node in self._walk():
            for keyword in ("$ref", "$dynamicRef"):
                reference = node.schema.get(keyword)
                if isinstance(reference, str):
                    try:
                        self.follow(node, reference)
                    except Contradiction as lost:
                        yield lost

    def _index(self) -> None:
        for node in self._walk():
            if node.pointer == "":
                self._resources.setdefault(node.base, node)
            for keyword in ("$anchor", "$dynamicAnchor"):
                if isinstance(name := node.schema.get(keyword), str):
                    self._anchors[node.base, name] = node
            if isinstance(name := node.schema.get("$dynamicAnchor"), str):
                self._dynamic.add((node.base, name))
            self.has_dynamic |= "$dynamicRef" in node.schema

    def _walk(self) -> Iterator[Node]:
        stack = [self.root]
        while stack:
            node = stack.pop()
            if isinstance(node.schema, dict):
                yield node
                stack.extend(self._subschemas(node))

    def _subschemas(self, node: Node) -> Iterator[Node]:
        schema = node.schema
        for keyword in ONE:
            if keyword in schema:
                yield self._descend(node, [keyword])
        for keyword in SEVERAL:
            if isinstance(members := schema.get(keyword), list):
                yield from (self._descend(node, [keyword, index]) for index in range(len(members)))
        for keyword in NAMED:
            if isinstance(members := schema.get(keyword), dict):
                yield from (self._descend(node, [keyword, name]) for name in members)

    def _descend(self, node: Node, steps: list[str | int]) -> Node:
        schema, base, pointer, place = node.schema, node.base, node.pointer, node.place
        for step in steps:
            schema = schema[step]
            token = str(step).replace("~", "~0").replace("/", "~1")
            pointer, place = f"{pointer}/{token}", f"{place}/{token}"
            if not node.made and isinstance(schema, dict) and isinstance(schema.get("$id"), str):
                base, pointer = _base(base, schema), ""
        if node.made:
            return Node(schema, base, node.pointer, node.place, node.scope, made=True)
        return self._scoped(Node(schema, base, pointer, place), node.scope)

    def _scoped(self, node: Node, scope: tuple[str, ...]) -> Node:
        """The one Node of its place; with the way that led here where that matters."""
        if not self.has_dynamic:
            scope = ()
        elif node.base not in scope:
            scope = (*scope, node.base)
        key = (node.base, node.pointer, scope)
        found = self._nodes.get(key)
        if found is None:
            made = Node(node.schema, node.base, node.pointer, node.place, scope)
            found = self._nodes.setdefault(key, made)  # one object, whichever thread comes first
        return found

    def _split(self, node: Node, reference: str) -> tuple[str, str]:
        if reference.startswith("#"):
            return node.base, unquote(reference[1:])
        base, fragment = urldefrag(_join(node.base, reference))
        return base, unquote(fragment)

    def _point(self, resource: Node, pointer: str, place: str, reference: str) -> Node:
        steps: list[str | int] = []
        schema = resource.schema
        for token in pointer.split("/")[1:]:
            step: str | int = token.replace("~1", "/").replace("~0", "~")
            if isinstance(schema, list) and token.isascii() and token.isdigit():
                step = int(token)
            try:
                schema = schema[step]
            except (KeyError, IndexError, TypeError):
                raise Contradiction(place, f"nothing stands at {reference}") from None
            steps.append(step)
        return self._descend(resource, steps) if steps else resource


def _base(base: str, schema: JSON) -> str:
    own = schema.get("$id") if isinstance(schema, dict) else None
    return urldefrag(_join(base, own))[0] if isinstance(own, str) else base


def _join(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:  # such as an unbalanced bracket in the host
        return reference
