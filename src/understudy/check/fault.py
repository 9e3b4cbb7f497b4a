"""One fault of one exchange, before it is grouped with its like into a finding."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from understudy.contract import pointer
from understudy.types import JSON, Path, Place, Verdict, Violation

_NAMED = ("properties", "patternProperties", "prefixItems")
_UNNAMED = ("additionalProperties", "unevaluatedProperties", "items")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one exchange, and whose fault it is.

    `rule` is that of a Violation, in the response or in a request that was taken, or one of:

    - `server-error`: a 5xx
    - `unauthenticated-accepted`, `credential-accepted`: let in without, with a malformed or with a wrong one
    - `credential-refused`: kept out with a good one
    - `refused`: refused a request that the contract allows
    - `method`: took a method that is not declared, or did not name the right ones in Allow
    - `link`: a link leads to nothing; `lost-resource`: what was created is not there; `use-after-delete`:
      what was deleted still is; `wrong-resource`: what is found by an id has another one
    - `impossible`: 501, and nothing keeps the schema of the declared answer
    - `response-time`, `inconsistent`, `http`, `connection`, `unavailable`, `rate-limit`
    """

    verdict: Verdict
    rule: str
    message: str
    place: Place = "status"
    path: Path = ()
    pointer: str = ""
    expected: JSON = None
    got: JSON = None
    violation: Violation | None = None
    """The violation that this fault is, or that the server let pass."""

    def key(self, api: str, operation: str) -> str:
        """The id of the finding that this fault belongs to: the same cause has the same id in every run."""
        cause = (api, operation, self.verdict, self.rule, self.place, general(self.path), self.pointer)
        return sha256(repr(cause).encode()).hexdigest()[:12]


def general(path: Path, place: str = "") -> Path:
    """A path with `*` for what differs between values of one schema: array indexes, and names in a map.

    place: the pointer to the keyword that failed, which tells a map's members from declared ones.
    """
    free = list(_steps(pointer.tokens(place)))
    if place.endswith(("/required", "/dependentRequired")):
        free.append(False)  # the path ends with the member that is missing
    from_end = dict(zip(range(len(path) - 1, -1, -1), reversed(free), strict=False))
    return tuple(
        "*" if isinstance(token, int) or from_end.get(index) else token for index, token in enumerate(path)
    )


def _steps(tokens: list[str]) -> Iterator[bool]:
    """For each step into the data that a pointer into a schema takes, whether it is into a map."""
    rest = iter(tokens[tokens.index("schema") + 1 :] if "schema" in tokens else tokens[3:])
    for keyword in rest:
        if keyword in _NAMED:
            next(rest, None)
            yield keyword == "patternProperties"
        elif keyword in _UNNAMED:
            yield keyword != "items"
