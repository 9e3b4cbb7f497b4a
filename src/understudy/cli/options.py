"""Options that commands take."""

from collections.abc import Callable
from typing import Any, ParamSpec

import click

from understudy.cli import values

P = ParamSpec("P")
_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False)


def content_options(command: Callable[P, None]) -> Callable[P, None]:
    """What several commands take: which documents, with which overlays and stubs."""
    return _decorated(
        command,
        click.argument("specs", nargs=-1, metavar="[SPEC]..."),
        click.option("--stubs", type=_FOLDER, help="Folder of stubs, <api>.py or <api>/ each."),
        click.option(
            "--overlay", "overlays", type=_FILE, multiple=True, help="One more OpenAPI Overlay to apply."
        ),
        click.option(
            "--no-overlay",
            is_flag=True,
            help="The bare document, without the overlays and the companion beside it.",
        ),
    )


def plan_options(command: Callable[P, None]) -> Callable[P, None]:
    """Which requests a check is made of."""
    return _decorated(
        command,
        click.option(
            "--seed", type=int, default=0, show_default=True, help="The same seed plans the same requests."
        ),
        click.option(
            "--max-examples",
            type=click.IntRange(0),
            default=100,
            show_default=True,
            help="Fuzzing per operation.",
        ),
        click.option(
            "--include",
            multiple=True,
            metavar="PATTERN",
            help="Only operations whose name or operationId fits, as 'POST *'.",
        ),
        click.option("--exclude", multiple=True, metavar="PATTERN", help="Not those."),
        click.option("--safe", is_flag=True, help="Only methods that HTTP calls safe."),
        click.option(
            "--max-requests",
            type=click.IntRange(1),
            help="At most so many requests per API; no sequence is cut.",
        ),
        click.option(
            "--shard", callback=values.shard, metavar="I/N", help="Only the I-th of N parts of the plan."
        ),
        click.option("--dry-run", is_flag=True, help="Show how many requests are planned; send nothing."),
        click.option("--requests", is_flag=True, help="With --dry-run: each request as a curl line."),
    )


def target_options(command: Callable[P, None]) -> Callable[P, None]:
    """Whom a check asks, and as whom."""
    return _decorated(
        command,
        click.option("--target", help="self (our own fake, the default) or the URL of a server."),
        click.option(
            "--credential",
            "credentials",
            multiple=True,
            callback=values.pairs,
            metavar="SCHEME=VALUE",
            help="A credential; also from UNDERSTUDY_CREDENTIAL_<SCHEME>. For an OAuth2 password flow, "
            "user:password is changed for a token before the first request; without a colon it is the token.",
        ),
        click.option(
            "--token-url",
            metavar="URL",
            help="Where to get that token; the document's own is used only where it is on the target's host.",
        ),
        click.option("--client-id", default="", help="The OAuth2 client, where one is asked for."),
        click.option(
            "--client-secret",
            default="",
            envvar="UNDERSTUDY_CLIENT_SECRET",
            help="Its secret; also from UNDERSTUDY_CLIENT_SECRET.",
        ),
        click.option(
            "--header",
            "headers",
            multiple=True,
            callback=values.headers,
            metavar="'K: V'",
            help="A header of every request; one that is a scheme's is that scheme's credential.",
        ),
        click.option("--insecure", is_flag=True, help="Do not check the target's certificate."),
        click.option("--ca-file", type=_FILE, help="Certificates to trust."),
    )


def pace_options(command: Callable[P, None]) -> Callable[P, None]:
    """How fast a check asks, and how long it waits."""
    return _decorated(
        command,
        click.option(
            "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Requests at once."
        ),
        click.option(
            "--rate-limit", callback=values.rate, metavar="N/s", help="At most so many requests per second."
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(0, min_open=True),
            default=10.0,
            show_default=True,
            help="Seconds for one request.",
        ),
        click.option(
            "--max-response-time",
            type=click.FloatRange(0, min_open=True),
            help="Seconds after which a response is a fault.",
        ),
    )


def outcome_options(command: Callable[P, None]) -> Callable[P, None]:
    """What is made of the findings."""
    return _decorated(
        command,
        click.option(
            "--report",
            "reports",
            multiple=True,
            callback=values.reports,
            metavar="FORMAT=PATH",
            help="html, json, junit, markdown, sarif, har or text.",
        ),
        click.option("--strict", is_flag=True, help="Lenient and data findings fail the check too."),
        click.option(
            "--fail-under",
            multiple=True,
            callback=values.thresholds,
            metavar="KIND=PERCENT",
            help="The least coverage of operations, statuses, media-types, valid or invalid.",
        ),
        click.option("--timings", is_flag=True, help="Latencies in the reports, which no two runs share."),
    )


def _decorated(command: Callable[P, None], *decorators: Callable[..., Any]) -> Callable[P, None]:
    for decorate in reversed(decorators):
        command = decorate(command)
    return command
