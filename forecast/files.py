"""Name files for every system, and write them so that nothing half-written is ever seen."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from forecast.errors import OutputError
from forecast.search import fold

_LONGEST_SLUG: Final = 60


def slug(name: str) -> str:
    """Return a name in letters, digits and hyphens, which every system takes in a file name.

    >>> slug("Bergen (NH.)"), slug("Súdwest-Fryslân")
    ('bergen-nh', 'sudwest-fryslan')
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(name))[:_LONGEST_SLUG].strip("-")


def file_stem(terrain_id: str, name: str) -> str:
    """Return the name without ending of a file about a terrain.

    >>> file_stem("190044", "DE HURK / 't Zuid")
    '190044-de-hurk-t-zuid'
    """
    key = re.sub(r"[^A-Za-z0-9]+", "-", terrain_id)
    return f"{key}-{slug(name)}" if slug(name) else key


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
    write_together({path: content})
    return path


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files that belong together; none is put in its place before all are written.

    Raises
    ------
    OutputError
        If one can't be written; what stood there before still does.
    """
    with ExitStack() as leftovers:
        ready = []
        for path, content in contents.items():
            temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
            leftovers.callback(_remove, temporary)
            with _stated(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(content)
            ready.append((temporary, path))
        for temporary, path in ready:
            with _stated(path):
                temporary.replace(path)


@contextmanager
def _stated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(path, _reason(error)) from None


def _remove(temporary: Path) -> None:
    with suppress(OSError):
        temporary.unlink(missing_ok=True)


def _reason(error: OSError) -> str:
    return f"{error.strerror or error}; choose another place with --out"
