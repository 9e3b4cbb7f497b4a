"""Frozen values to JSON and back, by their declared types."""

import base64
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from understudy.types import JSON


def encode(value: Any) -> JSON:
    """A dataclass as an object, a tuple as an array, bytes as `{"text": ...}` or `{"base64": ...}`."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, bytes):
        return _encoded(value)
    return dict(value) if isinstance(value, Mapping) else value


def _encoded(value: bytes) -> JSON:
    try:
        return {"text": value.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def decode(kind: Any, value: JSON) -> Any:
    """The value of a type that `encode` told; `value` is known to have its shape."""
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{field.name: decode(hints[field.name], value[field.name]) for field in fields(kind)})
    if kind is bytes:
        return value["text"].encode() if "text" in value else base64.b64decode(value["base64"])
    if get_origin(kind) is tuple:
        return _decoded_items(get_args(kind), value)
    if get_origin(kind) in (Union, UnionType):
        return decode(_fitting(get_args(kind), value), value)
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _decoded_items(kinds: tuple[Any, ...], value: JSON) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(decode(kinds[0], item) for item in value)
    return tuple(decode(kind, item) for kind, item in zip(kinds, value, strict=True))


def _fitting(kinds: tuple[Any, ...], value: JSON) -> Any:
    """The member of a union that a value has the fields of; plain JSON is left as it is."""
    for kind in kinds:
        if is_dataclass(kind) and isinstance(value, dict) and set(value) == {f.name for f in fields(kind)}:
            return kind
    return Any
