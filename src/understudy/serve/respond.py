"""The reply to a request that keeps the contract: its stub's, else an example, else synthesised."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from hashlib import blake2b

from understudy.compose.bodies import valid_value, written
from understudy.contract import Operation, Reading, mediatype, pointer
from understudy.contract.body import Content
from understudy.contract.formats import FORMATS
from understudy.contract.schema import Schema
from understudy.errors import Unsatisfiable
from understudy.instance import instance
from understudy.serve import branches, fields, problem
from understudy.serve.answer import Answer, Origin, Refusal
from understudy.serve.bounds import StoreError
from understudy.serve.credentials import challenges
from understudy.serve.faults import BODILESS
from understudy.serve.infer import Act
from understudy.serve.memory import Memory
from understudy.serve.prefer import Preferences
from understudy.serve.problem import Complaint
from understudy.serve.store import Store, Transaction
from understudy.serve.variants import Example, Variant, Variants, examples
from understudy.session import Session
from understudy.stub import Call, Reply, Stub
from understudy.synthesise import synthesise
from understudy.types import JSON, File, Headers, Response

_ITEMS = 3
"""How many items a stream of them has."""


class BrokenStub(Exception):
    """A stub that raised, or whose reply breaks the contract; the message names both."""


class _OtherStatus(Exception):
    """A stub does not answer with the status that was asked for: nothing that it did is kept."""


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

    @property
    def source(self) -> str:
        """What answers, as listings tell it: `stub`, `inferred` or `synthesised`."""
        if self.stub is None:
            return "synthesised"
        return "inferred" if isinstance(self.stub, Act) else "stub"

    @cached_property
    def variants(self) -> Variants:
        return Variants(self.operation)

    def answer(
        self, reading: Reading, accept: str, session: Session, wanted: Preferences | None = None
    ) -> Answer:
        """The reply. Raises Refusal (406), UnknownPreference, BrokenStub, StoreError, Unsatisfiable and
        DocumentError."""
        variant = self.variants.chosen(accept, wanted)
        key = self._key(reading, variant, wanted)
        known = self.memory.get(key)
        if known is None:
            return self._made(variant, reading, key, session)
        if known.writes:
            with self.store.transaction(session) as state:
                state.write(known.writes)
        return known

    def _made(self, variant: Variant, reading: Reading, key: bytes, session: Session) -> Answer:
        """The stub's reply, unless something else was asked for than the stub says."""
        if self.stub is None or not variant.is_plain or (variant.is_asked and variant.status >= 300):
            return self.memory.keep(key, self._unstubbed(variant, reading, key))
        with suppress(_OtherStatus), self.store.transaction(session) as state:
            answer = self._stubbed(self.stub, self._call(reading, key, state))
            if variant.is_asked and answer.status != variant.status:
                raise _OtherStatus
            if state.looked:
                return answer
            return self.memory.keep(key, replace(answer, writes=tuple(state.writes)))
        return self._unstubbed(variant, reading, key)

    def _key(self, reading: Reading, variant: Variant, wanted: Preferences | None) -> bytes:
        digest = blake2b(self.seed, digest_size=32)
        content = variant.content
        if content is not None:
            digest.update(variant.media_type.encode())
            digest.update(content.schema.digest if content.schema else b"")
        digest.update(reading.canonical)
        if wanted is not None and wanted.reply != Preferences():
            digest.update(f"\0Prefer: {wanted.reply}".encode())
        return digest.digest()

    def _stubbed(self, stub: Stub, call: Call) -> Answer:
        try:
            reply = stub(call)
        except Refusal as refusal:
            return problem.refused(self.operation, refusal)
        except StoreError:
            raise
        except Exception as error:
            raise BrokenStub(f"the stub {_name(stub)} raised {type(error).__name__}: {error}") from error
        if not isinstance(reply, Reply):
            raise BrokenStub(f"the stub {_name(stub)} returned {type(reply).__name__}, not a Reply")
        answer = self._checked(stub, reply)
        return replace(answer, session=reply.session) if reply.session else answer

    def _call(self, reading: Reading, key: bytes, state: Transaction) -> Call:
        sent, defaults = reading.parameters, self.operation.defaults
        return Call(
            operation=self.operation.name,
            path=sent["path"],
            query={**defaults["query"], **sent["query"]},
            header={**defaults["header"], **sent["header"]},
            cookie={**defaults["cookie"], **sent["cookie"]},
            body=reading.body,
            seed=self.seed,
            key=key,
            synthesiser=_synthesise,
            state=state,
        )

    def _checked(self, stub: Stub, reply: Reply) -> Answer:
        declared = self.operation.response(reply.status)
        contents = declared.contents if declared else {}
        content = _content(contents, reply.body)
        origin: Origin = "inferred" if isinstance(stub, Act) else "stub"
        try:
            answer = _stub_answer(reply, content, origin)
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

    def _unstubbed(self, variant: Variant, reading: Reading, key: bytes) -> Answer:
        headers = (*fields.synthesised(variant.response, key), *self._customary(variant))
        content, status = variant.content, variant.status
        example = _example(variant)
        if content and example:
            return _written(variant, example.value, headers, "example")
        if status >= 400 and variant.is_plain and (content is None or mediatype.is_json(content.media_type)):
            complaint = Complaint(status, self._sentence(variant), headers=headers)
            return problem.asked_for(self.operation, variant.response, content, complaint)
        try:
            return _written(variant, _value(variant, key, _echo(reading)), headers, "synthesised")
        except Unsatisfiable:  # what the request told may be nothing that this media type can hold
            return _written(variant, _value(variant, key, {}), headers, "synthesised")

    def _sentence(self, variant: Variant) -> str:
        """What an error that was asked for says: the first line of its description, else its status' name."""
        node = self.operation.document.at(variant.response.pointer)
        description = str(node.get("description") or "").strip()
        return description.splitlines()[0] if description else problem.title(variant.status)

    def _customary(self, variant: Variant) -> Headers:
        """The header fields that go with a status, where the document does not declare them."""
        declared = [header.name.lower() for header in variant.response.headers]
        fields = {
            401: ("www-authenticate", challenges(self.operation.security)),
            429: ("retry-after", "1"),
            503: ("retry-after", "1"),
        }
        name, value = fields.get(variant.status, ("", ""))
        return ((name, value),) if value and name not in declared else ()


