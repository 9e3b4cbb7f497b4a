"""Prism, installed once into a cache folder outside the repository."""

import os
import shutil
import subprocess
from pathlib import Path

VERSION = "5.16.0"


class PrismMissing(Exception):
    """Prism cannot be had here; the message says why."""


def command() -> tuple[str, ...]:
    """How to start Prism, installing it first where needed. Raises PrismMissing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise PrismMissing("node and npm are not installed")
    folder = cache() / f"prism-{VERSION}"
    script = folder / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    if not (folder / ".installed").exists():
        install(npm, folder)
    return (node, str(script))


def cache() -> Path:
    """Where tools of the benchmark live."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "understudy-bench"


def install(npm: str, folder: Path) -> None:
    """Have npm fetch the pinned version into `folder`."""
    print(f"installing Prism {VERSION} into {folder} (once)", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    package = f"@stoplight/prism-cli@{VERSION}"
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [npm, "install", "--prefix", str(folder), *quiet, package],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PrismMissing(f"npm could not install it: {done.stderr.strip() or done.stdout.strip()}")
    (folder / ".installed").touch()
