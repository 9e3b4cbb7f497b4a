"""The reply to a request that keeps the contract: its stub's, else an example, else synthesised."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b

from understudy.contract import Operation, Reading, jsontext, mediatype, pointer
from understudy.contract.body import Content
from understudy.contract.formats import FORMATS
from understudy.contract.operation import DeclaredResponse
from understudy.contract.parameter import Parameter
from understudy.serve import negotiate
from understudy.serve.answer import Answer, Origin, Refusal
from understudy.serve.memory import Memory
from understudy.serve.store import Store, StoreError, Transaction
from understudy.session import Session
from understudy.stub import Call, Reply, Stub
from understudy.synthesise import synthesise
from understudy.types import JSON, File, Headers, Response

_BODILESS = (204, 304)
"""Statuses whose response has no body, whatever a document says (RFC 9110, section 6.4.1)."""


class BrokenStub(Exception):
    """A stub that raised, or whose reply breaks the contract; the message names both."""


@dataclass(frozen=True)
class Responder:
    """Answers the valid requests of one operation.

    reply = f(seed, operation, reply schema, request), and of a stub that looks at the state also what was
    asked before in the same namespace.
    """

    operation: Operation
    seed: bytes
    stub: Stub | None
    memory: Memory
    """Shared by an API's operations: a reply is a function of its key, so it need not be made twice."""
    store: Store

    def answer(self, reading: Reading, accept: str, session: Session) -> Answer:
        """The reply. Raises Refusal (406), BrokenStub, StoreError, Unsatisfiable and DocumentError."""
        content = self._negotiated(accept)
        key = self._key(reading, content)
        return self.memory.get(key) or self._made(content, reading, key, session)

    def _made(self, content: Content | None, reading: Reading, key: bytes, session: Session) -> Answer:
        if self.stub is None:
            return self.memory.keep(key, self._unstubbed(content, reading, key))
        with self.store.transaction(session) as state:
            answer = self._stubbed(self.stub, self._call(reading, key, state))
        return answer if state.touched else self.memory.keep(key, answer)

    @cached_property
    def success(self) -> DeclaredResponse:
        """The response when nothing is wrong: the first 2XX, else default, else the first declared."""
        declared = self.operation.responses
        ranked = sorted(declared, key=lambda status: (not status.startswith("2"), status != "default"))
        if not ranked:
            return DeclaredResponse("200", self.operation.declaration.pointer, {}, ())
        return declared[ranked[0]]

    @cached_property
    def status(self) -> int:
        status = self.success.status
        return int(status) if status.isdecimal() else int(status[0]) * 100 if status[0].isdecimal() else 200

    def _negotiated(self, accept: str) -> Content | None:
        contents = self.success.contents
        if not contents:
            return None
        name = negotiate.choose(tuple(contents), accept)
        if name is None:
            raise Refusal(406, f"this operation answers {' or '.join(contents)}, not {accept}")
        return contents[name]

    def _key(self, reading: Reading, content: Content | None) -> bytes:
        digest = blake2b(self.seed, digest_size=32)
        if content is not None:
            digest.update(content.media_type.encode())
            digest.update(content.schema.digest if content.schema else b"")
        digest.update(reading.canonical)
        return digest.digest()

    def _stubbed(self, stub: Stub, call: Call) -> Answer:
        try:
            reply = stub(call)
        except StoreError:
            raise
        except Exception as error:
            raise BrokenStub(f"the stub {_name(stub)} raised {type(error).__name__}: {error}") from error
        if not isinstance(reply, Reply):
            raise BrokenStub(f"the stub {_name(stub)} returned {type(reply).__name__}, not a Reply")
        answer = self._checked(stub, reply)
        return replace(answer, session=reply.session) if reply.session else answer

    def _call(self, reading: Reading, key: bytes, state: Transaction) -> Call:
        values = reading.parameters
        return Call(
            operation=self.operation.name,
            path=values["path"],
            query=values["query"],
            header=values["header"],
            cookie=values["cookie"],
            body=reading.body,
            seed=self.seed,
            key=key,
            synthesiser=_synthesise,
            state=state,
        )

    def _checked(self, stub: Stub, reply: Reply) -> Answer:
        declared = self.operation.response(reply.status)
        contents = declared.contents if declared else {}
        content = next(iter(contents.values()), None)
        try:
            answer = _written(reply.status, content, reply.body, _headers(reply.headers), "stub")
        except (TypeError, ValueError) as error:
            raise BrokenStub(f"what the stub {_name(stub)} returned cannot be sent: {error}") from error
        if declared and content and not declared.headers and _keeps(content, reply.body):
            return answer
        wrong = self.operation.judge(Response(answer.status, answer.headers, answer.body))
        if wrong:
            told = "; ".join(
                f"{pointer.from_path(found.path) or '/'}: {found.message}" for found in wrong[:5]
            )
            raise BrokenStub(f"the stub {_name(stub)} answered {reply.status} against the contract: {told}")
        return answer

    def _unstubbed(self, content: Content | None, reading: Reading, key: bytes) -> Answer:
        headers = self._synthesised_headers(key)
        if content is None:
            return Answer(self.status, headers, b"", "synthesised")
        found, example = _example(content)
        if found:
            return _written(self.status, content, example, headers, "example")
        if content.schema is None:
            return _written(self.status, content, {}, headers, "synthesised")
        value = synthesise(content.schema.bundle, key, echo=_echo(reading), formats=FORMATS)
        return _written(self.status, content, value, headers, "synthesised")

    def _synthesised_headers(self, key: bytes) -> Headers:
        """The declared response headers, filled."""
        return tuple(
            (
                header.name.lower(),
                _header_text(header, synthesise(header.schema.bundle, key, formats=FORMATS)),
            )
            for header in self.success.headers
        )


