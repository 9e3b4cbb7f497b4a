"""What a request says of a thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from understudy.contract import Operation, mediatype
from understudy.contract.body import Content
from understudy.contract.fields import Field
from understudy.serve.infer.views import Thing, is_marked, members
from understudy.types import JSON, File, Path

_JSON_PATCH = "application/json-patch+json"


@dataclass(frozen=True)
class Given:
    """The bodies of an operation's requests; where a reply has its thing in an envelope, so may they."""

    operation: Operation
    envelope: Path

    @property
    def is_plain(self) -> bool:
        """Whether a body is the thing, or a part of it, and not a list of changes."""
        return _JSON_PATCH not in map(mediatype.essence, self.operation.request_contents)

    @cached_property
    def _content(self) -> Content | None:
        contents = self.operation.request_contents
        read = (one for name, one in contents.items() if mediatype.is_json(name) or name in mediatype.FORMS)
        return next((content for content in read if content.schema), None)

    @cached_property
    def _wrapping(self) -> str | None:
        """The member of the body that holds the thing."""
        if not self.envelope or not self._content:
            return None
        name = str(self.envelope[0])
        inside = members(self._content.field)
        return name if name in inside and "object" in inside[name].types else None

    @cached_property
    def _field(self) -> Field | None:
        if not self._content:
            return None
        return self._content.field.member(self._wrapping) if self._wrapping else self._content.field

    @cached_property
    def settable(self) -> Mapping[str, Field]:
        """The members that a client may set and see again."""
        inside = members(self._field) if self._field else {}
        return {
            name: field
            for name, field in inside.items()
            if not (is_marked(field, "readOnly") or is_marked(field, "writeOnly"))
        }

    @cached_property
    def is_whole(self) -> bool:
        """Whether something has to be there: where nothing has, a PUT changes what it holds, as many do."""
        return bool(self._field and any(leaf.get("required") for leaf, _ in self._field.alternatives))

    def own(self, body: JSON) -> Thing:
        """The members of a thing that a body holds."""
        held = body.get(self._wrapping) if self._wrapping and isinstance(body, dict) else body
        if not isinstance(held, dict):
            return {}
        hidden = {name for name in (members(self._field) if self._field else ()) if name not in self.settable}
        return {name: value for name, value in held.items() if name not in hidden and not _has_file(value)}

    def unset(self, own: Thing) -> Thing:
        """What a client might have set and has not, each with its default; None where it has none."""
        return {
            name: next((leaf["default"] for leaf, _ in field.alternatives if "default" in leaf), None)
            for name, field in self.settable.items()
            if name not in own
        }


def _has_file(value: JSON) -> bool:
    return isinstance(value, File) or (
        isinstance(value, list) and any(isinstance(one, File) for one in value)
    )
