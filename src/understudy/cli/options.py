"""Options that several commands take."""

from collections.abc import Callable
from typing import Any, ParamSpec

import click

P = ParamSpec("P")


def content_options(command: Callable[P, None]) -> Callable[P, None]:
    """What both commands take: which documents, with which overlays and stubs."""
    folder = click.Path(exists=True, file_okay=False)
    file = click.Path(exists=True, dir_okay=False)
    decorators: list[Callable[..., Any]] = [
        click.argument("specs", nargs=-1, metavar="[SPEC]..."),
        click.option("--stubs", type=folder, help="Folder of stub files, one <api>.py each."),
        click.option(
            "--overlay", "overlays", type=file, multiple=True, help="One more OpenAPI Overlay to apply."
        ),
        click.option(
            "--no-overlay",
            is_flag=True,
            help="The bare document, without the overlays and the companion beside it.",
        ),
    ]
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def pairs(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """SCHEME=VALUE options as a mapping."""
    pairs = {}
    for value in values:
        scheme, equals, credential = value.partition("=")
        if not (scheme and equals and credential):
            raise click.BadParameter(f"{value!r} is not SCHEME=VALUE")
        pairs[scheme] = credential
    return pairs
