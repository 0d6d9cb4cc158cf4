"""One answer: waits, limits, cuts and redirects, against a real server on this machine."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import threading
import tomllib
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import FetchError
from forecast.fetch.inflate import inflated
from forecast.fetch.patience import Patience, asked_wait_seconds
from forecast.fetch.request import Request, forbidden, redirected
from forecast.fetch.web import Web, user_agent
from tests.fetch.conftest import Clock
from tests.fetch.server import Answer, Asked, Script, Server, file_script, in_turn

Serve = Callable[[Script], Server]
FILE = bytes(range(256)) * 40
MOST = 1_000_000


def get(web: Web, url: str, target: Path, *, is_resumable: bool = True, most: int = MOST) -> bytes:
    web.fetch("thing", Request(url, is_resumable=is_resumable), target, most)
    assert [path.name for path in target.parent.iterdir()] == [target.name], "leavings"
    return target.read_bytes()


def test_says_who_asks(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(b"x")))
    get(web, server.url, tmp_path / "file")
    assert server.asked[0].headers["User-Agent"] == user_agent()
    assert user_agent().startswith("laadvraag")


def test_the_contact_of_the_publisher_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package carries the links of pyproject.toml in its metadata."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    about = Message()
    about["Version"] = "9.8"
    for name, url in {"Homepage": "https://home.example", **project["urls"]}.items():
        about["Project-URL"] = f"{name}, {url}"
    monkeypatch.setattr("forecast.fetch.web.metadata", lambda _: about)
    assert user_agent() == f"laadvraag/9.8 (+{project['urls']['Contact']})"


def test_passing_faults_are_waited_out_ever_longer(
    serve: Serve, web: Web, clock: Clock, tmp_path: Path
) -> None:
    server = serve(
        in_turn(Answer(status=500), Answer(status=502), Answer(status=504), Answer(b"x"))
    )
    assert get(web, server.url, tmp_path / "file") == b"x"
    assert clock.waits == [1, 2, 4]


def test_a_fault_that_stays_ends_with_a_sentence(
    serve: Serve, web: Web, clock: Clock, tmp_path: Path
) -> None:
    server = serve(in_turn(Answer(status=503)))
    with pytest.raises(FetchError, match="was asked 6 times; last, it answered 503"):
        get(web, server.url, tmp_path / "file")
    assert len(server.asked) == 6
    assert clock.waits == [1, 2, 4, 8, 16]


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_that_the_server_asks_for_is_kept(
    serve: Serve, web: Web, clock: Clock, tmp_path: Path, status: int
) -> None:
    server = serve(in_turn(Answer(status=status, headers={"Retry-After": "30"}), Answer(b"x")))
    assert get(web, server.url, tmp_path / "file") == b"x"
    assert clock.waits == [30]


def test_too_many_requests_without_a_wait_are_not_repeated_at_once(
    serve: Serve, web: Web, clock: Clock, tmp_path: Path
) -> None:
    assert get(web, serve(in_turn(Answer(status=429), Answer(b"x"))).url, tmp_path / "f") == b"x"
    assert clock.waits == [15]


def test_a_server_may_think_longer_where_it_is_known_to(
    serve: Serve, patience: Patience, tmp_path: Path
) -> None:
    server = serve(in_turn(Answer(b"x", silence_seconds=0.4)))
    request = Request(server.url, silence_seconds=10)
    with Web(replace(patience, silence_seconds=0.1, attempts=1)) as web:
        web.fetch("thing", request, tmp_path / "file", MOST)
    assert (tmp_path / "file").read_bytes() == b"x"


def test_a_wait_of_an_hour_is_left_to_the_user(
    serve: Serve, web: Web, clock: Clock, tmp_path: Path
) -> None:
    server = serve(in_turn(Answer(status=429, headers={"Retry-After": "3600"})))
    with pytest.raises(FetchError, match="asks to wait 60 minutes, longer than a fetch does"):
        get(web, server.url, tmp_path / "file")
    assert clock.waits == []


def test_jitter_spreads_waits_over_half_of_each() -> None:
    """Of 4 s, the third wait, between 2 and 4 s; at most the longest; at least what was asked."""
    low, high = (Patience(chance=lambda at=at: at) for at in (0.0, 1.0))
    assert (low.wait_seconds(3, None), high.wait_seconds(3, None)) == (2, 4)
    assert high.wait_seconds(50, None) == high.longest_wait_seconds
    assert low.wait_seconds(1, 90) == 90


def test_a_date_to_wait_until_is_understood() -> None:
    now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    assert asked_wait_seconds("Wed, 25 Nov 2026 12:02:00 GMT", now) == 120
    assert asked_wait_seconds("Wed, 25 Nov 2026 11:00:00 GMT", now) == 0
    assert asked_wait_seconds("-5", now) is None


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "login"),
        (403, "refuses"),
        (404, "nothing is at this address"),
        (418, "another answer"),
    ],
)
def test_a_refusal_is_not_repeated(
    serve: Serve, web: Web, tmp_path: Path, status: int, said: str
) -> None:
    server = serve(in_turn(Answer(status=status)))
    with pytest.raises(FetchError, match=said):
        get(web, server.url, tmp_path / "file")
    assert len(server.asked) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_cut_is_found_and_taken_up_where_it_was(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(file_script(FILE, cut_after=3000))
    assert get(web, server.url, tmp_path / "file") == FILE
    assert [asked.headers.get("Range") for asked in server.asked] == [None, "bytes=3000-"]
    assert server.asked[1].headers["If-Range"] == '"one"'


def test_what_changed_meanwhile_starts_over(serve: Serve, web: Web, tmp_path: Path) -> None:
    """The ETag is another on the second request: half of the old and half of the new is nothing."""
    other = FILE[::-1]
    tags = iter(['"one"', '"two"'])

    def script(asked: Asked) -> Answer:
        tag = next(tags)
        if tag == '"one"':
            return Answer(FILE, headers={"ETag": tag}, cut_after=3000)
        assert asked.headers["If-Range"] == '"one"'
        return Answer(other, headers={"ETag": tag})

    assert get(web, serve(script).url, tmp_path / "file") == other


def test_a_server_that_ignores_ranges_starts_over(serve: Serve, web: Web, tmp_path: Path) -> None:
    headers = {"Last-Modified": "Wed, 25 Nov 2026 11:00:00 GMT"}
    server = serve(in_turn(Answer(FILE, headers=headers, cut_after=3000), Answer(FILE)))
    assert get(web, server.url, tmp_path / "file") == FILE
    assert server.asked[1].headers["Range"] == "bytes=3000-"


def test_without_a_mark_of_the_edition_nothing_is_resumed(
    serve: Serve, web: Web, tmp_path: Path
) -> None:
    weak = {"ETag": 'W/"one"'}
    server = serve(in_turn(Answer(FILE, headers=weak, cut_after=3000), Answer(FILE, headers=weak)))
    assert get(web, server.url, tmp_path / "file") == FILE
    assert "Range" not in server.asked[1].headers


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(
            Answer(status=416, headers={"Content-Range": "bytes */10"}), id="no such part"
        ),
        pytest.param(
            Answer(FILE[:100], 206, {"Content-Range": "bytes 0-99/10240"}), id="another part"
        ),
        pytest.param(Answer(FILE[:100], 206), id="a part without saying which"),
    ],
)
def test_a_wrong_part_starts_over(serve: Serve, web: Web, tmp_path: Path, wrong: Answer) -> None:
    first = Answer(FILE, headers={"ETag": '"one"'}, cut_after=3000)
    assert get(web, serve(in_turn(first, wrong, Answer(FILE))).url, tmp_path / "file") == FILE


def test_a_half_file_of_an_earlier_fetch_is_taken_up(
    serve: Serve, patience: Patience, tmp_path: Path
) -> None:
    server = serve(file_script(FILE, cut_after=3000))
    target = tmp_path / "file"
    with Web(replace(patience, attempts=1)) as web, pytest.raises(FetchError, match="cut"):
        get(web, server.url, target)
    assert not target.exists()
    with Web(patience) as web:
        landed = web.fetch("thing", Request(server.url, is_resumable=True), target, MOST)
    assert (landed.resumed_at_bytes, landed.bytes) == (3000, len(FILE))
    assert target.read_bytes() == FILE


def test_a_half_file_of_another_address_is_not(serve: Serve, web: Web, tmp_path: Path) -> None:
    target = tmp_path / "file"
    (tmp_path / ".file.part").write_bytes(b"old")
    (tmp_path / ".file.part.json").write_text('{"key": "another", "validator": "\\"one\\""}')
    assert get(web, serve(file_script(FILE)).url, target) == FILE


def test_an_endless_body_is_stopped(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(endless=True)))
    with pytest.raises(FetchError, match="larger than 1 MB"):
        get(web, server.url, tmp_path / "file")
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_says_it_is_too_large_is_not_read(
    serve: Serve, web: Web, tmp_path: Path
) -> None:
    with pytest.raises(FetchError, match="larger than 0 MB"):
        get(web, serve(in_turn(Answer(FILE))).url, tmp_path / "file", most=100)


def test_a_silent_server_is_not_waited_for_without_end(
    serve: Serve, patience: Patience, tmp_path: Path
) -> None:
    server = serve(in_turn(Answer(b"x", silence_seconds=60), Answer(b"x")))
    with Web(replace(patience, silence_seconds=0.2)) as web:
        assert get(web, server.url, tmp_path / "file") == b"x"


def test_a_server_that_drips_ends_with_the_time_of_a_fetch(
    serve: Serve, patience: Patience, tmp_path: Path
) -> None:
    server = serve(in_turn(Answer(FILE, pause_seconds=0.05, headers={"ETag": '"one"'})))
    ticks = iter(range(10_000))
    slow = replace(patience, now=lambda: float(next(ticks)), total_seconds=5)
    with Web(slow) as web, pytest.raises(FetchError, match="longer than 5 seconds in all"):
        web.fetch("thing", Request(server.url, is_resumable=True), tmp_path / "file", MOST)
    assert (tmp_path / ".file.part").stat().st_size > 0  # kept for the next attempt
    assert not (tmp_path / "file").exists()


def test_redirects_are_followed(serve: Serve, web: Web, tmp_path: Path) -> None:
    def script(asked: Asked) -> Answer:
        if asked.path == "/new":
            return Answer(b"x")
        return Answer(status=301, headers={"Location": "/new"})

    assert get(web, serve(script).url + "/old", tmp_path / "file") == b"x"


def test_redirects_without_end_are_not(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(status=302, headers={"Location": "/"})))
    with pytest.raises(FetchError, match="leads on more than 5 times"):
        get(web, server.url, tmp_path / "file")
    assert len(server.asked) == 6


def test_a_redirect_out_of_safety_is_refused(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(status=302, headers={"Location": "http://example.org/file"})))
    with pytest.raises(FetchError, match=r"http://example\.org/file is not HTTPS"):
        get(web, server.url, tmp_path / "file")


@pytest.mark.parametrize(
    ("location", "why"),
    [
        ("http://example.org/a", "not HTTPS"),
        ("file:///etc/passwd", "no address of the web"),
        ("https://127.0.0.1/a", "this machine itself"),
        ("https://localhost/a", "this machine itself"),
        ("https://[::1]/a", "this machine itself"),
        ("https://me:secret@example.org/", "name or password"),
    ],
)
def test_where_a_redirect_may_not_lead(location: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        redirected("https://example.org/", location)


@pytest.mark.parametrize("url", ["ftp://a", "https://", "nonsense", "https://a:x/", "http://a.b"])
def test_addresses_that_are_not_asked(web: Web, tmp_path: Path, url: str) -> None:
    assert forbidden(url)
    with pytest.raises(FetchError, match="only HTTPS is asked"):
        get(web, url, tmp_path / "file")


def test_a_post_that_moved_is_not_sent_elsewhere(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(status=302, headers={"Location": "/new"})))
    with pytest.raises(FetchError, match="moved"):
        web.fetch("thing", Request(server.url, body=b"q"), tmp_path / "file", MOST)
    assert len(server.asked) == 1


def test_packed_answers_are_unpacked(serve: Serve, web: Web, tmp_path: Path) -> None:
    packed = Answer(gzip.compress(FILE), headers={"Content-Encoding": "gzip"})
    server = serve(in_turn(packed))
    assert get(web, server.url, tmp_path / "file", is_resumable=False) == FILE
    assert server.asked[0].headers["Accept-Encoding"] == "gzip"


def test_a_packed_answer_that_is_cut_is_asked_again(serve: Serve, web: Web, tmp_path: Path) -> None:
    """It has its whole Content-Length, but the stream inside has no end."""
    whole, headers = gzip.compress(FILE), {"Content-Encoding": "gzip"}
    server = serve(in_turn(Answer(whole[:-9], headers=headers), Answer(whole, headers=headers)))
    assert get(web, server.url, tmp_path / "file", is_resumable=False) == FILE


def test_a_bomb_does_not_fill_memory(serve: Serve, web: Web, tmp_path: Path) -> None:
    """200 MB of zeros come in as 200 kB; a piece of a MiB is unpacked at a time."""
    bomb = gzip.compress(bytes(200_000_000), compresslevel=6)
    server = serve(in_turn(Answer(bomb, headers={"Content-Encoding": "gzip"})))
    tracemalloc.start()
    with pytest.raises(FetchError, match="larger than 20 MB"):
        get(web, server.url, tmp_path / "file", is_resumable=False, most=20_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000
    assert list(tmp_path.iterdir()) == []


def test_other_packing_is_refused(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(b"x", headers={"Content-Encoding": "gzip, gzip"})))
    with pytest.raises(FetchError, match="packs its answer as gzip, gzip"):
        get(web, server.url, tmp_path / "file")


def test_no_server_at_all_is_said_soon(web: Web, clock: Clock, tmp_path: Path) -> None:
    closed = Server(in_turn(Answer()))
    with closed.serving():
        url = closed.url
    with pytest.raises(FetchError, match="was asked 3 times; last, there was no connection"):
        get(web, url, tmp_path / "file")
    assert clock.waits == [1, 2]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_a_server_that_nobody_vouches_for_is_not_believed(
    serve: Serve, web: Web, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=127.0.0.1", "-days", "2"],
        check=True, capture_output=True,
    )  # fmt: skip
    server = serve(in_turn(Answer(b"x")))
    server.speak_tls(certificate, key)
    with pytest.raises(FetchError, match="no certificate that this machine trusts"):
        get(web, server.url.replace("http:", "https:"), tmp_path / "file")
    assert server.asked == []


def test_two_fetches_share_a_client(serve: Serve, web: Web, tmp_path: Path) -> None:
    server = serve(in_turn(Answer(b"x")))
    threads = [
        threading.Thread(target=get, args=(web, server.url, tmp_path / name / "file"))
        for name in ("a", "b")
    ]
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(tmp_path / name / "file").read_bytes() for name in ("a", "b")] == [b"x", b"x"]


@given(st.lists(st.binary(max_size=3000), max_size=4), st.integers(1, 700))
def test_unpacking_in_pieces_gives_what_was_packed(parts: list[bytes], size: int) -> None:
    """Several packed files after each other, in chunks that end anywhere."""
    packed = b"".join(map(gzip.compress, parts or [b""]))
    chunks = (packed[at : at + size] for at in range(0, len(packed), size))
    assert b"".join(inflated(chunks)) == b"".join(parts)


def test_unpacking_of_more_than_a_piece() -> None:
    content = bytes(3_000_000)
    assert b"".join(inflated(iter([gzip.compress(content)]))) == content
