"""The one place where jsonschema-rs is asked: is this a schema, is this value one of its instances."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NoReturn, Protocol

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


class Validator(Protocol):
    """What is asked of a compiled schema."""

    def is_valid(self, instance: JSON) -> bool:
        """Whether a value is an instance."""

    def iter_errors(self, instance: JSON) -> Iterator[jsonschema_rs.ValidationError]:
        """Why it is none."""


class Judge:
    """Compiled validators of schemas, each compiled on first use."""

    def __init__(self, formats: Formats) -> None:
        self.formats = {"uuid4": is_uuid4, **formats}
        self._compiled: dict[Node, Draft202012Validator] = {}

    def explain(self, node: Node, value: JSON) -> tuple[str, str] | None:
        """Why a schema refuses `value`: place and message of the first violation."""
        validator = self.validator(node)
        if validator.is_valid(value):
            return None
        first = next(iter(validator.iter_errors(value)))
        return _pointer(first.schema_path), first.message

    def accepts(self, nodes: Iterable[Node], value: JSON) -> bool:
        return all(self.validator(node).is_valid(value) for node in nodes)

    def objection(self, nodes: Iterable[Node], value: JSON) -> Contradiction | None:
        """The first reason why one of `nodes` refuses `value`."""
        for node in nodes:
            for error in self.validator(node).iter_errors(value):
                return Contradiction(node.place, error.message)
        return None

    def validator(self, node: Node) -> Validator:
        found = self._compiled.get(node)
        if found is None:
            found = self._compiled[node] = self.compile(node)
        return found

    def compile(self, node: Node) -> Draft202012Validator:
        """A validator of one schema, with what it refers to."""
        raise NotImplementedError


class OwnJudge(Judge):
    """Judges by one schema that holds all it refers to, and by its parts."""

    def __init__(self, root: JSON, formats: Formats) -> None:
        """Raises Unsatisfiable when `root` is no schema, or refers to what it does not hold."""
        super().__init__(formats)
        self._root = root
        self._whole = self._checked(root)
        self._registry: Registry | None = None

    def compile(self, node: Node) -> Draft202012Validator:
        if node.schema is self._root:
            return self._whole
        if self._registry is None:
            self._registry = Registry([(ROOT, self._root)], retriever=refuse)
        schema = node.schema if node.made or isinstance(node.schema, bool) else {"$ref": node.uri}
        return compiled(schema, self.formats, registry=self._registry)

    def _checked(self, root: JSON) -> Draft202012Validator:
        try:
            return compiled(root, self.formats, retriever=refuse, base_uri=ROOT)
        except jsonschema_rs.ValidationError as error:
            if error.kind.name == "$ref":
                raise _lost(root, error) from None
            raise Unsatisfiable(_pointer(error.instance_path), f"not a schema: {error.message}") from None
        except (ValueError, TypeError) as error:  # too deep, lone surrogates, names that are not strings
            raise Unsatisfiable("", f"not a schema: {error}") from None


def compiled(schema: JSON, formats: Formats, **options: Any) -> Draft202012Validator:
    return Draft202012Validator(
        schema, validate_formats=True, formats=dict(formats), pattern_options=BACKTRACKING, **options
    )


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
