r"""Characters beyond U+FFFF, which JSON writes as two `\u` escapes that YAML's own grammar does not know."""

import re

import yaml

from understudy.contract.reading.events import events, offset
from understudy.contract.reading.faults import fault

_ESCAPE = re.compile(
    r"\\(?:u(?P<high>d[89ab][0-9a-f]{2})\\u(?P<low>d[c-f][0-9a-f]{2})|(?P<lone>ud[89a-f][0-9a-f]{2})|.)",
    re.IGNORECASE | re.DOTALL,
)


def refuse_lone_surrogates(name: str, text: str, start: int = 0, end: int | None = None) -> None:
    """Raises DocumentError where one of the two escapes stands alone between the two offsets."""
    if "\\ud" not in text and "\\uD" not in text:
        return
    for found in _ESCAPE.finditer(text, start, len(text) if end is None else end):
        if found["lone"]:
            raise fault(f"{found[0]} is half of a character", name, text, found.start())


def joined_surrogates(name: str, text: str) -> str:
    r"""The text with `\ud83d\ude00` as `\U0001f600` in its double-quoted scalars, and only there.

    They are found by parsing the text with harmless escapes of the same length in place of all.
    """
    if not re.search(r"\\u[dD][89abAB]", text):
        return text
    harmless = _ESCAPE.sub(lambda e: r"\u0020" * 2 if e["high"] else e[0], text)
    parts, done = [], 0
    for event in events(name, harmless):
        if isinstance(event, yaml.ScalarEvent) and event.style == '"':
            start, end = offset(event), offset(event, "end_mark")
            refuse_lone_surrogates(name, text, start, end)
            parts += [text[done:start], _ESCAPE.sub(_joined, text[start:end])]
            done = end
    return "".join(parts) + text[done:]


def _joined(found: re.Match[str]) -> str:
    if not found["high"]:
        return found[0]
    point = 0x10000 + (int(found["high"], 16) - 0xD800) * 0x400 + int(found["low"], 16) - 0xDC00
    return f"\\U{point:08x}"
