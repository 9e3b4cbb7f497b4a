"""What pydantic calls a schema: its type, its format, its tag as a branch of a union."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from understudy.serve.fastapi.sentences import BOUNDS
from understudy.types import JSON


class Format(NamedTuple):
    type: str
    parsing: str
    tag: str


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        **dict.fromkeys(
            ("uuid", "uuid1", "uuid3", "uuid4", "uuid5"), Format("uuid_type", "uuid_parsing", "uuid")
        ),
        "date-time": Format("datetime_type", "datetime_from_date_parsing", "datetime"),
        "date": Format("date_type", "date_from_datetime_parsing", "date"),
        "time": Format("time_type", "time_parsing", "time"),
        "duration": Format("time_delta_type", "time_delta_parsing", "timedelta"),
        "uri": Format("url_type", "url_parsing", "url"),
    }
)
_TAGS: Mapping[str, str] = MappingProxyType(
    {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
)


def type_name(schema: JSON) -> str:
    """The type that a schema asks for; of several the first that is not null."""
    declared = schema.get("type", "") if isinstance(schema, dict) else ""
    names = declared if isinstance(declared, list) else [declared]
    return next((name for name in names if name != "null"), "null")


def tag(schema: JSON) -> str:
    """What pydantic calls a branch of a union in a `loc`."""
    if not isinstance(schema, dict):
        return "any"
    if "$ref" in schema:  # FastAPI tells a model's input and output apart by a suffix
        return unquote(re.split("/|~1", schema["$ref"])[-1]).removesuffix("-Input").removesuffix("-Output")
    words = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if words:
        return f"literal[{','.join(map(repr, words))}]"
    return _compound_tag(schema) or _plain_tag(schema)


def _compound_tag(schema: Mapping[str, JSON]) -> str:
    if "anyOf" in schema:
        return f"union[{','.join(map(tag, schema['anyOf']))}]"
    if "prefixItems" in schema:
        return f"tuple[{', '.join(map(tag, schema['prefixItems']))}]"
    if schema.get("type") == "array":
        return f"list[{tag(schema.get('items'))}]"
    if schema.get("type") == "object":
        return str(schema.get("title") or f"dict[str,{tag(schema.get('additionalProperties'))}]")
    return ""


def _plain_tag(schema: Mapping[str, JSON]) -> str:
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]].tag
    name = _TAGS.get(type_name(schema), "any")
    return f"constrained-{name}" if name != "bool" and BOUNDS.keys() & schema else name
