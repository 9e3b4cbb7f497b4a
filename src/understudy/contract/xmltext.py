"""XML bodies as data and back, by the schema and its `xml` objects (OpenAPI 3.1, section 4.8.26).

Elements and attributes are told apart by their local names, whatever their prefix. No entity is expanded.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from xml.parsers.expat import ExpatError

import xmltodict

from understudy.contract import pointer
from understudy.contract.fields import Field
from understudy.types import JSON

MAX_DEPTH = 100
MAX_TAGS = 200_000
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME = re.compile(r"[A-Za-z_][\w.-]*")

_Node = Any
"""An element as xmltodict has it: None, its text, or a dict of `@attribute`, `#text` and children; a list of
these where it stands several times."""


class XmlError(ValueError):
    """The text is no XML as read here, or a value cannot be written in it."""


# --- reading -----------------------------------------------------------------------------------------------


def loads(raw: bytes, field: Field) -> JSON:
    """The value that a document stands for. Raises XmlError."""
    if raw.count(b"<") > MAX_TAGS:
        raise XmlError(f"more than {MAX_TAGS} tags")
    try:
        tree = xmltodict.parse(raw, disable_entities=True, strip_whitespace=False)
    except (ExpatError, ValueError, LookupError) as error:
        raise XmlError(f"not XML: {error}") from None
    if _depth(tree) > MAX_DEPTH:
        raise XmlError(f"nested deeper than {MAX_DEPTH} elements")
    [root] = tree.values()
    return _read(root, field)


def _depth(tree: _Node) -> int:
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [
            inner
            for node in level
            for inner in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
        ]
    return depth


def _read(node: _Node, field: Field) -> JSON:
    """The value of one element, or of several of one name."""
    if isinstance(node, list):
        items = field.items if "array" in field.types else field
        return [_read(one, items) for one in node]
    children = _children(node)
    if children.get("@nil") == "true":
        return None
    if "array" in field.types:
        return _listed(children, field)
    if "object" in field.types or _has_members(field):
        return _object(children, field)
    if any(not name.startswith(("@", "#")) for name in children):
        return {name: _read(inner, field.member(name)) for name, inner in children.items()}
    return field.read(_text(node))


def _children(node: _Node) -> dict[str, _Node]:
    """Attributes and elements by local name; what stands under two prefixes together."""
    found: dict[str, _Node] = {}
    for name, inner in node.items() if isinstance(node, dict) else ():
        if name.startswith("@xmlns") or (name == "#text" and not inner.strip()):
            continue
        mark = "@" if name.startswith("@") else ""
        local = mark + name.removeprefix("@").rpartition(":")[2]
        found[local] = inner if local not in found else [*_several(found[local]), *_several(inner)]
    return found


def _several(node: _Node) -> list[_Node]:
    return node if isinstance(node, list) else [node]


def _text(node: _Node) -> str:
    if isinstance(node, dict):
        return str(node.get("#text", ""))
    return "" if node is None else str(node)


def _listed(children: Mapping[str, _Node], field: Field) -> list[JSON]:
    """The items inside of one element."""
    nodes = [one for inner in children.values() for one in _several(inner)]
    return [_read(one, field.items) for one in nodes]


def _object(children: dict[str, _Node], field: Field) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    wrapped = _wrapped(field)
    for name in _properties(field):
        member = field.member(name)
        key = _name(name, member) if name in wrapped else _key(name, member)
        if key in children:
            found[name] = _member(children.pop(key), member, name in wrapped)
    extra = {name: inner for name, inner in children.items() if not name.startswith("#")}
    return found | {name.lstrip("@"): _read(inner, field.member(name)) for name, inner in extra.items()}


def _member(node: _Node, member: Field, wrapped: bool) -> JSON:
    if "array" in member.types and not wrapped:
        return [_read(one, member.items) for one in _several(node)]
    return _read(node, member)


# --- the xml object ----------------------------------------------------------------------------------------


def _xml(field: Field) -> Mapping[str, JSON]:
    found = (leaf["xml"] for leaf, _ in field.alternatives if isinstance(leaf.get("xml"), dict))
    return next(found, {})


def _properties(field: Field) -> list[str]:
    leaves = [leaf.get("properties") or {} for leaf, _ in field.alternatives]
    return list(dict.fromkeys(name for properties in leaves for name in properties))


def _has_members(field: Field) -> bool:
    return not field.types and bool(_properties(field))


def _is_attribute(field: Field) -> bool:
    """Whether it is declared as an attribute; what has parts cannot be one."""
    xml = _xml(field)
    declared = xml.get("attribute") is True or xml.get("nodeType") == "attribute"
    return declared and not field.types & {"object", "array"}


def _is_wrapped(field: Field) -> bool:
    xml = _xml(field)
    return xml.get("wrapped") is True or xml.get("nodeType") == "element"


def _wrapped(field: Field) -> frozenset[str]:
    """The properties of an object whose items stand in an element of their own.

    Besides those that are declared so: lists whose items would stand under the name of another property,
    and could not be told from it.
    """
    members = {name: field.member(name) for name in _properties(field)}
    taken = Counter(_key(name, member) for name, member in members.items())
    return frozenset(
        name
        for name, member in members.items()
        if _is_wrapped(member) or ("array" in member.types and taken[_key(name, member)] > 1)
    )


def _name(name: str, field: Field) -> str:
    """The name of an element or attribute, less a prefix that nothing declares."""
    return str(_xml(field).get("name") or name).rpartition(":")[2]


def _item_name(name: str, field: Field) -> str:
    """The name of the items of a list: their own, else that of the list where it is wrapped."""
    return _name(_name(name, field) if _is_wrapped(field) else name, field.items)


def _key(name: str, field: Field) -> str:
    """Under which key a property stands in its parent, its prefix left out."""
    if _is_attribute(field):
        return "@" + _name(name, field)
    if _xml(field).get("nodeType") in ("text", "cdata"):
        return "#text"
    if "array" in field.types and not _is_wrapped(field):
        return _item_name(name, field)
    return _name(name, field)


# --- writing -----------------------------------------------------------------------------------------------


def dumps(value: JSON, field: Field) -> bytes:
    """A value as a document. Raises XmlError where a name cannot be that of an element."""
    name = _root_name(field)
    prefix, declared = _namespace(field)
    if isinstance(value, list):
        node: _Node = {**declared, _element(_item_name(name, field), field.items): _items(value, field)}
        name = name if _xml(field).get("name") else f"{name}s"
    else:
        node = _written(value, field)
    text = xmltodict.unparse({prefix + _named(name): node}, full_document=True)
    return text.encode()


def _root_name(field: Field) -> str:
    """The declared name, else that of the component."""
    inner = field.items if "array" in field.types and not _xml(field).get("name") else field
    places = [pointer.tokens(pointer.split(place)[1]) for _, place in inner.alternatives]
    named = (tokens[-1] for tokens in places if len(tokens) > 1 and tokens[-2] in ("schemas", "definitions"))
    return _name(next(named, "root"), inner)


def _written(value: JSON, field: Field) -> _Node:
    """What stands inside the element of a value."""
    _, declared = _namespace(field)
    if value is None:
        return {"@xmlns:xsi": _XSI, "@xsi:nil": "true"}
    if isinstance(value, dict):
        return {**declared, **dict(_members(value, field))}
    if isinstance(value, list):
        name = _name("item", field.items)
        return {**declared, _element(name, field.items): _items(value, field)}
    return {**declared, "#text": _scalar(value)} if declared else _scalar(value)


def _members(value: Mapping[str, JSON], field: Field) -> Iterator[tuple[str, _Node]]:
    wrapped = _wrapped(field)
    for name, item in value.items():
        member = field.member(name)
        if _is_attribute(member):
            yield from _namespace(member)[1].items()
            if item is not None:
                yield "@" + _element(_name(name, member), member), _scalar(item)
        elif _key(name, member) == "#text":
            yield "#text", _scalar(item)
        elif not isinstance(item, list):
            yield _element(_name(name, member), member), _written(item, member)
        elif name in wrapped or _is_wrapped(member):
            inner = {_element(_item_name(name, member), member.items): _items(item, member)}
            yield _element(_name(name, member), member), _namespace(member)[1] | inner
        elif item:
            yield _element(_item_name(name, member), member.items), _items(item, member)


def _items(values: list[JSON], field: Field) -> list[_Node]:
    return [_written(value, field.items) for value in values]


def _element(name: str, field: Field) -> str:
    return _namespace(field)[0] + _named(name)


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise XmlError(f"{name[:100]!r} is no name of an element")
    return name


def _namespace(field: Field) -> tuple[str, dict[str, str]]:
    """The prefix of an element, and the attribute that says what it means."""
    xml = _xml(field)
    prefix, namespace = str(xml.get("prefix") or ""), xml.get("namespace")
    if not isinstance(namespace, str):
        return f"{prefix}:" if prefix else "", {}
    return f"{prefix}:" if prefix else "", {f"@xmlns:{prefix}" if prefix else "@xmlns": namespace}


def _scalar(value: JSON) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NO_TEXT.sub("", str(value))
