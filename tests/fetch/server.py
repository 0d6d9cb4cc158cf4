"""A real HTTP server on this machine, whose answers a test scripts."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What to send back.

    ``cut_after`` closes the connection after so many bytes, ``endless`` never stops sending,
    ``hangs`` sends nothing more and does not close, ``pause_seconds`` waits after every byte,
    ``has_length`` leaves Content-Length out.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    endless: bool = False
    pause_seconds: float = 0.0
    silence_seconds: float = 0.0
    has_length: bool = True
    hangs: bool = False


Script = Callable[[Asked], Answer]


class _QuietServer(ThreadingHTTPServer):
    """A server that keeps still about clients who hang up."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Keep the output of tests clean."""


class Server:
    """The server, and what it was asked."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self._http = _QuietServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self.is_stopping = threading.Event()

    def speak_tls(self, certificate: Path, key: Path) -> None:
        """Encrypt from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._http.socket = context.wrap_socket(self._http.socket, server_side=True)

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """Answer requests for a block."""
        thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self.is_stopping.set()
            self._http.shutdown()
            self._http.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # or every small answer waits 40 ms

            def log_message(self, *_: object) -> None:
                """Keep the output of tests clean."""

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def _answer(self) -> None:
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                asked = Asked(self.command, parts.path, query, dict(self.headers), body)
                server.asked.append(asked)
                try:
                    _send(self, server.script(asked), server.is_stopping)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

        return Handler


def _send(handler: BaseHTTPRequestHandler, answer: Answer, stop: threading.Event) -> None:
    stop.wait(answer.silence_seconds)
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    if answer.has_length and not answer.endless:
        handler.send_header("Content-Length", str(len(answer.body)))
    else:
        handler.send_header("Connection", "close")
        handler.close_connection = True
    handler.end_headers()
    for piece in _pieces(answer, stop):
        handler.wfile.write(piece)
    if answer.hangs:
        stop.wait()
    if answer.cut_after is not None:
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True


def _pieces(answer: Answer, stop: threading.Event) -> Iterator[bytes]:
    while answer.endless and not stop.is_set():
        yield b"x" * 65536
    body = answer.body if answer.cut_after is None else answer.body[: answer.cut_after]
    if not answer.pause_seconds:
        yield body
        return
    for number in range(len(body)):
        yield body[number : number + 1]
        if stop.wait(answer.pause_seconds):
            return


def in_turn(*answers: Answer) -> Script:
    """Return a script that gives answers one after the other, the last one for ever."""
    left = list(answers)
    lock = threading.Lock()

    def script(_: Asked) -> Answer:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return script


def file_script(
    content: bytes, *, tag: Callable[[], str] = lambda: '"one"', cut_after: int | None = None
) -> Script:
    """Return a script that serves a file with ranges; the first whole answer is cut."""
    cuts = [cut_after]

    def script(asked: Asked) -> Answer:
        headers = {"ETag": tag(), "Accept-Ranges": "bytes"}
        wanted = asked.headers.get("Range")
        if wanted and asked.headers.get("If-Range") == tag():
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            return Answer(content[start:], 206, headers | {"Content-Range": span})
        return Answer(content, 200, headers, cut_after=cuts.pop() if cuts else None)

    return script


def eventually(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)
