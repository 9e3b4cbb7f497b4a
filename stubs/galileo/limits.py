"""Bounds on what one request can make."""

MAX_RECORDS = 2**40
MAX_PAGE = 1000


def bounded(number: int | None, default: int) -> int:
    return min(max(default if number is None else int(number), 0), MAX_RECORDS)
