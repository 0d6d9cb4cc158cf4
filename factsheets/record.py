"""Which files of a folder were made from what, so that a set can be taken up where it stopped.

A small SQLite file in the folder itself. SQLite brings what this needs: a record that a killed
process can't leave half-written, and a lock that ends with the process that holds it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from forecast.errors import OutputError
from forecast.files import require_writable_folder

RECORD_NAME: Final = ".laadvraag-set.sqlite"
_LAYOUT: Final = 1
_FILE_NAME: Final = re.compile(r"[a-z0-9-]+\.[a-z]+")
_TEMPORARY: Final = re.compile(r"\.[a-z0-9-]+\.[a-z]+\.\d+\.tmp")


@dataclass(frozen=True)
class MadeFile:
    """A file that was made: its name, its terrain, what it was made from, and its size."""

    name: str
    terrain_id: str
    made_from: str
    size_bytes: int


class SetRecord:
    """The record of one folder, held by one process; see `open_record`."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self._folder = folder
        self._connection = connection
        self._made = {
            row[0]: MadeFile(*row)
            for row in connection.execute(
                "SELECT name, terrain_id, made_from, size_bytes FROM made"
            )
            if _FILE_NAME.fullmatch(row[0])
        }

    def is_current(self, name: str, made_from: str) -> bool:
        """Return whether a file was made from this and still stands there as it was."""
        made = self._made.get(name)
        return made is not None and made.made_from == made_from and self._stands(made)

    def forget(self, names: Iterable[str]) -> None:
        """Take files out before they are made anew: until then nothing is known of them."""
        gone = [name for name in names if self._made.pop(name, None)]
        self._change("DELETE FROM made WHERE name = ?", [(name,) for name in gone])

    def add(self, made: Iterable[MadeFile]) -> None:
        """Remember files that were just made."""
        new = list(made)
        self._made |= {file.name: file for file in new}
        self._change(
            "INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?)",
            [(file.name, file.terrain_id, file.made_from, file.size_bytes) for file in new],
        )

    def others(self, names: Iterable[str]) -> list[str]:
        """Return files made here earlier, and unchanged since, that are not among these."""
        wanted = set(names)
        return sorted(
            name for name, made in self._made.items() if name not in wanted and self._stands(made)
        )

    def remove(self, names: Iterable[str]) -> None:
        """Remove files that were made here.

        Raises
        ------
        OutputError
            If one can't be.
        """
        for name in names:
            path = self._folder / name
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise OutputError(path, "system_close", problem=error.strerror) from None
            self.forget([name])

    def _stands(self, made: MadeFile) -> bool:
        with suppress(OSError):
            return (self._folder / made.name).stat().st_size == made.size_bytes
        return False

    def _change(self, sql: str, rows: list[tuple[object, ...]]) -> None:
        try:
            self._connection.executemany(sql, rows)
            self._connection.commit()
        except sqlite3.Error as error:
            raise OutputError(
                self._folder / RECORD_NAME, "system_disk", problem=str(error)
            ) from None


@contextmanager
def open_record(folder: Path) -> Iterator[SetRecord]:
    """Open the record of a folder for this process alone; make both if need be.

    A record that can't be read is begun anew: its files are then made again.

    Raises
    ------
    OutputError
        If the folder can't be written, or another process is making a set there.
    """
    require_writable_folder(folder)
    path = folder / RECORD_NAME
    try:
        connection = _connect(path)
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise OutputError(folder, "sheets_being_made") from None
        try:
            path.unlink()
            connection = _connect(path)
        except (OSError, sqlite3.Error) as again:
            raise OutputError(path, "system_remove", problem=str(again)) from None
    try:
        # What a killed process was writing; nobody else writes sheets here now.
        for file in folder.glob(".*.tmp"):
            if _TEMPORARY.fullmatch(file.name):
                file.unlink(missing_ok=True)
        yield SetRecord(folder, connection)
    finally:
        connection.close()


def _connect(path: Path) -> sqlite3.Connection:
    """Open the file and lock it until it is closed."""
    connection = sqlite3.connect(path, timeout=0)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        # It may lose the last files in a power cut, which are then made again.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN EXCLUSIVE")
        [(layout,)] = connection.execute("PRAGMA user_version").fetchall()
        if layout != _LAYOUT:
            connection.execute("DROP TABLE IF EXISTS made")
            connection.execute(
                "CREATE TABLE made (name TEXT PRIMARY KEY, terrain_id TEXT NOT NULL, "
                "made_from TEXT NOT NULL, size_bytes INTEGER NOT NULL)"
            )
            connection.execute(f"PRAGMA user_version = {_LAYOUT}")
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection
