"""The settings file and the command line put together; what is typed wins."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy import settings
from understudy.errors import UnderstudyError, UsageError
from understudy.settings import ApiSettings, Settings

if TYPE_CHECKING:
    from understudy.checking import CheckOptions


def loaded(ctx: click.Context, _: click.Parameter, path: Path | None) -> Settings:
    """The settings file, whose values for the whole run become the defaults of the options."""
    if path is None and not settings.DEFAULT.is_file():
        return Settings()
    try:
        found = settings.load(path or settings.DEFAULT)
    except UnderstudyError as error:
        click.echo(f"understudy: {error}", err=True)
        sys.exit(error.exit_code)
    thresholds = [f"{kind}={per_cent}" for kind, per_cent in found.run.get("fail_under", {}).items()]
    ctx.default_map = {**(ctx.default_map or {}), **found.run, "fail_under": thresholds}
    return found


def options(given: Mapping[str, Any]) -> "CheckOptions":
    """What to check and how, of the whole run and of each API that has settings of its own."""
    read: Settings = given["config"]
    typed = _typed(given)
    specs = given["specs"] or tuple(api.spec for api in read.apis.values())
    apis = {name: _of_api(name, api, typed, given) for name, api in read.apis.items()}
    return replace(typed, specs=specs, apis=apis)


def _of_api(name: str, api: ApiSettings, typed: "CheckOptions", given: Mapping[str, Any]) -> "CheckOptions":
    plan = typed.plan
    own = {} if given["dry_run"] else _credentials(name, api)
    return replace(
        typed,
        target=given["target"] or api.target or typed.target,
        credentials={**own, **typed.credentials},
        headers=_merged(api.headers, typed.headers),
        token_url=typed.token_url or api.token_url,
        overlays=(*api.overlays, *typed.overlays),
        plan=replace(plan, include=plan.include or api.include, exclude=plan.exclude or api.exclude),
    )


def _credentials(name: str, api: ApiSettings) -> dict[str, str]:
    """The credentials that the settings name. Raises UsageError for a variable that is not set."""
    for scheme, variable in api.credentials.items():
        if not os.environ.get(variable):
            raise UsageError(f"[api.{name}] takes {scheme!r} from ${variable}, which is not set")
    return {scheme: os.environ[variable] for scheme, variable in api.credentials.items()}


def _merged(
    settings: tuple[tuple[str, str], ...], typed: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    names = {name for name, _ in typed}
    return (*(field for field in settings if field[0] not in names), *typed)


def _typed(given: Mapping[str, Any]) -> "CheckOptions":
    from understudy.check.login import Client
    from understudy.check.plan import PlanOptions
    from understudy.check.sender import SendOptions
    from understudy.checking import SELF, CheckOptions

    return CheckOptions(
        specs=given["specs"],
        overlays=given["overlays"],
        use_overlays=not given["no_overlay"],
        target=given["target"] or SELF,
        stubs=given["stubs"],
        plan=PlanOptions(
            seed=given["seed"],
            max_examples=given["max_examples"],
            include=given["include"],
            exclude=given["exclude"],
            safe=given["safe"],
            max_requests=given["max_requests"],
        ),
        shard=given["shard"],
        send=SendOptions(
            timeout=given["timeout"],
            rate_limit=given["rate_limit"],
            verify=not given["insecure"],
            ca_file=given["ca_file"],
        ),
        credentials=given["credentials"],
        headers=given["headers"],
        token_url=given["token_url"],
        client=Client(given["client_id"], given["client_secret"]),
        workers=given["workers"],
        max_response_time=given["max_response_time"],
        timings=given["timings"],
        strict=given["strict"],
        fail_under=given["fail_under"],
    )
