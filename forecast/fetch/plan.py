"""A fetch plan: the one form that all kinds of services have.

A service asks the `Desk` for its pages, one after the other, and returns a `Harvest`: how many rows
came in, how many there should be, and how the pages become one file. Whole pages stay on disk until
the file is in its place, so that a fetch that was cut is taken up at the page where it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from forecast.fetch.request import Request
from forecast.fetch.web import Web


class InconsistentError(Exception):
    """Pages don't fit together, as when data changed in between; its text is part of a sentence."""


@dataclass(frozen=True)
class Step:
    """How far a fetch is.

    Attributes
    ----------
    pages
        Whole pages on disk.
    bytes, of_bytes
        Of the page that is coming in; all of it None where the server does not say.
    rows, of_rows
        Rows on whole pages; all of them None where the server does not say.
    """

    pages: int = 0
    bytes: int = 0
    of_bytes: int | None = None
    rows: int = 0
    of_rows: int | None = None


@dataclass(frozen=True)
class Harvest:
    """What a service gave.

    Attributes
    ----------
    rows, expected_rows
        Rows on the pages, and those that the server said it has; None where it says none.
    write
        Joins the pages into an open file.
    remarks
        What the server did not give.
    """

    rows: int | None
    expected_rows: int | None
    write: Callable[[BinaryIO], None]
    remarks: tuple[str, ...] = ()


class Desk:
    """Brings pages to disk, or takes up those that are there.

    Parameters
    ----------
    name
        Of the endpoint, for sentences.
    web, folder, most_bytes
        Client, place for pages, and the largest page that is accepted.
    pause_seconds
        Wait between two questions.
    on_step
        Told how far it is.
    """

    def __init__(
        self,
        name: str,
        web: Web,
        folder: Path,
        most_bytes: int,
        pause_seconds: float = 0.0,
        on_step: Callable[[Step], None] = lambda _: None,
    ) -> None:
        self.name = name
        self.reused_pages = 0
        self.is_end_known = True
        """Whether a cut of the last page would have been found."""
        self._web = web
        self._folder = folder
        self._most_bytes = most_bytes
        self._pause_seconds = pause_seconds
        self._on_step = on_step
        self._asked = 0
        self._pages = 0
        self._rows = 0
        self._of_rows: int | None = None
        self._last: Path | None = None

    def page(self, request: Request, file_name: str, *, is_fresh: bool = False) -> Path:
        """Return the file of an answer, asked for unless a whole one of the same request is there.

        ``is_fresh`` asks in any case: for counts, which tell whether pages of before still hold.

        Raises
        ------
        FetchError
            As `Web.fetch`.
        """
        self._last = None
        path = self._folder / file_name
        key_path = _key_path(path)
        if not is_fresh and _key_in(key_path) == request.key and path.exists():
            self.reused_pages += 1
        else:
            if self._asked:
                self._web.patience.sleep(self._pause_seconds)
            self._asked += 1
            self._folder.mkdir(parents=True, exist_ok=True)
            key_path.unlink(missing_ok=True)
            landed = self._web.fetch(self.name, request, path, self._most_bytes, self._show)
            self.is_end_known = landed.is_end_known
            key_path.write_text(json.dumps(request.key), encoding="utf-8")
        self._pages += 1
        self._last = path
        self._show(0, None)
        return path

    def reject_last(self) -> None:
        """Take away the last page, which is not what was asked for: nothing may reuse it."""
        if self._last is not None:
            _key_path(self._last).unlink(missing_ok=True)
            self._last.unlink(missing_ok=True)

    def expect(self, rows: int | None) -> None:
        """Say how many rows there are in all."""
        self._of_rows = rows
        self._show(0, None)

    def count(self, rows: int) -> None:
        """Say that rows of the last page are in."""
        self._rows += rows
        self._show(0, None)

    def _show(self, size: int, of_bytes: int | None) -> None:
        self._on_step(Step(self._pages, size, of_bytes, self._rows, self._of_rows))


def require_count(what: str, rows: int, expected: int | None) -> None:
    """Check that as many rows came in as the server said.

    Raises
    ------
    InconsistentError
        If not.
    """
    if expected is not None and rows != expected:
        raise InconsistentError(f"{rows:,} {what} came in where the server has {expected:,}")


class Seen:
    """The keys of rows so far, to find pages that overlap."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._keys: set[str] = set()

    def add_all(self, keys: Iterable[object]) -> None:
        """Remember keys.

        Raises
        ------
        InconsistentError
            If a row before had one of them.
        """
        for key in map(str, keys):
            if key in self._keys:
                raise InconsistentError(f"{self._what} {key} came in twice: pages overlap")
            self._keys.add(key)


def _key_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.key")


def _key_in(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None
