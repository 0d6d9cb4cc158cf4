"""The server: a socket of its own, threads that answer, and an end that cuts no save short."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from forecast.errors import ServeError
from web.security import MOST_BODY_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

THREADS: Final = 8
_MOST_HEADER_BYTES: Final = 32_768
_LOAD_SECONDS: Final = 30.0
_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
_AT_ONCE: Final = 3
_INTERRUPTED: Final = 130
_WAITING: Final = b"waiting for what is under way or being saved; once more ends without it\n"
_NOT_ALLOWED: Final = (errno.EACCES, errno.EPERM)


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a host.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bind(host: str, port: int) -> socket.socket:
    """Take a port; zero takes any free one.

    Raises
    ------
    ServeError
        If it is taken, not allowed, or the host is none of this machine.
    """
    try:
        [*_, (family, kind, protocol, _, address)] = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except OSError:
        raise ServeError("no_address", host=host) from None
    taken = socket.socket(family, kind, protocol)
    if os.name == "posix":  # else a restart waits for connections of before to be forgotten
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(address)
        taken.listen()
    except OSError as error:
        taken.close()
        raise _why_not(host, port, error) from None
    return taken


def address_of(taken: socket.socket) -> str:
    """Return the address to open in a browser."""
    host, port = taken.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - what was asked for; told as a name that opens
        host = socket.gethostname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve(app: Flask, taken: socket.socket, is_ready: Callable[[], Any]) -> None:
    """Answer until Ctrl-C or a signal to end; then wait for what is being saved.

    Asked again, it says so; a third time it ends at once.

    Parameters
    ----------
    is_ready
        Called when a browser would be answered.
    """
    from waitress.server import create_server

    from forecast.one_thread import leave_ctrl_c_to_python

    leave_ctrl_c_to_python()
    logging.getLogger("waitress").setLevel(logging.ERROR)
    server = create_server(
        app,
        sockets=[taken],
        threads=THREADS,
        ident=None,
        # A larger body is refused by the application, with a page.
        max_request_body_size=8 * MOST_BODY_BYTES,
        max_request_header_size=_MOST_HEADER_BYTES,
        # Tells a computation that its browser has asked something newer.
        channel_request_lookahead=1,
    )
    stop = _Stop()
    # One that our shell has us ignore we go on to ignore.
    heard = [each for each in _STOPPING if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, stop) for each in heard}
    # The mathematics take seconds to load: while the first page is read, not at the first slider.
    warming = threading.Thread(target=_load_engine, daemon=True)
    try:
        is_ready()
        warming.start()
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        # Work that is cut off can crash the interpreter, and would be told as a fault.
        if warming.ident:
            warming.join(_LOAD_SECONDS)
        with app.extensions["database"].saving():
            pass
        server.task_dispatcher.shutdown()
        server.close()
        for each, handler in before.items():
            signal.signal(each, handler)


def _load_engine() -> None:
    import forecast.what_if  # noqa: F401 - loaded for later


class _Stop:
    """What Ctrl-C and the signal to end do, the first time and after it."""

    def __init__(self) -> None:
        self._times = 0

    def __call__(self, *_: object) -> None:
        """Stop; then tell what is waited for; then end."""
        self._times += 1
        if self._times == 1:
            raise KeyboardInterrupt
        if self._times == _AT_ONCE:
            os._exit(_INTERRUPTED)
        with suppress(OSError):  # nobody may be there to read it
            os.write(sys.stderr.fileno(), _WAITING)


def _why_not(host: str, port: int, error: OSError) -> ServeError:
    if error.errno == errno.EADDRINUSE:
        return ServeError("port_in_use", port=port)
    if error.errno in _NOT_ALLOWED:
        return ServeError("port_not_allowed", port=port)
    if error.errno == errno.EADDRNOTAVAIL:
        return ServeError("no_address", host=host)
    return ServeError("not_usable", host=host, port=port, problem=error.strerror)