def _example(variant: Variant) -> Example | None:
    """The example to answer with: the one asked for, else the first that keeps the contract."""
    if variant.example or not variant.is_plain or variant.content is None:
        return variant.example
    return next((example for example in examples(variant.content) if example.is_valid), None)


def _synthesised(schema: Schema, variant: Variant, key: bytes, echo: Mapping[str, JSON]) -> JSON:
    """Data made from the schema, of one branch if one was asked for."""
    if variant.branch is None:
        return instance(schema, key, echo)
    union, index = variant.branch
    for bundle in branches.narrowed(schema, union, index):
        value = synthesise(bundle, key, echo=echo, formats=FORMATS)
        if schema.is_valid(value):
            return value
    raise Unsatisfiable(schema.pointer, f"no reply of the branch {union.names[index]} keeps the whole schema")


def _content(contents: Mapping[str, Content], body: JSON) -> Content | None:
    """How a stub's reply is sent: data as JSON where that is declared, else as is declared first."""
    is_data = not isinstance(body, str | bytes)
    json = (content for name, content in contents.items() if is_data and mediatype.is_json(name))
    return next(json, next(iter(contents.values()), None))


def _keeps(content: Content, body: JSON) -> bool:
    """The cheap self-check of a JSON body; what does not pass it is judged in full."""
    return mediatype.is_json(content.media_type) and (content.schema is None or content.schema.is_valid(body))


def _synthesise(schema: JSON, key: bytes) -> JSON:
    return synthesise(schema, key, formats=FORMATS)


def _headers(headers: Mapping[str, str]) -> Headers:
    return tuple((name.lower(), value) for name, value in headers.items())


def _name(stub: Stub) -> str:
    return getattr(stub, "__qualname__", repr(stub))


def _stub_answer(reply: Reply, content: Content | None, origin: Origin) -> Answer:
    headers = _headers(reply.headers)
    if content is None or reply.status in BODILESS:
        return Answer(reply.status, headers, b"", origin)
    media_type, body = written(content, reply.body)
    return Answer(reply.status, (("content-type", media_type), *headers), body, origin)


def _value(variant: Variant, key: bytes, echo: Mapping[str, JSON]) -> JSON:
    """What a reply holds; of items a few, each unlike the others."""
    if variant.content is None or variant.status in BODILESS:
        return None
    keys = [key, *(key + bytes((turn,)) for turn in range(1, _ITEMS))]
    makers = [partial(_synthesised, variant=variant, key=each, echo=echo) for each in keys]
    return valid_value(variant.content, variant.media_type, *makers)


def _written(variant: Variant, body: JSON, headers: Headers, origin: Origin) -> Answer:
    """The answer on the wire. Raises Unsatisfiable where its media type cannot hold the body."""
    content = variant.content
    if content is None or variant.status in BODILESS:
        return Answer(variant.status, headers, b"", origin)
    media_type, raw = written(content, body, variant.media_type)
    if content.kind(media_type) != "json":
        wrong = content.read(media_type, raw).violations
        if wrong:
            told = f"{pointer.from_path(wrong[0].path) or '/'} {wrong[0].message}"
            raise Unsatisfiable(content.pointer, f"a body of it, written as {media_type}, breaks it: {told}")
    return Answer(variant.status, (("content-type", media_type), *headers), raw, origin)


def _echo(reading: Reading) -> dict[str, JSON]:
    """Request values by name: a reply's property of the same name repeats them where they fit."""
    body = reading.body if isinstance(reading.body, dict) else {}
    plain = {name: value for name, value in body.items() if not isinstance(value, File | list)}
    return {**plain, **reading.parameters["query"], **reading.parameters["path"]}
