"""A second opinion on bodies of the JSON operation: Python's own JSON reader and the `jsonschema` library."""

import json
import re
from datetime import datetime
from typing import NoReturn

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry

from understudy import content
from understudy.contract import contract
from understudy.types import JSON


def rule_schema(*, overlaid: bool) -> dict[str, JSON]:
    """The request schema of the JSON operation, self-contained."""
    api = content.find(("langsmith",))[0]
    root = contract.load(api.document, (*api.facts, *api.fake) if overlaid else ()).document.root
    return {"$ref": "#/components/schemas/RunRulesValidateSchema", "components": root["components"]}


_FORMATS = FormatChecker(formats=())
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_MOMENT = re.compile(
    r"(\d{4})(-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)


@_FORMATS.checks("uuid")
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or _UUID.fullmatch(value) is not None


@_FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    """RFC 3339, section 5.6, but for leap seconds."""
    if not isinstance(value, str):
        return True
    match = _MOMENT.fullmatch(value)
    if match is None:
        return False
    year = int(match[1]) % 400 + 2000  # the calendar repeats; Python knows no year 0
    return bool(datetime.fromisoformat(f"{year}{match[2]}T{match[3]}"))


_JUDGE = Draft202012Validator(rule_schema(overlaid=True), registry=Registry(), format_checker=_FORMATS)


def is_valid_rule(text: bytes) -> bool:
    """Whether the bytes are strict JSON that keeps the request schema with its overlays."""
    try:
        value = json.loads(
            text.decode(), object_pairs_hook=_members, parse_constant=_refuse, parse_float=_finite
        )
        json.dumps(value, ensure_ascii=False).encode()  # refuses lone surrogates
    except ValueError:
        return False
    return _JUDGE.is_valid(value)


def _members(pairs: list[tuple[str, JSON]]) -> JSON:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("the same member twice")
    return dict(pairs)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _finite(text: str) -> float:
    if float(text) in (float("inf"), float("-inf")):
        raise ValueError("out of range")
    return float(text)
