"""`understudy serve` and `understudy list`."""

from typing import Any, ParamSpec

import click

from understudy import __version__
from understudy.cli.options import content_options
from understudy.cli.show import say, told
from understudy.cli.values import pairs
from understudy.compose import sample
from understudy.contract.problems import problems
from understudy.contract.security import Requirement
from understudy.curl import curl
from understudy.errors import UnderstudyError, UsageError
from understudy.run import Play, bind, build, look, serve
from understudy.serve.fake import Fake
from understudy.serve.options import ServeOptions
from understudy.serve.routing import Role

P = ParamSpec("P")
_WARNINGS = 20
"""How many problems of the documents are told one by one."""
_FULL_LISTING = 20
"""Up to how many operations, without companions, the start of the server shows each with its curl line."""


_infer_state = click.option(
    "--infer-state",
    is_flag=True,
    help="Keep what the document shows to be created: it is found by its id, listed, changed and removed,"
    " without a stub.",
)


@click.command("serve")
@content_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=4010, show_default=True, help="0 takes a free one."
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Another seed gives other ids and values."
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes.")
@click.option(
    "--auth",
    type=click.Choice(["spec", "strict", "off"]),
    default="spec",
    show_default=True,
    help="spec: any credential of the right shape; strict: only those given; off: none asked.",
)
@click.option(
    "--credential",
    "given",
    multiple=True,
    callback=pairs,
    metavar="SCHEME=VALUE",
    help="A credential that --auth strict takes; also from UNDERSTUDY_CREDENTIAL_<SCHEME>.",
)
@click.option(
    "--cors/--no-cors",
    default=True,
    show_default=True,
    help="Whether web pages of other origins may read the replies.",
)
@click.option(
    "--max-body",
    type=click.IntRange(1),
    default=ServeOptions().max_body,
    show_default=True,
    help="Largest request body taken, in bytes.",
)
@click.option(
    "--memory",
    type=click.IntRange(0),
    default=ServeOptions().memory_bytes,
    show_default=True,
    help="Bytes of replies kept to be given again; 0 makes every reply anew.",
)
@click.option(
    "--state",
    default="",
    metavar="FILE|URL",
    help="Where the state is kept: a file, or postgresql://... for several machines; without it, it ends with"
    " the server.",
)
@click.option(
    "--state-bytes",
    type=click.IntRange(1),
    default=ServeOptions().state_bytes,
    show_default=True,
    help="How much the stubs may keep in one namespace.",
)
@click.option(
    "--state-namespaces",
    type=click.IntRange(1),
    default=ServeOptions().state_namespaces,
    show_default=True,
    help="In how many namespaces they may keep something.",
)
@click.option(
    "--scenarios",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Named lists of rules, such as: the first two calls 503, then as ever.",
)
@_infer_state
@click.option("--reload", is_flag=True, help="Play documents, overlays and stubs again when they are edited.")
@click.option("--access-log", is_flag=True, help="Write one line of JSON per request to standard output.")
@told
def serve_command(
    specs: tuple[str, ...],
    stubs: str | None,
    overlays: tuple[str, ...],
    no_overlay: bool,
    host: str,
    port: int,
    seed: int,
    workers: int,
    auth: Any,
    given: dict[str, str],
    cors: bool,
    max_body: int,
    memory: int,
    state: str,
    state_bytes: int,
    state_namespaces: int,
    scenarios: str | None,
    infer_state: bool,
    reload: bool,
    access_log: bool,
) -> None:
    """Serve fakes of the APIs in SPEC: shipped names, files or folders; without any, all the shipped ones."""
    if reload and workers > 1:
        raise UsageError("--reload takes one worker: leave out --workers, or --reload")
    options = ServeOptions(
        seed=seed,
        auth=auth,
        credentials=given,
        cors=cors,
        max_body=max_body,
        memory_bytes=memory,
        state_bytes=state_bytes,
        state_namespaces=state_namespaces,
        infer_state=infer_state,
    )
    play = Play(specs, stubs, overlays, not no_overlay, options, access_log, state, scenarios or "")
    read = look(play) if reload else None
    fake = build(play)
    listening = bind(host, port)
    base = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    _announce(fake, base)
    serve(play, fake, listening, workers, read)


@click.command("list")
@content_options
@_infer_state
@told
def list_command(
    specs: tuple[str, ...], stubs: str | None, overlays: tuple[str, ...], no_overlay: bool, infer_state: bool
) -> None:
    """List the operations of SPEC, what answers each, and which are a companion's."""
    fake = build(Play(specs, stubs, overlays, not no_overlay, ServeOptions(infer_state=infer_state)))
    _warn(fake)
    for role in fake.roles.values():
        row = (role.api, role.operation.method, role.path, *_source(role))
        say([("\t".join(row), "")])


def _source(role: Role) -> tuple[str, ...]:
    """What answers an operation, and whether it is one of a companion's."""
    source = role.responder.source
    return (source, "companion") if role.operation.declaration.companion else (source,)


def _warn(fake: Fake) -> None:
    """What is wrong in the documents, to standard error; the first of many."""
    told = [problem for played in fake.apis for problem in problems(played.contract.document)]
    for problem in told[:_WARNINGS]:
        click.echo(click.style("warning: ", fg="yellow") + problem, err=True)
    if len(told) > _WARNINGS:
        click.echo(f"... and {len(told) - _WARNINGS} more warnings", err=True)


def _announce(fake: Fake, base: str) -> None:
    """What is served where, how to authenticate, and a line to paste."""
    _warn(fake)
    names = ", ".join(played.contract.name for played in fake.apis)
    say([(f"Understudy {__version__}", "bold"), (f" plays {names} on ", ""), (base, "bold")], [])
    mounted = ", ".join(name for name, mount in fake.mounts.items() if mount)
    if mounted:
        told = "take some of the same requests: each is served below its own name, the first at the root too"
        say([(f"{mounted} {told}", "yellow")], [])
    documented = sum(not role.operation.declaration.companion for role in fake.roles.values())
    for role in fake.roles.values():
        operation = role.operation
        say(
            [
                (operation.method, "bold"),
                (f" {base}{role.path}  ", ""),
                (", ".join(_source(role)), "dim"),
            ]
        )
        if documented <= _FULL_LISTING and not operation.declaration.companion:
            _explain(fake, role, base)
    say([(f"Look at it: {base}/__understudy__/    Stop: Ctrl-C", "dim")])


def _explain(fake: Fake, role: Role, base: str) -> None:
    try:
        command = curl(sample(role.operation, fake.options.credentials), base + role.mount)
    except UnderstudyError as error:
        command = f"(no sample request: {error})"
    say([("  credentials: ", "dim"), (_authentication(fake, role), "")], [("  " + command, "cyan")], [])


def _authentication(fake: Fake, role: Role) -> str:
    if fake.options.auth == "off" or not role.operation.security:
        return "none needed"
    return ", or ".join(_alternative(requirement) for requirement in role.operation.security)


def _alternative(requirement: Requirement) -> str:
    return " and ".join(scheme.carrier for scheme in requirement) or "none"
