"""The few frozen values that every room of the house passes to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

JSON = Any
"""Plain JSON: dict, list, str, int, float, bool or None."""
HIDDEN = "x-understudy-hidden"
"""Marks the schema of a property that the other direction alone has: one that is taken and never made."""

Headers = tuple[tuple[str, str], ...]
"""Header fields in the order they were sent, names in lower case."""

Place = Literal["body", "path", "query", "header", "cookie", "status"]
"""The part of a request or a response that a violation is about."""

Path = tuple[str | int, ...]
"""Where a value stands inside its place: member names and array indexes."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was on the wire. `path` is percent-encoded, `query` is without the `?`."""

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""

    def with_body(self, body: bytes) -> "Request":
        """The same request with another body."""
        return Request(self.method, self.path, self.query, self.headers, body)


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it was on the wire."""

    status: int
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and the response it got."""

    request: Request
    response: Response


@dataclass(frozen=True, slots=True)
class File:
    """One file of a form: a part that came with a filename."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a request or a response breaks the contract.

    `rule` is the JSON Schema keyword that failed (`type`, `required`, `format`, `anyOf`, ...) or one of
    the rules of this engine:

    - `json`: the body is not JSON (`expected` is the byte offset of the fault)
    - `form`: a multipart or form body that cannot be taken apart
    - `xml`, `yaml`: the body is not of that language
    - `text`: a form part that is not UTF-8
    - `file`: a part that must be a file came without a filename
    - `media-type`: a body of a media type that the operation does not take
    - `content`: a string that must hold JSON of its `contentSchema` and does not
    - `business`: a schema that carries `x-understudy-business-rule` failed; `message` is that text
    - `status`: a response status that the operation does not declare
    - `style`: a parameter that is not written in its style (`expected` is how it is written)
    - `header`: a response header that is missing
    - `beyond`: a fault so far inside a very large value that it is not looked for

    Of `required`, `additionalProperties` and their kin there is one violation for each member, and
    `path` ends with the name of that member. Of `anyOf: [X, {"type": "null"}]` the violations are those
    of X itself. Any other failed `anyOf` or `oneOf` is one violation, and `branches` holds those of each
    branch, in the document's order, a `null` branch left out.
    """

    rule: str
    place: Place
    path: Path
    pointer: str
    """JSON pointer (RFC 6901) into the document: the keyword that failed."""
    message: str
    expected: JSON
    """The keyword's value."""
    got: JSON
    """The value that broke it; for a missing member the object that should have it."""
    schema: Mapping[str, JSON]
    """The schema object that holds the keyword, `$ref`s not followed; empty where there is none."""
    branches: tuple[tuple["Violation", ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request got no response.


    `protocol` is a response that is not HTTP, or ends before its announced length: the server's own doing.
    """

    kind: Literal["refused", "reset", "timeout", "tls", "protocol", "oversize"]
    detail: str


Verdict = Literal["server", "auth", "lenient", "data", "document", "disputed", "infrastructure"]
"""Whose fault a finding is.

- `server`: the response breaks the contract
- `auth`: takes a request it must refuse for its credentials, or refuses one it must take
- `lenient`: accepts what the contract refuses
- `data`: a declared 4xx for data that the contract allows; the business may refuse
- `document`: the document contradicts itself, or leaves out an answer that HTTP defines for the case
- `disputed`: the two judges differ
- `infrastructure`: nothing that the contract speaks of
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault with its evidence. `id` is stable: the same fault has the same id in every run."""

    id: str
    api: str
    operation: str
    """`POST /pets`, as the document has it."""
    verdict: Verdict
    rule: str
    """A JSON Schema keyword or a rule of `Violation` or of `check.fault.Fault`."""
    place: Place
    path: Path
    """Where in the data, array indexes as `*`."""
    pointer: str
    """Where in the document."""
    file: str
    line: int | None
    message: str
    expected: JSON
    got: JSON
    proof: str
    """How it was proved: the name of the second judge, or what was done again."""
    count: int
    """How many exchanges show it."""
    intents: tuple[str, ...]
    """What those exchanges tried, in plain words: the shortest of them."""
    case: str
    """The id of the smallest case that shows it."""
    intent: str
    """What that case tried."""
    request: Request
    """The smallest request that shows it, credentials as `$NAME`."""
    response: Response | Failure
    curl: str
    """A command that sends that request to `$TARGET`."""

    @property
    def size(self) -> tuple[int, str]:
        """The order by which one exchange is smaller than another: how much it takes to show it again."""
        return len(self.curl), self.case


@dataclass(frozen=True, slots=True)
class Trial:
    """One case of a check carried out: what was sent, what came back, and what was asked of the server."""

    case: str
    """The id of the case."""
    api: str
    operation: str
    phase: str
    intent: str
    request: Request
    """As sent, credentials as `$NAME`."""
    credentials: str
    """`good`, `none`, `malformed` or `wrong`."""
    violations: tuple[Violation, ...]
    """What is wrong with the request by the contract; empty for a valid one."""
    outcome: Response | Failure
    seconds: float
