"""The fixtures for the tests of a client: server, clients in process, expectations, reset."""

from pathlib import Path

import pytest

from gallery.serving import serve
from running import serving
from suites import run, told
from things import make_app

README = Path(__file__).parent.parent.parent / "README.md"
SILENT = """
import sys
import pytest

def forbid(event, arguments):
    if event in ("socket.bind", "socket.connect"):
        raise AssertionError(f"{event} {arguments}")

sys.addaudithook(forbid)
"""


def test_a_server_is_there_for_any_client(client_suite: pytest.Pytester) -> None:
    """On a free port, with what the ini file says; plain requests belong to the test that sends them."""
    client_suite.makepyfile("""
        import urllib.request

        def test_it(understudy_server):
            with urllib.request.urlopen(understudy_server.url + "/things") as answer:
                assert answer.read() == b"[]"
            understudy_server.requests.assert_called("GET /things", times=1)
            [call] = understudy_server.requests.calls()
            assert (call.method, call.path, call.status, call.reply) == ("GET", "/things", 200, [])

        def test_another(understudy_server):
            understudy_server.requests.assert_not_called()
    """)
    run(client_suite, "-W", "error").assert_outcomes(passed=2)


def test_clients_in_process_need_no_socket(client_suite: pytest.Pytester) -> None:
    """Nothing is bound and nothing connected, by the synchronous client and by its twin."""
    client_suite.makeconftest(SILENT)
    client_suite.makepyfile("""
        import asyncio

        def test_it(understudy_server, understudy_client, understudy_async_client):
            understudy_server.expect("GET /things", status=503, unchecked=True)
            assert understudy_client.get("/things").status_code == 503
            assert understudy_client.post("/things", json={"name": "a"}).status_code == 201

            async def both():
                return await asyncio.gather(*[understudy_async_client.get("/things") for _ in range(2)])

            assert [answer.json() for answer in asyncio.run(both())] == [[{"id": 1, "name": "a"}]] * 2
            understudy_server.requests.assert_called("GET /things", times=3)
    """)
    run(client_suite, "-W", "error").assert_outcomes(passed=1)


def test_a_client_in_process_sees_faults_as_over_a_socket(client_suite: pytest.Pytester) -> None:
    """A reset connection, a body cut short and a slow answer are httpx's own errors."""
    client_suite.makepyfile("""
        import httpx
        import pytest

        @pytest.mark.parametrize(
            ("answer", "error"),
            [
                ({"fault": "reset"}, httpx.ReadError),
                ({"fault": "truncate"}, httpx.ReadError),
                ({"delay": 5000}, httpx.ReadTimeout),
            ],
        )
        def test_it(understudy_server, understudy_client, answer, error):
            understudy_server.expect("GET /things", **answer)
            with pytest.raises(error):
                understudy_client.get("/things", timeout=0.2)
            assert understudy_client.get("/things").status_code == 200
    """)
    run(client_suite).assert_outcomes(passed=3)


def test_the_next_call_answers_what_is_expected(client_suite: pytest.Pytester) -> None:
    """A status, a body of its own, header fields, so many times, for one request; then as ever."""
    client_suite.makepyfile("""
        def test_it(understudy_server, understudy_client):
            def name():
                return understudy_client.get("/things/7").json().get("name")

            usual = name()
            understudy_server.expect("getThing", body={"id": 7, "name": "mine"}, times=2)
            assert [name(), name(), name()] == ["mine", "mine", usual]
            understudy_server.expect("getThing", status=404)
            assert understudy_client.get("/things/7").status_code == 404
            understudy_server.expect("POST /things", status=201, headers={"X-Trace": "1"})
            assert understudy_client.post("/things", json={"name": "a"}).headers["x-trace"] == "1"
            understudy_server.expect("POST /things", status=422, match={"body": {"name": "bad"}}, times=None)
            assert understudy_client.post("/things", json={"name": "good"}).status_code == 201
            assert understudy_client.post("/things", json={"name": "bad"}).status_code == 422
            assert understudy_client.post("/things", json={"name": "bad"}).status_code == 422
    """)
    run(client_suite).assert_outcomes(passed=1)


def test_an_answer_that_breaks_the_contract_is_refused(client_suite: pytest.Pytester) -> None:
    """Where it is expected, in a line that says how to have it all the same; and a typing error likewise."""
    client_suite.makepyfile("""
        def test_answer(understudy_server):
            understudy_server.expect("getThing", body={"id": 0, "name": "x"})

        def test_unchecked(understudy_server, understudy_client):
            understudy_server.expect("getThing", body={"id": 0}, unchecked=True)
            assert understudy_client.get("/things/7").json() == {"id": 0}

        def test_operation(understudy_server):
            understudy_server.expect("getThings", status=404)

        def test_example(understudy_server):
            understudy_server.expect("getThing", example="one, two")
    """)
    result = run(client_suite)
    result.assert_outcomes(passed=1, failed=3)
    first, second, third = told(result)
    assert first.startswith("understudy.errors.UsageError: /body/id: ")
    assert first.endswith("by GET /things/{id}; `unchecked: true` answers it all the same")
    assert "no operation 'getThings'; the nearest are getThing" in second
    assert "example=one, two cannot be met" in third
    result.stdout.no_fnmatch_line("*src/understudy*")


