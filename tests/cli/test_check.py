"""`understudy check` as it is typed: targets of every kind, settings, baselines, thresholds, signals."""

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from check.servers import Answering, Once, Serving, answer, endless, listening, silent
from check.shop import KEY, LOCKED, OPEN, keeping, locked
from cli.running import COMMAND, run, variables
from documents import document, operation, written
from understudy.cli import main
from understudy.cli.show import told

FEW = ("--max-examples", "1", "--timeout", "0.3")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The open API's document, in a folder that is the working one."""
    monkeypatch.chdir(tmp_path)
    written(tmp_path, LOCKED, "locked.json")
    return written(tmp_path, OPEN, "open.json").name


def check(*arguments: str) -> Result:
    """The command in this process."""
    return CliRunner().invoke(main, ["check", *arguments, *FEW])


def report(*arguments: str) -> tuple[Result, dict[str, Any]]:
    """The command, and its JSON report."""
    done = check(*arguments, "--report", "json=out.json")
    return done, json.loads(Path("out.json").read_text())


def test_a_server_that_keeps_the_contract(shop: str) -> None:
    """Exit 0."""
    with listening(Serving(keeping)) as url:
        done = check(shop, "--target", url)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Conforms.")


def test_a_server_that_breaks_it(shop: str) -> None:
    """Exit 1."""
    breaking = lambda request: answer(200, "content-type: text/html")  # noqa: E731
    with listening(Serving(breaking)) as url:
        assert check(shop, "--target", url).exit_code == 1


def test_nobody_listens(shop: str, unused_url: str) -> None:
    """Exit 3 within seconds, in words that say so."""
    started = time.perf_counter()
    done = check(shop, "--target", unused_url)
    assert done.exit_code == 3
    assert "Could not be tested" in done.stdout
    assert "nobody listens there" in done.stdout
    assert time.perf_counter() - started < 20


def test_a_server_that_hangs(shop: str) -> None:
    """Exit 3 after a few requests."""
    server = Once(silent)
    with listening(server) as url:
        done = check(shop, "--target", url)
    assert done.exit_code == 3
    assert "the last 3 requests got no answer of the service: timeout" in done.stdout
    assert len(server.seen) == 3


def test_a_server_whose_answers_have_no_end(shop: str) -> None:
    """Exit 3 after a few requests, and no more memory than without."""
    with listening(Once(endless)) as url:
        done = check(shop, "--target", url, "--timeout", "20")
    assert done.exit_code == 3
    assert "a body of more than 8388608 bytes" in done.stdout


def test_a_server_that_dies_midway(shop: str) -> None:
    """What was found is reported; exit 3, for the rest was not tested, and what and why is said."""
    seen: list[bytes] = []

    def dying(request: bytes) -> bytes:
        seen.append(request)
        return keeping(request) if len(seen) < 6 else answer(503)

    with listening(Serving(dying)) as url:
        done, told = report(shop, "--target", url)
    assert done.exit_code == told["summary"]["exit_code"] == 3
    assert "Broken off" in done.stdout
    assert told["summary"]["answered"] > 5
    assert "answered 503" in told["apis"][0]["stopped"]
    assert any("requests" in left["part"] for left in told["apis"][0]["not_tested"])


def test_a_fault_found_before_the_end_counts(shop: str) -> None:
    """A server that breaks the contract and then dies fails the check."""
    seen: list[bytes] = []

    def dying(request: bytes) -> bytes:
        seen.append(request)
        return answer(200, "content-type: text/html") if len(seen) < 6 else answer(503)

    with listening(Serving(dying)) as url:
        done = check(shop, "--target", url)
    assert done.exit_code == 1
    assert "Broken off" in done.stdout


def test_a_server_that_is_always_busy(shop: str) -> None:
    """The waiting that it asks for has a bound, and the report says that it was reached."""
    with listening(Answering((answer(429, "Retry-After: 3600"),))) as url:
        done, told = report(shop, "--target", url)
    assert done.exit_code == 3
    assert "no request is sent again after 60 s of waiting" in json.dumps(told["apis"][0]["not_tested"])


