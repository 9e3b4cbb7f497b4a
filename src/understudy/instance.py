"""Values of a contract's schemas, synthesised: the same for the same schema, key and echo."""

from collections.abc import Mapping
from dataclasses import dataclass

from understudy.contract.components import Components
from understudy.contract.court import Court
from understudy.contract.formats import FORMATS
from understudy.contract.schema import Schema
from understudy.errors import Unsatisfiable
from understudy.synthesise import NOTHING, World, synthesise
from understudy.types import JSON


def instance(schema: Schema, key: bytes, echo: Mapping[str, JSON] = NOTHING, name: str = "") -> JSON:
    """A value with every optional property that fits. Raises Unsatisfiable and DocumentError.

    `echo` holds values of a request that properties of the same name take over where they fit; `name` is what
    the value itself is called.
    """
    schema.check()
    return _world(schema.components).plan(schema.key).instance(key, echo, name)


def small_instance(schema: Schema, key: bytes, name: str = "") -> JSON:
    """A value with only the required properties where that is enough. Raises as `instance` does."""
    schema.check()
    node = schema.node
    if not (isinstance(node, dict) and isinstance(node.get("properties"), dict)):
        return instance(schema, key, name=name)
    required = node.get("required", ())
    kept = {name: node["properties"].get(name, True) for name in required}
    least = {**schema.bundle, **node, "properties": kept, "additionalProperties": False}
    least.pop("$ref", None)
    try:
        value = synthesise(least, key, formats=FORMATS)
    except Unsatisfiable:
        return instance(schema, key, name=name)
    return value if schema.is_valid(value) else instance(schema, key, name=name)


@dataclass(frozen=True, slots=True)
class _Library:
    """The components of a document as a world wants them."""

    components: Components

    def schema(self, key: str) -> JSON:
        return self.components[key].schema

    def defs(self, key: str) -> dict[str, JSON]:
        return self.components.defs(key)

    def validator(self, key: str) -> Court:
        return self.components.courts.of(key)


def _world(components: Components) -> World:
    """The world of a document's components, which is kept with them."""
    found: World | None = components.kept.get(World)
    if found is None:
        found = components.kept.setdefault(World, World(_Library(components), FORMATS))
    return found
