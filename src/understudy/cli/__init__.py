"""The command line."""

import click

from understudy import __version__
from understudy.cli.check import check_command
from understudy.cli.report import report_group
from understudy.cli.serve import list_command, serve_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="understudy")
def main() -> None:
    """A mock and contract-testing server generated from OpenAPI."""


for command in (serve_command, check_command, report_group, list_command):
    main.add_command(command)
