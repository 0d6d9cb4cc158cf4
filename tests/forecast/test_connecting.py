"""Files that are opened one after the other on the same DuckDB: each is open alone, then free."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import duckdb
import pytest

from forecast import attaching
from forecast.attaching import cursor_of
from forecast.connecting import opened
from forecast.errors import DatabaseError, DatabaseInUseError

WRITERS = 8


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a database with a table of one row, and a name that has to be quoted."""
    path = tmp_path / "wagen's ; park.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE entries (number BIGINT)")
        connection.execute("INSERT INTO entries VALUES (0)")
    return path


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(path, read_only=True, wait_seconds=10) as connection:
        yield connection


@contextmanager
def writing(path: Path, wait_seconds: float = 10) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(path, read_only=False, wait_seconds=wait_seconds) as connection:
        yield connection


def numbers(path: Path) -> list[int]:
    with reading(path) as connection:
        rows = connection.execute("SELECT number FROM entries ORDER BY ALL").fetchall()
    return [number for (number,) in rows]


def test_another_process_may_write_once_it_is_closed(path: Path) -> None:
    assert numbers(path) == [0]
    code = (
        "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('INSERT INTO entries VALUES (1)')"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert numbers(path) == [0, 1]


def test_what_is_written_stands_in_the_file_and_no_log_is_left(path: Path) -> None:
    with writing(path) as connection:
        connection.execute("INSERT INTO entries VALUES (1)")
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert numbers(path) == [0, 1]


def test_writers_of_one_process_take_turns_and_lose_nothing(path: Path) -> None:
    def add(number: int) -> None:
        with writing(path, wait_seconds=60) as connection:
            connection.execute("BEGIN")
            [(most,)] = connection.execute("SELECT max(number) FROM entries").fetchall()
            time.sleep(0.01 * (number % 2))
            connection.execute("INSERT INTO entries VALUES (?)", [most + 1])
            connection.execute("COMMIT")

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(add, range(WRITERS)))
    assert numbers(path) == list(range(WRITERS + 1))


def test_readers_read_beside_each_other_and_a_writer_of_the_same_process_waits(path: Path) -> None:
    may_end = Event()

    def write() -> list[int]:
        with writing(path) as connection:
            assert may_end.is_set()
            connection.execute("INSERT INTO entries VALUES (1)")
        return numbers(path)

    with ThreadPoolExecutor(1) as beside:
        with reading(path), reading(path) as second:
            written = beside.submit(write)
            time.sleep(0.2)
            assert second.execute("SELECT count(*) FROM entries").fetchall() == [(1,)]
            may_end.set()
        assert written.result(timeout=10) == [0, 1]


def is_free_for_another_process(path: Path) -> bool:
    code = "import duckdb, sys; duckdb.connect(sys.argv[1])"
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert not ended.returncode or "Could not set lock" in ended.stderr
    return not ended.returncode


def test_a_reader_keeps_others_from_writing_when_another_reader_ends(path: Path) -> None:
    alias = path.with_name("alias.duckdb")
    alias.symlink_to(path)
    with reading(path) as connection:
        for name in (path, alias):
            with reading(name):
                pass
            assert not is_free_for_another_process(path)
        with pytest.raises(DatabaseInUseError), writing(path, wait_seconds=0):
            pass
        assert not is_free_for_another_process(path)
        assert connection.execute("SELECT number FROM entries").fetchall() == [(0,)]
    assert is_free_for_another_process(path)


