"""Which part of a list a request asks for, and what is told beside it: by names that APIs commonly use."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TypeGuard
from urllib.parse import quote, urlencode

from understudy.contract.parameter import Parameter
from understudy.serve.infer import names
from understudy.types import JSON

_ROLES: Mapping[str, Collection[str]] = MappingProxyType(
    {
        "size": (
            *("limit", "perpage", "pagesize", "size", "maxresults", "maxitems", "first", "top", "take"),
            *("count", "pagelimit", "resultsperpage", "itemsperpage", "maxpagesize"),
        ),
        "offset": ("offset", "skip", "start", "pageoffset"),
        "page": ("page", "pagenumber", "pageno", "pageindex"),
        "after": (
            *("after", "startingafter", "cursor", "startcursor", "nextcursor", "pagecursor", "pageafter"),
            *("pagetoken", "nexttoken", "nextpagetoken", "marker", "continuationtoken"),
        ),
    }
)
"""The names of query parameters, in plain form, by what they do."""
_DEFAULT_SIZE = 20
"""Of a page, where the document does not say."""
_TOTALS = ("total", "totalcount", "totalitems", "totalelements", "totalresults", "totalrecords", "totalsize")


@dataclass(frozen=True, slots=True)
class Page:
    """The part of `ids`, all that fits, which is shown."""

    ids: Sequence[str]
    start: int
    size: int

    @property
    def shown(self) -> Sequence[str]:
        return self.ids[self.start : self.start + self.size]

    @property
    def is_last(self) -> bool:
        return self.start + self.size >= len(self.ids)

    @property
    def pages(self) -> int:
        return -(-len(self.ids) // self.size) if self.size else 0


@dataclass(frozen=True)
class Paging:
    """The query parameters of an operation that choose a page."""

    parameters: Sequence[Parameter]

    @cached_property
    def roles(self) -> Mapping[str, Parameter]:
        """The parameter of each role; of several the first."""
        found: dict[str, Parameter] = {}
        for parameter in self.parameters:
            for role, known in _ROLES.items():
                if parameter.location == "query" and names.plain(parameter.name) in known:
                    found.setdefault(role, parameter)
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(parameter.name for parameter in self.roles.values())

    def page(self, ids: Sequence[str], query: Mapping[str, JSON]) -> Page:
        """The page that a query asks for."""
        size = self._size(query) if self.roles else len(ids)
        return Page(ids, min(self._start(ids, size, query), len(ids)), size)

    def told(self, page: Page, path: str, query: Mapping[str, JSON]) -> dict[str, tuple[JSON, ...]]:
        """What members of these plain names say of a page: the first value that fits."""
        total, first = len(page.ids), self._first_page
        number = page.start // page.size + first if page.size else first
        cursor = page.shown[-1] if page.shown and not page.is_last else None
        more: tuple[JSON, ...] = () if page.is_last else self._next(page, path, query)
        return {
            **dict.fromkeys(_TOTALS, (total,)),
            **dict.fromkeys(
                ("limit", "perpage", "pagesize", "maxresults"), (page.size,) if self.roles else ()
            ),
            **dict.fromkeys(("page", "currentpage", "pagenumber"), (number,)),
            **dict.fromkeys(("totalpages", "pages", "pagecount", "lastpage", "numpages"), (page.pages,)),
            **dict.fromkeys(("hasmore", "hasnext", "hasnextpage", "more"), (not page.is_last,)),
            **dict.fromkeys(("hasprevious", "hasprev", "hasprevpage", "haspreviouspage"), (page.start > 0,)),
            **dict.fromkeys(("nextcursor", "nextpagetoken", "nexttoken", "nextmarker"), _or_nothing(cursor)),
            **dict.fromkeys(("next", "nextlink", "nexturl", "nextpageurl"), (*more, *_NOTHING)),
            "nextpage": (*(() if page.is_last else (number + 1,)), *_or_nothing(cursor)),
            **dict.fromkeys(
                ("previous", "prev", "previouspage", "prevpage"), _NOTHING if not page.start else ()
            ),
            "firstid": _or_nothing(page.shown[0] if page.shown else None),
            "lastid": _or_nothing(page.shown[-1] if page.shown else None),
            "offset": (page.start,),
            "count": (total, len(page.shown)),
        }

    def _size(self, query: Mapping[str, JSON]) -> int:
        parameter = self.roles.get("size")
        given = query.get(parameter.name, _default(parameter)) if parameter else None
        return given if _is_count(given) else _DEFAULT_SIZE

    def _start(self, ids: Sequence[str], size: int, query: Mapping[str, JSON]) -> int:
        values = {role: query.get(parameter.name) for role, parameter in self.roles.items()}
        after, number, offset = values.get("after"), values.get("page"), values.get("offset")
        if after not in (None, ""):
            return ids.index(names.text(after)) + 1 if names.text(after) in ids else len(ids)
        if _is_count(number):
            return max(number - self._first_page, 0) * size
        return offset if _is_count(offset) else 0

    @cached_property
    def _first_page(self) -> int:
        parameter = self.roles.get("page")
        leaves = [leaf for leaf, _ in parameter.field.alternatives] if parameter else []
        return 0 if any(leaf.get(word) == 0 for leaf in leaves for word in ("minimum", "default")) else 1

    def _next(self, page: Page, path: str, query: Mapping[str, JSON]) -> tuple[JSON, ...]:
        """The address of the next page and the token that leads there."""
        steps = {
            "after": page.shown[-1] if page.shown else "",
            "offset": page.start + page.size,
            "page": page.start // page.size + 1 + self._first_page if page.size else 0,
        }
        for role, value in steps.items():
            if role in self.roles:
                asked = {**query, self.roles[role].name: value}
                told = {name: held for name, held in asked.items() if not isinstance(held, dict)}
                texts = [(name, names.text(one)) for name, held in told.items() for one in _listed(held)]
                return f"{path}?{urlencode(texts, quote_via=quote)}", *((value,) if role == "after" else ())
        return ()


_NOTHING: tuple[JSON, ...] = (None, ...)
"""No next page: null, else nothing, for which `...` stands."""


def _or_nothing(value: JSON) -> tuple[JSON, ...]:
    return _NOTHING if value is None else (value,)


def _default(parameter: Parameter) -> JSON:
    return next((leaf["default"] for leaf, _ in parameter.field.alternatives if "default" in leaf), None)


def _is_count(value: JSON) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _listed(value: JSON) -> Iterable[JSON]:
    return value if isinstance(value, list) else (value,)
