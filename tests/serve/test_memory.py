"""Replies are kept, bounded, and never taken for one another."""

from understudy.serve.answer import Answer
from understudy.serve.memory import Memory


def answer(size: int) -> Answer:
    return Answer(200, (), b"x" * size, "stub")


def test_what_was_given_is_given_again() -> None:
    """An answer is found by its key alone."""
    memory = Memory(100_000)
    kept = memory.keep(b"a", answer(3))
    assert memory.get(b"a") is kept
    assert memory.get(b"b") is None


def test_the_one_not_asked_for_longest_is_forgotten_first() -> None:
    """Bytes are bounded; what is asked for stays."""
    memory = Memory(20_000)
    for name in (b"a", b"b", b"c"):
        memory.keep(name, answer(1000))
    for number in range(11):
        assert memory.get(b"a") is not None
        memory.keep(bytes([number]), answer(1000))
    assert memory.get(b"a") is not None
    assert memory.get(b"b") is None


def test_a_large_answer_is_not_kept() -> None:
    """One answer never drives out all the others."""
    memory = Memory(20_000)
    memory.keep(b"a", answer(3000))
    assert memory.get(b"a") is None
