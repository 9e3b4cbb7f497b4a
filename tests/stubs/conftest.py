"""The shipped fakes, asked without a socket."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from understudy.run import Play, build
from understudy.serve.answer import Answer
from understudy.serve.fake import Fake
from understudy.serve.options import ServeOptions
from understudy.session import NOBODY, Session
from understudy.types import Request

GALILEO = "/v2/scorers/code/validate/log_record"
LANGSMITH = "/api/v1/runs/rules/validate"
BOUNDARY = "between-the-parts"


class Asked:
    """A fake and the two ways to ask it; the credentials are not its matter."""

    def __init__(self, fake: Fake, session: Session = NOBODY) -> None:
        self.fake = fake
        self.session = session

    def galileo(
        self,
        *texts: tuple[str, str],
        code: bytes = b"def scorer_fn(**_): return 1",
        prefix: str = "/v2",
        path: str = GALILEO.removeprefix("/v2"),
    ) -> Answer:
        """The answer to a scorer file and text parts."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
        parts = [f'{head}{name}"\r\n\r\n{text}\r\n'.encode() for name, text in texts]
        file = f'{head}file"; filename="scorer.py"\r\n\r\n'.encode() + code + b"\r\n"
        body = file + b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        return self._answer("POST", prefix + path, f"multipart/form-data; boundary={BOUNDARY}", body)

    def langsmith(self, **members: Any) -> Answer:
        """The answer to a rule with these members besides the two required ones."""
        body = {"display_name": "rule", "sampling_rate": 1, **members}
        return self.langsmith_text(json.dumps(body).encode())

    def langsmith_text(self, body: bytes) -> Answer:
        return self._answer("POST", LANGSMITH, "application/json", body)

    def json(self, method: str, target: str, body: Any = None) -> tuple[int, Any]:
        """Status and value of the answer to a body of JSON, or to none."""
        sent = b"" if body is None else json.dumps(body).encode()
        answer = self._answer(method, target, "application/json" if sent else "", sent)
        return answer.status, json.loads(answer.body)

    def form(self, path: str, fields: dict[str, str]) -> tuple[int, Any]:
        """Status and value of the answer to a form."""
        body = urlencode(fields).encode()
        answer = self._answer("POST", path, "application/x-www-form-urlencoded", body)
        return answer.status, json.loads(answer.body)

    def _answer(self, method: str, target: str, content_type: str, body: bytes) -> Answer:
        path, _, query = target.partition("?")
        role, parameters = self.fake.routing.find(Request(method, path))
        headers = (("content-type", content_type),) if content_type else ()
        return self.fake.answer(role, Request(method, path, query, headers, body), parameters, self.session)


@pytest.fixture(scope="session")
def ask() -> Asked:
    """The shipped fakes."""
    return Asked(build(Play(specs=("galileo", "langsmith"))))


@pytest.fixture(scope="session")
def ask_bare() -> Asked:
    """The shipped fakes without overlays."""
    return Asked(build(Play(specs=("galileo", "langsmith"), use_overlays=False)))


@pytest.fixture(scope="session")
def ask_seeded() -> Asked:
    """The shipped fakes with another seed."""
    return Asked(build(Play(specs=("galileo", "langsmith"), options=ServeOptions(seed=7))))
