"""Make the factsheets of many terrains: in parallel, and taken up where it stopped.

A file that was made from the same run with the same settings, by the same program, is kept. A set
that is stopped, by Ctrl-C or by an error, keeps what is done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factsheets.factsheet import FORMATS, check_formats
from factsheets.fingerprint import fingerprint
from factsheets.lines import Link
from factsheets.record import SetRecord, open_record
from factsheets.sheet import OWN_STYLE
from factsheets.workshop import Order, Task, make_batch, make_sheets, set_up
from forecast.errors import OutputError
from forecast.files import file_stem
from forecast.meter.rooms import metered_state
from forecast.run_info import latest_run
from forecast.terrain_rows import TERRAINS_AT_ONCE, chunks, rows_by_terrain
from forecast.theme import Theme

if TYPE_CHECKING:
    import duckdb

_WORTH_A_PROCESS: Final = 25
"""Terrains that take as long as starting a process."""
_SHARE_AT_ONCE: Final = 4
_LEAST_AT_ONCE: Final = 10
_PACE_SECONDS: Final = 0.25
"""Of the bar and of the record."""
_MOST_JOBS: Final = 61
"""Processes that a pool takes on Windows."""


@dataclass(frozen=True)
class SheetSet:
    """A set whose folder is held by this process; see `open_set`.

    Attributes
    ----------
    waiting
        What is still to be made.
    stems
        The file name without ending of every terrain of the set.
    """

    connection: duckdb.DuckDBPyConnection
    order: Order
    record: SetRecord
    stems: dict[str, str]
    waiting: tuple[Task, ...]

    @property
    def kept(self) -> int:
        """The number of terrains whose files are current already."""
        return len(self.stems) - len(self.waiting)

    def make(self, jobs: int, on_done: Callable[[int], None] = lambda _: None) -> None:
        """Make what is waiting.

        Parameters
        ----------
        jobs
            Processes that work side by side.
        on_done
            Told the number of terrains that were done since the last time.

        Raises
        ------
        OutputError
            If a file can't be written, or a process was ended from outside. No half file is left
            and what is done is kept.
        """
        self.record.forget(name for task in self.waiting for name in task.names)
        if min(jobs, len(self.waiting) / _WORTH_A_PROCESS) > 1:
            self._make_in_pool(min(jobs, _MOST_JOBS), on_done)
            return
        for made in make_sheets(self.connection, self.order, self.waiting):
            self.record.add(made)
            on_done(1)

    def _make_in_pool(self, jobs: int, on_done: Callable[[int], None]) -> None:
        context = get_context("spawn")
        made, stop = context.SimpleQueue(), context.Event()

        def take() -> None:
            """Remember what the processes made since the last time."""
            sheets = []
            while not made.empty():
                sheets.append(made.get())
            if sheets:
                self.record.add(file for files in sheets for file in files)
                on_done(len(sheets))

        with ProcessPoolExecutor(
            jobs, context, initializer=set_up, initargs=(self.order, made, stop)
        ) as pool:
            at_work = {pool.submit(make_batch, tasks) for tasks in batches(self.waiting, jobs)}
            try:
                while at_work:
                    done, at_work = wait(at_work, _PACE_SECONDS, FIRST_EXCEPTION)
                    take()
                    for future in done:
                        future.result()
            except BrokenProcessPool:
                raise OutputError(self.order.folder, "process_ended") from None
            finally:
                # Each process finishes the sheet in hand, and that is kept too.
                stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
                take()

    def current_files(self) -> dict[str, tuple[str, ...]]:
        """Return per terrain the files of its sheet that stand in the folder and are current."""
        return {
            terrain_id: tuple(
                f"{stem}.{name}"
                for name, made_from in self.order.made_from.items()
                if self.record.is_current(f"{stem}.{name}", made_from)
            )
            for terrain_id, stem in self.stems.items()
        }

    def leftovers(self) -> list[str]:
        """Return files that were made here earlier but are not of this set as it is now.

        Of terrains that are gone, renamed or not in this region, or of another run or setting.
        """
        return self.record.others(name for names in self.current_files().values() for name in names)


@contextmanager
def open_set(  # noqa: PLR0913 - what a set is made with
    connection: duckdb.DuckDBPyConnection,
    database: Path,
    terrain_ids: Sequence[str],
    folder: Path,
    *,
    language: str,
    formats: Sequence[str],
    theme: Theme = OWN_STYLE,
    nav: tuple[Link, ...] = (),
    is_again: bool = False,
) -> Iterator[SheetSet]:
    """Open the set of the sheets of terrains in a folder, for this process alone.

    Parameters
    ----------
    connection, database
        An opened database with a published run, and where it is: each process opens its own.
    nav
        Pages of the set that each sheet links to.
    is_again
        Make every file anew, also what is current.

    Raises
    ------
    UnknownNameError
        If a format is not one of `factsheets.factsheet.FORMATS`.
    OutputError
        If the folder can't be written, or another process is making a set there.
    """
    asked = check_formats(formats)
    run_id = latest_run(connection).run_id + metered_state(connection)
    made_from = {name: fingerprint(run_id, language, name, theme, nav) for name in FORMATS}
    order = Order(database, folder, language, theme, made_from, nav)
    stems = _stems(connection, terrain_ids)
    with open_record(folder) as record:
        waiting = []
        for terrain_id, stem in stems.items():
            wanted = tuple(
                name
                for name in asked
                if is_again or not record.is_current(f"{stem}.{name}", made_from[name])
            )
            if wanted:
                waiting.append(Task(terrain_id, stem, wanted))
        yield SheetSet(connection, order, record, stems, tuple(waiting))


def batches(tasks: Sequence[Task], jobs: int) -> Iterator[Sequence[Task]]:
    """Return tasks in batches for processes that work side by side.

    Large ones, which cost least to read, then ever smaller ones, so that all processes end at
    about the same time.
    """
    start = 0
    while start < len(tasks):
        share = (len(tasks) - start) // (jobs * _SHARE_AT_ONCE)
        size = min(max(share, _LEAST_AT_ONCE), TERRAINS_AT_ONCE)
        yield tasks[start : start + size]
        start += size


def usable_cores() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _stems(connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]) -> dict[str, str]:
    return {
        terrain_id: file_stem(terrain_id, name)
        for chunk in chunks(terrain_ids)
        for terrain_id, [(name,)] in rows_by_terrain(
            connection,
            "SELECT terrain_id, terrain_name FROM terrains WHERE terrain_id IN {terrains}",
            [],
            chunk,
        ).items()
    }
