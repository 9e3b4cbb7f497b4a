"""The ways in which an operation can answer a valid request, and which of them a client gets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from understudy.compose.specimens import concrete
from understudy.contract import Operation, mediatype, pointer
from understudy.contract.body import Content
from understudy.contract.operation import DeclaredResponse
from understudy.serve import branches, negotiate
from understudy.serve.answer import Refusal
from understudy.serve.branches import Union
from understudy.serve.prefer import Preferences, UnknownPreference
from understudy.types import JSON

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a document; `name` is empty for the one of `example`."""

    name: str
    summary: str
    content: Content
    place: str
    """The pointer to its value."""

    @property
    def goes_by(self) -> str:
        """What a client asks for it by: without a name that is its media type, as in Swagger 2.0."""
        return self.name or self.content.media_type

    @property
    def value(self) -> JSON:
        return self.content.document.at(self.place)

    @property
    def is_valid(self) -> bool:
        """Whether it keeps its own schema; others are not served.

        A text may be the value, or the body as it is on the wire.
        """
        content, value = self.content, self.value
        if content.schema is None or content.schema.is_valid(value):
            return True
        is_wire = isinstance(value, str) and content.kind() != "json"
        return is_wire and not content.read(concrete(content.media_type), value.encode()).violations


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to answer. Without example, branch and `dynamic` the fake does as it does unasked."""

    status: int
    response: DeclaredResponse
    content: Content | None
    media_type: str = ""
    """The one that the content is answered in."""
    example: Example | None = None
    branch: tuple[Union, int] | None = None
    dynamic: bool = False
    is_asked: bool = False
    """Whether the client named the status."""

    @property
    def is_plain(self) -> bool:
        return self.example is None and self.branch is None and not self.dynamic


@dataclass(frozen=True)
class Variants:
    """All the ways in which an operation can answer."""

    operation: Operation

    @cached_property
    def success(self) -> DeclaredResponse:
        """The response when nothing is wrong: the lowest 2XX, else default, else the first declared."""
        declared = self.operation.responses
        successes = sorted(status for status in declared if status.startswith("2"))
        ranked = [*successes, *(status for status in declared if status == "default"), *declared]
        if not ranked:
            return DeclaredResponse("200", self.operation.declaration.pointer, {}, ())
        return declared[ranked[0]]

    @cached_property
    def status(self) -> int:
        return self._status(self.success)

    @cached_property
    def responses(self) -> Mapping[int, DeclaredResponse]:
        """The responses by the status they are asked for with, the success first; a range by its hundred."""
        numbered = {self.status: self.success}
        for response in self.operation.responses.values():
            numbered.setdefault(self._status(response), response)
        return {status: response for status, response in numbered.items() if status >= 200}

    def chosen(self, accept: str, wanted: Preferences | None) -> Variant:
        """What a client gets. Raises Refusal (406) and UnknownPreference."""
        if wanted is None:
            content = _negotiated(self.success.contents, accept)
            ordinary = self._ordinary[content.media_type if content else ""]
            return ordinary if ordinary.media_type or not content else _open(ordinary, content, accept)
        asked = None if wanted.code is None else self._asked(wanted.code)
        if wanted.example is not None:
            return _with_example(dict((asked,)) if asked else self.responses, accept, wanted.example)
        status, response = asked or (self.status, self.success)
        content = _negotiated(response.contents, accept, is_error=status >= 400)
        branch = None if wanted.branch is None else _branch(content, wanted.branch)
        named = _media_type(content, accept) if content else ""
        return Variant(status, response, content, named, None, branch, wanted.dynamic, asked is not None)

    @cached_property
    def _ordinary(self) -> Mapping[str, Variant]:
        """What most requests get, made once: the success, by media type."""
        contents: Mapping[str, Content | None] = self.success.contents or {"": None}
        return {
            name: Variant(self.status, self.success, content, "" if mediatype.is_open(name) else name)
            for name, content in contents.items()
        }

    def _status(self, response: DeclaredResponse) -> int:
        declared = response.status
        if declared == "default":
            return 200 if response is self.success else 500
        if declared.isdecimal():
            return int(declared)
        return int(declared[0]) * 100 if declared[0].isdecimal() else 0

    def _asked(self, code: str) -> tuple[int, DeclaredResponse]:
        is_final = len(code) == 3 and code.isascii() and code.isdecimal() and code[0] in "2345"
        response = self.operation.response(int(code)) if is_final else None
        if response is None:
            declared = ", ".join(self.operation.responses) or "none"
            raise UnknownPreference(f"code={code}", f"declared are: {declared}")
        return int(code), response


def _with_example(responses: Mapping[int, DeclaredResponse], accept: str, name: str) -> Variant:
    """The first response that has the example."""
    for status, response in responses.items():
        holding = {
            media_type: content
            for media_type, content in response.contents.items()
            if any(example.goes_by == name for example in examples(content))
        }
        content = _negotiated(holding, accept, is_error=status >= 400)
        if content:
            return Variant(
                status, response, content, _media_type(content, accept), _valid_example(content, name)
            )
    raise UnknownPreference(f"example={name}", f"there are: {_named(responses) or 'none'}")


def _negotiated(contents: Mapping[str, Content], accept: str, *, is_error: bool = False) -> Content | None:
    """What the client likes best. An error is told in any media type (RFC 9110, section 12.5.1)."""
    if not contents:
        return None
    name = negotiate.choose(tuple(contents), accept)
    if name is None and not is_error:
        raise Refusal(406, f"this operation answers {' or '.join(contents)}, not {accept}")
    return contents[name or next(iter(contents))]


def _open(variant: Variant, content: Content, accept: str) -> Variant:
    """The variant in the media type that a client gets of those left open."""
    return replace(variant, media_type=_media_type(content, accept))


def _media_type(content: Content, accept: str) -> str:
    """What a content is answered in: where that is left open, data as JSON if the client takes it."""
    declared = content.media_type
    if not mediatype.is_open(declared):
        return declared
    is_data = content.schema is not None and not content.is_text
    if is_data and mediatype.covers(declared, _JSON) and negotiate.choose((_JSON,), accept):
        return _JSON
    return negotiate.concrete(declared, accept) or concrete(declared)


def examples(content: Content) -> Iterator[Example]:
    """The examples that the document gives of a content, those held elsewhere left out."""
    node = content.document.at(content.pointer)
    if not isinstance(node, dict):
        return
    if "example" in node:
        yield Example("", "", content, pointer.join(content.pointer, "example"))
    for name in node.get("examples") or ():
        place, example = content.document.follow(pointer.join(content.pointer, "examples", name))
        member = next((member for member in ("value", "dataValue") if member in example), None)
        if member is not None:
            summary = str(example.get("summary") or example.get("description") or "")
            yield Example(name, summary, content, pointer.join(place, member))


def _valid_example(content: Content, name: str) -> Example:
    example = next(example for example in examples(content) if example.goes_by == name)
    if not example.is_valid:
        assert content.schema is not None
        wrong = content.schema.violations(example.value)[0]
        told = f"{pointer.from_path(wrong.path) or '/'} {wrong.message}"
        raise UnknownPreference(f"example={name}", f"it breaks its own schema: {told}")
    return example


def _named(responses: Mapping[int, DeclaredResponse]) -> str:
    """The names of all examples, those of a status together."""
    told = []
    for status, response in responses.items():
        found = [
            example.name
            for content in response.contents.values()
            for example in examples(content)
            if example.is_valid
        ]
        names = [name for name in dict.fromkeys(found) if name]
        if names:
            told.append(f"{', '.join(names)} ({status})")
    return "; ".join(told)


def _branch(content: Content | None, wanted: str) -> tuple[Union, int]:
    """The union of a content and the index of one option. Branches are counted from 1."""
    found = branches.union(content.schema) if content and content.schema else None
    if found is None:
        raise UnknownPreference(f"branch={wanted}", "the reply has no branches")
    if wanted.isascii() and wanted.isdecimal() and 1 <= int(wanted[:9]) <= len(found.options):
        return found, int(wanted[:9]) - 1
    offered = ", ".join(f"{number} ({name})" for number, name in enumerate(found.names, 1))
    raise UnknownPreference(f"branch={wanted}", f"there are: {offered}")
