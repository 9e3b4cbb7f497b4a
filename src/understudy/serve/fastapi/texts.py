"""What pydantic finds wrong with a text that is to be a UUID or a moment."""

import re
from calendar import monthrange

_DATE_STEPS = (
    (r"\d{4}", "invalid character in year"),
    (r".{4}-", "invalid date separator, expected `-`"),
    (r".{5}\d\d", "invalid character in month"),
    (r".{7}-", "invalid date separator, expected `-`"),
    (r".{8}\d\d", "invalid character in day"),
    (r".{5}(0[1-9]|1[0-2])", "month value is outside expected range of 1-12"),
)
LOCAL_TIME = re.compile(r".{10}[Tt _]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?", re.ASCII)
_UUID_GROUPS = (8, 4, 4, 4, 12)


def uuid_fault(text: str) -> str:
    """What is wrong with a text as a UUID; empty for what pydantic takes beyond the hyphenated form."""
    size = _size(text)
    bare = text if size == 36 else re.sub(r"^(?:urn:uuid:(.*)|\{(.*)\})$", r"\1\2", text, flags=re.DOTALL)
    lengths = [len(group) for group in bare.split("-")]
    if size > 45:
        return f"invalid length: found {size}"
    if stray := re.search("[^0-9a-fA-F-]", bare):
        return f"invalid character: found `{stray[0]}` at {_size(bare[: stray.start()])}"
    if len(lengths) == 1 and size != 36 and bare == text:
        return "" if size == 32 else f"invalid length: found {size}"
    if len(lengths) != 5:
        return f"invalid group count: expected 5, found {len(lengths)}"
    wrong = [index for index, wanted in enumerate(_UUID_GROUPS) if lengths[index] != wanted]
    if not wrong:
        return ""
    first = wrong[0]
    return f"invalid group length in group {first}: expected {_UUID_GROUPS[first]}, found {lengths[first]}"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def date_fault(text: str) -> str:
    """What is wrong with the date at the start of a text."""
    if re.fullmatch(r"[+-]?\d{11,}", text):
        return too_far(text.startswith("-"))
    if _size(text) < 10:
        return "input is too short"
    for pattern, fault in _DATE_STEPS:
        if not re.match(pattern, text, re.ASCII):
            return fault
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:10])
    last = monthrange(year or 4, month)[1]  # the calendar begins with the year 1; 0 is a leap year as 4 is
    return "" if 1 <= day <= last else "day value is outside expected range"


def too_far(past: bool) -> str:
    return f"dates {'before 0000' if past else 'after 9999'} are not supported as unix timestamps"
