"""What takes seconds the first time is done while somebody reads or types, not while they wait."""

from __future__ import annotations

from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from web.database import Database

_MOST_SECONDS: Final = 30.0


class Warming:
    """A thread that loads the mathematics, and prepares the first refinement. Safe between threads.

    Parameters
    ----------
    database
        Read once a terrain is announced.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._terrain_id: str | None = None
        self._is_called = Event()
        self._thread = Thread(target=self._work, daemon=True)

    def begin(self) -> None:
        """Load what the first slider needs; pages are served meanwhile."""
        self._thread.start()

    def announce(self, terrain_id: str) -> None:
        """Prepare a refinement of a terrain that is likely to come.

        Only the first is: most of what it reads and draws serves all terrains.
        """
        if not self._is_called.is_set():
            self._terrain_id = terrain_id
            self._is_called.set()

    def end(self) -> None:
        """Wait until it rests: an import that is cut off can crash the interpreter."""
        self._terrain_id = None
        self._is_called.set()
        if self._thread.ident:
            self._thread.join(_MOST_SECONDS)

    def _work(self) -> None:
        import forecast.what_if  # noqa: F401 - loaded for later

        self._is_called.wait()
        if self._terrain_id is not None:
            # Whatever goes wrong, who records the refinement meets it, and is told.
            with suppress(Exception):
                self._prepare(self._terrain_id)

    def _prepare(self, terrain_id: str) -> None:
        from forecast.incremental import prepare

        with self._database.computing(lambda: False) as connection:
            prepare(connection, terrain_id)
