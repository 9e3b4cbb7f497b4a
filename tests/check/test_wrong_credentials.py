"""Credentials made wrong: never the good one, and shown as a command that makes the same."""

import base64
import subprocess
from pathlib import Path

import pytest

from documents import document, loaded, operation
from understudy.check.case import Case, Credentials, Kind
from understudy.check.wallet import Wallet, variables
from understudy.contract import Contract
from understudy.curl import curl
from understudy.types import Request

KEY, USER, UUID = "lsv2-Key09zZ", "ann:pass-word", "2f6b1c1e-8f0a-4c57-9f0e-6d1f3a1b2c3d"
SCHEMES = {
    "Key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "Basic": {"type": "http", "scheme": "basic"},
}
MADE: list[tuple[str, Kind, str]] = [
    ("Key", "short", "lsv2-Key09z"),
    ("Key", "long", "lsv2-Key09zZ-tail"),
    ("Key", "headed", "head-lsv2-Key09zZ"),
    ("Key", "altered", "mtw3-Lfz10gG"),
    ("Key", "swapped", "LSV2-kEY09Zz"),
    ("Basic", "no-password", "ann:"),
    ("Basic", "other-password", "ann:wrong"),
    ("Basic", "other-user", "nobody:pass-word"),
]


@pytest.fixture
def held(tmp_path: Path) -> Contract:
    guarded = operation(security=[{"Key": []}, {"Basic": []}])
    return loaded(tmp_path, document({"/a": {"get": guarded}}, components={"securitySchemes": SCHEMES}))


def credential(request: Request) -> str:
    headers = dict(request.headers)
    if "x-key" in headers:
        return headers["x-key"]
    return base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()


def case(scheme: str, kind: Kind) -> Case:
    return Case("GET /a", "probes", "", Request("GET", "/a"), Credentials(kind, scheme))


@pytest.mark.parametrize(("scheme", "kind", "made"), MADE)
def test_a_credential_is_made_wrong_in_one_way(held: Contract, scheme: str, kind: Kind, made: str) -> None:
    """What is sent is the good one but for that."""
    wallet = Wallet({"Key": KEY, "Basic": USER})
    assert credential(wallet.sent(case(scheme, kind), held.operations[0])) == made


@pytest.mark.parametrize(("scheme", "kind", "made"), MADE)
def test_the_shown_command_makes_the_same(held: Contract, scheme: str, kind: Kind, made: str) -> None:
    """A shell that knows the good credential sends what was sent; the request shows nothing of it."""
    wallet = Wallet({"Key": KEY, "Basic": USER})
    shown = wallet.shown(case(scheme, kind), held.operations[0])
    command = curl(shown, "$TARGET", variables(wallet.credentials))
    encoded = base64.b64encode(USER.encode()).decode()
    environment = {"KEY": KEY, "BASIC": encoded, "TARGET": "http://t", "PATH": "/usr/bin:/bin"}
    script = f"curl() {{ printf '%s\\n' \"$@\"; }}; {command}"
    told = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=True)
    sent = wallet.sent(case(scheme, kind), held.operations[0])
    assert KEY not in command
    assert all(f"{name}: {value}" in told.stdout for name, value in sent.headers)


def test_letter_case_tells_no_uuid_from_another(held: Contract) -> None:
    """A UUID in capitals is the same one, and no wrong credential: other digits are sent."""
    sent = Wallet({"Key": UUID}).sent(case("Key", "swapped"), held.operations[0])
    assert credential(sent).lower() != UUID
    assert len(credential(sent)) == len(UUID)
