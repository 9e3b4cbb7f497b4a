"""Values of options: from text to what it says, or a word on how it is written."""

import math
import re
from pathlib import Path

import click

Values = tuple[str, ...]


def reports(_: click.Context, __: click.Parameter, values: Values) -> tuple[tuple[str, Path], ...]:
    """FORMAT=PATH options."""
    from understudy.report.writers import WRITERS

    found = []
    for value in values:
        name, equals, path = value.partition("=")
        if name not in WRITERS or not (equals and path):
            formats = ", ".join(sorted(WRITERS))
            raise click.BadParameter(f"{value!r} is not FORMAT=PATH with a format of {formats}")
        found.append((name, Path(path)))
    return tuple(found)


def shard(_: click.Context, __: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """`2/5` as its numbers."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d+)/(\d+)", value)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise click.BadParameter(f"{value!r} is not I/N with 1 <= I <= N")
    return int(found[1]), int(found[2])


def rate(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """`10/s` or `100/m` as requests per second."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)/([sm])", value)
    if not found or float(found[1]) <= 0:
        raise click.BadParameter(f"{value!r} is not a rate such as 10/s or 100/m")
    return float(found[1]) / {"s": 1, "m": 60}[found[2]]


def headers(_: click.Context, __: click.Parameter, values: Values) -> tuple[tuple[str, str], ...]:
    """`Name: value` options, names in lower case."""
    found = []
    for value in values:
        name, colon, text = value.partition(":")
        if not (colon and name.strip()):
            raise click.BadParameter(f"{value!r} is not 'Name: value'")
        found.append((name.strip().lower(), text.strip()))
    return tuple(found)


def thresholds(_: click.Context, __: click.Parameter, values: Values) -> dict[str, float]:
    """KIND=PERCENT options as a mapping."""
    from understudy.report.coverage import KINDS

    found = {}
    for value in values:
        kind, equals, per_cent = value.partition("=")
        if kind not in KINDS or not equals:
            raise click.BadParameter(f"{value!r} is not KIND=PERCENT with a kind of {', '.join(KINDS)}")
        found[kind] = _per_cent(value, per_cent)
    return found


def _per_cent(value: str, text: str) -> float:
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = math.nan
    if not 0 <= number <= 100:
        raise click.BadParameter(f"{value!r} is not KIND=PERCENT with a number from 0 to 100")
    return number


def pairs(_: click.Context, __: click.Parameter, values: Values) -> dict[str, str]:
    """SCHEME=VALUE options as a mapping."""
    pairs = {}
    for value in values:
        scheme, equals, credential = value.partition("=")
        if not (scheme and equals and credential):
            raise click.BadParameter("a credential is SCHEME=VALUE")
        pairs[scheme] = credential
    return pairs
