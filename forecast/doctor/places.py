"""Where laadvraag writes: whether it may, and whether there is room."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from forecast.doctor.finding import Finding

_found = partial(Finding, "places")

_LEAST_MB: Final = 500
"""Free room that a run and a set of factsheets need: a database of two runs takes about 140 MB."""
_LOW_MB: Final = 2000
_BYTES_PER_MB: Final = 1_000_000


def look_at_places(database: Path, folders: Mapping[str, Path]) -> Iterator[Finding]:
    """Yield whether files can be written, and how much room is left.

    A file without a name, or one that is removed at once, is written in each folder that exists;
    of one that does not, the nearest folder above it, where it would be made.

    Parameters
    ----------
    database
        Its folder is looked at, and whether the file itself may be changed.
    folders
        Others, by what they are for.
    """
    if database.is_file() and not os.access(database, os.W_OK):
        yield _found("read_only", "problem", {"path": str(database)})
    places = {"database": database.absolute().parent, **folders}
    places["temporary"] = Path(tempfile.gettempdir())
    for purpose, folder in places.items():
        yield _writable(purpose, folder)
    yield _room(_existing(database.absolute().parent))


def _writable(purpose: str, folder: Path) -> Finding:
    probed = _existing(folder.absolute())
    facts = {"purpose": purpose, "path": str(folder)}
    if not probed.is_dir():
        return _found("no_folder", "problem", facts | {"found": str(probed)})
    try:
        with tempfile.TemporaryFile(prefix=".laadvraag-", dir=probed) as probe:
            probe.write(b"laadvraag doctor")
    except OSError as error:
        return _found("not_writable", "problem", facts | {"reason": error.strerror or str(error)})
    return _found("writable" if probed == folder.absolute() else "can_be_made", "well", facts)


def _existing(path: Path) -> Path:
    """Return a path, or the nearest above it that exists."""
    return next(each for each in (path, *path.parents) if _is_there(each))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no disk takes, or a folder that may not be looked into
        return False


def _room(folder: Path) -> Finding:
    free_mb = shutil.disk_usage(folder).free // _BYTES_PER_MB
    facts = {"path": str(folder), "free_mb": free_mb, "needed_mb": _LEAST_MB}
    if free_mb < _LEAST_MB:
        return _found("full", "problem", facts)
    return _found("room_low", "mind", facts) if free_mb < _LOW_MB else _found("room", "well", facts)
