"""The reply that lists things: filtered, page by page, and what stands around them made right."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from understudy.contract.parameter import Parameter
from understudy.contract.schema import Schema, compile_schema
from understudy.serve.infer import names
from understudy.serve.infer.paging import Page, Paging
from understudy.serve.infer.views import Sheet, Thing, View, within
from understudy.types import JSON, Path

_ALL = ("all", "any", "*", "")
"""What a filter says that lets everything through."""


@dataclass(frozen=True)
class Listing:
    """How an operation lists things."""

    view: View
    id: Path
    """Where a thing that is kept has its id."""
    parameters: Sequence[Parameter]

    def reply(
        self, things: Mapping[str, Thing], path: str, query: Mapping[str, JSON], key: Callable[[str], bytes]
    ) -> tuple[JSON, dict[str, tuple[str, ...]]]:
        """The body, and texts for header fields. `key`: what a thing of an id is keyed on."""
        wanted = self._wanted(query)
        ids = [id for id, thing in things.items() if all(_fits(thing, *one) for one in wanted)]
        page = self._paging.page(ids, query)
        told = self._paging.told(page, path, query)
        items = [self.view.item(things[id], within(things[id], self.id), key(id)) for id in page.shown]
        return self._whole(items, page, told, key("")), _fields(told)

    @cached_property
    def _paging(self) -> Paging:
        return Paging(self.parameters)

    @cached_property
    def _filters(self) -> dict[str, Schema]:
        """The members that a query can ask for, by the name of the parameter."""
        queried = [one.name for one in self.parameters if one.location == "query"]
        shown = self.view.members
        document = self.view.content.document
        return {
            name: compile_schema(document, shown[name].place, "response")
            for name in queried
            if name in shown and name not in self._paging.names
        }

    def _wanted(self, query: Mapping[str, JSON]) -> list[tuple[str, list[str]]]:
        """The members that a query asks for, with the texts that will do; what none can have asks nothing."""
        found = []
        for name, schema in self._filters.items():
            asked = query.get(name)
            values = asked if isinstance(asked, list) else [asked]
            possible = [one for one in values if schema.is_valid(one) or schema.is_valid([one])]
            texts = [names.text(one) for one in possible if not isinstance(one, dict | list | None)]
            if texts and not set(texts) & set(_ALL):
                found.append((name, texts))
        return found

    def _whole(self, items: list[JSON], page: Page, told: Mapping[str, tuple[JSON, ...]], key: bytes) -> JSON:
        if not self.view.path:
            return items if self.view.schema.is_valid(items) else self.view.base(key, {})
        whole = self.view.base(key, {})
        sheet, holder = Sheet(whole, self.view.schema), within(whole, self.view.path[:-1])
        if isinstance(holder, dict):
            sheet.change(holder, {**holder, str(self.view.path[-1]): items})
        for held in _surrounding(whole, within(whole, self.view.path)):
            for name in list(held):
                _say(sheet, held, name, told.get(names.plain(name), ()), page)
        return whole


def _say(sheet: Sheet, held: Thing, name: str, values: Sequence[JSON], page: Page) -> None:
    """The first of the values that fits; `...` is that there is none."""
    if names.plain(name) == "count" and any("total" in other.lower() for other in held):
        values = (len(page.shown),)
    for value in values:
        wanted = {**held, name: value}
        if value is ...:
            del wanted[name]
        if sheet.change(held, wanted):
            return


def _surrounding(whole: JSON, items: JSON, depth: int = 2) -> Iterator[Thing]:
    """The objects of an envelope, but for those listed."""
    if not isinstance(whole, dict) or depth < 0:
        return
    yield whole
    for value in list(whole.values()):
        if value is not items:
            yield from _surrounding(value, items, depth - 1)


def _fits(thing: Thing, name: str, texts: Sequence[str]) -> bool:
    """Whether a member of a thing has one of these values, or holds it."""
    value = thing.get(name)
    held = value if isinstance(value, list) else [value]
    return any(names.text(one) in texts for one in held if not isinstance(one, dict))


def _fields(told: Mapping[str, tuple[JSON, ...]]) -> dict[str, tuple[str, ...]]:
    """Header fields that many APIs put the numbers of a page in."""
    numbers = {"x-total-count": "total", "x-total": "total", "total-count": "total"}
    numbers |= {"x-total-pages": "totalpages", "x-page": "page", "x-per-page": "perpage"}
    texts = {field: tuple(map(str, told[name])) for field, name in numbers.items()}
    following = [value for value in told["next"] if isinstance(value, str) and "?" in value]
    return {**texts, "link": tuple(f'<{address}>; rel="next"' for address in following[:1])}
