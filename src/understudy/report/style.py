"""How the HTML report looks: a style sheet that speaks of colours by name only."""

from importlib.resources import files

from understudy.html import palette


def sheet() -> str:
    """The style sheet."""
    rules = files("understudy.report").joinpath("style.css").read_text(encoding="utf-8")
    return f"{palette.variables()}{rules}"
