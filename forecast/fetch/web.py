"""Bring one answer of a server to disk: politely, within limits, whole or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from forecast.errors import FetchError
from forecast.fetch.inflate import CutShortError
from forecast.fetch.partial import Partial
from forecast.fetch.patience import Patience
from forecast.fetch.reply import (
    PassingError,
    asked_at,
    next_address,
    offset_and_total,
    pieces,
    require_wanted,
)
from forecast.fetch.request import Request, forbidden

Progress = Callable[[int, int | None], None]
"""Told after every piece: bytes on disk of this answer, and all of them if that is known."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_KEEPING_BODY: Final = frozenset({307, 308})
_MOST_REDIRECTS: Final = 5
_MANY_SECONDS: Final = 120
_UNTRUSTED: Final = "CERTIFICATE_VERIFY_FAILED"
_CONNECTIONS: Final = 3
"""Attempts without a connection: who is not on a network is told so soon."""


@dataclass(frozen=True)
class Landed:
    """How an answer came in.

    Attributes
    ----------
    bytes
        Its size on disk.
    resumed_at_bytes
        How much was there from an earlier attempt or an earlier fetch.
    attempts
        How often it was asked for.
    is_end_known
        The server said how long the answer is, or where it ends: a cut would have been found.
    """

    bytes: int
    resumed_at_bytes: int
    attempts: int
    is_end_known: bool


