"""A request to be varied: its parameters by location and name, and its body."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from understudy.compose.bodies import Maker, preferred, valid_body
from understudy.compose.parameters import Pairs, pairs
from understudy.contract import Operation
from understudy.contract.parameter import Parameter
from understudy.contract.pathkey import taken_apart, unsaid
from understudy.contract.security import Scheme
from understudy.types import JSON, Headers, Request


@dataclass(frozen=True, slots=True)
class Draft:
    """A request to be varied. `media_type` is the header's value."""

    operation: Operation
    parameters: Mapping[tuple[str, str], Pairs]
    media_type: str = ""
    body: bytes = b""
    method: str = ""

    def carrying(self, media_type: str, body: bytes) -> "Draft":
        """The same with another body."""
        return replace(self, media_type=media_type, body=body)

    def setting(self, location: str, name: str, pairs: Pairs) -> "Draft":
        """The same with one parameter sent otherwise; with no pairs not at all."""
        return replace(self, parameters={**self.parameters, (location, name): pairs})

    def request(self) -> Request:
        """The request as it goes on the wire."""
        path, marks = taken_apart(self.operation.path)
        texts = dict(self._pairs("path"))
        for name, text in texts.items():
            path = path.replace("{" + name + "}", text)
        asked = self._pairs("query")
        said = {name for name, _ in asked} | {name.lower() for name, _ in self._pairs("header")}
        plain = {name: unquote(text) for name, text in texts.items()}
        asked += [(name, quote(text, safe="")) for name, text in unsaid(marks, said, plain)]
        query = "&".join(f"{quote(name, safe='')}={text}" if name else text for name, text in asked)
        return Request(self.method or self.operation.method, path, query, self._headers(), self.body)

    def _headers(self) -> Headers:
        fields = [(name.lower(), text) for name, text in self._pairs("header")]
        headers = [field for field in fields if field[0] != "content-length"]  # whoever sends it counts
        cookie = "; ".join(f"{name}={text}" for name, text in self._pairs("cookie"))
        if cookie:
            headers.append(("cookie", cookie))
        if self.media_type:
            headers.append(("content-type", self.media_type))
        return tuple(headers)

    def _pairs(self, wanted: str) -> list[tuple[str, str]]:
        sent = self.parameters.items()
        return [pair for (location, _), pairs in sent if location == wanted for pair in pairs]


def valid_draft(
    operation: Operation,
    make: Maker,
    *,
    argument: Callable[[Parameter], JSON],
    schemes: Collection[Scheme],
    optional: bool = False,
) -> Draft:
    """A valid request. Raises Unsatisfiable and DocumentError.

    make: gives the value of the body; argument: that of a parameter; schemes: those whose credentials are
    put in by others, though they may be declared as parameters too.
    """
    sent: dict[tuple[str, str], Pairs] = {
        (parameter.location, parameter.name): pairs(parameter, argument(parameter))
        for parameter in arguments(operation, schemes)
        if parameter.required or optional
    }
    draft = Draft(operation, sent)
    content = preferred(operation)
    return draft.carrying(*valid_body(content, make)) if content else draft


def arguments(operation: Operation, schemes: Collection[Scheme]) -> list[Parameter]:
    """The parameters that are none of these security schemes'."""
    secret = {(scheme.location, scheme.parameter.lower()) for scheme in schemes}
    return [one for one in operation.parameters if (one.location, one.name.lower()) not in secret]
