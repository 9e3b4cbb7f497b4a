"""The work that the bare app and connexion's handler do for one request, and no more."""

import hashlib
import json
import uuid
from typing import Any


def answer(body: Any) -> list[dict[str, Any]]:
    """One result item in Understudy's own shape, its id taken from a hash of the canonical request."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(canonical).digest()
    return [
        {
            "inputs": {"question": body["test_inputs"]["question"], "answer": body["test_outputs"]["answer"]},
            "outputs": {
                "correctness": digest[0] % 2 == 0,
                "score": digest[1] / 256,
                "comment": digest.hex()[:8],
            },
            "feedback": [
                {"key": "correctness", "score": 1 - digest[0] % 2, "value": None, "comment": None},
                {"key": "score", "score": digest[1] / 256, "value": None, "comment": None},
                {"key": "comment", "score": None, "value": digest.hex()[:8], "comment": None},
            ],
            "run_id": str(uuid.UUID(bytes=digest[:16], version=4)),
            "session_name": "evaluators",
            "error": None,
        }
    ]


def api_key_info(key: str) -> dict[str, str]:
    """What connexion calls for `X-API-Key`: any key will do."""
    return {"sub": key}


def bearer_info(token: str) -> dict[str, str]:
    """What connexion calls for a bearer token: any token will do."""
    return {"sub": token}
