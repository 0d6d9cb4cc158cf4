"""The work of one process in a set: read terrains, write their sheets, say what was made."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import connection as pipes
from multiprocessing import parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factsheets.factsheet import write_factsheet
from factsheets.lines import Link
from factsheets.material import read_material
from factsheets.record import MadeFile
from forecast.store import open_published
from forecast.theme import Theme

if TYPE_CHECKING:
    from multiprocessing.queues import SimpleQueue
    from multiprocessing.synchronize import Event

    import duckdb

_MEMORY: Final = "128MB"
"""Room for a worker's reading; a hundred terrains need a fraction of it."""


@dataclass(frozen=True)
class Order:
    """How the sheets of a set are made and where.

    Attributes
    ----------
    made_from
        Per format what a file is made from, see `factsheets.fingerprint`.
    nav
        Pages of the set that each sheet links to.
    """

    database: Path
    folder: Path
    language: str
    theme: Theme
    made_from: dict[str, str]
    nav: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Task:
    """A terrain and the formats that are to be made of its sheet."""

    terrain_id: str
    stem: str
    formats: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The files to be made."""
        return [f"{self.stem}.{name}" for name in self.formats]


def make_sheets(
    connection: duckdb.DuckDBPyConnection, order: Order, tasks: Sequence[Task]
) -> Iterator[list[MadeFile]]:
    """Write the sheets of tasks one after the other; yield the files of each.

    Raises
    ------
    OutputError
        If one can't be written; those before it are whole.
    """
    materials = read_material(connection, [task.terrain_id for task in tasks])
    for task, material in zip(tasks, materials, strict=True):
        paths = write_factsheet(
            material,
            order.folder,
            language=order.language,
            formats=task.formats,
            theme=order.theme,
            nav=order.nav,
        )
        yield [
            MadeFile(
                path.name,
                task.terrain_id,
                order.made_from[path.suffix.removeprefix(".")],
                path.stat().st_size,
            )
            for path in paths
        ]


class _Bench:
    """What a worker process keeps from one batch to the next."""

    open = ExitStack()  # never closed: the database is open as long as the process lives
    connection: duckdb.DuckDBPyConnection
    order: Order
    made: SimpleQueue[list[MadeFile]]
    stop: Event


def set_up(order: Order, made: SimpleQueue[list[MadeFile]], stop: Event) -> None:
    """Prepare a worker process: its own reading connection, and how it ends.

    Parameters
    ----------
    made
        Where the files of each sheet are told.
    stop
        Set when no further sheet should be begun.
    """
    # Ctrl-C reaches all processes; the first one decides, and lets the others finish their sheet.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # The processes share the processors already; threads within each would only add overhead.
    os.environ["RAYON_NUM_THREADS"] = "1"
    _Bench.connection = _Bench.open.enter_context(open_published(order.database))
    _Bench.connection.execute("SET threads = 1")
    _Bench.connection.execute(f"SET memory_limit = '{_MEMORY}'")
    _Bench.order, _Bench.made, _Bench.stop = order, made, stop


def make_batch(tasks: Sequence[Task]) -> None:
    """Do tasks in a worker process that is set up; see `make_sheets`."""
    sheets = make_sheets(_Bench.connection, _Bench.order, tasks)
    while not _Bench.stop.is_set():
        files = next(sheets, None)
        if files is None:
            return
        _Bench.made.put(files)


def _end_with_parent() -> None:
    """End this process if the one that started it is gone: nobody would take its work."""
    parent = parent_process()
    if parent is not None:
        pipes.wait([parent.sentinel])
        os._exit(1)
