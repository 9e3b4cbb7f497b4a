"""An API's own page: what it is, where it runs, which credentials it takes, and its operations."""

from collections.abc import Iterator

from understudy.contract import Operation, pointer
from understudy.contract.document import Document
from understudy.contract.security import schemes
from understudy.html.markup import Child, Element, element
from understudy.html.text import pretty
from understudy.serve.docs.address import name_of, of_line, of_operation, of_place
from understudy.serve.docs.operation import sent
from understudy.serve.docs.prose import prose
from understudy.serve.docs.schema import View, kind, schema
from understudy.serve.fake import Played
from understudy.types import JSON

DOCUMENTS = "/__understudy__/documents"


def info(played: Played) -> dict[str, JSON]:
    """The document's `info`; empty where it is none."""
    found = played.contract.document.root.get("info")
    return found if isinstance(found, dict) else {}


def api(view: View, played: Played) -> Iterator[Child]:
    """The page's parts."""
    told, document = info(played), played.contract.document
    yield element("h1", str(told.get("title") or played.contract.name))
    yield element(
        "p",
        f"Version {told.get('version', 'unknown')} · OpenAPI {document.root.get('openapi', '')} · ",
        element("a", document.source.name, href=of_line(document.name, document.source.name, 1)),
        " · ",
        element("a", "as JSON, overlays applied", href=f"{DOCUMENTS}/{document.name}"),
        class_="small muted",
    )
    yield prose(told.get("description"))
    yield from _servers(document.root.get("servers"))
    yield from _schemes(view)
    yield element("h2", "Operations")
    rows = [_listed(document.name, operation) for operation in played.contract.operations]
    yield element("ul", *rows, class_="list")
    yield from _webhooks(document)


def _webhooks(document: Document) -> Iterator[Element]:
    names = webhooks(document)
    if names:
        yield element("h2", "Webhooks")
        links = (element("a", name, href=of_place(document.name, webhook_place(name))) for name in names)
        yield element("ul", *(element("li", link) for link in links), class_="list")


def webhooks(document: Document) -> list[str]:
    """The names of what the API sends by itself."""
    found = document.root.get("webhooks")
    return list(found) if isinstance(found, dict) else []


def webhook_place(name: str) -> str:
    """Where a webhook is declared."""
    return pointer.join("/webhooks", name)


def webhook(view: View, place: str) -> Iterator[Child]:
    """The page of a request that the API sends by itself, and that its clients are to serve."""
    yield element("h1", element("code", name_of(place)))
    yield element("p", "A webhook: the API sends this request. ", view.line(place), class_="small muted")
    yield from sent(view, place)


def _servers(servers: JSON) -> Iterator[Element]:
    urls = [server["url"] for server in servers or () if isinstance(server, dict) and server.get("url")]
    if urls:
        yield element("h2", "Servers it describes")
        yield element("ul", *(element("li", element("code", str(url))) for url in urls))


def _schemes(view: View) -> Iterator[Element]:
    found = schemes(view.document)
    if not found:
        return
    yield element("h2", "Credentials")
    rows = []
    for name, scheme in found.items():
        place = pointer.join("/components/securitySchemes", name)
        _, node = view.object(place)
        head = (element("b", name), " ", element("code", scheme.carrier), " ", view.line(place))
        rows.append(element("li", element("p", *head, class_="kind"), prose(node.get("description"))))
    yield element("ul", *rows, class_="members")


def _listed(api: str, operation: Operation) -> Element:
    return element(
        "li",
        element(
            "a",
            element("b", operation.method, class_=f"method {operation.method.lower()}"),
            " ",
            element("code", operation.path),
            href=of_operation(api, operation),
        ),
        " ",
        element("span", str(operation.declaration.node.get("summary") or ""), class_="muted"),
    )


def component(view: View, place: str) -> Iterator[Child]:
    """The page of a component: a schema unfolded, anything else as it stands in the document."""
    tokens = pointer.tokens(pointer.split(place)[1])
    file, _ = view.document.where(place)
    yield element("h1", element("code", name_of(place)))
    yield element("p", f"{file} ", view.line(place), class_="small muted")
    if tokens[:1] != ["components"] or tokens[1] == "schemas":
        yield schema(view, place)
    else:
        yield element("pre", pretty(view.object(place)[1]), tabindex=0, aria_label=kind({}))
