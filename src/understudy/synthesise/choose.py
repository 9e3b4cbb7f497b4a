"""Keyed choices: a draw is a digest of the key and of the place of the value, not of the order of calls."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Choice:
    """A source of choices for one place. The same key and the same steps give the same choices."""

    __slots__ = ("digest",)

    def __init__(self, digest: bytes) -> None:
        self.digest = digest

    @classmethod
    def of(cls, key: bytes) -> "Choice":
        return cls(blake2b(key, digest_size=16).digest())

    def at(self, step: str | int) -> "Choice":
        """The source for a part of this place; the member "1" and the item 1 are two places."""
        label = f"#{step}" if isinstance(step, int) else f".{step}"
        return Choice(blake2b(self.digest + label.encode("utf-8", "surrogatepass"), digest_size=16).digest())

    def number(self, count: int) -> int:
        """A number from 0 up to `count - 1`."""
        return int.from_bytes(self.digest, "big") % count

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(len(options))]

    def hex(self, length: int) -> str:
        return self.digest.hex()[:length]
