"""An operation's page: what it is for, how to call it, what it takes and what it answers."""

from collections.abc import Iterator

from understudy.contract import pointer
from understudy.html.markup import Child, Element, element
from understudy.html.text import pretty
from understudy.serve.docs.prose import prose
from understudy.serve.docs.schema import View, schema
from understudy.serve.fake import Role
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
    yield from _parameters(view, role)
    yield from _request_body(view, role)
    yield from _responses(view, role)


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


def _parameters(view: View, role: Role) -> Iterator[Element]:
    places = [parameter.pointer for parameter in role.operation.parameters]
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


def _request_body(view: View, role: Role) -> Iterator[Element | None]:
    declared = pointer.join(role.operation.declaration.pointer, "requestBody")
    if "requestBody" not in role.operation.declaration.node:
        return
    place, node = view.object(declared)
    required = element("span", "required", class_="badge warn") if node.get("required") is True else None
    yield element("h2", "Request body ", required)
    yield prose(node.get("description"))
    yield from _contents(view, place, node)


def _responses(view: View, role: Role) -> Iterator[Element]:
    yield element("h2", "Responses")
    declared = pointer.join(role.operation.declaration.pointer, "responses")
    for index, status in enumerate(role.operation.responses):
        place, node = view.object(pointer.join(declared, status))
        about = str(node.get("description", "")).strip().split("\n")[0]
        mark = element("b", status, class_=f"status s{status[0]}")
        yield element(
            "details",
            element("summary", mark, f" {about}"),
            element("p", view.line(place), class_="links"),
            *_contents(view, place, node),
            *_headers(view, place, node),
            open="" if index == 0 else None,
            class_="response",
        )


def _headers(view: View, place: str, node: dict[str, JSON]) -> Iterator[Element]:
    found = node.get("headers")
    for name in found if isinstance(found, dict) else ():
        yield _header(view, pointer.join(place, "headers", name), name)


def _header(view: View, place: str, name: str) -> Element:
    place, node = view.object(place)
    return element(
        "div",
        element("p", "Header ", element("code", name), class_="media"),
        prose(node.get("description")),
        *_value(view, place, node),
    )
