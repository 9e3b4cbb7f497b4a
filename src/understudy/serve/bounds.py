"""How much the stubs may keep, and what is told when it is too much."""

from dataclasses import dataclass
from urllib.parse import quote


class StoreError(Exception):
    """The database fails; the message says where it is and why."""


class StoreFull(StoreError):
    """A value does not fit into the bounds of the state; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much the stubs may keep."""

    namespace_bytes: int = 16 * 1024 * 1024
    """Of one namespace: the values as JSON, their kinds and ids, and a little for each."""
    namespaces: int = 10_000

    def check_namespaces(self, count: int) -> None:
        """Raises StoreFull where there is no room for one more."""
        if count >= self.namespaces:
            raise StoreFull(
                f"the state has {count} namespaces, which is the most;"
                " POST /__understudy__/reset?namespace=NAME forgets one"
            )

    def check_size(self, namespace: str, size: int) -> None:
        """Raises StoreFull where a namespace must not be so large."""
        if size > self.namespace_bytes:
            raise StoreFull(
                f"the state of namespace {namespace!r} would grow to {size} bytes, over the"
                f" {self.namespace_bytes} that it may have; POST /__understudy__/reset?namespace="
                f"{quote(namespace)} forgets them"
            )


def overhead(kind: str, id: str) -> int:
    """About how many bytes a value takes beside its text."""
    return len(kind) + len(id) + 100
