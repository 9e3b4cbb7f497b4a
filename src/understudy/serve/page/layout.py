"""The frame of every page: head, bar and skip link, and the policy that keeps what is foreign inert."""

from collections.abc import Mapping

from starlette.responses import HTMLResponse

from understudy import __version__
from understudy.html.markup import Child, Element, element
from understudy.serve.docs.address import DOCS

HOME = "/__understudy__/"
ASSETS = f"{HOME}assets/"

# No inline script or style, nothing of another host, and no text that a script could turn into markup.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
SAFETY = {
    "content-security-policy": _POLICY,
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


def page(
    title: str,
    *main: Child,
    here: str,
    skip: str,
    side: Element | None = None,
    data: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A whole page.

    here: the address of the entry of the bar that it belongs to. skip: the words of the link over all that
    stands before its main part. side: what stands beside it. data: what its script has to know, by name.
    """
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{title} - Understudy"),
        element("link", rel="stylesheet", href=f"{ASSETS}style.css"),
        element("link", rel="icon", href=f"{ASSETS}icon.svg", type="image/svg+xml"),
        element("script", src=f"{ASSETS}page.js", type="module"),
    )
    body = element(
        "body",
        element("a", skip, href="#main", class_="skip"),
        _bar(here),
        element("div", side, element("main", *main, id="main", tabindex=-1), class_="frame"),
        element("footer", element("p", f"Understudy {__version__}. Nothing here leaves this machine.")),
    )
    attributes = {f"data-{name}": value for name, value in (data or {}).items()}
    return HTMLResponse(f"<!doctype html>\n{element('html', head, body, lang='en', **attributes)}\n")


def _bar(here: str) -> Element:
    places = ((HOME, "Console"), (DOCS, "Documents"))
    links = [
        element("li", element("a", label, href=place, aria_current="page" if place == here else None))
        for place, label in places
    ]
    return element(
        "header",
        element("p", "Understudy", class_="brand"),
        element("nav", element("ul", *links), aria_label="Pages"),
        element("p", id="connection", class_="small muted", role="status"),
        class_="bar",
    )
