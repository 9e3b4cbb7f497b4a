"""The colours of pages and reports by name, light and dark."""

from types import MappingProxyType

LIGHT = MappingProxyType(
    {
        "page": "#f7f8fa",
        "card": "#ffffff",
        "code": "#f1f3f7",
        "mark": "#fff1c2",
        "line": "#d5dae3",
        "text": "#1a2130",
        "muted": "#535d70",
        "link": "#1a55c4",
        "good": "#12693a",
        "bad": "#b0202c",
        "warn": "#8a4b00",
        "note": "#3d4f73",
        "valid": "#1762b8",
        "invalid": "#a8520b",
    }
)
DARK = MappingProxyType(
    {
        "page": "#11151c",
        "card": "#191f29",
        "code": "#10151d",
        "mark": "#463a12",
        "line": "#343d4d",
        "text": "#e8ecf3",
        "muted": "#a9b4c6",
        "link": "#8db6ff",
        "good": "#63d297",
        "bad": "#ff8b8f",
        "warn": "#f2b35e",
        "note": "#b4c3e3",
        "valid": "#6fb1ff",
        "invalid": "#f0a35c",
    }
)
TEXT_ON = MappingProxyType(
    {
        "page": ("text", "muted", "link", "good", "bad", "warn", "note"),
        "card": ("text", "muted", "link", "good", "bad", "warn", "note", "valid", "invalid"),
        "code": ("text", "muted", "link"),
        "mark": ("text", "muted"),
    }
)
"""Which colours are written on which ground."""


def variables() -> str:
    """The colours as custom properties of a style sheet; which palette holds is the reader's choice."""
    dark = f"@media (prefers-color-scheme: dark) {{:root {{{_declared(DARK)}}}}}"
    return f":root {{color-scheme: light dark; {_declared(LIGHT)}}}\n{dark}\n"


def _declared(palette: MappingProxyType[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in palette.items())
