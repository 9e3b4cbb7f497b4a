"""The environment of unmodified clients: what tells them their server, by the `client.toml` of each API."""

import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from understudy import content
from understudy.errors import UsageError
from understudy.serve.credentials import credential_variable
from understudy.testing.options import Options

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CREDENTIAL = "credential:"
_ANY = "demo"
"""A credential that a fake takes where none is given."""


@dataclass(frozen=True, slots=True)
class Clients:
    """What the clients of some APIs read, and what they keep of it for the whole process."""

    variables: Mapping[str, str]
    """The values with their placeholders: `{url}`, `{folder}` and `{credential:SCHEME}`."""
    kept: tuple[str, ...]
    """`module:name` of what is set to None to be forgotten, `module:name()` of what is called for it."""

    def filled(self, url: str, folder: Path, credential: Callable[[str], str | None]) -> dict[str, str]:
        """The variables; one whose credential there is not is left out."""
        known = {"url": url, "folder": str(folder)}
        for word in (word for template in self.variables.values() for word in _words(template)):
            value = known.get(word) or credential(word.removeprefix(_CREDENTIAL))
            if value is not None:
                known[word] = value
        return {
            name: _PLACEHOLDER.sub(lambda found: known[found[1]], template)
            for name, template in self.variables.items()
            if all(word in known for word in _words(template))
        }

    def forget(self) -> None:
        """Let the clients that are loaded read their environment anew."""
        for place in self.kept:
            module, _, path = place.partition(":")
            if module in sys.modules:
                _forget(sys.modules[module], path)


def clients(options: Options) -> Clients:
    """What stands in the `client.toml` beside each document. Raises UnderstudyError."""
    apis = content.find(options.specs, Path(options.stubs) if options.stubs else None)
    read = [_read(api.client) for api in apis if api.client]
    if not read:
        names = ", ".join(str(api.document) for api in apis)
        raise UsageError(f"no client.toml, which says how a client finds its server, beside {names}")
    variables = {name: value for each in read for name, value in each.variables.items()}
    return Clients(variables, tuple(place for each in read for place in each.kept))


def credential(options: Options, scheme: str) -> str | None:
    """The credential for a scheme: one that is given, else for a fake any."""
    given = options.credentials.get(scheme) or os.environ.get(credential_variable(scheme))
    return given or (_ANY if options.target == "self" else None)


def _read(file: Path) -> Clients:
    try:
        root = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file}: not TOML: {error}") from None
    unknown = next((key for key in root if key not in ("environment", "forget")), None)
    if unknown is not None:
        raise UsageError(f"{file}: unknown key {unknown!r}; there are: environment, forget")
    variables, kept = root.get("environment", {}), root.get("forget", [])
    if not (isinstance(variables, dict) and _are_texts(variables.values())):
        raise UsageError(f"{file}: `environment` is to be a table of texts by the names of variables")
    if not (isinstance(kept, list) and _are_texts(kept) and all(":" in place for place in kept)):
        raise UsageError(
            f"{file}: `forget` is to be a list of texts such as 'module:name' or 'module:name()'"
        )
    for word in (word for template in variables.values() for word in _words(template)):
        if word not in ("url", "folder") and not word.startswith(_CREDENTIAL):
            raise UsageError(
                f"{file}: unknown {{{word}}}; there are: {{url}}, {{folder}}, {{credential:SCHEME}}"
            )
    return Clients(variables, tuple(kept))


def _are_texts(values: Iterable[object]) -> bool:
    return all(isinstance(value, str) for value in values)


def _words(template: str) -> list[str]:
    return _PLACEHOLDER.findall(template)


def _forget(owner: object, path: str) -> None:
    *way, name = path.removesuffix("()").split(".")
    for step in way:
        owner = getattr(owner, step, None)
    if not hasattr(owner, name):  # another version of the client, which keeps no such thing
        return
    if path.endswith("()"):
        getattr(owner, name)()
    else:
        setattr(owner, name, None)
