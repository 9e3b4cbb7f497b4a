"""The shipped fakes, asked without a socket."""

import json
from typing import Any

import pytest

from understudy.run import Play, build
from understudy.serve.answer import Answer
from understudy.serve.fake import Fake
from understudy.serve.options import ServeOptions
from understudy.types import Request

GALILEO = "/v2/scorers/code/validate/log_record"
LANGSMITH = "/api/v1/runs/rules/validate"
BOUNDARY = "between-the-parts"


class Asked:
    """A fake and the two ways to ask it; the credentials are not its matter."""

    def __init__(self, fake: Fake) -> None:
        self.fake = fake

    def galileo(self, *texts: tuple[str, str], code: bytes = b"def scorer_fn(**_): return 1") -> Answer:
        """The answer to a scorer file and text parts."""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
        parts = [f'{head}{name}"\r\n\r\n{text}\r\n'.encode() for name, text in texts]
        file = f'{head}file"; filename="scorer.py"\r\n\r\n'.encode() + code + b"\r\n"
        body = file + b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        return self._answer(GALILEO, f"multipart/form-data; boundary={BOUNDARY}", body)

    def langsmith(self, **members: Any) -> Answer:
        """The answer to a rule with these members besides the two required ones."""
        body = {"display_name": "rule", "sampling_rate": 1, **members}
        return self.langsmith_text(json.dumps(body).encode())

    def langsmith_text(self, body: bytes) -> Answer:
        return self._answer(LANGSMITH, "application/json", body)

    def _answer(self, path: str, content_type: str, body: bytes) -> Answer:
        role, parameters = self.fake.find("POST", path)
        request = Request("POST", path, headers=(("content-type", content_type),), body=body)
        return self.fake.answer(role, request, parameters)


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
