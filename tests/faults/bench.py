"""A place to do harm in: a database, an output folder, and what was promised of them."""

from __future__ import annotations

import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from forecast.editions import list_editions
from forecast.incremental import find_pending
from forecast.refinement_log import read_entries
from forecast.run_info import latest_run
from forecast.schema import IMPORTED_PREFIX, tables_of
from forecast.store import open_any, open_published
from tests.faults.processes import Started

_OLD_SECONDS = 3 * 86_400
_WHOLE_TABLES = ("fleet", "electric_vehicles", "energy", "power", "plan_class")


class BrokenPromiseError(AssertionError):
    """Something that was promised is not so."""


@dataclass
class Bench:
    """Where the commands work, and what they acknowledged so far.

    Attributes
    ----------
    folder
        Holds the database and the output; may be a disk of its own.
    beside
        Logs and files to read, out of reach of the harm.
    figures
        A database with a whole run, which is only read.
    run_id
        The last run that was acknowledged, if any.
    refinements
        By author the number of entries of an acknowledged `refine add`.
    editions
        Editions of acknowledged imports.
    started
        Processes that were started here.
    """

    folder: Path
    beside: Path
    figures: Path
    run_id: str | None = None
    refinements: dict[str, int] = field(default_factory=dict)
    tried: dict[str, int] = field(default_factory=dict)
    editions: set[str] = field(default_factory=set)
    number: int = 0
    started: list[Started] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """The database that is harmed."""
        return self.folder / "laadvraag.duckdb"

    @property
    def output(self) -> Path:
        """The folder that documents are written to."""
        return self.folder / "output"

    @property
    def logs(self) -> Path:
        """Where processes write what they say."""
        return self.beside / "logs"

    def next_number(self) -> int:
        """Return a number that was not used yet."""
        self.number += 1
        return self.number

    def fill(self, database: Path) -> None:
        """Begin with a copy of a database."""
        shutil.copy(database, self.database)
        self.note_last_run()

    def marks(self) -> tuple[tuple[str, int, int], ...]:
        """Return what changes as soon as something is written here."""
        found = []
        for path in sorted(self.folder.rglob("*")):
            with suppress(OSError):  # it has gone meanwhile
                stat = path.stat()
                found.append((path.name, stat.st_size, stat.st_mtime_ns))
        return tuple(found)

    def note_last_run(self) -> None:
        """Note that the last run was acknowledged."""
        with open_published(self.database) as connection:
            self.run_id = latest_run(connection).run_id

    def check(self) -> None:
        """Check all that was promised.

        Raises
        ------
        BrokenPromiseError
            With what is not so.
        """
        with open_any(self.database) as connection:
            if connection is None:
                _require(self.run_id is None and not self.editions, "the database is gone")
            else:
                _read_every_row(connection)
                self._check_run(connection)
                self._check_refinements(connection)
                self._check_editions(connection)
        for path in self.documents():
            _require(is_whole(path), f"{path.name} is half-written")

    def check_current(self) -> None:
        """Check that all refinements that count are in the figures."""
        with open_published(self.database) as connection:
            pending = find_pending(connection)
        late = pending.state.applied ^ set(pending.refinements["refinement_id"])
        _require(not late, f"refinements are not in the figures: {sorted(late)}")

    def documents(self) -> Iterator[Path]:
        """Return the files that a user sees."""
        for path in self.output.rglob("*"):
            hidden = any(part.startswith(".") for part in path.relative_to(self.output).parts)
            if path.is_file() and not hidden:
                yield path

    def leftovers(self) -> list[str]:
        """Return what a command that was cut left behind, beside database and documents."""
        return sorted(
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if path.name.endswith((".tmp", ".wal")) or path.name.startswith(".laadvraag-")
            if path.name != ".laadvraag-set.sqlite"
        )

    def age_leftovers(self) -> None:
        """Make what was left behind look days old."""
        then = time.time() - _OLD_SECONDS
        for name in reversed(self.leftovers()):
            os.utime(self.folder / name, (then, then))

    def _check_run(self, connection: duckdb.DuckDBPyConnection) -> None:
        runs = connection.execute("SELECT run_id FROM runs ORDER BY ended_at").fetchall()
        if self.run_id is None and not runs:
            return
        ids = [run_id for (run_id,) in runs]
        _require(self.run_id is None or self.run_id in ids, f"run {self.run_id} is gone")
        # One may have been published of which the end was cut off: it counts from now on.
        _require(self.run_id in {None, *ids[-2:]}, "runs were published that nobody asked for")
        self.run_id = ids[-1]
        wanted = _counts(self.figures, _WHOLE_TABLES)
        held = {
            name: connection.execute(
                f'SELECT count(*) FROM "{name}" WHERE run_id = ?',  # noqa: S608 - names of the schema
                [ids[-1]],
            ).fetchall()[0][0]
            for name in _WHOLE_TABLES
        }
        _require(held == wanted, f"run {ids[-1]} holds {held} instead of {wanted}")

    def _check_refinements(self, connection: duckdb.DuckDBPyConnection) -> None:
        held: dict[str, int] = {}
        for entry in read_entries(connection):
            held[entry.author_name] = held.get(entry.author_name, 0) + 1
        for author, count in self.tried.items():
            found = held.get(author, 0)
            if author in self.refinements:
                _require(found == count, f"{author}: {found} of {count} entries are held")
            _require(found in {0, count}, f"{author}: {found} of {count} entries: half of them")

    def _check_editions(self, connection: duckdb.DuckDBPyConnection) -> None:
        held = {each.edition_id: each for each in list_editions(connection)}
        _require(self.editions <= held.keys(), f"editions are gone: {self.editions - held.keys()}")
        for edition_id, edition in held.items():
            [(rows,)] = connection.execute(
                f"SELECT count(*) FROM {IMPORTED_PREFIX}terrains WHERE edition_id = ?",  # noqa: S608 - names of the schema
                [edition_id],
            ).fetchall()
            _require(rows == edition.rows_used, f"edition {edition_id} holds {rows} rows")


def is_whole(path: Path) -> bool:
    """Return whether a document ends as its kind does."""
    content = path.read_bytes()
    match path.suffix:
        case ".html":
            return content.rstrip().endswith(b"</html>")
        case ".pdf":
            return content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")
        case ".xlsx":
            with zipfile.ZipFile(path) as archive:
                return archive.testzip() is None
    return bool(content)


def _counts(database: Path, names: tuple[str, ...]) -> dict[str, int]:
    with open_published(database) as connection:
        run_id = latest_run(connection).run_id
        return {
            name: connection.execute(
                f'SELECT count(*) FROM "{name}" WHERE run_id = ?',  # noqa: S608 - names of the schema
                [run_id],
            ).fetchall()[0][0]
            for name in names
        }


def _read_every_row(connection: duckdb.DuckDBPyConnection) -> None:
    """Read all blocks of the file: DuckDB compares each with its checksum."""
    for layer in ("source", "result", "record", "import"):
        for table in tables_of(layer):
            connection.execute(f'SELECT sum(hash(t)) FROM "{table.name}" AS t').fetchall()  # noqa: S608 - names of the schema


def _require(is_so: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not is_so:
        raise BrokenPromiseError(what)