class Web:
    """A client for servers of publishers; use it in a ``with`` block.

    Parameters
    ----------
    patience
        Waits and time-outs.
    """

    def __init__(self, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self._client = httpx.Client(headers={"User-Agent": user_agent()}, follow_redirects=False)

    def __enter__(self) -> Self:
        """Keep connections for the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them."""
        self._client.close()

    def fetch(
        self,
        name: str,
        request: Request,
        target: Path,
        most_bytes: int,
        on_progress: Progress = lambda _, __: None,
    ) -> Landed:
        """Bring an answer to a file, which is there only when it is whole.

        Passing troubles (no connection, silence, a cut, too many requests, a fault of the server)
        are waited out; a resumable answer is taken up where it was cut, also that of an earlier
        call. What was fetched stays beside its place for a next call.

        Raises
        ------
        FetchError
            If the address may not be asked, the server refuses, the answer is larger than allowed,
            or patience is at its end.
        """
        if why := forbidden(request.url):
            raise FetchError(name, f"{why}; only HTTPS is asked, so that nobody can change it")
        part = Partial(target, request)
        resumed_at = part.size if part.validator() else 0
        end = self.patience.now() + self.patience.total_seconds
        attempt = 0
        while True:
            attempt += 1
            try:
                is_end_known = self._once(name, request, part, most_bytes, end, on_progress)
            except PassingError as trouble:
                self._wait(name, request, trouble, attempt, end)
            else:
                size = part.size
                part.finish(target)
                return Landed(size, resumed_at, attempt, is_end_known)

    def _wait(
        self, name: str, request: Request, trouble: PassingError, attempt: int, end: float
    ) -> None:
        """Wait before the next attempt, unless there is none."""
        where = asked_at(request)
        if attempt >= min(trouble.attempts or self.patience.attempts, self.patience.attempts):
            tries = "once" if attempt == 1 else f"{attempt} times"
            raise FetchError(
                name, f"{where} was asked {tries}; last, {trouble}. Try again later"
            ) from None
        wait = self.patience.wait_seconds(attempt, trouble.wait_seconds)
        if self.patience.now() + wait > end:
            reason = (
                f"{where} asks to wait {_duration(trouble.wait_seconds)}, longer than a fetch "
                "does. Try again after that"
                if trouble.wait_seconds
                else f"{where} took longer than {_duration(self.patience.total_seconds)} in all; "
                f"last, {trouble}. Try again: what came in is kept"
            )
            raise FetchError(name, reason) from None
        self.patience.sleep(wait)

    def _once(
        self,
        name: str,
        request: Request,
        part: Partial,
        most_bytes: int,
        end: float,
        on_progress: Progress,
    ) -> bool:
        """Ask once; return whether the end of the answer is known."""
        validator = part.validator()
        headers = _headers(request, part.size if validator else 0, validator)
        with self._answer(name, request, headers) as response:
            require_wanted(name, request, response)
            offset, total = offset_and_total(response, part)
            if offset == 0:
                part.begin(response.headers)
            if total is not None and total > most_bytes:
                part.discard()
                raise FetchError(name, _too_large(request, most_bytes))
            size = offset
            with part.path.open("ab") as file:
                for piece in pieces(response):
                    size += len(piece)
                    if size > most_bytes:
                        break
                    file.write(piece)
                    file.flush()  # what came in is kept also when this process is killed
                    on_progress(size, total)
                    if self.patience.now() > end:
                        raise FetchError(name, self._too_long(request))
        if size > most_bytes:
            part.discard()
            raise FetchError(name, _too_large(request, most_bytes))
        if total is not None and size != total:
            raise PassingError(f"{size:,} of {total:,} bytes came in")
        return total is not None or response.headers.get("Transfer-Encoding") == "chunked"

    def _too_long(self, request: Request) -> str:
        total = _duration(self.patience.total_seconds)
        return (
            f"{asked_at(request)} took longer than {total} in all. Try again: what came in is kept"
        )

    @contextmanager
    def _answer(
        self, name: str, request: Request, headers: dict[str, str]
    ) -> Iterator[httpx.Response]:
        """Open the answer, redirects followed; all troubles on the way are passing ones."""
        url, method = request.address, "GET" if request.body is None else "POST"
        silence = request.silence_seconds or self.patience.silence_seconds
        timeout = httpx.Timeout(silence, connect=self.patience.connect_seconds)
        try:
            for _ in range(_MOST_REDIRECTS + 1):
                with self._client.stream(
                    method, url, headers=headers, content=request.body, timeout=timeout
                ) as response:
                    if response.status_code not in _REDIRECTS:
                        yield response
                        return
                    if method == "POST" and response.status_code not in _KEEPING_BODY:
                        raise FetchError(name, f"{asked_at(request)} moved; see its documentation")
                    url = next_address(name, request, url, response)
        except httpx.TimeoutException:
            raise PassingError(f"it was silent for {_duration(silence)}") from None
        except httpx.ConnectError as error:
            if _UNTRUSTED in str(error):
                reason = f"{asked_at(request)} has no certificate that this machine trusts"
                raise FetchError(name, reason) from None
            reason = f"there was no connection ({error})"
            raise PassingError(reason, attempts=_CONNECTIONS) from None
        except (httpx.TransportError, httpx.StreamError) as error:
            raise PassingError(_trouble(error)) from None
        except CutShortError:
            raise PassingError("the answer was cut short") from None
        except zlib.error:
            raise PassingError("the answer could not be unpacked") from None
        raise FetchError(name, f"{asked_at(request)} leads on more than {_MOST_REDIRECTS} times")


def user_agent() -> str:
    """Return who asks: name, version and where to complain, as pyproject.toml has them.

    An installed copy without an address says the first two only.
    """
    try:
        about = metadata("laadvraag")
    except PackageNotFoundError:
        return "laadvraag"
    links = dict(link.split(", ", 1) for link in about.get_all("Project-URL") or [])
    contact = f" (+{links['Contact']})" if "Contact" in links else ""
    return f"laadvraag/{about['Version']}{contact}"


def _headers(request: Request, have: int, validator: str | None) -> dict[str, str]:
    headers = {"Accept-Encoding": "identity" if request.is_resumable else "gzip"}
    if request.body is not None:
        headers["Content-Type"] = request.content_type
    if have and validator:
        headers |= {"Range": f"bytes={have}-", "If-Range": validator}
    return headers


def _too_large(request: Request, most_bytes: int) -> str:
    return (
        f"the answer of {asked_at(request)} is larger than {most_bytes / 1e6:,.0f} MB, more than "
        "this source ever was"
    )


def _trouble(error: Exception) -> str:
    if isinstance(error, httpx.ProtocolError):
        return "the connection was cut"
    return f"the connection failed ({type(error).__name__})"


def _duration(seconds: float | None) -> str:
    """Return a time in words.

    >>> _duration(90.0), _duration(7200.0)
    ('90 seconds', '120 minutes')
    """
    if seconds is None or seconds <= _MANY_SECONDS:
        return f"{seconds or 0:.0f} seconds"
    return f"{seconds / 60:.0f} minutes"