@pytest.mark.parametrize(
    "url", ["localhost:80", "ftp://host", "http://", "http://u:p@host", "http://host/?a"]
)
def test_bad_urls(shop: str, url: str) -> None:
    """Exit 2 and one line."""
    done = check(shop, "--target", url)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_memory_is_bounded(shop: str) -> None:
    """A hundred megabytes in each answer raise the peak by little more than the largest body taken."""

    async def large(visit: Any) -> None:
        await visit.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n")
        for _ in range(1600):
            await visit.write(b"x" * 65536)

    def peak(url: str) -> int:
        code = (
            "import resource, sys; from understudy.cli import main\n"
            "try: main()\nfinally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        command = [COMMAND[0], "-c", code, "check", shop, "--target", url, "--max-examples", "1"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return int(done.stderr.split()[-1])

    with listening(Serving(keeping)) as good, listening(Once(large)) as bad:
        assert peak(bad) - peak(good) < 96 * 1024


# --- what is refused before a request is sent ----------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--include", "POST *"], "no operation fits 'POST *'; there are: GET /a"),
        (["--exclude", "nothing"], "no operation fits 'nothing'; there are: GET /a"),
        (["--exclude", "GET *"], "nothing is left to test"),
        (["--credential", "Kay=1"], "no security scheme 'Kay'; there are: none"),
        (["--update-baseline"], "--update-baseline needs --baseline"),
        (["--baseline", "none.yaml"], "no baseline none.yaml"),
        (["--requests"], "--requests needs --dry-run"),
        (["--report", "json=open.json/x.json"], "cannot write open.json/x.json"),
        (["--fail-under", "lines=80"], "'lines=80' is not KIND=PERCENT"),
        (["--fail-under", "valid=lots"], "'valid=lots' is not KIND=PERCENT"),
        (["--rate-limit", "fast"], "'fast' is not a rate"),
        (["--shard", "3/2"], "'3/2' is not I/N"),
        (["--header", "nothing"], "is not 'Name: value'"),
        (["--timeout", "0"], "0"),
    ],
)
def test_mistakes_are_known_before_a_request_is_sent(shop: str, arguments: list[str], told: str) -> None:
    """Exit 2, the mistake in words, and nothing sent."""
    server = Answering()
    with listening(server) as url:
        done = CliRunner().invoke(main, ["check", shop, "--target", url, *arguments])
    assert done.exit_code == 2
    assert told in done.stderr
    assert server.seen == []


def test_safe_with_nothing_safe(shop: str, tmp_path: Path) -> None:
    """An API of unsafe methods alone leaves nothing to test."""
    name = written(tmp_path, document({"/a": {"post": operation()}}), "unsafe.json").name
    done = check(name, "--safe")
    assert done.exit_code == 2
    assert "no operation with a safe method of POST /a" in done.stderr


def test_an_api_of_which_nothing_is_meant_is_left_out(shop: str, tmp_path: Path) -> None:
    """A pattern that fits one of two APIs leaves a run of that one, which conforms."""
    written(tmp_path, document({"/b": {"get": operation()}}), "other.json")
    with listening(Serving(keeping)) as url:
        done, told = report(shop, "other.json", "--target", url, "--include", "GET /a")
    assert done.exit_code == 0, done.output
    assert [api["name"] for api in told["apis"]] == ["open"]


def test_a_report_is_not_left_empty(shop: str) -> None:
    """Whether a report can be written is tried out without leaving a file."""
    assert check(shop, "--report", "json=new/out.json", "--target", "http://").exit_code == 2
    assert not Path("new/out.json").exists()


# --- OAuth2 ---------------------------------------------------------------------------------------------


def login(request: bytes) -> bytes:
    """A shop with a login of its own, that tells back what nobody should see."""
    if b"POST /token " not in request:
        told = locked(request, "the-token-itself")
        return told.replace(b"content-type", f"x-echo: the-token-itself {KEY}\r\ncontent-type".encode(), 1)
    right = request.endswith(b"grant_type=password&username=ann&password=p%40ss-word")
    return (
        answer(200, body=b'{"access_token": "the-token-itself"}')
        if right
        else answer(400, body=b'{"error":"invalid_grant"}')
    )


LOGIN = ("--credential", "Login=ann:p@ss-word")


