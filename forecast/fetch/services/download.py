"""A file as it lies on a server, taken up where it was cut.

Options: ``format`` is gzip or csv; of gzip ``most_unpacked_mb``.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from forecast.errors import FetchError
from forecast.fetch.answers import what_is
from forecast.fetch.endpoints import Endpoint
from forecast.fetch.inflate import PIECE_BYTES, CutShortError, inflated
from forecast.fetch.plan import Desk, Harvest
from forecast.fetch.request import Request

_GZIP_MARK: Final = b"\x1f\x8b"
_NO_END: Final = "the server did not say how long the file is; see whether its end is there"
_BYTES_PER_MB: Final = 1_000_000


def collect(endpoint: Endpoint, desk: Desk) -> Harvest:
    """Return a file; a packed one is unpacked once, to see that it is whole and no bomb.

    Raises
    ------
    FetchError
        If it is not of its format, broken, or unpacks to more than allowed.
    """
    page = desk.page(Request(endpoint.url, is_resumable=True), endpoint.file_name)
    _check(endpoint, page)

    def write(file: BinaryIO) -> None:
        with page.open("rb") as source:
            shutil.copyfileobj(source, file)

    is_sure = desk.is_end_known or endpoint.options["format"] == "gzip"
    return Harvest(None, None, write, () if is_sure else (_NO_END,))


def _check(endpoint: Endpoint, page: Path) -> None:
    with page.open("rb") as file:
        head = file.read(len(_GZIP_MARK))
    if endpoint.options["format"] == "csv":
        if not head or head.startswith((b"<", b"{", _GZIP_MARK)):
            raise FetchError(endpoint.name, f"a CSV is expected, but {what_is(page)}")
        return
    if head != _GZIP_MARK:
        raise FetchError(endpoint.name, f"a packed file (gzip) is expected, but {what_is(page)}")
    most = endpoint.options["most_unpacked_mb"]
    size = 0
    try:
        for piece in inflated(_chunks(page)):
            size += len(piece)
            if size > most * _BYTES_PER_MB:
                reason = f"it unpacks to more than {most:,} MB, more than this source ever did"
                raise FetchError(endpoint.name, reason)
    except (CutShortError, zlib.error):
        raise FetchError(endpoint.name, "the packed file is broken; fetch it again") from None


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(PIECE_BYTES):
            yield chunk
