"""What was asked and answered: a ring bounded in entries and in bytes, credentials left out."""

import json
from collections import deque
from dataclasses import dataclass, field

from understudy.serve.answer import Answer
from understudy.session import Session
from understudy.types import JSON, Headers, Request

REDACTED = "[redacted]"
_SECRET = frozenset(("authorization", "proxy-authorization", "cookie", "set-cookie"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and its answer. `seconds` is the time from the whole request to the answer."""

    number: int
    api: str | None
    operation: str | None
    session: Session
    request: Request
    answer: Answer
    seconds: float
    size: int
    """About how many bytes the entry takes."""

    def to_json(self) -> dict[str, JSON]:
        """The entry as the admin API shows it."""
        return {
            "number": self.number,
            "api": self.api,
            "operation": self.operation,
            "namespace": self.session.namespace,
            "test": self.session.test,
            "request": {
                "method": self.request.method,
                "path": self.request.path,
                "query": self.request.query,
                "headers": [list(field) for field in self.request.headers],
                "body": self.request.body.decode("utf-8", "replace"),
            },
            "response": {
                "status": self.answer.status,
                "headers": [list(field) for field in self.answer.headers],
                "body": self.answer.body.decode("utf-8", "replace"),
            },
            "reply": self.answer.origin,
            "fault": self.answer.fault,
            "violations": [
                {
                    "rule": found.rule,
                    "in": found.place,
                    "path": list(found.path),
                    "pointer": found.pointer,
                    "message": found.message,
                }
                for found in self.answer.violations
            ],
            "milliseconds": round(self.seconds * 1000, 3),
        }

    def summary(self) -> str:
        """One line of JSON for the access log."""
        told = {
            "method": self.request.method,
            "path": self.request.path,
            "status": self.answer.status,
            "operation": self.operation,
            "reply": self.answer.origin,
            "violations": len(self.answer.violations),
            "milliseconds": round(self.seconds * 1000, 3),
        }
        return json.dumps(told)


@dataclass
class Journal:
    """The latest entries, oldest first. `secrets` are names of headers and query parameters to redact."""

    max_entries: int
    max_bytes: int
    secrets: frozenset[str] = frozenset()
    _entries: deque[Entry] = field(default_factory=deque)
    _bytes: int = 0
    _count: int = 0

    def add(
        self,
        *,
        api: str | None,
        operation: str | None,
        session: Session,
        request: Request,
        answer: Answer,
        seconds: float,
    ) -> Entry:
        """Keep one exchange, and forget the oldest ones that no longer fit."""
        self._count += 1
        kept = self._redacted(request)
        entry = Entry(self._count, api, operation, session, kept, answer, seconds, _size(kept, answer))
        self._entries.append(entry)
        self._bytes += entry.size
        while len(self._entries) > self.max_entries or self._bytes > self.max_bytes:
            self._bytes -= self._entries.popleft().size
        return entry

    def entries(self) -> list[Entry]:
        """The entries kept, newest last."""
        return list(self._entries)

    def clear(self, namespace: str | None = None) -> None:
        """Forget the entries of a namespace, or all."""
        kept = [] if namespace is None else [e for e in self._entries if e.session.namespace != namespace]
        self._entries = deque(kept)
        self._bytes = sum(entry.size for entry in kept)

    def _redacted(self, request: Request) -> Request:
        headers: Headers = tuple(
            (name, REDACTED if name in _SECRET or name in self.secrets else value)
            for name, value in request.headers
        )
        query = request.query
        if query and self.secrets:
            query = "&".join(self._redacted_pair(pair) for pair in query.split("&"))
        return Request(request.method, request.path, query, headers, request.body)

    def _redacted_pair(self, pair: str) -> str:
        name, equals, _ = pair.partition("=")
        return f"{name}{equals}{REDACTED}" if name.lower() in self.secrets else pair


def _size(request: Request, answer: Answer) -> int:
    fields = sum([len(name) + len(value) for name, value in request.headers])
    told = sum([len(violation.message) for violation in answer.violations])
    return len(request.path) + len(request.query) + fields + len(request.body) + len(answer.body) + told + 500
