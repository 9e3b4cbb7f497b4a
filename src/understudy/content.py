"""Where the documents and stubs are: what the user named, the copy in the wheel, or the checkout."""

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from understudy.errors import DocumentError, UsageError
from understudy.stub import Stub

_SUFFIXES = (".yaml", ".yml", ".json")
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Api:
    """The files of one API. `facts` hold for every target, `fake` and `companions` for the fake alone."""

    name: str
    document: Path
    facts: tuple[Path, ...] = ()
    fake: tuple[Path, ...] = ()
    companions: tuple[Path, ...] = ()
    stub: Path | None = None

    @property
    def files(self) -> tuple[Path, ...]:
        """Every one of them."""
        stub = (self.stub,) if self.stub else ()
        return (self.document, *self.facts, *self.fake, *self.companions, *stub)


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
        stub=next((path for folder in folders for path in _present(folder / f"{name}.py")), None),
    )


def _present(path: Path) -> tuple[Path, ...]:
    return (path,) if path.is_file() else ()


def load_stubs(path: Path) -> Mapping[str, Stub]:
    """The stub functions of a file by the operation they answer. Raises UsageError."""
    module = _execute(path)
    stubs: dict[str, Stub] = {}
    for value in vars(module).values():
        operation = getattr(value, "__dict__", {}).get("answers")
        if operation is None or not callable(value):
            continue
        if operation in stubs:
            raise UsageError(f"{path}: two stubs answer {operation!r}")
        stubs[operation] = value
    return stubs


def _execute(path: Path) -> ModuleType:
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
    name = f"understudy_stubs_{path.stem}_{digest}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_Uncached(name, str(path.absolute())))
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        line = _line_in(path, error)
        raise UsageError(f"{path}:{line}: {type(error).__name__}: {error}") from error
    return module


class _Uncached(SourceFileLoader):
    """Python's own, but always from the source: its cache takes an edit of the same second for none."""

    def get_code(self, _: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _line_in(path: Path, error: BaseException) -> int:
    if isinstance(error, SyntaxError):
        return error.lineno or 1
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == str(path.absolute()) and frame.lineno]
    return lines[-1] if lines else 1
