"""A server to script, and a client whose waits are noted instead of waited."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from forecast.fetch.patience import Patience
from forecast.fetch.web import Web
from tests.fetch.server import Script, Server


class Clock:
    """Seconds that pass only by waiting."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []

    def now(self) -> float:
        """Return the seconds so far."""
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Note a wait and let it pass."""
        if seconds:
            self.waits.append(seconds)
        self.seconds += seconds


@pytest.fixture(autouse=True)
def _this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test reach another machine, whatever it asks."""
    look_up = socket.getaddrinfo

    def guarded(host: Any, *args: Any, **more: Any) -> Any:
        assert host in {"127.0.0.1", "localhost"}, f"a test asks for {host}"
        return look_up(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", guarded)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def patience(clock: Clock) -> Patience:
    # The longest wait of each attempt: without chance they are 1, 2, 4 ... seconds.
    return Patience(
        now=clock.now, sleep=clock.sleep, chance=lambda: 1.0, silence_seconds=5, connect_seconds=5
    )


@pytest.fixture
def web(patience: Patience) -> Iterator[Web]:
    with Web(patience) as opened:
        yield opened


@pytest.fixture
def serve() -> Iterator[Callable[[Script], Server]]:
    with ExitStack() as stack:

        def start(script: Script) -> Server:
            return stack.enter_context(Server(script).serving())

        yield start
