"""What large YAML files hold is kept on disk, and never taken for what another text holds."""

import os
from pathlib import Path

import pytest

from understudy.contract.reading import kept, read

LONG = "x" * kept.LARGE


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache" / "documents"
    monkeypatch.setenv(kept.VARIABLE, str(folder))
    return folder


def document(folder: Path, title: str) -> Path:
    path = folder / "large.yaml"
    path.write_text(f"title: {title}\nlong: {LONG}\ntitle: {title}\n")
    return path


def files(cache: Path) -> list[Path]:
    return sorted(cache.glob("*"))


def test_a_large_file_is_read_from_what_was_kept(tmp_path: Path, cache: Path) -> None:
    """Its warnings too; only the owner may look into the folder."""
    path = document(tmp_path, "Pets")
    first, source = read(path)
    (file,) = files(cache)
    assert cache.stat().st_mode & 0o777 == 0o700
    assert read(path)[0] == first
    assert read(path)[1].warnings == source.warnings != ()
    file.write_text(file.read_text().replace("Pets", "Cats"))
    assert read(path)[0]["title"] == "Cats"


def test_an_edited_file_is_read_anew(tmp_path: Path) -> None:
    """Its text is another one."""
    assert read(document(tmp_path, "Pets"))[0]["title"] == "Pets"
    assert read(document(tmp_path, "Cats"))[0]["title"] == "Cats"


@pytest.mark.parametrize("spoilt", ["", "[1]", "{}", '[{"a":1},[["b"]]]', "[" * 100_000])
def test_a_spoilt_file_is_as_good_as_absent(tmp_path: Path, cache: Path, spoilt: str) -> None:
    """And is written again."""
    path = document(tmp_path, "Pets")
    whole = read(path)[0]
    (file,) = files(cache)
    file.write_text(spoilt)
    assert read(path)[0] == whole
    assert "Pets" in file.read_text()


def test_a_folder_that_cannot_be_written_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read each time."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path / "file" / "cache"))
    assert read(document(tmp_path, "Pets"))[0]["title"] == "Pets"


def test_nothing_is_kept_of_small_files_or_with_an_empty_variable(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor of JSON, which is read as fast from its own file."""
    (tmp_path / "small.yaml").write_text("a: 1\n")
    read(tmp_path / "small.yaml")
    (tmp_path / "large.json").write_text(f'{{"long": "{LONG}"}}')
    read(tmp_path / "large.json")
    monkeypatch.setenv(kept.VARIABLE, "")
    read(document(tmp_path, "Pets"))
    assert not files(cache)


def test_those_not_used_in_the_longest_time_go_first(tmp_path: Path, cache: Path) -> None:
    """There is an end to what is kept."""
    used = document(tmp_path, "Pets")
    read(used)
    (oldest,) = files(cache)
    os.utime(oldest, (1, 1))
    for number in range(kept.MOST - 1):
        stale = cache / f"{number:064x}.json"
        stale.write_text("[]")
        os.utime(stale, (2 + number, 2 + number))
    read(used)
    read(document(tmp_path, "Cats"))
    names = [file.name for file in files(cache)]
    assert len(names) == kept.MOST
    assert oldest.name in names
    assert f"{0:064x}.json" not in names