def test_a_user_and_password_are_changed_for_a_token(shop: str) -> None:
    """Once, before the first case; neither is in any report."""
    server = Serving(login)
    written = ["--report", "json=out.json", "--report", "har=out.har", "--report", "html=out.html"]
    with listening(server) as url:
        done = check("locked.json", "--target", url, *LOGIN, "--credential", f"Key={KEY}", *written)
    assert done.exit_code == 0, done.output
    assert [b"/token" in request for request in server.seen].count(True) == 1
    assert b"/token" in server.seen[0]
    texts = [done.output, *(Path(name).read_text() for name in ("out.json", "out.har", "out.html"))]
    assert not [text for text in texts if "ss-word" in text or "the-token-itself" in text or KEY in text]


def test_a_token_url_of_the_command_line(shop: str) -> None:
    """It may be anywhere; the shop itself is then asked for none."""
    server, other = Serving(login), Serving(login)
    with listening(server) as url, listening(other) as elsewhere:
        done = check("locked.json", "--target", url, *LOGIN, "--token-url", f"{elsewhere}/token")
    assert done.exit_code == 0, done.output
    assert len(other.seen) == 1
    assert not [request for request in server.seen if b"/token" in request or b"ss-word" in request]


def test_a_declared_token_url_of_another_host_gets_no_password(shop: str, tmp_path: Path) -> None:
    """A document does not say where a password goes."""
    server, other = Serving(login), Serving(login)
    with listening(server) as url, listening(other) as elsewhere:
        text = json.dumps(LOCKED).replace("/token", f"{elsewhere}/token")
        (tmp_path / "foreign.json").write_text(text)
        done = check("foreign.json", "--target", url, *LOGIN)
    assert done.exit_code == 2
    assert "not on the target's host" in done.stderr
    assert (server.seen, other.seen) == ([], [])


@pytest.mark.parametrize(
    ("reply", "code", "told"),
    [
        (
            answer(401, body=b'{"error": "invalid_client"}'),
            2,
            "refused the user and password: 401 invalid_client",
        ),
        (answer(302, "Location: /a"), 2, "refused the user and password: 302"),
        (answer(200, body=b"<html>"), 2, "without an `access_token`"),
        (answer(500), 3, "answered 500"),
    ],
)
def test_a_login_that_fails(shop: str, reply: bytes, code: int, told: str) -> None:
    """Exit 2 where it is refused, 3 where nobody can say; the password is not told, and no case is sent."""
    server = Answering((reply,))
    with listening(server) as url:
        done = check("locked.json", "--target", url, *LOGIN)
    assert done.exit_code == code
    assert told in done.stderr
    assert "ss-word" not in done.stderr
    assert [request for request in server.seen if b"/token" not in request] == []


def test_a_login_where_nobody_listens(shop: str, unused_url: str) -> None:
    """Exit 3."""
    done = check("locked.json", "--target", unused_url, *LOGIN)
    assert done.exit_code == 3
    assert "no token from" in done.stderr


def test_a_ready_token(shop: str) -> None:
    """Without a colon it is the token itself, and nobody is asked for another."""
    server = Serving(login)
    with listening(server) as url:
        done = check("locked.json", "--target", url, "--credential", "Login=the-token-itself")
    assert done.exit_code == 0, done.output
    assert not [request for request in server.seen if b"/token" in request]


def test_a_token_url_without_a_password(shop: str) -> None:
    """It is of no use, which is said."""
    with listening(Serving(login)) as url:
        done = check("locked.json", "--target", url, "--token-url", f"{url}/token")
    assert done.exit_code == 2
    assert "--credential Login=user:password" in done.stderr


# --- settings -------------------------------------------------------------------------------------------


def settings(text: str) -> None:
    Path("understudy.toml").write_text(text)


