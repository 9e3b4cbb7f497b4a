"""Believable values of the formats of JSON Schema, the OpenAPI format registry and a few friendly ones.

Dates lie in January 2026; addresses come from the ranges kept for documentation (RFC 2606, 3849, 5737).
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from uuid import UUID

from . import words
from .choose import Choice

Maker = Callable[[Choice], str]


def is_uuid4(text: str) -> bool:
    """RFC 9562, version 4, in the usual spelling."""
    try:
        value = UUID(text)
    except ValueError:
        return False
    return value.version == 4 and len(text) == 36 and str(value) == text.lower()


def uuid4(choice: Choice) -> str:
    return str(UUID(bytes=choice.digest, version=4))


def date(choice: Choice, days: range = range(15, 29)) -> str:
    return f"2026-01-{choice.at('day').pick(days):02}"


def time(choice: Choice) -> str:
    hour, minute = 8 + choice.at("hour").number(10), choice.at("minute").number(60)
    return f"{hour:02}:{minute:02}:{choice.at('second').number(60):02}Z"


def date_time(choice: Choice, days: range = range(15, 29)) -> str:
    return f"{date(choice, days)}T{time(choice)}"


def email(choice: Choice) -> str:
    return f"{words.first_name(choice).lower()}.{words.last_name(choice).lower()}@example.com"


def hostname(choice: Choice) -> str:
    return f"{words.noun(choice)}.example.com"


def url(choice: Choice) -> str:
    return f"https://example.com/{words.slug(choice)}"


def ipv4(choice: Choice) -> str:
    return f"192.0.2.{1 + choice.number(254)}"


def ipv6(choice: Choice) -> str:
    return f"2001:db8::{1 + choice.number(65_000):x}"


def phone(choice: Choice) -> str:
    return f"+1555555{100 + choice.number(100):04}"


def colour(choice: Choice) -> str:
    return f"#{choice.hex(6)}"


def version(choice: Choice) -> str:
    return f"{1 + choice.number(3)}.{choice.at('minor').number(10)}.{choice.at('patch').number(10)}"


def one_of(*options: str) -> Maker:
    return lambda choice: choice.pick(options)


def _base64(choice: Choice) -> str:
    return b64encode(words.phrase(choice).encode()).decode()


def _whole(choice: Choice) -> str:
    return str(1 + choice.number(100))


def _table(*rows: tuple[Maker, str]) -> dict[str, Maker]:
    return {name: maker for maker, names in rows for name in names.split(", ")}


MAKERS = _table(
    # JSON Schema 2020-12
    (date_time, "date-time, date_time, datetime, timestamp"),
    (date, "date"),
    (time, "time"),
    (lambda choice: f"PT{5 + choice.number(50)}M", "duration"),
    (email, "email, idn-email"),
    (hostname, "hostname, idn-hostname"),
    (ipv4, "ipv4, ip, ip-address"),
    (ipv6, "ipv6"),
    (url, "uri, uri-reference, iri, iri-reference, url"),
    (lambda choice: f"https://example.com/{words.noun(choice)}/{{id}}", "uri-template"),
    (uuid4, "uuid, uuid4"),
    (lambda choice: f"/{words.noun(choice)}", "json-pointer"),
    (lambda choice: f"1/{words.noun(choice)}", "relative-json-pointer"),
    (lambda choice: f"^{words.noun(choice)}-[0-9]+$", "regex"),
    # the OpenAPI format registry
    (_base64, "byte, base64"),
    (lambda choice: _base64(choice).rstrip("="), "base64url"),
    (words.phrase, "binary"),
    (lambda choice: f"{words.slug(choice)}-{10 + choice.number(90)}", "password"),
    (lambda choice: words.noun(choice)[0], "char"),
    (words.sentence, "commonmark, markdown"),
    (lambda choice: f"<p>{words.sentence(choice)}</p>", "html"),
    (one_of("application/json"), "media-range"),
    (one_of("Thu, 15 Jan 2026 09:30:00 GMT"), "http-date"),
    (lambda choice: date_time(choice)[:-1], "date-time-local"),
    (lambda choice: time(choice)[:-1], "time-local"),
    (words.money, "decimal, decimal128, double, float"),
    (_whole, "int8, int16, int32, int64, uint8, uint16, uint32, uint64"),
    # seen in documents
    (phone, "phone, phone-number, e164"),
    (colour, "color, colour, hex-color"),
    (one_of("EUR", "USD", "GBP"), "currency, currency-code, iso-4217"),
    (one_of("NL", "DE", "US", "GB"), "country, country-code, iso-3166"),
    (one_of("en", "nl", "de"), "language"),
    (one_of("en-GB", "nl-NL", "de-DE"), "locale"),
    (one_of("Europe/Amsterdam", "Europe/London"), "timezone"),
    (version, "semver, version"),
    (words.slug, "slug"),
    (one_of("192.0.2.0/24"), "cidr"),
    (lambda choice: "00:00:5e:00:53:" + choice.hex(2), "mac"),
    (lambda choice: choice.hex(16), "hex"),
    (words.full_name, "name"),
)

DATED: dict[str, Callable[[Choice, range], str]] = {"date": date, "date-time": date_time}

SHORT: dict[str, str] = {
    "duration": "P1D",
    "email": "a@b.co",
    "idn-email": "a@b.co",
    "hostname": "a",
    "idn-hostname": "a",
    "ipv4": "1.1.1.1",
    "ipv6": "::",
    "uri": "a:b",
    "uri-reference": "a",
    "iri": "a:b",
    "iri-reference": "a",
    "uri-template": "a",
    "json-pointer": "",
    "relative-json-pointer": "0",
    "regex": "a",
    "byte": "",
}
"""The shortest values of formats whose usual ones may be too long."""


def samples(name: str, choice: Choice, least: int, days: range) -> Iterator[str]:
    """Values of the format: the usual one, one of at least `least` characters, a short one.

    `days` of the month are those that a date may have.
    """
    if name in MAKERS:
        usual = DATED[name](choice, days) if name in DATED else MAKERS[name](choice)
        yield usual
        if len(usual) < least:
            yield _lengthened(name, usual, least)
    if name in SHORT:
        yield SHORT[name]
        yield _lengthened(name, SHORT[name] or "/", least)


def _lengthened(name: str, text: str, least: int) -> str:
    missing = least - len(text)
    if name in ("hostname", "idn-hostname"):
        labels = -(-missing // 62)
        return "".join("a" * 61 + "." for _ in range(labels)) + text
    if name in ("email", "idn-email"):
        before, _, domain = text.partition("@")
        return f"{before}@{_lengthened('hostname', domain, least - len(before) - 1)}"
    if name == "byte":
        return text + "QUFB" * -(-missing // 4) if not text.endswith("=") else "QUFB" * -(-least // 4)
    return text + words.letters(missing)
