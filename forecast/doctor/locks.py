"""Who has a file open for reading, so that DuckDB would refuse to write it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_LOCKS: Final = Path("/proc/locks")
_PID, _PLACE = 4, 5
"""Fields of its lines, such as ``1: POSIX  ADVISORY  READ 4711 08:01:131 0 EOF``, from 0."""


def reader_of(path: Path) -> str:
    """Return who reads a file, or "" if nobody does or the system does not tell.

    A lock for writing is asked for and given back at once: nothing is written. Windows does not
    tell, and neither does a file that may not be changed. To be called while this process has the
    file closed, as a process gives up all its locks on a file together.
    """
    try:
        import fcntl
    except ImportError:
        return ""
    try:
        with path.open("rb+") as opened:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.lockf(opened, fcntl.LOCK_UN)
    except BlockingIOError:
        return _holder(path) or "another program"
    except OSError:
        return ""
    return ""


def _holder(path: Path) -> str:
    """Return the process that has a lock on a file, where Linux says so."""
    found = path.stat()
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    with suppress(OSError):
        for line in _LOCKS.read_text(encoding="ascii").splitlines():
            parts = [part for part in line.split() if part != "->"]  # "->": it waits
            if len(parts) > _PLACE and parts[_PLACE] == place:
                return f"process {parts[_PID]}{_program(parts[_PID])}"
    return ""


def _program(pid: str) -> str:
    with suppress(OSError):
        return f" ({Path('/proc', pid, 'comm').read_text(encoding='utf-8').strip()})"
    return ""
