"""Files are whole or not there, and what stood there before stays."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from forecast.errors import OutputError
from forecast.files import remove_leftovers, write_atomically, write_together


def write_two(folder: Path, text: str) -> None:
    with write_together(folder) as fresh:
        (fresh / "a.csv").write_text(text)
        (fresh / "b.csv").write_text(text)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_files_replace_those_of_their_names_only(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    write_two(tmp_path, "old")
    write_two(tmp_path, "new")
    assert contents(tmp_path) == {"mine.txt": "mine", "a.csv": "new", "b.csv": "new"}


def test_outdated_files_go_with_the_new_ones_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_two(tmp_path, "old")
    with write_together(tmp_path, outdated=["b.csv"]) as fresh:
        (fresh / "a.csv").write_text("new")
    assert contents(tmp_path) == {"a.csv": "new"}
    write_two(tmp_path, "old")
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.name == "b.csv" and target.parent.name == "before":
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)

    def write_one() -> None:
        with write_together(tmp_path, outdated=["b.csv"]) as fresh:
            (fresh / "a.csv").write_text("new")

    with pytest.raises(OutputError, match=r"b\.csv: Permission denied"):
        write_one()
    assert contents(tmp_path) == {"a.csv": "old", "b.csv": "old"}


def fill_the_disk(folder: Path) -> None:
    with write_together(folder) as fresh:
        (fresh / "a.csv").write_text("half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_fault_while_writing_leaves_the_old_files(tmp_path: Path) -> None:
    write_two(tmp_path, "old")
    with pytest.raises(OutputError, match="No space left"):
        fill_the_disk(tmp_path)
    assert contents(tmp_path) == {"a.csv": "old", "b.csv": "old"}
    with pytest.raises(OutputError, match="No space left"):
        fill_the_disk(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_file_that_can_not_be_replaced_leaves_all_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Windows refuses to replace a file that another program has open.
    write_two(tmp_path, "old")
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.parent.name == "fresh" and self.name == "b.csv":
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match=r"b\.csv: Permission denied"):
        write_two(tmp_path, "new")
    assert contents(tmp_path) == {"a.csv": "old", "b.csv": "old"}


@pytest.mark.parametrize("lock", [".~lock.a.csv#", "~$a.csv"])
def test_a_file_open_in_an_office_program_is_not_replaced(tmp_path: Path, lock: str) -> None:
    write_two(tmp_path, "old")
    (tmp_path / lock).touch()
    with pytest.raises(OutputError, match="open in another program"):
        write_two(tmp_path, "new")
    with pytest.raises(OutputError, match="open in another program"):
        write_atomically(tmp_path / "a.csv", b"new")
    assert contents(tmp_path)["a.csv"] == "old"


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OutputError, match="it is a folder"):
        write_two(tmp_path, "new")
    with pytest.raises(OutputError, match="it is a folder"):
        write_atomically(tmp_path / "a.csv", b"new")


def test_what_a_killed_process_left_goes_and_nothing_else_does(tmp_path: Path) -> None:
    gone = [".laadvraag-page.html.123.tmp", ".laadvraag-ab12_xyz"]
    kept = [".laadvraag-set.sqlite", ".notes.123.tmp", "page.html", ".laadvraag-new.html.9.tmp"]
    (tmp_path / gone[1] / "fresh").mkdir(parents=True)
    for name in (gone[0], *kept):
        (tmp_path / name).write_text("x")
    for name in (*gone, *kept[:-1]):
        os.utime(tmp_path / name, (0, time.time() - 2 * 86_400))
    remove_leftovers.cache_clear()
    write_atomically(tmp_path / "page.html", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)