def test_two_apis_with_targets_and_credentials_of_their_own(
    shop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is asked at its own place, with its own credential and nobody else's."""
    monkeypatch.setenv("SHOP_KEY", KEY)
    opened, closed = Serving(keeping), Serving(locked)
    with listening(opened) as one, listening(closed) as two:
        settings(
            f'max_examples = 1\n[api.open]\nspec = "open.json"\ntarget = "{one}"\n'
            f'headers = {{ X-One = "1" }}\n'
            f'[api.locked]\nspec = "locked.json"\ntarget = "{two}"\ncredentials = {{ Key = "$SHOP_KEY" }}\n'
        )
        done = check()
    assert done.exit_code == 0, done.output
    assert all(b"x-one: 1" in request and KEY.encode() not in request for request in opened.seen)
    assert any(f"x-key: {KEY}".encode() in request for request in closed.seen)
    assert not [request for request in closed.seen if b"x-one" in request]


def test_what_is_typed_wins(shop: str, unused_url: str) -> None:
    """Over the target of the file, and over what it says for the whole run."""
    settings(f'seed = 7\n[api.open]\nspec = "open.json"\ntarget = "{unused_url}"\n')
    with listening(Serving(keeping)) as url:
        done, told = report("--target", url)
        assert (done.exit_code, told["options"]["seed"]) == (0, 7)
        assert report("--target", url, "--seed", "8")[1]["options"]["seed"] == 8


def test_a_settings_file_of_another_name(shop: str, tmp_path: Path) -> None:
    """Documents, overlays and baseline are found from where it is."""
    (tmp_path / "ci").mkdir()
    written(tmp_path / "ci", OPEN, "mine.json")
    (tmp_path / "ci" / "night.toml").write_text('[api.mine]\nspec = "mine.json"\n')
    done = check("--config", "ci/night.toml", "--dry-run")
    assert done.stdout.startswith("mine\tGET /a")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sed = 7\n", "understudy.toml:1: unknown key 'sed'; did you mean 'seed'?"),
        (
            "seed = 1\n\n[api.open]\ntargets = 'x'\n",
            "understudy.toml:4: unknown key 'targets'; did you mean 'target'?",
        ),
        (
            "[api.a]\ntarget = 'x'\n[api.b]\ntarget = 1\n",
            "understudy.toml:4: 'target' is to be a text, and is 1",
        ),
        ("[api.open.credentials]\nKey = 'abc'\n", "understudy.toml:2: a secret has no place in this file"),
        ("seed = '7'\n", "understudy.toml:1: 'seed' is to be a whole number"),
        ("api = 1\n", "understudy.toml:1: 'api' is to be a table"),
        ("[api]\nopen = 1\n", "understudy.toml:2: `open` is to be a table"),
        ("seed = \n", "understudy.toml: not TOML: "),
        ("[fail_under]\nvalid = 'x'\n", "understudy.toml:2: 'valid' is to be a number"),
        ("[api.open]\ncredentials = { Key = '$NOT_SET_ANYWHERE' }\n", "$NOT_SET_ANYWHERE, which is not set"),
    ],
)
def test_mistakes_in_the_settings(shop: str, text: str, told: str) -> None:
    """Exit 2, with the line and the nearest key that there is."""
    settings(text)
    done = check(shop)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


# --- dry run --------------------------------------------------------------------------------------------


