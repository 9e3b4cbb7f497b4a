"""`understudy.toml`: what a team checks, kept beside the code."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from understudy.errors import UsageError, hint

DEFAULT = Path("understudy.toml")

_TYPES: Mapping[type, str] = MappingProxyType(
    {str: "a text", int: "a whole number", bool: "true or false", list: "a list of texts", dict: "a table"}
)
_RUN: Mapping[str, type] = MappingProxyType(
    {
        **{"seed": int, "max_examples": int, "workers": int, "rate_limit": str},
        **{"fail_under": dict, "baseline": str, "api": dict},
    }
)
_API: Mapping[str, type] = MappingProxyType(
    {
        **{"spec": str, "target": str, "credentials": dict, "headers": dict, "token_url": str},
        **{"include": list, "exclude": list, "overlays": list},
    }
)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """One table `[api.NAME]`."""

    spec: str
    """The document: a shipped name, a file or a folder; the table's name where none is given."""
    target: str | None = None
    credentials: Mapping[str, str] = field(default_factory=dict)
    """Environment variables by security scheme; never the secrets themselves."""
    headers: tuple[tuple[str, str], ...] = ()
    token_url: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """All of the file; `run` holds what is for the whole run, as the file has it."""

    run: Mapping[str, Any] = field(default_factory=dict)
    apis: Mapping[str, ApiSettings] = field(default_factory=dict)


def load(path: Path) -> Settings:
    """The settings in a file. Raises UsageError with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
        root = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    return _Reader(path, text).settings(root)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one file, and knows where in it a key stands."""

    path: Path
    text: str

    def settings(self, root: Mapping[str, Any]) -> Settings:
        self._check(root, _RUN, ())
        self._check_percents(root.get("fail_under", {}))
        run = {name: value for name, value in root.items() if name != "api"}
        if "baseline" in run:
            run["baseline"] = self._beside(run["baseline"])
        return Settings(run, {name: self._api(name, table) for name, table in root.get("api", {}).items()})

    def _api(self, name: str, table: Any) -> ApiSettings:
        place = ("api", name)
        if not isinstance(table, dict):
            self._refuse(place, f"`{name}` is to be a table, such as [api.{name}]")
        self._check(table, _API, place)
        for inner in ("credentials", "headers"):
            self._check(table.get(inner, {}), dict.fromkeys(table.get(inner, {}), str), (*place, inner))
        spec = table.get("spec", name)
        return ApiSettings(
            spec=self._beside(spec) if Path(self._beside(spec)).exists() else spec,
            target=table.get("target"),
            credentials=self._variables(table.get("credentials", {}), (*place, "credentials")),
            headers=tuple((key.lower(), value) for key, value in table.get("headers", {}).items()),
            token_url=table.get("token_url"),
            include=tuple(table.get("include", ())),
            exclude=tuple(table.get("exclude", ())),
            overlays=tuple(map(self._beside, table.get("overlays", ()))),
        )

    def _beside(self, name: str) -> str:
        """A file that is named from where the settings are."""
        return str(self.path.parent / name)

    def _variables(self, given: Mapping[str, str], place: tuple[str, ...]) -> dict[str, str]:
        """The names of environment variables, of which the file has `$NAME`."""
        for scheme, value in given.items():
            if not re.fullmatch(r"\$[A-Za-z_][A-Za-z0-9_]*", value):
                told = "a secret has no place in this file: name an environment variable, such as"
                self._refuse((*place, scheme), f'{told} {scheme!r} = "$API_KEY"')
        return {scheme: value[1:] for scheme, value in given.items()}

    def _check(self, table: Mapping[str, Any], known: Mapping[str, type], place: tuple[str, ...]) -> None:
        for key, value in table.items():
            if key not in known:
                self._refuse((*place, key), f"unknown key {key!r}{hint(key, known)}")
            wanted = known[key]
            if not _is(value, wanted):
                self._refuse((*place, key), f"{key!r} is to be {_TYPES[wanted]}, and is {value!r}")

    def _check_percents(self, table: Mapping[str, Any]) -> None:
        for kind, value in table.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                self._refuse(("fail_under", kind), f"{kind!r} is to be a number of per cent")

    def _refuse(self, place: tuple[str, ...], message: str) -> NoReturn:
        raise UsageError(f"{self.path}:{self._line(place)}: {message}")

    def _line(self, place: tuple[str, ...]) -> int:
        """The line on which a key stands: after those of the tables around it, as far as they are there."""
        lines = self.text.split("\n")
        found = 0
        for key in place:
            pattern = re.compile(rf"""^[^#]*?(?<![\w-])["']?{re.escape(key)}["']?\s*[=.\]]""")
            found = next((i for i in range(found, len(lines)) if pattern.search(lines[i])), found)
        return found + 1


def _is(value: Any, wanted: type) -> bool:
    if wanted is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))
