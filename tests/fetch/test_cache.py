"""What lies in the cache, when it counts, and what a fetch that is refused or killed leaves."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from forecast.errors import FetchError, OutputError
from forecast.fetch.cache import Cache
from forecast.fetch.endpoints import Endpoint
from forecast.fetch.fetch import Fetched, fetch, from_cache
from forecast.fetch.web import Web
from tests.fetch.publishers import Wfs, endpoint, feature
from tests.fetch.server import Answer, Asked, Script, Server, eventually, file_script, in_turn

Serve = Callable[[Script], Server]
DAY = date(2026, 11, 25)
ROOT = Path(__file__).parents[2]
FILE = gzip.compress(os.urandom(200_000))


def bring(asked: Endpoint, web: Web, folder: Path, day: date = DAY) -> Fetched:
    return fetch(asked, Cache(folder), web, today=day)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_and_its_note_are_all_there_is(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(file_script(FILE))
    fetched = bring(endpoint("ze-zones", server.url), web, tmp_path)
    assert files_in(tmp_path) == [
        "ze-zones/.lock",
        "ze-zones/2026-11-25/emissiezones.xml.gz",
        "ze-zones/2026-11-25/emissiezones.xml.gz.note.json",
    ]
    note = json.loads((tmp_path / files_in(tmp_path)[2]).read_text())
    assert note["sha256"] == sha256(FILE).hexdigest()
    assert note["bytes"] == len(FILE)
    assert note["url"] == server.url
    assert note["licence"] == "open data of NDW"
    assert fetched.is_new


def test_a_day_asks_once(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(file_script(FILE))
    asked = endpoint("ze-zones", server.url)
    assert bring(asked, web, tmp_path).is_new
    assert not bring(asked, web, tmp_path).is_new
    assert len(server.asked) == 1
    assert bring(asked, web, tmp_path, DAY + timedelta(days=1)).is_new
    assert len(server.asked) == 2
    anew = fetch(asked, Cache(tmp_path), web, today=DAY, is_refresh=True)
    assert anew.is_new
    assert len(server.asked) == 3


def test_offline_takes_the_newest(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(file_script(FILE))
    asked = endpoint("ze-zones", server.url)
    for days in (0, 3, 1):
        bring(asked, web, tmp_path, DAY + timedelta(days=days))
    found = from_cache(asked, Cache(tmp_path))
    assert found.cached.day == date(2026, 11, 28)
    assert found.cached.age_days(date(2026, 12, 1)) == 3
    assert len(server.asked) == 3


def test_offline_does_not_take_a_file_of_another_address(
    serve: Serve, web: Web, tmp_path: Path
) -> None:
    bring(endpoint("ze-zones", serve(file_script(FILE)).url), web, tmp_path)
    with pytest.raises(FetchError, match="came from http"):
        from_cache(endpoint("ze-zones", "https://example.org/zones"), Cache(tmp_path))


@pytest.mark.parametrize("harm", ["shorter", "changed", "no note", "odd note", "no file"])
def test_a_file_that_was_touched_does_not_count(
    serve: Serve, web: Web, tmp_path: Path, harm: str
) -> None:
    server = serve(file_script(FILE))
    asked = endpoint("ze-zones", server.url)
    path = bring(asked, web, tmp_path).cached.path
    note = path.with_name(path.name + ".note.json")
    {
        "shorter": lambda: path.write_bytes(FILE[:100]),
        "changed": lambda: path.write_bytes(bytes(len(FILE))),
        "no note": note.unlink,
        "odd note": lambda: note.write_text("[]"),
        "no file": path.unlink,
    }[harm]()
    with pytest.raises(FetchError, match=r"holds no whole emissiezones\.xml\.gz, and --offline"):
        from_cache(asked, Cache(tmp_path))
    assert bring(asked, web, tmp_path).is_new
    assert path.read_bytes() == FILE


def test_a_refresh_that_fails_leaves_the_file(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(FILE), Answer(status=404)))
    asked = endpoint("ze-zones", server.url)
    bring(asked, web, tmp_path)
    with pytest.raises(FetchError, match="404"):
        fetch(asked, Cache(tmp_path), web, today=DAY, is_refresh=True)
    assert from_cache(asked, Cache(tmp_path)).cached.path.read_bytes() == FILE


def test_whole_pages_are_not_asked_again(serve: Serve, web: Web, tmp_path: Path) -> None:
    """The third page fails; the next fetch asks for the count and that page only."""
    layer = Wfs([feature(number) for number in range(6)])
    is_broken = True

    def script(asked: Asked) -> Answer:
        if is_broken and asked.query.get("startIndex") == "4":
            return Answer(status=404)
        return layer(asked)

    server = serve(script)
    asked = endpoint("ibis", server.url, page_rows=2)
    with pytest.raises(FetchError, match="404"):
        bring(asked, web, tmp_path)
    is_broken = False
    server.asked.clear()
    fetched = bring(asked, web, tmp_path)
    assert fetched.reused_pages == 2
    assert [each.query.get("startIndex") for each in server.asked] == [None, "4"]
    assert len(json.loads(fetched.cached.path.read_bytes())["features"]) == 6


def test_pages_of_data_that_changed_since_are_asked_again(
    serve: Serve, web: Web, tmp_path: Path
) -> None:
    """Two pages were kept; meanwhile a feature came before them all."""
    layer = Wfs([feature(number) for number in range(1, 6)])
    is_broken = True

    def script(asked: Asked) -> Answer:
        if is_broken and asked.query.get("startIndex") == "4":
            return Answer(status=404)
        return layer(asked)

    asked = endpoint("ibis", serve(script).url, page_rows=2)
    with pytest.raises(FetchError, match="404"):
        bring(asked, web, tmp_path)
    is_broken = False
    layer.features.insert(0, feature(0))
    features = json.loads(bring(asked, web, tmp_path).cached.path.read_bytes())["features"]
    assert features == layer.features


def test_pages_of_a_day_before_are_forgotten(serve: Serve, web: Web, tmp_path: Path) -> None:
    asked = endpoint("ze-zones", serve(in_turn(Answer(FILE[:9]), Answer(FILE))).url)
    with pytest.raises(FetchError, match="broken"):
        bring(asked, web, tmp_path, DAY - timedelta(days=1))
    bring(asked, web, tmp_path)
    assert [path.name for path in (tmp_path / "ze-zones").glob("20*")] == [DAY.isoformat()]


def test_two_fetches_of_one_source_do_not_mix(serve: Serve, web: Web, tmp_path: Path) -> None:
    go_on = threading.Event()

    def script(_: Asked) -> Answer:
        go_on.wait(20)
        return Answer(FILE)

    server = serve(script)
    asked = endpoint("ze-zones", server.url)
    first = threading.Thread(target=bring, args=(asked, web, tmp_path))
    first.start()
    eventually(lambda: len(server.asked) == 1)
    with pytest.raises(FetchError, match="another fetch of it is at work"):
        bring(asked, web, tmp_path)
    go_on.set()
    first.join()
    assert from_cache(asked, Cache(tmp_path)).cached.path.read_bytes() == FILE


def test_a_cache_that_can_not_be_written_is_said(web: Web, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OutputError, match="choose --cache"):
        bring(endpoint("ze-zones", "http://127.0.0.1:9"), web, tmp_path / "taken")


def stopped_midway(
    asked: str, url: str, cache: Path, is_midway: Callable[[], bool], sign: int
) -> str:
    """Start the command, send it a signal when it is midway, and return what it says of that."""
    command = [
        sys.executable,
        ROOT / "cli.py",
        "data",
        "fetch",
        asked,
        "--url",
        url,
        "--cache",
        cache,
    ]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=child_environment()
    ) as process:
        try:
            eventually(lambda: is_midway() or process.poll() is not None)
            assert process.poll() is None, "it ended before it could be killed"
        finally:
            process.send_signal(sign)
        assert process.stderr is not None
        return process.stderr.read().decode()


def completed(asked: str, url: str, cache: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, ROOT / "cli.py", "data", "fetch", asked, "--url", url, "--json"]
    return subprocess.run(
        [*command, "--cache", cache],
        capture_output=True,
        text=True,
        check=True,
        env=child_environment(),
        timeout=60,
    )


def child_environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_download_that_is_killed_is_taken_up(serve: Serve, tmp_path: Path) -> None:
    half = len(FILE) // 2
    is_slow = True
    whole = file_script(FILE)

    def script(asked: Asked) -> Answer:
        if is_slow:
            # The first half at once, then nothing until the server stops.
            return Answer(
                FILE[:half], headers={"ETag": '"one"', "Content-Length": str(len(FILE))},
                has_length=False, hangs=True,
            )  # fmt: skip
        return whole(asked)

    server = serve(script)
    parts = lambda: list(tmp_path.rglob("*.part"))  # noqa: E731 - a condition, not a function
    stopped_midway(
        "ze-zones", server.url, tmp_path,
        lambda: any(path.stat().st_size == half for path in parts()), signal.SIGKILL,
    )  # fmt: skip
    assert not list(tmp_path.rglob("emissiezones.xml.gz"))
    is_slow = False
    [fetched] = json.loads(completed("ze-zones", server.url, tmp_path).stdout)
    assert server.asked[-1].headers["Range"] == f"bytes={half}-"
    assert Path(fetched["path"]).read_bytes() == FILE
    assert fetched["sha256"] == sha256(FILE).hexdigest()
    assert not parts()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_paging_that_is_killed_is_taken_up(serve: Serve, tmp_path: Path) -> None:
    """Killed while the second page is asked for: the first is not asked for again."""
    layer = Wfs([feature(number) for number in range(5)], most=2)
    is_slow = True

    def script(asked: Asked) -> Answer:
        answer = layer(asked)
        if is_slow and asked.query.get("startIndex") == "2":
            return Answer(b"{", silence_seconds=60)
        return answer

    server = serve(script)
    stopped_midway(
        "ibis", server.url, tmp_path,
        lambda: any(asked.query.get("startIndex") == "2" for asked in server.asked),
        signal.SIGKILL,
    )  # fmt: skip
    is_slow = False
    server.asked.clear()
    [fetched] = json.loads(completed("ibis", server.url, tmp_path).stdout)
    assert [each.query.get("startIndex") for each in server.asked] == [None, "2", "4"]
    features = json.loads(Path(fetched["path"]).read_bytes())["features"]
    assert features == layer.features


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is no signal there")
def test_ctrl_c_says_that_nothing_is_lost(serve: Serve, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(b"", silence_seconds=60)))
    said = stopped_midway(
        "ze-zones", server.url, tmp_path, lambda: bool(server.asked), signal.SIGINT
    )
    assert "What came in is kept; the same command takes it up there." in said
    assert "Traceback" not in said