def test_a_file_that_took_the_place_of_another_is_read_from_then_on(
    path: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh.duckdb"
    with duckdb.connect(fresh) as connection:
        connection.execute("CREATE TABLE entries AS SELECT 7 AS number")
    with reading(path) as connection:
        fresh.replace(path)
        assert numbers(path) == [7]
        assert connection.execute("SELECT number FROM entries").fetchall() == [(0,)]
    assert numbers(path) == [7]
    assert is_free_for_another_process(path)


def test_a_file_that_is_replaced_while_it_is_opened_is_known_by_its_own_number(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = tmp_path / "fresh.duckdb"
    with duckdb.connect(fresh) as connection:
        connection.execute("CREATE TABLE entries AS SELECT 7 AS number")
    attach = attaching._attach

    def replaced_before(at: Path, mode: str) -> duckdb.DuckDBPyConnection:
        if fresh.exists():
            fresh.replace(path)
        return attach(at, mode)

    monkeypatch.setattr(attaching, "_attach", replaced_before)
    with reading(path):
        assert numbers(path) == [7]
        assert not is_free_for_another_process(path)


def test_after_an_opening_that_needed_more_than_the_memory_the_next_one_works(path: Path) -> None:
    with writing(path) as connection:
        connection.execute("SET memory_limit = '30MB'")
        connection.execute("SET threads = 1")
        connection.execute(
            "CREATE TABLE sorted AS SELECT hash(i) AS h FROM range(3000000) t(i) ORDER BY h"
        )
        temporary = [each.name for each in path.parent.glob(f"{path.name}.tmp/*")]
        assert temporary, "nothing was too large"
    assert not [*path.parent.glob(f"{path.name}.tmp/*")]
    assert numbers(path) == [0]


def test_a_writer_that_waits_in_vain_says_that_it_is_in_use(path: Path) -> None:
    with (
        reading(path),
        pytest.raises(DatabaseInUseError),
        writing(path, wait_seconds=0.1),
    ):
        pass
    assert numbers(path) == [0]


def test_files_that_are_open_at_once_are_not_mixed_up(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    with duckdb.connect(other) as connection:
        connection.execute("CREATE TABLE entries AS SELECT 7 AS number")
    with reading(path) as one, reading(other) as two:
        assert one.execute("SELECT number FROM entries").fetchall() == [(0,)]
        assert two.execute("SELECT number FROM entries").fetchall() == [(7,)]
    assert numbers(other) == [7]
    assert numbers(path) == [0]


def test_a_failure_writes_nothing_and_frees_the_file(path: Path) -> None:
    def fail_halfway() -> None:
        with writing(path) as connection:
            connection.execute("BEGIN")
            connection.execute("INSERT INTO entries VALUES (1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    with pytest.raises(duckdb.CatalogException), writing(path) as connection:
        connection.execute("INSERT INTO nothing VALUES (1)")
    with writing(path, wait_seconds=0) as connection:
        connection.execute("INSERT INTO entries VALUES (2)")
    assert numbers(path) == [0, 2]


def test_a_connection_that_was_closed_reads_no_other_file(path: Path) -> None:
    with reading(path) as connection:
        pass
    with reading(path), pytest.raises(duckdb.ConnectionException):
        connection.execute("SELECT number FROM entries")


def test_settings_of_one_opening_are_not_those_of_the_next(path: Path) -> None:
    usual = duckdb.connect().execute("SELECT current_setting('threads')").fetchall()
    with writing(path) as connection:
        connection.execute("SET threads = 1")
    with reading(path) as connection:
        assert connection.execute("SELECT current_setting('threads')").fetchall() == usual


def test_what_does_not_fit_the_memory_goes_beside_the_database(path: Path) -> None:
    with reading(path) as connection:
        [(folder,)] = connection.execute("SELECT current_setting('temp_directory')").fetchall()
    assert folder == f"{path}.tmp"


def test_a_cursor_reads_the_database_of_its_connection(path: Path) -> None:
    with reading(path) as connection, cursor_of(connection) as cursor:
        assert cursor.execute("SELECT number FROM entries").fetchall() == [(0,)]
    with duckdb.connect(path) as plain, cursor_of(plain) as cursor:
        assert cursor.execute("SELECT number FROM entries").fetchall() == [(0,)]


def test_a_file_of_another_program_is_refused_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "laadvraag.duckdb"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE entries (number)")
    connection.close()
    before = other.read_bytes()
    with pytest.raises(DatabaseError, match="is not a DuckDB database"), writing(other):
        pass
    assert other.read_bytes() == before


def test_a_duckdb_that_no_longer_works_is_not_used_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        """As after a write that the disk refused: every statement fails."""

        is_closed = False

        def execute(self, statement: str) -> None:
            if not statement.startswith(("ATTACH", "SET", "USE")):
                raise duckdb.FatalException("database has been invalidated")

        def cursor(self) -> duckdb.DuckDBPyConnection:
            return duckdb.connect()

        def close(self) -> None:
            self.is_closed = True

    broken = Broken()
    with monkeypatch.context() as patch:
        patch.setattr(attaching, "_take", lambda: broken)
        with reading(path):
            pass
    assert broken.is_closed
    assert numbers(path) == [0]
