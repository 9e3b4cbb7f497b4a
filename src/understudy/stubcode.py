"""The code of stubs, executed: from a file, or from a folder of files that import one another."""

import hashlib
import importlib.util
import sys
import traceback
from collections.abc import Mapping
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from understudy.errors import UsageError
from understudy.stub import Stub


def load_stubs(path: Path) -> Mapping[str, Stub]:
    """The stub functions of a file, or of a folder's `__init__.py`, by the operation they answer.

    Raises UsageError.
    """
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


class _Uncached(SourceFileLoader):
    """Python's own, but always from the source: its cache takes an edit of the same second for none."""

    def get_code(self, _: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


def _execute(path: Path) -> ModuleType:
    whole = path.absolute()
    digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
    name = f"understudy_stubs_{path.stem.strip('_')}_{digest}"
    folder = _opened(name, whole.parent) if path.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(
        name, path, loader=_Uncached(name, str(whole)), submodule_search_locations=folder
    )
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise UsageError(f"{_place(path, error)}: {type(error).__name__}: {error}") from error
    return module


def _opened(name: str, folder: Path) -> list[str]:
    """Where the package of a folder looks for its modules, which are read anew."""
    for known in [known for known in sys.modules if known.startswith(f"{name}.")]:
        del sys.modules[known]
    sys.path_importer_cache[str(folder)] = FileFinder(str(folder), (_Uncached, [".py"]))
    return [str(folder)]


def _place(path: Path, error: BaseException) -> str:
    """File and line of the stubs where an error came up."""
    own = path.absolute()
    folder = own.parent if own.name == "__init__.py" else own
    if isinstance(error, SyntaxError) and error.filename:
        return _told(path, Path(error.filename), error.lineno)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename) == own or folder in Path(frame.filename).parents
    ]
    return _told(path, Path(frames[-1].filename), frames[-1].lineno) if frames else f"{path}:1"


def _told(path: Path, file: Path, line: int | None) -> str:
    """A file of the stubs as the user named them."""
    near = path.parent / file.relative_to(path.absolute().parent)
    return f"{near}:{line or 1}"
