"""A set of sheets is whole, taken up where it stopped, and made anew when it should be."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from factsheets import bulk
from factsheets.bulk import SheetSet, open_set
from factsheets.fingerprint import fingerprint
from factsheets.record import RECORD_NAME, open_record
from factsheets.workshop import Task
from forecast.errors import OutputError
from forecast.run_info import latest_run
from forecast.selection import select_terrains
from forecast.terrain_rows import TERRAINS_AT_ONCE
from forecast.theme import Colours, Theme

ROOT = Path(__file__).parent.parent.parent
FLEVOLAND = ("--province", "Flevoland")
PATIENCE_SECONDS = 60.0
needs_unix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits are of Unix")


@pytest.fixture(scope="module")
def flevoland(published: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    return select_terrains(published, "province", "Flevoland").terrain_ids


class Folder:
    """A folder with a set of web pages, which are quick to make."""

    def __init__(self, published: duckdb.DuckDBPyConnection, database: Path, path: Path) -> None:
        self.opened, self.database, self.path = published, database, path

    def open(
        self,
        terrain_ids: tuple[str, ...],
        *,
        language: str = "nl",
        formats: tuple[str, ...] = ("html",),
        theme: Theme | None = None,
        is_again: bool = False,
    ) -> AbstractContextManager[SheetSet]:
        return open_set(
            self.opened,
            self.database,
            terrain_ids,
            self.path,
            language=language,
            formats=formats,
            theme=theme or Theme(),
            is_again=is_again,
        )

    def make(self, terrain_ids: tuple[str, ...], **settings: object) -> int:
        """Make a set; return how many terrains it had to make."""
        with self.open(terrain_ids, **settings) as sheet_set:  # type: ignore[arg-type]
            sheet_set.make(1)
            return len(sheet_set.waiting)

    def pages(self) -> dict[str, int]:
        """Return the sheets in the folder, with when each was written."""
        return {file.name: file.stat().st_mtime_ns for file in self.path.glob("[0-9]*.*")}


@pytest.fixture
def folder(published: duckdb.DuckDBPyConnection, real_database: Path, tmp_path: Path) -> Folder:
    return Folder(published, real_database, tmp_path / "set")


def command(database: Path, folder: Path, *words: str) -> list[str]:
    return [
        *(sys.executable, str(ROOT / "cli.py"), "factsheet", *FLEVOLAND),
        *("--db", str(database), "--out", str(folder), *words),
    ]


def start(words: list[str]) -> subprocess.Popen[str]:
    """Start a command in a process group of its own, as a terminal does."""
    return subprocess.Popen(
        words,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_pages(folder: Folder, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(folder.pages()) < count:
        assert time.monotonic() < deadline, "no pages were made"
        time.sleep(0.01)


def workers(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes that a command started, and those that they started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "-g", str(process.pid)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in listed.stdout.split() if int(pid) != process.pid]


def test_a_set_is_made_in_parallel_as_each_sheet_alone(
    folder: Folder, flevoland: tuple[str, ...], tmp_path: Path
) -> None:
    done: list[int] = []
    with folder.open(flevoland, formats=("html", "xlsx")) as sheet_set:
        sheet_set.make(2, done.append)
        files = sheet_set.current_files()
    assert sum(done) == len(flevoland) == len(files)
    assert {len(names) for names in files.values()} == {2}
    alone = Folder(folder.opened, folder.database, tmp_path / "alone")
    alone.make(flevoland[:3], formats=("html", "xlsx"))
    for terrain_id in flevoland[:3]:
        for name in files[terrain_id]:
            assert (folder.path / name).read_bytes() == (alone.path / name).read_bytes()


def test_batches_hold_every_task_once_and_shrink_to_the_end() -> None:
    tasks = [Task(str(number), str(number), ("pdf",)) for number in range(3646)]
    made = list(bulk.batches(tasks, 2))
    assert [task for batch in made for task in batch] == tasks
    sizes = [len(batch) for batch in made]
    assert sizes[0] == TERRAINS_AT_ONCE
    assert sizes == sorted(sizes, reverse=True)
    # Whoever is last works alone for half a second at most.
    assert max(sizes[-3:]) <= 10


def test_what_is_current_is_kept(folder: Folder, flevoland: tuple[str, ...]) -> None:
    some = flevoland[:5]
    assert folder.make(some) == 5
    before = folder.pages()
    assert folder.make(some) == 0
    assert folder.pages() == before
    # A format more leaves the others alone; a wider set makes only what it adds.
    assert folder.make(some, formats=("html", "xlsx")) == 5
    assert {name: at for name, at in folder.pages().items() if name.endswith("html")} == before
    assert folder.make(flevoland[:7]) == 2
    assert folder.make(some, is_again=True) == 5
    assert all(folder.pages()[name] > at for name, at in before.items())


def test_another_run_language_or_style_makes_anew(
    folder: Folder, flevoland: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    some = flevoland[:2]
    folder.make(some)
    assert folder.make(some, language="en") == 2
    assert folder.make(some, language="en", theme=Theme(colours=Colours(accent="#7a1f3d"))) == 2
    assert folder.make(some) == 2
    run = replace(latest_run(folder.opened), run_id="the next")
    monkeypatch.setattr(bulk, "latest_run", lambda _: run)
    assert folder.make(some) == 2
    assert folder.make(some) == 0


def test_everything_that_shapes_a_sheet_is_in_its_fingerprint(tmp_path: Path) -> None:
    font = tmp_path / "own.ttf"
    font.write_bytes(b"one")
    plain, own = Theme(), Theme(font_family="Own", font_files=(font,))
    prints = [
        fingerprint("run", "nl", "pdf", plain),
        fingerprint("other", "nl", "pdf", plain),
        fingerprint("run", "en", "pdf", plain),
        fingerprint("run", "nl", "html", plain),
        fingerprint("run", "nl", "pdf", Theme(publisher="Gemeente")),
        fingerprint("run", "nl", "pdf", own),
    ]
    font.write_bytes(b"two")
    prints.append(fingerprint("run", "nl", "pdf", own))
    assert len(set(prints)) == len(prints)
    assert fingerprint("run", "nl", "pdf", plain) == prints[0]


def test_a_file_that_is_gone_or_cut_short_is_made_again(
    folder: Folder, flevoland: tuple[str, ...]
) -> None:
    some = flevoland[:3]
    folder.make(some)
    gone, short, _ = sorted(folder.pages())
    (folder.path / gone).unlink()
    page = (folder.path / short).read_bytes()
    (folder.path / short).write_bytes(page[:-10])
    assert folder.make(some) == 2
    assert (folder.path / short).read_bytes() == page


def test_a_record_that_cannot_be_read_is_begun_anew(
    folder: Folder, flevoland: tuple[str, ...]
) -> None:
    folder.make(flevoland[:2])
    (folder.path / RECORD_NAME).write_bytes(b"not a record" * 500)
    assert folder.make(flevoland[:2]) == 2
    assert folder.make(flevoland[:2]) == 0


def test_files_of_an_earlier_set_are_named_and_removed_only_on_request(
    folder: Folder, flevoland: tuple[str, ...]
) -> None:
    folder.make(flevoland[:4])
    own = folder.path / "190044-of-the-user.html"
    own.write_text("mine", encoding="utf-8")
    with folder.open(flevoland[2:4]) as sheet_set:
        left = sheet_set.leftovers()
        assert len(left) == 2
        assert not {f"{stem}.html" for stem in sheet_set.stems.values()} & set(left)
        # Somebody wrote in this one since: it is theirs now.
        mine = left[0]
        (folder.path / mine).write_text("my notes", encoding="utf-8")
        assert sheet_set.leftovers() == left[1:]
        sheet_set.record.remove(sheet_set.leftovers())
        assert sheet_set.leftovers() == []
    assert own.read_text(encoding="utf-8") == "mine"
    assert (folder.path / mine).read_text(encoding="utf-8") == "my notes"
    assert not (folder.path / left[1]).exists()


def test_a_terrain_with_a_new_name_leaves_no_old_sheet_in_the_index(
    folder: Folder, flevoland: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.make(flevoland[:1])
    [old] = folder.pages()
    monkeypatch.setattr(bulk, "_stems", lambda *_: {flevoland[0]: "1-renamed"})
    with folder.open(flevoland[:1]) as sheet_set:
        assert sheet_set.leftovers() == [old]
        assert sheet_set.current_files() == {flevoland[0]: ()}


def test_two_sets_at_once_do_not_mix(folder: Folder, flevoland: tuple[str, ...]) -> None:
    with (
        folder.open(flevoland[:1]),
        pytest.raises(OutputError, match="another laadvraag is making factsheets there"),
        folder.open(flevoland[:1]),
    ):
        pass
    assert folder.make(flevoland[:1]) == 1


def test_a_strange_record_cannot_point_out_of_its_folder(tmp_path: Path) -> None:
    victim = tmp_path / "victim.html"
    victim.write_text("keep", encoding="utf-8")
    with open_record(tmp_path / "set") as record:
        record._connection.execute("INSERT INTO made VALUES ('../victim.html', '1', 'x', 4)")
        record._connection.commit()
    with open_record(tmp_path / "set") as record:
        assert record.others([]) == []


@needs_unix
def test_a_killed_set_goes_on_where_it_was(folder: Folder, flevoland: tuple[str, ...]) -> None:
    process = start(command(folder.database, folder.path, "--format", "pdf", "--jobs", "2"))
    wait_for_pages(folder, 20)
    helpers = workers(process)
    assert helpers
    process.kill()
    process.communicate()
    # The others end by themselves: nobody would take their work.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(_lives(pid) for pid in helpers):
        assert time.monotonic() < deadline, "workers outlive the command"
        time.sleep(0.05)
    before = folder.pages()
    assert 20 <= len(before) < len(flevoland)
    with folder.open(flevoland, formats=("pdf",)) as sheet_set:
        missing = {name for task in sheet_set.waiting for name in task.names}
        kept = before.keys() - missing
        # What was written in the last moment is not remembered; how much that is hangs on the
        # machine, but the first sheets are.
        assert kept
        sheet_set.make(1)
    after = folder.pages()
    assert len(after) == len(flevoland)
    assert all(after[name] == before[name] for name in kept)
    assert not list(folder.path.glob(".*.tmp"))


@needs_unix
def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(
    folder: Folder, flevoland: tuple[str, ...]
) -> None:
    process = start(command(folder.database, folder.path, "--format", "pdf", "--jobs", "2"))
    wait_for_pages(folder, 8)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "what is done is kept: give the same command again" in errors
    assert "Traceback" not in errors
    made = folder.pages()
    assert len(made) < len(flevoland)
    with folder.open(flevoland, formats=("pdf",)) as sheet_set:
        # Every file that stands there is remembered.
        assert sheet_set.kept == len(made)
    assert not list(folder.path.glob(".*.tmp"))


@needs_unix
def test_a_process_that_is_ended_from_outside_is_a_sentence(folder: Folder) -> None:
    process = start(command(folder.database, folder.path, "--format", "pdf", "--jobs", "2"))
    wait_for_pages(folder, 4)
    # The last of them is a worker; the first only keeps track of shared things.
    os.kill(max(workers(process)), signal.SIGKILL)
    _, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    assert "ended from outside" in errors
    assert "Traceback" not in errors


@needs_unix
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(folder: Folder, jobs: str) -> None:
    # The limit, in blocks of 1,024 bytes, lets a page through and no PDF.
    limited = ["bash", "-c", 'ulimit -f 80; exec "$@"', "bash"]
    words = command(folder.database, folder.path, "--format", "html,pdf", "--jobs", jobs)
    result = subprocess.run(
        [*limited, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "File too large; choose another place with --out" in result.stderr
    assert "Traceback" not in result.stderr
    assert not list(folder.path.glob("*.pdf"))
    assert not list(folder.path.glob(".*.tmp"))


@needs_unix
def test_a_command_is_quiet_without_a_terminal_and_prints_the_index(
    folder: Folder, tmp_path: Path
) -> None:
    words = command(folder.database, folder.path, "--format", "html", "--jobs", "2")
    first = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert first.stdout == f"{folder.path / 'index.html'}\n"
    made = len(folder.pages())
    assert first.stderr.strip() == f"{made} terrains made"
    again = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert again.stderr.strip() == f"{made} terrains are current and kept"


@needs_unix
def test_a_terminal_shows_what_is_done_and_the_time_left(folder: Folder) -> None:
    ours, theirs = os.openpty()
    words = command(folder.database, folder.path, "--format", "html", "--jobs", "1")
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=theirs, text=True) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # how Linux tells that the other side has closed
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert process.returncode == 0
    count = len(folder.pages())
    assert f"{count}/{count}".encode() in shown.replace(b" ", b"")
    assert b"left" in shown
    assert f"{count} terrains made".encode() in shown


def _lives(pid: int) -> bool:
    """Whether a process is at work; one that ended may wait for its parent to notice."""
    if shutil.which("ps") is None:
        return False
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")
