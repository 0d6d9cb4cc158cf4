"""Who may ask what: names of the server, writes from its own pages only, and what a page may do.

The pages stand on this machine, where every site that is open in a browser can send requests to
them. So a request must name this server (against DNS rebinding), a write must come from one of its
own pages (origin and token), and a page runs no script but the files of `web.static`.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Flask, abort, g, request

if TYPE_CHECKING:
    from flask import Response

    from web.options import ServeOptions

MOST_BODY_BYTES: Final = 64_000
"""A refinement with a long reason is a few thousand."""
TOKEN_FIELD: Final = "page_token"  # noqa: S105 - the name of a field
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: forms would then be sent with an origin of "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}


def guard(app: Flask, options: ServeOptions) -> None:
    """Check every request before anything else sees it, and dress every answer."""
    key = secrets.token_bytes(32)

    def check_request() -> None:
        if not is_own_name(request.host, options):
            abort(421)
        if request.method in _SAFE:
            return
        if options.is_read_only:
            abort(403, "read_only")
        if not _is_from_here():
            abort(403, "origin")

    def dress(response: Response) -> Response:
        for name, value in {**_HEADERS, "Content-Security-Policy": _POLICY}.items():
            response.headers.setdefault(name, value)
        if visitor := g.get("new_visitor"):
            response.set_cookie(_cookie_name(), visitor, httponly=True, samesite="Strict")
        return response

    app.before_request(check_request)
    app.after_request(dress)
    app.extensions["page_key"] = key
    app.jinja_env.globals["page_token"] = lambda: page_token(key)
    app.jinja_env.globals["token_field"] = TOKEN_FIELD


def is_own_name(host: str, options: ServeOptions) -> bool:
    """Return whether a Host header names this server.

    An address can't be made to point elsewhere, a name can: only names that are known here pass.

    >>> from pathlib import Path
    >>> from web.options import ServeOptions
    >>> alone = ServeOptions(database=Path("x"))
    >>> is_own_name("localhost:8750", alone), is_own_name("example.org", alone)
    (True, False)
    """
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    if name is None:
        return False
    if name in _LOOPBACK or name in options.names:
        return True
    if not options.is_shared:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def page_token(key: bytes) -> str:
    """Return the token that a form of this page sends along; it belongs to one browser."""
    return _token(key, _visitor())


def is_token_right(app: Flask, token: str) -> bool:
    """Return whether a form was made by this server for this browser.

    It isn't after a restart: the page is then shown once more, with what was entered.
    """
    visitor = request.cookies.get(_cookie_name(), "")
    expected = _token(app.extensions["page_key"], visitor)
    return bool(visitor) and hmac.compare_digest(expected.encode(), token.encode())


def _is_from_here() -> bool:
    """Return whether a browser says that a write comes from a page of this server."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:  # an older browser, or a program: the token decides
        return True
    return origin == f"{request.scheme}://{request.host}"


def _visitor() -> str:
    known = request.cookies.get(_cookie_name()) or g.get("new_visitor")
    if not known:
        known = g.new_visitor = secrets.token_hex(16)
    return str(known)


def _cookie_name() -> str:
    """Return a name with the port: cookies of two servers on one machine are shared otherwise."""
    return f"laadvraag-{request.environ.get('SERVER_PORT', '')}"


def _token(key: bytes, visitor: str) -> str:
    return hmac.new(key, visitor.encode(), sha256).hexdigest()
