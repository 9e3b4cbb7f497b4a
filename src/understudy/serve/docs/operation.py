"""An operation's page: what it is for, how to call it, what it takes, what it answers and sends by itself."""

from collections.abc import Iterator, Sequence

from understudy.contract import pointer
from understudy.contract.mend import METHODS
from understudy.html.markup import Child, Element, element
from understudy.html.text import pretty
from understudy.serve.docs.prose import prose
from understudy.serve.docs.schema import View, schema
from understudy.serve.routing import Role
from understudy.types import JSON

_MAX_EXAMPLE = 8_000


def describe(view: View, role: Role, command: str | None, credentials: Child) -> Iterator[Element | None]:
    """Everything that the document says of an operation."""
    operation = role.operation
    node = operation.declaration.node
    yield element(
        "h1",
        element("b", operation.method, class_=f"method {operation.method.lower()}"),
        " ",
        element("code", operation.path),
    )
    yield element("p", str(node["summary"]), class_="lead") if node.get("summary") else None
    if node.get("deprecated") is True:
        yield element("p", element("span", "deprecated", class_="badge warn"))
    yield prose(node.get("description"))
    yield _facts(view, role, credentials)
    if command:
        yield element("h2", "Ask the fake")
        code = element("pre", element("code", command), class_="curl", tabindex=0, aria_label="Command")
        yield element("div", code, class_="command")
    place = operation.declaration.pointer
    yield from _parameters(view, [parameter.pointer for parameter in operation.parameters])
    yield from _request_body(view, place, node)
    yield from _responses(view, place, list(operation.responses))
    yield from _callbacks(view, place, node)


def sent(view: View, place: str) -> Iterator[Element | None]:
    """The operations of a path item that others are to serve: of a webhook or a callback."""
    place, item = view.object(place)
    for method in METHODS:
        if isinstance(item.get(method), dict):
            yield element("p", element("b", method.upper(), class_=f"method {method}"))
            yield from _sent(view, pointer.join(place, method), item[method])


def _sent(view: View, place: str, node: dict[str, JSON]) -> Iterator[Element | None]:
    yield element("p", str(node["summary"]), class_="lead") if node.get("summary") else None
    yield prose(node.get("description"))
    listed, answers = node.get("parameters"), node.get("responses")
    count = len(listed) if isinstance(listed, list) else 0
    yield from _parameters(view, [pointer.join(place, "parameters", index) for index in range(count)])
    yield from _request_body(view, place, node)
    yield from _responses(view, place, [str(key) for key in answers] if isinstance(answers, dict) else [])


def _callbacks(view: View, place: str, node: dict[str, JSON]) -> Iterator[Element]:
    """What the API sends in turn, and where to."""
    named = node.get("callbacks")
    if not isinstance(named, dict) or not named:
        return
    yield element("h2", "Callbacks")
    for name in named:
        there, found = view.object(pointer.join(place, "callbacks", name))
        for expression in found:
            heading = element("summary", name, " to ", element("code", expression))
            told = sent(view, pointer.join(there, expression))
            yield element("details", heading, *told, class_="response")


def _facts(view: View, role: Role, credentials: Child) -> Element:
    operation = role.operation
    file, _ = view.document.where(operation.declaration.pointer)
    rows: list[tuple[str, Child]] = [
        ("Operation id", element("code", operation.operation_id) if operation.operation_id else None),
        ("Credentials", credentials),
        ("Answered by", "its stub" if role.responder.stub else "an example or data made from the schema"),
        ("Declared at", element("span", f"{file}, ", view.line(operation.declaration.pointer) or "")),
    ]
    pairs = [part for name, value in rows if value for part in (element("dt", name), element("dd", value))]
    return element("dl", *pairs, class_="facts")


def _parameters(view: View, places: Sequence[str]) -> Iterator[Element]:
    if places:
        yield element("h2", "Parameters")
        yield element("ul", *(_parameter(view, place) for place in places), class_="members")


