"""Moments as texts and as microseconds since 1970."""

from datetime import UTC, datetime, timedelta

from understudy.stub import NOW

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = (datetime.min.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LAST = (datetime.fromisoformat(NOW) - EPOCH) // timedelta(microseconds=1)
YEAR = 365 * 24 * 3600 * 1_000_000
STEP = 10_000
"""Between two records: so near that 2^31 of them have room in a year."""


def instant_of(text: str) -> int | None:
    """Microseconds since 1970; without a zone it is UTC. None for a date that no calendar has."""
    try:
        moment = datetime.fromisoformat(text.upper().replace(",", "."))
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(microseconds=1)


def date_of(instant: int) -> str:
    moment = EPOCH + timedelta(microseconds=min(max(instant, EARLIEST), LATEST))
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
