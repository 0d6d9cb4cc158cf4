"""One question to a server, and which addresses may be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from ipaddress import ip_address
from typing import Final
from urllib.parse import quote, urlencode, urljoin, urlsplit

_PORTS: Final = {"https": 443, "http": 80}
_PLAIN: Final = "$,:()*'"
"""Signs that may stand in a query as they are (RFC 3986, 3.4)."""


@dataclass(frozen=True)
class Request:
    """A GET of an address with parameters, or a POST of a body.

    Attributes
    ----------
    url
        Address; parameters are added to those that it has.
    parameters
        In the order they are sent.
    body, content_type
        What is posted; None is a GET.
    is_resumable
        A file to take up where it was cut: then it is asked for as it lies on the server, without
        compression on the way.
    silence_seconds
        How long the server may think before it answers, where that is longer than usual.
    """

    url: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/x-www-form-urlencoded"
    is_resumable: bool = False
    silence_seconds: float | None = None

    @property
    def address(self) -> str:
        """Address with its parameters."""
        if not self.parameters:
            return self.url
        mark = "&" if urlsplit(self.url).query else "?"
        # Services of OData and Socrata may not know their own signs when they are encoded.
        return f"{self.url}{mark}{urlencode(self.parameters, safe=_PLAIN, quote_via=quote)}"

    @property
    def key(self) -> str:
        """What tells it from all other requests."""
        return sha256(b"\0".join((self.address.encode(), self.body or b""))).hexdigest()


def forbidden(url: str) -> str | None:
    """Return why an address may not be asked, as part of a sentence; None if it may.

    Only HTTPS, so that nobody on the way reads or changes an answer; HTTP to this machine alone.

    >>> forbidden("http://example.org/a")
    'http://example.org/a is not HTTPS'
    >>> forbidden("http://127.0.0.1:8000/a"), forbidden("https://example.org/a")
    (None, None)
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return f"{url} is no address"
    if parts.scheme not in _PORTS or not host:
        return f"{url} is no address of the web (https://...)"
    if parts.username is not None:
        return f"the address at {host} holds a name or password, which would be noted in files"
    if parts.scheme == "http" and not is_loopback(url):
        return f"{url} is not HTTPS"
    return None


def is_loopback(url: str) -> bool:
    """Return whether an address is this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def origin(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(scheme, 0)


def redirected(url: str, location: str) -> str:
    """Return where a redirect leads.

    Raises
    ------
    ValueError
        If it leads where it should not: from HTTPS to HTTP, or from the web to this machine. Its
        text is part of a sentence.
    """
    target = urljoin(url, location)
    if why := forbidden(target):
        raise ValueError(why)
    if is_loopback(target) and not is_loopback(url):
        raise ValueError(f"{target} is this machine itself")
    return target
