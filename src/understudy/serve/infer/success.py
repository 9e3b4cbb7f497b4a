"""The success of an operation whose reply is JSON or empty, and its declared header fields."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from understudy.contract import Operation, mediatype
from understudy.contract.body import Content
from understudy.contract.operation import DeclaredResponse
from understudy.serve import fields
from understudy.serve.faults import BODILESS
from understudy.serve.variants import Variants


@dataclass(frozen=True, slots=True)
class Success:
    """One way in which an operation succeeds. `content` is None where there is no body."""

    status: int
    response: DeclaredResponse
    content: Content | None

    def headers(self, key: bytes, told: Mapping[str, Collection[str]]) -> dict[str, str]:
        """The declared header fields; `told` has texts for some of them, the first that is valid counts."""
        made = dict(fields.synthesised(self.response, key))
        for header in self.response.headers:
            name = header.name.lower()
            texts = told.get(name, (made[name],))
            valid = [text for text in texts if header.schema.is_valid(header.field.read(text))]
            if valid:
                made[name] = valid[0]
            elif not header.required:
                del made[name]
        return made


def success(operation: Operation, first: Collection[int] = ()) -> Success | None:
    """The success, one of these statuses if it is declared; None where there is none of this kind."""
    found = {status: held for status, held in Variants(operation).responses.items() if 200 <= status < 300}
    plain = (_of(status, found[status]) for status in (*first, *found) if status in found)
    return next((success for success in plain if success), None)


def _of(status: int, response: DeclaredResponse) -> Success | None:
    if not response.contents:
        return Success(status, response, None)
    if status in BODILESS:  # which the document gives a body all the same
        return None
    json = next((one for name, one in response.contents.items() if mediatype.is_json(name)), None)
    return Success(status, response, json) if json and json.schema else None
