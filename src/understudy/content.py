"""Where the documents and stubs are: what the user named, the copy in the wheel, or the checkout."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from understudy.errors import DocumentError, UsageError

_SUFFIXES = (".yaml", ".yml", ".json")
_PACKAGE = Path(__file__).parent
_FOLDERS_OWN = "__init__.py"


@dataclass(frozen=True, slots=True)
class Api:
    """The files of one API. `facts` hold for every target, `fake` and `companions` for the fake alone."""

    name: str
    document: Path
    facts: tuple[Path, ...] = ()
    fake: tuple[Path, ...] = ()
    companions: tuple[Path, ...] = ()
    stub: Path | None = None
    """A file, or the `__init__.py` of a folder whose files import one another."""
    client: Path | None = None
    """Says how the clients of the API find a server: `client.toml`."""

    @property
    def files(self) -> tuple[Path, ...]:
        """Every one that a fake is made of."""
        return (self.document, *self.facts, *self.fake, *self.companions, *self._stubs())

    def _stubs(self) -> Sequence[Path]:
        if self.stub is None or self.stub.name != _FOLDERS_OWN:
            return (self.stub,) if self.stub else ()
        return sorted(self.stub.parent.rglob("*.py"))


def home() -> Path:
    """The folder that holds the shipped `specs` and `stubs`, relative where it lies below the working one."""
    shipped = _PACKAGE / "shipped"
    folder = shipped if shipped.is_dir() else _PACKAGE.parent.parent
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def find(specs: Sequence[str], stubs: Path | None = None) -> tuple[Api, ...]:
    """The APIs that the names, files and folders mean; without any, all the shipped ones.

    Raises UsageError or DocumentError when one means nothing.
    """
    named = specs or sorted(path.parent.name for path in _documents(home() / "specs"))
    found = [api for spec in named for api in _find(spec, stubs)]
    by_name: dict[str, Api] = {}
    for api in found:
        if api.name in by_name:
            other = by_name[api.name].document
            raise UsageError(f"two APIs called {api.name!r}: {other} and {api.document}")
        by_name[api.name] = api
    return tuple(found)


def _find(spec: str, stubs: Path | None) -> list[Api]:
    path = Path(spec)
    shipped = home() / "specs" / spec
    if not path.exists() and spec.isidentifier() and shipped.is_dir():
        path = shipped
    if path.is_dir():
        documents = _documents(path)
        if not documents:
            raise DocumentError("no openapi.yaml, openapi.yml or openapi.json in it", file=spec)
        return [_api(document, stubs) for document in documents]
    if not path.exists():
        names = ", ".join(sorted(child.parent.name for child in _documents(home() / "specs")))
        raise DocumentError(f"no such file or folder, nor a shipped API ({names})", file=spec)
    return [_api(path, stubs)]


def _documents(folder: Path) -> list[Path]:
    """The document of an API's folder, or of each API folder in a folder of them (or in its `specs`)."""
    root = folder / "specs" if (folder / "specs").is_dir() else folder
    own = [root / f"openapi{suffix}" for suffix in _SUFFIXES if (root / f"openapi{suffix}").is_file()]
    if own:
        return own[:1]
    return [path for child in sorted(root.iterdir()) if child.is_dir() for path in _own(child)]


def _own(folder: Path) -> list[Path]:
    found = (folder / f"openapi{suffix}" for suffix in _SUFFIXES)
    return [path for path in found if path.is_file()][:1]


def _api(document: Path, stubs: Path | None) -> Api:
    named_by_folder = document.stem == "openapi"
    name = document.resolve().parent.name if named_by_folder else document.stem
    prefix = "" if named_by_folder else f"{document.stem}."
    folders = [stubs] if stubs else [document.resolve().parent.parent.parent / "stubs", home() / "stubs"]
    return Api(
        name=name,
        document=document,
        facts=_present(document.parent / f"{prefix}overlay.yaml"),
        fake=_present(document.parent / f"{prefix}fake.overlay.yaml"),
        companions=_present(document.parent / f"{prefix}companion.yaml"),
        stub=next((path for folder in folders for path in _stub(folder, name)), None),
        client=next(iter(_present(document.parent / f"{prefix}client.toml")), None),
    )


def _stub(folder: Path, name: str) -> tuple[Path, ...]:
    return _present(folder / f"{name}.py") or _present(folder / name / _FOLDERS_OWN)


def _present(path: Path) -> tuple[Path, ...]:
    return (path,) if path.is_file() else ()
