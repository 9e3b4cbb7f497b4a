"""An OpenAPI 3.0 twin of the LangSmith document, for connexion, which refuses 3.1.

`null` in an anyOf becomes `nullable`, `const` a one-value enum, `prefixItems` a list of what its first
item is, a numeric `exclusiveMinimum` the 3.0 pair; security scheme names lose their spaces and gain the
functions that connexion calls. Everything else stays.
"""

from pathlib import Path
from typing import Any

import yaml

DOCUMENT = Path(__file__).parents[2] / "specs" / "langsmith" / "openapi.yaml"
INFO_FUNCTIONS = {
    "apiKey": {"x-apikeyInfoFunc": "bench.servers.work.api_key_info"},
    "http": {"x-bearerInfoFunc": "bench.servers.work.bearer_info"},
}
NULL = {"type": "string", "nullable": True, "enum": [None]}
"""Null and nothing else, in 3.0 words."""


def twin() -> dict[str, Any]:
    """The document as connexion takes it."""
    with DOCUMENT.open("rb") as stream:
        document: dict[str, Any] = downgrade(yaml.load(stream, Loader=yaml.CSafeLoader))
    document["openapi"] = "3.0.3"
    components = document["components"]
    components["securitySchemes"] = {
        spaceless(name): {**scheme, **INFO_FUNCTIONS[scheme["type"]]}
        for name, scheme in components["securitySchemes"].items()
    }
    operation = document["paths"]["/api/v1/runs/rules/validate"]["post"]
    operation["security"] = [
        {spaceless(name): scopes for name, scopes in alternative.items()}
        for alternative in operation["security"]
    ]
    return document


def spaceless(name: str) -> str:
    """3.0 allows no space in the name of a component."""
    return name.replace(" ", "")


def downgrade(node: Any) -> Any:
    """The same tree in the 3.0 dialect."""
    if isinstance(node, list):
        return [downgrade(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: downgrade(value) for key, value in node.items()}
    return without_null(without_31_keywords(node))


def without_31_keywords(node: dict[str, Any]) -> dict[str, Any]:
    """`node` with `const`, `prefixItems` and a numeric `exclusiveMinimum` put in 3.0 words."""
    if isinstance(node.get("const"), str):
        node["enum"] = [node.pop("const")]
    if isinstance(node.get("prefixItems"), list):
        node["items"] = node.pop("prefixItems")[0]
    if isinstance(node.get("exclusiveMinimum"), int):
        node |= {"minimum": node["exclusiveMinimum"], "exclusiveMinimum": True}
    return node


def without_null(node: dict[str, Any]) -> dict[str, Any]:
    """`node` with `anyOf: [X, null]` put as X or null in 3.0 words."""
    branches = node.get("anyOf")
    if not isinstance(branches, list) or {"type": "null"} not in branches:
        return node
    others = [branch for branch in branches if branch != {"type": "null"}]
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    if len(others) == 1 and "$ref" not in others[0]:
        return {**rest, **others[0], "nullable": True}
    return {**rest, "anyOf": [*others, NULL]}