def test_scenarios(client_suite: pytest.Pytester) -> None:
    """From the file that the ini names, by mark or in the test, or made there; for this test alone."""
    Path("flaky.yaml").write_text(
        "flaky:\n  - {operation: GET /things, times: 1, status: 503, unchecked: true}\n"
    )
    client_suite.makeini(Path("tox.ini").read_text() + "\nunderstudy_scenarios = flaky.yaml\n")
    client_suite.makepyfile("""
        import pytest

        def statuses(client):
            return [client.get("/things").status_code for _ in range(2)]

        @pytest.mark.understudy_scenario("flaky")
        def test_marked(understudy_client):
            assert statuses(understudy_client) == [503, 200]

        def test_chosen(understudy_client, understudy_server):
            understudy_server.scenario("flaky")
            assert statuses(understudy_client) == [503, 200]

        def test_made(understudy_client, understudy_server):
            understudy_server.scenario("a/b", [{"operation": "GET /things", "prefer": "fault=garbage"}])
            assert understudy_client.get("/things").content[:1] == b"\\0"
            understudy_server.reset()
            assert statuses(understudy_client) == [200, 200]

        def test_none(understudy_client):
            assert statuses(understudy_client) == [200, 200]

        def test_unknown(understudy_server):
            understudy_server.scenario("falky")

        @pytest.mark.understudy_scenario
        def test_nameless():
            pass
    """)
    result = run(client_suite)
    result.assert_outcomes(passed=4, failed=1, errors=1)
    result.stdout.fnmatch_lines(["write @pytest.mark.understudy_scenario('name'), *", "E *'falky'*flaky*"])


def test_tests_have_nothing_in_common(client_suite: pytest.Pytester) -> None:
    """What one created, was told to answer or asked no other sees; `reset` forgets it in the test itself."""
    client_suite.makepyfile("""
        import pytest

        @pytest.mark.parametrize("number", range(3))
        def test_it(understudy_server, understudy_client, number):
            assert understudy_client.get("/things").json() == []
            understudy_client.post("/things", json={"name": "a"})
            assert len(understudy_client.get("/things").json()) == 1
            understudy_server.requests.assert_called(times=3)
            understudy_server.expect("GET /things", status=503, unchecked=True, times=None)
            if number == 1:
                understudy_server.reset()
                understudy_server.requests.assert_not_called()
                assert understudy_client.get("/things").json() == []
    """)
    run(client_suite).assert_outcomes(passed=3)


def test_coverage_knows_each_test_by_its_name(client_suite: pytest.Pytester) -> None:
    """Beyond the test's end, and whatever client sends the requests."""
    client_suite.makepyfile("""
        import urllib.request
        import pytest

        def test_first(understudy_client, understudy_server):
            understudy_client.get("/things")

        @pytest.mark.parametrize("text", ["a b", "ü%", "x" * 300], ids=str)
        def test_second(understudy_server, text):
            urllib.request.urlopen(understudy_server.url + "/things").close()

        def test_told(understudy_server):
            told = understudy_server.coverage()["tests"]
            names = sorted(test["test"] for test in told)
            assert names[:3] == [
                "test_coverage_knows_each_test_by_its_name.py::test_first",
                "test_coverage_knows_each_test_by_its_name.py::test_second[\\\\xfc%]",
                "test_coverage_knows_each_test_by_its_name.py::test_second[a b]",
            ]
            assert len(names) == 4
            assert len(names[3]) == 255
            assert {tuple(used["operation"] for used in test["operations"]) for test in told} == {
                ("GET /things",)
            }
    """)
    run(client_suite).assert_outcomes(passed=5)


def test_a_session_that_a_request_tells_comes_first(client_suite: pytest.Pytester) -> None:
    """A client that names another namespace is in that one."""
    client_suite.makepyfile("""
        def test_it(understudy_server, understudy_client):
            elsewhere = {"Understudy-Namespace": "elsewhere"}
            understudy_client.post("/things", json={"name": "a"}, headers=elsewhere)
            assert len(understudy_client.get("/things", headers=elsewhere).json()) == 1
            assert understudy_client.get("/things").json() == []
            understudy_server.requests.assert_called(times=1)
    """)
    run(client_suite).assert_outcomes(passed=1)


