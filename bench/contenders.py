"""The servers that are measured, and how each is started."""

import sys

from bench.payload import Call, galileo, langsmith
from bench.process import Server

UNDERSTUDY = "understudy"
FORGETFUL = "understudy, --memory 0"
PRISM = "Prism"
BARE = "bare Starlette"
CEILING = "raw ASGI"
PRISM_LANGSMITH = "Prism, langsmith only"
PRISM_GALILEO = "Prism, galileo only"

LANGSMITH = "specs/langsmith/openapi.yaml"
GALILEO = "specs/galileo/openapi.yaml"


def understudy(name: str = UNDERSTUDY, *options: str) -> Server:
    """Both shipped documents, one worker, its defaults: authentication, both validations and journal on."""
    command = (sys.executable, "-m", "understudy", "serve", "--port", "{port}", *options)
    return Server(name, command, (langsmith(), galileo()))


def prism(command: tuple[str, ...], name: str, document: str, call: Call) -> Server:
    """Prism serves one document per process."""
    options = ("mock", "--host", "127.0.0.1", "--port", "{port}", "--verboseLevel", "silent", document)
    return Server(name, (*command, *options), (call,))


def asgi(name: str, module: str, *environment: tuple[str, str]) -> Server:
    """One of our own small apps, on uvicorn as fast as it gets with one worker."""
    options = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
    command = (sys.executable, "-m", "uvicorn", f"bench.servers.{module}:app", "--port", "{port}", *options)
    return Server(name, command, (langsmith(),), environment)


def pythons() -> list[Server]:
    """What needs nothing but the virtual environment."""
    return [
        asgi("connexion", "connexion_app"),
        asgi("connexion, both ways", "connexion_app", ("BENCH_VALIDATE_RESPONSES", "1")),
        asgi(BARE, "bare"),
    ]


def for_throughput(prism_command: tuple[str, ...] | None) -> list[Server]:
    """All that answer the LangSmith request."""
    prisms = [prism(prism_command, PRISM, LANGSMITH, langsmith())] if prism_command else []
    forgetful = understudy(FORGETFUL, "--memory", "0")
    return [understudy(), forgetful, *prisms, *pythons(), asgi(CEILING, "raw")]


def for_cold_start(prism_command: tuple[str, ...] | None) -> list[Server]:
    """All that start; Prism twice, once per document."""
    prisms = [
        prism(prism_command, PRISM_LANGSMITH, LANGSMITH, langsmith()),
        prism(prism_command, PRISM_GALILEO, GALILEO, galileo()),
    ] if prism_command else []  # fmt: skip
    return [understudy(), *prisms, *pythons()]
