"""Objects and lists written with brackets: `filter[size][min]=1`, `items[0][price]=a`, `expand[]=b`."""

import re
from collections.abc import Mapping, Sequence
from typing import Union

from understudy.contract.fields import Field
from understudy.types import JSON

MAX_DEPTH = 16

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_INDEX = re.compile(r"[0-9]{0,6}")

Tree = dict[str, Union["Tree", list[str]]]
"""What stands in the brackets, one within the other; at the end the texts that were sent."""


def read_deep(name: str, sent: Mapping[str, Sequence[str]], field: Field) -> JSON:
    """The value of the parameter whose keys are `name[...]`, nested as its schema says."""
    tree: Tree = {}
    for key, texts in sent.items():
        _put(tree, _BRACKETS.findall(key[len(name) :])[:MAX_DEPTH], texts)
    return _shaped(tree, field)


def _put(tree: Tree, path: Sequence[str], texts: Sequence[str]) -> None:
    for token in path[:-1]:
        below = tree.get(token)
        if not isinstance(below, dict):
            below = tree[token] = {}
        tree = below
    for token in path[-1:]:
        known = tree.get(token)
        tree[token] = [*known, *texts] if isinstance(known, list) else list(texts)


def _shaped(tree: Tree, field: Field) -> JSON:
    """A list where the schema takes one and the keys number it, else an object."""
    if "array" in field.types and all(map(_INDEX.fullmatch, tree)):
        return _listed(tree, field.items)
    return {name: _value(tree[name], field.member(name)) for name in tree}


def _listed(tree: Tree, items: Field) -> list[JSON]:
    """The items in the order of their numbers; those without one (`a[]`) come last."""
    listed: list[JSON] = []
    for key in sorted(tree, key=lambda key: (key == "", int(key or 0))):
        below = tree[key]
        listed += [_shaped(below, items)] if isinstance(below, dict) else map(items.read, below)
    return listed


def _value(below: Tree | list[str], field: Field) -> JSON:
    return _shaped(below, field) if isinstance(below, dict) else field.read_all(below)
