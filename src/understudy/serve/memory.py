"""Answers that were given, kept to be given again: the same request gets the same bytes."""

from collections import OrderedDict
from dataclasses import dataclass, field

from understudy.serve.answer import Answer

_OVERHEAD = 500
"""About how many bytes an answer takes beside its body."""


@dataclass
class Memory:
    """The latest answers by key, at most so many bytes of them. An answer larger than a tenth is not kept."""

    max_bytes: int
    _answers: OrderedDict[bytes, Answer] = field(default_factory=OrderedDict)
    _bytes: int = 0

    def get(self, key: bytes) -> Answer | None:
        """The answer that was given to the request with this key."""
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
        return answer

    def keep(self, key: bytes, answer: Answer) -> Answer:
        """Remember an answer, and forget the ones not asked for in the longest time."""
        size = _size(answer)
        if size > self.max_bytes // 10:
            return answer
        self._answers[key] = answer
        self._bytes += size
        while self._bytes > self.max_bytes:
            _, forgotten = self._answers.popitem(last=False)
            self._bytes -= _size(forgotten)
        return answer


def _size(answer: Answer) -> int:
    return len(answer.body) + sum(len(text) for _, _, text in answer.writes) + _OVERHEAD
