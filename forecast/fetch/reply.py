"""What a reply of a server says of itself: if it is wanted, where it starts, how it is packed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import httpx

from forecast.errors import FetchError
from forecast.fetch.inflate import inflated
from forecast.fetch.partial import Partial
from forecast.fetch.patience import asked_wait_seconds
from forecast.fetch.request import Request, redirected

_OK, _PARTIAL, _RANGE = 200, 206, 416
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses of a trouble that may be over in a moment."""
_CONTENT_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_SAID: Final = {
    401: "the server wants a login",
    403: "the server refuses this program",
    404: "nothing is at this address",
    410: "what was at this address is gone",
}
_UNASKED_WAIT_SECONDS: Final = 15.0
"""Where there were too many requests and the server does not say how long to wait."""


class PassingError(Exception):
    """A trouble that may be over in a moment."""

    def __init__(
        self, reason: str, wait_seconds: float | None = None, attempts: int | None = None
    ) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds
        self.attempts = attempts


def require_wanted(name: str, request: Request, response: httpx.Response) -> None:
    """Refuse a reply without what was asked for.

    Raises
    ------
    PassingError
        If the trouble may be over in a moment.
    FetchError
        Says what the server answered.
    """
    status = response.status_code
    if status in {_OK, _PARTIAL, _RANGE}:
        return
    if status in _PASSING:
        wait = asked_wait_seconds(response.headers.get("Retry-After"))
        is_too_many = status == httpx.codes.TOO_MANY_REQUESTS
        what = "too many requests" if is_too_many else "a fault of its own"
        if is_too_many and wait is None:
            wait = _UNASKED_WAIT_SECONDS
        raise PassingError(f"it answered {status} ({what})", wait)
    said = _SAID.get(status, "another answer than expected")
    raise FetchError(
        name,
        f"{asked_at(request)} answered {status}: {said}. If it moved, give its address with --url",
    )


def offset_and_total(response: httpx.Response, part: Partial) -> tuple[int, int | None]:
    """Return where the body starts in the file, and how large that will be if it is known."""
    length = response.headers.get("Content-Length", "")
    if response.status_code == _OK:
        is_packed = response.headers.get("Content-Encoding", "identity") != "identity"
        return 0, int(length) if length.isdigit() and not is_packed else None
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if response.status_code == _RANGE or found is None or int(found[1]) != part.size:
        # It has no such part, or sends another: what is here is of no use.
        part.discard()
        raise PassingError("it has not the part that was asked for", 0.0)
    return part.size, None if found[2] == "*" else int(found[2])


def pieces(response: httpx.Response) -> Iterator[bytes]:
    """Return the body piece by piece, unpacked.

    Raises
    ------
    PassingError
        If it is packed in a way that was not asked for.
    """
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        return response.iter_raw()
    if encoding in {"gzip", "x-gzip"} and response.status_code == _OK:
        return inflated(response.iter_raw())
    raise PassingError(f"it packs its answer as {encoding}, which was not asked for")


def next_address(name: str, request: Request, url: str, response: httpx.Response) -> str:
    """Return where a reply leads on to.

    Raises
    ------
    FetchError
        If that may not be asked.
    """
    try:
        return redirected(url, response.headers.get("Location", ""))
    except ValueError as error:
        raise FetchError(
            name, f"{asked_at(request)} leads on to another address, but {error}"
        ) from None


def asked_at(request: Request) -> str:
    """Return the address without what was asked of it, for a sentence."""
    return request.url.split("?", 1)[0]
