"""The options of a test suite: what its tests play with, as pytest's ini file says it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from understudy.errors import UsageError, hint
from understudy.serve.options import AuthMode

INI: Mapping[str, tuple[Literal["args", "int", "linelist", "string"], str]] = MappingProxyType(
    {
        "specs": (
            "args",
            "What is played: names of shipped APIs, files or folders. Default: all the shipped ones.",
        ),
        "stubs": ("string", "Folder of stub files, one <api>.py each."),
        "overlays": ("args", "Further OpenAPI Overlays to apply."),
        "scenarios": ("string", "File of scenarios, in YAML or JSON."),
        "seed": ("int", "Another seed gives other ids and values. Default: 0."),
        "auth": (
            "string",
            "spec: any credential of the right shape; strict: only those given; off: none asked.",
        ),
        "credentials": (
            "linelist",
            "SCHEME=VALUE, one a line: what auth strict takes, and the SDKs are given.",
        ),
        "server": (
            "string",
            "URL of a running `understudy serve` that all workers share. Default: their own.",
        ),
        "target": (
            "string",
            "What is tested: self, or the base URL of a real implementation. Default: self.",
        ),
    }
)
"""Type and help of each key, which pytest's ini file has with `understudy_` before it."""
PREFIX = "understudy_"


@dataclass(frozen=True, slots=True)
class Options:
    """What the tests of a suite play with."""

    specs: tuple[str, ...] = ()
    stubs: str | None = None
    overlays: tuple[str, ...] = ()
    scenarios: str = ""
    seed: int = 0
    auth: AuthMode = "spec"
    credentials: Mapping[str, str] = field(default_factory=dict)
    server: str = ""
    """The URL of a fake that somebody else started; empty: one of their own."""
    target: str = "self"
    """`self`, or the base URL of a real implementation."""


def check_names(names: Iterable[str]) -> None:
    """Raise UsageError for a key of an ini file that looks like one of these and is none."""
    known = [PREFIX + name for name in INI]
    for name in names:
        if name.startswith(PREFIX) and name not in known:
            raise UsageError(f"unknown ini option {name!r}{hint(name, known)}")


def read(given: Mapping[str, Any], folder: Path) -> Options:
    """The options by key, those that are given; files are named from a folder. Raises UsageError."""
    texts = {name: value for name, value in given.items() if value}
    return Options(
        specs=tuple(_beside(folder, spec) for spec in texts.get("specs", ())),
        stubs=_present(folder, "stubs", texts["stubs"]) if "stubs" in texts else None,
        overlays=tuple(_present(folder, "overlays", file) for file in texts.get("overlays", ())),
        scenarios=_present(folder, "scenarios", texts["scenarios"]) if "scenarios" in texts else "",
        seed=texts.get("seed", 0),
        auth=_auth(texts.get("auth", "spec")),
        credentials=dict(_credentials(texts.get("credentials", ()))),
        server=base_url(texts["server"], "understudy_server") if "server" in texts else "",
        target=texts.get("target", "self"),
    )


def base_url(text: str, what: str) -> str:
    """The URL of a server, without a slash at its end. Raises UsageError."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(f"{what}: {text!r} is no http or https URL, such as http://127.0.0.1:4010")
    return text.rstrip("/")


def _beside(folder: Path, name: str) -> str:
    """A file or folder as it is named from the ini file; what is not there may be the name of an API."""
    return str(folder / name) if (folder / name).exists() else name


def _present(folder: Path, key: str, name: str) -> str:
    if not (folder / name).exists():
        raise UsageError(f"{PREFIX}{key}: no such file or folder: {folder / name}")
    return str(folder / name)


def _auth(text: str) -> AuthMode:
    modes: tuple[AuthMode, ...] = get_args(AuthMode)
    for mode in modes:
        if mode == text:
            return mode
    raise UsageError(f"{PREFIX}auth: no mode {text!r}{hint(text, modes)}")


def _credentials(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        scheme, _, value = line.partition("=")
        if not (scheme.strip() and value.strip()):
            raise UsageError(f"{PREFIX}credentials: {line!r} is not SCHEME=VALUE")
        yield scheme.strip(), value.strip()
