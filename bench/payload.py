"""The two requests, as bytes: one valid request per shipped operation."""

import json
from dataclasses import dataclass
from typing import Any

BOUNDARY = "understudy-bench"
SCORER = "def scorer_fn(*, step_object, **kwargs):\n    return len(str(step_object.output))\n"


@dataclass(frozen=True, slots=True)
class Call:
    """One request before it knows its port."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    method: str = "POST"

    def encoded(self, port: int) -> bytes:
        """The bytes on the wire; the connection stays open."""
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            *(f"{name}: {value}" for name, value in self.headers),
            f"Content-Length: {len(self.body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def langsmith(number: int = 0) -> Call:
    """Validate Rule: three levels of JSON. Another number is another request."""
    headers = (
        ("X-API-Key", "lsv2_bench"),
        ("Content-Type", "application/json"),
        ("Accept", "application/json"),
    )
    return Call("/api/v1/runs/rules/validate", headers, json.dumps(rule(number)).encode())


def rule(number: int) -> dict[str, Any]:
    """The JSON body of a rule with one evaluator and the data to try it on."""
    return {
        "display_name": f"Answer correctness {number}",
        "sampling_rate": 0.5,
        "evaluators": [{"structured": evaluator()}],
        "test_inputs": {"question": "Which river flows through Vienna?", "language": "en"},
        "test_outputs": {"answer": "The Danube.", "tokens": {"prompt": 41, "completion": 5}},
        "test_reference_outputs": {"answer": "The Danube"},
    }


def evaluator() -> dict[str, Any]:
    """An LLM-as-judge evaluator with an output schema of three fields."""
    return {
        "prompt": [
            ["system", "You compare an answer with the question it was given for."],
            ["human", "Question: {{question}}\nAnswer: {{answer}}\nIs the answer correct?"],
        ],
        "template_format": "mustache",
        "schema": {
            "title": "correctness",
            "type": "object",
            "properties": {
                "correctness": {"type": "boolean", "description": "Is the answer correct?"},
                "score": {"type": "number", "minimum": 0, "maximum": 1},
                "comment": {"type": "string"},
            },
            "required": ["correctness", "score", "comment"],
        },
        "variable_mapping": {"question": "input.question", "answer": "output.answer"},
        "model": {"provider": "openai", "name": "gpt-4o-mini", "parameters": {"temperature": 0}},
    }


def galileo() -> Call:
    """Validate Code Scorer Log Record: a multipart form with a file."""
    parts = [
        part('name="file"; filename="scorer.py"', SCORER, "text/x-python"),
        part('name="log_stream_id"', "3f1c2b7e-8a52-4f0e-9d3b-6a1f0c9e7d24"),
        part('name="limit"', "5"),
    ]
    body = "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()
    content_type = f"multipart/form-data; boundary={BOUNDARY}"
    headers = (("Galileo-API-Key", "bench"), ("Content-Type", content_type), ("Accept", "application/json"))
    return Call("/v2/scorers/code/validate/log_record", headers, body)


def part(disposition: str, text: str, content_type: str = "text/plain") -> str:
    """One part of the form."""
    head = f"Content-Disposition: form-data; {disposition}\r\nContent-Type: {content_type}"
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n{text}\r\n"
