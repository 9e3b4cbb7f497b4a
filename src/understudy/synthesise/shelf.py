"""A bounded store of what is dear to make, the least recently used given up first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """Holds values up to a total size; safe between threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = Lock()
        self._held: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable, size: int, make: Callable[[], T]) -> T:
        """The value of `key`, made now if it is not held. What `make` raises is not held."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key][0]
        value = make()
        with self._lock:
            if key not in self._held:
                self._held[key] = value, size
                self._size += size
            while self._size > self._capacity and len(self._held) > 1:
                self._size -= self._held.popitem(last=False)[1][1]
        return value
