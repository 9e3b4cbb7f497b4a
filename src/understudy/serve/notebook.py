"""The values that the stubs of one process keep, in its memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from understudy.serve.bounds import Bounds, overhead


class Notebook:
    """The values of all namespaces, as JSON texts. One transaction at a time: the store sees to it."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._pages: dict[str, Page] = {}

    @contextmanager
    def begin(self, namespace: str) -> Iterator["Page"]:
        """The values of a namespace, put back as they were when the block raises. Raises StoreFull."""
        page = self._pages.get(namespace) or Page(namespace, self._bounds)
        page.undo = []
        try:
            yield page
            if page.undo and namespace not in self._pages:
                self._bounds.check_namespaces(len(self._pages))
                self._pages[namespace] = page
        except BaseException:
            page.restore()
            raise

    def clear(self, namespace: str | None) -> None:
        """Forget the values of a namespace, or all."""
        if namespace is None:
            self._pages.clear()
        else:
            self._pages.pop(namespace, None)


class Page:
    """The values of one namespace; `undo`, from its end, puts back what the transaction has changed."""

    def __init__(self, namespace: str, bounds: Bounds) -> None:
        self.undo: list[Callable[[], object]] = []
        self._namespace = namespace
        self._bounds = bounds
        self._kinds: dict[str, dict[str, str]] = {}
        self._size = 0

    def put(self, kind: str, id: str, text: str) -> None:
        values = self._kinds.setdefault(kind, {})
        old = values.get(id)
        self._resize(len(text) + overhead(kind, id) if old is None else len(text) - len(old))
        self.undo.append(lambda: self._put_back(kind, id, old))
        values[id] = text

    def get(self, kind: str, id: str) -> str | None:
        return self._kinds.get(kind, {}).get(id)

    def delete(self, kind: str, id: str) -> bool:
        values = self._kinds.get(kind, {})
        if id not in values:
            return False
        before = dict(values)  # to put it back in its place
        self.undo.append(lambda: self._kinds.update({kind: before}))
        self._resize(-len(values[id]) - overhead(kind, id))
        self._kinds[kind] = {other: text for other, text in values.items() if other != id}
        return True

    def all(self, kind: str) -> dict[str, str]:
        return dict(self._kinds.get(kind, {}))

    def restore(self) -> None:
        """All as it was before the transaction."""
        for act in reversed(self.undo):
            act()

    def _put_back(self, kind: str, id: str, old: str | None) -> None:
        if old is None:
            del self._kinds[kind][id]
        else:
            self._kinds[kind][id] = old

    def _resize(self, more: int) -> None:
        before = self._size
        if more > 0:
            self._bounds.check_size(self._namespace, before + more)
        self.undo.append(lambda: setattr(self, "_size", before))
        self._size = before + more
