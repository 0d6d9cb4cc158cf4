"""The command: where it listens, what it refuses, and how it stops."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from cli import main
from forecast.errors import ServeError
from forecast.incremental import bring_up_to_date, find_pending
from forecast.store import open_published
from tests.web.conftest import DE_HURK, token_of
from tests.web.process import Served, served
from tests.web.test_security import REFINE, TYPED
from web.serving import address_of, bind, is_loopback

_HEARD_SECONDS = 1.0
"""Longer than a busy server takes to hear a signal: two at once would be one."""


def invoke(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["serve", *map(str, words)], prog_name="laadvraag")
    assert "Traceback" not in result.output
    return result.exit_code, " ".join(result.output.split())


def test_it_answers_on_a_free_port_and_stops_cleanly(real_database: Path) -> None:
    with served(real_database) as server:
        assert server.address.startswith("http://127.0.0.1:")
        assert "DE HURK" in server.fetch(f"/terrain/{DE_HURK}")
        assert server.stop() == 0
    assert server.told.strip() == "stopped"


def interrupted(server: Served, database: Path, times: int) -> int:
    """Press Ctrl-C several times as a refinement is being saved; return the exit code."""

    def record() -> None:
        with (
            suppress(httpx.HTTPError),  # no answer is promised to who stops the server
            httpx.Client(base_url=server.address, timeout=60) as browser,
        ):
            token = token_of(browser.get(REFINE).text)
            browser.post(REFINE, data=TYPED | {"page_token": token, "value": "1234"})

    threading.Thread(target=record, daemon=True).start()
    deadline = time.monotonic() + 60
    while "1.234 voertuigen" not in (page := server.fetch(REFINE)):
        assert time.monotonic() < deadline, page
    # Its figures can't be written while somebody reads.
    with open_published(database):
        for _ in range(times):
            server.process.send_signal(signal.SIGINT)
            time.sleep(_HEARD_SECONDS)
    return server.finished()


def test_ctrl_c_twice_still_waits_for_a_refinement(own_database: Path) -> None:
    with served(own_database) as server:
        assert interrupted(server, own_database, 2) == 0
    assert "Traceback" not in server.told
    lines = server.told.split("\n")
    assert "stopped" in lines
    assert "waiting for what is under way or being saved; once more ends without it" in lines
    with open_published(own_database) as connection:
        pending = find_pending(connection)
    assert pending.state.applied == set(pending.refinements["refinement_id"]) != set()


def test_ctrl_c_a_third_time_ends_at_once(own_database: Path) -> None:
    with served(own_database) as server:
        assert interrupted(server, own_database, 3) == 130
    assert "Traceback" not in server.told
    assert "stopped" not in server.told
    # What was recorded is there, and the next update has it in the figures.
    assert bring_up_to_date(own_database).terrain_ids == (DE_HURK,)


def test_a_file_that_is_idle_is_free_for_others(own_database: Path) -> None:
    from forecast.store import open_records

    with served(own_database) as server:
        server.fetch(f"/terrain/{DE_HURK}")
        with open_records(own_database, wait_seconds=1):
            pass


def test_a_port_that_is_taken_is_told(real_database: Path) -> None:
    with bind("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        code, told = invoke("--db", real_database, "--port", port)
    assert code == 1
    assert f"port {port} is in use" in told
    assert "--port 0" in told


def test_others_are_let_in_only_when_told_what_they_may(real_database: Path) -> None:
    code, told = invoke("--db", real_database, "--host", "0.0.0.0")  # noqa: S104
    assert code == 2
    assert "--read-only" in told
    assert "--let-others-write" in told


def test_a_shared_server_warns(real_database: Path) -> None:
    with served(real_database, "--host", "0.0.0.0", "--read-only") as server:  # noqa: S104
        port = server.address.rsplit(":", 1)[1]
        server.address = f"http://127.0.0.1:{port}"
        assert "alleen lezen" in server.fetch("/")
        server.stop()
    assert "there is no password" in server.told


def test_a_database_that_is_not_there_is_told_before_anything_listens(tmp_path: Path) -> None:
    code, told = invoke("--db", tmp_path / "none.duckdb", "--port", "0")
    assert code == 1
    assert "there is no database" in told


def test_a_host_of_another_machine_is_told() -> None:
    for host in ("192.0.2.1", "no-such-host.invalid"):
        with pytest.raises(ServeError, match="no address of this machine"):
            bind(host, 0)


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may use any port")
def test_a_port_that_is_not_allowed_is_told() -> None:
    with pytest.raises(ServeError, match="above 1023"):
        bind("127.0.0.1", 80)


def test_the_address_is_one_that_opens() -> None:
    with bind("127.0.0.1", 0) as here:
        assert address_of(here) == f"http://127.0.0.1:{here.getsockname()[1]}/"
    with bind("0.0.0.0", 0) as everywhere:  # noqa: S104
        assert socket.gethostname() in address_of(everywhere)


@pytest.mark.parametrize(
    ("host", "is_own"), [("127.0.0.1", True), ("::1", True), ("192.168.1.2", False), ("x", False)]
)
def test_loopback_is_told_from_the_network(host: str, is_own: bool) -> None:  # noqa: FBT001
    assert is_loopback(host) is is_own


def test_the_command_has_help_and_an_example() -> None:
    code, told = invoke("--help")
    assert code == 0
    assert "Example: laadvraag serve" in told
    assert "--db" in told
