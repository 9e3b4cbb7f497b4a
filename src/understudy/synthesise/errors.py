"""What a part of the construction says when it cannot go on. `__init__` turns each into `Unsatisfiable`."""


class Contradiction(Exception):
    """No value of this part of the schema: `place` is its JSON pointer, `reason` says why."""

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        self.reason = reason
        super().__init__(reason)


class Stop(Contradiction):
    """No value at this depth: the schema recurs, or nests further than was allowed."""


class Refused(Contradiction):
    """A value was made, and the validator refused it: with other choices there may be one."""


class TooBig(Exception):
    """More values than a person wants to read: a shallower example is tried instead."""


class Exhausted(Exception):
    """The work allowed for one call is used up; `first` is what had stood in the way until then."""

    def __init__(self, first: Contradiction | None) -> None:
        self.first = first
        super().__init__()
