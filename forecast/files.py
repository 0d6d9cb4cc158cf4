"""Write files so that nothing half-written is ever seen."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

from forecast.errors import OutputError
from forecast.search import fold

_LONGEST_KEY: Final = 24
_LONGEST_SLUG: Final = 60
_DIGEST_LETTERS: Final = 8
_PLAIN_KEY: Final = re.compile(rf"[a-z0-9]{{1,{_LONGEST_KEY}}}")
_RESERVED: Final = {
    *("con", "prn", "aux", "nul"),
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
"""Names that Windows keeps for devices, with any ending."""
TEMPORARY_PREFIX: Final = ".laadvraag-"
"""Begin of the names of files and folders that are made before they get their place."""
_TEMPORARY: Final = re.compile(r"\.laadvraag-(?:[a-z0-9_]{8}|.+\.\d+\.tmp)")
_LEFTOVER_SECONDS: Final = 86_400
"""Age from which what was being written is that of a process that was cut off: no write lasts a
day, and that process may have been one of another machine, so nothing else tells it."""


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
        raise _not_written(folder, error) from None


@cache
def remove_leftovers(folder: Path) -> None:
    """Remove what processes that were killed left behind in a folder; once per process.

    What can't be removed stays: it does no harm.
    """
    oldest = time.time() - _LEFTOVER_SECONDS
    with suppress(OSError):
        for path in list(folder.iterdir()):
            with suppress(OSError):
                if not _TEMPORARY.fullmatch(path.name) or path.lstat().st_mtime > oldest:
                    continue
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()


def temporary_beside(path: Path) -> Path:
    """Return where a file is made before it gets its place; each process has its own."""
    return path.with_name(f"{TEMPORARY_PREFIX}{path.name}.{os.getpid()}.tmp")


def sha256_of(path: Path) -> str:
    """Return the checksum of a file, read piece by piece."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def file_stem(terrain_id: str, name: str) -> str:
    """Return a file name without ending that every system takes, Windows too.

    Only a-z, digits and single hyphens. No two terrains share one: the name starts with the key,
    and a key that can't stand there as it is carries a digest of itself.

    >>> file_stem("190044", "DE HURK / 't Zuid")
    '190044-de-hurk-t-zuid'
    >>> file_stem("NUL", '"?')
    'nul-ae6de182'
    """
    words = slug(name)[:_LONGEST_SLUG]
    key = terrain_id
    if not _PLAIN_KEY.fullmatch(key) or key in _RESERVED:
        digest = sha256(terrain_id.encode()).hexdigest()[:_DIGEST_LETTERS]
        key = f"{slug(terrain_id)[:_LONGEST_KEY]}-{digest}".strip("-")
    return f"{key}-{words}".strip("-")


def slug(text: str) -> str:
    """Return text in a-z, digits and single hyphens, which may leave nothing.

    >>> slug("'s-Gravenhage / Súd")
    's-gravenhage-sud'
    """
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")


def write_atomically(path: Path, content: bytes) -> Path:
    """Write a file beside its place, then put it there in one step; return its path.

    Raises
    ------
    OutputError
        If it can't be written; what stood there before still does.
    """
    temporary = temporary_beside(path)
    _require_replaceable(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path.parent)
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:
        raise _not_written(path, error) from None
    finally:
        # Also when Ctrl-C falls in between; after the replacement there is nothing to remove.
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return path


@contextmanager
def write_together(
    folder: Path, what: Path | None = None, outdated: Collection[str] = ()
) -> Iterator[Path]:
    """Yield an empty folder; when the block ends, its files take their places in a folder.

    All of them or none: if one can't be written or put in place, those that stood there before
    still do. The files named ``outdated`` go away with it; others of the folder are left alone.
    ``what`` is named when it fails, the folder unless given.

    Raises
    ------
    OutputError
        If one can't; an OSError of the block, such as of a full disk, counts as well.
    """
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=folder) as name:
            fresh, before = Path(name) / "fresh", Path(name) / "before"
            fresh.mkdir()
            before.mkdir()
            yield fresh
            _put_in_place(fresh, before, folder, outdated)
    except OSError as error:
        raise _not_written(what or folder, error) from None
    finally:
        if is_new:
            with suppress(OSError):  # it is not empty: all went well
                folder.rmdir()


def _put_in_place(fresh: Path, before: Path, folder: Path, outdated: Collection[str]) -> None:
    """Move the files of one folder to another; on failure put back what was there before."""
    names = sorted(path.name for path in fresh.iterdir())
    gone = sorted(set(outdated).difference(names))
    for name in (*names, *gone):
        _require_replaceable(folder / name)
    placed: list[str] = []
    for name in (*names, *gone):
        target = folder / name
        try:
            if name in gone:
                target.replace(before / name)
            else:
                if target.exists() and len(names) + len(gone) > 1:
                    _keep(target, before / name)
                (fresh / name).replace(target)
        except OSError as error:
            for done in placed:
                (folder / done).unlink(missing_ok=True)
                if (before / done).exists():
                    (before / done).replace(folder / done)
            raise _not_written(target, error) from None
        placed.append(name)


def _keep(path: Path, beside: Path) -> None:
    """Give a file a second name on the same disk; copy it where the disk knows no such thing."""
    try:
        os.link(path, beside)
    except OSError:
        shutil.copy2(path, beside)


def _require_replaceable(path: Path) -> None:
    """Refuse a folder, a file that may not be written, and one that an office program has open.

    Windows refuses to replace an open file by itself; elsewhere the file would change under the
    program, which then saves over it. LibreOffice and Excel leave a file beside what they edit.
    """
    if path.is_dir():
        raise OutputError(path, "folder")
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(path, "read_only")
    for lock in (f".~lock.{path.name}#", f"~${path.name}"):
        if path.with_name(lock).exists():
            raise OutputError(path, "open_elsewhere", mark=lock)


def _not_written(path: Path, error: OSError) -> OutputError:
    """Return what went wrong and what to do; Windows refuses to replace a file that is open."""
    problem = error.strerror or str(error)
    if isinstance(error, PermissionError):
        return OutputError(path, "system_open", problem=problem)
    return OutputError(path, "system", problem=problem)
