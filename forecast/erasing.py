"""Writing a database anew, so that what was taken out stands nowhere any more."""

from __future__ import annotations

import glob
import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import duckdb

from forecast.connecting import WAIT_SECONDS, opened
from forecast.database_layout import check_layout
from forecast.errors import DatabaseError


def rewrite(path: Path, *, wait_seconds: float = WAIT_SECONDS) -> None:
    """Write a database anew, so that rows taken out of it stand nowhere in the file any more.

    DuckDB only marks their place as free. The new file takes the place of the old one while that is
    still held, so that nothing another process writes is lost.

    Raises
    ------
    DatabaseError
        As `forecast.store.open_published`, and if there is no room for a second file; the file is
        as it was.
    """
    from forecast.files import temporary_beside

    fresh = temporary_beside(path)
    try:
        with ExitStack() as holding:
            connection = holding.enter_context(
                opened(path, read_only=False, wait_seconds=wait_seconds)
            )
            check_layout(connection, path)
            _remove_unfinished(path)
            connection.execute("CHECKPOINT")
            [(name,)] = connection.execute("SELECT current_database()").fetchall()
            quoted = str(fresh).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS fresh")
            connection.execute(f'COPY FROM DATABASE "{name}" TO fresh')
            connection.execute("DETACH fresh")
            shutil.copymode(path, fresh)
            if os.name == "nt":  # which replaces no open file
                holding.close()
            fresh.replace(path)
    except (duckdb.Error, OSError) as error:
        raise DatabaseError("not_rewritten", path=path, problem=str(error)) from error
    finally:
        fresh.unlink(missing_ok=True)


def _remove_unfinished(path: Path) -> None:
    """Remove files that a killed rewriting left, which hold what was to be erased later.

    Nobody else writes one now: the database is held.
    """
    from forecast.files import TEMPORARY_PREFIX

    for left in path.parent.glob(f"{TEMPORARY_PREFIX}{glob.escape(path.name)}.*.tmp*"):
        left.unlink()
