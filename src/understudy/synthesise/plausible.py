"""What a value looks like by the name of its property: word by word, so that `fee` is not found in `coffee`."""

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


def _fixed(*options: str) -> Maker[str]:
    return lambda choice: choice.pick(options)


STRINGS: dict[str, Maker[str]] = {
    "address": lambda choice: f"{1 + choice.number(90)} {choice.at('street').pick(words.STREETS)}",
    "agent": _fixed("Mozilla/5.0"), "amount": words.money, "avatar": formats.url, "author": words.full_name,
    "balance": words.money, "bio": words.sentence, "body": words.sentence, "brand": words.title,
    "category": words.noun, "city": lambda choice: choice.pick(words.CITIES), "code": lambda c: c.hex(6).upper(),
    "color": formats.colour, "colour": formats.colour, "comment": words.sentence, "company": words.title,
    "content": words.sentence, "cost": words.money, "country": _fixed("Netherlands", "Germany", "Portugal"),
    "country code": _fixed("NL", "DE", "PT"), "created": formats.date_time, "currency": _fixed("EUR", "USD", "GBP"),
    "cursor": lambda choice: choice.hex(12), "date": formats.date_time, "description": words.sentence,
    "display name": words.full_name, "domain": formats.hostname, "email": formats.email, "email address": formats.email, "etag": lambda c: c.hex(16),
    "expires": formats.date_time, "file name": lambda choice: f"{words.slug(choice)}.txt",
    "filename": lambda choice: f"{words.slug(choice)}.txt", "first name": words.first_name, "firstname": words.first_name,
    "full name": words.full_name, "fullname": words.full_name, "given name": words.first_name,
    "family name": words.last_name, "fingerprint": lambda choice: choice.hex(20), "hash": lambda choice: choice.hex(20),
    "host": formats.hostname, "hostname": formats.hostname, "href": formats.url, "icon": formats.url, "image": formats.url,
    "ip": formats.ipv4, "ip address": formats.ipv4, "iso code": _fixed("NL", "DE", "PT"), "label": words.noun,
    "lang": _fixed("en", "nl", "de"), "language": _fixed("en", "nl", "de"), "last name": words.last_name,
    "lastname": words.last_name, "link": formats.url, "locale": _fixed("en-GB", "nl-NL"), "login": words.slug,
    "message": words.sentence, "mime type": _fixed("text/plain"), "mobile": formats.phone, "model": words.slug,
    "modified": formats.date_time, "name": words.title, "nickname": words.first_name, "note": words.sentence,
    "notes": words.sentence, "organization": words.title, "path": lambda choice: f"/{words.noun(choice)}",
    "password": formats.MAKERS["password"], "phone": formats.phone, "phone number": formats.phone,
    "postal code": lambda choice: f"{1000 + choice.number(9000)}", "price": words.money, "query": words.phrase,
    "reason": words.sentence, "region": _fixed("eu-west-1", "us-east-1"), "role": _fixed("admin", "member", "viewer"),
    "secret": lambda choice: choice.hex(24), "sha": lambda choice: choice.hex(20), "size": _fixed("small", "medium", "large"),
    "slug": words.slug, "state": _fixed("active", "pending", "closed"), "status": _fixed("active", "pending", "closed"),
    "street": lambda choice: f"{1 + choice.number(90)} {choice.at('street').pick(words.STREETS)}",
    "summary": words.sentence, "surname": words.last_name, "symbol": _fixed("EUR", "USD"), "tag": words.noun,
    "telephone": formats.phone, "text": words.sentence, "time": formats.date_time, "timestamp": formats.date_time,
    "timezone": _fixed("Europe/Amsterdam", "Europe/London"), "time zone": _fixed("Europe/Amsterdam", "Europe/London"),
    "title": words.title, "token": lambda choice: choice.hex(24), "total": words.money, "type": words.noun,
    "updated": formats.date_time, "uri": formats.url, "url": formats.url, "user agent": _fixed("Mozilla/5.0"),
    "user name": words.slug, "username": words.slug, "uuid": formats.uuid4, "version": formats.version,
    "website": formats.url, "zip": lambda choice: f"{10000 + choice.number(80000)}",
    "zip code": lambda choice: f"{10000 + choice.number(80000)}", "zipcode": lambda choice: f"{10000 + choice.number(80000)}",
}  # fmt: skip