def _parameter(view: View, place: str) -> Element:
    place, node = view.object(place)
    head = element(
        "p",
        element("span", element("b", str(node.get("name"))), class_="member"),
        " ",
        element("span", f"in {node.get('in')}", class_="type"),
        " ",
        element("span", "required", class_="badge warn") if node.get("required") is True else None,
        " ",
        view.line(place),
        class_="kind",
    )
    return element("li", head, prose(node.get("description")), *_value(view, place, node))


def _value(view: View, place: str, node: dict[str, JSON]) -> Iterator[Element]:
    """The schema of a parameter or a header, or of its content, and its examples."""
    if "schema" in node:
        yield schema(view, pointer.join(place, "schema"))
    yield from _contents(view, place, node)
    yield from _examples(view, place, node)


def _contents(view: View, place: str, node: dict[str, JSON]) -> Iterator[Element]:
    content = node.get("content")
    for media_type, entry in content.items() if isinstance(content, dict) else ():
        there = pointer.join(place, "content", media_type)
        yield element("p", element("code", media_type), " ", view.line(there), class_="media")
        if isinstance(entry, dict):
            if "schema" in entry:
                yield schema(view, pointer.join(there, "schema"))
            yield from _examples(view, there, entry)


def _examples(view: View, place: str, node: dict[str, JSON]) -> Iterator[Element]:
    if "example" in node:
        yield _example("Example", node["example"])
    named = node.get("examples")
    for name in named if isinstance(named, dict) else ():
        _, found = view.object(pointer.join(place, "examples", name))
        if "value" in found:
            yield _example(f"Example: {name}", found["value"])


def _example(title: str, value: JSON) -> Element:
    text = value if isinstance(value, str) else pretty(value)
    shown = text if len(text) <= _MAX_EXAMPLE else text[:_MAX_EXAMPLE] + "…"
    return element("details", element("summary", title), element("pre", shown, tabindex=0), class_="example")


def _request_body(view: View, place: str, node: dict[str, JSON]) -> Iterator[Element | None]:
    if "requestBody" not in node:
        return
    place, node = view.object(pointer.join(place, "requestBody"))
    required = element("span", "required", class_="badge warn") if node.get("required") is True else None
    yield element("h2", "Request body ", required)
    yield prose(node.get("description"))
    yield from _contents(view, place, node)


def _responses(view: View, operation: str, statuses: Sequence[str]) -> Iterator[Element]:
    yield element("h2", "Responses")
    for index, status in enumerate(statuses):
        place, node = view.object(pointer.join(operation, "responses", status))
        about = str(node.get("description", "")).strip().split("\n")[0]
        mark = element("b", status, class_=f"status s{status[0]}")
        yield element(
            "details",
            element("summary", mark, f" {about}"),
            element("p", view.line(place), class_="links"),
            *_contents(view, place, node),
            *_headers(view, place, node),
            *_links(view, place, node),
            open="" if index == 0 else None,
            class_="response",
        )


def _headers(view: View, place: str, node: dict[str, JSON]) -> Iterator[Element]:
    found = node.get("headers")
    for name in found if isinstance(found, dict) else ():
        yield _header(view, pointer.join(place, "headers", name), name)


def _links(view: View, place: str, node: dict[str, JSON]) -> Iterator[Element]:
    """Where to go on from a response, and with what of it."""
    found = node.get("links")
    for name in found if isinstance(found, dict) else ():
        there, link = view.object(pointer.join(place, "links", name))
        to = str(link.get("operationId") or link.get("operationRef") or "")
        passed = {key: link[key] for key in ("parameters", "requestBody") if key in link}
        yield element(
            "div",
            element("p", "Link ", element("code", name), " to ", element("code", to), " ", view.line(there)),
            prose(link.get("description")),
            element("pre", pretty(passed), tabindex=0) if passed else None,
        )


def _header(view: View, place: str, name: str) -> Element:
    place, node = view.object(place)
    return element(
        "div",
        element("p", "Header ", element("code", name), class_="media"),
        prose(node.get("description")),
        *_value(view, place, node),
    )
