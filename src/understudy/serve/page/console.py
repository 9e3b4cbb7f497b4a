"""The console: what is played, each operation with a command to paste, and a place for the requests."""

from collections.abc import Iterator

from starlette.responses import HTMLResponse

from understudy.html.markup import Element, element
from understudy.serve.docs.address import DOCS, of_operation
from understudy.serve.fake import Fake, Played
from understudy.serve.page import attempt, credentials
from understudy.serve.page.layout import HOME, page
from understudy.serve.routing import Role

_MAX_COMMANDS = 100
"""Up to how many operations the page comes with every command; else each is made when it is unfolded."""


def render(fake: Fake, base: str) -> HTMLResponse:
    """The page."""
    names = " and ".join(played.contract.name for played in fake.apis)
    return page(
        names,
        _welcome(names, base),
        element(
            "div", element("p", class_="trouble", role="alert", id="trouble", hidden=""), class_="notices"
        ),
        element("div", _operations(fake, base), _requests(), class_="columns"),
        here=HOME,
        skip="Skip to the operations",
        data={"play": fake.digest},
    )


def _welcome(names: str, base: str) -> Element:
    return element(
        "section",
        element("h1", f"A fake of {names}"),
        element(
            "p",
            "Point your client at ",
            element("code", base),
            ". It answers by the contract: the same request gets the same bytes.",
        ),
        element(
            "p",
            element("a", "Operations", href="#operations"),
            element("a", "Requests", href="#requests"),
            class_="jump",
        ),
        class_="welcome",
    )


def _operations(fake: Fake, base: str) -> Element:
    count = len(fake.roles)
    search = element(
        "p",
        element("label", "Find an operation ", for_="find"),
        element("input", id="find", type="search", autocomplete="off", spellcheck="false"),
        class_="find",
        hidden="",
    )
    groups = [_group(fake, played, base, count <= _MAX_COMMANDS) for played in fake.apis]
    return element(
        "section",
        element("h2", "Operations ", element("span", str(count), class_="count"), id="operations"),
        search,
        *groups,
        aria_labelledby="operations",
        class_="operations",
    )


def _group(fake: Fake, played: Played, base: str, with_commands: bool) -> Element:
    name = played.contract.name
    info = played.contract.document.root.get("info")
    title = str(info.get("title", "")) if isinstance(info, dict) else ""
    roles = [fake.roles[name, operation.name] for operation in played.contract.operations]
    return element(
        "div",
        element(
            "h3",
            f"{name} ",
            element("span", title, class_="muted") if title else None,
            element("a", "Read its document", href=f"{DOCS}/{name}", class_="aside"),
        ),
        *(_operation(fake, role, base, with_commands) for role in roles),
        class_="api",
    )


def _operation(fake: Fake, role: Role, base: str, with_command: bool) -> Element:
    operation = role.operation
    summary = operation.declaration.node.get("summary")
    source = role.responder.source
    head = element(
        "summary",
        element("b", operation.method, class_=f"method {operation.method.lower()}"),
        element("code", role.path),
        element("span", source, class_="badge note"),
        element("span", "companion", class_="badge note") if operation.declaration.companion else None,
        element("span", str(summary), class_="about") if summary else None,
    )
    return element(
        "details",
        head,
        element("div", *_inside(fake, role, base, with_command), class_="inside"),
        class_="operation",
        data_api=role.api,
        data_operation=operation.name,
    )


def _inside(fake: Fake, role: Role, base: str, with_command: bool) -> Iterator[Element]:
    yield element(
        "p",
        element("a", "Parameters, schemas and replies", href=of_operation(role.api, role.operation)),
        class_="small",
    )
    yield element("p", "Credentials: ", credentials.told(role, fake.options.auth), class_="small")
    command = attempt.command(role, base) if with_command else ""
    if command is None:
        yield element("p", "No sample request can be made for it.", class_="small muted")
    else:
        code = element("code", command or "Unfolded with JavaScript, or in its document.")
        yield element(
            "div", element("pre", code, class_="curl", tabindex=0, aria_label="Command"), class_="command"
        )
    yield element("div", class_="attempt")


def _requests() -> Element:
    return element(
        "section",
        element("h2", "Requests ", element("span", "0", class_="count", id="count"), id="requests"),
        element("div", id="tools", class_="tools", hidden=""),
        element(
            "p",
            "The live list needs JavaScript. The journal itself is at ",
            element("a", f"{HOME}requests", href=f"{HOME}requests"),
            ".",
            id="unscripted",
        ),
        element(
            "p",
            "Nothing was asked yet. Paste a command from the list of operations, or send one from there.",
            id="nothing",
            class_="muted",
            hidden="",
        ),
        element("ol", id="log", class_="log", aria_label="Requests, newest first"),
        element("p", id="said", class_="unseen", role="status", aria_live="polite"),
        aria_labelledby="requests",
        class_="requests",
    )
