"""Fetch an endpoint: from the cache, or anew, and then checked before it takes its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import FetchError, OutputError
from forecast.fetch.cache import Cache, Cached, note_of

if TYPE_CHECKING:
    from forecast.fetch.endpoints import Endpoint
    from forecast.fetch.plan import Harvest, Step
    from forecast.fetch.web import Web


@dataclass(frozen=True)
class Fetched:
    """What a fetch ends with.

    Attributes
    ----------
    endpoint
        What was asked for.
    cached
        Its file.
    is_new
        It came in now; false: it was there.
    reused_pages
        Pages taken up from a fetch that was cut.
    """

    endpoint: Endpoint
    cached: Cached
    is_new: bool
    reused_pages: int = 0


def from_cache(endpoint: Endpoint, cache: Cache) -> Fetched:
    """Return the newest file in the cache, without the network.

    Raises
    ------
    FetchError
        If there is none; says which file it would be.
    """
    cached = cache.newest(endpoint)
    if cached is None or cached.note.url != endpoint.url:
        where = cache.folder / endpoint.name
        what = (
            f"{where} holds no whole {endpoint.file_name}"
            if cached is None
            else f"the file in {where} came from {cached.note.url}"
        )
        reason = f"{what}, and --offline forbids the network; fetch it once without --offline"
        raise FetchError(endpoint.name, reason)
    return Fetched(endpoint, cached, is_new=False)


def fetch(
    endpoint: Endpoint,
    cache: Cache,
    web: Web,
    *,
    today: date,
    is_refresh: bool = False,
    on_step: Callable[[Step], None] = lambda _: None,
) -> Fetched:
    """Return the file of today: that of the cache, else what the server gives.

    The file takes its place only when it is whole and its rows are as many as the server said.
    Pages that don't fit together, as when data changes meanwhile, are asked for once more.

    Raises
    ------
    FetchError
        If the server doesn't give it; the cache holds what it held.
    OutputError
        If the cache can't be written.
    """
    with cache.alone(endpoint):
        cached = cache.of_day(endpoint, today)
        if cached is not None and not is_refresh and cached.note.url == endpoint.url:
            return Fetched(endpoint, cached, is_new=False)
        cache.forget_pages(endpoint, today)
        pages = cache.pages_folder(endpoint, today)
        if is_refresh:
            shutil.rmtree(pages, ignore_errors=True)
        try:
            pages.mkdir(parents=True, exist_ok=True)
            harvest, reused = _harvest(endpoint, web, pages, on_step)
            whole = _write(harvest, pages / f".{endpoint.file_name}.whole")
        except OSError as error:
            raise OutputError(pages, "system_cache", problem=error.strerror or str(error)) from None
        note = note_of(
            endpoint,
            whole,
            datetime.now(UTC),
            harvest.rows,
            harvest.expected_rows,
            harvest.remarks,
        )
        kept = cache.keep(endpoint, today, whole, note)
        shutil.rmtree(pages, ignore_errors=True)
        return Fetched(endpoint, kept, is_new=True, reused_pages=reused)


def _harvest(
    endpoint: Endpoint, web: Web, pages: Path, on_step: Callable[[Step], None]
) -> tuple[Harvest, int]:
    """Return what a service gives, asked a second time if its pages don't fit together."""
    from forecast.fetch.plan import Desk, InconsistentError
    from forecast.fetch.services import SERVICES

    for is_last in (False, True):
        pause = float(endpoint.options.get("pause_seconds", 0))
        desk = Desk(endpoint.name, web, pages, endpoint.most_bytes, pause, on_step)
        try:
            return SERVICES[endpoint.service](endpoint, desk), desk.reused_pages
        except FetchError:
            desk.reject_last()
            raise
        except InconsistentError as error:
            shutil.rmtree(pages, ignore_errors=True)
            if is_last:
                reason = f"{error}, also when asked anew. The data may be changing: try again later"
                raise FetchError(endpoint.name, reason) from None
    raise AssertionError  # the second turn returns or raises


def _write(harvest: Harvest, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        harvest.write(file)
    return path
