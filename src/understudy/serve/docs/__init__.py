"""The documents for people: operations, schemas and lines, rendered here and offline."""
