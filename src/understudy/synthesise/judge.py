"""The one place where jsonschema-rs is asked: is this a schema, is this value one of its instances."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NoReturn

import jsonschema_rs
from jsonschema_rs import Draft202012Validator, Registry

from understudy.errors import Unsatisfiable
from understudy.types import JSON

from .errors import Contradiction
from .formats import is_uuid4
from .resolve import REMOTE, ROOT, Document, Node

Formats = Mapping[str, Callable[[str], bool]]

BACKTRACKING = jsonschema_rs.FancyRegexOptions(backtrack_limit=50_000)


def refuse(uri: str) -> NoReturn:
    """The retriever given to jsonschema-rs, whose own one would fetch."""
    raise ValueError(REMOTE + uri)


class Judge:
    """Compiled validators of a schema and of its parts, each compiled on first use."""

    def __init__(self, root: JSON, formats: Formats) -> None:
        """Raises Unsatisfiable when `root` is no schema, or refers to what it does not hold."""
        self._formats = {"uuid4": is_uuid4, **formats}
        self._root = root
        self._whole = self._checked(root)
        self._registry: Registry | None = None
        self._compiled: dict[Node, Draft202012Validator] = {}

    def explain(self, value: JSON) -> tuple[str, str] | None:
        """Why the whole schema refuses `value`: place and message of the first violation."""
        if self._whole.is_valid(value):
            return None
        first = next(iter(self._whole.iter_errors(value)))
        return _pointer(first.schema_path), first.message

    def accepts(self, nodes: Iterable[Node], value: JSON) -> bool:
        return all(self._validator(node).is_valid(value) for node in nodes)

    def objection(self, nodes: Iterable[Node], value: JSON) -> Contradiction | None:
        """The first reason why one of `nodes` refuses `value`."""
        for node in nodes:
            for error in self._validator(node).iter_errors(value):
                return Contradiction(node.place, error.message)
        return None

    def _validator(self, node: Node) -> Draft202012Validator:
        found = self._compiled.get(node)
        if found is None:
            schema = node.schema if node.made or isinstance(node.schema, bool) else {"$ref": node.uri}
            found = self._compiled[node] = self._compile(schema, registry=self._shared())
        return found

    def _shared(self) -> Registry:
        if self._registry is None:
            self._registry = Registry([(ROOT, self._root)], retriever=refuse)
        return self._registry

    def _compile(self, schema: JSON, registry: Registry | None = None) -> Draft202012Validator:
        return Draft202012Validator(
            schema,
            validate_formats=True,
            formats=self._formats,
            registry=registry,
            retriever=None if registry else refuse,
            base_uri=None if registry else ROOT,
            pattern_options=BACKTRACKING,
        )

    def _checked(self, root: JSON) -> Draft202012Validator:
        try:
            return self._compile(root)
        except jsonschema_rs.ValidationError as error:
            if error.kind.name == "$ref":
                raise _lost(root, error) from None
            raise Unsatisfiable(_pointer(error.instance_path), f"not a schema: {error.message}") from None
        except (ValueError, TypeError) as error:  # too deep, lone surrogates, names that are not strings
            raise Unsatisfiable("", f"not a schema: {error}") from None


@lru_cache(maxsize=4096)
def matcher(pattern: str) -> Callable[[JSON], bool]:
    """The search for `pattern`, by the same engine that judges the result."""
    return Draft202012Validator({"pattern": pattern}, pattern_options=BACKTRACKING).is_valid


def _lost(root: JSON, error: jsonschema_rs.ValidationError) -> Unsatisfiable:
    for lost in Document(root).lost_references():
        return Unsatisfiable(lost.place, lost.reason)
    return Unsatisfiable("", error.message)


def _pointer(path: Iterable[str | int]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
