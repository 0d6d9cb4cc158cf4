"""Where fetched files lie: a folder per endpoint and day, with a note beside each file.

A file counts only with its note, which is written last, and while it has the size and checksum that
the note says: nothing half-written or changed afterwards is taken for what the server gave.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from forecast.errors import FetchError, OutputError
from forecast.fetch.endpoints import Endpoint
from forecast.files import sha256_of, write_atomically

_NOTE: Final = ".note.json"
_PAGES: Final = ".pages"


@dataclass(frozen=True)
class Note:
    """What is known of a fetched file; it lies beside it as JSON.

    Attributes
    ----------
    endpoint, source, url
        What was fetched, for which source, from where.
    publisher, licence, citation
        Whose it is, under which terms, and how to name it.
    fetched_at_utc
        When it was whole, as ISO text.
    bytes, sha256
        Of the file.
    rows, expected_rows
        Rows in it, and those that the server said it has; None where it says none.
    remarks
        What the server did not give.
    """

    endpoint: str
    source: str
    url: str
    publisher: str
    licence: str
    citation: str
    fetched_at_utc: str
    bytes: int
    sha256: str
    rows: int | None
    expected_rows: int | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cached:
    """A whole file in the cache.

    Attributes
    ----------
    path
        The file.
    day
        Day of its folder.
    note
        What is known of it.
    """

    path: Path
    day: date
    note: Note

    def age_days(self, today: date) -> int:
        """Return the days since it was fetched [d]."""
        return (today - self.day).days


class Cache:
    """The folder of fetched files.

    Parameters
    ----------
    folder
        It need not exist yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def day_folder(self, endpoint: Endpoint, day: date) -> Path:
        """Return where the files of an endpoint and a day lie."""
        return self.folder / endpoint.name / day.isoformat()

    def pages_folder(self, endpoint: Endpoint, day: date) -> Path:
        """Return where the pages of a fetch at work lie."""
        return self.day_folder(endpoint, day) / _PAGES

    def of_day(self, endpoint: Endpoint, day: date) -> Cached | None:
        """Return the file of a day; None if there is no whole one."""
        path = self.day_folder(endpoint, day) / endpoint.file_name
        note = _read_note(path)
        if note is None or not path.is_file() or path.stat().st_size != note.bytes:
            return None
        return Cached(path, day, note) if sha256_of(path) == note.sha256 else None

    def newest(self, endpoint: Endpoint) -> Cached | None:
        """Return the file of the last day that has a whole one; None if no day has."""
        for day in sorted(self._days(endpoint), reverse=True):
            if found := self.of_day(endpoint, day):
                return found
        return None

    def keep(self, endpoint: Endpoint, day: date, whole: Path, note: Note) -> Cached:
        """Put a whole file in its place, in one step, then its note.

        Raises
        ------
        OutputError
            If the folder can't be written.
        """
        path = self.day_folder(endpoint, day) / endpoint.file_name
        try:
            _note_path(path).unlink(missing_ok=True)
            whole.replace(path)
        except OSError as error:
            raise OutputError(path, "system_alone", problem=error.strerror or str(error)) from None
        content = json.dumps(asdict(note), indent=2, ensure_ascii=False) + "\n"
        write_atomically(_note_path(path), content.encode())
        return Cached(path, day, note)

    def forget_pages(self, endpoint: Endpoint, day: date) -> None:
        """Take away pages of fetches that were cut on other days: their data is another now."""
        for other in list(self._days(endpoint)):
            if other != day:
                shutil.rmtree(self.pages_folder(endpoint, other), ignore_errors=True)
                with suppress(OSError):  # a file of that day stays
                    self.day_folder(endpoint, other).rmdir()

    @contextmanager
    def alone(self, endpoint: Endpoint) -> Iterator[None]:
        """Keep other fetches of an endpoint away for a block.

        The lock is one of the system, which goes away with a process that is killed.

        Raises
        ------
        FetchError
            If another fetch of it is at work.
        OutputError
            If the folder can't be written.
        """
        folder = self.folder / endpoint.name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / ".lock", timeout=0):
                yield
        except Timeout:
            reason = f"another fetch of it is at work in {self.folder}; wait until that is done"
            raise FetchError(endpoint.name, reason) from None
        except OSError as error:
            raise OutputError(
                folder, "system_cache", problem=error.strerror or str(error)
            ) from None

    def _days(self, endpoint: Endpoint) -> Iterator[date]:
        folder = self.folder / endpoint.name
        if not folder.is_dir():
            return
        for path in folder.iterdir():
            try:
                yield date.fromisoformat(path.name)
            except ValueError:
                continue


def note_of(
    endpoint: Endpoint,
    whole: Path,
    fetched_at: datetime,
    rows: int | None,
    expected_rows: int | None,
    remarks: tuple[str, ...],
) -> Note:
    """Return the note of a whole file."""
    return Note(
        endpoint=endpoint.name,
        source=endpoint.source,
        url=endpoint.url,
        publisher=endpoint.publisher,
        licence=endpoint.licence,
        citation=endpoint.citation,
        fetched_at_utc=fetched_at.isoformat(timespec="seconds"),
        bytes=whole.stat().st_size,
        sha256=sha256_of(whole),
        rows=rows,
        expected_rows=expected_rows,
        remarks=remarks,
    )


def _note_path(path: Path) -> Path:
    return path.with_name(path.name + _NOTE)


def _read_note(path: Path) -> Note | None:
    try:
        body: dict[str, Any] = json.loads(_note_path(path).read_text(encoding="utf-8"))
        return Note(**body | {"remarks": tuple(body["remarks"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None
