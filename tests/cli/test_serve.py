"""`understudy serve` of the shipped documents, as a user at a shell sees it."""

import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection
from time import perf_counter

import pytest

from cli.running import Running, run, running

RULE = "/api/v1/runs/rules/validate"
SCORER = "/v2/scorers/code/validate/log_record"
VALID = b'{"display_name":"a","sampling_rate":0.5}'
JSON_TYPE = {"Content-Type": "application/json"}
KEY = {**JSON_TYPE, "X-API-Key": "k"}
AT_ONCE = 8.0
"""Seconds. Taking leave lasts one or two; the machine may be busy besides, and what hangs takes over ten."""


@pytest.fixture(scope="module")
def shipped() -> Iterator[Running]:
    with running() as server:
        yield server


def scorer_form(*parts: tuple[str, str]) -> tuple[dict[str, str], bytes]:
    """Headers and body with a file and these text parts."""
    texts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts
    )
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.py"\r\n\r\n1\r\n'
    headers = {"Galileo-API-Key": "k", "Content-Type": "multipart/form-data; boundary=x"}
    return headers, f"{file}{texts}--x--\r\n".encode()


def test_the_start_tells_every_operation_and_its_credentials(shipped: Running) -> None:
    """Each operation stands there with its URL, what answers it, and how to authenticate."""
    lines = shipped.started.splitlines()
    for path, ways in (
        (SCORER, "header Galileo-API-Key, or Authorization: Bearer ..., or HTTP basic"),
        (RULE, "header X-API-Key, or header X-Tenant-Id, or Authorization: Bearer ..."),
    ):
        at = lines.index(f"POST {shipped.url}{path}  stub")
        assert lines[at + 1] == f"  credentials: {ways}"
        assert "curl " in lines[at + 2]
    [warning] = shipped.warnings
    assert "security scheme names 'API Key', 'Tenant ID', 'Bearer Auth'" in warning
    assert lines[-1].endswith("Stop: Ctrl-C")


def test_the_start_is_plain_where_no_terminal_is(shipped: Running) -> None:
    """No escape codes, and no line broken to fit a width."""
    assert "\x1b" not in shipped.started
    assert not [line for line in shipped.started.splitlines() if line != line.rstrip()]


def test_the_curl_lines_work_when_pasted(shipped: Running) -> None:
    """Each printed curl line, run by a shell, is answered by the stub."""
    commands = [line.strip() for line in shipped.started.splitlines() if " -sS " in line]
    assert len(commands) == 2
    for command in commands:
        told = command.replace("curl -sS", "curl -sS -w '\\n%{http_code}'")
        done = subprocess.run(["sh", "-c", told], capture_output=True, text=True, timeout=10, check=True)
        body, status = done.stdout.rsplit("\n", 1)
        assert (status, done.stderr) == ("200", "")
        json.loads(body)


def test_ctrl_c_stops_at_once() -> None:
    """With a keep-alive connection open and a request half sent, the exit is prompt, clean and silent."""
    with running("langsmith") as server:
        idle = HTTPConnection("127.0.0.1", server.port)
        idle.request("POST", RULE, VALID, KEY)
        assert idle.getresponse().read()
        with socket.create_connection(("127.0.0.1", server.port)) as half:
            half.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123")
            started = perf_counter()
            assert server.stop(signal.SIGINT) == 0
            assert perf_counter() - started < AT_ONCE
        idle.close()
        assert server.stderr == ""


def test_a_termination_stops_at_once() -> None:
    """As a container's runtime asks it to go: by the signal's own exit code, or 0."""
    with running("langsmith") as server:
        started = perf_counter()
        assert server.stop(signal.SIGTERM) in (0, -signal.SIGTERM)
        assert perf_counter() - started < AT_ONCE
        assert server.stderr == ""


def test_a_port_in_use_is_one_line(shipped: Running) -> None:
    """The line names the port and what to do."""
    done = run("serve", "--port", str(shipped.port))
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(rf"understudy: cannot listen on 127\.0\.0\.1:{shipped.port}: .*--port\n", done.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--strict_validaton",),
        ("--auth", "maybe"),
        ("--workers", "0"),
        ("--credential", "x"),
        ("--port", "a"),
    ],
    ids=" ".join,
)
def test_an_unknown_option_is_an_error(arguments: tuple[str, ...]) -> None:
    """A misspelt option, or a value that it does not have, is never swallowed."""
    done = run("serve", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Error" in done.stderr
    assert "Traceback" not in done.stderr


def test_workers_answer_alike_and_stop() -> None:
    """Two workers serve one port with the same bytes, and go when they are told."""
    with running("langsmith", "--workers", "2") as server:
        bodies = {server.ask("POST", RULE, KEY, VALID).body for _ in range(10)}
        assert len(bodies) == 1
        started = perf_counter()
        assert server.stop(signal.SIGINT) == 0
        assert perf_counter() - started < AT_ONCE
        assert server.stderr == ""


def test_the_access_log_is_a_line_of_json_for_each_request() -> None:
    """Method, path, status, operation and the rest; unroutable requests too; no credential."""
    with running("langsmith", "--access-log") as server:
        server.ask("POST", RULE, KEY, VALID)
        server.ask("POST", RULE, JSON_TYPE, VALID)
        server.ask("GET", "/none?key=s3cret")
        told = [json.loads(server.line()) for _ in range(3)]
    assert [(line["method"], line["path"], line["status"]) for line in told] == [
        ("POST", RULE, 200),
        ("POST", RULE, 401),
        ("GET", "/none", 404),
    ]
    assert [line["operation"] for line in told] == [f"POST {RULE}", f"POST {RULE}", None]
    assert [line["reply"] for line in told] == ["stub", "error", "error"]
    assert "s3cret" not in str(told)


def test_strict_credentials_come_as_options_and_as_variables() -> None:
    """A variable names its scheme with `_` for what is no letter or digit."""
    given = ("--auth", "strict", "--credential", "Bearer Auth=tok")
    with running("langsmith", *given, environment={"UNDERSTUDY_CREDENTIAL_API_KEY": "s3cret"}) as server:
        asked = {
            credential: server.ask("POST", RULE, {**JSON_TYPE, **dict([credential])}, VALID).status
            for credential in (
                ("X-API-Key", "s3cret"),
                ("X-API-Key", "other"),
                ("Authorization", "Bearer tok"),
                ("Authorization", "Bearer s3cret"),
                ("X-Tenant-Id", "tok"),
            )
        }
        assert list(asked.values()) == [200, 401, 200, 401, 401]
        assert "x-api-key: s3cret" in server.started.lower()


def test_a_credential_for_no_scheme_is_an_error() -> None:
    """One line names the schemes there are."""
    done = run("serve", "langsmith", "--credential", "Nobody=x")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'API Key'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_seed_and_bare_document(shipped: Running) -> None:
    """Another seed gives other ids; without overlays `filters` is any string."""
    headers, sent = scorer_form(("filters", "[not JSON"))
    assert shipped.ask("POST", SCORER, headers, sent).status == 422
    plain_headers, plain = scorer_form()
    first = shipped.ask("POST", SCORER, plain_headers, plain)
    with running("--seed", "7", "--no-overlay") as server:
        assert server.ask("POST", SCORER, headers, sent).status == 200
        other = server.ask("POST", SCORER, plain_headers, plain)
    assert (first.status, other.status) == (200, 200)
    assert first.json["project_id"] != other.json["project_id"]
    assert first.body == shipped.ask("POST", SCORER, plain_headers, plain).body