def _between(low: int, high: int) -> Maker[float]:
    return lambda choice: low + choice.number(high - low + 1)


def _tenths(low: int, high: int, scale: int) -> Maker[float]:
    return lambda choice: (low + choice.number(high - low + 1)) / scale


SECONDS = _between(1_768_435_200, 1_768_521_599)  # 15 January 2026
NUMBERS: dict[str, Maker[float]] = {
    "age": _between(18, 80), "amount": _tenths(500, 9999, 100), "at": SECONDS, "balance": _tenths(500, 99999, 100),
    "code": _between(100, 599), "confidence": _tenths(50, 99, 100), "cost": _tenths(500, 9999, 100),
    "count": _between(1, 12), "created": SECONDS, "day": _between(1, 28), "discount": _tenths(1, 20, 100),
    "duration": _between(5, 300), "height": _between(100, 900), "hour": _between(0, 23), "id": _between(1, 9999),
    "index": _between(0, 9), "latitude": _tenths(5200000, 5250000, 100000), "lat": _tenths(5200000, 5250000, 100000),
    "length": _between(5, 90), "level": _between(1, 5), "limit": _between(10, 50), "lng": _tenths(400000, 600000, 100000),
    "lon": _tenths(400000, 600000, 100000), "longitude": _tenths(400000, 600000, 100000), "minute": _between(0, 59),
    "month": _between(1, 12), "offset": _between(0, 20), "order": _between(1, 9), "page": _between(1, 5),
    "percent": _tenths(1, 99, 100), "percentage": _tenths(1, 99, 100), "port": _between(1024, 49151),
    "position": _between(1, 9), "price": _tenths(500, 9999, 100), "priority": _between(1, 5),
    "probability": _tenths(1, 99, 100), "quantity": _between(1, 9), "rate": _tenths(1, 99, 100),
    "rating": _between(1, 5), "ratio": _tenths(1, 99, 100), "score": _tenths(50, 99, 100), "size": _between(10, 50),
    "tax": _tenths(100, 999, 100), "temperature": _tenths(1, 9, 10), "timestamp": SECONDS, "time": SECONDS,
    "total": _between(1, 60), "updated": SECONDS, "version": _between(1, 9), "weight": _tenths(10, 900, 10),
    "width": _between(100, 900), "year": _between(2020, 2026),
}  # fmt: skip
UNLIKELY = frozenset({"archived", "banned", "blocked", "cancelled", "canceled", "closed", "deleted", "deprecated",
                      "disabled", "error", "expired", "failed", "hidden", "locked", "revoked", "suspended"})  # fmt: skip
ENVELOPES = frozenset({"content", "data", "elements", "entries", "item", "items", "list", "payload", "records",
                       "result", "results", "rows", "values"})  # fmt: skip
"""Names of members that hold things and say nothing of what they are."""
PEOPLE = frozenset(
    {"author", "contact", "customer", "driver", "employee", "member", "owner", "person", "user"}
)


def string(name: str, stem: str, choice: Choice, identity: Choice) -> str:
    """A text for the property `name` of something called `stem`; `identity` is shared by names of one thing."""
    own = split(name)
    if own[-1:] == ("id",) or own[-1:] == ("ids",):
        kind = "_".join(own[:-1]) or ("" if stem in ENVELOPES else "_".join(split(stem)))
        return f"{kind[:24]}_{identity.hex(8)}" if kind else identity.hex(12)
    if own[-1:] == ("name",) and (own[-2:-1] or split(stem)[-1:] or ("",))[0] in PEOPLE:
        return words.full_name(choice)
    if own[-1:] in (("at",), ("on",)) and len(own) > 1:
        return formats.date_time(choice)
    return _found(STRINGS, own, words.phrase)(choice)


def number(name: str, choice: Choice) -> float:
    """A number for the property `name`."""
    return _found(NUMBERS, split(name), _between(1, 100))(choice)


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