def test_a_dry_run_sends_nothing(shop: str) -> None:
    """Not even a login; it counts the requests of each operation and phase."""
    server = Serving(login)
    with listening(server) as url:
        done = check("locked.json", "--target", url, *LOGIN, "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.startswith("locked\tGET /a\t")
    assert "probes" in done.stdout
    assert server.seen == []


def test_a_dry_run_shows_its_requests(shop: str) -> None:
    """One curl line each, with names where target and credentials go."""
    counted = check("locked.json", *LOGIN, "--dry-run").stdout
    lines = check("locked.json", *LOGIN, "--dry-run", "--requests").stdout.splitlines()
    assert f"\t{len(lines)} requests\t" in counted
    assert all("curl -sS" in line and '"$TARGET"/' in line for line in lines)
    assert any("$KEY" in line for line in lines)
    assert not [line for line in lines if "ss-word" in line]


# --- thresholds and baseline ---------------------------------------------------------------------------


def test_too_little_covered(shop: str) -> None:
    """Exit 1, with what was asked for and what there was."""
    with listening(Serving(keeping)) as url:
        enough = check(shop, "--target", url, "--fail-under", "statuses=100")
        done = check(shop, "--target", url, "--fail-under", "invalid=100", "--fail-under", "operations=100")
        none = check("locked.json", "--target", url, "--fail-under", "statuses=100")
    assert enough.exit_code == 0, enough.output
    assert done.exit_code == 0, done.output
    assert none.exit_code == 1
    assert "Coverage of statuses is" in none.stdout


def breaking(request: bytes) -> bytes:
    told = keeping(request)
    return (
        told.replace(b"application/json", b"application/jsom") if told.startswith(b"HTTP/1.1 200") else told
    )


def test_the_life_of_a_baseline(shop: str) -> None:
    """Written once, clean from then on; what is new fails, what is gone is told, what is overdue fails."""
    args = (shop, "--baseline", "known.yaml")
    with listening(Serving(breaking)) as bad, listening(Serving(keeping)) as good:
        assert check(*args, "--target", bad, "--update-baseline").exit_code == 0
        assert check(*args, "--target", bad).exit_code == 0
        fixed = check(*args, "--target", good)
        assert fixed.exit_code == 0
        assert "Still in the baseline, but gone: 1 finding." in fixed.stdout
        text = Path("known.yaml").read_text()
        Path("known.yaml").write_text(text.replace("expires: ''", "expires: '2020-01-01'"))
        assert check(*args, "--target", bad).exit_code == 1
        Path("known.yaml").write_text("findings: []\n")
        assert check(*args, "--target", bad).exit_code == 1


def test_a_baseline_is_not_written_of_half_a_run(shop: str, unused_url: str) -> None:
    """What was not tested is not forgotten."""
    Path("known.yaml").write_text("findings: [{id: abc}]\n")
    done = check(shop, "--target", unused_url, "--baseline", "known.yaml", "--update-baseline")
    assert "the baseline is left as it is" in done.stderr
    assert "abc" in Path("known.yaml").read_text()


# --- the same report, whoever sends it and however -----------------------------------------------------


@pytest.mark.parametrize("workers", ["1", "4"])
def test_reports_are_the_same_for_any_number_of_workers(shop: str, workers: str) -> None:
    """Against a server that answers alike, byte for byte."""
    with listening(Serving(locked)) as url:
        report("locked.json", "--target", url, "--credential", f"Key={KEY}")
        alone = Path("out.json").read_bytes()
        report("locked.json", "--target", url, "--credential", f"Key={KEY}", "--workers", workers)
    assert Path("out.json").read_bytes() == alone


# --- signals --------------------------------------------------------------------------------------------


def wait_for(condition: Callable[[], bool]) -> None:
    """Return when it holds. Raises AssertionError when it does not within a minute."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@dataclass
class Started:
    """A check that has begun to send, in a process of its own."""

    process: subprocess.Popen[str]
    server: Serving

    def signalled(self, number: int) -> int:
        """The exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def started(shop: str) -> Iterator[Started]:
    """It sends a request each eighth of a second, and has sent some."""

    server = Serving(keeping)
    with listening(server) as url:
        arguments = ["check", shop, "--target", url, "--rate-limit", "8/s", "--report", "json=out.json"]
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=variables(None),
        )
        try:
            wait_for(lambda: len(server.seen) >= 4)
            yield Started(process, server)
        finally:
            process.kill()
            process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_keeps_what_it_found(started: Started, number: int) -> None:
    """Exit 130, every report written, and what was not tested is told."""
    assert started.signalled(number) == 130
    told = json.loads(Path("out.json").read_text())
    assert told["summary"]["answered"] >= 3
    assert told["apis"][0]["stopped"] == "the run was interrupted"


def test_the_second_signal_ends_it_at_once(shop: str) -> None:
    """Even where what was found is still being proved on a target that hangs."""
    seen: list[bytes] = []

    async def hanging(visit: Any) -> None:
        while request := await visit.request():
            seen.append(request)
            if len(seen) > 20:
                await asyncio.sleep(60)
            await visit.write(answer(200))

    with listening(hanging) as url:
        arguments = ["check", shop, "--target", url, "--timeout", "30"]
        process = subprocess.Popen(
            [*COMMAND, *arguments], stderr=subprocess.PIPE, text=True, env=variables(None)
        )
        try:
            wait_for(lambda: len(seen) > 20)
            process.send_signal(signal.SIGINT)
            wait_for(lambda: len(seen) > 21)  # the first request of a proof
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == -signal.SIGINT
        finally:
            process.kill()
            process.communicate()


def test_a_command_that_is_interrupted_before_it_sends() -> None:
    """Exit 130 and no traceback."""

    @click.command()
    @told
    def command() -> None:
        raise KeyboardInterrupt

    done = CliRunner().invoke(command)
    assert (done.exit_code, done.output) == (130, "")


# --- what is seen on the way ---------------------------------------------------------------------------


def test_away_from_a_terminal_nothing_is_shown_on_the_way(shop: str) -> None:
    """Standard error is left for what goes wrong."""
    with listening(Serving(keeping)) as url:
        done = run("check", shop, "--target", url, *FEW, cwd=Path.cwd())
    assert (done.returncode, done.stderr) == (0, "")
