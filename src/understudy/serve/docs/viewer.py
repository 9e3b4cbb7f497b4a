"""The pages of the viewer: all APIs, one of them, an operation or component of it, the lines of its files."""

from collections.abc import Iterable, Iterator

from starlette.responses import HTMLResponse

from understudy.contract import Operation, pointer
from understudy.html.markup import Child, element
from understudy.serve.docs import about, files
from understudy.serve.docs.address import DOCS, name_of, of_place
from understudy.serve.docs.operation import describe
from understudy.serve.docs.schema import View
from understudy.serve.docs.side import side
from understudy.serve.fake import Fake, Played
from understudy.serve.page import attempt, credentials
from understudy.serve.page.layout import page

_KINDS = ("schemas", "parameters", "responses", "requestBodies", "headers", "securitySchemes", "examples")


def overview(fake: Fake) -> HTMLResponse:
    """Every API that is played."""
    cards = [
        element(
            "li",
            element("h2", element("a", played.contract.name, href=of_place(played.contract.name, ""))),
            element("p", str(about.info(played).get("title", ""))),
            element("p", f"Operations: {len(played.contract.operations)}", class_="small muted"),
        )
        for played in fake.apis
    ]
    title = element("h1", "Documents")
    return page("Documents", title, element("ul", *cards, class_="cards"), here=DOCS, skip="Skip to the text")


def at(fake: Fake, played: Played, place: str, base: str) -> HTMLResponse:
    """The page of the operation or component that holds a place, else the API's own."""
    operations = {operation.declaration.pointer: operation for operation in played.contract.operations}
    view = View(played.contract.document)
    for prefix in _upwards(place):
        if prefix in operations:
            name = operations[prefix].name
            return _framed(played, prefix, name, _operation(fake, played, operations[prefix], base))
        if _is_component(prefix):
            return _framed(played, prefix, name_of(prefix), about.component(view, prefix))
        if _is_webhook(prefix):
            return _framed(played, prefix, name_of(prefix), about.webhook(view, prefix))
    if pointer.split(place)[0] and view.object(place)[1]:
        return _framed(played, place, name_of(place), about.component(view, place))
    return _framed(played, "", played.contract.name, about.api(view, played))


def source(played: Played, file: str, line: str) -> HTMLResponse:
    """The lines of one of the API's files around one of them; of an unknown file, those of the document."""
    document = played.contract.document
    name = file if file in document.texts else document.source.name
    number = int(line) if line.isascii() and line.isdecimal() and len(line) < 10 else 1
    return _framed(played, None, name, files.around(played, name, number))


def _operation(fake: Fake, played: Played, operation: Operation, base: str) -> Iterator[Child]:
    role = fake.roles[played.contract.name, operation.name]
    told = credentials.told(role, fake.options.auth)
    return describe(View(played.contract.document), role, attempt.command(role, base), told)


def _framed(played: Played, here: str | None, title: str, main: Iterable[Child]) -> HTMLResponse:
    """A page with the API's operations and schemas at its side."""
    return page(title, *main, here=DOCS, skip="Skip to the text", side=side(played, here))


def _upwards(place: str) -> Iterator[str]:
    """The place and all that it is in, the root of its file left out."""
    file, inside = pointer.split(place)
    while inside:
        yield pointer.in_file(file, inside)
        inside = inside.rpartition("/")[0]


def _is_webhook(place: str) -> bool:
    tokens = pointer.tokens(pointer.split(place)[1])
    return len(tokens) == 2 and tokens[0] == "webhooks"


def _is_component(place: str) -> bool:
    tokens = pointer.tokens(pointer.split(place)[1])
    return len(tokens) == 3 and tokens[0] == "components" and tokens[1] in _KINDS
