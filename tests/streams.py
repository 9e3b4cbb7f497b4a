"""Schemas of what streams carry."""

LINE = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
MIXED = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {"event": {"type": "string"}, "data": {"type": "string"}},
    "oneOf": [
        {"properties": {"event": {"const": "text"}}},
        {
            "properties": {
                "event": {"const": "line"},
                "data": {"contentMediaType": "application/json", "contentSchema": LINE},
            }
        },
    ],
}
"""Two kinds of events: one holds a text, the other JSON in its text."""
