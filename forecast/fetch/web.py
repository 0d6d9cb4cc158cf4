"""Bring one answer of a server to disk: politely, within limits, whole or not at all."""

from __future__ import annotations

import re
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
from forecast.fetch.inflate import CutShortError, inflated
from forecast.fetch.partial import Partial
from forecast.fetch.patience import Patience, asked_wait_seconds
from forecast.fetch.request import Request, forbidden, redirected

Progress = Callable[[int, int | None], None]
"""Told after every piece: bytes on disk of this answer, and all of them if that is known."""

_OK, _PARTIAL, _RANGE = 200, 206, 416
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_KEEPING_BODY: Final = frozenset({307, 308})
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses of a trouble that may be over in a moment."""
_MOST_REDIRECTS: Final = 5
_CONTENT_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_SAID: Final = {
    401: "the server wants a login",
    403: "the server refuses this program",
    404: "nothing is at this address",
    410: "what was at this address is gone",
}
_MANY_SECONDS: Final = 120
_UNTRUSTED: Final = "CERTIFICATE_VERIFY_FAILED"
_CONNECTIONS: Final = 3
"""Attempts without a connection: who is not on a network is told so soon."""
_UNASKED_WAIT_SECONDS: Final = 15.0
"""Where there were too many requests and the server does not say how long to wait."""


class _PassingError(Exception):
    """A trouble that may be over in a moment."""

    def __init__(
        self, reason: str, wait_seconds: float | None = None, attempts: int | None = None
    ) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds
        self.attempts = attempts


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
            except _PassingError as trouble:
                self._wait(name, request, trouble, attempt, end)
            else:
                size = part.size
                part.finish(target)
                return Landed(size, resumed_at, attempt, is_end_known)

    def _wait(
        self, name: str, request: Request, trouble: _PassingError, attempt: int, end: float
    ) -> None:
        """Wait before the next attempt, unless there is none."""
        where = _where(request)
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
            _require_wanted(name, request, response)
            offset, total = _offset(response, part)
            if offset == 0:
                part.begin(response.headers)
            if total is not None and total > most_bytes:
                part.discard()
                raise FetchError(name, _too_large(request, most_bytes))
            size = offset
            with part.path.open("ab") as file:
                for piece in _pieces(response):
                    size += len(piece)
                    if size > most_bytes:
                        break
                    file.write(piece)
                    file.flush()  # what came in is kept also when this process is killed
                    on_progress(size, total)
                    if self.patience.now() > end:
                        raise FetchError(
                            name,
                            f"{_where(request)} took longer than "
                            f"{_duration(self.patience.total_seconds)} in all. "
                            "Try again: what came in is kept",
                        )
        if size > most_bytes:
            part.discard()
            raise FetchError(name, _too_large(request, most_bytes))
        if total is not None and size != total:
            raise _PassingError(f"{size:,} of {total:,} bytes came in")
        return total is not None or response.headers.get("Transfer-Encoding") == "chunked"

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
                        raise FetchError(name, f"{_where(request)} moved; see its documentation")
                    url = _next_address(name, request, url, response)
        except httpx.TimeoutException:
            raise _PassingError(f"it was silent for {_duration(silence)}") from None
        except httpx.ConnectError as error:
            if _UNTRUSTED in str(error):
                reason = f"{_where(request)} has no certificate that this machine trusts"
                raise FetchError(name, reason) from None
            reason = f"there was no connection ({error})"
            raise _PassingError(reason, attempts=_CONNECTIONS) from None
        except (httpx.TransportError, httpx.StreamError) as error:
            raise _PassingError(_trouble(error)) from None
        except CutShortError:
            raise _PassingError("the answer was cut short") from None
        except zlib.error:
            raise _PassingError("the answer could not be unpacked") from None
        raise FetchError(name, f"{_where(request)} leads on more than {_MOST_REDIRECTS} times")


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


def _require_wanted(name: str, request: Request, response: httpx.Response) -> None:
    status = response.status_code
    if status in {_OK, _PARTIAL, _RANGE}:
        return
    if status in _PASSING:
        wait = asked_wait_seconds(response.headers.get("Retry-After"))
        is_too_many = status == httpx.codes.TOO_MANY_REQUESTS
        what = "too many requests" if is_too_many else "a fault of its own"
        if is_too_many and wait is None:
            wait = _UNASKED_WAIT_SECONDS
        raise _PassingError(f"it answered {status} ({what})", wait)
    said = _SAID.get(status, "another answer than expected")
    raise FetchError(
        name,
        f"{_where(request)} answered {status}: {said}. If it moved, give its address with --url",
    )


def _offset(response: httpx.Response, part: Partial) -> tuple[int, int | None]:
    """Return where the body starts in the file, and how large that will be if it is known."""
    length = response.headers.get("Content-Length", "")
    if response.status_code == _OK:
        is_packed = response.headers.get("Content-Encoding", "identity") != "identity"
        return 0, int(length) if length.isdigit() and not is_packed else None
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if response.status_code == _RANGE or found is None or int(found[1]) != part.size:
        # It has no such part, or sends another: what is here is of no use.
        part.discard()
        raise _PassingError("it has not the part that was asked for", 0.0)
    return part.size, None if found[2] == "*" else int(found[2])


def _pieces(response: httpx.Response) -> Iterator[bytes]:
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        return response.iter_raw()
    if encoding in {"gzip", "x-gzip"} and response.status_code == _OK:
        return inflated(response.iter_raw())
    raise _PassingError(f"it packs its answer as {encoding}, which was not asked for")


def _next_address(name: str, request: Request, url: str, response: httpx.Response) -> str:
    try:
        return redirected(url, response.headers.get("Location", ""))
    except ValueError as error:
        raise FetchError(
            name, f"{_where(request)} leads on to another address, but {error}"
        ) from None


def _where(request: Request) -> str:
    return request.url.split("?", 1)[0]


def _too_large(request: Request, most_bytes: int) -> str:
    return (
        f"the answer of {_where(request)} is larger than {most_bytes / 1e6:,.0f} MB, more than "
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
