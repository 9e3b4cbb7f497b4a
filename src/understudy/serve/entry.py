"""One request that was answered, and how the journal and the access log tell it: without secrets."""

import json
from typing import NamedTuple

from understudy.contract import Operation
from understudy.contract.parts import secret_names
from understudy.errors import DocumentError
from understudy.serve.answer import Answer
from understudy.serve.redact import Redactor, Secrets
from understudy.session import Session
from understudy.types import JSON, Headers, Request, Violation

_OVERHEAD = 500
"""About how many bytes an entry takes beside its texts."""


class Served(NamedTuple):
    """One request and its answer. `seconds` is the time from the whole request to the answer."""

    api: str | None
    operation: Operation | None
    session: Session
    request: Request
    answer: Answer
    seconds: float

    @property
    def operation_name(self) -> str | None:
        return self.operation.name if self.operation else None

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        request, answer = self.request, self.answer
        fields = sum([len(name) + len(value) for name, value in request.headers])
        told = sum([len(violation.message) + _OVERHEAD for violation in answer.violations])
        texts = len(request.path) + len(request.query) + len(request.body) + len(answer.body)
        return texts + fields + told + _OVERHEAD


class Teller:
    """Tells what was served. `secrets` are names of headers, parameters and cookies that hold credentials."""

    def __init__(self, secrets: frozenset[str] = frozenset()) -> None:
        self.secrets = secrets
        self._common = Secrets(secrets)
        self._own: dict[tuple[str | None, str | None], Secrets] = {}

    def entry(self, served: Served) -> dict[str, JSON]:
        """All of it, as the admin API shows it but for the number."""
        redactor = Redactor(self._secrets_of(served))
        request, answer = served.request, served.answer
        operation = served.operation
        return {
            "api": served.api,
            "operation": served.operation_name,
            "operationId": operation.operation_id if operation else None,
            "namespace": served.session.namespace,
            "scenario": served.session.scenario,
            "test": served.session.test,
            "request": {
                "method": request.method,
                "path": redactor.text(request.path),
                "query": redactor.query(request.query),
                "headers": redactor.fields(request.headers),
                "body": redactor.body(request.body, _content_type(request.headers)),
            },
            "response": {
                "status": answer.status,
                "headers": redactor.fields(answer.headers),
                "body": redactor.body(answer.body, _content_type(answer.headers)),
            },
            "reply": answer.origin,
            "fault": answer.fault,
            "violations": [_violation(found, operation, redactor) for found in answer.violations],
            "milliseconds": round(served.seconds * 1000, 3),
        }

    def line(self, served: Served) -> str:
        """One line of JSON for the access log."""
        told = {
            "method": served.request.method,
            "path": Redactor(self._common).text(served.request.path),
            "status": served.answer.status,
            "operation": served.operation_name,
            "reply": served.answer.origin,
            "violations": len(served.answer.violations),
            "milliseconds": round(served.seconds * 1000, 3),
        }
        return json.dumps(told)

    def _secrets_of(self, served: Served) -> Secrets:
        key = (served.api, served.operation_name)
        if key not in self._own:
            own = _own_secrets(served.operation) if served.operation else ()
            self._own[key] = Secrets(self.secrets.union(name.lower() for name in own))
        return self._own[key]


def _own_secrets(operation: Operation) -> frozenset[str]:
    try:
        return secret_names(operation)
    except DocumentError:  # of an operation that cannot be played
        return frozenset()


def _content_type(headers: Headers) -> str:
    return next((value.lower() for name, value in headers if name == "content-type"), "")


def _violation(found: Violation, operation: Operation | None, redactor: Redactor) -> JSON:
    """A violation, and where in the document it is."""
    file, line = operation.document.where(found.pointer) if operation else (None, None)
    return {
        "rule": found.rule,
        "in": found.place,
        "path": list(found.path),
        "message": redactor.text(found.message),
        "pointer": found.pointer,
        "file": file,
        "line": line,
    }
