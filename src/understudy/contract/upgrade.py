"""Schema objects of OpenAPI 2.0 and 3.0 in the terms of JSON Schema 2020-12, one object at a time."""

from understudy.types import JSON

_BOUNDS = (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))


def upgrade(schema: dict[str, JSON]) -> dict[str, JSON]:
    """The 3.0 schema object in 2020-12 terms; its subschemas are left as they are."""
    if isinstance(schema.get("$ref"), str):
        return {"$ref": schema["$ref"]}  # 3.0: the siblings of a $ref are ignored
    upgraded = dict(schema)
    for bound, exclusive in _BOUNDS:
        _upgrade_bound(upgraded, bound, exclusive)
    if upgraded.get("type") == "file":  # 2.0
        upgraded |= {"type": "string", "format": "binary"}
    if True in (upgraded.pop("nullable", False), upgraded.pop("x-nullable", False)):
        _allow_null(upgraded)
    if "example" in upgraded:
        upgraded.setdefault("examples", [upgraded.pop("example")])
    return upgraded


def _upgrade_bound(schema: dict[str, JSON], bound: str, exclusive: str) -> None:
    if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
        schema[exclusive] = schema.pop(bound)


def _allow_null(schema: dict[str, JSON]) -> None:
    """`nullable` counts only beside a `type` (OpenAPI 3.0.3); an `enum` must take null too."""
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
