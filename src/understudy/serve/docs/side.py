"""What stands beside a page of the viewer: the API's operations by tag, and its schemas."""

from collections.abc import Iterator

from understudy.contract import Operation, pointer
from understudy.html.markup import Element, element
from understudy.serve.docs.about import webhook_place, webhooks
from understudy.serve.docs.address import of_operation, of_place
from understudy.serve.fake import Played

_SHORT = 20
"""Up to how many entries a group stands open."""


def side(played: Played, here: str | None) -> Element:
    """The contents of an API; `here` is the place that the page is of."""
    name = played.contract.name
    schemas, hooks = _schemas(played), webhooks(played.contract.document)
    groups = [
        *(
            _group(tag, [_entry(name, found, here) for found in operations])
            for tag, operations in _tagged(played)
        ),
        _group("Webhooks", [_webhook(name, hook, here) for hook in hooks]) if hooks else None,
        _group("Schemas", [_schema(name, schema, here) for schema in schemas]) if schemas else None,
    ]
    return element(
        "nav",
        element(
            "p", element("a", name, href=of_place(name, ""), aria_current=_current(here == "")), class_="api"
        ),
        element(
            "p",
            element("label", "Find ", for_="find"),
            element("input", id="find", type="search", autocomplete="off", spellcheck="false"),
            class_="find",
            hidden="",
        ),
        *groups,
        class_="side",
        aria_label=f"Contents of {name}",
    )


def _tagged(played: Played) -> Iterator[tuple[str, list[Operation]]]:
    """The operations by their first tag, in the order of the document."""
    groups: dict[str, list[Operation]] = {}
    for operation in played.contract.operations:
        tags = operation.declaration.node.get("tags")
        groups.setdefault(str(tags[0]) if isinstance(tags, list) and tags else "Operations", []).append(
            operation
        )
    yield from groups.items()


def _group(title: str, entries: list[Element]) -> Element:
    is_open = (
        "" if len(entries) <= _SHORT or any('aria-current="page"' in entry for entry in entries) else None
    )
    heading = element("summary", f"{title} ", element("span", str(len(entries)), class_="count"))
    return element("details", heading, element("ul", *entries), open=is_open)


def _entry(api: str, operation: Operation, here: str | None) -> Element:
    link = element(
        "a",
        element("b", operation.method, class_=f"method {operation.method.lower()}"),
        " ",
        operation.path,
        href=of_operation(api, operation),
        aria_current=_current(operation.declaration.pointer == here),
    )
    return element("li", link)


def _webhook(api: str, name: str, here: str | None) -> Element:
    place = webhook_place(name)
    return element("li", element("a", name, href=of_place(api, place), aria_current=_current(place == here)))


def _schema(api: str, name: str, here: str | None) -> Element:
    place = pointer.join("/components/schemas", name)
    return element("li", element("a", name, href=of_place(api, place), aria_current=_current(place == here)))


def _current(is_here: bool) -> str | None:
    return "page" if is_here else None


def _schemas(played: Played) -> list[str]:
    components = played.contract.document.root.get("components")
    found = components.get("schemas") if isinstance(components, dict) else None
    return list(found) if isinstance(found, dict) else []