def _keeps(content: Content, body: JSON) -> bool:
    """The cheap self-check of a JSON body; what does not pass it is judged in full."""
    return mediatype.is_json(content.media_type) and (content.schema is None or content.schema.is_valid(body))


def _synthesise(schema: JSON, key: bytes) -> JSON:
    return synthesise(schema, key, formats=FORMATS)


def _headers(headers: Mapping[str, str]) -> Headers:
    return tuple((name.lower(), value) for name, value in headers.items())


def _header_text(header: Parameter, value: JSON) -> str:
    """The text of a declared header, in the style `simple`, with what a header field can hold."""
    if header.media_type is not None:
        text = jsontext.dumps(value).decode()
    elif isinstance(value, dict):
        mark = "=" if header.explode else ","
        text = ",".join(f"{name}{mark}{_plain(item)}" for name, item in value.items())
    else:
        text = ",".join(map(_plain, value)) if isinstance(value, list) else _plain(value)
    return "".join(character for character in text if " " <= character <= "~")


def _plain(value: JSON) -> str:
    return value if isinstance(value, str) else jsontext.dumps(value).decode()


def _name(stub: Stub) -> str:
    return getattr(stub, "__qualname__", repr(stub))


def _written(status: int, content: Content | None, body: JSON, headers: Headers, origin: Origin) -> Answer:
    """The answer on the wire; `body` is JSON unless the media type says otherwise."""
    if content is None or status in _BODILESS:
        return Answer(status, headers, b"", origin)
    media_type = content.media_type if "*" not in content.media_type else "application/json"
    if mediatype.is_json(media_type):
        written = jsontext.dumps(body)
    elif isinstance(body, bytes):
        written = body
    else:
        written = body.encode() if isinstance(body, str) else jsontext.dumps(body)
    return Answer(status, (("content-type", media_type), *headers), written, origin)


def _example(content: Content) -> tuple[bool, JSON]:
    """Whether the document gives an example of this content that keeps the contract, and the example."""
    node = content.document.at(content.pointer)
    places = [pointer.join(content.pointer, "example")] if "example" in node else []
    for name in node.get("examples") or ():
        place, example = content.document.follow(pointer.join(content.pointer, "examples", name))
        if "value" in example:
            places.append(pointer.join(place, "value"))
    for place in places:
        value = content.document.at(place)
        if content.schema is None or content.schema.is_valid(value):
            return True, value
    return False, None


def _echo(reading: Reading) -> dict[str, JSON]:
    """Request values by name: a reply's property of the same name repeats them where they fit."""
    body = reading.body if isinstance(reading.body, dict) else {}
    plain = {name: value for name, value in body.items() if not isinstance(value, File | list)}
    return {**plain, **reading.parameters["query"], **reading.parameters["path"]}
