"""Lines for people: with their styles on a terminal, plain anywhere else."""

import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec

import click

from understudy.errors import UnderstudyError

P = ParamSpec("P")
Spans = Sequence[tuple[str, str]]
"""One line: pieces of text, each with its style."""


def say(*lines: Spans) -> None:
    """Lines with their styles on a terminal, plain ones anywhere else."""
    if not sys.stdout.isatty():
        for line in lines:
            click.echo("".join(text for text, _ in line))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text.assemble(*line))


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Errors that a person must mend end in one line and their exit code, Ctrl-C in 130; no traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except UnderstudyError as error:
            click.echo(f"understudy: {error}", err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            sys.exit(130)

    return run
