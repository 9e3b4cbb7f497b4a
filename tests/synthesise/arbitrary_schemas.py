"""Schemas as nobody would write them: contradictory, recursive, nonsense. Few names, so that parts meet."""

from hypothesis import strategies as st

from understudy.types import JSON

NAMES = st.sampled_from(["a", "b", "c", "id", "tags"])
COUNTS = st.integers(0, 4)
NUMBERS = st.integers(-5, 5) | st.sampled_from([0.5, -0.1, 2.25, 1e6, 1e-7, 10**20])
SCALARS = st.sampled_from([None, True, False, 0, 1, -3, 2.5, "", "a", "abc", "2026-01-15"])
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(NAMES, SCALARS, max_size=2)
TYPES = st.sampled_from(["string", "integer", "number", "boolean", "null", "object", "array"])
PATTERNS = st.sampled_from(
    ["^a+$", "[0-9]{2}", "^(x|yz){1,3}$", "^(?!a)", "(a+)+$", "^\\w+@\\w+$", ".", "^$", "\\d"]
)
FORMATS = st.sampled_from(
    ["date-time", "date", "email", "uuid", "uuid4", "uri", "ipv4", "hostname", "int32", "odd"]
)
POINTERS = st.sampled_from(["#", "#/$defs/a", "#/$defs/b", "#/$defs/c", "#/properties/a", "#named"])


def _keywords(inner: st.SearchStrategy[JSON]) -> dict[str, st.SearchStrategy[JSON]]:
    several = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(NAMES, inner, max_size=3)
    names = st.lists(NAMES, max_size=3, unique=True)
    return {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "const": VALUES,
        "enum": st.lists(VALUES, min_size=1, max_size=3),
        "default": VALUES,
        "example": VALUES,
        "examples": st.lists(VALUES, max_size=2),
        "minimum": NUMBERS,
        "maximum": NUMBERS,
        "exclusiveMinimum": NUMBERS,
        "exclusiveMaximum": NUMBERS,
        "multipleOf": st.sampled_from([1, 2, 3, 0.1, 0.5, 2.5]),
        "minLength": COUNTS,
        "maxLength": COUNTS,
        "pattern": PATTERNS,
        "format": FORMATS,
        "contentEncoding": st.just("base64"),
        "contentMediaType": st.just("application/json"),
        "contentSchema": inner,
        "minItems": COUNTS,
        "maxItems": COUNTS,
        "uniqueItems": st.booleans(),
        "items": inner,
        "prefixItems": several,
        "contains": inner,
        "minContains": COUNTS,
        "maxContains": COUNTS,
        "unevaluatedItems": inner,
        "unevaluatedProperties": inner,
        "properties": named,
        "patternProperties": st.dictionaries(PATTERNS, inner, max_size=2),
        "additionalProperties": inner,
        "propertyNames": inner,
        "required": names,
        "minProperties": COUNTS,
        "maxProperties": COUNTS,
        "dependentRequired": st.dictionaries(NAMES, names, max_size=2),
        "dependentSchemas": named,
        "allOf": several,
        "anyOf": several,
        "oneOf": several,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "$ref": POINTERS,
        "discriminator": st.fixed_dictionaries({"propertyName": NAMES}),
    }


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[JSON]) -> JSON:
    keywords = _keywords(inner)
    chosen = draw(st.lists(st.sampled_from(sorted(keywords)), max_size=5, unique=True))
    return {keyword: draw(keywords[keyword]) for keyword in chosen}


PARTS = st.recursive(st.booleans() | TYPES.map(lambda name: {"type": name}), _objects, max_leaves=12)


@st.composite
def schemas(draw: st.DrawFn) -> JSON:
    """A schema whose references lead somewhere; in every other way it may be nonsense."""
    root = draw(_objects(PARTS))
    defs = {name: draw(PARTS) for name in ("a", "b", "c")}
    properties = {"a": True, **root.get("properties", {})}
    return {**root, "properties": properties, "$defs": {**defs, "d": {"$anchor": "named", "type": "integer"}}}
