"""Write files so that nothing half-written is ever seen."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from forecast.errors import OutputError


def require_writable_folder(folder: Path) -> None:
    """Make a folder if need be and see that a file can be written in it.

    Raises
    ------
    OutputError
        If it can't: before hours of work, not after.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(folder, _reason(error)) from None


def write_atomically(path: Path, content: bytes) -> Path:
    """Write a file beside its place, then put it there in one step; return its path.

    Raises
    ------
    OutputError
        If it can't be written; what stood there before still does.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise OutputError(path, _reason(error)) from None
    return path


def _reason(error: OSError) -> str:
    return f"{error.strerror or error}; choose another place with --out"
