"""What a value looks like by the name of its property, word by word: no `fee` is found in `coffee`."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias, TypeVar

from . import formats, words
from .choose import Choice

T = TypeVar("T")
Maker: TypeAlias = Callable[[Choice], T]

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@lru_cache(maxsize=8192)
def split(name: str) -> tuple[str, ...]:
    """The words of a name in any casing: `userId`, `user_id` and `User-ID` are ("user", "id")."""
    return tuple(word.lower() for word in WORD.findall(name[:200]))


def _code(length: int) -> Maker[str]:
    return lambda choice: choice.hex(length)


def _digits(low: int, high: int) -> Maker[str]:
    return lambda choice: str(low + choice.number(high - low + 1))


def _street(choice: Choice) -> str:
    return f"{1 + choice.number(90)} {choice.at('street').pick(words.STREETS)}"


def _file_name(choice: Choice) -> str:
    return f"{words.slug(choice)}.txt"


def _floor(choice: Choice) -> str:
    return f"Floor {1 + choice.number(9)}"


def _path(choice: Choice) -> str:
    return f"/{words.noun(choice)}"


def _table(*rows: tuple[Maker[T], str]) -> dict[str, Maker[T]]:
    return {name: maker for maker, names in rows for name in names.split(", ")}


STRINGS = _table(
    (words.sentence, "bio, body, comment, content, description, message, note, notes, reason, summary, text"),
    (words.title, "brand, company, name, organisation, organization, title"),
    (words.full_name, "author, by, display name, full name, fullname"),
    (words.first_name, "first name, firstname, given name, nickname"),
    (words.last_name, "family name, last name, lastname, surname"),
    (words.noun, "category, kind, label, object, tag, type"),
    (
        words.slug,
        "acct, handle, login, model, namespace, repo, repository, screen name, slug, user name, username",
    ),
    (words.money, "amount, balance, cost, formatted, price, total"),
    (formats.url, "avatar, href, icon, image, link, logo, uri, url, website"),
    (formats.date_time, "created, date, expires, modified, time, timestamp, updated"),
    (formats.email, "email, email address, mail"),
    (formats.hostname, "domain, host, hostname"),
    (formats.ipv4, "ip, ip address"),
    (formats.phone, "mobile, phone, phone number, telephone"),
    (formats.colour, "color, colour"),
    (formats.version, "version"),
    (formats.one_of("v1"), "api version"),
    (_digits(1000, 99_999), "resource version"),
    (formats.uuid4, "guid, uid, uuid"),
    (formats.MAKERS["password"], "password"),
    (formats.one_of("EUR", "USD", "GBP"), "currency, currency code"),
    (formats.one_of("€", "$", "£"), "currency symbol"),
    (formats.one_of("NL", "DE", "PT"), "country code"),
    (formats.one_of("Netherlands", "Germany", "Portugal"), "country"),
    (formats.one_of("en", "nl", "de"), "lang, language"),
    (formats.one_of("en-GB", "nl-NL"), "locale"),
    (formats.one_of("Europe/Amsterdam", "Europe/London"), "time zone, timezone"),
    (formats.one_of("active", "pending", "closed"), "state, status"),
    (formats.one_of("admin", "member", "viewer"), "role"),
    (formats.one_of("eu-west-1", "us-east-1"), "region"),
    (formats.one_of("small", "medium", "large"), "size"),
    (formats.one_of("public", "private"), "privacy, visibility"),
    (formats.one_of("inbound", "outbound"), "direction"),
    (formats.one_of("low", "medium", "high"), "risk level, severity"),
    (formats.one_of("production", "staging"), "environment"),
    (formats.one_of("main"), "branch"),
    (formats.one_of("stop"), "finish reason"),
    (formats.one_of("https"), "protocol"),
    (formats.one_of("true", "false"), "enabled"),
    (formats.one_of("text/plain"), "content type, media type, mime type"),
    (formats.one_of("Mozilla/5.0"), "user agent"),
    (words.city, "city, location, town"),
    (_street, "address, address 1, line 1, street, street 1, street address"),
    (_floor, "address 2, line 2, street 2"),
    (_digits(10_000, 89_999), "postal code, postcode, zip, zip code, zipcode"),
    (_file_name, "file name, filename"),
    (_digits(1, 20), "count"),
    (_digits(5, 300), "duration"),
    (_digits(2020, 2026), "year"),
    (_digits(1000, 9999), "last 4, last four"),
    (_digits(10_000_000, 89_999_999), "account number, routing number"),
    (_path, "path"),
    (_code(6), "code"),
    (_code(12), "cursor, reference"),
    (_code(20), "checksum, digest, etag, fingerprint, hash"),
    (lambda choice: choice.hex(20) + choice.at("rest").hex(20), "commit sha, sha, sha 1"),
    (_code(24), "secret, token"),
)


def _between(low: int, high: int) -> Maker[float]:
    return lambda choice: low + choice.number(high - low + 1)


def _parts(low: int, high: int, scale: int) -> Maker[float]:
    return lambda choice: (low + choice.number(high - low + 1)) / scale


def _seconds(choice: Choice, days: range) -> float:
    """In January 2026, counted as Unix does."""
    return NEW_YEAR + DAY * (choice.at("day").pick(days) - 1) + choice.number(DAY)


NEW_YEAR = 1_767_225_600  # 2026
DAY = 86_400
MOMENTS = frozenset({
    "at", "created", "ended", "expires", "modified", "started", "time", "timestamp", "updated",
})  # fmt: skip
NUMBERS = _table(
    (_between(1, 5), "level, page, priority, rating"),
    (_between(1, 9), "order, position, quantity, version"),
    (_between(0, 9), "index"),
    (_between(0, 20), "offset"),
    (_between(1, 12), "count, month"),
    (_between(10, 50), "limit, size"),
    (_between(1, 60), "total"),
    (_between(1, 28), "day"),
    (_between(0, 23), "hour"),
    (_between(0, 59), "minute, second"),
    (_between(2020, 2026), "year"),
    (_between(18, 80), "age"),
    (_between(5, 90), "length"),
    (_between(5, 300), "duration"),
    (_between(100, 599), "code"),
    (_between(100, 900), "height, width"),
    (_between(1, 9999), "id"),
    (_between(1024, 49151), "port"),
    (_parts(500, 9999, 100), "amount, balance, cost, price, tax"),
    (_parts(1, 99, 100), "discount, percent, percentage, probability, rate, ratio"),
    (_parts(50, 99, 100), "confidence, score"),
    (_parts(5_200_000, 5_250_000, 100_000), "lat, latitude"),
    (_parts(400_000, 600_000, 100_000), "lng, lon, longitude"),
    (_parts(10, 900, 10), "temperature, weight"),
)
UNLIKELY = frozenset({
    "archived", "banned", "blocked", "cancelled", "canceled", "closed", "deleted", "deprecated", "disabled",
    "disputed", "error", "expired", "failed", "hidden", "locked", "refunded", "rejected", "revoked", "spam",
    "suspended", "trashed", "voided",
})  # fmt: skip
"""Words that speak against a boolean being true in an ordinary example."""

ENVELOPES = frozenset({
    "content", "data", "elements", "entries", "item", "items", "list", "payload", "records", "result",
    "results", "rows", "values",
})  # fmt: skip
"""Names of members that hold things and say nothing of what they are."""

DAYS = {
    **dict.fromkeys(("birth", "created", "creation", "from", "since", "start", "started"), range(15, 19)),
    **dict.fromkeys(("changed", "modified", "update", "updated"), range(19, 23)),
    **dict.fromkeys(("closed", "completed", "end", "ended", "finished", "to", "until"), range(23, 26)),
    **dict.fromkeys(("due", "expiration", "expire", "expires", "expiry"), range(26, 29)),
}
"""On which days of the month things happen, by a word of their name."""

ADDRESSES = frozenset({"address", "billing", "location", "shipping"})
"""Things whose `state` is a part of a country."""

PEOPLE = frozenset({
    "author", "contact", "customer", "driver", "employee", "member", "owner", "person", "user",
})  # fmt: skip


def string(name: str, stem: str, choice: Choice, identity: Choice) -> str:
    """A text for the property `name` of a thing called `stem`, whose names all share `identity`."""
    own = split(name)
    if own[-1:] == ("id",) or own[-1:] == ("ids",):
        kind = "_".join(own[:-1]) or ("" if stem in ENVELOPES else "_".join(split(stem)))
        return f"{kind[:24]}_{identity.hex(8)}" if kind else identity.hex(12)
    if own[-1:] == ("name",) and (own[-2:-1] or split(stem)[-1:] or ("",))[0] in PEOPLE:
        return words.full_name(choice)
    if own == ("state",) and not ADDRESSES.isdisjoint(split(stem)[-1:]):
        return choice.pick(words.STATES)
    is_moment = own[-1:] in (("at",), ("on",)) and len(own) > 1
    made = formats.date_time if is_moment else _found(STRINGS, own, words.phrase)
    return formats.date_time(choice, days(name)) if made is formats.date_time else made(choice)


def number(name: str, choice: Choice) -> float:
    """A number for the property `name`."""
    if not MOMENTS.isdisjoint(split(name)[-1:]):
        return _seconds(choice, days(name))
    return _found(NUMBERS, split(name), _between(1, 100))(choice)


def days(name: str) -> range:
    """The days of the month on which what `name` speaks of happens: things end after they begin."""
    return next((DAYS[word] for word in reversed(split(name)) if word in DAYS), range(15, 29))


def boolean(name: str, choice: Choice) -> bool:
    return choice.number(2) == 0 and not UNLIKELY.intersection(split(name))


def singular(name: str) -> str:
    """What one item of a list called `name` is called."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def stem(name: str) -> str:
    """`user` of `user_id` and `userId`: what the identity is of."""
    own = split(name)
    return "_".join(own[:-1] if own[-1:] in (("id",), ("ids",), ("uuid",)) else own)


def _found(table: dict[str, Maker[T]], own: tuple[str, ...], usual: Maker[T]) -> Maker[T]:
    return table.get(" ".join(own[-2:])) or table.get(own[-1] if own else "") or usual
