"""Strings that hold JSON, judged by their `contentSchema` (JSON Schema Validation 2020-12, section 8.5)."""

from understudy.contract import jsontext
from understudy.contract.schema import Schema
from understudy.types import JSON, Path, Violation


def read(text: str, schema: Schema, path: Path) -> tuple[JSON, list[Violation]]:
    """What a string of a body holds, and at most one violation, at the string itself.

    What is no JSON is left a string.
    """
    try:
        value = jsontext.loads(text.encode("utf-8", "surrogatepass"))
    except jsontext.JsonError as error:
        reason = f"not JSON: {error.reason} at character {error.offset}"
        return text, [_violation(text, schema, path, reason, {"json": error.reason})]
    found = schema.violations(value)
    if not found:
        return value, []
    reason = "; ".join(_located(str(path[-1]), violation) for violation in found[:5])
    return value, [_violation(text, schema, path, reason, {})]


def _violation(text: str, schema: Schema, path: Path, reason: str, told: dict[str, JSON]) -> Violation:
    return Violation("content", "body", path, schema.pointer, reason, None, text, told)


def _located(name: str, violation: Violation) -> str:
    where = "".join(f"[{token}]" if isinstance(token, int) else f".{token}" for token in violation.path)
    return f"{name}{where}: {violation.message}"