SHARED = """
    import urllib.request
    import pytest

    @pytest.mark.parametrize("number", range(40))
    def test_it(understudy_server, understudy_client, number):
        for _ in range(number % 4):
            understudy_client.post("/things", json={"name": str(number)})
        request = urllib.request.Request(understudy_server.url + "/things", headers=understudy_server.headers)
        assert urllib.request.urlopen(request).read().count(b'"id"') == number % 4
        assert {thing["name"] for thing in understudy_client.get("/things").json()} <= {str(number)}
        understudy_server.requests.assert_called("POST /things", times=number % 4)
        understudy_server.expect("GET /things", status=503, unchecked=True)
        assert understudy_client.get("/things").status_code == 503
"""


def test_workers_share_a_server_and_never_see_each_other(client_suite: pytest.Pytester) -> None:
    """Four workers of pytest-xdist on one that `understudy serve` has started, with the same tests too."""
    client_suite.makepyfile(SHARED)
    with serving("things.json", "--stubs", "stubs") as server:
        shared = (f"--understudy-server={server.url}", "-n", "4")
        run(client_suite, *shared).assert_outcomes(passed=40)
        run(client_suite, *shared, "--dist", "each").assert_outcomes(passed=4 * 40)


def test_each_worker_has_a_server_of_its_own(client_suite: pytest.Pytester) -> None:
    """Unless they are told of one that they share."""
    client_suite.makepyfile(SHARED)
    run(client_suite, "-n", "2").assert_outcomes(passed=40)


def test_a_request_that_tells_nobody_on_a_shared_server(client_suite: pytest.Pytester) -> None:
    """It belongs to no test, and the assertion that misses it says so."""
    client_suite.makepyfile("""
        import urllib.request

        def test_it(understudy_server):
            urllib.request.urlopen(understudy_server.url + "/things").close()
            understudy_server.requests.assert_called("GET /things")
    """)
    with serving("things.json") as server:
        result = run(client_suite, f"--understudy-server={server.url}")
    result.assert_outcomes(failed=1)
    assert told(result)[1].startswith("nothing was called in this test; on a shared server a request says")


def test_a_shared_server_that_is_not_there(client_suite: pytest.Pytester, unused_url: str) -> None:
    """The tests that need it say which, and the others run."""
    client_suite.makepyfile("""
        def test_it(understudy_server):
            pass

        def test_other():
            pass
    """)
    result = run(client_suite, f"--understudy-server={unused_url}")
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([f"understudy: no fake answers at {unused_url}: *"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_same_tests_on_a_real_server(client_suite: pytest.Pytester) -> None:
    """The clients send to the target and nothing of ours with it; what only a fake can do is skipped."""
    client_suite.makepyfile("""
        import asyncio

        def test_client(understudy_client, understudy_server):
            answer = understudy_client.post("/things", json={"name": "a"})
            assert answer.json()["name"] == "a"
            assert not [name for name in answer.request.headers if name.startswith("understudy")]
            assert not understudy_server.is_fake

        def test_async_client(understudy_async_client):
            assert asyncio.run(understudy_async_client.get("/things")).status_code == 200

        def test_asserts(understudy_client, understudy_server):
            understudy_client.get("/things")
            understudy_server.requests.assert_called("GET /things")

        def test_expects(understudy_server):
            understudy_server.expect("GET /things", status=503)
    """)
    with serve(make_app()) as url:
        result = run(client_suite, f"--understudy-target={url}", "-rs", "-W", "error")
    result.assert_outcomes(passed=2, skipped=2)
    result.stdout.fnmatch_lines([f"SKIPPED*{url} is no fake: *"])


def test_the_server_is_loaded_only_when_it_is_needed(client_suite: pytest.Pytester) -> None:
    """A suite that uses no fixture does not wait for connexion, nor for a client."""
    client_suite.makeconftest(
        "import sys\n"
        "def pytest_sessionfinish():\n"
        "    wanted = ('connexion', 'httpx', 'uvicorn')\n"
        "    print('\\nLOADED', *[name for name in wanted if name in sys.modules])\n"
    )
    client_suite.makepyfile(test_it="def test_it():\n    pass\n")
    assert "LOADED" in run(client_suite, "-s").outlines
    client_suite.makepyfile(test_it="def test_it(understudy_server):\n    pass\n")
    assert "LOADED connexion httpx uvicorn" in run(client_suite, "-s").outlines


def test_the_sample_of_the_readme(pytester: pytest.Pytester) -> None:
    """It passes; changed as the README shows its failure, it fails in those words."""
    section = README.read_text().partition("## In your tests\n")[2]
    code = section.partition("```python\n")[2].partition("```")[0]
    shown = section.partition("```text\n")[2].partition("```")[0]
    pytester.makepyfile(code)
    run(pytester, "-W", "ignore").assert_outcomes(passed=1)
    asserted = 'body={"display_name": "Is it right?"'
    pytester.makepyfile(code.replace(asserted, asserted.replace("right", "wrong")))
    result = run(pytester, "-W", "ignore")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([line.replace("[", "[[]") for line in shown.splitlines()], consecutive=True)
